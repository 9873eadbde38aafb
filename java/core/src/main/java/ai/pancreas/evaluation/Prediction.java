package ai.pancreas.evaluation;

/**
 * What a classifier said of a patient, and what is true.
 *
 * @param patient the name by which the data set knows the patient
 * @param label 1 where the patient has what the classifier looks for, else 0
 * @param probability of label 1, 0 to 1
 */
public record Prediction(String patient, int label, double probability) {
  /**
   * @throws IllegalArgumentException if the label or the probability is out of range
   */
  public Prediction {
    if (label != 0 && label != 1) {
      throw new IllegalArgumentException("a label is 0 or 1, not " + label);
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability is 0 to 1, not " + probability);
    }
  }

  boolean isPositive() {
    return label == 1;
  }
}
