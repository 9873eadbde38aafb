package ai.pancreas.train;

import ai.pancreas.model.ModelId;
import java.util.List;

/**
 * What a trained model says of itself.
 *
 * @param id the name by which users ask for it: lower-case letters, digits, '.', '_' and '-'
 * @param title one line for people
 * @param licence an SPDX name where there is one, such as CC-BY-4.0; {@link
 *     ai.pancreas.model.ModelDescription#NO_LICENCE} takes that of the initial model
 * @param credits whose data and work are in it, one line each
 */
public record ModelLabel(String id, String title, String licence, List<String> credits) {
  public ModelLabel {
    credits = List.copyOf(credits);
    ModelId.check(id);
    if (title.isBlank() || licence.isBlank()) {
      throw new IllegalArgumentException("a model needs a title and a licence");
    }
  }
}
