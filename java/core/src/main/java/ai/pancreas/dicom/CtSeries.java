package ai.pancreas.dicom;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The files of one series.
 *
 * @param key the SeriesInstanceUID, or a key made of other things where it is missing
 */
record CtSeries(String key, List<CtImage> images) {

  /** All slices, in no particular order. */
  List<CtSlice> slices() {
    return images.stream()
        .flatMap(image -> image.frames().stream().map(frame -> new CtSlice(image, frame)))
        .toList();
  }

  int sliceCount() {
    return images.stream().mapToInt(image -> image.frames().size()).sum();
  }

  /** Key and size for people. */
  String describe() {
    PixelFormat format = images.get(0).format();
    return String.format(
        Locale.ROOT,
        "%s (%d slices of %d x %d)",
        key,
        sliceCount(),
        format.columns(),
        format.rows());
  }

  Set<TransferSyntax> syntaxes() {
    return images.stream()
        .map(CtImage::syntax)
        .collect(Collectors.toCollection(() -> new TreeSet<>()));
  }

  Set<String> warnings() {
    return images.stream()
        .flatMap(image -> image.warnings().stream())
        .collect(Collectors.toCollection(() -> new TreeSet<>()));
  }
}
