package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final byte FF = (byte) 0xFF;
  private static final byte D8 = (byte) 0xD8;
  private static final byte D9 = (byte) 0xD9;

  /** Remembers what it was asked to decode, and answers 1, 2, -1. */
  private static final class RecordingCodec implements FrameCodec {
    final List<byte[]> frames = new ArrayList<>();

    @Override
    public boolean supports(String transferSyntaxUid) {
      return transferSyntaxUid.startsWith("1.2.840.10008.1.2.4.");
    }

    @Override
    public void decode(String uid, byte[] frame, FrameFormat format, short[] out) {
      assertEquals(new FrameFormat(1, 3, 16, 16, false), format);
      frames.add(frame);
      if (frame[2] == 0x66) {
        throw new ArrayIndexOutOfBoundsException(7);
      }
      System.arraycopy(new short[] {1, 2, -1}, 0, out, 0, 3);
    }
  }

  private final RecordingCodec codec = new RecordingCodec();

  private HuSlice decode(TransferSyntax syntax, byte... bytes) throws IOException {
    CtFrame frame =
        new CtFrame(
            1,
            new Vector3(0, 0, 0),
            new Vector3(1, 0, 0),
            new Vector3(0, 1, 0),
            1,
            1,
            OptionalDouble.empty(),
            1,
            -1024,
            "",
            List.of());
    CtImage image =
        new CtImage(
            new DicomSource.OfFile("file", Path.of("file")),
            "1",
            "CT",
            true,
            syntax,
            OptionalLong.empty(),
            new PixelFormat(1, 3, 16, 16, 15, false),
            false,
            List.of(frame),
            Set.of());
    return new FrameDecoder(List.of(codec)).decode(image, frame, bytes);
  }

  @Test
  void aWholeFrameReachesTheCodecWithoutItsPadding() throws IOException {
    HuSlice slice = decode(TransferSyntax.JPEG_LS, FF, D8, (byte) 5, FF, D9, (byte) 0, (byte) 0);
    assertArrayEquals(new byte[] {FF, D8, 5, FF, D9}, codec.frames.get(0));
    float[] hu = new float[3];
    slice.read(hu);
    assertArrayEquals(new float[] {1 - 1024, 2 - 1024, 65535 - 1024}, hu);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aTruncatedFrameNeverReachesTheCodec(int length) {
    byte[] frame = Arrays.copyOf(new byte[] {FF, D8, 5, FF, D9}, length);
    assertThrows(DicomFormatException.class, () -> decode(TransferSyntax.JPEG_LOSSLESS_SV1, frame));
    assertEquals(List.of(), codec.frames);
  }

  @Test
  void aJpeg2000FrameStartsWithItsOwnMarkers() throws IOException {
    assertThrows(
        DicomFormatException.class,
        () -> decode(TransferSyntax.JPEG_2000, FF, D8, FF, (byte) 0x51, FF, D9));
    decode(TransferSyntax.JPEG_2000, FF, (byte) 0x4F, FF, (byte) 0x51, FF, D9);
    assertEquals(1, codec.frames.size());
  }

  @Test
  void aFaultInsideOfACodecIsADamagedFrame() {
    DicomFormatException e =
        assertThrows(
            DicomFormatException.class,
            () -> decode(TransferSyntax.JPEG_BASELINE, FF, D8, (byte) 0x66, FF, D9));
    assertTrue(e.getMessage().contains("damaged"));
  }

  @Test
  void rleRunsAreUnpackedAndTruncatedOnesRefused() throws IOException {
    byte[] frame = new byte[64 + 2 + 4];
    frame[0] = 2;
    frame[4] = 64;
    frame[8] = 66;
    // Three times 0x80, then a literal run of 1, 2, 3.
    frame[64] = -2;
    frame[65] = (byte) 0x80;
    frame[66] = 2;
    frame[67] = 1;
    frame[68] = 2;
    frame[69] = 3;
    assertEquals(0x8003 - 1024, decode(TransferSyntax.RLE, frame).at(2));
    frame[64] = -1;
    assertThrows(DicomFormatException.class, () -> decode(TransferSyntax.RLE, frame));
  }
}
