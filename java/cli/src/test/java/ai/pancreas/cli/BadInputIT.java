package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.cli.CliProcess.Result;
import ai.pancreas.model.ModelRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bad input ends with its exit code and one clear line, and touches no file: the output
 * folder holds what it held before.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class BadInputIT extends ProcessTest {
  private static final String PREVIOUS = "the result of an earlier run";

  /** Makes the input of a row in an empty folder and says where it is. */
  private interface InputMaker {
    Path make(Path folder) throws IOException;
  }

  /** One row: an input, options, and what must come of it. */
  private record Row(
      String name, InputMaker input, List<String> options, int exitCode, List<String> words) {
    static Row of(String name, int exitCode, InputMaker input, String... words) {
      return new Row(name, input, List.of(), exitCode, List.of(words));
    }

    Row with(String... more) {
      return new Row(name, input, List.of(more), exitCode, words);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Row> segmentInputs() {
    return Stream.of(
        Row.of("empty folder", 3, folder -> folder),
        Row.of("text files", 3, folder -> BadInputs.textFiles(folder.resolve("texts"))),
        Row.of("nothing there", 2, folder -> folder.resolve("nothing"), "nothing"),
        Row.of("truncated DICOM", 4, BadInputIT::truncatedDicom, "slice-to-cut"),
        Row.of("truncated JPEG 2000 frame", 4, BadInputIT::truncatedJpeg2000, "CT007.dcm"),
        Row.of("truncated gzip", 4, BadInputIT::truncatedGzip, "cut.nii.gz"),
        Row.of("first bytes of a gzip", 4, BadInputIT::firstBytesOfGzip, "cut.nii.gz"),
        Row.of(
            "absurd NIfTI", 4, f -> BadInputs.absurdNifti(f.resolve("absurd.nii")), "absurd.nii"),
        Row.of(
            "zip with names that escape",
            4,
            f -> BadInputs.escapingZip(f.resolve("escape.zip"), anyFile(ct))),
        Row.of("deflate bomb", 4, f -> BadInputs.deflateBomb(f.resolve("bomb.dcm")), "bomb.dcm"),
        Row.of("two series", 5, BadInputIT::twoSeries, "--series"),
        Row.of("unknown series", 3, f -> ct, "1.2.3").with("--series", "1.2.3"),
        Row.of("unknown model", 6, f -> ct, "no-such-model").with("--model", "no-such-model"),
        Row.of("unknown engine", 2, f -> ct, "no-such-engine").with("--engine", "no-such-engine"),
        Row.of("unknown precision", 2, f -> ct, "float8").with("--precision", "float8"),
        Row.of("unknown option", 2, f -> ct, "--no-such-option", "segment --help")
            .with("--no-such-option"),
        Row.of("threshold that is none", 2, f -> ct, "1.5").with("--threshold", "1.5"),
        Row.of("no threads", 2, f -> ct).with("--threads", "0"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("segmentInputs")
  void segmentRefuses(Row row, @TempDir Path inputs, @TempDir Path outputs) throws IOException {
    Path output = Files.writeString(outputs.resolve("mask.nii.gz"), PREVIOUS);
    List<Object> arguments = new ArrayList<>(List.of("segment", row.input().make(inputs)));
    arguments.addAll(List.of("-o", output));
    arguments.addAll(row.options());

    CliProcess.run(arguments.toArray()).failed(row.exitCode(), row.words().toArray(String[]::new));

    assertUntouched(outputs, output);
  }

  @Test
  void damagedWeightsAreAModelError(@TempDir Path folder, @TempDir Path outputs)
      throws IOException {
    Path output = Files.writeString(outputs.resolve("mask.nii.gz"), PREVIOUS);
    Path weights =
        BadInputs.truncatedWeights(folder.resolve("cut.hdf5"), ModelRepository.DEFAULT_ID);

    CliProcess.run("segment", ct, "-o", output, "--model", weights).failed(6, "cut.hdf5");

    assertUntouched(outputs, output);
  }

  @Test
  void outputsAreCheckedBeforeTheWork(@TempDir Path folder) throws IOException {
    Path input = Files.copy(truth, folder.resolve("ct.nii.gz"));
    byte[] before = Files.readAllBytes(input);

    CliProcess.run("segment", ct, "-o", folder.resolve("mask.png")).failed(2, ".nii.gz");
    CliProcess.run("segment", ct, "-o", folder.resolve("no/mask.nii")).failed(9, "no");
    CliProcess.run("segment", input, "-o", input).failed(2, "ct.nii.gz");

    assertArrayEquals(before, Files.readAllBytes(input));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(input), files.toList());
    }
  }

  @Test
  void aCommandMustBeNamed() {
    CliProcess.run().failed(2, "--help");
    CliProcess.run("segmnt").failed(2, "segmnt", "did you mean", "segment");
  }

  @Test
  void evaluateRefusesWhatIsNoMask(@TempDir Path folder) throws IOException {
    Path absurd = BadInputs.absurdNifti(folder.resolve("absurd.nii"));

    CliProcess.run("evaluate", absurd, truth).failed(4, "absurd.nii");
    CliProcess.run("evaluate", folder.resolve("missing.nii"), truth).failed(2, "missing.nii");
    CliProcess.run("evaluate", folder, truth).failed(2);
  }

  @Test
  void aFileThatMayNotBeReadIsNamed(@TempDir Path folder) throws IOException {
    Path input = BadInputs.copy(ct, folder.resolve("ct"));
    Path locked = anyFile(input);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    List<String> asNobody =
        Files.isReadable(locked)
            ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            : List.of();
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    assumeTrue(
        exitCode(asNobody, home, CliProcess.command("--version")) == 0,
        "no other user may run the program here");

    Result result =
        run(
            asNobody,
            home,
            CliProcess.command("segment", input, "-o", home.resolve("mask.nii.gz")));

    result.failed(4, locked.getFileName().toString());
    assertFalse(Files.exists(home.resolve("mask.nii.gz")));
  }

  @Test
  void aFullDiskLeavesNothingBehind(@TempDir Path folder) {
    // 1 MB, nearly full: an uncompressed mask of 98 kB does not fit.
    String disk =
        "mount -t tmpfs -o size=1m tmpfs %1$s && head -c 1000000 /dev/zero > %1$s/filler"
            .formatted(folder);
    List<String> namespace = List.of("unshare", "-m", "sh", "-c");
    assumeTrue(
        exitCode(namespace, folder, List.of(disk)) == 0, "no mount namespaces for tests here");
    String segment =
        String.join(
            " ", CliProcess.command("segment", ct, "-o", folder.resolve("p.nii"), "--quiet"));
    Result result =
        run(
            namespace,
            folder,
            List.of(disk + " && " + segment + "; code=$?; ls -A " + folder + "; exit $code"));

    assertEquals(9, result.exitCode(), result.stderr());
    List<String> ours = result.stderr().lines().filter(l -> l.startsWith("pancreas-ai:")).toList();
    assertEquals(1, ours.size(), result.stderr());
    assertTrue(ours.get(0).contains("disk is full"), result.stderr());
    assertEquals("filler", result.stdout().strip(), "the only file on the disk");
  }

  private static Result run(List<String> wrapper, Path home, List<String> command) {
    List<String> all = new ArrayList<>(wrapper);
    all.addAll(command);
    return CliProcess.run(all, home);
  }

  private static int exitCode(List<String> wrapper, Path home, List<String> command) {
    try {
      return run(wrapper, home, command).exitCode();
    } catch (java.io.UncheckedIOException e) {
      return -1;
    }
  }

  private static void assertUntouched(Path folder, Path output) throws IOException {
    assertEquals(PREVIOUS, Files.readString(output));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(output), files.toList());
    }
  }

  private static Path truncatedDicom(Path folder) throws IOException {
    BadInputs.copy(ct, folder);
    Path cut = folder.resolve("slice-to-cut.dcm");
    Files.move(anyFile(folder), cut);
    BadInputs.truncate(cut, 0.8);
    return folder;
  }

  private static Path truncatedJpeg2000(Path folder) throws IOException {
    Path fixture = FIXTURES.resolve("ct-dicom/jpeg2000-lossless");
    assumeTrue(Files.isDirectory(fixture), "no fixtures");
    BadInputs.copy(fixture, folder);
    BadInputs.truncateFrame(folder.resolve("CT007.dcm"));
    return folder;
  }

  private static Path firstBytesOfGzip(Path folder) throws IOException {
    byte[] first = Arrays.copyOf(Files.readAllBytes(truth), 60);
    return Files.write(folder.resolve("cut.nii.gz"), first);
  }

  private static Path truncatedGzip(Path folder) throws IOException {
    return BadInputs.truncate(Files.copy(truth, folder.resolve("cut.nii.gz")), 0.7);
  }

  private static Path twoSeries(Path folder) {
    CliProcess.run("phantom", "-o", folder.resolve("other"), "--size", "16x16x4").succeeded();
    try {
      BadInputs.copy(ct, folder.resolve("first"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return folder;
  }
}
