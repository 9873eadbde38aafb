package ai.pancreas.classify;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.io.TemporaryFolder;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.LabelMask;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The program TotalSegmentator, run as a process of its own on a CT that is written to a temporary
 * folder. Immutable and thread-safe.
 *
 * <p>The program may use the network by itself: to fetch its weights when they are not there yet,
 * and to count its uses unless its own configuration says otherwise.
 */
public final class TotalSegmentator {
  private static final String NAME = "TotalSegmentator";
  private static final long POLL_MS = 100;
  private static final int LONGEST_REASON = 300;

  private final Path program;

  TotalSegmentator(Path program) {
    this.program = program;
  }

  /**
   * The program that the environment variable PATH finds.
   *
   * @throws PancreasException {@code DEVICE} if there is none
   */
  public static TotalSegmentator onPath() {
    return find(System.getenv().getOrDefault("PATH", ""));
  }

  static TotalSegmentator find(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(folder -> Stream.of(NAME, NAME + ".exe").flatMap(name -> file(folder, name)))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(TotalSegmentator::new)
        .orElseThrow(
            () ->
                new PancreasException(
                    ErrorCode.DEVICE,
                    NAME + " is not on the PATH; install it, or take another source of the mask"));
  }

  private static Stream<Path> file(String folder, String name) {
    try {
      return folder.isEmpty() ? Stream.empty() : Stream.of(Path.of(folder, name));
    } catch (InvalidPathException e) {
      return Stream.empty();
    }
  }

  /**
   * Segments the pancreas alone, which takes less than all organs.
   *
   * @return on the grid of the CT, in the order of its NIfTI file
   * @throws PancreasException {@code DEVICE} if the program cannot be started, fails or makes no
   *     mask; {@code BAD_DATA} if the mask is empty; {@code OUTPUT} without room for the CT
   * @throws CancellationException if the monitor cancels; the program is then stopped
   */
  public LabelMask pancreas(CtVolume ct, Monitor monitor) {
    return segment(ct, List.of("-rs", "pancreas"), "masks", "masks/pancreas.nii.gz", monitor);
  }

  /**
   * Segments all organs of the task {@code total} and takes them together, as the reference project
   * does.
   *
   * @return as {@link #pancreas}
   * @throws PancreasException as {@link #pancreas}
   * @throws CancellationException as {@link #pancreas}
   */
  public LabelMask allOrgans(CtVolume ct, Monitor monitor) {
    return segment(ct, List.of("-ml"), "masks.nii.gz", "masks.nii.gz", monitor);
  }

  private LabelMask segment(
      CtVolume ct, List<String> options, String output, String result, Monitor monitor) {
    try (TemporaryFolder folder = new TemporaryFolder("pancreas-ai-mask")) {
      Path input = folder.path().resolve("ct.nii.gz");
      NiftiWriter.writeCt(input, ct, NiftiLayout.of(ct), "", monitor.withoutProgress());
      List<String> command = new ArrayList<>();
      command.add(program.toString());
      command.addAll(List.of("-i", input.toString()));
      command.addAll(List.of("-o", folder.path().resolve(output).toString()));
      command.addAll(List.of("-ta", "total"));
      command.addAll(options);
      Path log = folder.path().resolve("log.txt");
      monitor.progress(Stage.MASK, 0, 1);
      int exitCode = run(command, log, monitor);
      if (exitCode != 0) {
        throw failed("ended with exit code " + exitCode, log, null);
      }
      Path mask = folder.path().resolve(result);
      if (!Files.isRegularFile(mask)) {
        throw failed("made no mask", log, null);
      }
      LabelMask read = MaskFile.readAllLabels(mask, monitor.withoutProgress());
      monitor.progress(Stage.MASK, 1, 1);
      return read;
    }
  }

  private static int run(List<String> command, Path log, Monitor monitor) {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw failed("cannot be started: " + e.getMessage(), log, e);
    }
    try {
      while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        monitor.throwIfCancelled();
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static PancreasException failed(String what, Path log, IOException cause) {
    String last = lastLine(log);
    return new PancreasException(
        ErrorCode.DEVICE, NAME + " " + what + (last.isEmpty() ? "" : ", saying: " + last), cause);
  }

  /** What the program said last, without control characters. */
  private static String lastLine(Path log) {
    try {
      String text = new String(Files.readAllBytes(log), Charset.defaultCharset());
      String last =
          text.lines().filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
      String plain = last.replaceAll("\\p{Cntrl}", " ").strip();
      return plain.substring(0, Math.min(plain.length(), LONGEST_REASON));
    } catch (IOException e) {
      return "";
    }
  }
}
