package ai.pancreas.train;

import java.util.List;

/**
 * A batch that is ready for its step.
 *
 * @param epoch the epoch of the step, from 1 on
 * @param number its place within the epoch, from 0 on
 * @param samples what it is made of
 * @param buffers the memory that holds it
 */
record PreparedBatch<S>(int epoch, int number, List<S> samples, BatchBuffers buffers) {}
