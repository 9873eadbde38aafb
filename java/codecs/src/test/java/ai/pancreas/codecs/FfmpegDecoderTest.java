package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FfmpegDecoderTest {

  @Test
  void framesDecodeInParallelAsAlone() throws Exception {
    List<EncodingsTest.Encoding> encodings = EncodingsTest.all().toList();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<short[]>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        for (EncodingsTest.Encoding encoding : encodings) {
          results.add(threads.submit(() -> encoding.decode()));
        }
      }
      for (int i = 0; i < results.size(); i++) {
        assertArrayEquals(encodings.get(i % encodings.size()).decode(), results.get(i).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  /** A million precincts, each of which costs the decoder memory. */
  @Test
  void jpeg2000ThatAsksForTooMuchMemoryIsRefused() throws IOException {
    byte[] frame = TestPicture.frame("u12.j2k");
    int cod = find(frame, 0x52);
    int length = frame[cod + 3];
    int levels = frame[cod + 9];
    byte[] hostile = new byte[frame.length + levels + 1];
    System.arraycopy(frame, 0, hostile, 0, cod + 2 + length);
    hostile[cod + 3] += (byte) (levels + 1);
    hostile[cod + 4] |= 1; // precincts of the sizes that follow
    Arrays.fill(hostile, cod + 2 + length, cod + 3 + length + levels, (byte) 0x11);
    int rest = frame.length - cod - 2 - length;
    System.arraycopy(frame, cod + 2 + length, hostile, hostile.length - rest, rest);
    assertThrows(
        IOException.class, () -> Codecs.decode(Codecs.JPEG_2000, hostile, TestPicture.U12));
  }

  @Test
  void aSecondLargerFrameHeaderIsRefused() throws IOException {
    byte[] frame = TestPicture.frame("baseline-u8.jpg");
    int sof = find(frame, JpegSegments.SOF0);
    int length = 2 + frame[sof + 3];
    byte[] hostile = new byte[frame.length + length];
    System.arraycopy(frame, 0, hostile, 0, sof + length);
    System.arraycopy(frame, sof, hostile, sof + length, frame.length - sof);
    Arrays.fill(hostile, sof + length + 5, sof + length + 9, (byte) 0x7F);
    assertThrows(IOException.class, () -> Codecs.decode(Codecs.BASELINE, hostile, TestPicture.U8));
  }

  @Test
  void segmentsMayFollowTheLastScan() throws IOException {
    byte[] frame = TestPicture.frame("progressive-u12.jpg");
    byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 3, 'x', (byte) 0xFF, (byte) 0xD9};
    int end = frame.length - (frame[frame.length - 1] == 0 ? 3 : 2);
    byte[] longer = Arrays.copyOf(frame, end + comment.length);
    System.arraycopy(comment, 0, longer, end, comment.length);
    assertArrayEquals(
        Codecs.decode(Codecs.PROGRESSIVE, frame, TestPicture.U12),
        Codecs.decode(Codecs.PROGRESSIVE, longer, TestPicture.U12));
  }

  @Test
  void withoutFfmpegTheErrorSaysWhatIsMissing() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                entry -> !new File(entry).getName().matches("ffmpeg-.*-(linux|macosx|windows)-.*"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-cp",
                classPath,
                WithoutFfmpeg.class.getName())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.startsWith("DEVICE FFmpeg, which decodes this CT's transfer syntax"), output);
    assertEquals(1, output.lines().count(), output);
  }

  /** Runs where FFmpeg's libraries are not. */
  static final class WithoutFfmpeg {
    public static void main(String[] arguments) throws IOException {
      for (String name : List.of("s16.jls", "lossless-u8.jpg")) {
        EncodingsTest.all().filter(e -> e.file().equals(name)).findFirst().orElseThrow().decode();
      }
      for (int i = 0; i < 2; i++) {
        try {
          Codecs.decode(Codecs.JPEG_2000, TestPicture.frame("u12.j2k"), TestPicture.U12);
        } catch (PancreasException e) {
          if (i == 1 && e.code() == ErrorCode.DEVICE) {
            System.out.println(e.code() + " " + e.getMessage());
          }
        }
      }
    }
  }

  private static int find(byte[] frame, int marker) {
    for (int i = 0; i + 1 < frame.length; i++) {
      if ((frame[i] & 0xFF) == 0xFF && (frame[i + 1] & 0xFF) == marker) {
        return i;
      }
    }
    throw new IllegalStateException("no marker");
  }
}
