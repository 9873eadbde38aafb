package ai.pancreas.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureFitTest {
  private static final int VOXELS = 200_000;

  /**
   * Truths are drawn with a known probability, which is then sharpened by a temperature. With so
   * many voxels, the standard error of the fit is about half a percent.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 1.7, 4})
  void theTemperatureThatMadeProbabilitiesWrongIsFound(double temperature) {
    Random random = new Random(7);
    ProbabilityTally tally = new ProbabilityTally();
    for (int i = 0; i < VOXELS; i++) {
      double logit = 2 * random.nextGaussian() - 1;
      int truth = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      tally.add((float) (1 / (1 + Math.exp(-logit * temperature))), truth);
    }

    double found = TemperatureFit.of(tally.logits());

    assertEquals(temperature, found, 0.02 * temperature);
    // Bins of logits are 0.01 wide; their middle tells the exact sum to far less than that.
    assertEquals(
        tally.calibration().negativeLogLikelihood(),
        TemperatureFit.loss(tally.logits(), 1) / VOXELS,
        1e-4);
  }

  /**
   * One logit l and a share s of pancreas: the best probability is s, so that T is l / logit(s).
   */
  @Test
  void oneProbabilityIsMovedToItsShare() {
    LogitHistogram logits = new LogitHistogram();
    for (int i = 0; i < 100; i++) {
      logits.add(3, i < 80 ? 1 : 0);
      logits.add(-3, i < 20 ? 1 : 0);
    }

    // A bin's middle is up to 0.005 from the logit.
    double temperature = TemperatureFit.of(logits);
    assertEquals(3 / Math.log(0.8 / 0.2), temperature, 0.01);
    assertEquals(
        200 * (-0.8 * Math.log(0.8) - 0.2 * Math.log(0.2)),
        TemperatureFit.loss(logits, temperature),
        1e-2);
  }

  @Test
  void whereNothingIsWrongOrNothingIsPancreasThereIsNoTemperature() {
    LogitHistogram right = new LogitHistogram();
    right.add(2, 1);
    right.add(-2, 0);
    LogitHistogram useless = new LogitHistogram();
    useless.add(2, 0);
    useless.add(-2, 1);

    for (LogitHistogram logits : new LogitHistogram[] {right, useless}) {
      PancreasException failure =
          assertThrows(PancreasException.class, () -> TemperatureFit.of(logits));
      assertEquals(ErrorCode.BAD_DATA, failure.code());
    }
  }
}
