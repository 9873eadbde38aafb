package ai.pancreas.train;

import java.util.List;

/**
 * Makes batches of samples. What comes out depends on the training's seed, the epoch and the
 * samples alone. Thread-safe.
 *
 * @param <S> what a batch is made of
 */
interface BatchMaker<S> {

  /** Buffers that hold so many samples. */
  BatchBuffers allocate(int samples);

  /**
   * Makes a batch in buffers that nobody else uses meanwhile.
   *
   * @param epoch the epoch of the step, from 1 on
   * @param number its place within the epoch, from 0 on
   */
  void make(int epoch, int number, List<S> samples, BatchBuffers buffers);

  /** What a batch is made of, for messages. */
  String names(List<S> samples);
}
