#!/usr/bin/env bash
# Builds the native library with CMake, by JavaCPP's convention:
#
#   cppbuild.sh [-platform PLATFORM] [-extension EXTENSION] install|clean|test
#
# The result lies in native/cppbuild/PLATFORM[EXTENSION]/{include,lib}. On linux-x86_64, the
# platforms that have a file in native/toolchains are cross-built; `test` then runs in an emulator.
# Extensions:
#   -gpu        with the engine for NVIDIA GPUs; needs nvcc of CUDA 13. CUDAARCHS=native builds for the
#               GPU that is here alone
#   -gpu-emulated  with that engine and an emulated GPU, for tests; needs CUDA's headers
#   -sanitize   with AddressSanitizer and UndefinedBehaviorSanitizer, for `test`; also after the others
#   -races      with ThreadSanitizer instead
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() {
  echo "cppbuild.sh: $1" >&2
  exit "${2:-1}"
}

usage() {
  fail "usage: cppbuild.sh [-platform PLATFORM] [-extension EXTENSION] install|clean|test" 2
}

host_platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo linux-x86_64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-arm64) echo macosx-arm64 ;;
    *_NT-*-x86_64) echo windows-x86_64 ;;
    *) fail "no platform name for $(uname -s) on $(uname -m); name one with -platform" ;;
  esac
}

HOST_PLATFORM=$(host_platform)
PLATFORM=$HOST_PLATFORM
EXTENSION=
OPERATION=
while [[ $# -gt 0 ]]; do
  case "$1" in
    -platform) [[ $# -ge 2 ]] || usage; PLATFORM=$2; shift 2 ;;
    -extension) [[ $# -ge 2 ]] || usage; EXTENSION=$2; shift 2 ;;
    install | clean | test) [[ -z $OPERATION ]] || usage; OPERATION=$1; shift ;;
    *) usage ;;
  esac
done
[[ -n $OPERATION ]] || usage

CMAKE_OPTIONS=()
TARGETS=(pancreas)
COMPILER=${CXX:-c++}
PACKAGE=g++
EMULATOR=
case "$HOST_PLATFORM:$PLATFORM" in
  "$HOST_PLATFORM:$HOST_PLATFORM") ;;
  linux-x86_64:linux-arm64)
    COMPILER=aarch64-linux-gnu-g++
    PACKAGE=g++-aarch64-linux-gnu
    EMULATOR=qemu-aarch64
    ;;
  linux-x86_64:windows-x86_64)
    COMPILER=x86_64-w64-mingw32-g++-posix
    PACKAGE=g++-mingw-w64-x86-64-posix
    EMULATOR=wine
    ;;
  *) fail "cannot build for $PLATFORM on $HOST_PLATFORM" ;;
esac
if [[ $PLATFORM != "$HOST_PLATFORM" ]]; then
  CMAKE_OPTIONS+=(-DCMAKE_TOOLCHAIN_FILE="toolchains/$PLATFORM.cmake")
fi
WATCH=$EXTENSION
case "$EXTENSION" in
  -gpu-emulated*) CMAKE_OPTIONS+=(-DPANCREAS_CUDA_EMULATED=ON) TARGETS+=(pancreas_cuda) WATCH=${EXTENSION#-gpu-emulated} ;;
  -gpu*) CMAKE_OPTIONS+=(-DPANCREAS_CUDA=ON) TARGETS+=(pancreas_cuda) WATCH=${EXTENSION#-gpu} ;;
esac
case "$WATCH" in
  "") ;;
  -sanitize) CMAKE_OPTIONS+=(-DPANCREAS_SANITIZE=address,undefined) ;;
  -races) CMAKE_OPTIONS+=(-DPANCREAS_SANITIZE=thread) ;;
  *) fail "unknown extension: $EXTENSION" ;;
esac

PREFIX=$PWD/native/cppbuild/$PLATFORM$EXTENSION
BUILD=$PREFIX/build

# Builds what the options of cmake --build say; without any, the tests and the benchmark too.
build() {
  command -v cmake > /dev/null || fail "cmake is missing; install it, or skip native code with: mvn -Djavacpp.cppbuild.skip"
  command -v "$COMPILER" > /dev/null || fail "no C++ compiler ($COMPILER); install $PACKAGE, or skip native code with: mvn -Djavacpp.cppbuild.skip"
  cmake -S native -B "$BUILD" -DCMAKE_INSTALL_PREFIX="$PREFIX" -DCMAKE_INSTALL_MESSAGE=LAZY \
    ${CMAKE_OPTIONS[@]+"${CMAKE_OPTIONS[@]}"} > /dev/null
  MAKEFLAGS=--no-print-directory cmake --build "$BUILD" "$@" --parallel "$(getconf _NPROCESSORS_ONLN)"
}

case "$OPERATION" in
  install)
    build --target "${TARGETS[@]}"
    cmake --install "$BUILD"
    ;;
  test)
    [[ -z $EMULATOR ]] || command -v "$EMULATOR" > /dev/null || fail "$EMULATOR is missing: it runs the tests for $PLATFORM here"
    build
    (cd "$BUILD" && ctest --verbose --parallel "$(getconf _NPROCESSORS_ONLN)")
    ;;
  clean) rm -rf "$PREFIX" ;;
esac
