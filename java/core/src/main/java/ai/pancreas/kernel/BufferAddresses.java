package ai.pancreas.kernel;

import java.lang.ref.Reference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Where direct buffers lie, for native code that takes an array of pointers; the buffers stay alive
 * until this is closed after the call.
 */
final class BufferAddresses implements AutoCloseable {
  private final List<? extends Buffer> buffers;
  private final LongBuffer addresses;

  private BufferAddresses(List<? extends Buffer> buffers, long[] addresses) {
    this.buffers = buffers;
    this.addresses =
        ByteBuffer.allocateDirect(addresses.length * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .asLongBuffer()
            .put(0, addresses);
  }

  /** The addresses of direct buffers whose positions are 0. */
  static BufferAddresses ofFloats(List<FloatBuffer> buffers) {
    return new BufferAddresses(
        buffers,
        buffers.stream().mapToLong(buffer -> new FloatPointer(buffer).address()).toArray());
  }

  /** The addresses of direct buffers whose positions are 0. */
  static BufferAddresses ofBytes(List<ByteBuffer> buffers) {
    return new BufferAddresses(
        buffers, buffers.stream().mapToLong(buffer -> new BytePointer(buffer).address()).toArray());
  }

  LongBuffer get() {
    return addresses;
  }

  @Override
  public void close() {
    Reference.reachabilityFence(buffers);
  }
}
