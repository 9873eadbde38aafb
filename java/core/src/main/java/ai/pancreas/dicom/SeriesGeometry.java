package ai.pancreas.dicom;

import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the slices of a series lie. They are ordered along the normal of their plane (row x column
 * direction, PS3.3 C.7.6.2.1.1), and their first pixels lie on a straight line.
 */
final class SeriesGeometry {
  /** Relative difference between two distances of slices that count as the same. */
  private static final double EVEN = 0.01;

  /** Positions are decimal strings; they may be rounded to a hundredth of a millimetre. */
  private static final double ROUNDING_MM = 0.01;

  private static final double SAME_SPACING = 1e-3;
  private static final double SAME_COSINE = 1e-3;
  private static final double LINE_TOLERANCE_MM = 0.1;
  private static final double LINE_TOLERANCE = 0.1;
  private static final double MAX_SHEAR_DEGREES = 45;
  private static final double MAX_REPAIRED_GAP = 10;

  private final List<CtSlice> slices;
  private final double[] offsetsMm;
  private final Vector3 step;
  private final double typicalStepMm;
  private final Optional<String> unevenness;
  private final List<String> warnings;

  private SeriesGeometry(
      List<CtSlice> slices,
      double[] offsetsMm,
      Vector3 step,
      double typicalStepMm,
      Optional<String> unevenness,
      List<String> warnings) {
    this.slices = slices;
    this.offsetsMm = offsetsMm;
    this.step = step;
    this.typicalStepMm = typicalStepMm;
    this.unevenness = unevenness;
    this.warnings = warnings;
  }

  /**
   * Orders slices and checks how they lie.
   *
   * @throws DicomFormatException if they do not make a stack: different sizes, orientations or
   *     pixel spacings, two at the same position, or some that stand aside; names files and
   *     millimetres
   */
  static SeriesGeometry of(List<CtSlice> unordered) throws DicomFormatException {
    checkAlike(unordered);
    CtFrame any = unordered.get(0).frame();
    Vector3 normal = any.alongRow().cross(any.alongColumn()).normalized();
    List<CtSlice> slices =
        unordered.stream()
            .sorted(Comparator.comparingDouble(slice -> slice.position().dot(normal)))
            .toList();
    if (slices.size() == 1) {
      return ofSingle(slices.get(0), normal);
    }
    Vector3 first = slices.get(0).position();
    double[] offsets =
        slices.stream().mapToDouble(slice -> slice.position().minus(first).dot(normal)).toArray();
    checkDistinct(slices, offsets);
    Vector3 whole = slices.get(slices.size() - 1).position().minus(first);
    double span = offsets[offsets.length - 1];
    checkOnLine(slices, offsets, whole.times(1 / span));
    double typical = median(distances(offsets));
    Optional<String> unevenness = unevenness(slices, offsets, typical);
    double shear = Math.toDegrees(Math.acos(Math.min(1, span / whole.norm())));
    if (shear > MAX_SHEAR_DEGREES) {
      throw new DicomFormatException(
          String.format(
              Locale.ROOT, "the slices are shifted against each other by %.0f degrees", shear));
    }
    Vector3 step = whole.times(1.0 / (slices.size() - 1));
    List<String> warnings =
        grid(slices.get(0), slices.size(), step).isSheared()
            ? List.of(
                String.format(
                    Locale.ROOT,
                    "the grid is sheared by %.1f degrees (gantry tilt); kept as it is",
                    shear))
            : List.of();
    return new SeriesGeometry(slices, offsets, step, typical, unevenness, warnings);
  }

  private static SeriesGeometry ofSingle(CtSlice slice, Vector3 normal) {
    double spacing = slice.frame().sliceSpacingMm().orElse(1);
    String warning =
        slice.frame().sliceSpacingMm().isPresent()
            ? String.format(Locale.ROOT, "there is a single slice, %.2f mm thick", spacing)
            : "there is a single slice of unknown thickness; taken as 1 mm";
    return new SeriesGeometry(
        List.of(slice),
        new double[1],
        normal.times(spacing),
        spacing,
        Optional.empty(),
        List.of(warning));
  }

  /** The slices along the normal. */
  List<CtSlice> slices() {
    return slices;
  }

  /** What is wrong if the slices are not evenly spaced. */
  Optional<String> unevenness() {
    return unevenness;
  }

  List<String> warnings() {
    return warnings;
  }

  /** The grid of the slices as they are; right where the spacing is even. */
  Grid grid() {
    return grid(slices.get(0), slices.size(), step);
  }

  private static Grid grid(CtSlice first, int count, Vector3 stepZ) {
    return new Grid(
        first.image().format().columns(),
        first.image().format().rows(),
        count,
        first.position(),
        first.frame().alongRow().times(first.frame().columnSpacingMm()),
        first.frame().alongColumn().times(first.frame().rowSpacingMm()),
        stepZ);
  }

  /** The distance of each slice from the first, along the normal, mm. */
  double[] offsetsMm() {
    return offsetsMm.clone();
  }

  /** The median distance between neighbours, along the normal, mm. */
  double typicalStepMm() {
    return typicalStepMm;
  }

