package ai.pancreas.train;

import com.google.gson.annotations.SerializedName;
import java.util.List;

/**
 * The learning rate of each step. It follows from the step's number and from the validation scores
 * so far, so that training can go on from anywhere. Immutable and thread-safe.
 */
public sealed interface LearningRateSchedule {

  /**
   * What a validation came to.
   *
   * @param epoch the epoch, from 1 on, after which it was done
   * @param value how good the network was, such as its F1 or minus its loss: higher is better
   */
  record Score(int epoch, @SerializedName(value = "value", alternate = "f1") double value) {}

  /**
   * The learning rate of a step.
   *
   * @param step how many steps have been made before
   * @param steps how many steps the whole training has
   * @param scores all validations so far, in their order
   */
  double rate(long step, long steps, List<Score> scores);

  /** Always the same rate. */
  record Constant(double rate) implements LearningRateSchedule {
    public Constant {
      requireRate("the learning rate", rate);
    }

    @Override
    public double rate(long step, long steps, List<Score> scores) {
      return rate;
    }
  }

  /**
   * A rate that is lowered where the validation's score has not risen for a while; as Keras's
   * ReduceLROnPlateau with mode max (or, where the score is minus a loss, mode min).
   *
   * @param rate where it starts
   * @param factor what it is multiplied by
   * @param patience epochs without a rise before it is lowered
   * @param cooldown epochs after that which do not count
   * @param floor it is never lower than this
   */
  record ReduceOnPlateau(double rate, double factor, int patience, int cooldown, double floor)
      implements LearningRateSchedule {

    /** The score must rise by more than this to count as a rise; Keras's default. */
    private static final double LEAST_RISE = 1e-4;

    public ReduceOnPlateau {
      requireRate("the learning rate", rate);
      requireRate("the lowest learning rate", floor);
      if (!(factor > 0 && factor < 1) || patience < 1 || cooldown < 0) {
        throw new IllegalArgumentException(
            "a factor between 0 and 1, a patience of at least 1 and a cooldown of at least 0 are"
                + " expected, not %s, %d and %d".formatted(factor, patience, cooldown));
      }
    }

    /** What the reference project does: a tenth after 30 epochs, cooldown 10, floor 1e-6. */
    public static ReduceOnPlateau reference(double rate) {
      return new ReduceOnPlateau(rate, 0.1, 30, 10, 1e-6);
    }

    @Override
    public double rate(long step, long steps, List<Score> scores) {
      double current = rate;
      double best = Double.NEGATIVE_INFINITY;
      int countFrom = 0;
      for (Score score : scores) {
        if (score.value() > best + LEAST_RISE) {
          best = score.value();
          countFrom = Math.max(countFrom, score.epoch());
        } else if (score.epoch() - countFrom >= patience) {
          current = Math.max(Math.min(current, floor), current * factor);
          countFrom = score.epoch() + Math.max(0, cooldown - 1);
        }
      }
      return current;
    }
  }

  /**
   * A rate that rises linearly to its peak and then falls along half a cosine (Loshchilov and
   * Hutter, SGDR, arXiv:1608.03983, without restarts).
   *
   * @param rate the peak
   * @param warmUp the share of the steps in which it rises, from 0 to below 1
   * @param floor where it ends
   */
  record CosineDecay(double rate, double warmUp, double floor) implements LearningRateSchedule {
    public CosineDecay {
      requireRate("the learning rate", rate);
      if (!(warmUp >= 0 && warmUp < 1) || !(floor >= 0 && floor <= rate)) {
        throw new IllegalArgumentException(
            "a warm-up from 0 to below 1 and a floor of at most the learning rate are expected, not"
                + " %s and %s".formatted(warmUp, floor));
      }
    }

    @Override
    public double rate(long step, long steps, List<Score> scores) {
      double rising = warmUp * steps;
      if (step < rising) {
        return rate * Math.min(1, (step + 1) / rising);
      }
      double share = Math.min(1, (step - rising) / (steps - rising));
      return floor + (rate - floor) * 0.5 * (1 + Math.cos(Math.PI * share));
    }
  }

  private static void requireRate(String what, double rate) {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(what + " must be above 0 and at most 1, not " + rate);
    }
  }
}
