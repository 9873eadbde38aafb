package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells")
class PeakMemoryTest {
  private static final int BYTES = 64_000_000;

  @Test
  void growsByWhatIsTouched() {
    double before = PeakMemory.nowMb();

    ByteBuffer memory = ByteBuffer.allocateDirect(BYTES);
    for (int i = 0; i < BYTES; i += 1024) {
      memory.put(i, (byte) 1);
    }

    // Java's heap may shrink meanwhile, but not by half of this.
    double peak = PeakMemory.ofThisProcessMb();
    assertTrue(peak > before + BYTES / 2e6, () -> before + " MB, then " + peak + " MB");
    assertEquals(1, memory.get(0));
  }

  @Test
  void aProcessThatIsNotThereHasNone() {
    assertTrue(Double.isNaN(PeakMemory.ofProcessMb(Long.MAX_VALUE)));
  }
}
