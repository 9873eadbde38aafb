package ai.pancreas.dicom;

import ai.pancreas.dicom.TransferSyntax.Compression;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Parses the header of one file (DICOM PS3.10 section 7, PS3.5 section 7), with or without preamble
 * and meta information, up to the pixels. Values that nobody wants are passed over unread.
 *
 * <p>After a failure, {@link #data()} holds what was read before it. One use, one thread.
 */
final class HeaderParser {
  private static final int PREAMBLE = 128;
  private static final long UNDEFINED = 0xFFFF_FFFFL;
  private static final int MAX_VALUE = 1 << 16;
  private static final int MAX_OFFSET_TABLE = 1 << 23;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_KEPT = 1_000_000;
  private static final int PEEKED = 8;

  private static final Set<String> LONG_VRS =
      Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");
  private static final Set<String> SHORT_VRS =
      Set.of(
          "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL",
          "SS", "ST", "TM", "UI", "UL", "US");

  private record Encoding(boolean explicit, boolean bigEndian) {
    static final Encoding IMPLICIT = new Encoding(false, false);
    static final Encoding EXPLICIT = new Encoding(true, false);
  }

  private record Element(int tag, String vr, long length) {
    boolean undefined() {
      return length == UNDEFINED;
    }
  }

  private final DicomSource source;
  private final DataSet data = new DataSet();
  private boolean recognized;
  private int kept;
  private Optional<PixelData> pixels = Optional.empty();
  private boolean realNumbers;

  HeaderParser(DicomSource source) {
    this.source = source;
  }

  /** What was read so far: the data set, and of the meta information the SOP class. */
  DataSet data() {
    return data;
  }

  /** Whether the file says that it is DICOM. */
  boolean recognized() {
    return recognized;
  }

  /**
   * Reads the header.
   *
   * @return nothing if the file is not DICOM
   * @throws IOException if it is damaged: an {@link EOFException} where it ends too early, a {@link
   *     DicomFormatException} where it breaks a rule
   */
  Optional<Header> parse() throws IOException {
    try (ByteReader in = source.open()) {
      byte[] start = in.peek(PREAMBLE + 4);
      if (start.length == PREAMBLE + 4
          && start[PREAMBLE] == 'D'
          && start[PREAMBLE + 1] == 'I'
          && start[PREAMBLE + 2] == 'C'
          && start[PREAMBLE + 3] == 'M') {
        recognized = true;
        in.skip(PREAMBLE + 4);
        return Optional.of(parseWithMeta(in));
      }
      if (!startsLikeDataSet(start)) {
        return Optional.empty();
      }
      if (start[0] == 2) {
        recognized = true;
        return Optional.of(parseWithMeta(in));
      }
      TransferSyntax guess =
          hasExplicitVr(start)
              ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN
              : TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
      Header header = parseDataSet(in, guess.uid());
      return data.text(Tag.SOP_CLASS_UID).isPresent() || data.text(Tag.MODALITY).isPresent()
          ? Optional.of(header)
          : Optional.empty();
    }
  }

  /**
   * Whether a file without preamble starts with an early element of group 2 or 8 and a fit length.
   */
  private static boolean startsLikeDataSet(byte[] start) {
    if (start.length < PEEKED || start[1] != 0) {
      return false;
    }
    int element = (start[3] & 0xFF) << 8 | start[2] & 0xFF;
    if (start[0] == 2) {
      return element <= 2 && hasExplicitVr(start);
    }
    int implicitLength = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    boolean fits = implicitLength >= 0 && implicitLength <= 1024;
    return start[0] == 8 && element <= 0x60 && (hasExplicitVr(start) || fits);
  }

  private static boolean hasExplicitVr(byte[] element) {
    if (element.length < 6) {
      return false;
    }
    String vr = "" + (char) element[4] + (char) element[5];
    return LONG_VRS.contains(vr) || SHORT_VRS.contains(vr);
  }

  private Header parseWithMeta(ByteReader in) throws IOException {
    DataSet meta = new DataSet();
    while (true) {
      byte[] next = in.peek(2);
      if (next.length < 2 || next[0] != 2 || next[1] != 0) {
        break;
      }
      Element element = readElement(in, Encoding.EXPLICIT);
      if (element.undefined()) {
        throw new DicomFormatException("the meta information holds a sequence");
      }
      readValue(in, element, Encoding.EXPLICIT, meta);
    }
    data.copy(Tag.MEDIA_STORAGE_SOP_CLASS_UID, meta);
    return parseDataSet(
        in, meta.text(Tag.TRANSFER_SYNTAX_UID).orElse(TransferSyntax.IMPLICIT_LITTLE_ENDIAN.uid()));
  }

  private Header parseDataSet(ByteReader in, String transferSyntaxUid) throws IOException {
    // Whatever is compressed is explicit little endian: PS3.5 A.4.
    TransferSyntax syntax =
        TransferSyntax.of(transferSyntaxUid).orElse(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    OptionalLong deflatedFrom =
        syntax == TransferSyntax.DEFLATED ? OptionalLong.of(in.position()) : OptionalLong.empty();
    switch (syntax) {
      case DEFLATED -> {
        try (ByteReader inflated = in.inflated()) {
          readDataSet(inflated, Encoding.EXPLICIT, syntax);
        }
      }
      case EXPLICIT_BIG_ENDIAN -> readDataSet(in, new Encoding(true, true), syntax);
      // Some writers say one of these two and use the other.
      case IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN ->
          readDataSet(in, new Encoding(hasExplicitVr(in.peek(PEEKED)), false), syntax);
      default -> readDataSet(in, Encoding.EXPLICIT, syntax);
    }
    return new Header(transferSyntaxUid, deflatedFrom, data, pixels, realNumbers);
  }

  private void readDataSet(ByteReader in, Encoding encoding, TransferSyntax syntax)
      throws IOException {
    while (!in.atEnd()) {
      Element element = readElement(in, encoding);
      switch (element.tag) {
        case Tag.PIXEL_DATA -> {
          pixels = Optional.of(locatePixels(in, element, syntax));
          return;
        }
        case Tag.FLOAT_PIXEL_DATA, Tag.DOUBLE_FLOAT_PIXEL_DATA -> {
          realNumbers = true;
          return;
        }
        case Tag.ITEM, Tag.ITEM_DELIMITATION, Tag.SEQUENCE_DELIMITATION ->
            throw new DicomFormatException("an item stands outside of a sequence");
        default -> readContent(in, element, encoding, data, 0);
      }
    }
  }

  private static Element readElement(ByteReader in, Encoding encoding) throws IOException {
    int tag = in.uint16(encoding.bigEndian) << 16 | in.uint16(encoding.bigEndian);
    if (!encoding.explicit || tag >>> 16 == 0xFFFE) {
      return new Element(tag, "", in.uint32(encoding.bigEndian));
    }
    byte[] code = in.bytes(2);
    String vr = "" + (char) code[0] + (char) code[1];
    if (SHORT_VRS.contains(vr)) {
      return new Element(tag, vr, in.uint16(encoding.bigEndian));
    }
    if (!LONG_VRS.contains(vr)) {
      throw new DicomFormatException(Tag.describe(tag) + " has no valid value representation");
    }
    in.skip(2);
    return new Element(tag, vr, in.uint32(encoding.bigEndian));
  }

  /** Reads or passes over what follows an element's tag and length, which is no pixel data. */
  private void readContent(
      ByteReader in, Element element, Encoding encoding, DataSet into, int depth)
      throws IOException {
    boolean wantedSequence = Tag.WANTED_SEQUENCES.contains(element.tag);
    if (element.undefined() && (element.vr.equals("OB") || element.vr.equals("OW"))) {
      skipFragments(in, encoding);
    } else if (element.undefined() || wantedSequence) {
      // What is unknown is implicit little endian inside: PS3.5 6.2.2, note 2.
      Encoding inner = element.vr.equals("UN") ? Encoding.IMPLICIT : encoding;
      readSequence(in, element, inner, into, depth + 1);
    } else {
      readValue(in, element, encoding, into);
    }
  }

  private void readValue(ByteReader in, Element element, Encoding encoding, DataSet into)
      throws IOException {
    in.require(element.length);
    if (!Tag.WANTED_VALUES.contains(element.tag)) {
      in.skip(element.length);
      return;
    }
    int most = element.tag == Tag.EXTENDED_OFFSET_TABLE ? MAX_OFFSET_TABLE : MAX_VALUE;
    if (element.length > most) {
      throw new DicomFormatException(Tag.describe(element.tag) + " is too long");
    }
    countKept();
    boolean bigEndian = encoding.bigEndian && !element.vr.equals("UN");
    into.put(element.tag, in.bytes((int) element.length), bigEndian);
  }

  private void countKept() throws DicomFormatException {
    if (++kept > MAX_KEPT) {
      throw new DicomFormatException("the header holds more than a million elements");
    }
  }

  private void readSequence(
      ByteReader in, Element sequence, Encoding encoding, DataSet into, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new DicomFormatException("sequences are nested too deeply");
    }
    boolean wanted = Tag.WANTED_SEQUENCES.contains(sequence.tag);
    if (!sequence.undefined()) {
      in.require(sequence.length);
    }
    long end = sequence.undefined() ? Long.MAX_VALUE : in.position() + sequence.length;
    while (in.position() < end) {
      Element item = readElement(in, encoding);
      if (item.tag == Tag.SEQUENCE_DELIMITATION) {
        in.require(item.length);
        return;
      }
      if (item.tag != Tag.ITEM) {
        throw new DicomFormatException("a sequence holds something else than items");
      }
      DataSet content = new DataSet();
      readItem(in, item, encoding, content, depth);
      if (wanted) {
        countKept();
        into.putItem(sequence.tag, content);
      }
    }
    if (in.position() != end) {
      throw new DicomFormatException("an item is longer than its sequence");
    }
  }

  private void readItem(ByteReader in, Element item, Encoding encoding, DataSet into, int depth)
      throws IOException {
    if (!item.undefined()) {
      in.require(item.length);
    }
    long end = item.undefined() ? Long.MAX_VALUE : in.position() + item.length;
    while (in.position() < end) {
      Element element = readElement(in, encoding);
      if (element.tag == Tag.ITEM_DELIMITATION) {
        if (item.undefined()) {
          return;
        }
        continue;
      }
      if (element.tag == Tag.ITEM || element.tag == Tag.SEQUENCE_DELIMITATION) {
        throw new DicomFormatException("an item ends without its delimiter");
      }
      readContent(in, element, encoding, into, depth);
    }
    if (in.position() != end) {
      throw new DicomFormatException("an element is longer than its item");
    }
  }

  private static void skipFragments(ByteReader in, Encoding encoding) throws IOException {
    while (true) {
      Element item = readElement(in, encoding);
      if (item.tag == Tag.SEQUENCE_DELIMITATION) {
        return;
      }
      if (item.tag != Tag.ITEM) {
        throw new DicomFormatException("a fragment is not where it should be");
      }
      in.skip(item.length);
    }
  }

  private PixelData locatePixels(ByteReader in, Element element, TransferSyntax syntax)
      throws IOException {
    if (!element.undefined()) {
      in.require(element.length);
      return new PixelData.Native(in.position(), element.length, !element.vr.equals("OB"));
    }
    if (syntax.compression() == Compression.NONE) {
      throw new DicomFormatException("the pixels are compressed, which the header denies");
    }
    Element table = readElement(in, Encoding.EXPLICIT);
    if (table.tag != Tag.ITEM || table.length > MAX_OFFSET_TABLE) {
      throw new DicomFormatException("the pixels have no valid offset table");
    }
    byte[] offsets = in.bytes((int) table.length);
    long firstFragment = in.position();
    List<PixelData.Fragment> fragments = new ArrayList<>();
    while (true) {
      Element item = readElement(in, Encoding.EXPLICIT);
      if (item.tag == Tag.SEQUENCE_DELIMITATION) {
        break;
      }
      if (item.tag != Tag.ITEM) {
        throw new DicomFormatException("a fragment of the pixels is not where it should be");
      }
      in.require(item.length);
      countKept();
      byte[] start = in.peek((int) Math.min(4, item.length));
      fragments.add(new PixelData.Fragment(in.position(), item.length, start));
      in.skip(item.length);
    }
    return new PixelData.Encapsulated(List.copyOf(fragments), offsetTable(offsets), firstFragment);
  }

  private long[] offsetTable(byte[] basic) {
    long[] extended = data.int64s(Tag.EXTENDED_OFFSET_TABLE);
    if (extended.length > 0) {
      return extended;
    }
    IntBuffer offsets = ByteBuffer.wrap(basic).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    long[] table = new long[offsets.remaining()];
    Arrays.setAll(table, i -> Integer.toUnsignedLong(offsets.get(i)));
    return table;
  }
}
