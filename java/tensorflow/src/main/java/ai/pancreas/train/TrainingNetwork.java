package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Weights;
import java.nio.FloatBuffer;

/**
 * A network, its loss and its optimizer on one TensorFlow graph. Not thread-safe.
 *
 * <p>What TensorFlow cannot do, or finds no memory for, is a {@link ai.pancreas.PancreasException}
 * of code {@code DEVICE}.
 */
public final class TrainingNetwork implements AutoCloseable {
  private TrainingNetwork() {}

  /**
   * Builds the graph and sets the weights; the optimizer starts afresh.
   *
   * @param threads for the work within an operation; TensorFlow takes the number of the first
   *     session of a process for all
   * @throws IllegalArgumentException if the weights are not those of the network, or the loss has
   *     another number of deep-supervision factors than the network maps
   */
  public static TrainingNetwork open(
      NetworkDescription network,
      Weights initial,
      LossOptions loss,
      OptimizerOptions optimizer,
      int threads) {
    throw new UnsupportedOperationException();
  }

  /** Changes the weights so as to lower the loss of a batch. */
  public StepResult step(Batch batch, double learningRate) {
    throw new UnsupportedOperationException();
  }

  /**
   * The probability of pancreas with the current weights.
   *
   * @param input values as the network gets them, [slice][row][column], from the buffer's position
   * @param slices any number: they go through the network in groups
   * @param rows a multiple of the network's {@code sizeMultiple}; need not be that of the batches
   * @param columns likewise
   * @param probability receives as many values, from its position
   */
  public void predict(
      FloatBuffer input, int slices, int rows, int columns, FloatBuffer probability) {
    throw new UnsupportedOperationException();
  }

  /** The current weights, a copy. */
  public Weights weights() {
    throw new UnsupportedOperationException();
  }

  /** All that {@link #restore} needs to go on as if nothing had happened. */
  public TrainingState state() {
    throw new UnsupportedOperationException();
  }

  /**
   * Goes back, or forward, to a state of the same network.
   *
   * @throws IllegalArgumentException if it is a state of another network
   */
  public void restore(TrainingState state) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
