package ai.pancreas.evaluation;

import static ai.pancreas.evaluation.ClassificationMetricsTest.patients;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.evaluation.AreaUnderCurve.IntervalMethod;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AreaUnderCurveTest {
  /** Rounding of doubles. */
  private static final double EXACT = 1e-12;

  /**
   * Known values are of SciPy 1.10: the area from {@code mannwhitneyu}, the standard error from
   * midranks ({@code rankdata}) in the way of Sun and Xu (IEEE Signal Processing Letters 21, 2014).
   */
  @Test
  void areaAndErrorAreThoseOfAnIndependentProgramWithTies() {
    AreaUnderCurve auc = AreaUnderCurve.of(ClassificationMetricsTest.PATIENTS);

    assertEquals(0.8333333333333333, auc.value(), EXACT);
    assertEquals(0.09651262637117512, auc.standardError(), EXACT);
    assertEquals(0.561555347392645, auc.interval().low(), EXACT);
    assertEquals(0.9512651784380464, auc.interval().high(), EXACT);
    assertEquals(IntervalMethod.DELONG_LOGIT, auc.method());
  }

  /** Ends of the interval of SciPy 1.10's {@code binomtest(k, k)}, method exact. */
  @Test
  void aPerfectPartingIsNotBelievedBeyondWhatThePatientsCanSay() {
    assertEquals(0.025, separated(1, 1).interval().low(), EXACT);
    assertEquals(0.47817624989501856, separated(5, 100).interval().low(), EXACT);
    assertEquals(0.8315665290169145, separated(30, 20).interval().low(), EXACT);
    assertEquals(1, separated(30, 20).interval().high());
    assertEquals(IntervalMethod.EXACT_PAIRS, separated(30, 20).method());
    AreaUnderCurve reversed = AreaUnderCurve.of(patients(new double[] {.1}, new double[] {.2}));
    assertEquals(0, reversed.value());
    assertEquals(new Interval(0, 0.975), reversed.interval());
  }

  private static AreaUnderCurve separated(int positives, int negatives) {
    double[] ones = new double[positives];
    Arrays.fill(ones, 0.9);
    return AreaUnderCurve.of(patients(ones, new double[negatives]));
  }

  @Test
  void aClassifierThatSaysTheSameOfEverybodyHasNoInterval() {
    double[] same = new double[7];
    Arrays.fill(same, 0.3);

    AreaUnderCurve auc = AreaUnderCurve.of(patients(same, same));

    assertEquals(0.5, auc.value());
    assertEquals(Interval.NONE, auc.interval());
    assertEquals(IntervalMethod.NONE, auc.method());
  }

  @Test
  void oneOfALabelIsTooFewForAnInterval() {
    AreaUnderCurve auc = AreaUnderCurve.of(patients(new double[] {.5}, new double[] {.1, .9}));

    assertEquals(0.5, auc.value());
    assertEquals(Double.NaN, auc.standardError());
    assertEquals(Interval.NONE, auc.interval());
  }

  @Test
  void withOneLabelAloneThereIsNoArea() {
    AreaUnderCurve auc = AreaUnderCurve.of(patients(new double[] {.5, .6}, new double[0]));

    assertEquals(Double.NaN, auc.value());
    assertEquals(IntervalMethod.NONE, auc.method());
  }

  /**
   * Normal probabilities 1.2 apart have an area of Phi(1.2 / sqrt 2) = 0.80193. Of 1000 draws the
   * interval should hold it in 950 +- 7; SciPy found 95.25 % of 2000.
   */
  @Test
  void ninetyFiveOfAHundredIntervalsHoldTheTruth() {
    Random random = new Random(3);
    int held = 0;
    for (int draw = 0; draw < 1000; draw++) {
      double[] positives =
          random.doubles(30).map(any -> unit(random.nextGaussian() + 1.2)).toArray();
      double[] negatives = random.doubles(40).map(any -> unit(random.nextGaussian())).toArray();
      Interval interval = AreaUnderCurve.of(patients(positives, negatives)).interval();
      held += interval.low() <= 0.80193 && 0.80193 <= interval.high() ? 1 : 0;
    }

    assertTrue(held > 920 && held < 980, "held in " + held);
  }

  private static double unit(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
