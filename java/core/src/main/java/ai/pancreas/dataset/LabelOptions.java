package ai.pancreas.dataset;

import ai.pancreas.dataset.PrepareOptions.Pictures;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How labelled cases are to be understood.
 *
 * @param labels the label values that are pancreas; empty takes the one label that is not 0
 * @param labelFolders where to look for labels beside the inputs
 * @param pictures how slice pictures are to be understood
 */
public record LabelOptions(SortedSet<Integer> labels, List<Path> labelFolders, Pictures pictures) {
  public LabelOptions {
    labels = Collections.unmodifiableSortedSet(new TreeSet<>(labels));
    labelFolders = List.copyOf(labelFolders);
    Objects.requireNonNull(pictures, "pictures");
    if (labels.contains(0)) {
      throw new IllegalArgumentException("label 0 is the background");
    }
  }
}
