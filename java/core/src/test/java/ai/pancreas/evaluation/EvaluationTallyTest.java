package ai.pancreas.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.evaluation.ModelEvaluation.PatientResult;
import ai.pancreas.evaluation.ModelEvaluation.ThresholdResult;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class EvaluationTallyTest {
  /** Sums of many doubles in another order. */
  private static final double ROUNDING = 1e-12;

  private static final float THRESHOLD = 0.4f;

  private final ModelDescription model = new ModelRepository().describe(ModelRepository.DEFAULT_ID);

  private record Slice(String patient, float[] probability, byte[] predicted, byte[] truth) {
    boolean holdsPancreas() {
      for (byte value : truth) {
        if (value != 0) {
          return true;
        }
      }
      return false;
    }
  }

  /** Two patients by hand: one slice of four voxels each with pancreas, and one without. */
  @Test
  void aFewVoxelsGiveWhatOneCountsByHand() {
    EvaluationTally tally = new EvaluationTally();
    tally.addSlice("b", floats(0.9, 0.45, 0.1, 0), bytes(1, 1, 0, 0), bytes(1, 0, 1, 0));
    tally.addSlice("a", floats(0.8, 0.7, 0.2, 0), bytes(1, 1, 0, 0), bytes(1, 1, 0, 0));
    tally.addSlice("a", floats(0.5, 0.2, 0, 0), bytes(1, 0, 0, 0), bytes(0, 0, 0, 0));
    tally.addSlice("c", floats(0.3, 0.2, 0, 0), bytes(0, 0, 0, 0), bytes(0, 0, 0, 0));

    ModelEvaluation result = tally.result(model, "cpu", 2, List.of());

    assertEquals(3, result.patientCount());
    assertEquals(4, result.slices());
    assertEquals(2, result.pancreasSlices().slices());
    assertEquals(2, result.pancreasSlices().patients());
    assertEquals(6.0 / 8, result.pancreasSlices().dice(), ROUNDING);
    assertEquals(3.0 / 4, result.pancreasSlices().precision(), ROUNDING);
    assertEquals(3.0 / 4, result.pancreasSlices().recall(), ROUNDING);
    assertEquals(
        List.of("a", "b", "c"), result.patients().stream().map(PatientResult::patient).toList());
    assertEquals(1, result.patients().get(0).dice());
    assertEquals(0.5, result.patients().get(1).dice());
    assertTrue(Double.isNaN(result.patients().get(2).dice()));
    assertEquals(2, result.dicePerPatient().count());
    assertEquals(0.75, result.dicePerPatient().mean(), ROUNDING);
    assertEquals(0.75, result.dicePerPatient().median(), ROUNDING);
    assertEquals(Math.sqrt(0.125), result.dicePerPatient().sd(), ROUNDING);
    assertEquals(2, result.emptySlices().slices());
    assertEquals(1, result.emptySlices().clean());
    assertEquals(1, result.emptySlices().falseVoxels());
    assertEquals(0.5, result.emptySlices().falseVoxelsPerSlice());
    ThresholdResult half = result.thresholds().get(9);
    assertEquals(0.5, half.threshold());
    // Above 0.5 are 0.9, 0.8 and 0.7, all true; 0.1 is missed. 0.5 itself is not above.
    assertEquals(6.0 / 7, half.dice(), ROUNDING);
    assertEquals(2, half.emptySlicesClean());
    assertEquals(0, result.volumes().count());
    assertEquals(2, result.cutOutPictures());
  }

  @Test
  void volumesAreSummedUpInMillilitres() {
    EvaluationTally tally = new EvaluationTally();
    tally.addVolume("a", new Overlap(30, 10, 10), 4, 500);
    tally.addVolume("b", new Overlap(0, 2, 6), 0, 1000);

    ModelEvaluation.Volumes volumes = tally.result(model, "cpu", 0, List.of()).volumes();

    assertEquals(2, volumes.count());
    assertEquals(0.75, volumes.dice().max());
    assertEquals(0, volumes.dice().min());
    assertEquals((10 * 500 + 2 * 1000) / 1000.0, volumes.falsePositiveMl(), ROUNDING);
    assertEquals(4 * 500 / 1000.0, volumes.falsePositiveMlInEmptySlices(), ROUNDING);
  }

  @Test
  void allNumbersEqualThoseOfPlainLoops() {
    List<Slice> slices = slices();
    EvaluationTally tally = new EvaluationTally();
    slices.forEach(
        slice ->
            tally.addSlice(slice.patient(), slice.probability(), slice.predicted(), slice.truth()));

    ModelEvaluation result = tally.result(model, "cpu", 0, List.of());

    List<Slice> pancreas = slices.stream().filter(Slice::holdsPancreas).toList();
    assertEquals(dice(pancreas, THRESHOLD), result.pancreasSlices().dice(), ROUNDING);
    for (int k = 0; k < 19; k++) {
      ThresholdResult at = result.thresholds().get(k);
      double threshold = (k + 1) / 20.0;
      assertEquals(threshold, at.threshold(), ROUNDING);
      assertEquals(dice(pancreas, threshold), at.dice(), ROUNDING);
      double sum = 0;
      for (String patient : List.of("p", "q")) {
        sum += dice(of(pancreas, slice -> slice.patient().equals(patient)), threshold);
      }
      assertEquals(sum / 2, at.meanDicePerPatient(), ROUNDING);
      long clean =
          slices.stream()
              .filter(slice -> !slice.holdsPancreas() && max(slice.probability()) <= threshold)
              .count();
      assertEquals(clean, at.emptySlicesClean());
    }
    assertCalibration(pancreas, result.calibrationOfPancreasSlices());
    assertCalibration(slices, result.calibrationOfAllSlices());
  }

  private static void assertCalibration(List<Slice> slices, Calibration actual) {
    double loss = 0;
    double squares = 0;
    long voxels = 0;
    double error = 0;
    for (Slice slice : slices) {
      for (int i = 0; i < slice.truth().length; i++) {
        double p = slice.probability()[i];
        double clipped = Math.max(Float.MIN_NORMAL, Math.min(1 - Math.pow(2, -24), p));
        loss -= slice.truth()[i] == 1 ? Math.log(clipped) : Math.log1p(-clipped);
        squares += (p - slice.truth()[i]) * (p - slice.truth()[i]);
        voxels++;
      }
    }
    for (int bin = 0; bin < 10; bin++) {
      long count = 0;
      double sum = 0;
      long inside = 0;
      for (Slice slice : slices) {
        for (int i = 0; i < slice.truth().length; i++) {
          double p = slice.probability()[i];
          if ((p > bin / 10.0 || bin == 0) && p <= (bin + 1) / 10.0) {
            count++;
            sum += p;
            inside += slice.truth()[i];
          }
        }
      }
      Calibration.Bin one = actual.reliability().get(bin);
      assertEquals(bin / 10.0, one.from(), ROUNDING);
      assertEquals(count, one.voxels());
      assertEquals(sum / count, one.meanProbability(), ROUNDING);
      assertEquals((double) inside / count, one.pancreasShare(), ROUNDING);
      error += Math.abs(sum - inside);
    }
    assertEquals(voxels, actual.voxels());
    assertEquals(loss / voxels, actual.negativeLogLikelihood(), 1e-9);
    assertEquals(squares / voxels, actual.brierScore(), ROUNDING);
    assertEquals(error / voxels, actual.expectedCalibrationError(), ROUNDING);
  }

  /** With probabilities that are exactly on thresholds, 0 and 1. */
  private static List<Slice> slices() {
    Random random = new Random(4);
    List<Slice> slices = new ArrayList<>();
    for (int s = 0; s < 12; s++) {
      float[] probability = new float[200];
      byte[] predicted = new byte[200];
      byte[] truth = new byte[200];
      for (int i = 0; i < 200; i++) {
        probability[i] =
            i < 21 ? i / 20f : (float) Math.pow(random.nextDouble(), s % 3 == 2 ? 9 : 2);
        probability[i] *= s % 3 == 2 ? (s + 1) / 12f : 1;
        predicted[i] = (byte) (probability[i] > THRESHOLD ? 1 : 0);
        truth[i] = (byte) (s % 3 < 2 && random.nextDouble() < probability[i] ? 1 : 0);
      }
      slices.add(new Slice(s % 2 == 0 ? "p" : "q", probability, predicted, truth));
    }
    return slices;
  }

  private static double dice(List<Slice> slices, double threshold) {
    long both = 0;
    long sum = 0;
    for (Slice slice : slices) {
      for (int i = 0; i < slice.truth().length; i++) {
        boolean predicted = slice.probability()[i] > threshold;
        both += predicted && slice.truth()[i] == 1 ? 1 : 0;
        sum += (predicted ? 1 : 0) + slice.truth()[i];
      }
    }
    return 2.0 * both / sum;
  }

  private static List<Slice> of(List<Slice> slices, Predicate<Slice> which) {
    return slices.stream().filter(which).toList();
  }

  private static double max(float[] values) {
    double max = 0;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
