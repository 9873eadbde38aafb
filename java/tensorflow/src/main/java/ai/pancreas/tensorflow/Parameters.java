package ai.pancreas.tensorflow;

import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** Where a graph takes a network's kernels and biases from: constants, variables, placeholders. */
@FunctionalInterface
public interface Parameters<T extends TNumber> {

  /**
   * The parameter of a name, such as {@code encoder0/conv0/kernel}, in the shape that the network
   * describes, such as [row, column, slice, in, out].
   */
  Operand<T> get(String name);

  /** Constants of a graph. */
  static Parameters<TFloat32> constants(Ops tf, Weights weights) {
    return name -> {
      Tensor tensor = weights.get(name);
      return tf.constant(shape(tensor.shape()), DataBuffers.of(tensor.values(), true, false));
    };
  }

  /** The shape of a parameter as TensorFlow has it. */
  static Shape shape(List<Integer> sizes) {
    return Shape.of(sizes.stream().mapToLong(Integer::longValue).toArray());
  }
}
