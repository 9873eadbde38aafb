package ai.pancreas.train;

import java.util.List;

/**
 * Which samples make up the steps of an epoch. What it answers depends on the epoch alone, so that
 * training can go on from anywhere. Immutable and thread-safe.
 *
 * @param <S> what a batch is made of
 */
interface BatchPlan<S> {

  /** The samples of each step of an epoch, in the order of the steps; each epoch has as many. */
  List<List<S>> epoch(int epoch);

  /** The most samples that a step has. */
  int largestBatch();
}
