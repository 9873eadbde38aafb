package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.Monitor;
import ai.pancreas.cli.CliProcess.Result;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.Mask;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands that bring models in and out. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class ModelsIT {
  private static final String SHIPPED = "pancreas-ct";

  /** Small models that Keras wrote. */
  private static final Path KERAS = Path.of("../core/src/test/resources/keras").toAbsolutePath();

  @TempDir private static Path shared;

  /** Bare weights. */
  private static Path weights;

  @TempDir private Path folder;
  private Path models;

  @BeforeAll
  static void exportWeights() {
    weights = shared.resolve("weights.hdf5");
    CliProcess.run("models", "export", SHIPPED, "-o", weights, "--format", "keras").succeeded();
  }

  @BeforeEach
  void chooseFolder() {
    models = folder.resolve("models");
  }

  @Test
  void modelsOfOneKindAreAveraged() {
    Path mean = folder.resolve("mean");

    run("average", "phantom", "phantom", "-o", mean).succeeded();

    run("verify", mean).succeeded();
    run("average", "phantom", SHIPPED, "-o", folder.resolve("other")).failed(2, "network");
    run("average", "phantom", "-o", folder.resolve("one")).failed(2, "MODEL");
    run("average", "phantom", "phantom", "-o", mean).failed(9, "mean");
  }

  @Test
  void weightsAreImportedListedVerifiedAndExported() throws IOException {
    Result imported = run("import", weights, "--name", "mine", "--licence", "CC-BY-4.0");
    assertTrue(imported.succeeded().stdout().contains("--model mine"), imported.stdout());

    JsonArray list =
        JsonParser.parseString(run("list", "--json").succeeded().stdout()).getAsJsonArray();
    JsonObject last = list.get(list.size() - 1).getAsJsonObject();
    assertEquals("mine", last.get("id").getAsString());
    assertTrue(last.get("installed").getAsBoolean());
    assertTrue(run("show", "mine").succeeded().stdout().contains("CC-BY-4.0"));
    assertEquals(list.size(), run("verify").succeeded().stdout().lines().count());

    Path zip = folder.resolve("mine.zip");
    run("export", "mine", "-o", zip).succeeded();
    run("import", zip).failed(9, "mine", "installed already");
    run("import", zip, "--name", "copy").succeeded();
    Path bare = folder.resolve("bare.hdf5");
    run("export", "copy", "-o", bare, "--format", "keras").succeeded();
    assertEquals(-1, Files.mismatch(weights, bare));
    assertEquals(-1, Files.mismatch(weights, models.resolve("copy/weights.hdf5")));
  }

  @Test
  void archivesOfKerasAreImportedShownAndExported() throws IOException {
    Result imported = run("import", KERAS.resolve("classification-2024.keras"), "--name", "cancer");
    assertTrue(
        imported.succeeded().stdout().contains("classify INPUT --model cancer"), imported.stdout());
    run("import", KERAS.resolve("segmentation-2024.keras"), "--name", "volumes").succeeded();

    String list = run("list").succeeded().stdout();
    assertTrue(list.contains("(classification, installed)"), list);
    assertTrue(list.contains("(segmentation, default)"), list);
    String show = run("show", "cancer").succeeded().stdout();
    assertTrue(show.contains("12 slices of 8 x 4"), show);
    JsonObject json =
        JsonParser.parseString(run("show", "cancer", "--json").succeeded().stdout())
            .getAsJsonObject();
    assertEquals("classification", json.get("task").getAsString());
    assertEquals("reference", json.getAsJsonObject("preprocessing").get("region").getAsString());
    assertTrue(json.get("labels").isJsonNull());
    json =
        JsonParser.parseString(run("show", "volumes", "--json").succeeded().stdout())
            .getAsJsonObject();
    assertEquals(0.5, json.getAsJsonObject("postprocessing").get("threshold").getAsDouble());
    run("verify", "cancer", "volumes").succeeded();

    Path bare = folder.resolve("bare.hdf5");
    run("export", "volumes", "-o", bare, "--format", "keras").succeeded();
    run("verify", bare).succeeded();
    run("export", "cancer", "-o", folder.resolve("cancer.zip")).succeeded();
    run("import", folder.resolve("cancer.zip"), "--name", "again").succeeded();
    run("average", "cancer", "again", "-o", folder.resolve("mean")).succeeded();
    run("verify", folder.resolve("mean")).succeeded();
  }

  @Test
  void aClassifierIsRefusedWhereASegmentationModelIsNeeded() {
    Path classifier = KERAS.resolve("classification-2024.keras");
    String[] words = {"is for classification (network classification-2024)", "segmentation model"};
    run("evaluate", classifier, folder).failed(6, words);
    Path output = folder.resolve("calibrated");
    run("calibrate", classifier, folder, "-o", output).failed(6, words);
    run("calibrate", classifier, folder, "-o", output, "--threshold", "0.5").failed(6, words);
    Path phantom = folder.resolve("phantom");
    CliProcess.run("phantom", "-o", phantom, "--size", "64x64x24", "--spacing", "4x4x4")
        .succeeded();
    Path ct = phantom.resolve("ct");
    Path mask = folder.resolve("mask.nii.gz");
    CliProcess.run("segment", ct, "--model", classifier, "-o", mask).failed(6, words);
    assertFalse(Files.exists(mask));
    run("average", classifier, "phantom", "-o", output).failed(2, "network");
  }

  @Test
  void verifyTellsWhichModelIsDamaged() throws IOException {
    run("import", weights, "--name", "mine").succeeded();
    Files.write(models.resolve("mine/weights.hdf5"), new byte[] {1}, StandardOpenOption.APPEND);

    Result result = run("verify");

    assertEquals(6, result.exitCode(), result.stderr());
    assertTrue(result.stdout().contains(SHIPPED + ": ok, segmentation-2021"), result.stdout());
    assertTrue(result.stdout().contains("mine: FAILED, "), result.stdout());
    assertTrue(result.stdout().contains("SHA-256 is "), result.stdout());
    assertTrue(result.stderr().contains("1 of 3 models cannot be used: mine"), result.stderr());
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.hdf5"), "no weights");
    run("import", text).failed(6, "text.hdf5", "not an HDF5 file");
    run("import", folder.resolve("absent.hdf5")).failed(2, "absent.hdf5");
    run("import", weights, "--name", "Not An Id").failed(2, "Not An Id");
    run("import", weights, "--name", SHIPPED).failed(9, SHIPPED, "built-in");
    run("export", "absent", "-o", folder.resolve("x.zip")).failed(6, "absent");
    run("export", weights, "-o", weights, "--format", "keras").failed(2, "overwrite");
    run("fetch", "ftp://example.org/weights.hdf5").failed(2, "http");
    assertFalse(Files.exists(models));
  }

  @Test
  void fetchAsksForAChecksumAndInstallsWithIt() throws Exception {
    byte[] bytes = Files.readAllBytes(weights);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    HttpServer server = serve("/theirs.hdf5", bytes);
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/theirs.hdf5";
      run("fetch", url).failed(2, "nothing installed", sha256);
      run("fetch", url, "--sha256", "0".repeat(64)).failed(6, sha256);
      run("fetch", url.replace("theirs", "absent"), "--sha256", sha256).failed(6, "404");
      assertFalse(Files.exists(models.resolve("theirs")));
      Result fetched = run("fetch", url, "--sha256", sha256).succeeded();
      assertTrue(fetched.stdout().contains("--model theirs"), fetched.stdout());
      run("verify", "theirs").succeeded();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anArchiveOfKerasIsFetched() throws Exception {
    byte[] bytes = Files.readAllBytes(KERAS.resolve("classification-2024.keras"));
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    HttpServer server = serve("/theirs.keras", bytes);
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/theirs.keras";
      run("fetch", url).failed(2, "classification-2024", sha256);
      run("fetch", url, "--sha256", sha256).succeeded();
      assertTrue(Files.exists(models.resolve("theirs/weights.keras")));
    } finally {
      server.stop(0);
    }
  }

  /** The mask was made by the reference project's own program; ties may fall either way. */
  @Test
  void importedWeightsOfTheReferenceProjectGiveItsMask() throws IOException {
    Path fixtures = Path.of(System.getProperty("pancreas.fixtures"));
    assumeTrue(Files.exists(fixtures.resolve("ct-dicom/segmentation-2021")), "no fixtures");
    Path output = folder.resolve("mask.nii.gz");
    run("import", fixtures.resolve("segmentation-2021/weights.hdf5"), "--name", "reference")
        .succeeded();

    List<String> command = new ArrayList<>(List.of("env", "PANCREAS_MODELS=" + models));
    command.addAll(
        CliProcess.command(
            "segment",
            fixtures.resolve("ct-dicom/jpeg2000-lossless"),
            "--model",
            "reference",
            "-o",
            output));
    CliProcess.run(command, folder).succeeded();

    Mask mask = NiftiReader.readMask(output, Monitor.NONE);
    // An array [row][column][slice] whose first index NIfTI calls x.
    Mask expected =
        NiftiReader.readMask(
            fixtures.resolve("ct-dicom/segmentation-2021/mask-row-column-slice.nii.gz"),
            Monitor.NONE);
    int rows = expected.grid().nx();
    int different = 0;
    for (int z = 0; z < expected.grid().nz(); z++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < expected.grid().ny(); column++) {
          // dcm2niix, and so this program, stores the last row first.
          if (expected.at(row, column, z) != mask.at(column, rows - 1 - row, z)) {
            different++;
          }
        }
      }
    }
    assertTrue(different <= expected.grid().voxelCount() * 1e-4, different + " voxels differ");
  }

  private static HttpServer serve(String path, byte[] bytes) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private Result run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("models"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--models", models));
    return CliProcess.run(all.toArray());
  }
}
