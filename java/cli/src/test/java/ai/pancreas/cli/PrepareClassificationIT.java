package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.cli.CliProcess.Result;
import ai.pancreas.dataset.CachedRegion;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.model.ModelRepository;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** From folders of patients to a cache of regions. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class PrepareClassificationIT {
  @TempDir private static Path shared;
  private static Path patients;

  @TempDir private Path folder;
  private Path cache;

  @BeforeAll
  static void makePatients() {
    patients = shared.resolve("patients");
    CliProcess.run("phantom", "-o", patients, "--patients", "2", "--size", "64x64x24").succeeded();
  }

  @BeforeEach
  void nameCache() {
    cache = folder.resolve("cache");
  }

  @Test
  void phantomsBecomeACache() {
    Result result = prepare(patients, "--size", "32").succeeded();

    assertTrue(result.stdout().contains("with cancer label  1"), result.stdout());
    RegionCache read = RegionCache.open(cache);
    assertEquals(32, read.size());
    assertEquals(0.9, read.preprocessing().crop());
    assertEquals(
        List.of("phantom-001", "phantom-002"),
        read.regions().stream().map(CachedRegion::patient).toList());
    assertEquals(List.of(0, 1), read.regions().stream().map(CachedRegion::label).toList());
  }

  @Test
  void masksAreMadeWhereAskedAndLabelsTakenFromATable() throws IOException {
    Path csv = Files.writeString(folder.resolve("labels.csv"), "patient,label\nphantom-001,1\n");

    Result result =
        prepare(patients, "--size", "16", "--mask", "auto", "--labels", csv, "--json", "--quiet");

    assertEquals(8, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("a patient was dropped"), result.stderr());
    JsonObject report =
        JsonParser.parseString(result.stdout()).getAsJsonObject().getAsJsonObject("report");
    assertEquals(ModelRepository.DEFAULT_ID, report.get("masks").getAsString());
    JsonObject kept = report.getAsJsonArray("kept").get(0).getAsJsonObject();
    assertEquals(1, kept.get("label").getAsInt());
    JsonObject dropped = report.getAsJsonArray("dropped").get(0).getAsJsonObject();
    assertEquals("phantom-002", dropped.get("name").getAsString());
    assertTrue(dropped.get("reason").getAsString().contains("label is missing"), result.stdout());
    assertEquals(report, JsonParser.parseString(Files.readString(cache.resolve("report.json"))));
    assertEquals(ModelRepository.DEFAULT_ID, RegionCache.open(cache).masks());
  }

  @Test
  void aCacheIsOnlyReplacedWhenAsked() {
    prepare(patients, "--size", "16").succeeded();

    prepare(patients, "--size", "32").failed(9, "--overwrite");
    assertEquals(16, RegionCache.open(cache).size());
    prepare(patients, "--size", "32", "--overwrite").succeeded();
    assertEquals(32, RegionCache.open(cache).size());
  }

  @Test
  void wrongUsageIsToldBeforeTheWork() {
    prepare(folder.resolve("missing")).failed(2, "missing");
    prepare(patients, "--size", "90").failed(2, "multiple of 16");
    prepare(patients, "--crop", "1.5").failed(2, "0 to 1");
    prepare(patients, "--mask", "magic").failed(2, "--mask");
    prepare(patients, "--mask-label", "0").failed(2, "1 or more");
    prepare(patients, "--mask", "auto", "--mask-label", "7").failed(2, "--mask-label");
    prepare(patients, "--threads", "0").failed(2, "thread");
    prepare(patients, "--labels", folder.resolve("no.csv")).failed(2, "no.csv");
    prepare(patients, "--mask", "auto", "--model", "nonsense").failed(6, "nonsense");
    CliProcess.run("prepare", "classification", patients).failed(2, "--output");
    CliProcess.run("prepare", "-o", cache).failed(2, "INPUT");
    CliProcess.run("prepare", patients).failed(2, "--output");
    assertFalse(Files.exists(cache));
  }

  private Result prepare(Object input, Object... options) {
    Object[] arguments = new Object[options.length + 5];
    Object[] first = {"prepare", "classification", input, "-o", cache};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(options, 0, arguments, first.length, options.length);
    return CliProcess.run(arguments);
  }
}
