package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.dataset.CaseFinder.Unusable;
import ai.pancreas.dataset.FoundCase.Pictures;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.PrepareOptions.EmptyLabels;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VolumeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The labelled cases of folders at their own resolution: the same folders as those that {@link
 * DatasetPreparation} takes. A picture is a CT of one slice; pictures that were cut out of a frame
 * are left out, cases without pancreas are not. Immutable.
 */
public final class LabelledCts {
  private final List<FoundCase> cases;
  private final List<Unusable> unusable;
  private final LabelOptions options;

  private LabelledCts(List<FoundCase> cases, List<Unusable> unusable, LabelOptions options) {
    this.cases = List.copyOf(cases);
    this.unusable = List.copyOf(unusable);
    this.options = options;
  }

  /**
   * Looks into folders.
   *
   * @throws PancreasException {@code USAGE} if one is no folder, {@code BAD_DATA} if one cannot be
   *     read or holds nothing that could be a case, or if none of the cases can be used
   */
  public static LabelledCts find(List<Path> inputs, LabelOptions options, Monitor monitor) {
    CaseFinder.Found found = CaseFinder.find(inputs, options.labelFolders(), monitor);
    return usable(new LabelledCts(found.cases(), found.unusable(), options));
  }

  /**
   * The cases of some patients.
   *
   * @throws PancreasException {@code USAGE} if someone has no case, or only pictures that were cut
   *     out of a frame; {@code BAD_DATA} if none of the cases can be used
   */
  public LabelledCts ofPatients(Collection<String> patients) {
    Set<String> wanted = new TreeSet<>(patients);
    Set<String> unknown = new TreeSet<>(wanted);
    wholeFrames().forEach(each -> unknown.remove(each.patient()));
    unusable.forEach(each -> unknown.remove(each.patient()));
    if (!unknown.isEmpty()) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "no patient with whole frames is called "
              + unknown.stream().limit(5).collect(Collectors.joining(", "))
              + (unknown.size() > 5 ? ", ..." : "")
              + "; check the names of patients and the inputs");
    }
    return usable(
        new LabelledCts(
            cases.stream().filter(each -> wanted.contains(each.patient())).toList(),
            unusable.stream().filter(each -> wanted.contains(each.patient())).toList(),
            options));
  }

  private static LabelledCts usable(LabelledCts cts) {
    if (cts.wholeFrames().isEmpty()) {
      throw nothingLeft(cts.unusable.stream().map(Unusable::dropped).toList());
    }
    return cts;
  }

  /** How many pictures are left out because they were cut out of a frame. */
  public int cutOut() {
    return cases.stream()
        .filter(each -> !isWholeFrame(each))
        .mapToInt(each -> ((Pictures) each).pictures().size())
        .sum();
  }

  private List<FoundCase> wholeFrames() {
    return cases.stream().filter(LabelledCts::isWholeFrame).toList();
  }

  private static boolean isWholeFrame(FoundCase found) {
    return !(found instanceof Pictures pictures) || pictures.cropped() == 0;
  }

  /**
   * Reads one case after the other; one is in memory at a time.
   *
   * @param consumer receives CTs in the order of inputs and names, those of a patient's pictures in
   *     their order
   * @param monitor hears of finished cases
   * @return what was found and could not be used
   * @throws PancreasException {@code BAD_DATA} if none could be used
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public List<Dropped> forEach(Consumer<LabelledCt> consumer, Monitor monitor) {
    List<Dropped> unused = new ArrayList<>(unusable.stream().map(Unusable::dropped).toList());
    List<FoundCase> wholeFrames = wholeFrames();
    int done = 0;
    boolean any = false;
    for (FoundCase each : wholeFrames) {
      monitor.progress(Stage.EVALUATE, done++, wholeFrames.size());
      for (Source source : sources(each, monitor)) {
        monitor.throwIfCancelled();
        Optional<LabelledCt> ct = read(source, unused);
        ct.ifPresent(consumer);
        any |= ct.isPresent();
      }
    }
    monitor.progress(Stage.EVALUATE, done, wholeFrames.size());
    if (!any) {
      throw nothingLeft(unused);
    }
    return List.copyOf(unused);
  }

  /** What gives one CT. */
  private record Source(String name, Supplier<LabelledCt> read) {}

  private List<Source> sources(FoundCase found, Monitor monitor) {
    if (found instanceof FoundCase.Volume volume) {
      VolumeReader reader =
          new VolumeReader(options.labels(), false, EmptyLabels.KEEP, monitor.withoutProgress());
      return List.of(new Source(volume.id(), () -> ct(volume, reader.read(volume))));
    }
    PictureReader reader = new PictureReader(options.pictures());
    return ((Pictures) found)
        .pictures().stream()
            .map(
                picture -> {
                  String name = CaseNames.name(picture.image());
                  return new Source(name, () -> ct(found.patient(), name, reader.read(picture)));
                })
            .toList();
  }

  private static Optional<LabelledCt> read(Source source, List<Dropped> unused) {
    try {
      return Optional.of(source.read().get());
    } catch (PancreasException e) {
      if (e.code() == ErrorCode.INTERNAL) {
        throw e;
      }
      unused.add(new Dropped(source.name(), e.getMessage()));
      return Optional.empty();
    }
  }

  private static LabelledCt ct(FoundCase.Volume found, LabelledVolume volume) {
    return new LabelledCt(found.patient(), found.id(), Kind.VOLUME, volume.ct(), volume.mask());
  }

  private static LabelledCt ct(String patient, String name, PictureSlice slice) {
    Grid grid = Grid.axial(slice.columns(), slice.rows(), 1, 1, 1, 1);
    return new LabelledCt(
        patient,
        name,
        Kind.SLICES,
        new CtVolume(grid, List.of(HuSlice.ofFloats(slice.hu())), VolumeSource.SYNTHETIC),
        new Mask(grid, List.of(slice.mask())));
  }

  private static PancreasException nothingLeft(List<Dropped> unused) {
    String reasons =
        unused.stream()
            .limit(3)
            .map(each -> each.name() + ": " + each.reason())
            .collect(Collectors.joining("; "));
    return new PancreasException(
        ErrorCode.BAD_DATA,
        unused.isEmpty()
            ? "all pictures were cut out of a frame; whole frames are needed"
            : "no case can be used: " + reasons + (unused.size() > 3 ? "; ..." : ""));
  }
}
