package ai.pancreas.report;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A picture of how trainings went, to compare them: F1, precision and recall of validation, and the
 * training loss, over epochs; a colour a training.
 *
 * <p>The picture is SVG 1.1, needs nothing outside of its file, and is the same to the byte for the
 * same logs. Immutable.
 */
public final class TrainingCurves {
  /** As many colours as people with any colour vision tell apart. */
  public static final int MOST_TRAININGS = 7;

  private final List<TrainingLog> logs;

  private TrainingCurves(List<TrainingLog> logs) {
    this.logs = logs;
  }

  /**
   * Reads {@code log.csv} of the folders of trainings, which may still go on.
   *
   * @param folders 1 to {@link #MOST_TRAININGS}, of different names
   * @throws PancreasException {@code USAGE} if there are too many, two have one name, or one has no
   *     log or no epoch in it yet; {@code BAD_DATA} if a log is damaged
   */
  public static TrainingCurves read(List<Path> folders) {
    if (folders.isEmpty() || folders.size() > MOST_TRAININGS) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "a picture shows 1 to %d trainings, not %d".formatted(MOST_TRAININGS, folders.size()));
    }
    List<TrainingLog> logs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path folder : folders) {
      TrainingLog log = TrainingLog.read(folder);
      if (!names.add(log.name())) {
        throw new PancreasException(
            ErrorCode.USAGE,
            "two folders are called " + log.name() + "; the picture names them so, rename one");
      }
      logs.add(log);
    }
    return new TrainingCurves(List.copyOf(logs));
  }

  /**
   * Writes the picture, replacing one that is there.
   *
   * @param file its name ends in {@code .svg}
   * @throws PancreasException {@code USAGE} for another name, {@code OUTPUT} if the file cannot be
   *     written
   */
  public void write(Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".svg")) {
      throw new PancreasException(
          ErrorCode.USAGE, "curves are written as SVG; end the name with .svg, not " + file);
    }
    byte[] svg = svg().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(svg));
  }

  /** The picture as text. */
  String svg() {
    return CurvesDrawing.draw(logs);
  }
}
