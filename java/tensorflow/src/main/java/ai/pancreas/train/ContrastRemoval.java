package ai.pancreas.train;

import java.util.random.RandomGenerator;

/**
 * Makes a slice look as if no contrast agent had been given: what an agent brightens, organs and
 * vessels of 60 to 180 HU, comes down to the 45 to 57 HU that all soft tissue has without it; bone
 * and what is brighter stays. Values: Lamba et al., CT Hounsfield Numbers of Soft Tissues on
 * Unenhanced Abdominal CT Scans, AJR 2014 (PMC5015439).
 *
 * <p>Noise comes down with it, so that a scan's noise is added again.
 */
final class ContrastRemoval {
  private static final double[] FROM_HU = {0, 60, 180, 255};
  private static final double[] TO_HU = {0, 45, 57, 255};
  private static final double LEAST_NOISE_HU = 5;
  private static final double MOST_NOISE_HU = 25;

  private ContrastRemoval() {}

  /** Changes values in place. */
  static void apply(float[] hu, int count, RandomGenerator noise) {
    double deviation = LEAST_NOISE_HU + (MOST_NOISE_HU - LEAST_NOISE_HU) * noise.nextDouble();
    for (int i = 0; i < count; i++) {
      if (hu[i] > FROM_HU[0] && hu[i] < FROM_HU[3]) {
        hu[i] = (float) (without(hu[i]) + deviation * noise.nextGaussian());
      }
    }
  }

  /** What a value becomes, but for the noise. */
  static double without(double hu) {
    int part = 0;
    while (part < FROM_HU.length - 2 && hu > FROM_HU[part + 1]) {
      part++;
    }
    double share = (hu - FROM_HU[part]) / (FROM_HU[part + 1] - FROM_HU[part]);
    return TO_HU[part] + share * (TO_HU[part + 1] - TO_HU[part]);
  }
}
