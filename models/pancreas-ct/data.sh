#!/usr/bin/env bash
# data.sh DATA WORK: what make.sh and evaluate.sh need beside the data, in the folder WORK.
# DATA holds pancreas-ct-slices and slices-without-pancreas.
#
# WORK/slices-without-pancreas: the slices of the one CT without pancreas in blocks of 15, as two patients: blocks 2 and 4
# validate, the others train. It is one patient all the same; the model card says so.
# WORK/fold-0.json to fold-2.json: splits of the patients that train, in three parts of which one is left out in turn;
# fold-0.txt to fold-2.txt: the patients left out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2/slices-without-pancreas"
cd "$2"

rm -f slices-without-pancreas/images
ln -s "$data/slices-without-pancreas/images" slices-without-pancreas/images
{
  echo "file,patient,instance,pixels_cropped_each_side"
  tail -n +2 "$data/slices-without-pancreas/index.csv" | tr -d "\r" | sort -t, -k3,3n | awk -F, -v OFS=, '
    { block = int((NR - 1) / 15); $2 = $2 (block == 1 || block == 3 ? "-validation" : "-training"); print }'
} >slices-without-pancreas/index.csv

tail -n +2 "$data/pancreas-ct-slices/index.csv" | cut -d, -f2 | sort -u | grep -vxF -f "$here/validation-patients.txt" >training.txt
json() { sed 's/.*/"&"/' | paste -sd, -; }
for fold in 0 1 2; do
  awk -v fold=$fold '(NR - 1) % 3 == fold' training.txt >fold-$fold.txt
  training=$({ awk -v fold=$fold '(NR - 1) % 3 != fold' training.txt; echo LIDC-0314-training; } | json)
  echo "{\"seed\": 0, \"training\": [$training], \"validation\": [$(json <fold-$fold.txt)]}" >fold-$fold.json
done
