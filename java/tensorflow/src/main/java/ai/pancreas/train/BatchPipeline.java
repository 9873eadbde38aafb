package ai.pancreas.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes batches on threads of its own, ahead of the steps that use them, and hands them out in the
 * plan's order. Memory holds two batches a thread and one more. For one consuming thread.
 *
 * @param <S> what a batch is made of
 */
final class BatchPipeline<S> implements AutoCloseable {
  private final BatchPlan<S> plan;
  private final BatchMaker<S> maker;
  private final int lastEpoch;
  private final ExecutorService threads;
  private final Deque<BatchBuffers> free = new ArrayDeque<>();
  private final Deque<Future<PreparedBatch<S>>> ahead = new ArrayDeque<>();

  private int epoch;
  private int number;
  private List<List<S>> batches;
  private long waitedNanos;

  /**
   * Starts to make batches.
   *
   * @param threadCount how many batches are made at a time
   * @param epoch the epoch of the first batch, from 1 on
   * @param number its place within the epoch
   * @param lastEpoch the epoch that ends the batches
   */
  BatchPipeline(
      BatchPlan<S> plan,
      BatchMaker<S> maker,
      int threadCount,
      int epoch,
      int number,
      int lastEpoch) {
    this.plan = plan;
    this.maker = maker;
    this.epoch = epoch;
    this.number = number;
    this.lastEpoch = lastEpoch;
    this.batches = plan.epoch(epoch);
    this.threads =
        Executors.newFixedThreadPool(
            threadCount,
            work -> {
              Thread thread = new Thread(work, "pancreas-batches");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < 2 * threadCount + 1; i++) {
      free.add(maker.allocate(plan.largestBatch()));
    }
    startMore();
  }

  /**
   * The next batch, which must be given back by {@link #release}.
   *
   * @throws RuntimeException what making it threw
   * @throws IllegalStateException if there is none left
   */
  PreparedBatch<S> next() {
    startMore();
    if (ahead.isEmpty()) {
      throw new IllegalStateException("no batch is left");
    }
    long start = System.nanoTime();
    try {
      return ahead.remove().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      waitedNanos += System.nanoTime() - start;
    }
  }

  /** Takes a batch's memory back. */
  void release(PreparedBatch<S> batch) {
    free.add(batch.buffers());
    startMore();
  }

  /** How long {@link #next} has waited so far, all calls together. */
  double waitedSeconds() {
    return waitedNanos / 1e9;
  }

  private void startMore() {
    while (!free.isEmpty() && epoch <= lastEpoch) {
      if (number >= batches.size()) {
        epoch++;
        number = 0;
        batches = epoch <= lastEpoch ? plan.epoch(epoch) : List.of();
        continue;
      }
      BatchBuffers buffers = free.remove();
      int ofEpoch = epoch;
      int ofNumber = number;
      List<S> samples = batches.get(number);
      ahead.add(
          threads.submit(
              () -> {
                maker.make(ofEpoch, ofNumber, samples, buffers);
                return new PreparedBatch<>(ofEpoch, ofNumber, samples, buffers);
              }));
      number++;
    }
  }

  /** Stops the threads; batches that are not yet made are not made. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
