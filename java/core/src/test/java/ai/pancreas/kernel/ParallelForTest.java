package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ParallelForTest {

  @Test
  void eachItemIsDoneOnce() {
    for (int threads : new int[] {1, 2, 7, 50}) {
      AtomicIntegerArray done = new AtomicIntegerArray(40);
      ParallelFor.run(40, threads, () -> done::incrementAndGet);
      for (int i = 0; i < 40; i++) {
        assertEquals(1, done.get(i));
      }
    }
  }

  @Test
  void eachThreadHasItsOwnBody() {
    AtomicInteger bodies = new AtomicInteger();
    ParallelFor.run(
        3,
        100,
        () -> {
          bodies.incrementAndGet();
          return item -> {};
        });
    assertEquals(3, bodies.get());
  }

  @Test
  void theFirstFailureReachesTheCaller() {
    for (int threads : new int[] {1, 4}) {
      OutOfMemoryError failure = new OutOfMemoryError("test");
      Error thrown =
          assertThrows(
              OutOfMemoryError.class,
              () ->
                  ParallelFor.run(
                      100,
                      threads,
                      () ->
                          item -> {
                            if (item == 3) {
                              throw failure;
                            }
                          }));
      assertSame(failure, thrown);
    }
  }

  @Test
  void anInterruptedCallerWaitsAndStaysInterrupted() {
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    ParallelFor.run(20, 3, () -> item -> done.incrementAndGet());
    assertTrue(Thread.interrupted());
    assertEquals(20, done.get());
  }
}
