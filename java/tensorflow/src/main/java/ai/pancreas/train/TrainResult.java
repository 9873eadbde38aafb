package ai.pancreas.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a training came to.
 *
 * @param model the folder of the model
 * @param epochs how many epochs were trained
 * @param keptEpoch the epoch whose weights the model has; empty without validation, for the last
 * @param kept the validation of those weights; empty without validation
 */
public record TrainResult(
    Path model, int epochs, OptionalInt keptEpoch, Optional<ValidationResult> kept) {}
