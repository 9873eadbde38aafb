package ai.pancreas.train;

import ai.pancreas.evaluation.ClassificationMetrics;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the training of a classification network came to.
 *
 * @param model the folder of the model
 * @param epochs how many epochs were trained
 * @param keptEpoch the epoch whose weights the model has; empty without validation, for the last
 * @param kept the validation of those weights; empty without validation
 */
public record ClassificationTrainResult(
    Path model, int epochs, OptionalInt keptEpoch, Optional<ClassificationMetrics> kept) {}
