package ai.pancreas.segment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Buffers that native code can use without a copy. */
final class DirectFloats {
  private DirectFloats() {}

  static FloatBuffer allocate(long count) {
    return ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(count, Float.BYTES)))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
