#!/usr/bin/env bash
# evaluate.sh DATA [OPTION...]: measures the model of this folder on its validation patients, as the model card has it.
# DATA holds pancreas-ct-slices and slices-without-pancreas; options go to `models evaluate`, such as --json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/data.sh" "$data" "$work"
"$here/../../pancreas-ai" models evaluate "$here" "$data/pancreas-ct-slices" "$work/slices-without-pancreas" --spine top \
  --patients "$here/validation-patients.txt" "$@"
