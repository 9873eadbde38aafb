package ai.pancreas.train;

import ai.pancreas.train.LearningRateSchedule.Score;
import java.util.Map;

/** What a validation came to, as the training's loop sees it. */
interface Validation {

  /** How good the network was: the weights of the highest score are the best. */
  double score();

  /** Its numbers by name, for logs; the same names in the same order whatever they are. */
  Map<String, Number> values();

  /**
   * A few words for people.
   *
   * @param best the best validation so far
   */
  String text(Score best);
}
