package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.dicom.FrameCodec.FrameFormat;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LosslessJpegCodecTest {
  private static final int ROWS = 23;
  private static final int COLUMNS = 17;

  @ParameterizedTest
  @CsvSource({
    "16, 1, 0, 0", "16, 1, 0, 1", "16, 2, 0, 2", "16, 3, 0, 5", "16, 4, 0, 0", "16, 5, 0, 1",
    "16, 6, 0, 3", "16, 7, 0, 0", "16, 1, 4, 0", "12, 6, 2, 2", "8, 7, 1, 0", "2, 1, 0, 0",
    "9, 5, 0, 1"
  })
  void anyPrecisionPredictorPointTransformAndRestartIntervalIsExact(
      int precision, int predictor, int pointTransform, int restartRows) throws IOException {
    int[] samples = new Random(5).ints((long) ROWS * COLUMNS, 0, 1 << precision).toArray();
    byte[] frame =
        new LosslessJpegWriter(precision, predictor, pointTransform, restartRows)
            .write(samples, ROWS, COLUMNS);
    short[] expected = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      expected[i] = (short) (samples[i] >> pointTransform << pointTransform);
    }
    FrameFormat format = new FrameFormat(ROWS, COLUMNS, 16, precision, false);
    assertArrayEquals(expected, Codecs.decode(Codecs.LOSSLESS, frame, format));
  }

  @ParameterizedTest
  @CsvSource({"3, 4", "0, 1"})
  void missingOrWrongRestartMarkersAreRefused(int written, int read) {
    int[] samples = new Random(5).ints((long) ROWS * COLUMNS, 0, 1 << 12).toArray();
    byte[] frame = new LosslessJpegWriter(12, 1, 0, written).write(samples, ROWS, COLUMNS);
    for (int i = 0; i < frame.length; i++) {
      if ((frame[i] & 0xFF) == 0xFF && (frame[i + 1] & 0xFF) == JpegSegments.DRI) {
        frame[i + 5] = (byte) (read * COLUMNS);
        break;
      }
    }
    FrameFormat format = new FrameFormat(ROWS, COLUMNS, 16, 12, false);
    assertThrows(IOException.class, () -> Codecs.decode(Codecs.LOSSLESS, frame, format));
  }

  @ParameterizedTest
  @CsvSource({"12, true, -1", "12, false, 4095", "16, false, -1"})
  void storedValuesKeepTheLowBitsAndTheSign(int bitsStored, boolean signed, int expected)
      throws IOException {
    byte[] frame = new LosslessJpegWriter(16, 1, 0, 0).write(new int[] {0xFFFF}, 1, 1);
    FrameFormat format = new FrameFormat(1, 1, 16, bitsStored, signed);
    assertEquals(expected, Codecs.decode(Codecs.LOSSLESS, frame, format)[0]);
  }

  @ParameterizedTest
  @CsvSource({"1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.80"})
  void aFrameOfAnotherProcessIsRefused(String transferSyntaxUid) {
    byte[] frame = new LosslessJpegWriter(8, 1, 0, 0).write(new int[1], 1, 1);
    FrameFormat format = new FrameFormat(1, 1, 8, 8, false);
    IOException e =
        assertThrows(IOException.class, () -> Codecs.decode(transferSyntaxUid, frame, format));
    assertEquals(
        "the compressed frame is of a JPEG process that its transfer syntax does not name (marker FFC3)",
        e.getMessage());
  }
}
