#!/usr/bin/env bash
# On a machine with an NVIDIA GPU, with nvcc and CMake and without Java: builds the engine for that GPU, tests it against
# the engine for CPUs, looks for bad memory accesses, and measures it, beside PyTorch where $PYTHON (python3) has it.
#   benchmarks/gpu/run.sh [ROUNDS [FOLDER]]    20 rounds; JSON in FOLDER (benchmarks/target/gpu)
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-20}
folder=${2:-benchmarks/target/gpu}
mkdir -p "$folder"
export CUDAARCHS=${CUDAARCHS:-native}
./cppbuild.sh -extension -gpu test >"$folder/test.log" 2>&1 || {
  tail -40 "$folder/test.log" >&2
  exit 1
}
build=native/cppbuild/linux-x86_64-gpu/build
grep -E "passed|Passed|Skipped" "$folder/test.log"
if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck; do
    echo "compute-sanitizer $tool"
    for program in pancreas_cuda_kernels_test pancreas_cuda_test; do
      PANCREAS_TEST=small compute-sanitizer --tool "$tool" --error-exitcode 1 "$build/$program" | tail -3
    done
  done
fi
"$build/pancreas_cuda_bench" "$rounds" "$folder/cuda.json"
python=${PYTHON:-python3}
if "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
  "$python" benchmarks/gpu/torch_network.py "$rounds" "$folder/torch.json"
else
  echo "not compared: $python has no PyTorch that sees the GPU"
fi
