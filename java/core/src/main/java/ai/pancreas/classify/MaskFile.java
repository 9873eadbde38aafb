package ai.pancreas.classify;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nrrd.NrrdReader;
import ai.pancreas.volume.LabelMask;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Reads the pancreas from a file of labels, NIfTI or NRRD, told apart by content. Stateless and
 * thread-safe.
 *
 * <p>All methods throw {@link PancreasException}: {@code USAGE} if there is no such file, {@code
 * BAD_DATA} if it is damaged, no file of labels, or holds no label but 0; and {@link
 * java.util.concurrent.CancellationException} if the monitor cancels.
 */
public final class MaskFile {
  private static final int MOST_LISTED = 12;

  private MaskFile() {}

  /**
   * Reads the voxels of one label.
   *
   * @throws PancreasException {@code BAD_DATA} if no voxel has it; the message lists the labels
   *     that are there
   */
  public static LabelMask readLabel(Path file, int label, Monitor monitor) {
    LabelMask read = read(file, value -> value == label, monitor);
    if (read.mask().voxelCount() == 0) {
      throw bad(file, "no voxel has label %d; labels there: %s".formatted(label, list(read)));
    }
    return read;
  }

  /**
   * Reads the voxels of the one label that is not 0.
   *
   * @throws PancreasException {@code BAD_DATA} if there are several; the message lists them
   */
  public static LabelMask readOnlyLabel(Path file, Monitor monitor) {
    LabelMask read = readAllLabels(file, monitor);
    if (labels(read).size() > 1) {
      throw bad(
          file,
          ("several labels, %s; choose the pancreas with --mask-label (7 in TotalSegmentator's"
                  + " total)")
              .formatted(list(read)));
    }
    return read;
  }

  /** Reads the voxels of all labels but 0. */
  public static LabelMask readAllLabels(Path file, Monitor monitor) {
    return read(file, value -> value != 0, monitor);
  }

  private static LabelMask read(Path file, IntPredicate inside, Monitor monitor) {
    LabelMask read =
        NrrdReader.isNrrd(file)
            ? NrrdReader.readLabels(file, inside, monitor)
            : NiftiReader.readLabels(file, inside, monitor);
    if (labels(read).isEmpty()) {
      throw bad(file, "the mask is empty: every voxel is 0");
    }
    return read;
  }

  private static List<Integer> labels(LabelMask mask) {
    return mask.voxelCounts().keySet().stream().filter(value -> value != 0).toList();
  }

  private static String list(LabelMask mask) {
    List<Integer> labels = labels(mask);
    return labels.stream().limit(MOST_LISTED).map(String::valueOf).collect(Collectors.joining(", "))
        + (labels.size() > MOST_LISTED ? ", ..." : "");
  }

  private static PancreasException bad(Path file, String what) {
    return new PancreasException(ErrorCode.BAD_DATA, file.getFileName() + ": " + what);
  }
}
