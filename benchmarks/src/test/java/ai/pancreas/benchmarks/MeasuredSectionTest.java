package ai.pancreas.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.report.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuredSectionTest {
  private static final Machine MACHINE = new Machine("Linux", "a CPU", 2, 24, "17", "java", 0.1);

  @Test
  void replacesOnlyWhatIsBetweenTheMarkers() {
    String page = "before\n<!-- measured -->\nold\n<!-- /measured -->\nafter\n";

    String once = MeasuredSection.replace(page, "new\n");

    assertEquals("before\n<!-- measured -->\n\nnew\n\n<!-- /measured -->\nafter\n", once);
    assertEquals(once, MeasuredSection.replace(once, "new"));
  }

  @Test
  void aPageWithoutMarkersIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> MeasuredSection.replace("no markers", "new"));
    assertThrows(
        IllegalArgumentException.class,
        () -> MeasuredSection.replace("<!-- /measured --><!-- measured -->", "new"));
  }

  @Test
  void tellsEveryEngineWithMachineAndDay() {
    String text =
        MeasuredSection.of(
            new EngineReport(
                MACHINE,
                "2026-01-02",
                List.of(new EngineReport.Row("fast", 2, 6, 1.5, 1.4, 0.5, 1, 250))),
            new EndToEndReport(
                MACHINE,
                "2026-01-03",
                List.of(new EndToEndReport.Row("segment", "fast", 240, 5, 3.25, 3, 650, 461))));

    assertTrue(text.contains("| fast | 2 | 1.50 | 1.00 | 0.50 | 250 |"), text);
    assertTrue(text.contains("| segment | fast | 512 x 512 x 240 | 3.3 | 3.0 | 650 | 461 |"), text);
    assertTrue(text.contains("2026-01-02; a CPU, 2 processors"), text);
    assertTrue(text.contains("2026-01-03; a CPU, 2 processors"), text);
  }
}
