package ai.pancreas.train;

import ai.pancreas.dataset.CachedCase;

/**
 * A slice that takes part in a step.
 *
 * @param source the case that it is of
 * @param slice its number within the case
 * @param variation within an epoch, samples of one variation are warped and changed alike
 */
record Sample(CachedCase source, int slice, long variation) {}
