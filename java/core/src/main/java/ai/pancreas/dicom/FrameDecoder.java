package ai.pancreas.dicom;

import ai.pancreas.PancreasException;
import ai.pancreas.dicom.TransferSyntax.Compression;
import ai.pancreas.volume.HuSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Turns the bytes of a frame into a slice. Thread-safe. */
final class FrameDecoder {
  private final List<FrameCodec> codecs;

  FrameDecoder(List<FrameCodec> codecs) {
    this.codecs = List.copyOf(codecs);
  }

  /** A decoder with the codecs on the class path. */
  static FrameDecoder withInstalledCodecs() {
    return new FrameDecoder(
        ServiceLoader.load(FrameCodec.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /** Why frames of a transfer syntax cannot be decoded, if so. */
  Optional<String> obstacle(TransferSyntax syntax) {
    boolean needsCodec =
        syntax.compression() != Compression.NONE && syntax.compression() != Compression.RLE;
    return needsCodec && codec(syntax).isEmpty()
        ? Optional.of("no codec for " + syntax.describe() + ": add pancreas-codecs")
        : Optional.empty();
  }

  private Optional<FrameCodec> codec(TransferSyntax syntax) {
    return codecs.stream().filter(codec -> codec.supports(syntax.uid())).findFirst();
  }

  /**
   * Decodes one frame.
   *
   * @param bytes all of them, fragments joined
   */
  HuSlice decode(CtImage image, CtFrame frame, byte[] bytes) throws IOException {
    PixelFormat format = image.format();
    short[] values = new short[format.pixels()];
    switch (image.syntax().compression()) {
      case NONE -> {
        readWords(image, bytes, values);
        format.wordsToValues(values);
      }
      case RLE -> {
        RleDecoder.decode(bytes, format.bitsAllocated() / Byte.SIZE, values);
        format.wordsToValues(values);
      }
      case JPEG, JPEG_2000 -> decodeCompressed(image.syntax(), bytes, format, values);
    }
    return format.slice(values, frame.slope(), frame.intercept());
  }

  private static void readWords(CtImage image, byte[] bytes, short[] words) {
    if (image.format().bitsAllocated() == Short.SIZE) {
      ByteOrder order = image.syntax().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      ByteBuffer.wrap(bytes).order(order).asShortBuffer().get(words);
      return;
    }
    int swap = image.swapped() ? 1 : 0;
    for (int i = 0; i < words.length; i++) {
      words[i] = (short) (bytes[i ^ swap] & 0xFF);
    }
  }

  private void decodeCompressed(
      TransferSyntax syntax, byte[] bytes, PixelFormat format, short[] values) throws IOException {
    FrameCodec codec =
        codec(syntax).orElseThrow(() -> new DicomFormatException(obstacle(syntax).orElseThrow()));
    byte[] frame = whole(syntax.compression(), bytes);
    FrameCodec.FrameFormat wanted =
        new FrameCodec.FrameFormat(
            format.rows(),
            format.columns(),
            format.bitsAllocated(),
            format.bitsStored(),
            format.signed());
    try {
      codec.decode(syntax.uid(), frame, wanted, values);
    } catch (PancreasException e) {
      throw e;
    } catch (RuntimeException e) {
      // Codecs are made by others, and damaged frames bring their faults to light.
      throw new DicomFormatException("a compressed frame is damaged", e);
    }
  }

  /** The frame from its start marker to its end marker, without the zeros that may pad it. */
  private static byte[] whole(Compression compression, byte[] bytes) throws DicomFormatException {
    if (!compression.startsFrame(bytes)) {
      throw new DicomFormatException("a compressed frame does not start as its format does");
    }
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    // EOI of JPEG and JPEG-LS and EOC of JPEG 2000 are the same two bytes.
    if (bytes[end - 1] != (byte) 0xD9 || bytes[end - 2] != (byte) 0xFF) {
      throw new DicomFormatException("a compressed frame is truncated: its end marker is missing");
    }
    return Arrays.copyOf(bytes, end);
  }
}
