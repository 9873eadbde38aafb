package ai.pancreas.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.Deflater;

/** A data set that a test puts together and writes in any uncompressed encoding. */
final class TestDataSet {
  private sealed interface Content {}

  private record Bytes(String vr, byte[] littleEndian, int wordSize) implements Content {}

  private record Sequence(List<TestDataSet> items) implements Content {}

  private record Fragments(List<byte[]> items) implements Content {}

  /** How a file is laid out. */
  record Layout(
      String transferSyntax,
      boolean preamble,
      boolean undefinedLengths,
      boolean sequencesAsUnknown) {
    static Layout of(TransferSyntax syntax) {
      return new Layout(syntax.uid(), true, false, false);
    }

    Layout withoutPreamble() {
      return new Layout(transferSyntax, false, undefinedLengths, sequencesAsUnknown);
    }

    Layout withUndefinedLengths() {
      return new Layout(transferSyntax, preamble, true, sequencesAsUnknown);
    }

    Layout withSequencesAsUnknown() {
      return new Layout(transferSyntax, preamble, true, true);
    }

    private boolean explicit() {
      return !transferSyntax.equals(TransferSyntax.IMPLICIT_LITTLE_ENDIAN.uid());
    }

    private boolean bigEndian() {
      return transferSyntax.equals(TransferSyntax.EXPLICIT_BIG_ENDIAN.uid());
    }
  }

  private final TreeMap<Integer, Content> elements = new TreeMap<>(Integer::compareUnsigned);

  TestDataSet text(int tag, String vr, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    byte[] even = Arrays.copyOf(bytes, bytes.length + bytes.length % 2);
    if (even.length > bytes.length && !vr.equals("UI")) {
      even[bytes.length] = ' ';
    }
    elements.put(tag, new Bytes(vr, even, 1));
    return this;
  }

  TestDataSet uint16(int tag, int value) {
    byte[] bytes = {(byte) value, (byte) (value >> 8)};
    elements.put(tag, new Bytes("US", bytes, 2));
    return this;
  }

  TestDataSet bytes(int tag, String vr, byte[] value) {
    elements.put(tag, new Bytes(vr, value, 1));
    return this;
  }

  TestDataSet words(int tag, short[] value) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * value.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asShortBuffer().put(value);
    elements.put(tag, new Bytes("OW", buffer.array(), 2));
    return this;
  }

  /** Bytes of little-endian words, as 8-bit pixels in OW are. */
  TestDataSet wordsOf(int tag, byte[] littleEndian) {
    elements.put(tag, new Bytes("OW", littleEndian, 2));
    return this;
  }

  TestDataSet sequence(int tag, TestDataSet... items) {
    elements.put(tag, new Sequence(List.of(items)));
    return this;
  }

  /** Compressed pixels: the offset table and the fragments. */
  TestDataSet fragments(List<byte[]> items) {
    elements.put(Tag.PIXEL_DATA, new Fragments(List.copyOf(items)));
    return this;
  }

  TestDataSet without(int tag) {
    elements.remove(tag);
    return this;
  }

  byte[] write(TransferSyntax syntax) {
    return write(Layout.of(syntax));
  }

  byte[] write(Layout layout) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (layout.preamble) {
      out.writeBytes(new byte[128]);
      out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
      TestDataSet meta = new TestDataSet();
      meta.text(0x0002_0002, "UI", "1.2.840.10008.5.1.4.1.1.2");
      meta.text(0x0002_0010, "UI", layout.transferSyntax);
      meta.writeElements(out, Layout.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writeElements(body, layout);
    out.writeBytes(
        layout.transferSyntax.equals(TransferSyntax.DEFLATED.uid())
            ? deflate(body.toByteArray())
            : body.toByteArray());
    return out.toByteArray();
  }

  static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(bytes);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 14];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private void writeElements(ByteArrayOutputStream out, Layout layout) {
    elements.forEach(
        (tag, content) -> {
          if (content instanceof Bytes bytes) {
            byte[] value = bytes.littleEndian;
            writeHeader(out, tag, bytes.vr, value.length, layout);
            out.writeBytes(layout.bigEndian() && bytes.wordSize == 2 ? swapped(value) : value);
          } else if (content instanceof Sequence sequence) {
            writeSequence(out, tag, sequence, layout);
          } else if (content instanceof Fragments fragments) {
            writeHeader(out, tag, "OB", -1, layout);
            for (byte[] item : fragments.items) {
              writeHeader(out, 0xFFFE_E000, "", item.length, layout);
              out.writeBytes(item);
            }
            writeHeader(out, 0xFFFE_E0DD, "", 0, layout);
          }
        });
  }

  private static void writeSequence(
      ByteArrayOutputStream out, int tag, Sequence sequence, Layout layout) {
    boolean unknown = layout.sequencesAsUnknown && layout.explicit();
    // What is unknown is implicit inside.
    Layout inner =
        unknown
            ? new Layout(TransferSyntax.IMPLICIT_LITTLE_ENDIAN.uid(), false, true, true)
            : layout;
    ByteArrayOutputStream items = new ByteArrayOutputStream();
    for (TestDataSet item : sequence.items) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      item.writeElements(content, inner);
      writeHeader(items, 0xFFFE_E000, "", layout.undefinedLengths ? -1 : content.size(), inner);
      items.writeBytes(content.toByteArray());
      if (layout.undefinedLengths) {
        writeHeader(items, 0xFFFE_E00D, "", 0, inner);
      }
    }
    String vr = unknown ? "UN" : "SQ";
    writeHeader(out, tag, vr, layout.undefinedLengths ? -1 : items.size(), layout);
    out.writeBytes(items.toByteArray());
    if (layout.undefinedLengths) {
      writeHeader(out, 0xFFFE_E0DD, "", 0, inner);
    }
  }

  private static void writeHeader(
      ByteArrayOutputStream out, int tag, String vr, int length, Layout layout) {
    ByteBuffer header =
        ByteBuffer.allocate(12)
            .order(layout.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    header.putShort((short) (tag >>> 16)).putShort((short) tag);
    if (!layout.explicit() || vr.isEmpty()) {
      header.putInt(length);
    } else {
      header.put(vr.getBytes(StandardCharsets.US_ASCII));
      if (List.of("OB", "OW", "OV", "SQ", "UN").contains(vr)) {
        header.putShort((short) 0).putInt(length);
      } else {
        header.putShort((short) length);
      }
    }
    out.write(header.array(), 0, header.position());
  }

  private static byte[] swapped(byte[] words) {
    byte[] swapped = new byte[words.length];
    for (int i = 0; i < words.length; i++) {
      swapped[i ^ 1] = words[i];
    }
    return swapped;
  }
}
