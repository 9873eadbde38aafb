package ai.pancreas.internal;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The buffers of a call that runs slices through a network, as native code takes them: direct
 * buffers of native byte order are used as they are, others are copied.
 */
public final class SliceBuffers {
  private final FloatBuffer result;
  private final int count;
  private final FloatBuffer nativeInput;
  private final FloatBuffer nativeResult;

  /**
   * Checks that both buffers hold all slices, each from its position on.
   *
   * @throws IllegalArgumentException if they do not, or a size is not positive
   */
  public SliceBuffers(FloatBuffer input, int slices, int rows, int columns, FloatBuffer result) {
    this.result = result;
    this.count = check(input, slices, rows, columns, result);
    this.nativeInput =
        isShared(input)
            ? input
            : DirectFloats.allocate(count).put(0, input, input.position(), count);
    this.nativeResult = isShared(result) ? result : DirectFloats.allocate(count);
  }

  /** What native code reads. */
  public FloatBuffer input() {
    return nativeInput;
  }

  /** What native code writes. */
  public FloatBuffer result() {
    return nativeResult;
  }

  /** Gives the result to the caller, after native code has written it. */
  public void finish() {
    if (nativeResult != result) {
      result.put(result.position(), nativeResult, 0, count);
    }
  }

  /** The number of values. */
  private static int check(
      FloatBuffer input, int slices, int rows, int columns, FloatBuffer result) {
    if (slices < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "sizes must be positive: %d slices of %d x %d".formatted(slices, rows, columns));
    }
    // Two of these sizes cannot overflow a long, and a buffer holds fewer values than an int.
    long slice = (long) rows * columns;
    long room = Math.min(input.remaining(), result.remaining());
    if (slice > room / slices) {
      throw new IllegalArgumentException(
          "%d slices of %d x %d are needed; the input holds %d values, the output %d"
              .formatted(slices, rows, columns, input.remaining(), result.remaining()));
    }
    return (int) (slices * slice);
  }

  private static boolean isShared(FloatBuffer buffer) {
    return buffer.isDirect() && buffer.order() == ByteOrder.nativeOrder();
  }
}
