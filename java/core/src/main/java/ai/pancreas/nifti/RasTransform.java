package ai.pancreas.nifti;

import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;

/**
 * Where the voxels of a NIfTI file lie: position = origin + i x + j y + k z, in RAS millimetres (x
 * to the right, y to the front, z to the head).
 *
 * @param origin the centre of voxel (0, 0, 0)
 * @param x the step to the next i
 * @param y the step to the next j
 * @param z the step to the next k
 */
record RasTransform(Vector3 origin, Vector3 x, Vector3 y, Vector3 z) {

  /** The smallest volume that counts as one, mm3. */
  private static final double SMALLEST_VOXEL_MM3 = 1e-9;

  /** Below this the square of {@code a} counts as zero, as in the standard's own library. */
  private static final double SMALLEST_A_SQUARED = 1e-7;

  /** The transform of an LPS grid. */
  static RasTransform of(Grid grid) {
    return new RasTransform(
        turn(grid.origin()), turn(grid.stepX()), turn(grid.stepY()), turn(grid.stepZ()));
  }

  /**
   * The transform of a quaternion (nifti1.h, method 2): a rotation from (b, c, d), applied to
   * spacings of which the third is multiplied by {@code qfac}.
   */
  static RasTransform ofQuaternion(Quaternion q, Vector3 spacing, Vector3 offset) {
    double b = q.b();
    double c = q.c();
    double d = q.d();
    double a = 1 - (b * b + c * c + d * d);
    if (a < SMALLEST_A_SQUARED) {
      double norm = Math.sqrt(b * b + c * c + d * d);
      b /= norm;
      c /= norm;
      d /= norm;
      a = 0;
    } else {
      a = Math.sqrt(a);
    }
    return new RasTransform(
        offset,
        new Vector3(a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c))
            .times(spacing.x()),
        new Vector3(2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b))
            .times(spacing.y()),
        new Vector3(2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c)
            .times(spacing.z() * q.qfac()));
  }

  /** Whether it gives the voxels a volume. */
  boolean isUsable() {
    return origin.isFinite()
        && x.isFinite()
        && y.isFinite()
        && z.isFinite()
        && Math.abs(x.cross(y).dot(z)) > SMALLEST_VOXEL_MM3;
  }

  /** The same transform with all lengths multiplied. */
  RasTransform times(double factor) {
    return new RasTransform(
        origin.times(factor), x.times(factor), y.times(factor), z.times(factor));
  }

  /** The grid of a file of that many voxels, in LPS. */
  Grid grid(int nx, int ny, int nz) {
    return new Grid(nx, ny, nz, turn(origin), turn(x), turn(y), turn(z));
  }

  /** RAS to LPS and back. */
  private static Vector3 turn(Vector3 v) {
    // 0.0 - v rather than -v: a file should not say -0.
    return new Vector3(0.0 - v.x(), 0.0 - v.y(), v.z());
  }

  /**
   * The rotation of a transform as the header holds it, in float32: the part without shear, of axes
   * made perpendicular from x on.
   *
   * @param qfac -1 where the axes are left-handed, else 1
   */
  record Quaternion(float b, float c, float d, int qfac) {

    static Quaternion of(RasTransform transform) {
      Vector3 x = transform.x.normalized();
      Vector3 y = transform.y.minus(x.times(transform.y.dot(x))).normalized();
      Vector3 z = x.cross(y);
      int qfac = z.dot(transform.z) < 0 ? -1 : 1;
      // The matrix has the columns x, y and z: right-handed. Of the four squares
      // 4a^2 = 1 + xx + yy + zz and its like, one is at least 1; dividing by its root is safe.
      double[] squares = {
        1 + x.x() + y.y() + z.z(),
        1 + x.x() - y.y() - z.z(),
        1 - x.x() + y.y() - z.z(),
        1 - x.x() - y.y() + z.z()
      };
      int largest = 0;
      for (int i = 1; i < 4; i++) {
        largest = squares[i] > squares[largest] + 1e-9 ? i : largest;
      }
      double root = Math.sqrt(squares[largest]);
      double zy = y.z() - z.y();
      double xz = z.x() - x.z();
      double yx = x.y() - y.x();
      double[] q =
          switch (largest) {
            case 0 -> new double[] {squares[0], zy, xz, yx};
            case 1 -> new double[] {zy, squares[1], x.y() + y.x(), x.z() + z.x()};
            case 2 -> new double[] {xz, x.y() + y.x(), squares[2], y.z() + z.y()};
            default -> new double[] {yx, x.z() + z.x(), y.z() + z.y(), squares[3]};
          };
      double scale = (q[0] < 0 ? -0.5 : 0.5) / root;
      return rounded(q[0] * scale, q[1] * scale, q[2] * scale, q[3] * scale, qfac);
    }

    /**
     * Rounds to float32. Readers compute a = sqrt(1 - b^2 - c^2 - d^2), which turns a rounding
     * error of 1e-7 into 3e-4 where a is 0, half a millimetre at the far end of a CT. There, the
     * largest number is rounded away from zero, so that they find a = 0.
     */
    private static Quaternion rounded(double a, double b, double c, double d, int qfac) {
      float[] q = {(float) (0.0 + b), (float) (0.0 + c), (float) (0.0 + d)};
      if (a < 1e-4) {
        int largest = 0;
        for (int i = 1; i < 3; i++) {
          largest = Math.abs(q[i]) > Math.abs(q[largest]) ? i : largest;
        }
        while ((double) q[0] * q[0] + (double) q[1] * q[1] + (double) q[2] * q[2] < 1) {
          q[largest] = Math.copySign(Math.nextUp(Math.abs(q[largest])), q[largest]);
        }
      }
      return new Quaternion(q[0], q[1], q[2], qfac);
    }
  }
}
