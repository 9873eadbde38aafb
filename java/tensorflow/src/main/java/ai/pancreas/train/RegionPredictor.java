package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedRegion;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.evaluation.Prediction;
import ai.pancreas.internal.DirectFloats;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Runs a network over the central part of regions, as inference sees them. Not thread-safe. */
final class RegionPredictor {
  private static final int GROUP = 4;

  private final RegionCache cache;
  private final RegionWarp central;
  private final int voxels;
  private final FloatBuffer input;

  RegionPredictor(RegionCache cache) {
    this.cache = cache;
    this.central = RegionWarp.central(cache.enlargedSize(), cache.size());
    this.voxels = cache.size() * cache.size() * cache.size();
    this.input = DirectFloats.allocate((long) GROUP * voxels);
  }

  /**
   * What the network says of each.
   *
   * @throws PancreasException {@code QUALITY} if that is no number
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  List<Prediction> predict(
      ClassificationNetwork network, List<CachedRegion> cases, Monitor monitor) {
    List<Prediction> predictions = new ArrayList<>();
    for (int first = 0; first < cases.size(); first += GROUP) {
      monitor.throwIfCancelled();
      List<CachedRegion> group = cases.subList(first, Math.min(first + GROUP, cases.size()));
      for (int i = 0; i < group.size(); i++) {
        central.apply(cache.read(group.get(i)), input, i * voxels);
      }
      float[] probabilities = network.predict(input, group.size());
      for (int i = 0; i < group.size(); i++) {
        predictions.add(prediction(group.get(i), probabilities[i]));
      }
    }
    return predictions;
  }

  private static Prediction prediction(CachedRegion each, float probability) {
    if (Float.isNaN(probability)) {
      throw new PancreasException(
          ErrorCode.QUALITY,
          "training broke down: the network says nothing of patient "
              + each.patient()
              + " any more; try a lower learning rate; the last checkpoint stays");
    }
    return new Prediction(each.patient(), each.label(), probability);
  }
}
