package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged frames are refused, or decode to something; nothing else happens. */
class DamagedFramesTest {
  private static final int FRAMES = 200;

  @ParameterizedTest
  @MethodSource("ai.pancreas.codecs.EncodingsTest#all")
  void areRefusedOrDecoded(EncodingsTest.Encoding encoding) throws IOException {
    byte[] frame = TestPicture.frame(encoding.file());
    Random random = new Random(20261101);
    int refused = 0;
    for (int i = 0; i < FRAMES; i++) {
      byte[] damaged = Mutation.of(frame, random);
      try {
        assertEquals(TestPicture.ROWS * TestPicture.COLUMNS, encoding.decode(damaged).length);
      } catch (IOException e) {
        refused++;
        assertFalse(e.getMessage().isBlank() || e.getMessage().contains("\n"));
      }
    }
    assertTrue(refused > FRAMES / 10, refused + " refused");
  }
}
