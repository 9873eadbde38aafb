package ai.pancreas.volume;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A mask made from a file of labels, and what else the file holds.
 *
 * @param mask 1 where the label is one that was asked for
 * @param voxelCounts how many voxels each label of the file has, 0 among them
 * @param placed whether the file says where its voxels lie in the patient; where not, the mask's
 *     grid has only its size and its spacing from the file
 */
public record LabelMask(Mask mask, SortedMap<Integer, Long> voxelCounts, boolean placed) {
  public LabelMask {
    Objects.requireNonNull(mask, "mask");
    voxelCounts = Collections.unmodifiableSortedMap(new TreeMap<>(voxelCounts));
  }
}