  /**
   * A grid with slices at the median distance, over the same extent.
   *
   * @throws DicomFormatException if there is a gap too wide to be bridged
   */
  Grid evenGrid() throws DicomFormatException {
    for (int i = 1; i < offsetsMm.length; i++) {
      double gap = offsetsMm[i] - offsetsMm[i - 1];
      if (gap > MAX_REPAIRED_GAP * typicalStepMm) {
        throw new DicomFormatException(
            String.format(
                Locale.ROOT,
                "the gap of %.2f mm between %s and %s is too wide to be filled",
                gap,
                slices.get(i - 1).describe(),
                slices.get(i).describe()));
      }
    }
    double span = offsetsMm[offsetsMm.length - 1];
    int count = (int) Math.floor(span / typicalStepMm + EVEN) + 1;
    return grid(slices.get(0), count, step.times((slices.size() - 1) / span * typicalStepMm));
  }

  private static void checkAlike(List<CtSlice> slices) throws DicomFormatException {
    CtSlice first = slices.get(0);
    PixelFormat size = first.image().format();
    CtFrame frame = first.frame();
    for (CtSlice slice : slices) {
      PixelFormat otherSize = slice.image().format();
      CtFrame other = slice.frame();
      String both = first.describe() + " and " + slice.describe();
      if (otherSize.rows() != size.rows() || otherSize.columns() != size.columns()) {
        throw new DicomFormatException(
            String.format(
                Locale.ROOT,
                "slices have different sizes: %s, %d x %d and %d x %d",
                both,
                size.columns(),
                size.rows(),
                otherSize.columns(),
                otherSize.rows()));
      }
      if (frame.alongRow().minus(other.alongRow()).norm() > SAME_COSINE
          || frame.alongColumn().minus(other.alongColumn()).norm() > SAME_COSINE) {
        throw new DicomFormatException("slices have different orientations: " + both);
      }
      if (differ(frame.columnSpacingMm(), other.columnSpacingMm())
          || differ(frame.rowSpacingMm(), other.rowSpacingMm())) {
        throw new DicomFormatException(
            String.format(
                Locale.ROOT,
                "slices have different pixel spacings: %s, %s x %s mm and %s x %s mm",
                both,
                frame.columnSpacingMm(),
                frame.rowSpacingMm(),
                other.columnSpacingMm(),
                other.rowSpacingMm()));
      }
      if (!frame.stack().equals(other.stack())) {
        throw new DicomFormatException(
            "slices belong to several stacks or moments: " + both + "; split them into series");
      }
    }
  }

  private static boolean differ(double a, double b) {
    return Math.abs(a - b) > SAME_SPACING * a;
  }

  private static void checkDistinct(List<CtSlice> slices, double[] offsets)
      throws DicomFormatException {
    for (int i = 1; i < offsets.length; i++) {
      if (offsets[i] - offsets[i - 1] <= ROUNDING_MM) {
        Vector3 position = slices.get(i).position();
        throw new DicomFormatException(
            String.format(
                Locale.ROOT,
                "two slices at the same position (%.2f, %.2f, %.2f mm): %s and %s;"
                    + " remove one or split them into series",
                position.x(),
                position.y(),
                position.z(),
                slices.get(i - 1).describe(),
                slices.get(i).describe()));
      }
    }
  }

  private static void checkOnLine(List<CtSlice> slices, double[] offsets, Vector3 direction)
      throws DicomFormatException {
    Vector3 first = slices.get(0).position();
    double pixel =
        Math.min(slices.get(0).frame().columnSpacingMm(), slices.get(0).frame().rowSpacingMm());
    double tolerance = Math.max(LINE_TOLERANCE_MM, LINE_TOLERANCE * pixel);
    for (int i = 0; i < offsets.length; i++) {
      Vector3 expected = first.plus(direction.times(offsets[i]));
      double aside = slices.get(i).position().minus(expected).norm();
      if (aside > tolerance) {
        throw new DicomFormatException(
            String.format(
                Locale.ROOT,
                "slice %d (%s) is shifted sideways against the others by %.2f mm",
                i + 1,
                slices.get(i).describe(),
                aside));
      }
    }
  }

  private static double[] distances(double[] offsets) {
    double[] distances = new double[offsets.length - 1];
    Arrays.setAll(distances, i -> offsets[i + 1] - offsets[i]);
    return distances;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  private static Optional<String> unevenness(
      List<CtSlice> slices, double[] offsets, double typical) {
    double tolerance = Math.max(EVEN * typical, ROUNDING_MM);
    double mean = offsets[offsets.length - 1] / (offsets.length - 1);
    int count = 0;
    int worst = 0;
    double worstBy = 0;
    for (int i = 1; i < offsets.length; i++) {
      double by = Math.abs(offsets[i] - offsets[i - 1] - typical);
      boolean adrift = Math.abs(offsets[i] - i * mean) > LINE_TOLERANCE * mean;
      if (by > tolerance + 1e-9 || adrift) {
        count++;
        if (by > worstBy) {
          worst = i;
          worstBy = by;
        }
      }
    }
    if (worst == 0) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "slices are not evenly spaced: %.2f mm between slices %d (%s) and %d (%s),"
                + " typically %.2f mm; %d such distances",
            offsets[worst] - offsets[worst - 1],
            worst,
            slices.get(worst - 1).describe(),
            worst + 1,
            slices.get(worst).describe(),
            typical,
            count));
  }
}
