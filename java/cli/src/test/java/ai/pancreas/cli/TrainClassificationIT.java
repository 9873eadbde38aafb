package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training of classification networks as a process, on a small cache of phantoms. */
class TrainClassificationIT {
  @TempDir static Path shared;
  private static Path cache;

  @TempDir private Path folder;

  @BeforeAll
  static void makeCache() {
    Path patients = shared.resolve("patients");
    CliProcess.run("phantom", "-o", patients, "--patients", 12, "--size", "48x48x16").succeeded();
    cache = shared.resolve("regions");
    CliProcess.run("prepare", "classification", patients, "-o", cache, "--size", "16").succeeded();
  }

  @Test
  void aTrainingGoesOnWhereItEnded() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");

    CliProcess.Result training = CliProcess.run(training(whole, "--epochs", "2")).succeeded();
    CliProcess.run(training(parts, "--epochs", "1")).succeeded();
    CliProcess.run(training(parts, "--epochs", "2", "--resume")).succeeded();

    assertTrue(training.stderr().contains("epoch 2/2: loss "), training.stderr());
    assertTrue(training.stdout().contains("validation patients"), training.stdout());
    assertTrue(training.stdout().contains("not a medical device"), training.stdout());
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("weights.hdf5")),
        Files.readAllBytes(parts.resolve("weights.hdf5")));
    CliProcess.run("train", "curves", whole, "-o", folder.resolve("curves.svg")).succeeded();
  }

  @Test
  void crossValidationLeavesPredictionsAndMetrics() throws IOException {
    Path out = folder.resolve("folds");

    CliProcess.Result result =
        CliProcess.run(training(out, "--epochs", "1", "--folds", "3")).succeeded();

    assertTrue(result.stdout().contains("AUC of fold 3"), result.stdout());
    assertEquals(13, Files.readAllLines(out.resolve("predictions.csv")).size());
    for (String file :
        List.of("folds.json", "metrics.json", "reliability.csv", "reliability.png")) {
      assertTrue(Files.size(out.resolve(file)) > 0, file);
    }
  }

  @Test
  void optionsThatMakeNoSenseAreRefusedBeforeAnythingIsWritten() {
    Path model = folder.resolve("model");

    refused(model, "--batch 1", "regions a step");
    refused(model, "--l2 -1", "L2");
    refused(model, "--threshold 1", "threshold");
    refused(model, "--rotation 200", "rotation");
    refused(model, "--folds 2", "at least 3 folds");
    refused(model, "--folds 7", "too few for 7 folds");
    refused(model, "--folds 3 --split some.json", "--split");
    refused(model, "--validation-fraction 1", "--validation-fraction");
    refused(model, "--filters 4,4,4,4,4,4", "multiples of 32");
    refused(model, "--resume", "no training");
    refused(model, "--split no-such-file", "no-such-file");
    assertFalse(Files.exists(model));
  }

  @Test
  void whatIsNoCacheIsRefused() {
    CliProcess.run("train", "classification", folder, "-o", folder.resolve("model"))
        .failed(2, "prepare classification");
  }

  private static void refused(Path model, String options, String word) {
    CliProcess.run(training(model, options.split(" "))).failed(2, word);
  }

  private static Object[] training(Path model, String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("train", "classification", cache, "-o", model, "--threads", "1"));
    List<String> options = Arrays.asList(more);
    if (!options.contains("--filters")) {
      arguments.addAll(List.of("--filters", "4,8"));
    }
    arguments.addAll(options);
    return arguments.toArray();
  }
}
