package ai.pancreas.dataset;

import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.util.Objects;

/**
 * A CT at its own resolution and where the pancreas is in it, both on one grid in the order of
 * {@link ai.pancreas.volume.Orientation#LPS}.
 *
 * @param patient whose CT it is
 * @param name the case's name; of a picture its file's
 * @param kind {@code VOLUME} for a whole CT, {@code SLICES} for one slice whose spacing is unknown
 * @param truth 1 in the pancreas
 */
public record LabelledCt(String patient, String name, Kind kind, CtVolume ct, Mask truth) {
  public LabelledCt {
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    if (!ct.grid().equals(truth.grid())) {
      throw new IllegalArgumentException("CT and truth are on different grids");
    }
  }
}
