#!/usr/bin/env bash
# make.sh DATA WORK: makes the model of this folder from the data, in WORK; WORK/pancreas-ct is the model.
# DATA holds pancreas-ct-slices and slices-without-pancreas. Repeat the command to go on after an interruption.
# Takes some two hours; on another processor the model comes out a little different. Why so: docs/model-development.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ai=$here/../../pancreas-ai
data=$(cd "$1" && pwd)
"$here/data.sh" "$data" "$2"
cd "$2"
inputs=("$data/pancreas-ct-slices" slices-without-pancreas --spine top)
[ -e cache ] || "$ai" prepare "${inputs[@]}" --size 352 --validation-patients "$here/validation-patients.txt" -o cache

always=(--window 0:255 --size 320 --patch 192 --filters "8,16,32,64,128,256" --batch-size 8 --validate-every 10 --keep last
  --normalization batch --averaging 0.998 --schedule cosine --learning-rate 0.002 --weight-decay 0.05
  --foreground-weight 1 --soft-dice 1 --rotation 15 --field 0.75:1.2 --shift 0.05 --elastic 4 --seed 1 --threads 1
  --id pancreas-ct --title "Pancreas in portal-venous abdominal CT" --licence CC-BY-4.0
  --credit "Pancreas-CT (CC BY 3.0): Roth H, Farag A, Turkbey EB, Lu L, Liu J, Summers RM (2016), Data From Pancreas-CT, The Cancer Imaging Archive, doi 10.7937/K9/TCIA.2016.tNB1kqBU"
  --credit "LIDC-IDRI (CC BY 3.0), patient LIDC-IDRI-0314: Armato SG III et al. (2015), Data From LIDC-IDRI, The Cancer Imaging Archive, doi 10.7937/K9/TCIA.2015.LO9QL9SX")
strong=(--contrast 0.15 --offset 25 --gamma 1.35 --noise 15)
mild=(--contrast 0.03 --offset 5 --gamma 1.05 --noise 8)

train() { # FOLDER OPTION...: begins a training, goes on with it, or leaves it as it is when it is done
  folder=$1
  shift
  resume=
  [ ! -e "$folder/checkpoints/last.json" ] || resume=--resume
  [ -e "$folder/model.json" ] || exec "$ai" train segmentation cache -o "$folder" $resume "${always[@]}" "$@"
}
epochs() { if [ -e "$1/log.csv" ]; then tail -n +2 "$1/log.csv" | wc -l; else echo 0; fi; }
scaled() { # FROM TO: the same network on a larger grid
  mkdir -p "$2"
  cp "$1/weights.hdf5" "$2"
  sed 's/"size": 320/"size": 384/' "$1/model.json" >"$2/model.json"
}

# Cross-validation over the patients that train: its tables chose grid and threshold.
for fold in 0 1 2; do
  (train "fold-$fold" --split "fold-$fold.json" --epochs 60 "${strong[@]}")
  scaled "fold-$fold" "fold-$fold-scaled"
  "$ai" models evaluate "fold-$fold-scaled" "${inputs[@]}" --patients "fold-$fold.txt" | tee "fold-$fold.txt.evaluation"
done

# The model: the mean of two ends of one training, both with little change of intensity: one from epoch 91 on to the end of
# a schedule of 100, one from epoch 104 on to the end of a schedule of 140.
until_epoch() { # trains to an epoch of a schedule of 170
  if [ "$(epochs trained)" -lt "$1" ]; then
    (train trained --epochs 170 "${strong[@]}") &
    until [ "$(epochs trained)" -ge "$1" ]; do
      sleep 1
      kill -0 $! || exit 1
    done
    kill $!
    wait $! || true
  fi
}
until_epoch 90
[ -e short ] || cp -r trained short
until_epoch 103
(train short --epochs 100 "${mild[@]}")
(train trained --epochs 140 "${mild[@]}" --unenhanced 0.1)
scaled short short-scaled
scaled trained trained-scaled
[ -e averaged ] || "$ai" models average trained-scaled short-scaled -o averaged

# The temperature is fitted on the validation patients; the threshold moves along.
"$ai" models calibrate averaged "${inputs[@]}" --patients "$here/validation-patients.txt" --threshold 0.5 -o pancreas-ct
