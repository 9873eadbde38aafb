package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.classify.HounsfieldCheck;
import ai.pancreas.classify.MaskAlignment;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.dataset.RegionOptions.MaskSource;
import ai.pancreas.dicom.DicomReadOptions;
import ai.pancreas.dicom.DicomReader;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nrrd.NrrdReader;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Reads a patient's CT and mask and puts both onto one grid. */
final class PatientReader {
  private final RegionOptions options;
  private final Monitor monitor;

  PatientReader(RegionOptions options, Monitor monitor) {
    this.options = options;
    this.monitor = monitor;
  }

  /**
   * A patient's CT.
   *
   * @param mask on the CT's grid, not empty
   * @param notes what one should know about both, one line each
   */
  record Scan(CtVolume ct, Mask mask, List<String> notes) {}

  /**
   * Reads a patient.
   *
   * @throws PancreasException if that is not possible, or makes no sense
   */
  Scan read(FoundPatient patient) {
    List<String> notes = new ArrayList<>();
    Optional<LabelMask> file = patient.mask().map(path -> readMask(path, notes));
    CtVolume ct = readCt(patient.ct());
    notes.addAll(ct.source().warnings());
    HounsfieldCheck.require(ct);
    Mask mask = file.isPresent() ? align(ct, file.get()) : segment(ct);
    return new Scan(ct, mask, notes);
  }

  private CtVolume readCt(Path ct) {
    if (NiftiReader.isNifti(ct)) {
      return NiftiReader.readCt(ct, monitor);
    }
    try {
      return DicomReader.read(
          ct, new DicomReadOptions(Optional.empty(), options.allowUneven()), monitor);
    } catch (PancreasException e) {
      if (e.code() == ErrorCode.AMBIGUOUS_INPUT) {
        throw bad("several CT series; leave the one that the mask belongs to");
      }
      throw e;
    }
  }

  private LabelMask readMask(Path file, List<String> notes) {
    OptionalInt label = files().label();
    IntPredicate inside = value -> label.isPresent() ? value == label.getAsInt() : value != 0;
    LabelMask mask =
        NrrdReader.isNrrd(file)
            ? NrrdReader.readLabels(file, inside, monitor)
            : NiftiReader.readLabels(file, inside, monitor);
    List<Integer> others =
        mask.voxelCounts().keySet().stream()
            .filter(value -> value != 0 && (label.isEmpty() || value != label.getAsInt()))
            .toList();
    if (label.isEmpty() && others.size() > 1) {
      throw bad("the mask has several values, " + list(others) + "; choose with --mask-label");
    }
    if (mask.mask().voxelCount() == 0) {
      throw bad(
          "the mask "
              + (label.isPresent() ? "holds no voxel of value " + label.getAsInt() : "is empty")
              + (others.isEmpty() ? "" : "; it has " + list(others)));
    }
    if (!others.isEmpty() && label.isPresent()) {
      notes.add("the mask has other values too: " + list(others));
    }
    return mask;
  }

  private Mask align(CtVolume ct, LabelMask file) {
    return files().mode() == MaskMode.INDEX
        ? MaskAlignment.byIndex(ct, file.mask(), options.preprocessing())
        : MaskAlignment.byGeometry(ct, file, options.threads(), monitor);
  }

  private MaskSource.Files files() {
    return (MaskSource.Files) options.masks();
  }

  private Mask segment(CtVolume ct) {
    Mask mask = ((MaskSource.Segmented) options.masks()).segmentation().of(ct, monitor);
    if (mask.voxelCount() == 0) {
      throw bad("no pancreas was found in the CT");
    }
    return mask;
  }

  private static String list(List<Integer> values) {
    return values.stream().limit(12).map(String::valueOf).collect(Collectors.joining(", "))
        + (values.size() > 12 ? ", ..." : "");
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
