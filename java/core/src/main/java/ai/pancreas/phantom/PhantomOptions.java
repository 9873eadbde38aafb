package ai.pancreas.phantom;

import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Vector3;

/**
 * Which patient, and how the scanner lays its grid over them.
 *
 * <p>Sizes and spacings count along the index axes of the result, whatever their orientation: of a
 * coronal series, columns run from right to left and slices from front to back.
 *
 * @param seed chooses the patient and the noise
 * @param columns voxels along x
 * @param rows voxels along y
 * @param slices voxels along z
 * @param spacingXMm mm from column to column
 * @param spacingYMm mm from row to row
 * @param spacingZMm mm from slice to slice
 * @param orientation where the index axes run; {@link Orientation#LPS} is an axial CT
 * @param obliqueDegrees how far the grid is turned out of that orientation, about an axis that
 *     leans against all three patient axes
 * @param lesion whether the pancreas has a lesion, see {@link Phantom#withLesion}
 * @param noiseHu standard deviation of the noise in the middle of the body, HU; 0 for none
 */
public record PhantomOptions(
    long seed,
    int columns,
    int rows,
    int slices,
    double spacingXMm,
    double spacingYMm,
    double spacingZMm,
    Orientation orientation,
    double obliqueDegrees,
    boolean lesion,
    double noiseHu) {

  /** Columns to the left, rows to the feet, slices to the back. */
  public static final Orientation CORONAL = Orientation.parse("LIP");

  /** Columns to the back, rows to the feet, slices to the patient's right. */
  public static final Orientation SAGITTAL = Orientation.parse("PIR");

  private static final double FIELD_OF_VIEW_MM = 430;
  private static final double HEIGHT_MM = 260;
  private static final double NOISE_HU = 11;

  /** The middle of the default field of view: between back and belly, at the pancreas. */
  private static final Vector3 CENTRE = new Vector3(0, 12, 8);

  public PhantomOptions {
    if (columns < 2 || rows < 2 || slices < 2) {
      throw new IllegalArgumentException(
          "a phantom needs at least 2 voxels along each axis, not "
              + columns
              + " x "
              + rows
              + " x "
              + slices);
    }
    if (columns > 65535 || rows > 65535 || (long) columns * rows > 1 << 26) {
      throw new IllegalArgumentException(
          "a slice of a phantom has at most 65535 columns and rows and 67108864 voxels, not "
              + columns
              + " x "
              + rows);
    }
    for (double spacing : new double[] {spacingXMm, spacingYMm, spacingZMm}) {
      if (!(spacing >= 0.01 && spacing <= 1000)) {
        throw new IllegalArgumentException(
            "a spacing lies between 0.01 and 1000 mm, not at " + spacing);
      }
    }
    if (!(Math.abs(obliqueDegrees) <= 45)) {
      throw new IllegalArgumentException(
          "an oblique grid is turned by at most 45 degrees, not " + obliqueDegrees);
    }
    if (!(noiseHu >= 0 && noiseHu <= 200)) {
      throw new IllegalArgumentException("noise lies between 0 and 200 HU, not at " + noiseHu);
    }
  }

  /** An axial CT of the given size over a field of view of 430 x 430 x 260 mm. */
  public static PhantomOptions axial(long seed, int columns, int rows, int slices) {
    return of(seed, columns, rows, slices, Orientation.LPS);
  }

  /** A CT of the given size and orientation over a field of view of 430 x 430 x 260 mm. */
  public static PhantomOptions of(
      long seed, int columns, int rows, int slices, Orientation orientation) {
    return new PhantomOptions(
        seed,
        columns,
        rows,
        slices,
        extentMm(orientation.x()) / columns,
        extentMm(orientation.y()) / rows,
        extentMm(orientation.z()) / slices,
        orientation,
        0,
        false,
        NOISE_HU);
  }

  /** The same with other spacings, mm. */
  public PhantomOptions withSpacingMm(double x, double y, double z) {
    return new PhantomOptions(
        seed, columns, rows, slices, x, y, z, orientation, obliqueDegrees, lesion, noiseHu);
  }

  /** The same with the grid turned, degrees. */
  public PhantomOptions withObliqueDegrees(double degrees) {
    return new PhantomOptions(
        seed,
        columns,
        rows,
        slices,
        spacingXMm,
        spacingYMm,
        spacingZMm,
        orientation,
        degrees,
        lesion,
        noiseHu);
  }

  /** The same patient with a lesion. */
  public PhantomOptions withLesion() {
    return new PhantomOptions(
        seed,
        columns,
        rows,
        slices,
        spacingXMm,
        spacingYMm,
        spacingZMm,
        orientation,
        obliqueDegrees,
        true,
        noiseHu);
  }

  /** The same with other noise, HU. */
  public PhantomOptions withNoiseHu(double hu) {
    return new PhantomOptions(
        seed,
        columns,
        rows,
        slices,
        spacingXMm,
        spacingYMm,
        spacingZMm,
        orientation,
        obliqueDegrees,
        lesion,
        hu);
  }

  /** Where the voxels lie in the patient: centred on the pancreas's surroundings. */
  public Grid grid() {
    Vector3 x = turned(orientation.x()).times(spacingXMm);
    Vector3 y = turned(orientation.y()).times(spacingYMm);
    Vector3 z = turned(orientation.z()).times(spacingZMm);
    Vector3 origin =
        CENTRE
            .minus(x.times((columns - 1) / 2.0))
            .minus(y.times((rows - 1) / 2.0))
            .minus(z.times((slices - 1) / 2.0));
    return new Grid(columns, rows, slices, origin, x, y, z);
  }

  private static double extentMm(Orientation.Direction direction) {
    return direction.axis() == 2 ? HEIGHT_MM : FIELD_OF_VIEW_MM;
  }

  /** A patient axis turned about (2, 1, 1) by Rodrigues' formula. */
  private Vector3 turned(Orientation.Direction direction) {
    Vector3 v =
        new Vector3(
                direction.axis() == 0 ? 1 : 0,
                direction.axis() == 1 ? 1 : 0,
                direction.axis() == 2 ? 1 : 0)
            .times(direction.sign());
    if (obliqueDegrees == 0) {
      return v;
    }
    Vector3 axis = new Vector3(2, 1, 1).normalized();
    double angle = StrictMath.toRadians(obliqueDegrees);
    double cos = StrictMath.cos(angle);
    return v.times(cos)
        .plus(axis.cross(v).times(StrictMath.sin(angle)))
        .plus(axis.times(axis.dot(v) * (1 - cos)));
  }
}
