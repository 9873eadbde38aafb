package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.dicom.FrameCodec.FrameFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what these tests need of the DICOM fixtures: explicit little endian, one sample a pixel.
 */
record Fixture(FrameFormat format, String transferSyntaxUid, List<byte[]> frames) {
  private static final int PIXEL_DATA = 0x00107FE0;
  private static final int ITEM = 0xE000FFFE;

  /** A path below the fixtures; skips the test where they are absent. */
  static Path path(String name) {
    Path path = Path.of(System.getProperty("pancreas.fixtures", "absent"), name);
    assumeTrue(Files.exists(path), "no fixtures");
    return path;
  }

  /** Reads a file with one uncompressed frame or with encapsulated ones. */
  static Fixture read(Path path) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    FrameFormat format =
        new FrameFormat(
            number(bytes, 0x0010),
            number(bytes, 0x0011),
            number(bytes, 0x0100),
            number(bytes, 0x0101),
            number(bytes, 0x0103) == 1);
    int uid = find(bytes, 0x00100002);
    String transferSyntaxUid =
        new String(bytes.array(), uid + 8, bytes.getShort(uid + 6)).strip().replace("\0", "");
    int pixels = find(bytes, PIXEL_DATA);
    List<byte[]> frames =
        bytes.getInt(pixels + 8) == -1
            ? encapsulated(bytes, pixels + 12)
            : List.of(slice(bytes, pixels + 12, bytes.getInt(pixels + 8)));
    return new Fixture(format, transferSyntaxUid, frames);
  }

  /** The stored values of the only frame, which is not compressed. */
  short[] stored() {
    short[] values = new short[format.rows() * format.columns()];
    ByteBuffer bytes = ByteBuffer.wrap(frames.get(0)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      values[i] = format.bitsAllocated() == 8 ? (short) (bytes.get() & 0xFF) : bytes.getShort();
    }
    return values;
  }

  short[] decode() throws IOException {
    return Codecs.decode(transferSyntaxUid, frames.get(0), format);
  }

  /** Fragments until one ends with an end marker are one frame. */
  private static List<byte[]> encapsulated(ByteBuffer bytes, int start) {
    List<byte[]> frames = new ArrayList<>();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    int item = start + 8 + bytes.getInt(start + 4); // behind the offset table
    while (bytes.getInt(item) == ITEM) {
      int length = bytes.getInt(item + 4);
      byte[] fragment = slice(bytes, item + 8, length);
      frame.writeBytes(fragment);
      if (endsFrame(fragment)) {
        frames.add(frame.toByteArray());
        frame.reset();
      }
      item += 8 + length;
    }
    return frames;
  }

  private static boolean endsFrame(byte[] fragment) {
    int end = fragment.length - (fragment[fragment.length - 1] == 0 ? 1 : 0);
    return fragment[end - 2] == (byte) 0xFF && fragment[end - 1] == (byte) 0xD9;
  }

  private static byte[] slice(ByteBuffer bytes, int offset, int length) {
    byte[] slice = new byte[length];
    bytes.get(offset, slice);
    return slice;
  }

  private static int number(ByteBuffer bytes, int element) {
    return bytes.getShort(find(bytes, element << 16 | 0x0028) + 8) & 0xFFFF;
  }

  /** The first place that looks like an element, with its value representation. */
  private static int find(ByteBuffer bytes, int tag) {
    for (int i = 132; i + 12 < bytes.capacity(); i++) {
      if (bytes.getInt(i) == tag && Character.isUpperCase(bytes.get(i + 4))) {
        return i;
      }
    }
    throw new IllegalStateException("no element " + Integer.toHexString(tag));
  }
}
