package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.cli.CliProcess.Result;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.TrainingCache;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** From folders of cases to a training cache. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class PrepareIT extends ProcessTest {
  @TempDir private Path folder;
  private Path cache;

  @BeforeEach
  void nameCache() {
    cache = folder.resolve("cache");
  }

  @Test
  void aPhantomBecomesACache() {
    Result result =
        CliProcess.run("prepare", ct.getParent(), "-o", cache, "--size", "64").succeeded();

    assertTrue(result.stdout().contains("24 of 64 x 64"), result.stdout());
    try (TrainingCache read = TrainingCache.open(cache)) {
      CachedCase one = read.cases().get(0);
      assertEquals(24, one.slices());
      assertTrue(one.hasPancreas());
    }
  }

  @Test
  void whatIsDroppedIsToldAndTheRestKept() throws IOException {
    Path patients = Files.createDirectory(folder.resolve("patients"));
    copy(ct.getParent(), patients.resolve("a"));
    copy(ct, patients.resolve("b/ct"));

    Result result =
        CliProcess.run("prepare", patients, "-o", cache, "--size", "64", "--json", "--quiet");

    assertEquals(8, result.exitCode(), result.stderr());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    JsonObject report =
        JsonParser.parseString(result.stdout()).getAsJsonObject().getAsJsonObject("report");
    assertEquals(1, report.getAsJsonArray("kept").size());
    JsonObject dropped = report.getAsJsonArray("dropped").get(0).getAsJsonObject();
    assertEquals("b", dropped.get("name").getAsString());
    assertTrue(dropped.get("reason").getAsString().contains("label"), result.stdout());
    assertEquals(report, JsonParser.parseString(Files.readString(cache.resolve("report.json"))));
  }

  @Test
  void noCaseLeftIsAnErrorAndLeavesNothing() throws IOException {
    CliProcess.run("prepare", ct, "-o", cache).failed(4, "no case is left of 1", "label");

    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void aCacheIsOnlyReplacedWhenAsked() throws IOException {
    CliProcess.run("prepare", ct.getParent(), "-o", cache, "--size", "32").succeeded();
    byte[] before = Files.readAllBytes(cache.resolve("hu.bin"));

    CliProcess.run("prepare", ct.getParent(), "-o", cache).failed(9, "--overwrite");
    assertArrayEquals(before, Files.readAllBytes(cache.resolve("hu.bin")));
    CliProcess.run("prepare", ct.getParent(), "-o", cache, "--size", "48", "--overwrite")
        .succeeded();

    try (TrainingCache read = TrainingCache.open(cache)) {
      assertEquals(48, read.rows());
    }
  }

  @Test
  void nothingElseIsEverReplaced() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path file = Files.writeString(other.resolve("thesis.txt"), "years of work");

    CliProcess.run("prepare", ct.getParent(), "-o", other, "--overwrite").failed(9, "not empty");
    CliProcess.run("prepare", ct.getParent(), "-o", file, "--overwrite").failed(9, "file");

    assertEquals("years of work", Files.readString(file));
  }

  @Test
  void wrongUsageIsToldBeforeTheWork() throws IOException {
    Path names = Files.writeString(folder.resolve("validation.txt"), "nobody\n");

    CliProcess.run("prepare", folder.resolve("missing"), "-o", cache).failed(2, "missing");
    CliProcess.run("prepare", ct.getParent(), "-o", cache, "--size", "5").failed(2, "16 to 1024");
    CliProcess.run("prepare", ct.getParent(), "-o", cache, "--label", "0").failed(2, "background");
    CliProcess.run("prepare", ct.getParent(), "-o", cache, "--picture-hu", "5").failed(2, "0:255");
    CliProcess.run("prepare", ct.getParent(), "-o", cache, "--validation-patients", names)
        .failed(2, "nobody");
    assertFalse(Files.exists(cache));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}
