package ai.pancreas.volume;

/**
 * The anatomical directions in which the three index axes of a volume increase, to the nearest
 * patient axis. There are 48.
 *
 * <p>Written as three letters for x (columns), y (rows) and z (slices), each naming the side
 * towards which the index grows: {@code LPS} is a supine axial CT with columns to the patient's
 * left, rows to the back and slices to the head.
 */
public record Orientation(Direction x, Direction y, Direction z) {

  /** Columns to the left, rows to the back, slices to the head: how networks see an axial CT. */
  public static final Orientation LPS = parse("LPS");

  /** A side of the patient, as an axis of LPS patient space and a sign. */
  public enum Direction {
    L(0, 1),
    R(0, -1),
    P(1, 1),
    A(1, -1),
    S(2, 1),
    I(2, -1);

    private final int axis;
    private final int sign;

    Direction(int axis, int sign) {
      this.axis = axis;
      this.sign = sign;
    }

    /** The axis of patient space: 0 is left-right, 1 is front-back, 2 is foot-head. */
    public int axis() {
      return axis;
    }

    /** 1 where the coordinate grows towards this side, -1 where it falls. */
    public int sign() {
      return sign;
    }

    static Direction of(int axis, int sign) {
      for (Direction direction : values()) {
        if (direction.axis == axis && direction.sign == sign) {
          return direction;
        }
      }
      throw new IllegalArgumentException("axis " + axis + ", sign " + sign);
    }
  }

  public Orientation {
    if (x.axis() == y.axis() || y.axis() == z.axis() || x.axis() == z.axis()) {
      throw new IllegalArgumentException(
          "the three axes of an orientation must differ: " + x + y + z);
    }
  }

  /**
   * Reads a code of three letters such as {@code LPS}.
   *
   * @throws IllegalArgumentException if it is not one of the 48
   */
  public static Orientation parse(String code) {
    if (code.length() != 3) {
      throw new IllegalArgumentException("an orientation has three letters, such as LPS: " + code);
    }
    return new Orientation(
        Direction.valueOf(code.substring(0, 1)),
        Direction.valueOf(code.substring(1, 2)),
        Direction.valueOf(code.substring(2, 3)));
  }

  /**
   * The orientation nearest to a grid's three steps: of the 48, the one with the largest sum of
   * cosines between index axes and patient axes.
   */
  public static Orientation of(Grid grid) {
    Vector3[] unit = {
      grid.stepX().normalized(), grid.stepY().normalized(), grid.stepZ().normalized()
    };
    int[][] permutations = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    int[] best = permutations[0];
    double bestScore = -1;
    for (int[] permutation : permutations) {
      double score = 0;
      for (int i = 0; i < 3; i++) {
        score += Math.abs(unit[i].component(permutation[i]));
      }
      if (score > bestScore + 1e-9) {
        bestScore = score;
        best = permutation;
      }
    }
    Direction[] directions = new Direction[3];
    for (int i = 0; i < 3; i++) {
      directions[i] = Direction.of(best[i], unit[i].component(best[i]) < 0 ? -1 : 1);
    }
    return new Orientation(directions[0], directions[1], directions[2]);
  }

  /** The direction of an index axis: 0 is x, 1 is y, 2 is z. */
  public Direction direction(int indexAxis) {
    return switch (indexAxis) {
      case 0 -> x;
      case 1 -> y;
      case 2 -> z;
      default -> throw new IndexOutOfBoundsException("axis " + indexAxis);
    };
  }

  @Override
  public String toString() {
    return "" + x + y + z;
  }
}
