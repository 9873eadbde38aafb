package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldsTest {
  /** 37 patients, of whom 12 have label 1. */
  private static Map<String, Integer> patients(boolean backwards) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (int i = 0; i < 37; i++) {
      int number = backwards ? 36 - i : i;
      labels.put(String.format("%04d", number), number % 10 < 3 && number < 33 ? 1 : 0);
    }
    return labels;
  }

  @Test
  void everybodyIsInOneFoldAndLabelsAreSpreadEvenly() {
    Map<String, Integer> labels = patients(false);
    long positives = labels.values().stream().filter(label -> label == 1).count();

    Folds folds = Folds.stratified(labels, 5, 1);

    TreeSet<String> all = new TreeSet<>();
    for (List<String> fold : folds.folds()) {
      all.addAll(fold);
      long ones = fold.stream().filter(patient -> labels.get(patient) == 1).count();
      assertTrue(fold.size() == 7 || fold.size() == 8, folds::toString);
      assertTrue(ones == positives / 5 || ones == positives / 5 + 1, folds::toString);
    }
    assertEquals(labels.keySet(), all);
    assertEquals(37, folds.folds().stream().mapToInt(List::size).sum());
  }

  @Test
  void theSeedDecidesAndTheOrderDoesNot() {
    assertEquals(Folds.stratified(patients(false), 5, 1), Folds.stratified(patients(true), 5, 1));
    assertNotEquals(
        Folds.stratified(patients(false), 5, 1).folds(),
        Folds.stratified(patients(false), 5, 2).folds());
  }

  @Test
  void whoIsHeldOutHasNoSayInTheTraining() {
    Folds folds = Folds.stratified(patients(false), 4, 1);
    List<String> heldOut = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Split split = folds.split(i);
      assertEquals(folds.folds().get((i + 1) % 4), split.validation());
      assertEquals(
          37 - folds.folds().get(i).size(), split.training().size() + split.validation().size());
      for (String patient : folds.folds().get(i)) {
        assertTrue(!split.training().contains(patient) && !split.validation().contains(patient));
        heldOut.add(patient);
      }
    }
    assertEquals(37, heldOut.size());
  }

  @Test
  void tooManyFoldsAreRefused() {
    assertUsage(() -> Folds.stratified(patients(false), 2, 1));
    assertUsage(() -> Folds.stratified(patients(false), 13, 1));
  }

  private static void assertUsage(Runnable work) {
    assertEquals(ErrorCode.USAGE, assertThrows(PancreasException.class, work::run).code());
  }

  @Test
  void aFileKeepsThem(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("folds.json");
    Folds folds = Folds.stratified(patients(false), 3, 7);
    folds.write(file);
    assertEquals(folds, Folds.read(file));

    Files.writeString(file, "{\"seed\": 1, \"folds\": [[\"a\"], [\"b\"], [\"a\"]]}");
    assertEquals(
        ErrorCode.BAD_DATA, assertThrows(PancreasException.class, () -> Folds.read(file)).code());
  }
}
