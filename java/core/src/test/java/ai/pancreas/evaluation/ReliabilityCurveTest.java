package ai.pancreas.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.evaluation.ReliabilityCurve.Bin;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReliabilityCurveTest {
  /** Rounding of doubles. */
  private static final double EXACT = 1e-12;

  private static final int CURVE_RGB = 0xFFE69F00;

  @TempDir private Path folder;

  /** Counted by NumPy 1.24. */
  @Test
  void binsHoldWhatAnIndependentProgramCounts() {
    ReliabilityCurve curve = ReliabilityCurve.of(ClassificationMetricsTest.PATIENTS, 5);

    assertEquals(List.of(6L, 4L, 4L, 3L, 3L), curve.bins().stream().map(Bin::patients).toList());
    assertEquals(List.of(1L, 0L, 2L, 3L, 2L), curve.bins().stream().map(Bin::positives).toList());
    assertEquals(0.10833333333333334, curve.bins().get(0).meanProbability(), EXACT);
    assertEquals(0.5125, curve.bins().get(2).meanProbability(), EXACT);
    assertEquals(0.9, curve.bins().get(4).meanProbability(), EXACT);
    assertEquals(0.16, curve.expectedCalibrationError(), EXACT);
  }

  /** Of SciPy 1.10's {@code binomtest}, method wilson. */
  @ParameterizedTest
  @CsvSource({
    "0, 5, 0, 0.43448246478317476",
    "3, 7, 0.1582198552514697, 0.7495416354723428",
    "7, 7, 0.6456695649333126, 1",
    "81, 263, 0.2552885198782742, 0.36620957698280004"
  })
  void intervalsAreThoseOfAnIndependentProgram(int part, int whole, double low, double high) {
    Interval interval = Interval.wilson(part, whole);

    assertEquals(low, interval.low(), EXACT);
    assertEquals(high, interval.high(), EXACT);
  }

  @Test
  void aBinWithoutPatientsHasNoShare() {
    ReliabilityCurve curve =
        ReliabilityCurve.of(
            ClassificationMetricsTest.patients(new double[] {1}, new double[0]), 10);

    assertEquals(Double.NaN, curve.bins().get(0).observedShare());
    assertEquals(Double.NaN, curve.bins().get(0).meanProbability());
    assertEquals(Interval.NONE, curve.bins().get(0).interval());
    assertEquals(1, curve.bins().get(9).patients());
    assertEquals(0, curve.expectedCalibrationError(), EXACT);
    assertEquals(Double.NaN, ReliabilityCurve.of(List.of(), 10).expectedCalibrationError());
  }

  @Test
  void theTableLeavesEmptyWhatIsNotDefined() throws IOException {
    Path file = folder.resolve("reliability.csv");

    ReliabilityCurve.of(ClassificationMetricsTest.patients(new double[] {1}, new double[0]), 2)
        .writeCsv(file);

    List<String> lines = Files.readAllLines(file);
    assertEquals(
        "from,to,patients,positives,mean_probability,observed_share,observed_share_low,"
            + "observed_share_high",
        lines.get(0));
    assertEquals("0.0,0.5,0,0,,,,", lines.get(1));
    // Wilson's interval of 1 of 1: from 1 / (1 + z * z).
    assertTrue(lines.get(2).startsWith("0.5,1.0,1,1,1.0,1.0,0.2065"), lines.get(2));
  }

  @Test
  void thePictureHasAPointWhereTheCurveIs() throws IOException {
    Path file = folder.resolve("reliability.png");

    ReliabilityCurve.of(ClassificationMetricsTest.PATIENTS, 5).writePng("patients", file);

    BufferedImage picture = ImageIO.read(file.toFile());
    // Bin 2 of 0.5125 and 2 of 4: 110 + 600 * 0.5125 from the left, 710 - 600 * 0.5 from the top.
    assertEquals(CURVE_RGB, picture.getRGB(417, 410));
    assertTrue(picture.getRGB(300, 650) != CURVE_RGB);
  }

  @Test
  void aPictureOfNobodyIsDrawnToo() throws IOException {
    Path file = folder.resolve("reliability.png");

    ReliabilityCurve.of(List.of(), 10).writePng("nobody", file);

    assertEquals(760, ImageIO.read(file.toFile()).getWidth());
  }

  @Test
  void predictionsAreATableSortedByPatient() throws IOException {
    Path file = folder.resolve("predictions.csv");

    Predictions.writeCsv(
        List.of(new Prediction("b", 1, 0.75), new Prediction("a, \"the first\"", 0, 0.125)), file);

    assertEquals(
        List.of("patient,label,probability", "\"a, \"\"the first\"\"\",0,0.125", "b,1,0.75"),
        Files.readAllLines(file));
  }

  @Test
  void oneBinIsNoCurve() {
    assertThrows(IllegalArgumentException.class, () -> ReliabilityCurve.of(List.of(), 1));
  }
}
