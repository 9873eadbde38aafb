#!/usr/bin/env bash
# Builds the benchmarks and measures; results as JSON in benchmarks/target, tables on standard output.
#   benchmarks/run.sh [ROUNDS [THREADS]]   every engine on the same volume, ONNX Runtime among them; 3 rounds, threads 1,2
#   benchmarks/run.sh kernels              every kernel against its Java reference
#   benchmarks/run.sh training [ROUNDS [THREADS]]  a training step against the forward pass, and against Keras's step
#                                          where $PYTHON (python3) has Keras and TensorFlow; 30 rounds, 2 threads
#   benchmarks/run.sh classification [ROUNDS [THREADS]]  the classification network alone, against Keras where $PYTHON
#                                          has it; 10 rounds, 2 threads
#   benchmarks/run.sh jmh ARGUMENTS        any benchmark with JMH's own arguments, such as: jmh OnnxGroup -p threads=1
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -B -ntp -DskipTests -Pbenchmarks -pl benchmarks -am package >&2
export TF_ENABLE_ONEDNN_OPTS="${TF_ENABLE_ONEDNN_OPTS:-1}"
measure() {
  java -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -cp "benchmarks/target/classes:benchmarks/target/lib/*" "$@"
}
case ${1:-} in
  kernels) measure ai.pancreas.benchmarks.KernelComparison benchmarks/target ;;
  training)
    measure ai.pancreas.benchmarks.TrainingComparison benchmarks/target "${2:-30}" "${3:-2}" \
      "${PYTHON:-python3}" benchmarks/training/keras_step.py
    ;;
  classification)
    measure ai.pancreas.benchmarks.ClassificationComparison benchmarks/target "${2:-10}" "${3:-2}" \
      "${PYTHON:-python3}" benchmarks/classification/keras_forward.py
    ;;
  jmh) measure org.openjdk.jmh.Main "${@:2}" ;;
  *) measure ai.pancreas.benchmarks.EngineComparison benchmarks/target "${1:-3}" "${2:-1,2}" ;;
esac
