package ai.pancreas.tensorflow;

import java.nio.FloatBuffer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Copies between buffers and tensors, from a buffer's position on, which stays where it is. */
public final class FloatTensors {
  private FloatTensors() {}

  /** A tensor with the values of a buffer. */
  public static TFloat32 of(FloatBuffer values, Shape shape) {
    return TFloat32.tensorOf(shape, DataBuffers.of(part(values, shape)));
  }

  /** Puts all values of a tensor into a buffer. */
  public static void copy(TFloat32 tensor, FloatBuffer into) {
    if (into.isDirect()) {
      tensor.copyTo(DataBuffers.of(part(into, tensor.shape())));
      return;
    }
    // Of a buffer on the heap, TensorFlow for Java ignores where in its array it begins.
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.copyTo(DataBuffers.of(values, false, false));
    into.put(into.position(), values);
  }

  private static FloatBuffer part(FloatBuffer buffer, Shape shape) {
    return buffer.slice(buffer.position(), Math.toIntExact(shape.size()));
  }
}
