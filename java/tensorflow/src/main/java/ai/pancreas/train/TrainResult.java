package ai.pancreas.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a training came to.
 *
 * @param model the folder of the model
 * @param epochs how many epochs were trained
 * @param bestEpoch the epoch whose weights the model has: the one with the best validation F1, or,
 *     without validation, empty for the last
 * @param best the validation of those weights; empty without validation
 */
public record TrainResult(
    Path model, int epochs, OptionalInt bestEpoch, Optional<ValidationResult> best) {}
