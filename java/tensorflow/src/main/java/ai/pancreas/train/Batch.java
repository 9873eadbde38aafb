package ai.pancreas.train;

import java.nio.FloatBuffer;

/**
 * Slices that take part in one training step.
 *
 * @param input values as the network gets them, [slice][row][column], from the buffer's position;
 *     direct buffers spare a copy
 * @param mask 1 where there is pancreas, else 0, in the same order, from the buffer's position
 * @param slices how many slices, at least 1
 * @param rows a multiple of the network's {@code sizeMultiple}
 * @param columns a multiple of the network's {@code sizeMultiple}
 */
public record Batch(FloatBuffer input, FloatBuffer mask, int slices, int rows, int columns) {
  public Batch {
    if (slices < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "sizes must be positive: %d slices of %d x %d".formatted(slices, rows, columns));
    }
    long needed = Math.multiplyExact((long) slices * rows, columns);
    if (input.remaining() < needed || mask.remaining() < needed) {
      throw new IllegalArgumentException(
          "%d values are needed; the input holds %d, the mask %d"
              .formatted(needed, input.remaining(), mask.remaining()));
    }
  }
}
