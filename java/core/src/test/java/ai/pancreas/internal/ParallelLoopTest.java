package ai.pancreas.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelLoopTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 200})
  void each_step_runs_once_whatever_the_number_of_threads(int threads) {
    AtomicIntegerArray calls = new AtomicIntegerArray(100);
    AtomicInteger lastProgress = new AtomicInteger();
    ParallelLoop.run(
        Stage.MASK,
        100,
        threads,
        (stage, done, total) -> lastProgress.accumulateAndGet((int) done, Math::max),
        () -> calls::incrementAndGet);
    for (int i = 0; i < 100; i++) {
      assertEquals(1, calls.get(i));
    }
    assertEquals(100, lastProgress.get());
  }

  @Test
  void the_first_failure_ends_the_loop_and_comes_back() {
    AtomicInteger calls = new AtomicInteger();
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                ParallelLoop.run(
                    Stage.MASK,
                    1_000_000,
                    2,
                    Monitor.NONE,
                    () ->
                        index -> {
                          calls.incrementAndGet();
                          if (index == 10) {
                            throw new IllegalArgumentException("step 10");
                          }
                        }));
    assertEquals("step 10", failure.getMessage());
    assertTrue(calls.get() < 1_000_000);
  }

  @Test
  void a_cancelled_loop_stops() {
    AtomicInteger calls = new AtomicInteger();
    Monitor cancelsAfterFive =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return calls.get() >= 5;
          }
        };
    assertThrows(
        CancellationException.class,
        () ->
            ParallelLoop.run(
                Stage.MASK, 1_000_000, 1, cancelsAfterFive, () -> i -> calls.incrementAndGet()));
    assertEquals(5, calls.get());
  }

  @Test
  void no_steps_are_no_error() {
    ParallelLoop.run(
        Stage.MASK,
        0,
        4,
        Monitor.NONE,
        () -> {
          throw new AssertionError("no thread has anything to do");
        });
  }
}
