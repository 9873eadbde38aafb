package ai.pancreas.classify;

import ai.pancreas.Monitor;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.nio.FloatBuffer;

/**
 * Makes the input of a classification network from a CT and a mask on the CT's own grid. Immutable
 * and thread-safe.
 */
public sealed interface RegionExtractor permits ReferenceRegion, CorrectedRegion {

  /**
   * The extractor for a preprocessing.
   *
   * @param size the network's input size
   * @param threads threads of one call, at least 1
   */
  static RegionExtractor of(
      RegionPreprocessing preprocessing, Size3 size, Kernels kernels, int threads) {
    if (preprocessing instanceof Corrected corrected) {
      return new CorrectedRegion(corrected, size, kernels, threads);
    }
    return new ReferenceRegion(size);
  }

  /**
   * Makes the region.
   *
   * @param mask on the CT's grid, as {@link MaskAlignment} puts it there
   * @return [slice][row][column] of the network's input size, -1 to 1, 0 outside the mask
   * @throws IllegalArgumentException if CT and mask are on different grids
   * @throws ai.pancreas.PancreasException {@code BAD_DATA} if the mask is empty
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  FloatBuffer extract(CtVolume ct, Mask mask, Monitor monitor);
}
