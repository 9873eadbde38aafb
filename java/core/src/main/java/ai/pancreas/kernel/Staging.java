package ai.pancreas.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Buffers that native code can work on: a view of the caller's own buffer where that is direct and
 * in native byte order, else a direct copy. All results start at position 0.
 */
final class Staging {
  private Staging() {}

  /** Whether native code can have the buffers: those that need a copy are not too large for one. */
  static boolean canHold(Buffer... buffers) {
    for (Buffer buffer : buffers) {
      if (!isShared(buffer) && buffer.remaining() > Integer.MAX_VALUE / Float.BYTES) {
        return false;
      }
    }
    return true;
  }

  static FloatBuffer source(FloatBuffer buffer, long count) {
    int length = Math.toIntExact(count);
    return isShared(buffer)
        ? buffer.slice(buffer.position(), length)
        : allocate(length).put(0, buffer, buffer.position(), length);
  }

  static ShortBuffer source(ShortBuffer buffer, int count) {
    return isShared(buffer)
        ? buffer.slice(buffer.position(), count)
        : bytes(count * Short.BYTES).asShortBuffer().put(0, buffer, buffer.position(), count);
  }

  /** Where native code writes what {@link #finish} brings to the buffer. */
  static FloatBuffer target(FloatBuffer buffer, long count) {
    int length = Math.toIntExact(count);
    return isShared(buffer) ? buffer.slice(buffer.position(), length) : allocate(length);
  }

  /** Where native code writes what {@link #finish} brings to the buffer. */
  static ByteBuffer target(ByteBuffer buffer, int count) {
    return buffer.isDirect() ? buffer.slice(buffer.position(), count) : bytes(count);
  }

  static void finish(FloatBuffer written, FloatBuffer target) {
    if (!isShared(target)) {
      target.put(target.position(), written, 0, written.capacity());
    }
  }

  static void finish(ByteBuffer written, ByteBuffer target) {
    if (!target.isDirect()) {
      target.put(target.position(), written, 0, written.capacity());
    }
  }

  private static boolean isShared(Buffer buffer) {
    if (!buffer.isDirect()) {
      return false;
    }
    if (buffer instanceof FloatBuffer floats) {
      return floats.order() == ByteOrder.nativeOrder();
    }
    return !(buffer instanceof ShortBuffer shorts) || shorts.order() == ByteOrder.nativeOrder();
  }

  /** A direct buffer in native byte order. */
  static FloatBuffer allocate(int count) {
    return bytes(count * Float.BYTES).asFloatBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }
}
