package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.train.ValidationResult.Patient;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionCountsTest {

  @Test
  void ratiosAreThoseOfTheTextbook() {
    ConfusionCounts counts = new ConfusionCounts(30, 10, 20, 940);

    assertEquals(0.97, counts.accuracy(), 1e-12);
    assertEquals(0.75, counts.precision(), 1e-12);
    assertEquals(0.6, counts.recall(), 1e-12);
    assertEquals(2 * 0.75 * 0.6 / (0.75 + 0.6), counts.f1(), 1e-12);
  }

  @Test
  void nothingFoundAndNothingThereAreNumbers() {
    ConfusionCounts missed = new ConfusionCounts(0, 0, 5, 95);
    assertEquals(0, missed.precision());
    assertEquals(0, missed.f1());

    ConfusionCounts empty = new ConfusionCounts(0, 0, 0, 100);
    assertEquals(0, empty.recall());
    assertEquals(1, empty.f1());
    assertEquals(0, ConfusionCounts.NONE.accuracy());
  }

  @Test
  void allVoxelsWeighAlikeAndSoDoPatientsWithPancreas() {
    ValidationResult result =
        new ValidationResult(
            List.of(
                new Patient("large", new ConfusionCounts(80, 20, 20, 0)),
                new Patient("small", new ConfusionCounts(1, 4, 4, 91)),
                new Patient("none", new ConfusionCounts(0, 6, 0, 94))));

    assertEquals(162.0 / (162 + 30 + 24), result.all().f1(), 1e-12);
    assertEquals((0.8 + 0.2) / 2, result.meanPatientF1(), 1e-12);
    assertEquals("large", result.patients().get(0).name());
  }
}
