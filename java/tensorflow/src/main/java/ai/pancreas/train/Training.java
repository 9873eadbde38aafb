package ai.pancreas.train;

import ai.pancreas.Monitor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What is trained and on what, as the training's loop sees it. For one thread, but for the batches.
 *
 * @param <S> what a batch is made of
 * @param <V> what validations come to
 */
interface Training<S, V extends Validation> {

  /** Which samples make up the steps. */
  BatchPlan<S> plan();

  /** Makes their batches. */
  BatchMaker<S> maker();

  /** Changes the network by one batch. */
  StepResult step(PreparedBatch<S> batch, double learningRate);

  /**
   * Tries the network on patients it is not trained on; empty where there are none.
   *
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  Optional<V> validate(Monitor monitor);

  /** The names of {@link Validation#values}, in their order. */
  Set<String> validationNames();

  /** Everything that the network's training goes on from. */
  TrainingState state();

  /**
   * Writes the network as a model.
   *
   * @param state whose weights the model gets
   * @param progress how far the training has come
   */
  void writeModel(TrainingState state, Progress<V> progress, Path folder);
}
