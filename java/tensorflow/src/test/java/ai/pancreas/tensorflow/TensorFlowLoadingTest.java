package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFlowLoadingTest {
  private static final String ONEDNN = "TF_ENABLE_ONEDNN_OPTS";
  private static final String ONEDNN_ON = "oneDNN custom operations are on";

  @TempDir Path folder;

  @Test
  void loadsTensorFlowWhenAnEngineIsOpenedAndNotBefore() throws Exception {
    Output output = run(Map.of(), "-Dpancreas.native=off");
    assertEquals(
        List.of("[cpu, cuda, tensorflow] false", "Optional.empty false", "tensorflow true"),
        output.out());
  }

  @Test
  void switchesOneDnnOnAndTheGreetingsOff() throws Exception {
    assumeTrue(Boolean.getBoolean("pancreas.expectNative"), "built without the native library");
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "oneDNN is in builds for x86");
    String greetings = run(Map.of()).err();
    assertFalse(greetings.contains("cpu_feature_guard"), greetings);
    assertFalse(greetings.contains(ONEDNN), greetings);
    // A user's own log level stays, and shows what else was set.
    String log = run(Map.of("TF_CPP_MIN_LOG_LEVEL", "0")).err();
    assertTrue(log.contains(ONEDNN_ON), log);
  }

  @Test
  void leavesAUsersChoiceAlone() throws Exception {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "oneDNN is in builds for x86");
    String log = run(Map.of("TF_CPP_MIN_LOG_LEVEL", "0", ONEDNN, "0")).err();
    assertTrue(log.contains("cpu_feature_guard"), log);
    assertFalse(log.contains(ONEDNN_ON), log);
    assertFalse(log.contains("without oneDNN"), log);
  }

  @Test
  void warnsWhereOneDnnCannotBeSwitchedOn() throws Exception {
    String log = run(Map.of(), "-Dpancreas.native=off").err();
    assertTrue(log.contains("set TF_ENABLE_ONEDNN_OPTS=1 before the program starts"), log);
  }

  private record Output(List<String> out, String err) {}

  private Output run(Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            LoadingMain.class.getName()));
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    builder.environment().keySet().removeAll(List.of(ONEDNN, "TF_CPP_MIN_LOG_LEVEL"));
    builder.environment().putAll(environment);
    int status = builder.start().waitFor();
    String errors = Files.readString(err.toPath());
    assertEquals(0, status, errors);
    return new Output(Files.readAllLines(out.toPath()), errors);
  }
}
