package ai.pancreas.train;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A batch that is ready for its step.
 *
 * @param epoch the epoch of the step, from 1 on
 * @param number its place within the epoch, from 0 on
 * @param samples what it is made of
 * @param buffers the memory that holds it
 * @param batch the values, in that memory
 */
record PreparedBatch(
    int epoch, int number, List<Sample> samples, BatchBuffers buffers, Batch batch) {

  /** The names of its samples, for messages. */
  String names() {
    return samples.stream().map(Sample::name).collect(Collectors.joining(", "));
  }
}
