package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.dataset.FoundCase.Picture;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.PrepareOptions.EmptyLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Loads the pictures of a patient and brings them to their final size. */
final class PictureLoader {
  private final PrepareOptions options;
  private final Consumer<Dropped> dropped;
  private final Monitor monitor;
  private final PictureReader reader;

  /**
   * A loader.
   *
   * @param dropped receives single pictures that cannot be read
   */
  PictureLoader(PrepareOptions options, Consumer<Dropped> dropped, Monitor monitor) {
    this.options = options;
    this.dropped = dropped;
    this.monitor = monitor;
    this.reader = new PictureReader(options.pictures());
  }

  /**
   * Loads a case: slices at their final size, about 90 kB each.
   *
   * @param id the name that the case gets
   * @throws PancreasException {@code BAD_DATA} if nothing of it is left
   */
  LoadedCase load(FoundCase.Pictures found, String id) {
    List<LabelledSlice> slices = new ArrayList<>();
    boolean masked = false;
    boolean pancreas = false;
    for (Picture picture : found.pictures()) {
      monitor.throwIfCancelled();
      try {
        LabelledSlice slice = resampled(reader.read(picture));
        slices.add(slice);
        masked |= picture.mask().isPresent();
        for (byte value : slice.mask()) {
          pancreas |= value != 0;
        }
      } catch (PancreasException e) {
        dropped.accept(new Dropped(CaseNames.name(picture.image()), e.getMessage()));
      }
    }
    if (slices.isEmpty()) {
      throw bad("none of its pictures can be used");
    }
    if (masked && !pancreas && options.emptyLabels() == EmptyLabels.DROP) {
      throw bad("its masks hold no pancreas; --keep-empty keeps such cases");
    }
    CaseDescription about =
        new CaseDescription(
            id,
            found.patient(),
            Kind.SLICES,
            List.of(),
            options.pictures().minHu(),
            options.pictures().maxHu(),
            found.cropped() == 0);
    return new LoadedCase(
        about, slices.size(), slices::get, masked ? List.of() : List.of("no masks: no pancreas"));
  }

  private LabelledSlice resampled(PictureSlice slice) {
    return new SliceResampler(slice.rows(), slice.columns(), options.size())
        .resample(slice.hu(), slice.mask());
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
