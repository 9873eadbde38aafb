package ai.pancreas.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes what was measured into pages, between two markers that Markdown does not show. */
public final class MeasuredSection {
  private static final String BEGIN = "<!-- measured -->";
  private static final String END = "<!-- /measured -->";

  private MeasuredSection() {}

  /** Arguments: the JSON files of the engines and of whole processes, then the pages. */
  public static void main(String[] args) throws IOException {
    String section =
        of(
            Results.readJson(Path.of(args[0]), EngineReport.class),
            Results.readJson(Path.of(args[1]), EndToEndReport.class));
    for (String page : Arrays.asList(args).subList(2, args.length)) {
      Path path = Path.of(page);
      Files.writeString(path, replace(Files.readString(path), section));
    }
  }

  /** Both tables, each with its machine and day. */
  static String of(EngineReport engines, EndToEndReport endToEnd) {
    return """
        Whole process, start to exit, of an uncompressed DICOM series: `segment` to `.nii.gz`; `classify`, segmentation \
        included, with generated weights of full size; medians (%s; %s):

        %s
        The network alone: 160 slices of 160 x 160, filters 16 to 256, medians (%s; %s):

        %s"""
        .formatted(
            endToEnd.date(),
            endToEnd.machine().describe(),
            endToEnd.table(),
            engines.date(),
            engines.machine().describe(),
            engines.table());
  }

  /**
   * A page with the text between its markers replaced.
   *
   * @throws IllegalArgumentException if it does not have one pair of markers
   */
  static String replace(String page, String section) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin || page.lastIndexOf(BEGIN) != begin) {
      throw new IllegalArgumentException("a page needs one " + BEGIN + " and one " + END);
    }
    return page.substring(0, begin + BEGIN.length())
        + "\n\n"
        + section.strip()
        + "\n\n"
        + page.substring(end);
  }
}
