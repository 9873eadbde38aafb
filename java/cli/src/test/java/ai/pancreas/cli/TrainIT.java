package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Training as a process, on a small cache of phantoms. */
class TrainIT {
  /** Enough for a signal to come before the end. */
  private static final int EPOCHS = 30;

  private static final int KILL = 128 + 9;
  private static final int TERM = 128 + 15;

  @TempDir static Path shared;
  private static Path patients;
  private static Path cache;

  @TempDir private Path folder;

  @BeforeAll
  static void makeCache() {
    patients = shared.resolve("patients");
    for (int seed = 1; seed <= 3; seed++) {
      Path phantom = patients.resolve("patient" + seed);
      CliProcess.run(
              "phantom", "-o", phantom, "--size", "64x64x16", "--spacing", "5x5x6", "--seed", seed)
          .succeeded();
    }
    cache = shared.resolve("cache");
    CliProcess.run("prepare", patients, "-o", cache, "--size", "35", "--validation-fraction", "0.3")
        .succeeded();
  }

  /** With a network of the CT's own size, nothing is resampled: the figures must be the same. */
  @Test
  void aTrainedModelSegmentsAsWellAsItsValidationSays() throws IOException {
    Path model = folder.resolve("model");
    Path whole = folder.resolve("cache");
    CliProcess.run("prepare", patients, "-o", whole, "--size", "64", "--validation-fraction", "0.3")
        .succeeded();

    CliProcess.Result training =
        CliProcess.run(
                "train",
                "segmentation",
                whole,
                "-o",
                model,
                "--size",
                "64",
                "--filters",
                "8,8,8",
                "--epochs",
                "12",
                "--learning-rate",
                "0.01",
                "--positive-share",
                "0.7")
            .succeeded();

    assertTrue(training.stderr().contains("epoch 12/12: loss "), training.stderr());
    assertTrue(training.stderr().contains(" waiting for data"), training.stderr());
    assertEquals(13, Files.readAllLines(model.resolve("log.csv")).size());
    CliProcess.run("models", "show", model, "--json").succeeded();
    Path curves = folder.resolve("curves.svg");
    CliProcess.run("train", "curves", model, "-o", curves).succeeded();
    assertTrue(Files.readString(curves).contains(" in epoch "), "F1 of the log is in the picture");
    Path patient = patients.resolve(validationPatient(model));
    Path mask = folder.resolve("mask.nii.gz");
    CliProcess.run("segment", patient.resolve("ct"), "--model", model, "-o", mask).succeeded();
    String evaluation =
        CliProcess.run("evaluate", mask, patient.resolve("mask.nii.gz")).succeeded().stdout();
    double validated = number("F1 \\(Dice\\) +", training.stdout());
    assertTrue(validated > 0.1, training.stdout());
    // The engine differs by up to 1e-4 in probability, which may turn a few of 65,536 voxels.
    assertEquals(validated, number("dice +", evaluation), 0.005);
  }

  private static String validationPatient(Path model) throws IOException {
    Matcher matcher =
        Pattern.compile("\"validation\": *\\[\\s*\"([^\"]+)\"")
            .matcher(Files.readString(model.resolve("split.json")));
    assertTrue(matcher.find());
    return matcher.group(1);
  }

  private static double number(String before, String text) {
    Matcher matcher = Pattern.compile(before + "([0-9.]+)").matcher(text);
    assertTrue(matcher.find(), text);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
  void aSignalSavesAndResumingEndsInTheSameNetwork() throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    CliProcess.run(training(unbroken, EPOCHS)).succeeded();

    assertEquals(TERM, trainAndSend("TERM", broken));
    assertFalse(Files.exists(broken.resolve("model.json")));
    CliProcess.run(training(broken, EPOCHS, "--resume")).succeeded();

    assertArrayEquals(weights(unbroken), weights(broken));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
  void aProcessThatDiedGoesOnFromItsLastCheckpoint() throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    CliProcess.run(training(unbroken, EPOCHS)).succeeded();

    assertEquals(KILL, trainAndSend("KILL", broken));
    CliProcess.run(training(broken, EPOCHS, "--resume")).succeeded();

    assertArrayEquals(weights(unbroken), weights(broken));
    try (var files = Files.list(broken.resolve("checkpoints"))) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")));
    }
  }

  @Test
  void optionsThatMakeNoSenseAreRefusedBeforeAnythingIsWritten() {
    Path model = folder.resolve("model");

    refused(2, model, "--epochs 0", "epochs");
    refused(2, model, "--learning-rate -1", "learning rate");
    refused(2, model, "--augmentation strong", "strong");
    refused(2, model, "--window 100", "-100:240");
    refused(2, model, "--window 100:0", "100.0 to 0.0");
    refused(2, model, "--filters 8,8", "levels");
    refused(2, model, "--size 33", "multiple of 4");
    refused(2, model, "--deep-supervision 1,1,1,1,1", "2 maps");
    refused(2, model, "--id Nobody!", "id");
    refused(2, model, "--resume", "no training");
    refused(2, model, "--split no-such-file", "no-such-file");
    refused(6, model, "--initial-model no-such-model", "no-such-model");
    assertFalse(Files.exists(model));
  }

  @Test
  void whatIsNoCacheIsRefused() {
    CliProcess.run("train", "segmentation", folder, "-o", folder.resolve("model"))
        .failed(2, "train");
  }

  @Test
  void aFolderThatHoldsSomethingIsRefused() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("notes.txt"), "mine");

    CliProcess.run(training(model, 1)).failed(9, "not empty");
    assertEquals("mine", Files.readString(model.resolve("notes.txt")));
  }

  @Test
  void curvesNeedALog() {
    Path curves = folder.resolve("curves.svg");

    CliProcess.run("train", "curves", cache, "-o", curves).failed(2, "log.csv");
    assertFalse(Files.exists(curves));
  }

  private static void refused(int code, Path model, String options, String word) {
    CliProcess.run(training(model, 1, options.split(" "))).failed(code, word);
  }

  private static Object[] training(Path model, int epochs, String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("train", "segmentation", cache, "-o", model, "--threads", "1"));
    arguments.addAll(List.of("--batch-size", "4", "--schedule", "constant"));
    List<String> options = Arrays.asList(more);
    if (!options.contains("--filters")) {
      arguments.addAll(List.of("--filters", "8,8,8"));
    }
    if (!options.contains("--size")) {
      arguments.addAll(List.of("--size", "32"));
    }
    if (!options.contains("--epochs")) {
      arguments.addAll(List.of("--epochs", epochs));
    }
    arguments.addAll(options);
    return arguments.toArray();
  }

  /** Sends a signal once the second epoch is over; returns the exit code. */
  private static int trainAndSend(String signal, Path model) throws IOException {
    Process process =
        new ProcessBuilder(CliProcess.command(training(model, EPOCHS)))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader stderr = process.errorReader()) {
      for (String line = stderr.readLine(); line != null; line = stderr.readLine()) {
        if (line.contains("epoch 2/" + EPOCHS)) {
          CliProcess.run(List.of("sh", "-c", "kill -s " + signal + " " + process.pid()), model);
        }
      }
    }
    return CliProcess.exitCode(process);
  }

  private static byte[] weights(Path model) throws IOException {
    return Files.readAllBytes(model.resolve("weights.hdf5"));
  }
}
