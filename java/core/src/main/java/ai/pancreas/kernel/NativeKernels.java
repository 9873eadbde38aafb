package ai.pancreas.kernel;

import ai.pancreas.internal.nativelib.Pancreas;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** The kernels in C++; only where {@link NativeLibrary#isLoaded()}. */
final class NativeKernels implements Kernels {
  /** A direct buffer cannot hold more. */
  private static final int MAX_STAGED = Integer.MAX_VALUE / Float.BYTES;

  @Override
  public String name() {
    return "native " + NativeLibrary.instructionSet();
  }

  @Override
  public void resample(
      FloatBuffer source,
      Size3 sourceSize,
      FloatBuffer target,
      Size3 targetSize,
      Filters3 filters,
      int threads) {
    ResampleTask task = new ResampleTask(source, sourceSize, target, targetSize, filters, threads);
    boolean stageSource = !isShared(source);
    boolean stageTarget = !isShared(target);
    if ((stageSource && sourceSize.count() > MAX_STAGED)
        || (stageTarget && targetSize.count() > MAX_STAGED)) {
      new JavaKernels().resample(source, sourceSize, target, targetSize, filters, threads);
      return;
    }
    FloatBuffer nativeSource = source;
    if (stageSource) {
      nativeSource = stage((int) sourceSize.count());
      nativeSource.put(0, source, source.position(), nativeSource.capacity());
    }
    FloatBuffer nativeTarget = stageTarget ? stage((int) targetSize.count()) : target;
    int status =
        Pancreas.pnc_resample(
            nativeSource,
            sizes(sourceSize),
            nativeTarget,
            sizes(targetSize),
            IntBuffer.wrap(new int[] {code(filters.z()), code(filters.y()), code(filters.x())}),
            threads);
    check(status);
    if (stageTarget) {
      target.put(target.position(), nativeTarget, 0, nativeTarget.capacity());
    }
  }

  /** Whether native code can work on the buffer itself. */
  private static boolean isShared(FloatBuffer buffer) {
    return buffer.isDirect() && buffer.order() == ByteOrder.nativeOrder();
  }

  private static FloatBuffer stage(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static LongBuffer sizes(Size3 size) {
    return LongBuffer.wrap(new long[] {size.z(), size.y(), size.x()});
  }

  private static int code(Filter filter) {
    return switch (filter) {
      case NONE -> Pancreas.PNC_FILTER_NONE;
      case NEAREST -> Pancreas.PNC_FILTER_NEAREST;
      case LINEAR -> Pancreas.PNC_FILTER_LINEAR;
    };
  }

  private static void check(int status) {
    if (status == Pancreas.PNC_OK) {
      return;
    }
    String text = NativeLibrary.statusText(status);
    if (status == Pancreas.PNC_OUT_OF_MEMORY) {
      throw new OutOfMemoryError(text);
    }
    if (status == Pancreas.PNC_INVALID_ARGUMENT) {
      throw new IllegalArgumentException("resample: " + text);
    }
    throw new IllegalStateException("resample: " + text);
  }
}
