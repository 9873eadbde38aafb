package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.cli.CliProcess.Result;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.Grid;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the commands do with good inputs. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class CommandsIT extends ProcessTest {

  /** Where the voxels of a NIfTI-1 file without extensions begin. */
  private static final int NIFTI_DATA = 352;

  @TempDir private Path folder;

  @Test
  void segmentWritesAMaskAndTheProbabilityBehindIt() throws IOException {
    Path mask = folder.resolve("mask.nii");
    Path probability = folder.resolve("probability.nii");

    Result result =
        CliProcess.run(
                "segment", ct, "-o", mask, "--probability", probability, "--threshold", "0.3")
            .succeeded();

    assertTrue(result.stdout().contains(mask.toString()), result.stdout());
    assertTrue(result.stdout().contains("not a medical device"), result.stdout());
    Grid grid = NiftiReader.readInfo(mask).grid();
    assertTrue(grid.matches(NiftiReader.readInfo(truth).grid(), 1e-3), grid::describe);
    assertTrue(grid.matches(NiftiReader.readInfo(probability).grid(), 1e-3), grid::describe);
    byte[] voxels = Files.readAllBytes(mask);
    ByteBuffer chances =
        ByteBuffer.wrap(Files.readAllBytes(probability)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < grid.voxelCount(); i++) {
      float chance = chances.getFloat(NIFTI_DATA + 4 * i);
      assertEquals(chance > 0.3f ? 1 : 0, voxels[NIFTI_DATA + i], "voxel " + i);
    }
  }

  @Test
  void aZipGivesTheSameMaskAsItsFolder() throws IOException {
    Path zip = BadInputs.zip(ct, folder.resolve("export.zip"));
    Path fromFolder = folder.resolve("a.nii");
    Path fromZip = folder.resolve("b.nii");

    CliProcess.run("segment", ct, "-o", fromFolder, "--quiet").succeeded();
    Result result = CliProcess.run("segment", zip, "-o", fromZip, "--quiet").succeeded();

    // TensorFlow's C++ code may have something to say; this program has not.
    assertFalse(result.stderr().contains("pancreas-ai"), result.stderr());
    assertEquals(-1, Files.mismatch(fromFolder, fromZip));
  }

  @Test
  void evaluateMeasuresAMaskAgainstItself() {
    Result result = CliProcess.run("evaluate", truth, truth, "--json").succeeded();

    JsonObject json = JsonParser.parseString(result.stdout()).getAsJsonObject();
    assertEquals(1, json.get("dice").getAsDouble());
    assertEquals(0, json.get("hausdorff95Mm").getAsDouble());
  }

  @Test
  void evaluateOfFoldersSumsUpAndTellsWhatHasNoCounterpart() throws IOException {
    Path predictions = Files.createDirectory(folder.resolve("predictions"));
    Path truths = Files.createDirectory(folder.resolve("truths"));
    Files.copy(truth, predictions.resolve("one.nii.gz"));
    Files.copy(truth, truths.resolve("one.nii.gz"));
    Files.copy(truth, truths.resolve("two.nii.gz"));

    Result result = CliProcess.run("evaluate", predictions, truths, "--json");

    assertEquals(8, result.exitCode(), result.stderr());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertTrue(result.stderr().contains("two"), result.stderr());
    JsonObject json = JsonParser.parseString(result.stdout()).getAsJsonObject();
    assertEquals(1, json.getAsJsonArray("cases").size());
    JsonObject dice = json.getAsJsonObject("summary").getAsJsonObject("dice");
    assertEquals(1, dice.get("mean").getAsDouble());
    assertTrue(dice.get("sd").isJsonNull(), "one case has no spread");
  }

  @Test
  void infoTellsASeriesWithoutPatientData() {
    String text = CliProcess.run("info", ct, "--json").succeeded().stdout();

    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    assertEquals(1, json.getAsJsonArray("series").size());
    assertFalse(text.toLowerCase(java.util.Locale.ROOT).contains("patient"), text);
  }

  @Test
  void infoTellsTheHeaderOfANiftiFile() {
    String text = CliProcess.run("info", truth, "--json").succeeded().stdout();

    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    assertEquals("uint8", json.get("dataType").getAsString());
  }

  @Test
  void demoFindsThePancreasOfAPhantomThatItsModelHasNotSeen() {
    Result result = CliProcess.run("demo", "-o", folder.resolve("phantom-demo")).succeeded();

    Matcher dice = Pattern.compile("(?m)^Dice +(\\d\\.\\d{3})$").matcher(result.stdout());
    assertTrue(dice.find(), result.stdout());
    assertTrue(Double.parseDouble(dice.group(1)) > 0.9, result.stdout());
    assertTrue(Files.exists(folder.resolve("phantom-demo/preview.png")));
  }

  @Test
  void demoOfACtWritesAMaskAndAPicture() {
    Result result = CliProcess.run("demo", ct, "-o", folder.resolve("demo")).succeeded();

    assertTrue(Files.exists(folder.resolve("demo/prediction.nii.gz")), result.stdout());
    assertTrue(Files.exists(folder.resolve("demo/preview.png")), result.stdout());
  }

  @Test
  void benchTimesTheStagesOnAPhantomAndLeavesNothingBehind() throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
            "-jar",
            System.getProperty("pancreas.jar"),
            "bench",
            "--size",
            "64x64x16",
            "--rounds",
            "2",
            "--threads",
            "1",
            "--json");

    Result result = CliProcess.run(command, folder).succeeded();

    JsonObject json = JsonParser.parseString(result.stdout()).getAsJsonObject();
    assertEquals(1, json.get("threads").getAsInt());
    assertEquals(2, json.get("rounds").getAsInt());
    assertTrue(json.get("ct").getAsString().startsWith("64 x 64 x 16 "), result.stdout());
    assertTrue(json.getAsJsonObject("machine").get("processors").getAsInt() > 0);
    for (String round : List.of("first", "median")) {
      JsonObject seconds = json.getAsJsonObject(round);
      for (String stage : List.of("read", "engine", "network", "mask", "write")) {
        assertTrue(seconds.get(stage).getAsDouble() > 0, stage);
        assertTrue(
            seconds.get(stage).getAsDouble() < seconds.get("total").getAsDouble(), result.stdout());
      }
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.filter(path -> path.toString().contains("bench")).toList());
    }
  }

  @Test
  void benchTimesTheStagesOnAnInput() {
    Result result = CliProcess.run("bench", ct, "--rounds", "1", "--model", "phantom").succeeded();

    assertTrue(result.stdout().contains("start-up of engine"), result.stdout());
    assertTrue(result.stdout().contains("model        phantom\n"), result.stdout());
    assertTrue(result.stdout().contains("64 x 64 x 24 "), result.stdout());
  }

  @Test
  void benchTellsOfAModelThatIsNotThere() {
    CliProcess.run("bench", ct, "--model", "no-such-model").failed(6, "no-such-model");
  }

  @Test
  void benchRefusesASizeForAnInput() {
    CliProcess.run("bench", ct, "--size", "64x64x16").failed(2, "--size", "INPUT");
  }

  @Test
  void modelsAreListedAndShown() {
    String list = CliProcess.run("models", "list", "--json").succeeded().stdout();
    String id =
        JsonParser.parseString(list)
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject()
            .get("id")
            .getAsString();

    String show = CliProcess.run("models", "show", id, "--json").succeeded().stdout();

    assertEquals(id, JsonParser.parseString(show).getAsJsonObject().get("id").getAsString());
  }

  @Test
  void theVersionSaysWhichKernelsAreUsed() {
    String text = CliProcess.run("--version").succeeded().stdout();

    boolean expectNative = Boolean.getBoolean("pancreas.expectNative");
    assertEquals(expectNative, text.contains("native"), text);
  }
}
