package ai.pancreas.volume;

/**
 * A change of the order and the direction of a volume's index axes; voxels stay where they are in
 * the patient.
 *
 * @param axisX the axis of the original that becomes x: 0, 1 or 2
 * @param flipX whether x then runs against that axis
 */
public record Reorientation(
    int axisX, boolean flipX, int axisY, boolean flipY, int axisZ, boolean flipZ) {

  /** Changes nothing. */
  public static final Reorientation IDENTITY = new Reorientation(0, false, 1, false, 2, false);

  public Reorientation {
    if (axisX == axisY
        || axisY == axisZ
        || axisX == axisZ
        || Math.min(axisX, Math.min(axisY, axisZ)) < 0
        || Math.max(axisX, Math.max(axisY, axisZ)) > 2) {
      throw new IllegalArgumentException("not a permutation: " + axisX + axisY + axisZ);
    }
  }

  /** Keeps the order of the axes and turns some of them round. */
  public static Reorientation flips(boolean x, boolean y, boolean z) {
    return new Reorientation(0, x, 1, y, 2, z);
  }

  /** What turns a volume of one orientation into another. */
  public static Reorientation between(Orientation from, Orientation to) {
    int[] axis = new int[3];
    boolean[] flip = new boolean[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        if (from.direction(j).axis() == to.direction(i).axis()) {
          axis[i] = j;
          flip[i] = from.direction(j).sign() != to.direction(i).sign();
        }
      }
    }
    return new Reorientation(axis[0], flip[0], axis[1], flip[1], axis[2], flip[2]);
  }

  /** The axis of the original that becomes the given new axis. */
  public int axis(int newAxis) {
    return switch (newAxis) {
      case 0 -> axisX;
      case 1 -> axisY;
      case 2 -> axisZ;
      default -> throw new IndexOutOfBoundsException("axis " + newAxis);
    };
  }

  /** Whether the given new axis runs against the original one. */
  public boolean flip(int newAxis) {
    return switch (newAxis) {
      case 0 -> flipX;
      case 1 -> flipY;
      case 2 -> flipZ;
      default -> throw new IndexOutOfBoundsException("axis " + newAxis);
    };
  }

  /** The change that undoes this one. */
  public Reorientation inverse() {
    int[] axis = new int[3];
    boolean[] flip = new boolean[3];
    for (int i = 0; i < 3; i++) {
      axis[axis(i)] = i;
      flip[axis(i)] = flip(i);
    }
    return new Reorientation(axis[0], flip[0], axis[1], flip[1], axis[2], flip[2]);
  }

  /** This change first, another one after it. */
  public Reorientation then(Reorientation next) {
    int[] axis = new int[3];
    boolean[] flip = new boolean[3];
    for (int i = 0; i < 3; i++) {
      axis[i] = axis(next.axis(i));
      flip[i] = flip(next.axis(i)) ^ next.flip(i);
    }
    return new Reorientation(axis[0], flip[0], axis[1], flip[1], axis[2], flip[2]);
  }
}
