package ai.pancreas.train;

import java.util.List;

/**
 * Which samples make up the steps of an epoch. What it answers depends on the epoch alone, so that
 * training can go on from anywhere. Immutable and thread-safe.
 */
interface BatchPlan {

  /** The samples of each step of an epoch, in the order of the steps; each epoch has as many. */
  List<List<Sample>> epoch(int epoch);

  /** The most samples that a step has. */
  int largestBatch();
}
