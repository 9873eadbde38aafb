package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.dataset.PrepareOptions.EmptyLabels;
import ai.pancreas.dicom.DicomReadOptions;
import ai.pancreas.dicom.DicomReader;
import ai.pancreas.kernel.AxisWeights;
import ai.pancreas.kernel.Filter;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nrrd.NrrdReader;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Reads a CT and its label, checks both, and turns them the way networks see them. */
final class VolumeLoader {
  private final PrepareOptions options;
  private final Monitor monitor;

  VolumeLoader(PrepareOptions options, Monitor monitor) {
    this.options = options;
    this.monitor = monitor;
  }

  /**
   * Loads a case.
   *
   * @param id the name that the case gets
   * @throws PancreasException if it cannot be read, or does not pass its checks
   */
  LoadedCase load(FoundCase.Volume found, String id) {
    List<String> notes = new ArrayList<>();
    LabelMask label = readLabel(found.label());
    checkLabels(label.voxelCounts(), notes);
    if (label.mask().voxelCount() == 0) {
      if (options.emptyLabels() == EmptyLabels.DROP) {
        throw bad("the label holds no pancreas; --keep-empty keeps such cases");
      }
      notes.add("no pancreas");
    }
    CtVolume ct = readCt(found.ct());
    notes.addAll(ct.source().warnings());
    requireHu(ct);
    LabelAlignment.Aligned aligned = LabelAlignment.align(ct, label, monitor);
    notes.addAll(aligned.notes());
    return load(found, id, ct, aligned.mask(), notes);
  }

  private LoadedCase load(
      FoundCase.Volume found, String id, CtVolume ct, Mask mask, List<String> notes) {
    Reorientation change = Reorientation.between(Orientation.of(ct.grid()), Orientation.LPS);
    CtVolume view = ct.reoriented(change);
    Mask viewMask = mask.reoriented(change);
    Grid grid = view.grid();
    int slices = options.slices() == 0 ? grid.nz() : options.slices();
    CaseDescription about =
        new CaseDescription(
            id,
            found.patient(),
            Kind.VOLUME,
            List.of(
                grid.spacingMm(2) * grid.nz() / slices,
                grid.spacingMm(1) * grid.ny() / options.size(),
                grid.spacingMm(0) * grid.nx() / options.size()),
            Short.MIN_VALUE,
            Short.MAX_VALUE,
            true);
    return new LoadedCase(about, slices, source(view, viewMask, slices), notes);
  }

  private IntFunction<LabelledSlice> source(CtVolume ct, Mask mask, int slices) {
    Grid grid = ct.grid();
    AxisWeights order = AxisWeights.of(Filter.NEAREST, grid.nz(), slices);
    SliceResampler resampler = new SliceResampler(grid.ny(), grid.nx(), options.size());
    float[] hu = new float[grid.sliceSize()];
    float[] inside = new float[grid.sliceSize()];
    byte[] bits = new byte[grid.sliceSize()];
    return slice -> {
      monitor.throwIfCancelled();
      int z = order.first(slice);
      ct.readSlice(z, hu);
      mask.readSlice(z, bits);
      for (int i = 0; i < bits.length; i++) {
        inside[i] = bits[i];
      }
      return resampler.resample(hu, inside);
    };
  }

  private CtVolume readCt(Path ct) {
    if (Files.isRegularFile(ct)) {
      return NiftiReader.readCt(ct, monitor);
    }
    try {
      return DicomReader.read(
          ct, new DicomReadOptions(Optional.empty(), options.allowUneven()), monitor);
    } catch (PancreasException e) {
      if (e.code() == ErrorCode.AMBIGUOUS_INPUT) {
        throw bad("several CT series; leave the one that the label belongs to");
      }
      throw e;
    }
  }

  private LabelMask readLabel(Path label) {
    IntPredicate inside =
        options.labels().isEmpty() ? value -> value != 0 : options.labels()::contains;
    return NrrdReader.isNrrd(label)
        ? NrrdReader.readLabels(label, inside, monitor)
        : NiftiReader.readLabels(label, inside, monitor);
  }

  private void checkLabels(SortedMap<Integer, Long> counts, List<String> notes) {
    List<Integer> foreign =
        counts.keySet().stream()
            .filter(value -> value != 0 && !options.labels().contains(value))
            .toList();
    if (options.labels().isEmpty() && foreign.size() > 1) {
      throw bad("the label has several values, " + list(foreign) + "; choose with --label");
    }
    if (!options.labels().isEmpty() && !foreign.isEmpty()) {
      notes.add("the label has other values too: " + list(foreign));
    }
  }

  private static String list(List<Integer> values) {
    return values.stream().limit(12).map(String::valueOf).collect(Collectors.joining(", "))
        + (values.size() > 12 ? ", ..." : "");
  }

  /** Refuses what cannot be HU; NIfTI files are held to the same rules when they are read. */
  private static void requireHu(CtVolume ct) {
    float[] slice = new float[ct.grid().sliceSize()];
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int z = 0; z < ct.grid().nz(); z++) {
      ct.readSlice(z, slice);
      for (float value : slice) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    if (min >= 0 || (min > -100 && max <= 255)) {
      throw bad(
          String.format(
              Locale.ROOT,
              "the CT's values reach from %.0f to %.0f, which are not Hounsfield units",
              min,
              max));
    }
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
