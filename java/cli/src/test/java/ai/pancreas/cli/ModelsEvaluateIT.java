package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.cli.CliProcess.Result;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models are measured and calibrated on labelled CTs. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class ModelsEvaluateIT extends ProcessTest {
  private static final String MODEL = "phantom";
  private static final String NOTICE = "Research use only, not a medical device.";

  @TempDir private Path folder;

  /** The same Dice as by segment and evaluate, one after the other. */
  @Test
  void aModelIsMeasuredOnAWholeCt() throws IOException {
    Path mask = folder.resolve("mask.nii.gz");
    CliProcess.run("segment", ct, "--model", MODEL, "-o", mask).succeeded();
    JsonObject expected = json(CliProcess.run("evaluate", mask, truth, "--json").succeeded());
    Path pictures = folder.resolve("pictures");

    JsonObject actual =
        json(
            CliProcess.run("models", "evaluate", MODEL, cases(), "--json", "--pictures", pictures)
                .succeeded());

    JsonObject volumes = actual.getAsJsonObject("volumes");
    assertEquals(1, volumes.get("count").getAsInt());
    double dice = volumes.getAsJsonObject("dice").get("mean").getAsDouble();
    assertEquals(expected.get("dice").getAsDouble(), dice, 1e-9);
    assertTrue(dice > 0, "dice " + dice);
    assertEquals(24, actual.get("slices").getAsInt());
    assertEquals(19, actual.getAsJsonArray("thresholds").size());
    JsonObject all = actual.getAsJsonObject("calibrationOfAllSlices");
    assertEquals(24 * 64 * 64, all.get("voxels").getAsLong());
    assertEquals(10, all.getAsJsonArray("reliability").size());
    assertTrue(all.get("negativeLogLikelihood").getAsDouble() > 0);
    for (String name : new String[] {"best.png", "median.png", "worst.png"}) {
      assertTrue(ImageIO.read(pictures.resolve(name).toFile()).getHeight() >= 512);
    }
  }

  @Test
  void theTableEndsWithTheNotice() {
    Result result = CliProcess.run("models", "evaluate", MODEL, cases(), "--quiet").succeeded();

    assertTrue(result.stdout().contains("dice by patient"), result.stdout());
    assertTrue(result.stdout().contains("expected calibration error"), result.stdout());
    assertTrue(result.stdout().endsWith(NOTICE + "\n"), result.stdout());
    assertEquals("", result.stderr());
  }

  @Test
  void aCalibratedModelIsUsedLikeAnyOther() {
    Path calibrated = folder.resolve("calibrated");

    JsonObject result =
        json(
            CliProcess.run(
                    "models",
                    "calibrate",
                    MODEL,
                    cases(),
                    "-o",
                    calibrated,
                    "--id",
                    "phantom-calibrated",
                    "--title",
                    "Calibrated",
                    "--threshold",
                    "0.7",
                    "--json")
                .succeeded());

    double temperature = result.getAsJsonObject("calibration").get("temperature").getAsDouble();
    double odds = Math.pow(0.7 / 0.3, 1 / temperature);
    assertEquals(0.7, result.get("thresholdBefore").getAsDouble());
    assertEquals(odds / (1 + odds), result.get("thresholdAfter").getAsDouble(), 1e-9);
    JsonObject model = json(CliProcess.run("models", "show", calibrated, "--json").succeeded());
    assertEquals("phantom-calibrated", model.get("id").getAsString());
    assertEquals("Calibrated", model.get("title").getAsString());
    String note = model.getAsJsonObject("training").get("calibration").getAsString();
    assertTrue(note.endsWith("fitted on 24 slices of 1 patient"), note);
    JsonObject after =
        json(CliProcess.run("models", "evaluate", calibrated, cases(), "--json").succeeded());
    assertEquals(
        result.get("thresholdAfter").getAsDouble(), after.get("threshold").getAsDouble(), 1e-9);
    assertEquals(result.get("after"), after.get("calibrationOfAllSlices"));
    CliProcess.run("models", "calibrate", MODEL, cases(), "-o", calibrated).failed(9, "not empty");
  }

  @Test
  void wrongUsageIsToldBeforeTheWork() throws IOException {
    Path nobody = Files.writeString(folder.resolve("nobody.txt"), "nobody\n");
    Path nothing = Files.writeString(folder.resolve("nothing.txt"), "\n");
    Path output = folder.resolve("output");

    evaluate(cases(), "--patients", nobody).failed(2, "nobody");
    evaluate(cases(), "--patients", nothing).failed(2, "nothing.txt names no patient");
    evaluate(cases(), "--patients", folder.resolve("absent.txt")).failed(2, "absent.txt");
    evaluate(folder.resolve("absent")).failed(2, "absent does not exist");
    evaluate(Files.createDirectory(folder.resolve("empty"))).failed(4, "no cases in it");
    evaluate(ct).failed(4, "no case can be used", "no label");
    evaluate(cases(), "--engine", "steam").failed(2, "steam");
    evaluate(cases(), "--precision", "steam").failed(2, "--precision", "steam");
    evaluate(cases(), "--threads", "0").failed(2, "thread");
    evaluate(cases(), "--label", "0").failed(2, "background");
    evaluate(cases(), "--pictures", folder).failed(9, "not empty");
    evaluate().failed(2, "INPUT");
    CliProcess.run("models", "evaluate", "absent-model", cases()).failed(6, "absent-model");
    calibrate(output, "--threshold", "1").failed(2, "--threshold");
    calibrate(output, "--id", "Not An Id").failed(2, "Not An Id");
    calibrate(output, "--patients", nobody).failed(2, "nobody");
    assertFalse(Files.exists(output));
  }

  @Test
  void whatCannotBeUsedIsToldAfterTheResult() throws IOException {
    Path patients = Files.createDirectory(folder.resolve("patients"));
    copy(ct, patients.resolve("first/ct"));
    Files.copy(truth, patients.resolve("first/label.nii.gz"));
    copy(ct, patients.resolve("second/ct"));

    Result result = evaluate(patients, "--json", "--quiet");

    assertEquals(8, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("second"), result.stderr());
    assertEquals(1, json(result).get("patientCount").getAsInt());
    assertEquals(1, json(result).getAsJsonArray("dropped").size());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static Path cases() {
    return ct.getParent();
  }

  private static Result evaluate(Object... arguments) {
    return run("evaluate", arguments);
  }

  private static Result calibrate(Path output, Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = cases();
    all[1] = "-o";
    all[2] = output;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return run("calibrate", all);
  }

  private static Result run(String command, Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "models";
    all[1] = command;
    all[2] = MODEL;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CliProcess.run(all);
  }

  private static JsonObject json(Result result) {
    return JsonParser.parseString(result.stdout()).getAsJsonObject();
  }
}
