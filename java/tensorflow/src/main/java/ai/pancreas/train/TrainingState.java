package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Weights;
import java.nio.file.Path;

/**
 * Everything that a network's training goes on from, exact to the bit.
 *
 * @param network which network
 * @param steps how many steps were made
 * @param weights the parameters
 * @param firstMoments Adam's running means of the gradients, named and shaped as the parameters
 * @param secondMoments Adam's running means of the squared gradients
 */
public record TrainingState(
    NetworkDescription network,
    long steps,
    Weights weights,
    Weights firstMoments,
    Weights secondMoments) {

  /**
   * Writes a file, which appears whole or not at all.
   *
   * @throws ai.pancreas.PancreasException {@code OUTPUT} if it cannot be written
   */
  public void write(Path file) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ai.pancreas.PancreasException {@code MODEL} if the file is missing, damaged or no such
   *     file
   */
  public static TrainingState read(Path file) {
    throw new UnsupportedOperationException();
  }
}
