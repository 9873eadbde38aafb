package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec.FrameFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A synthetic slice, and its encodings by other programs (see frames/README.md). */
final class TestPicture {
  static final int ROWS = 40;
  static final int COLUMNS = 56;
  static final FrameFormat S16 = new FrameFormat(ROWS, COLUMNS, 16, 16, true);
  static final FrameFormat S12 = new FrameFormat(ROWS, COLUMNS, 16, 12, true);
  static final FrameFormat U12 = new FrameFormat(ROWS, COLUMNS, 16, 12, false);
  static final FrameFormat U8 = new FrameFormat(ROWS, COLUMNS, 8, 8, false);

  private TestPicture() {}

  /** A bone in a body in air, with noise, in HU. */
  private static int[] hounsfield() {
    int[] values = new int[ROWS * COLUMNS];
    int random = 1;
    for (int i = 0; i < values.length; i++) {
      random = random * 1103515245 + 12345 & 0x7FFFFFFF;
      int x = i % COLUMNS - 28;
      int y = i / COLUMNS - 20;
      int distance = x * x + y * y;
      int tissue = distance > 18 * 18 ? -1024 : distance > 9 * 9 ? 40 : 900;
      values[i] = tissue + (random >> 16) % 64;
    }
    values[0] = -2000;
    values[values.length - 1] = 1500;
    return values;
  }

  /** The stored values of one of the four formats above. */
  static short[] stored(FrameFormat format) {
    int[] values = hounsfield();
    short[] stored = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      int value = values[i];
      if (format.equals(U12)) {
        value = Math.min(4095, Math.max(0, value + 960));
      } else if (format.equals(U8)) {
        value = Math.min(255, Math.max(0, Math.floorDiv(value + 1024, 12)));
      }
      stored[i] = (short) value;
    }
    return stored;
  }

  static byte[] frame(String name) throws IOException {
    try (InputStream in = TestPicture.class.getResourceAsStream("/frames/" + name)) {
      return in.readAllBytes();
    }
  }

  /** What another program decoded. */
  static short[] decodedElsewhere(String name, FrameFormat format) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(frame(name)).order(ByteOrder.LITTLE_ENDIAN);
    short[] values = new short[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = format.bitsAllocated() == 8 ? (short) (bytes.get() & 0xFF) : bytes.getShort();
    }
    return values;
  }
}
