package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.testing.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keras itself loads what is written here. Skipped where there is no Python with Keras; the system
 * property {@code pancreas.keras.python} names one.
 */
class KerasLoadsTest {
  private static final String PYTHON =
      System.getProperty("pancreas.keras.python", "/usr/bin/python3");

  /** The fixture's output agrees with Keras's within 2.3e-6, as its own description says. */
  private static final float TOLERANCE = 1e-5f;

  @TempDir Path folder;

  @Test
  void theReferenceProjectsNetworkInKerasGivesTheSameOutput() throws Exception {
    Path fixture = Path.of(System.getProperty("pancreas.fixtures", ""), "segmentation-2021");
    assumeTrue(Files.exists(fixture), "no fixtures");
    assumeTrue(hasKeras(), "no Python with Keras");
    Model model = new ModelRepository().find(fixture.resolve("weights.hdf5").toString());
    Path weights = folder.resolve("weights.hdf5");
    KerasWriter.write(model.weights(), model.description().network(), weights);
    Path output = folder.resolve("output.f32");

    Program.run(
        PYTHON,
        Path.of(getClass().getResource("/keras/segmentation_2021.py").toURI()).toString(),
        weights.toString(),
        "16,32,64,128,256",
        "64,48,5",
        fixture.resolve("input.f32").toString(),
        output.toString());

    assertClose(fixture.resolve("output.f32"), output);
  }

  /** Keras builds the network from the archive, forgets its weights, and loads ours. */
  @ParameterizedTest
  @ValueSource(strings = {"classification-2024", "segmentation-2024"})
  void theReferenceProjectsArchivesOf2024GiveTheSameOutput(String network) throws Exception {
    Path fixture = Path.of(System.getProperty("pancreas.fixtures", ""), network);
    assumeTrue(Files.exists(fixture), "no fixtures");
    assumeTrue(hasKeras(), "no Python with Keras");
    Path archive = fixture.resolve("weights.keras");
    Model model = new ModelRepository().find(archive.toString());
    Path weights = folder.resolve("weights.hdf5");
    KerasWriter.write(model.weights(), model.description().network(), weights);
    Path output = folder.resolve("output.f32");

    Program.run(
        PYTHON,
        Path.of(getClass().getResource("/keras/networks_2024.py").toURI()).toString(),
        "load",
        archive.toString(),
        weights.toString(),
        fixture.resolve("input.f32").toString(),
        output.toString());

    assertClose(fixture.resolve("output.f32"), output);
  }

  private static void assertClose(Path expectedFile, Path actualFile) throws Exception {
    FloatBuffer expected = floats(expectedFile);
    FloatBuffer actual = floats(actualFile);
    assertEquals(expected.remaining(), actual.remaining());
    while (expected.hasRemaining()) {
      assertEquals(expected.get(), actual.get(), TOLERANCE);
    }
  }

  private static boolean hasKeras() throws Exception {
    return Files.isExecutable(Path.of(PYTHON))
        && new ProcessBuilder(
                    PYTHON, "-c", "import importlib.util as u; assert u.find_spec('keras')")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }

  private static FloatBuffer floats(Path file) throws Exception {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
