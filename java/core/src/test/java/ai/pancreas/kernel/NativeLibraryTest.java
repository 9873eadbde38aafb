package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {

  /** Says on stdout which kernels a process takes. */
  static final class PrintKernels {
    private PrintKernels() {}

    public static void main(String[] args) {
      String name = Kernels.best().name();
      System.out.println(name + " " + !NativeLibrary.cpuFeatures().isEmpty());
    }
  }

  @Test
  void isLoadedWhereThisBuildMadeIt() {
    assertEquals(Boolean.getBoolean("pancreas.expectNative"), NativeLibrary.isLoaded());
  }

  @Test
  void theBestKernelsAreNativeWhereTheLibraryIs() {
    String expected =
        NativeLibrary.isLoaded() ? "native " + NativeLibrary.instructionSet() : "java";
    assertEquals(expected, Kernels.best().name());
    assertEquals("java", Kernels.reference().name());
  }

  @Test
  void aVariableThatIsSetStays() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    String name = "PANCREAS_LIBRARY_TEST";
    assertEquals(Optional.of("first"), NativeLibrary.setEnvironment(name, "first"));
    assertEquals(Optional.of("first"), NativeLibrary.setEnvironment(name, "second"));
    String path = System.getenv("PATH");
    assertEquals(Optional.of(path), NativeLibrary.setEnvironment("PATH", "elsewhere"));
  }

  @Test
  void theInstructionSetFollowsFromTheFeatures() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    List<String> features = NativeLibrary.cpuFeatures();
    String expected = "portable";
    if (features.containsAll(List.of("avx2", "fma"))) {
      expected = "avx2";
    } else if (features.contains("neon")) {
      expected = "neon";
    }
    if ("portable".equals(System.getenv("PANCREAS_INSTRUCTION_SET"))) {
      expected = "portable";
    }
    assertEquals(expected, NativeLibrary.instructionSet());
  }

  @Test
  void thePortableKernelsCanBeForced() throws Exception {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    Map<String, String> portable = Map.of("PANCREAS_INSTRUCTION_SET", "portable");
    assertEquals("native portable true", printKernels(List.of(), entry -> true, portable));
    Map<String, String> unknown = Map.of("PANCREAS_INSTRUCTION_SET", "sse9");
    assertEquals(
        printKernels(List.of(), entry -> true, Map.of("PANCREAS_INSTRUCTION_SET", "")),
        printKernels(List.of(), entry -> true, unknown));
  }

  @Test
  void namesThatMakeNoSenseAreRefused() {
    for (String name : List.of("", "A=B", "A\0B")) {
      assertThrows(
          IllegalArgumentException.class, () -> NativeLibrary.setEnvironment(name, "value"));
    }
  }

  @Test
  void canBeSwitchedOff() throws Exception {
    assertEquals("java false", printKernels(List.of("-Dpancreas.native=off"), entry -> true));
  }

  @Test
  void itsAbsenceIsNoErrorAndIsSaidOnce() throws Exception {
    String found =
        printKernels(
            List.of(), entry -> !entry.matches("pancreas-native-.*-(linux|macosx|windows)-.*jar"));
    assertTrue(found.endsWith("java false"), found);
    assertEquals(2, found.split("the native library does not load", -1).length, found);
  }

  @Test
  void loadsWithoutThePlatformJarOfJavacpp() throws Exception {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    String found = printKernels(List.of(), entry -> !entry.matches("javacpp-[0-9.]*-.*jar"));
    assertTrue(found.startsWith("native "), found);
  }

  private interface NameFilter {
    boolean keeps(String fileName);
  }

  private static String printKernels(List<String> options, NameFilter filter)
      throws IOException, InterruptedException {
    return printKernels(options, filter, Map.of());
  }

  /** What that process prints, on stdout and stderr. */
  private static String printKernels(
      List<String> options, NameFilter filter, Map<String, String> environment)
      throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String kept =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> filter.keeps(Path.of(entry).getFileName().toString()))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", kept, PrintKernels.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return out.strip();
  }
}
