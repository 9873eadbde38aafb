package ai.pancreas.train;

import ai.pancreas.dataset.CachedRegion;

/**
 * A region that takes part in a step.
 *
 * @param source whose region
 * @param variation tells how it is varied in an epoch
 */
record RegionSample(CachedRegion source, long variation) {}
