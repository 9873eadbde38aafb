package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.classify.HounsfieldCheck;
import ai.pancreas.dataset.PrepareOptions.EmptyLabels;
import ai.pancreas.dicom.DicomReadOptions;
import ai.pancreas.dicom.DicomReader;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nrrd.NrrdReader;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Reads a CT and its label, checks both, and turns them the way networks see them. */
final class VolumeReader {
  private final SortedSet<Integer> labels;
  private final boolean allowUneven;
  private final EmptyLabels emptyLabels;
  private final Monitor monitor;

  /**
   * A reader.
   *
   * @param labels the label values that are pancreas; empty takes the one label that is not 0
   * @param allowUneven whether a series with gaps or uneven spacing is resampled to even spacing
   * @param emptyLabels whether a label without pancreas is refused
   */
  VolumeReader(
      SortedSet<Integer> labels, boolean allowUneven, EmptyLabels emptyLabels, Monitor monitor) {
    this.labels = labels;
    this.allowUneven = allowUneven;
    this.emptyLabels = emptyLabels;
    this.monitor = monitor;
  }

  /**
   * Reads a case.
   *
   * @throws PancreasException if it cannot be read, or does not pass its checks
   */
  LabelledVolume read(FoundCase.Volume found) {
    List<String> notes = new ArrayList<>();
    LabelMask label = readLabel(found.label());
    checkLabels(label.voxelCounts(), notes);
    if (label.mask().voxelCount() == 0) {
      if (emptyLabels == EmptyLabels.DROP) {
        throw bad("the label holds no pancreas; --keep-empty keeps such cases");
      }
      notes.add("no pancreas");
    }
    CtVolume ct = readCt(found.ct());
    notes.addAll(ct.source().warnings());
    HounsfieldCheck.require(ct);
    LabelAlignment.Aligned aligned = LabelAlignment.align(ct, label, monitor);
    notes.addAll(aligned.notes());
    Reorientation change = Reorientation.between(Orientation.of(ct.grid()), Orientation.LPS);
    return new LabelledVolume(ct.reoriented(change), aligned.mask().reoriented(change), notes);
  }

  private CtVolume readCt(Path ct) {
    if (Files.isRegularFile(ct)) {
      return NiftiReader.readCt(ct, monitor);
    }
    try {
      return DicomReader.read(ct, new DicomReadOptions(Optional.empty(), allowUneven), monitor);
    } catch (PancreasException e) {
      if (e.code() == ErrorCode.AMBIGUOUS_INPUT) {
        throw bad("several CT series; leave the one that the label belongs to");
      }
      throw e;
    }
  }

  private LabelMask readLabel(Path label) {
    IntPredicate inside = labels.isEmpty() ? value -> value != 0 : labels::contains;
    return NrrdReader.isNrrd(label)
        ? NrrdReader.readLabels(label, inside, monitor)
        : NiftiReader.readLabels(label, inside, monitor);
  }

  private void checkLabels(SortedMap<Integer, Long> counts, List<String> notes) {
    List<Integer> foreign =
        counts.keySet().stream().filter(value -> value != 0 && !labels.contains(value)).toList();
    if (labels.isEmpty() && foreign.size() > 1) {
      throw bad("the label has several values, " + list(foreign) + "; choose with --label");
    }
    if (!labels.isEmpty() && !foreign.isEmpty()) {
      notes.add("the label has other values too: " + list(foreign));
    }
  }

  private static String list(List<Integer> values) {
    return values.stream().limit(12).map(String::valueOf).collect(Collectors.joining(", "))
        + (values.size() > 12 ? ", ..." : "");
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
