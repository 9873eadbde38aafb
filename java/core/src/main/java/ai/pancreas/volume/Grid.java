package ai.pancreas.volume;

import java.util.Locale;

/**
 * Where the voxels of a volume lie in the patient.
 *
 * <p>Index (0, 0, 0) is the centre of the first voxel. x counts columns, y rows, z slices; arrays
 * are stored [z][y][x]. Patient space is LPS in millimetres, as in DICOM. The three steps need not
 * be perpendicular: a gantry tilt makes a sheared grid.
 *
 * @param nx columns
 * @param ny rows
 * @param nz slices
 * @param origin centre of voxel (0, 0, 0), LPS, mm
 * @param stepX from one column to the next, LPS, mm
 * @param stepY from one row to the next, LPS, mm
 * @param stepZ from one slice to the next, LPS, mm
 */
public record Grid(
    int nx, int ny, int nz, Vector3 origin, Vector3 stepX, Vector3 stepY, Vector3 stepZ) {

  /** Two axes count as perpendicular when the cosine between them is at most this: 0.06 degrees. */
  private static final double PERPENDICULAR = 1e-3;

  public Grid {
    if (nx < 1 || ny < 1 || nz < 1) {
      throw new IllegalArgumentException(
          "a grid needs at least one voxel along each axis: " + nx + " x " + ny + " x " + nz);
    }
    if ((long) nx * ny > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a slice is too large: " + nx + " x " + ny);
    }
    if (!(origin.isFinite() && stepX.isFinite() && stepY.isFinite() && stepZ.isFinite())) {
      throw new IllegalArgumentException("a grid's numbers must be finite");
    }
    if (Math.abs(stepX.cross(stepY).dot(stepZ)) < 1e-12) {
      throw new IllegalArgumentException("a grid's voxels must have a volume");
    }
  }

  /** A grid whose index axes run along L, P and S. */
  public static Grid axial(
      int nx, int ny, int nz, double spacingXMm, double spacingYMm, double spacingZMm) {
    return new Grid(
        nx,
        ny,
        nz,
        new Vector3(0, 0, 0),
        new Vector3(spacingXMm, 0, 0),
        new Vector3(0, spacingYMm, 0),
        new Vector3(0, 0, spacingZMm));
  }

  /** The number of voxels along an index axis: 0 is x, 1 is y, 2 is z. */
  public int size(int axis) {
    return switch (axis) {
      case 0 -> nx;
      case 1 -> ny;
      case 2 -> nz;
      default -> throw new IndexOutOfBoundsException("axis " + axis);
    };
  }

  /** The step along an index axis, LPS, mm. */
  public Vector3 step(int axis) {
    return switch (axis) {
      case 0 -> stepX;
      case 1 -> stepY;
      case 2 -> stepZ;
      default -> throw new IndexOutOfBoundsException("axis " + axis);
    };
  }

  /** The distance between the centres of neighbours along an index axis, mm. */
  public double spacingMm(int axis) {
    return step(axis).norm();
  }

  /** The number of voxels of one slice. */
  public int sliceSize() {
    return nx * ny;
  }

  /** The number of voxels. */
  public long voxelCount() {
    return (long) nx * ny * nz;
  }

  /** The volume of one voxel, mm3. */
  public double voxelVolumeMm3() {
    return Math.abs(stepX.cross(stepY).dot(stepZ));
  }

  /** Whether the slice step leans against the slice plane, as a tilted gantry makes it. */
  public boolean isSheared() {
    Vector3 x = stepX.normalized();
    Vector3 y = stepY.normalized();
    Vector3 z = stepZ.normalized();
    return Math.abs(x.dot(y)) > PERPENDICULAR
        || Math.abs(x.dot(z)) > PERPENDICULAR
        || Math.abs(y.dot(z)) > PERPENDICULAR;
  }

  /** The patient position of an index, which need not be whole: LPS, mm. */
  public Vector3 toPatient(double x, double y, double z) {
    return origin.plus(stepX.times(x)).plus(stepY.times(y)).plus(stepZ.times(z));
  }

  /**
   * The index of a patient position (LPS, mm): not rounded, and outside the grid where the position
   * is.
   */
  public Vector3 toIndex(Vector3 position) {
    Vector3 d = position.minus(origin);
    double determinant = stepX.cross(stepY).dot(stepZ);
    return new Vector3(
        d.dot(stepY.cross(stepZ)) / determinant,
        d.dot(stepZ.cross(stepX)) / determinant,
        d.dot(stepX.cross(stepY)) / determinant);
  }

  /** The same voxels with their index axes in another order or direction. */
  public Grid reoriented(Reorientation change) {
    double[] first = new double[3];
    Vector3[] steps = new Vector3[3];
    for (int i = 0; i < 3; i++) {
      int axis = change.axis(i);
      steps[i] = change.flip(i) ? step(axis).times(-1) : step(axis);
      first[axis] = change.flip(i) ? size(axis) - 1 : 0;
    }
    return new Grid(
        size(change.axisX()),
        size(change.axisY()),
        size(change.axisZ()),
        toPatient(first[0], first[1], first[2]),
        steps[0],
        steps[1],
        steps[2]);
  }

  /**
   * Whether another grid has the same size and puts every voxel within a tolerance of this one's.
   */
  public boolean matches(Grid other, double toleranceMm) {
    if (nx != other.nx || ny != other.ny || nz != other.nz) {
      return false;
    }
    for (int corner = 0; corner < 8; corner++) {
      double x = (corner & 1) * (nx - 1.0);
      double y = (corner >> 1 & 1) * (ny - 1.0);
      double z = (corner >> 2) * (nz - 1.0);
      if (toPatient(x, y, z).minus(other.toPatient(x, y, z)).norm() > toleranceMm) {
        return false;
      }
    }
    return true;
  }

  /**
   * Size and spacing for people, such as {@code 512 x 512 x 240 voxels of 0.78 x 0.78 x 1.00 mm}.
   */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "%d x %d x %d voxels of %.2f x %.2f x %.2f mm",
        nx,
        ny,
        nz,
        spacingMm(0),
        spacingMm(1),
        spacingMm(2));
  }
}
