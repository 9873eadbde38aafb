package ai.pancreas.dataset;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A case that passed its checks, ready to be written.
 *
 * @param slices how many
 * @param source gives each slice at its final size
 * @param notes what one should know about it, one line each
 */
record LoadedCase(
    CaseDescription about, int slices, IntFunction<LabelledSlice> source, List<String> notes) {
  LoadedCase {
    notes = List.copyOf(notes);
  }
}
