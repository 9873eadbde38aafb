package ai.pancreas.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Buffers that native code can use without a copy. */
public final class DirectFloats {
  private DirectFloats() {}

  /** A buffer of so many zeros. */
  public static FloatBuffer allocate(long count) {
    return ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(count, Float.BYTES)))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
