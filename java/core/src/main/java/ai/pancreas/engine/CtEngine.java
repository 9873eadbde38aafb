package ai.pancreas.engine;

import ai.pancreas.Monitor;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.volume.CtVolume;
import java.util.List;
import java.util.Optional;

/**
 * An engine that can also do what lies around its network, from a CT to its mask, so that nothing
 * has to leave its device in between.
 */
public interface CtEngine extends Engine {

  /**
   * What became of a CT.
   *
   * @param probability [slice][row * columns + column] of the network's grid
   * @param mask [slice][row * columns + column] of the CT, 1 where the probability is strictly
   *     above the threshold, else 0; no component has been removed
   */
  record Result(List<float[]> probability, List<byte[]> mask) {
    public Result {
      probability = List.copyOf(probability);
      mask = List.copyOf(mask);
    }
  }

  /**
   * Segments a CT.
   *
   * @return empty if the CT is not held in a form that this engine takes: then the steps have to be
   *     done one by one
   * @throws ai.pancreas.PancreasException {@code BAD_DATA} if all voxels are the same, {@code
   *     DEVICE}, {@code MODEL}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  Optional<Result> segment(
      CtVolume ct,
      Preprocessing preprocessing,
      Postprocessing postprocessing,
      double threshold,
      Monitor monitor);
}
