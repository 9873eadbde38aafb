package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CaseFinder.Unusable;
import ai.pancreas.dataset.FoundCase.Picture;
import ai.pancreas.dataset.PreparationReport.Dropped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The file {@code index.csv} of a folder of slice pictures: which patient each shows. Columns
 * {@code file} and {@code patient}; optional {@code instance}, the slice's place in its CT, and
 * {@code pixels_cropped_each_side}. The pictures lie in {@code images}, masks of the same name in
 * {@code masks}; without that folder no picture holds pancreas.
 */
final class PictureIndex {
  private static final long MOST_BYTES = 64 << 20;

  private PictureIndex() {}

  private record Row(String patient, int cropped, long instance, Picture picture) {}

  /** Cases are the pictures of one patient that were cropped alike. */
  private record Group(String patient, int cropped) {}

  /**
   * Reads an index.
   *
   * @param cases receives what it names
   * @param unusable receives pictures that are not there
   * @throws PancreasException {@code BAD_DATA} if it is not such a file
   */
  static void read(
      Path index, Path folder, Consumer<FoundCase> cases, Consumer<Unusable> unusable) {
    List<String> lines = lines(index);
    if (lines.isEmpty()) {
      throw bad(index, "it is empty");
    }
    List<String> columns = cells(lines.get(0));
    int file = column(index, columns, "file");
    int patient = column(index, columns, "patient");
    int instance = columns.indexOf("instance");
    int cropped = columns.indexOf("pixels_cropped_each_side");
    Map<Group, List<Row>> groups =
        new TreeMap<>(Comparator.comparing(Group::patient).thenComparing(Group::cropped));
    boolean masked = Files.isDirectory(folder.resolve("masks"));
    for (int i = 1; i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      if (cells.size() != columns.size()) {
        throw bad(index, "line " + (i + 1) + " has " + cells.size() + " cells");
      }
      String name = cells.get(file);
      String who = cells.get(patient);
      if (name.isEmpty() || who.isEmpty() || name.contains("/") || name.contains("\\")) {
        throw bad(index, "line " + (i + 1) + " names no file and patient");
      }
      Path image = folder.resolve("images").resolve(name);
      Path mask = folder.resolve("masks").resolve(name);
      if (!Files.isRegularFile(image) || (masked && !Files.isRegularFile(mask))) {
        String missing = Files.isRegularFile(image) ? "mask" : "picture";
        unusable.accept(new Unusable(who, new Dropped(name, "its " + missing + " is not there")));
        continue;
      }
      int cut = cropped < 0 ? 0 : (int) number(index, i, cells.get(cropped));
      long place = instance < 0 ? i : number(index, i, cells.get(instance));
      groups
          .computeIfAbsent(new Group(who, cut), group -> new ArrayList<>())
          .add(new Row(who, cut, place, new Picture(image, Optional.of(mask).filter(m -> masked))));
    }
    groups.forEach(
        (group, rows) -> {
          rows.sort(Comparator.comparingLong(Row::instance));
          String suffix = group.cropped() == 0 ? "" : "-cropped" + group.cropped();
          cases.accept(
              new FoundCase.Pictures(
                  group.patient() + suffix,
                  group.patient(),
                  group.cropped(),
                  rows.stream().map(Row::picture).toList()));
        });
  }

  private static List<String> lines(Path index) {
    try {
      if (Files.size(index) > MOST_BYTES) {
        throw bad(index, "it is too large for an index of pictures");
      }
      return Files.readAllLines(index).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new PancreasException(ErrorCode.BAD_DATA, index + " cannot be read as text", e);
    }
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.split(",", -1)) {
      cells.add(cell.strip());
    }
    return cells;
  }

  private static int column(Path index, List<String> columns, String name) {
    int column = columns.indexOf(name);
    if (column < 0) {
      throw bad(index, "it has no column called " + name);
    }
    return column;
  }

  private static long number(Path index, int line, String cell) {
    try {
      return Integer.parseInt(cell);
    } catch (NumberFormatException e) {
      throw bad(index, "line " + (line + 1) + " has no whole number where one is expected");
    }
  }

  private static PancreasException bad(Path index, String what) {
    return new PancreasException(
        ErrorCode.BAD_DATA,
        index + ": " + what + "; it needs the columns file and patient, without quotes");
  }
}
