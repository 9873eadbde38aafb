package ai.pancreas.evaluation;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;

/**
 * One slice of a labelled CT and what a model says of it: three volumes of one slice on one grid.
 *
 * @param name of the picture, or of the case with the slice's number from foot to head
 * @param dice NaN where nothing is true or predicted
 */
public record EvaluatedSlice(String name, CtVolume ct, Mask prediction, Mask truth, double dice) {}
