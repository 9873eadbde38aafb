package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.cli.CliProcess.Result;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Reorientation;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command that gives a probability. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class ClassifyIT extends ProcessTest {
  private static Path model;

  @TempDir private Path folder;

  @BeforeAll
  static void makeModel() {
    model = SmallModels.classification(shared.resolve("model"), "small");
  }

  @Test
  void aPhantomGetsANumberAndWhatItStandsOn() throws IOException {
    Path report = folder.resolve("report.json");
    Path used = folder.resolve("used.nii.gz");

    Result result =
        run(
                "--model",
                model,
                "--segmentation-model",
                "phantom",
                "--report",
                report,
                "--save-mask",
                used)
            .succeeded();

    JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
    double probability = json.get("probability").getAsDouble();
    assertTrue(probability > 0 && probability < 1, json::toString);
    assertEquals(
        probability < 0.3 ? "low" : probability > 0.7 ? "high" : "middle",
        json.get("band").getAsString());
    assertEquals(0.3, json.get("lowBelow").getAsDouble());
    assertEquals(0.7, json.get("highAbove").getAsDouble());
    assertTrue(json.get("meaning").getAsString().contains("not a diagnosis"));
    assertEquals("small", json.get("model").getAsString());
    assertEquals("nothing at all", json.get("trainedOn").getAsString());
    assertEquals("corrected", json.get("preprocessing").getAsString());
    JsonObject mask = json.getAsJsonObject("mask");
    assertEquals("segmentation", mask.get("source").getAsString());
    assertEquals("geometry", mask.get("mode").getAsString());
    assertEquals("phantom", mask.get("segmentationModel").getAsString());
    Mask saved = NiftiReader.readMask(used, Monitor.NONE);
    assertEquals(saved.volumeMl(), mask.get("volumeMl").getAsDouble(), 0.01);
    assertTrue(saved.grid().matches(NiftiReader.readInfo(truth).grid(), 1e-3));
    for (String stage : List.of("read", "mask", "region", "network")) {
      assertTrue(json.getAsJsonObject("seconds").get(stage).getAsDouble() > 0, stage);
    }
    Matcher number = Pattern.compile("(?m)^probability +(\\d\\.\\d{3})$").matcher(result.stdout());
    assertTrue(number.find(), result.stdout());
    assertEquals(String.format(Locale.ROOT, "%.3f", probability), number.group(1));
    assertTrue(result.stdout().contains("low is below 0.3, high above 0.7"), result.stdout());
    String text = result.stdout().replaceAll("\\s+", " ");
    assertTrue(text.contains("It is not a diagnosis"), text);
    assertTrue(text.contains("not a medical device"), text);
  }

  @Test
  void aMaskGivesTheSameNumberInAnyOrder() throws IOException {
    Mask mask = NiftiReader.readMask(truth, Monitor.NONE);
    Path turned = folder.resolve("turned.nii");
    Reorientation change = new Reorientation(2, true, 0, false, 1, true);
    NiftiWriter.writeMask(turned, mask.reoriented(change), NiftiLayout.SAME, "");

    assertEquals(probability("--mask", truth), probability("--mask", turned), 1e-3);
  }

  @Test
  void theMaskOfTotalSegmentatorIsTaken() throws IOException {
    Path program = folder.resolve("TotalSegmentator");
    Files.writeString(
        program,
        "#!/bin/sh\necho noise\nmkdir \"$4\" && cp '%s' \"$4/pancreas.nii.gz\"\n".formatted(truth));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path report = folder.resolve("report.json");
    List<Object> arguments =
        List.of(
            "classify",
            ct,
            "--model",
            model,
            "--mask-from",
            "totalsegmentator",
            "--report",
            report);

    Result result =
        start(List.of("PATH=" + folder + ":" + System.getenv("PATH")), arguments).succeeded();

    assertFalse(result.stdout().contains("noise"), result.stdout());
    JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
    assertEquals("totalsegmentator", json.getAsJsonObject("mask").get("source").getAsString());
    assertEquals(probability("--mask", truth), json.get("probability").getAsDouble(), 1e-9);
  }

  @Test
  void theOnlyInstalledModelIsTaken() {
    Path models = folder.resolve("models");
    List<String> environment = List.of("PANCREAS_MODELS=" + models);
    List<Object> arguments = List.of("classify", ct, "--mask", truth);
    start(environment, arguments)
        .failed(
            6,
            "no classification model is installed",
            "models fetch",
            "models import",
            "train classification");

    SmallModels.classification(models.resolve("one"), "one");
    Result result = start(environment, arguments).succeeded();
    assertTrue(Pattern.compile("(?m)^model +one: ").matcher(result.stdout()).find());

    SmallModels.classification(models.resolve("two"), "two");
    start(environment, arguments).failed(2, "one, two", "--model");
  }

  @Test
  void withoutAPancreasThereIsNoNumber() {
    Path report = folder.resolve("report.json");
    Path nothing = SmallModels.findingNothing(folder.resolve("finding-nothing"));

    Result result =
        run("--model", model, "--segmentation-model", nothing, "--report", report, "--quiet");

    // TensorFlow's C++ code may have something to say, too.
    assertEquals(10, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("pancreas-ai: error: segmentation found no pancreas"));
    assertEquals("", result.stdout());
    assertFalse(Files.exists(report));
  }

  /** One row: options, and what must come of them. */
  private record Row(String name, int exitCode, Options options, List<String> words) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Makes the files that a row's options name. */
  private interface Options {
    List<Object> in(Path folder) throws IOException;
  }

  private static Row row(String name, int exitCode, Options options, String... words) {
    return new Row(name, exitCode, options, List.of(words));
  }

  private static Stream<Row> badOptions() {
    return Stream.of(
        row(
            "mask elsewhere",
            4,
            folder -> List.of(ct, "--mask", elsewhere(folder)),
            "do not overlap",
            "mm"),
        row("empty mask", 4, folder -> List.of(ct, "--mask", empty(folder)), "empty.nii", "empty"),
        row(
            "label that is not there",
            4,
            folder -> List.of(ct, "--mask", truth, "--mask-label", "7"),
            "label 7",
            "labels there: 1"),
        row("label 0", 2, folder -> List.of(ct, "--mask", truth, "--mask-label", "0"), "label 0"),
        row("label without mask", 2, folder -> List.of(ct, "--mask-label", "7"), "--mask"),
        row(
            "two sources of the mask",
            2,
            folder -> List.of(ct, "--mask", truth, "--mask-from", "own"),
            "--mask-from"),
        row(
            "segmentation model beside a mask",
            2,
            folder -> List.of(ct, "--mask", truth, "--segmentation-model", "phantom"),
            "--segmentation-model"),
        row("mask that is no file", 2, f -> List.of(ct, "--mask", f.resolve("no.nii")), "no.nii"),
        row("CT as mask", 4, folder -> List.of(ct, "--mask", anyFile(ct)), "not a NIfTI file"),
        row("CT that is not HU", 4, f -> List.of(truth, "--mask", truth), "Hounsfield"),
        row(
            "sizes that do not fit by index",
            4,
            folder -> List.of(ct, "--mask", thinner(folder), "--mask-mode", "index"),
            "64 x 64 x 23",
            "--mask-mode geometry"),
        row(
            "report that would overwrite the mask",
            2,
            folder -> {
              Path mask = Files.copy(truth, folder.resolve("mask.nii.gz"));
              return List.of(ct, "--mask", mask, "--report", mask);
            },
            "overwrite"),
        row(
            "report where nothing can be written",
            9,
            folder -> List.of(ct, "--mask", truth, "--report", folder.resolve("no/report.json")),
            "no"),
        row(
            "one name for report and mask",
            2,
            f -> List.of(ct, "--report", f.resolve("a.nii"), "--save-mask", f.resolve("a.nii")),
            "--save-mask"),
        row(
            "segmentation model that classifies",
            6,
            folder -> List.of(ct, "--segmentation-model", model),
            "segmentation model"),
        row("engine that cannot", 7, f -> List.of(ct, "--mask", truth, "--engine", "cpu"), "cpu"),
        row("unknown series", 3, f -> List.of(ct, "--mask", truth, "--series", "1.2.3"), "1.2.3"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("badOptions")
  void badOptionsAreRefused(Row row, @TempDir Path inputs) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("classify"));
    arguments.addAll(row.options().in(inputs));
    arguments.addAll(List.of("--model", model, "--quiet"));
    CliProcess.run(arguments.toArray()).failed(row.exitCode(), row.words().toArray(String[]::new));
  }

  @Test
  void modelsForOtherTasksAreRefused() {
    run("--model", "phantom").failed(6, "phantom", "segmentation", "classification model");
    Path weights = folder.resolve("weights.hdf5");
    CliProcess.run("models", "export", "phantom", "-o", weights, "--format", "keras").succeeded();
    run("--model", weights).failed(6, "segmentation", "classification model");
  }

  @Test
  void withoutTheProgramItsMaskCannotBeHad() {
    List<Object> arguments =
        List.of("classify", ct, "--model", model, "--mask-from", "totalsegmentator");
    String java = System.getProperty("java.home");
    start(List.of("PATH=/usr/bin:/bin", "JAVA_HOME=" + java), arguments)
        .failed(7, "TotalSegmentator", "PATH");
  }

  private double probability(Object... options) throws IOException {
    Path report = folder.resolve("probability.json");
    List<Object> all = new ArrayList<>(List.of("--model", model, "--report", report));
    all.addAll(Arrays.asList(options));
    run(all.toArray()).succeeded();
    return JsonParser.parseString(Files.readString(report))
        .getAsJsonObject()
        .get("probability")
        .getAsDouble();
  }

  private static Result run(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("classify", ct));
    arguments.addAll(Arrays.asList(options));
    return CliProcess.run(arguments.toArray());
  }

  private static Result start(List<String> environment, List<Object> arguments) {
    List<String> command = new ArrayList<>(List.of("env"));
    command.addAll(environment);
    command.addAll(CliProcess.command(arguments.toArray()));
    return CliProcess.run(command, Path.of("."));
  }

  private static Path elsewhere(Path folder) {
    Mask mask = NiftiReader.readMask(truth, Monitor.NONE);
    Grid grid = mask.grid();
    Grid away =
        new Grid(
            grid.nx(),
            grid.ny(),
            grid.nz(),
            grid.toPatient(0, 0, 1000),
            grid.stepX(),
            grid.stepY(),
            grid.stepZ());
    return write(folder.resolve("elsewhere.nii"), mask.withGrid(away));
  }

  private static Path empty(Path folder) {
    Grid grid = NiftiReader.readInfo(truth).grid();
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      slices.add(new byte[grid.sliceSize()]);
    }
    return write(folder.resolve("empty.nii"), new Mask(grid, slices));
  }

  /** The mask without its last slice. */
  private static Path thinner(Path folder) {
    Mask mask = NiftiReader.readMask(truth, Monitor.NONE);
    Grid grid = mask.grid();
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz() - 1; z++) {
      byte[] slice = new byte[grid.sliceSize()];
      mask.readSlice(z, slice);
      slices.add(slice);
    }
    Grid less =
        new Grid(
            grid.nx(),
            grid.ny(),
            grid.nz() - 1,
            grid.origin(),
            grid.stepX(),
            grid.stepY(),
            grid.stepZ());
    return write(folder.resolve("thinner.nii"), new Mask(less, slices));
  }

  private static Path write(Path file, Mask mask) {
    NiftiWriter.writeMask(file, mask, NiftiLayout.SAME, "");
    return file;
  }
}
