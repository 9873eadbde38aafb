package ai.pancreas.dataset;

import ai.pancreas.internal.DirectFloats;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import java.nio.FloatBuffer;

/**
 * Brings slices to their final size by the kernels and the filter that inference uses: linear, with
 * a triangle that widens where the slice shrinks. A mask's pixel is inside where more than half of
 * its weight is. Not thread-safe.
 */
final class SliceResampler {
  private static final Filters3 FILTERS = new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);

  private final Kernels kernels;
  private final Size3 source;
  private final Size3 target;
  private final FloatBuffer input;
  private final FloatBuffer output;
  private final float[] inside;
  private final float[] values;

  SliceResampler(int rows, int columns, int size) {
    this.kernels = Kernels.best();
    this.source = new Size3(1, rows, columns);
    this.target = new Size3(1, size, size);
    this.input = DirectFloats.allocate(source.count());
    this.output = DirectFloats.allocate(target.count());
    this.inside = new float[rows * columns];
    this.values = new float[size * size];
  }

  /**
   * Resamples one slice.
   *
   * @param hu [row][column]
   * @param mask [row][column], 0 or 1
   */
  LabelledSlice resample(float[] hu, byte[] mask) {
    short[] resampledHu = new short[values.length];
    byte[] resampledMask = new byte[values.length];
    resample(hu);
    for (int i = 0; i < values.length; i++) {
      resampledHu[i] =
          (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(values[i])));
    }
    for (int i = 0; i < mask.length; i++) {
      inside[i] = mask[i];
    }
    resample(inside);
    for (int i = 0; i < values.length; i++) {
      resampledMask[i] = (byte) (values[i] > 0.5f ? 1 : 0);
    }
    return new LabelledSlice(target.y(), target.x(), resampledHu, resampledMask);
  }

  private void resample(float[] slice) {
    input.put(0, slice, 0, Math.toIntExact(source.count()));
    kernels.resample(input, source, output, target, FILTERS, 1);
    output.get(0, values);
  }
}
