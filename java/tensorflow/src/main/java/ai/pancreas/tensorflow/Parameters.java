package ai.pancreas.tensorflow;

import ai.pancreas.model.TensorShape;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TNumber;

/** Where a graph takes a network's kernels and biases from: constants, variables, placeholders. */
@FunctionalInterface
public interface Parameters<T extends TNumber> {

  /**
   * The parameter of a name, such as {@code encoder0/conv0/kernel}, with the shape of {@link
   * #shape}.
   */
  Operand<T> get(String name);

  /**
   * The shape of a parameter in a graph of 2-D operations: a kernel is without its slice axis, of
   * size 1: [row, column, in, out] or, of a transposed convolution, [row, column, out, in].
   */
  static Shape shape(TensorShape tensor) {
    List<Integer> sizes = tensor.shape();
    return sizes.size() == 1
        ? Shape.of(sizes.get(0))
        : Shape.of(sizes.get(0), sizes.get(1), sizes.get(3), sizes.get(4));
  }
}
