package ai.pancreas.report;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What {@code log.csv} of a training says: a line of column names, then a line an epoch. The
 * columns that count are {@code epoch}, {@code loss} and those of a validation, {@code precision},
 * {@code recall} and {@code f1}, which are empty in an epoch without one, and where they are not
 * defined.
 *
 * @param name of the training's folder
 * @param epochs at least one, in order
 */
record TrainingLog(String name, List<Epoch> epochs) {
  private static final String FILE = "log.csv";

  /** An epoch takes about 250 bytes. */
  private static final long LARGEST_BYTES = 32L << 20;

  /** More than a float holds, so that no difference of two losses overflows. */
  private static final double LARGEST_LOSS = 1e40;

  /**
   * One line.
   *
   * @param number from 1 on
   * @param loss the mean of its steps' losses
   */
  record Epoch(int number, double loss, Optional<Validation> validation) {}

  /** Of all voxels of the validation patients, or of the patients; 0 to 1, NaN if not defined. */
  record Validation(double precision, double recall, double f1) {}

  /**
   * Reads the log in the folder of a training.
   *
   * @throws PancreasException {@code USAGE} if there is no log or no epoch yet, {@code BAD_DATA} if
   *     the log is damaged
   */
  static TrainingLog read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new PancreasException(
          ErrorCode.USAGE,
          folder + " holds no " + FILE + "; name a training that has ended its first epoch");
    }
    List<String> lines = lines(file);
    if (lines.isEmpty()) {
      throw damaged(file, 1, "the names of the columns are missing");
    }
    Columns columns = Columns.of(file, lines.get(0));
    List<Epoch> epochs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      Epoch epoch = new Line(file, i + 1, columns, fields(lines.get(i))).epoch();
      if (!epochs.isEmpty() && epoch.number() <= epochs.get(epochs.size() - 1).number()) {
        throw damaged(file, i + 1, "the epoch does not follow the one before");
      }
      epochs.add(epoch);
    }
    if (epochs.isEmpty()) {
      throw new PancreasException(
          ErrorCode.USAGE, file + " holds no epoch yet; wait until the first has ended");
    }
    return new TrainingLog(name(folder), List.copyOf(epochs));
  }

  /** The first of the epochs with the highest F1; empty where nothing was validated. */
  Optional<Epoch> best() {
    return epochs.stream()
        .filter(epoch -> epoch.validation().filter(each -> !Double.isNaN(each.f1())).isPresent())
        .max(
            Comparator.comparingDouble((Epoch epoch) -> epoch.validation().get().f1())
                .thenComparing(Epoch::number, Comparator.reverseOrder()));
  }

  int lastEpoch() {
    return epochs.get(epochs.size() - 1).number();
  }

  private static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw new PancreasException(
            ErrorCode.BAD_DATA, file + " is too large for the log of a training");
      }
      return Files.readString(file).lines().toList();
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.BAD_DATA, file + " cannot be read as the log of a training", e);
    }
  }

  private static List<String> fields(String line) {
    return Arrays.asList(line.split(",", -1));
  }

  private static PancreasException damaged(Path file, int line, String what) {
    return new PancreasException(
        ErrorCode.BAD_DATA, "%s is damaged: line %d: %s".formatted(file, line, what));
  }

  /** Where the columns are that count. */
  private record Columns(int count, int epoch, int loss, int precision, int recall, int f1) {

    static Columns of(Path file, String line) {
      List<String> names = fields(line);
      return new Columns(
          names.size(),
          index(file, names, "epoch"),
          index(file, names, "loss"),
          index(file, names, "precision"),
          index(file, names, "recall"),
          index(file, names, "f1"));
    }

    private static int index(Path file, List<String> names, String name) {
      int index = names.indexOf(name);
      if (index < 0) {
        throw damaged(file, 1, "there is no column " + name);
      }
      return index;
    }
  }

  private record Line(Path file, int number, Columns columns, List<String> fields) {

    Epoch epoch() {
      if (fields.size() != columns.count()) {
        throw damaged(
            file,
            number,
            "it has %d columns instead of %d".formatted(fields.size(), columns.count()));
      }
      double epoch = number(columns.epoch(), "epoch", 1, Integer.MAX_VALUE);
      if (epoch != Math.rint(epoch)) {
        throw damaged(file, number, "epoch is no whole number");
      }
      double loss = number(columns.loss(), "loss", -LARGEST_LOSS, LARGEST_LOSS);
      return new Epoch((int) epoch, loss, validation());
    }

    private Optional<Validation> validation() {
      if (isEmpty(columns.precision()) && isEmpty(columns.recall()) && isEmpty(columns.f1())) {
        return Optional.empty();
      }
      return Optional.of(
          new Validation(
              share(columns.precision(), "precision"),
              share(columns.recall(), "recall"),
              share(columns.f1(), "f1")));
    }

    private double share(int column, String name) {
      return isEmpty(column) ? Double.NaN : number(column, name, 0, 1);
    }

    private boolean isEmpty(int column) {
      return fields.get(column).isEmpty();
    }

    private double number(int column, String name, double least, double largest) {
      double value = parse(fields.get(column));
      if (!(value >= least && value <= largest)) {
        throw damaged(file, number, name + " is no number that it can be");
      }
      return value;
    }

    private static double parse(String text) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
  }
}
