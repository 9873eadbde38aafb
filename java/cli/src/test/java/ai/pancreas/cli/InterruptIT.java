package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A signal in the middle of the work ends it, and leaves nothing behind. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class InterruptIT {
  private static final int SIGINT = 2;

  @Test
  void ctrlCEndsTheWork(@TempDir Path folder) throws IOException {
    assumeFalse(isIgnored(SIGINT), "whoever started this process has it ignore Ctrl-C");

    assertEquals(130, segmentAndSend("INT", folder));
  }

  @Test
  void killEndsTheWork(@TempDir Path folder) throws IOException {
    assertEquals(143, segmentAndSend("TERM", folder));
  }

  /** Sends a signal once the network has done its first slices; returns the exit code. */
  private static int segmentAndSend(String signal, Path folder) throws IOException {
    Path phantom = folder.resolve("phantom");
    CliProcess.run("phantom", "-o", phantom, "--size", "32x32x160", "--spacing", "2x2x1")
        .succeeded();
    Path outputs = Files.createDirectory(folder.resolve("outputs"));
    List<String> command =
        CliProcess.command(
            "segment",
            phantom.resolve("ct"),
            "-o",
            outputs.resolve("mask.nii.gz"),
            "--progress",
            "json");
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    boolean running = false;
    List<String> ours = new ArrayList<>();
    try (BufferedReader stderr = process.errorReader()) {
      for (String line = stderr.readLine(); line != null; line = stderr.readLine()) {
        if (!running && line.contains("\"stage\":\"network\"")) {
          running = true;
          CliProcess.run(List.of("sh", "-c", "kill -s " + signal + " " + process.pid()), folder);
        } else if (line.startsWith("pancreas-ai:")) {
          ours.add(line);
        }
      }
    }
    int exitCode = CliProcess.exitCode(process);
    assertEquals(List.of("pancreas-ai: cancelled"), ours);
    try (var files = Files.list(outputs)) {
      assertFalse(files.findAny().isPresent(), "no output, whole or partial");
    }
    return exitCode;
  }

  /** Whether this process, and so its children, ignores a signal; proc(5), SigIgn. */
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(mask -> (mask >> (signal - 1) & 1) == 1);
  }
}
