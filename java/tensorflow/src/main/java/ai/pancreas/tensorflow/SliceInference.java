package ai.pancreas.tensorflow;

import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import java.nio.FloatBuffer;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * Runs slices through a network in groups, so that memory does not grow with their number.
 * Thread-safe as long as the session is open.
 */
public final class SliceInference {

  /** Slices that go through the network together. */
  static final int GROUP = 16;

  private final Session session;
  private final String inputName;
  private final String probabilityName;
  private final int sizeMultiple;

  /**
   * Borrows a session, which the caller closes.
   *
   * @param network the nodes, of the session's graph or one with the same names
   * @param sizeMultiple what rows and columns must be multiples of
   */
  public SliceInference(
      Session session, Segmentation2021Graph<TFloat32> network, int sizeMultiple) {
    this.session = session;
    this.inputName = network.input().op().name();
    this.probabilityName = network.probability().op().name();
    this.sizeMultiple = sizeMultiple;
  }

  /**
   * The probability of pancreas.
   *
   * @param input values as the network gets them, [slice][row][column], from the buffer's position
   * @param probability receives as many values, from its position
   * @throws IllegalArgumentException if the sizes do not fit the network or the buffers
   * @throws PancreasException {@code DEVICE} if TensorFlow fails
   */
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    check(input, slices, rows, columns, probability);
    int sliceSize = rows * columns;
    for (int first = 0; first < slices; first += GROUP) {
      monitor.throwIfCancelled();
      int count = Math.min(GROUP, slices - first);
      runGroup(
          input.slice(input.position() + first * sliceSize, count * sliceSize),
          Shape.of(count, rows, columns, 1),
          probability.slice(probability.position() + first * sliceSize, count * sliceSize));
      monitor.progress(Stage.NETWORK, first + count, slices);
    }
  }

  private void runGroup(FloatBuffer input, Shape shape, FloatBuffer probability) {
    try (TFloat32 tensor = FloatTensors.of(input, shape);
        Result result = session.runner().feed(inputName, tensor).fetch(probabilityName).run()) {
      FloatTensors.copy((TFloat32) result.get(0), probability);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure(
          "TensorFlow failed on slices of %d x %d".formatted(shape.get(1), shape.get(2)), e);
    }
  }

  private void check(
      FloatBuffer input, int slices, int rows, int columns, FloatBuffer probability) {
    if (slices < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "sizes must be positive: %d slices of %d x %d".formatted(slices, rows, columns));
    }
    if (rows % sizeMultiple != 0 || columns % sizeMultiple != 0) {
      throw new IllegalArgumentException(
          "rows and columns must be multiples of %d: %d x %d"
              .formatted(sizeMultiple, rows, columns));
    }
    long needed = Math.multiplyExact((long) slices * rows, columns);
    if (input.remaining() < needed || probability.remaining() < needed) {
      throw new IllegalArgumentException(
          "%d values are needed; the input holds %d, the output %d"
              .formatted(needed, input.remaining(), probability.remaining()));
    }
  }
}
