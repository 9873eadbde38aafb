package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.train.LearningRateSchedule.Constant;
import ai.pancreas.train.LearningRateSchedule.CosineDecay;
import ai.pancreas.train.LearningRateSchedule.ReduceOnPlateau;
import ai.pancreas.train.LearningRateSchedule.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateScheduleTest {

  @Test
  void aPlateauLowersTheRateAsTheReferenceDoes() {
    ReduceOnPlateau schedule = ReduceOnPlateau.reference(0.002);
    List<Score> scores = new ArrayList<>();
    for (int epoch = 1; epoch <= 400; epoch++) {
      scores.add(new Score(epoch, 0.5));
    }

    // Best at 1; 30 epochs later lowered; then 9 more of cooldown before the next 30 count.
    assertEquals(0.002, schedule.rate(0, 0, scores.subList(0, 30)));
    assertEquals(0.0002, schedule.rate(0, 0, scores.subList(0, 31)), 1e-12);
    assertEquals(0.0002, schedule.rate(0, 0, scores.subList(0, 69)), 1e-12);
    assertEquals(0.00002, schedule.rate(0, 0, scores.subList(0, 70)), 1e-12);
    assertEquals(1e-6, schedule.rate(0, 0, scores), "the floor");
  }

  /** Keras's callback, written down call by call as its documentation tells it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aPlateauIsWhatKerasTakesForOne(long seed) {
    ReduceOnPlateau schedule = new ReduceOnPlateau(0.1, 0.5, 3, 4, 0.001);
    Random random = new Random(seed);
    List<Score> scores = new ArrayList<>();
    double rate = 0.1;
    double best = Double.NEGATIVE_INFINITY;
    int cooldown = 0;
    int wait = 0;
    for (int epoch = 1; epoch <= 80; epoch++) {
      double value = 0.01 * epoch / 80 + 0.02 * random.nextDouble();
      scores.add(new Score(epoch, value));
      if (cooldown > 0) {
        cooldown--;
        wait = 0;
      }
      if (value > best + 1e-4) {
        best = value;
        wait = 0;
      } else if (cooldown == 0) {
        wait++;
        if (wait >= 3) {
          rate = Math.max(rate * 0.5, 0.001);
          cooldown = 4;
          wait = 0;
        }
      }
      assertEquals(rate, schedule.rate(0, 0, scores), "epoch " + epoch);
    }
    assertTrue(rate < 0.1, "it was lowered");
  }

  @Test
  void aCosineRisesToItsPeakAndFallsToItsFloor() {
    CosineDecay schedule = new CosineDecay(0.01, 0.1, 0.0001);

    assertEquals(0.001, schedule.rate(0, 100, List.of()), 1e-12);
    assertEquals(0.01, schedule.rate(9, 100, List.of()), 1e-12);
    assertEquals(0.01, schedule.rate(10, 100, List.of()), 1e-12);
    assertEquals(0.00505, schedule.rate(55, 100, List.of()), 1e-12);
    assertEquals(0.0001, schedule.rate(100, 100, List.of()), 1e-12);
    for (int step = 11; step < 100; step++) {
      double before = schedule.rate(step - 1, 100, List.of());
      assertTrue(schedule.rate(step, 100, List.of()) < before);
    }
  }

  @Test
  void withoutWarmUpACosineStartsAtItsPeak() {
    assertEquals(0.01, new CosineDecay(0.01, 0, 0).rate(0, 10, List.of()));
  }

  @Test
  void aConstantRateStays() {
    assertEquals(0.3, new Constant(0.3).rate(17, 20, List.of(new Score(1, 0.1))));
  }

  @Test
  void ratesThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Constant(0));
    assertThrows(IllegalArgumentException.class, () -> new Constant(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new CosineDecay(0.1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ReduceOnPlateau(0.1, 1, 3, 3, 1e-6));
  }
}
