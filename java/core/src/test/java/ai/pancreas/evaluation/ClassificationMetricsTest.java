package ai.pancreas.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Known values are of NumPy 1.24 (ratios, corrcoef, mean) on the same patients. */
class ClassificationMetricsTest {
  /** Rounding of doubles. */
  private static final double EXACT = 1e-12;

  static final List<Prediction> PATIENTS =
      patients(
          new double[] {.95, .9, .8, .8, .7, .5, .45, .2},
          new double[] {.85, .6, .5, .4, .4, .3, .3, .2, .1, .1, .05, 0});

  static List<Prediction> patients(double[] positives, double[] negatives) {
    List<Prediction> predictions = new ArrayList<>();
    for (double probability : positives) {
      predictions.add(new Prediction("p" + predictions.size(), 1, probability));
    }
    for (double probability : negatives) {
      predictions.add(new Prediction("p" + predictions.size(), 0, probability));
    }
    return predictions;
  }

  @Test
  void theyAreThoseOfAnIndependentProgram() {
    ClassificationMetrics metrics = ClassificationMetrics.of(PATIENTS, 0.5);

    // Two patients have just the threshold, which does not say 1.
    assertEquals(new ClassificationCounts(5, 2, 3, 10), metrics.counts());
    assertEquals(0.75, metrics.counts().accuracy(), EXACT);
    assertEquals(0.7142857142857143, metrics.counts().precision(), EXACT);
    assertEquals(0.625, metrics.counts().recall(), EXACT);
    assertEquals(0.8333333333333334, metrics.counts().specificity(), EXACT);
    assertEquals(0.6666666666666666, metrics.counts().f1(), EXACT);
    assertEquals(0.4707565417620041, metrics.counts().matthewsCorrelation(), EXACT);
    assertEquals(0.1635, metrics.brierScore(), EXACT);
    assertEquals(0.48937128277855957, metrics.logLoss(), EXACT);
  }

  @Test
  void theThresholdDecidesWhoIsCalledPositive() {
    assertEquals(
        new ClassificationCounts(8, 11, 0, 1), ClassificationMetrics.of(PATIENTS, 0).counts());
    assertEquals(
        new ClassificationCounts(0, 0, 8, 12), ClassificationMetrics.of(PATIENTS, 1).counts());
    assertThrows(IllegalArgumentException.class, () -> ClassificationMetrics.of(PATIENTS, 1.5));
  }

  @Test
  void whatIsNotDefinedIsNoNumber() {
    ClassificationMetrics healthy =
        ClassificationMetrics.of(patients(new double[0], new double[] {0.1, 0.2}), 0.5);

    assertEquals(1, healthy.counts().accuracy());
    assertEquals(1, healthy.counts().specificity());
    assertEquals(Double.NaN, healthy.counts().precision());
    assertEquals(Double.NaN, healthy.counts().recall());
    assertEquals(Double.NaN, healthy.counts().f1());
    assertEquals(Double.NaN, healthy.counts().matthewsCorrelation());
    assertEquals(Double.NaN, healthy.auc().value());
    assertEquals((0.01 + 0.04) / 2, healthy.brierScore(), EXACT);
    ClassificationMetrics nobody = ClassificationMetrics.of(List.of(), 0.5);
    assertEquals(Double.NaN, nobody.counts().accuracy());
    assertEquals(Double.NaN, nobody.brierScore());
    assertEquals(Double.NaN, nobody.logLoss());
  }

  /** A missed patient has no recall left, which is 0, but nobody was called positive. */
  @Test
  void missingEverybodyIsNotUndefined() {
    ClassificationCounts missed =
        ClassificationMetrics.of(patients(new double[] {0.1}, new double[] {0.2}), 0.5).counts();

    assertEquals(0, missed.recall());
    assertEquals(0, missed.f1());
    assertEquals(Double.NaN, missed.precision());
  }

  @Test
  void whoeverIsSureAndWrongHasAFiniteLoss() {
    ClassificationMetrics wrong =
        ClassificationMetrics.of(patients(new double[] {0}, new double[] {1}), 0.5);

    assertEquals(-Math.log(1e-7), wrong.logLoss(), EXACT);
    assertEquals(1, wrong.brierScore());
    assertEquals(-1, wrong.counts().matthewsCorrelation(), EXACT);
  }

  @Test
  void theOrderOfThePatientsDoesNotMatter() {
    List<Prediction> shuffled = new ArrayList<>(PATIENTS);
    java.util.Collections.shuffle(shuffled, new Random(1));

    assertEquals(
        ClassificationMetrics.of(PATIENTS, 0.5).counts(),
        ClassificationMetrics.of(shuffled, 0.5).counts());
    assertEquals(
        AreaUnderCurve.of(PATIENTS).interval().low(),
        AreaUnderCurve.of(shuffled).interval().low(),
        EXACT);
  }

  @Test
  void aPredictionIsOfALabelAndAProbability() {
    assertThrows(IllegalArgumentException.class, () -> new Prediction("p", 2, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Prediction("p", 1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Prediction("p", 1, 1.01));
  }
}
