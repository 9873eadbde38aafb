#!/usr/bin/env bash
# Times whole processes: segment of phantom series, start to exit, with peak memory.
# benchmarks/end_to_end/run.sh [ROUNDS [ENGINES [SLICES]]], such as: run.sh 5 tensorflow 240,480
# Prints a table; JSON in benchmarks/target/end_to_end/end_to_end.json.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B -ntp -DskipTests -Pbenchmarks -pl benchmarks -am package >&2
./pancreas-ai --version >/dev/null
java -cp "benchmarks/target/classes:benchmarks/target/lib/*" ai.pancreas.benchmarks.EndToEnd \
  ./pancreas-ai benchmarks/target/end_to_end "${1:-5}" "${2:-auto}" "${3:-240}"
