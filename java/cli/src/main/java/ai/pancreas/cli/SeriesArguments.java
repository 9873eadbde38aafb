package ai.pancreas.cli;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.ReadOptions;
import ai.pancreas.volume.CtVolume;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which series of an input is read, and how. */
final class SeriesArguments {
  private static final Logger LOG = System.getLogger(SeriesArguments.class.getName());

  @Option(
      names = "--series",
      paramLabel = "UID",
      description = "The series to take where the input holds several; info lists them.")
  private String series;

  @Option(
      names = "--allow-uneven",
      description = "Resample a series with gaps or uneven spacing to even spacing.")
  private boolean allowUneven;

  /** Reads the CT, and logs what its user should know about it. */
  CtVolume read(Path input, Monitor monitor) {
    CtVolume ct =
        CtReader.read(input, new ReadOptions(Optional.ofNullable(series), allowUneven), monitor);
    ct.source().warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
    return ct;
  }
}
