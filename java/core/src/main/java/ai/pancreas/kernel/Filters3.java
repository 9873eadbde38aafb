package ai.pancreas.kernel;

import java.util.Objects;

/** The filters of the axes of a [z][y][x] array. */
public record Filters3(Filter z, Filter y, Filter x) {
  public Filters3 {
    Objects.requireNonNull(z, "z");
    Objects.requireNonNull(y, "y");
    Objects.requireNonNull(x, "x");
  }
}
