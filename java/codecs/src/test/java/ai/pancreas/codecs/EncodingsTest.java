package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.dicom.FrameCodec.FrameFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that DCMTK and OpenJPEG wrote decode to the picture that went in, or as they decode it.
 */
class EncodingsTest {

  record Encoding(String file, String transferSyntaxUid, FrameFormat format) {
    short[] decode() throws IOException {
      return decode(TestPicture.frame(file));
    }

    short[] decode(byte[] frame) throws IOException {
      return Codecs.decode(transferSyntaxUid, frame, format);
    }
  }

  static List<Encoding> exact() {
    return List.of(
        new Encoding("lossless-s16-predictor1.jpg", Codecs.LOSSLESS_SV1, TestPicture.S16),
        new Encoding("lossless-s16-predictor2.jpg", Codecs.LOSSLESS, TestPicture.S16),
        new Encoding("lossless-s16-predictor3.jpg", Codecs.LOSSLESS, TestPicture.S16),
        new Encoding("lossless-s16-predictor4.jpg", Codecs.LOSSLESS, TestPicture.S16),
        new Encoding("lossless-s16-predictor5.jpg", Codecs.LOSSLESS, TestPicture.S16),
        new Encoding("lossless-s16-predictor6.jpg", Codecs.LOSSLESS, TestPicture.S16),
        new Encoding("lossless-s16-predictor7.jpg", Codecs.LOSSLESS, TestPicture.S16),
        new Encoding("lossless-u12.jpg", Codecs.LOSSLESS_SV1, TestPicture.U12),
        new Encoding("lossless-u8.jpg", Codecs.LOSSLESS_SV1, TestPicture.U8),
        new Encoding("s16.jls", Codecs.JPEG_LS, TestPicture.S16),
        new Encoding("u12.jls", Codecs.JPEG_LS, TestPicture.U12),
        new Encoding("thresholds-u12.jls", Codecs.JPEG_LS, TestPicture.U12),
        new Encoding("u8.jls", Codecs.JPEG_LS, TestPicture.U8),
        new Encoding("s16.j2k", Codecs.JPEG_2000, TestPicture.S16),
        new Encoding("s12.j2k", Codecs.JPEG_2000, TestPicture.S12),
        new Encoding("u12.j2k", Codecs.JPEG_2000, TestPicture.U12),
        new Encoding("tiled-u12.j2k", Codecs.JPEG_2000, TestPicture.U12),
        new Encoding("u8.j2k", Codecs.JPEG_2000_LOSSY, TestPicture.U8));
  }

  static List<Encoding> lossy() {
    return List.of(
        new Encoding("baseline-u8.jpg", Codecs.BASELINE, TestPicture.U8),
        new Encoding("extended-u12.jpg", Codecs.EXTENDED, TestPicture.U12),
        new Encoding("spectral-u12.jpg", Codecs.SPECTRAL, TestPicture.U12),
        new Encoding("progressive-u12.jpg", Codecs.PROGRESSIVE, TestPicture.U12),
        new Encoding("progressive-u8.jpg", Codecs.PROGRESSIVE, TestPicture.U8),
        new Encoding("lossy-u12.j2k", Codecs.JPEG_2000_LOSSY, TestPicture.U12),
        new Encoding("lossy-s16.j2k", Codecs.JPEG_2000_LOSSY, TestPicture.S16));
  }

  static final Encoding NEAR_LOSSLESS =
      new Encoding("near2-u12.jls", Codecs.JPEG_LS_NEAR, TestPicture.U12);

  static Stream<Encoding> all() {
    return Stream.of(exact(), lossy(), List.of(NEAR_LOSSLESS)).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("exact")
  void losslessFramesAreExact(Encoding encoding) throws IOException {
    assertArrayEquals(TestPicture.stored(encoding.format()), encoding.decode());
  }

  /**
   * Two inverse transforms that both keep to the accuracy asked for (ITU-T T.83 for JPEG, T.803 for
   * JPEG 2000) may round to neighbouring values.
   */
  @ParameterizedTest
  @MethodSource("lossy")
  void lossyFramesAreAsOtherProgramsDecodeThem(Encoding encoding) throws IOException {
    String raw = encoding.file().replaceFirst("\\.[^.]*$", ".raw");
    short[] expected = TestPicture.decodedElsewhere(raw, encoding.format());
    int difference = Codecs.largestDifference(expected, encoding.decode());
    assertTrue(difference <= 1, () -> "differs by " + difference);
  }

  @Test
  void nearLosslessFramesAreAsAnotherProgramDecodesThem() throws IOException {
    short[] decoded = NEAR_LOSSLESS.decode();
    assertArrayEquals(TestPicture.decodedElsewhere("near2-u12.raw", TestPicture.U12), decoded);
    assertEquals(2, Codecs.largestDifference(TestPicture.stored(TestPicture.U12), decoded));
  }

  @ParameterizedTest
  @MethodSource("all")
  void framesCutAnywhereThatEndWithAnEndMarkerAreRefused(Encoding encoding) throws IOException {
    byte[] frame = TestPicture.frame(encoding.file());
    short[] whole = encoding.decode();
    for (int length = frame.length - 3; length > 2; length -= length > frame.length - 64 ? 1 : 5) {
      byte[] cut = Arrays.copyOf(frame, length);
      cut[length - 2] = (byte) 0xFF;
      cut[length - 1] = (byte) 0xD9;
      try {
        // The last byte may hold nothing but fill bits.
        assertArrayEquals(whole, encoding.decode(cut), "cut to " + length);
      } catch (IOException expected) {
        continue;
      }
      assertTrue(length > frame.length - 6, "cut to " + length);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void framesOfAnotherSizeAreRefused(Encoding encoding) throws IOException {
    byte[] frame = TestPicture.frame(encoding.file());
    FrameFormat format = encoding.format();
    int bits = format.bitsAllocated();
    FrameFormat turned = new FrameFormat(56, 40, bits, format.bitsStored(), format.signed());
    IOException e =
        assertThrows(
            IOException.class, () -> Codecs.decode(encoding.transferSyntaxUid(), frame, turned));
    assertEquals(
        "the compressed frame has 40 rows of 56 pixels, the data set says 56 of 40",
        e.getMessage());
  }
}
