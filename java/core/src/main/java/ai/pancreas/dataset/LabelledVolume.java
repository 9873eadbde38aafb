package ai.pancreas.dataset;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.util.List;

/**
 * A CT and where the pancreas is in it, both on one grid in the order of {@link
 * ai.pancreas.volume.Orientation#LPS}.
 *
 * @param notes what one should know about it, one line each
 */
record LabelledVolume(CtVolume ct, Mask mask, List<String> notes) {
  LabelledVolume {
    notes = List.copyOf(notes);
  }
}
