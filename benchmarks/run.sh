#!/usr/bin/env bash
# Builds the benchmarks and runs JMH; arguments go to JMH, such as: benchmarks/run.sh Engine -p threads=1
# Without arguments: the engines and the yardstick, then their ratio. Results: benchmarks/target/jmh.json.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -B -ntp -DskipTests -Pbenchmarks -pl benchmarks -am package
export TF_ENABLE_ONEDNN_OPTS="${TF_ENABLE_ONEDNN_OPTS:-1}"
echo "== $(uname -sm), $(nproc 2>/dev/null || sysctl -n hw.ncpu) processors, load$(uptime | sed 's/.*load average[s]*//')"
jmh() {
  java -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
    org.openjdk.jmh.Main -rf json -rff benchmarks/target/jmh.json "$@"
}
if [ $# -gt 0 ]; then
  jmh "$@"
else
  jmh 'EngineBenchmark|SgemmBenchmark'
  java -cp "benchmarks/target/classes:benchmarks/target/lib/*" ai.pancreas.benchmarks.EngineTable benchmarks/target/jmh.json
fi
