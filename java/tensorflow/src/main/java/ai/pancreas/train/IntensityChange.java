package ai.pancreas.train;

import static ai.pancreas.train.AugmentationOptions.SOFT_TISSUE_MAX_HU;
import static ai.pancreas.train.AugmentationOptions.SOFT_TISSUE_MIN_HU;

import java.util.random.RandomGenerator;

/**
 * A change of intensities: {@code factor * hu + offsetHu}, then soft tissue bent by {@code gamma},
 * then white noise.
 *
 * @param noiseHu standard deviation of the noise
 */
record IntensityChange(double factor, double offsetHu, double gamma, double noiseHu) {
  private static final double RANGE_HU = SOFT_TISSUE_MAX_HU - SOFT_TISSUE_MIN_HU;

  /** Changes values in place. */
  void apply(float[] hu, int count, RandomGenerator noise) {
    if (factor != 1 || offsetHu != 0) {
      for (int i = 0; i < count; i++) {
        hu[i] = (float) (factor * hu[i] + offsetHu);
      }
    }
    if (gamma != 1) {
      for (int i = 0; i < count; i++) {
        double share = (hu[i] - SOFT_TISSUE_MIN_HU) / RANGE_HU;
        if (share > 0 && share < 1) {
          hu[i] = (float) (SOFT_TISSUE_MIN_HU + RANGE_HU * Math.pow(share, gamma));
        }
      }
    }
    if (noiseHu > 0) {
      for (int i = 0; i < count; i++) {
        hu[i] += (float) (noiseHu * noise.nextGaussian());
      }
    }
  }
}
