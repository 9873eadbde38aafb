package ai.pancreas.dicom;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.internal.ParallelFor;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the headers of all files of an input say.
 *
 * @param series CT series by key
 * @param damaged files that are DICOM and may be CT, but cannot be used
 * @param others how many files of which other kind there are
 */
record InputScan(
    String inputName, List<CtSeries> series, List<Damage> damaged, Map<String, Integer> others) {
  private static final int MAX_LISTED = 10;
  private static final String NOT_DICOM = "not DICOM";

  /** What a file turned out to be; exactly one component is there. */
  private record Finding(Optional<CtImage> image, Optional<Damage> damage, Optional<String> other) {
    static Finding of(CtImage image) {
      return new Finding(Optional.of(image), Optional.empty(), Optional.empty());
    }

    static Finding of(Damage damage) {
      return new Finding(Optional.empty(), Optional.of(damage), Optional.empty());
    }

    static Finding other(String kind) {
      return new Finding(Optional.empty(), Optional.empty(), Optional.of(kind));
    }
  }

  /** Reads the header of each file. */
  static InputScan of(DicomInput input, Monitor monitor) {
    List<DicomSource> sources = input.sources();
    Finding[] findings = new Finding[sources.size()];
    ParallelFor.run(
        Stage.SCAN,
        findings.length,
        Runtime.getRuntime().availableProcessors(),
        monitor,
        () -> i -> findings[i] = look(sources.get(i)));

    Map<String, List<CtImage>> images = new TreeMap<>();
    List<Damage> damaged = new ArrayList<>();
    Map<String, Integer> others = new TreeMap<>();
    for (Finding finding : findings) {
      finding
          .image()
          .ifPresent(
              image ->
                  images.computeIfAbsent(image.seriesKey(), key -> new ArrayList<>()).add(image));
      finding.damage().ifPresent(damaged::add);
      finding.other().ifPresent(kind -> others.merge(kind, 1, Integer::sum));
    }
    List<CtSeries> series = new ArrayList<>();
    images.forEach((key, list) -> series.add(new CtSeries(key, List.copyOf(list))));
    return new InputScan(input.name(), series, damaged, others);
  }

  private static Finding look(DicomSource source) {
    HeaderParser parser = new HeaderParser(source);
    try {
      Optional<Header> header = parser.parse();
      if (header.isEmpty()) {
        return Finding.other(NOT_DICOM);
      }
      String kind = CtImageParser.kind(header.get().data());
      return CtImageParser.isCt(kind)
          ? Finding.of(CtImageParser.parse(source, header.get()))
          : Finding.other(kind);
    } catch (IOException e) {
      return failed(source, parser, e);
    }
  }

  private static Finding failed(DicomSource source, HeaderParser parser, IOException e) {
    String kind = CtImageParser.kind(parser.data());
    if (CtImageParser.isOtherThanCt(parser.data())) {
      return Finding.other(kind);
    }
    boolean malformed = e instanceof DicomFormatException || e instanceof EOFException;
    if (malformed && !parser.recognized() && !CtImageParser.isCt(kind)) {
      return Finding.other(NOT_DICOM);
    }
    return Finding.of(
        new Damage(source.name(), Damage.reason(e), CtImageParser.uid(parser.data())));
  }

  /** Damaged files that belong to a series, or may do so. */
  List<Damage> damagedOf(String seriesKey) {
    return damaged.stream()
        .filter(damage -> damage.seriesKey().map(seriesKey::equals).orElse(true))
        .toList();
  }

  /** Series of which no file can be used. */
  SortedSet<String> unusableKeys() {
    SortedSet<String> keys = new TreeSet<>();
    damaged.forEach(damage -> damage.seriesKey().ifPresent(keys::add));
    series.forEach(usable -> keys.remove(usable.key()));
    return keys;
  }

  /**
   * The series with the wanted key, or else the only one.
   *
   * @throws PancreasException if there is none, if there is no way to choose, or if a file is
   *     damaged that belongs to it or may do so
   */
  CtSeries choose(Optional<String> wantedKey) {
    requireAny();
    String key = wantedKey.orElseGet(this::onlyKey);
    List<Damage> obstacles = damagedOf(key);
    if (!obstacles.isEmpty()) {
      throw obstacles.get(0).toException();
    }
    return series.stream()
        .filter(candidate -> candidate.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new PancreasException(
                    ErrorCode.NO_CT_SERIES,
                    inputName
                        + " holds no CT series "
                        + Damage.oneLine(key)
                        + ", but "
                        + describeSeries()));
  }

  private String onlyKey() {
    int count = series.size() + unusableKeys().size();
    if (count > 1) {
      throw new PancreasException(
          ErrorCode.AMBIGUOUS_INPUT,
          inputName
              + " holds "
              + count
              + " CT series: "
              + describeSeries()
              + "; choose one with --series");
    }
    return series.get(0).key();
  }

  /**
   * Refuses an input without any CT series.
   *
   * @throws PancreasException that says what there is instead
   */
  void requireAny() {
    if (!series.isEmpty()) {
      return;
    }
    if (!damaged.isEmpty()) {
      throw damaged.get(0).toException();
    }
    int files = others.values().stream().mapToInt(Integer::intValue).sum();
    String kinds =
        others.entrySet().stream()
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(Collectors.joining(", "));
    throw new PancreasException(
        ErrorCode.NO_CT_SERIES,
        files == 0
            ? inputName + " holds no files: give a folder, a zip or a file of a CT series"
            : String.format(
                Locale.ROOT,
                "%s holds no CT series: %d %s seen (%s)",
                inputName,
                files,
                files == 1 ? "file" : "files",
                kinds));
  }

  private String describeSeries() {
    List<String> all =
        Stream.concat(
                series.stream().map(CtSeries::describe),
                unusableKeys().stream().map(key -> key + " (not readable)"))
            .toList();
    String first = all.stream().limit(MAX_LISTED).collect(Collectors.joining(", "));
    return all.size() > MAX_LISTED ? first + " and " + (all.size() - MAX_LISTED) + " more" : first;
  }
}
