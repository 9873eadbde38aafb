package ai.pancreas.train;

import ai.pancreas.train.LearningRateSchedule.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far a training has come, but for the network's own state. Immutable.
 *
 * @param epoch the current epoch, from 1 on
 * @param batches how many of its steps have been made
 * @param lossSum the sum of their losses
 * @param gradientNormSum the sum of their gradient norms
 * @param seconds how long they took
 * @param waitedSeconds how long they waited for data
 * @param scores all validations so far
 * @param keptEpoch the epoch whose weights are kept; 0 where there was no validation
 * @param kept the validation of those weights; null where there was none
 * @param <V> what validations come to
 */
record Progress<V extends Validation>(
    int epoch,
    int batches,
    double lossSum,
    double gradientNormSum,
    double seconds,
    double waitedSeconds,
    List<Score> scores,
    int keptEpoch,
    V kept) {

  /** Before the first step. */
  static <V extends Validation> Progress<V> start() {
    return new Progress<>(1, 0, 0, 0, 0, 0, List.of(), 0, null);
  }

  Progress {
    scores = List.copyOf(scores);
    if (epoch < 1 || batches < 0) {
      throw new IllegalArgumentException("epoch %d, step %d".formatted(epoch, batches));
    }
  }

  Progress<V> afterStep(StepResult step, double stepSeconds, double stepWaitedSeconds) {
    return new Progress<>(
        epoch,
        batches + 1,
        lossSum + step.loss(),
        gradientNormSum + step.gradientNorm(),
        seconds + stepSeconds,
        waitedSeconds + stepWaitedSeconds,
        scores,
        keptEpoch,
        kept);
  }

  Progress<V> afterValidation(V result, Keep keep) {
    List<Score> longer = new ArrayList<>(scores);
    Score score = new Score(epoch, result.score());
    boolean keeps =
        keep == Keep.LAST || bestScore().map(best -> best.value() < score.value()).orElse(true);
    longer.add(score);
    return new Progress<>(
        epoch,
        batches,
        lossSum,
        gradientNormSum,
        seconds,
        waitedSeconds,
        longer,
        keeps ? epoch : keptEpoch,
        keeps ? result : kept);
  }

  Progress<V> nextEpoch() {
    return new Progress<>(epoch + 1, 0, 0, 0, 0, 0, scores, keptEpoch, kept);
  }

  /** The best validation, the first of several. */
  Optional<Score> bestScore() {
    return scores.stream()
        .max(
            Comparator.comparingDouble(Score::value)
                .thenComparing(Comparator.comparingInt(Score::epoch).reversed()));
  }

  /** Whether the weights are now those that are kept. */
  boolean isKept() {
    return batches == 0 && kept != null && keptEpoch == epoch - 1;
  }
}
