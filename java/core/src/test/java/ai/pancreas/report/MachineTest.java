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

  @Test
  void whatIsNotKnownIsLeftOut() {
    String text = new Machine("Some OS", "a CPU", 4, Double.NaN, "17", "java", -1).describe();

    assertEquals("a CPU, 4 processors, Some OS, Java 17, kernels java", text);
  }
}
