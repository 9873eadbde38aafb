package ai.pancreas.kernel;

/** The sizes of images with channels, [slice][row][column][channel], row-major. */
public record ImageShape(int slices, int rows, int columns, int channels) {
  /**
   * @throws IllegalArgumentException if a size is not in [1, {@link Kernels#MAX_AXIS}]
   */
  public ImageShape {
    for (int size : new int[] {slices, rows, columns, channels}) {
      if (size < 1 || size > Kernels.MAX_AXIS) {
        throw new IllegalArgumentException(
            "an image size is 1 to " + Kernels.MAX_AXIS + ", not " + size);
      }
    }
  }

  /** The number of values. */
  public long count() {
    return Math.multiplyExact((long) slices * rows, (long) columns * channels);
  }

  /** The shape with half the rows and columns, rounded up. */
  public ImageShape halved() {
    return new ImageShape(slices, (rows + 1) / 2, (columns + 1) / 2, channels);
  }

  /** The shape with another number of channels. */
  public ImageShape withChannels(int count) {
    return new ImageShape(slices, rows, columns, count);
  }
}
