package ai.pancreas.engine;

import ai.pancreas.Monitor;
import java.nio.FloatBuffer;

/**
 * A segmentation network that is ready to run: one model on one device.
 *
 * <p>Thread-safe: several threads may call {@link #run} at the same time. Whoever opened an engine
 * closes it, once no call is under way.
 */
public interface Engine extends AutoCloseable {

  /** A short name for logs and results, such as {@code tensorflow} or {@code cpu}. */
  String name();

  /** How many slices a call of {@link #run} is best given, where there are that many. */
  int preferredSlices();

  /**
   * Runs the network over slices, which do not depend on each other unless the network is
   * volumetric: then they are all slices of one volume.
   *
   * @param input [slice][row][column], the network's input values, from the buffer's position on
   * @param slices the number of slices, at least 1; for a volumetric network a multiple of its
   *     total pooling factor
   * @param rows rows of each slice, a multiple of the network's total pooling factor
   * @param columns columns of each slice, likewise
   * @param probability [slice][row][column], receives the probability of pancreas, 0 to 1
   * @param monitor hears of finished slices of this call, and may cancel it before its end
   * @throws ai.pancreas.PancreasException {@code DEVICE} if memory or the device fails
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor);

  /** The same for work that nobody watches. */
  default void run(FloatBuffer input, int slices, int rows, int columns, FloatBuffer probability) {
    run(input, slices, rows, columns, probability, Monitor.NONE);
  }

  @Override
  void close();
}
