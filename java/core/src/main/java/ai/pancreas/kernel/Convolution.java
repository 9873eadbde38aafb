package ai.pancreas.kernel;

/**
 * The in-plane convolutions, all with zeros around the image: "same" as TensorFlow has it. Kernels
 * are laid out as in Keras.
 */
public enum Convolution {
  /** Kernel [input][output]; a matrix product at each pixel. */
  POINTWISE(1),
  /** Kernel [3][3][input][output]; target row r sees the source rows r - 1 to r + 1. */
  SAME_3X3(3),
  /**
   * Kernel [2][2][input][output], stride 2; target row r sees the source rows 2 r and 2 r + 1. The
   * target has half the rows and columns, rounded up.
   */
  HALVING_2X2(2),
  /**
   * Transposed, kernel [4][4][output][input], stride 2; source row r reaches the target rows 2 r -
   * 1 to 2 r + 2. The target has twice the rows and columns.
   */
  DOUBLING_4X4(4);

  private final int kernelSize;

  Convolution(int kernelSize) {
    this.kernelSize = kernelSize;
  }

  /** The rows and columns of the kernel. */
  public int kernelSize() {
    return kernelSize;
  }

  /**
   * The shape of the target.
   *
   * @throws IllegalArgumentException if a size of it is above {@link Kernels#MAX_AXIS}
   */
  public ImageShape target(ImageShape source, int outputs) {
    return switch (this) {
      case POINTWISE, SAME_3X3 -> source.withChannels(outputs);
      case HALVING_2X2 -> source.halved().withChannels(outputs);
      case DOUBLING_4X4 ->
          new ImageShape(source.slices(), 2 * source.rows(), 2 * source.columns(), outputs);
    };
  }
}
