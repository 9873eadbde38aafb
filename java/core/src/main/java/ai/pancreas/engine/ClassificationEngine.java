package ai.pancreas.engine;

import java.nio.FloatBuffer;

/**
 * A classification network that is ready to run: one model on one device.
 *
 * <p>Thread-safe: several threads may call {@link #probability} at the same time. Whoever opened an
 * engine closes it, once no call is under way.
 */
public interface ClassificationEngine extends AutoCloseable {

  /** A short name for logs and results, such as {@code tensorflow}. */
  String name();

  /**
   * Runs the network.
   *
   * @param region [slice][row][column] of the network's input size, from the buffer's position on
   * @return the probability of cancer, 0 to 1
   * @throws ai.pancreas.PancreasException {@code DEVICE} if memory or the device fails, {@code
   *     MODEL} if the network gives no finite number
   */
  double probability(FloatBuffer region);

  @Override
  void close();
}
