package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void isDescribedInOneLine() {
    String text = Machine.here().describe();

    assertEquals(1, text.lines().count());
    assertTrue(text.contains(System.getProperty("java.version")), text);
    assertTrue(text.contains(Runtime.getRuntime().availableProcessors() + " processors"), text);
  }
}
