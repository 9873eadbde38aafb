#!/usr/bin/env bash
# Times whole processes: segment of phantom series, start to exit, with peak memory.
# benchmarks/end_to_end/run.sh [--update-readme] [ROUNDS [ENGINES [SLICES]]], such as: run.sh 5 cpu,tensorflow 240,480
# Prints a table; JSON in benchmarks/target/end_to_end/end_to_end.json.
# --update-readme also writes it, with what benchmarks/run.sh measured, into README.md and docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
update=
if [ "${1:-}" = --update-readme ]; then
  update=yes
  shift
fi
engines_json=benchmarks/target/engines.json
if [ -n "$update" ] && [ ! -f "$engines_json" ]; then
  echo "$engines_json is missing; run benchmarks/run.sh first" >&2
  exit 2
fi
mvn -q -B -ntp -DskipTests -Pbenchmarks -pl benchmarks -am package >&2
# As a user has it: built by the launcher, which also makes the archive that speeds up the start.
rm -f java/cli/target/pancreas-ai.jar
./pancreas-ai --version >/dev/null
run() { java -cp "benchmarks/target/classes:benchmarks/target/lib/*" "$@"; }
work=benchmarks/target/end_to_end
run ai.pancreas.benchmarks.EndToEnd ./pancreas-ai "$work" "${1:-5}" "${2:-all}" "${3:-240}"
if [ -n "$update" ]; then
  run ai.pancreas.benchmarks.MeasuredSection "$engines_json" "$work/end_to_end.json" README.md docs/performance.md
fi
