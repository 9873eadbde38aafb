package ai.pancreas.train;

import ai.pancreas.Monitor;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.LabelledSlice;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.Preprocessing;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs a network over every slice of whole patients: whole frames, resampled and windowed by the
 * kernels that inference uses. Masks are brought to the network's grid by thresholded bilinear
 * interpolation. Not thread-safe.
 */
final class Validator {
  private static final int GROUP = 16;

  private final TrainingCache cache;
  private final List<CachedCase> cases;
  private final IntensityWindows windows;
  private final Preprocessing preprocessing;
  private final double threshold;
  private final int sliceSize;
  private final Augmentation wholeFrame;
  private final Kernels kernels = Kernels.best();
  private final FloatBuffer source;
  private final FloatBuffer input;
  private final FloatBuffer probability;
  private final byte[] truth;

  /**
   * A validator.
   *
   * @param threshold a voxel is found where its probability is above this
   */
  Validator(
      TrainingCache cache,
      List<CachedCase> cases,
      IntensityWindows windows,
      Preprocessing preprocessing,
      double threshold) {
    this.cache = cache;
    this.cases = List.copyOf(cases);
    this.windows = windows;
    this.preprocessing = preprocessing;
    this.threshold = threshold;
    this.sliceSize = preprocessing.rows() * preprocessing.columns();
    this.wholeFrame =
        Augmentation.draw(
            AugmentationOptions.off(),
            preprocessing.rows(),
            preprocessing.columns(),
            cache.rows(),
            cache.columns(),
            Seeds.of());
    this.source = DirectFloats.allocate((long) cache.rows() * cache.columns());
    this.input = DirectFloats.allocate((long) GROUP * sliceSize);
    this.probability = DirectFloats.allocate((long) GROUP * sliceSize);
    this.truth = new byte[GROUP * sliceSize];
  }

  /**
   * Validates a network.
   *
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  ValidationResult validate(TrainingNetwork network, Monitor monitor) {
    Map<String, ConfusionCounts> patients = new TreeMap<>();
    for (CachedCase each : cases) {
      patients.merge(each.patient(), counts(network, each, monitor), ConfusionCounts::plus);
    }
    List<ValidationResult.Patient> results = new ArrayList<>();
    patients.forEach((name, counts) -> results.add(new ValidationResult.Patient(name, counts)));
    return new ValidationResult(results);
  }

  private ConfusionCounts counts(TrainingNetwork network, CachedCase each, Monitor monitor) {
    ConfusionCounts sum = ConfusionCounts.NONE;
    for (int first = 0; first < each.slices(); first += GROUP) {
      monitor.throwIfCancelled();
      int count = Math.min(GROUP, each.slices() - first);
      for (int i = 0; i < count; i++) {
        read(each, first + i, i);
      }
      network.predict(input, count, preprocessing.rows(), preprocessing.columns(), probability);
      sum = sum.plus(compare(count * sliceSize));
    }
    return sum;
  }

  private void read(CachedCase each, int slice, int place) {
    LabelledSlice frame = cache.slice(each, slice);
    for (int i = 0; i < frame.hu().length; i++) {
      source.put(i, frame.hu()[i]);
    }
    FloatBuffer target = input.slice(place * sliceSize, sliceSize);
    kernels.resample(
        source,
        new Size3(1, frame.rows(), frame.columns()),
        target,
        new Size3(1, preprocessing.rows(), preprocessing.columns()),
        new Filters3(Filter.NONE, preprocessing.filters().y(), preprocessing.filters().x()),
        1);
    kernels.window(target, target, sliceSize, windows.of(each), 1);
    float[] mask = new float[sliceSize];
    wholeFrame.apply(frame, Seeds.of(), new float[sliceSize], mask);
    for (int i = 0; i < sliceSize; i++) {
      truth[place * sliceSize + i] = (byte) mask[i];
    }
  }

  private ConfusionCounts compare(int count) {
    long truePositives = 0;
    long falsePositives = 0;
    long falseNegatives = 0;
    for (int i = 0; i < count; i++) {
      boolean found = probability.get(i) > threshold;
      if (found && truth[i] == 1) {
        truePositives++;
      } else if (found) {
        falsePositives++;
      } else if (truth[i] == 1) {
        falseNegatives++;
      }
    }
    return new ConfusionCounts(
        truePositives,
        falsePositives,
        falseNegatives,
        count - truePositives - falsePositives - falseNegatives);
  }
}
