#!/usr/bin/env bash
# Builds the native library with CMake, by JavaCPP's convention:
#
#   cppbuild.sh [-platform PLATFORM] [-extension EXTENSION] install|clean|test
#
# The result lies in native/cppbuild/PLATFORM[EXTENSION]/{include,lib}. Extensions:
#   -sanitize   with AddressSanitizer and UndefinedBehaviorSanitizer, for `test`
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
case "$PLATFORM" in
  "$HOST_PLATFORM") ;;
  *) fail "cannot build for $PLATFORM on $HOST_PLATFORM" ;;
esac
case "$EXTENSION" in
  "") ;;
  -sanitize) CMAKE_OPTIONS+=(-DPANCREAS_SANITIZE=ON) ;;
  *) fail "unknown extension: $EXTENSION" ;;
esac

PREFIX=$PWD/native/cppbuild/$PLATFORM$EXTENSION
BUILD=$PREFIX/build

build() {
  command -v cmake > /dev/null || fail "cmake is missing; install it, or skip native code with: mvn -Djavacpp.cppbuild.skip"
  command -v "${CXX:-c++}" > /dev/null || fail "no C++ compiler (${CXX:-c++}); install g++, or skip native code with: mvn -Djavacpp.cppbuild.skip"
  cmake -S native -B "$BUILD" -DCMAKE_INSTALL_PREFIX="$PREFIX" -DCMAKE_INSTALL_MESSAGE=LAZY \
    ${CMAKE_OPTIONS[@]+"${CMAKE_OPTIONS[@]}"} > /dev/null
  cmake --build "$BUILD" --parallel "$(getconf _NPROCESSORS_ONLN)" -- --no-print-directory
}

case "$OPERATION" in
  install)
    build
    cmake --install "$BUILD"
    ;;
  test)
    build
    "$BUILD/pancreas_test"
    ;;
  clean) rm -rf "$PREFIX" ;;
esac
