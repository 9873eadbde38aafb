package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real CT slices in all transfer syntaxes. */
class FixturesTest {
  private static final String MORE = "dicom-more/cornerstone/CTImage.dcm_";
  private static final String PLAIN =
      MORE + "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm";

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57",
        "JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70",
        "JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80",
        "JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90"
      })
  void signedSlicesAgreeWithTheUncompressedOne(String name) throws IOException {
    short[] expected = Fixture.read(Fixture.path(PLAIN)).stored();
    assertEquals(
        -2000, IntStream.range(0, expected.length).map(i -> expected[i]).min().orElseThrow());
    assertEquals(
        2402, IntStream.range(0, expected.length).map(i -> expected[i]).max().orElseThrow());
    assertArrayEquals(expected, Fixture.read(Fixture.path(MORE + name + ".dcm")).decode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg-lossless", "jpeg-ls-lossless", "jpeg2000-lossless"})
  void unsignedTwelveBitSlicesAgreeWithTheUncompressedOnes(String folder) throws IOException {
    for (String slice : new String[] {"CT000.dcm", "CT005.dcm", "CT010.dcm", "CT015.dcm"}) {
      short[] expected = Fixture.read(Fixture.path("ct-dicom/explicit-le").resolve(slice)).stored();
      Fixture compressed = Fixture.read(Fixture.path("ct-dicom/" + folder).resolve(slice));
      assertArrayEquals(expected, compressed.decode(), slice);
    }
  }

  /**
   * Two inverse transforms that both keep to the accuracy asked for (ITU-T T.83) may round to
   * neighbouring values. Measured: every seventh sample of the 12-bit slices, each by one.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CTImage.dcm_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm",
        "CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm",
        "CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm",
        "CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm"
      })
  void lossyJpegIsWithinOneOfDcmtk(String name) throws Exception {
    Path file = Fixture.path("dicom-more/cornerstone/" + name);
    short[] expected = decodedBy("dcmdjpeg", file);
    int difference = Codecs.largestDifference(expected, Fixture.read(file).decode());
    assertTrue(difference <= 1, () -> "differs by " + difference);
  }

  @Test
  void nearLosslessJpegLsIsAsDcmtkDecodesIt() throws Exception {
    Path file = Fixture.path(MORE + "JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm");
    assertArrayEquals(decodedBy("dcmdjpls", file), Fixture.read(file).decode());
  }

  @Test
  void lossyJpeg2000IsAsOpenJpegDecodesIt() throws Exception {
    Fixture fixture =
        Fixture.read(Fixture.path(MORE + "JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm"));
    Path codestream = Files.write(temporary.resolve("frame.j2k"), fixture.frames().get(0));
    Path samples = temporary.resolve("frame.rawl");
    run("opj_decompress", "-i", codestream.toString(), "-o", samples.toString());
    short[] expected = new short[512 * 512];
    ByteBuffer.wrap(Files.readAllBytes(samples))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .get(expected);
    assertArrayEquals(expected, fixture.decode());
  }

  @Test
  void framesInFragmentsDecode() throws IOException {
    Fixture fixture =
        Fixture.read(
            Fixture.path("dicom-more/cornerstone/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm"));
    assertEquals(2, fixture.frames().size());
    short[] first =
        Codecs.decode(fixture.transferSyntaxUid(), fixture.frames().get(0), fixture.format());
    short[] second =
        Codecs.decode(fixture.transferSyntaxUid(), fixture.frames().get(1), fixture.format());
    assertFalse(Arrays.equals(first, second));
  }

  @Test
  void colourIsRefused() throws IOException {
    Fixture fixture =
        Fixture.read(Fixture.path(MORE + "JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm"));
    byte[] frame = fixture.frames().get(0).clone();
    frame[41] = 3; // components
    IOException e =
        assertThrows(
            IOException.class,
            () -> Codecs.decode(fixture.transferSyntaxUid(), frame, fixture.format()));
    assertEquals("the compressed frame has 3 components, one is supported", e.getMessage());
  }

  private short[] decodedBy(String program, Path file) throws Exception {
    Path decoded = temporary.resolve("decoded.dcm");
    run(program, "--quiet", file.toString(), decoded.toString());
    return Fixture.read(decoded).stored();
  }

  /** Runs another program; skips the test where it is not installed. */
  private static void run(String... command) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      assumeTrue(false, command[0] + " is not installed");
      throw e;
    }
    assertEquals(0, process.waitFor(), command[0]);
  }
}
