package ai.pancreas.model;

import ai.pancreas.kernel.Filters3;

/**
 * What happens to the probability after the network.
 *
 * @param filters how each axis goes back to the CT's grid; an axis that was left alone has none
 * @param threshold a voxel is pancreas where its probability is above this
 * @param keepLargest whether only the largest connected component (26 neighbours) is kept
 */
public record Postprocessing(Filters3 filters, double threshold, boolean keepLargest) {}
