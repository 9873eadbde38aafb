#!/usr/bin/env bash
# On a machine with an NVIDIA GPU, with nvcc and CMake and without Java: builds the engine for that GPU, tests it against
# the engine for CPUs, looks for bad memory accesses, and measures it, beside PyTorch where $PYTHON (python3) has it.
#   benchmarks/gpu/run.sh [ROUNDS [FOLDER]]    20 rounds; JSON in FOLDER (benchmarks/target/gpu)
# With what carry.sh packed, where that lies in benchmarks/target, it also compares the command line's engines.
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
carried=benchmarks/target/gpu-carried
if [ -f "$carried.tar.gz" ]; then
  tar -xzf "$carried.tar.gz" -C benchmarks/target
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  pancreas() { "$carried/pancreas-ai" "$@" --quiet; }
  pancreas phantom --size 512x512x240 -o "$work/phantom"
  for engine in cuda cpu; do
    pancreas bench "$work/phantom/ct" --engine "$engine" --json | tee "$folder/bench-$engine.json"
    pancreas segment "$work/phantom/ct" -o "$work/$engine.nii.gz" --engine "$engine" --model phantom
  done
  pancreas evaluate "$work/cuda.nii.gz" "$work/cpu.nii.gz"
else
  echo "the command line was not tried: benchmarks/gpu/carry.sh packs it where Java is"
fi
