package ai.pancreas.kernel;

import static ai.pancreas.kernel.Filter.LINEAR;
import static ai.pancreas.kernel.Filter.NEAREST;
import static ai.pancreas.kernel.Filter.NONE;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One resampling that all kernels are tested with. */
record ResampleCase(String name, Size3 from, Size3 to, Filters3 filters) {
  private static final Filters3 ALL_LINEAR = new Filters3(LINEAR, LINEAR, LINEAR);
  private static final Filters3 ALL_NEAREST = new Filters3(NEAREST, NEAREST, NEAREST);
  private static final Filters3 IN_PLANE = new Filters3(NONE, LINEAR, LINEAR);

  /** Sizes of one, of a tile (8 x 8 and 32 values in native code), and around it. */
  static Stream<ResampleCase> all() {
    List<ResampleCase> chosen =
        List.of(
            of("one value", 1, 1, 1, 1, 1, 1, ALL_LINEAR),
            of("one value grows", 1, 1, 1, 2, 3, 9, ALL_LINEAR),
            of("all become one", 3, 5, 9, 1, 1, 1, ALL_LINEAR),
            of("copy", 2, 9, 33, 2, 9, 33, new Filters3(NONE, NONE, NONE)),
            of("same size", 2, 9, 33, 2, 9, 33, ALL_LINEAR),
            of("one tile", 1, 16, 16, 1, 8, 8, IN_PLANE),
            of("one tile less one", 1, 16, 16, 1, 7, 7, IN_PLANE),
            of("one tile and one", 1, 16, 16, 1, 9, 9, IN_PLANE),
            of("from one tile and one", 1, 9, 9, 1, 19, 21, IN_PLANE),
            of("sum tile less one", 3, 5, 31, 2, 4, 31, new Filters3(LINEAR, LINEAR, NONE)),
            of("sum tile and one", 3, 5, 33, 2, 4, 33, new Filters3(LINEAR, LINEAR, NONE)),
            of("y shrinks, x grows", 2, 29, 13, 2, 12, 41, IN_PLANE),
            of("y grows, x shrinks", 2, 12, 41, 2, 29, 13, IN_PLANE),
            of("nearest shrinks", 7, 31, 33, 3, 10, 11, ALL_NEAREST),
            of("nearest grows", 3, 10, 11, 7, 31, 33, ALL_NEAREST),
            of("coprime", 13, 17, 19, 11, 23, 7, ALL_LINEAR));
    Random random = new Random(20260101);
    return Stream.concat(
        chosen.stream(), IntStream.range(0, 40).mapToObj(i -> random("random " + i, random)));
  }

  private static ResampleCase of(
      String name, int z, int y, int x, int toZ, int toY, int toX, Filters3 filters) {
    return new ResampleCase(name, new Size3(z, y, x), new Size3(toZ, toY, toX), filters);
  }

  private static ResampleCase random(String name, Random random) {
    Filter[] filters = new Filter[3];
    int[] from = new int[3];
    int[] to = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      int most = axis == 0 ? 6 : 24;
      filters[axis] = Filter.values()[random.nextInt(3)];
      from[axis] = 1 + random.nextInt(most);
      to[axis] = filters[axis] == NONE ? from[axis] : 1 + random.nextInt(most);
    }
    return new ResampleCase(
        name,
        new Size3(from[0], from[1], from[2]),
        new Size3(to[0], to[1], to[2]),
        new Filters3(filters[0], filters[1], filters[2]));
  }

  /** HU from air to bone, with fractions; the same at each call. */
  float[] values() {
    Random random = new Random(7);
    float[] values = new float[Math.toIntExact(from.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] = -1024 + 2524 * random.nextFloat();
    }
    return values;
  }

  @Override
  public String toString() {
    return name + ": " + from + " to " + to + ", " + filters;
  }
}
