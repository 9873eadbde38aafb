package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitTest {
  private static final List<String> PATIENTS =
      IntStream.range(0, 49).mapToObj(i -> String.format("%04d", i)).toList();

  @Test
  void everyPatientIsOnOneSide() {
    Split split = Split.random(PATIENTS, 0.2, 1);

    assertEquals(10, split.validation().size());
    TreeSet<String> all = new TreeSet<>(split.training());
    all.addAll(split.validation());
    assertEquals(new TreeSet<>(PATIENTS), all);
    assertEquals(49, split.training().size() + split.validation().size());
  }

  @Test
  void theSeedDecidesAndTheOrderDoesNot() {
    List<String> reversed = new ArrayList<>(PATIENTS);
    Collections.reverse(reversed);

    assertEquals(Split.random(PATIENTS, 0.2, 1), Split.random(reversed, 0.2, 1));
    assertNotEquals(Split.random(PATIENTS, 0.2, 1), Split.random(PATIENTS, 0.2, 2));
  }

  @Test
  void twoPatientsAreEnoughForAValidation() {
    assertEquals(1, Split.random(List.of("a", "b"), 0.01, 1).validation().size());
    assertEquals(1, Split.random(List.of("a", "b"), 0.99, 1).training().size());
    assertEquals(List.of("a"), Split.random(List.of("a"), 0.5, 1).training());
    assertEquals(List.of(), Split.random(PATIENTS, 0, 1).validation());
  }

  @Test
  void aStratifiedSplitHasBothLabelsOnBothSides() {
    Map<String, Integer> labels = new LinkedHashMap<>();
    Map<String, Integer> reversed = new LinkedHashMap<>();
    for (int i = 0; i < PATIENTS.size(); i++) {
      labels.put(PATIENTS.get(i), i % 7 == 0 ? 1 : 0);
      int other = PATIENTS.size() - 1 - i;
      reversed.put(PATIENTS.get(other), other % 7 == 0 ? 1 : 0);
    }

    Split split = Split.stratified(labels, 0.3, 1);

    // 7 and 42 patients.
    assertEquals(2 + 13, split.validation().size());
    assertEquals(2, split.validation().stream().filter(each -> labels.get(each) == 1).count());
    assertEquals(5, split.training().stream().filter(each -> labels.get(each) == 1).count());
    assertEquals(split, Split.stratified(reversed, 0.3, 1));
    assertNotEquals(split.validation(), Split.stratified(labels, 0.3, 2).validation());
  }

  @Test
  void patientsCanBeNamed() {
    Split split = Split.named(List.of("a", "b", "c"), List.of("b"));

    assertEquals(List.of("a", "c"), split.training());
    assertEquals(
        ErrorCode.USAGE,
        assertThrows(PancreasException.class, () -> Split.named(List.of("a"), List.of("x")))
            .code());
  }

  @Test
  void aFileKeepsIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("split.json");
    Split split = Split.random(PATIENTS, 0.3, 7);
    split.write(file);
    assertEquals(split, Split.read(file));

    Files.writeString(file, "{\"seed\": 1, \"training\": [\"a\"], \"validation\": [\"a\"]}");
    assertEquals(
        ErrorCode.BAD_DATA, assertThrows(PancreasException.class, () -> Split.read(file)).code());
  }
}
