#!/usr/bin/env bash
# Where Java, Maven and nvcc are: packs a trimmed Java runtime and the command line with the engine for GPUs, without TensorFlow
# and FFmpeg, for a machine with a GPU and without Java:
#   benchmarks/gpu/carry.sh    writes benchmarks/target/gpu-carried.tar.gz, about 40 MB
# benchmarks/gpu/run.sh unpacks it there and measures with it, too. PANCREAS_GPU=-gpu-emulated packs the emulated GPU instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
gpu=${PANCREAS_GPU:--gpu}
target=benchmarks/target
folder=$target/gpu-carried
mvn -B -ntp -q "-Dpancreas.gpu=$gpu" -DskipTests -pl java/cli -am package
rm -rf "$folder" "$folder.tar.gz"
mkdir -p "$folder/lib"
cp java/cli/target/pancreas-ai.jar "$folder"
find java/cli/target/lib -name '*.jar' ! -name 'tensorflow-*' ! -name 'ndarray-*' ! -name 'protobuf-*' ! -name 'ffmpeg-*' \
  ! -name 'pancreas-native-*-gpu*' -exec cp {} "$folder/lib" \;
cp java/cli/target/lib/pancreas-native-*-linux-x86_64"$gpu".jar "$folder/lib"
modules=$(jdeps --print-module-deps --ignore-missing-deps --multi-release 17 --recursive -q \
  --class-path "$(find "$folder/lib" -name '*.jar' | paste -sd:)" "$folder/pancreas-ai.jar")
jlink --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$folder/runtime"
cat >"$folder/pancreas-ai" <<'END'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/runtime/bin/java" -cp "$here/pancreas-ai.jar:$here/lib/*" ai.pancreas.cli.Main "$@"
END
chmod +x "$folder/pancreas-ai"
tar -czf "$folder.tar.gz" -C "$target" gpu-carried
ls -sh "$folder.tar.gz"
