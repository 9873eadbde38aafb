package ai.pancreas.dataset;

import java.util.List;
import java.util.Objects;

/**
 * What is known about a case beside its slices.
 *
 * @param id a name of its own within a cache
 * @param patient whose case it is; several cases may have one patient, who decides the split
 * @param kind whether the slices make a volume
 * @param spacingMm millimetres between slices, rows and columns as they are in the cache; empty
 *     where that is not known
 * @param minHu the least value that the source could hold: values below it were clipped to it
 * @param maxHu the largest value that the source could hold
 * @param wholeFrame whether the slices show the whole field of view of the scanner, rather than a
 *     part that was cut out
 */
public record CaseDescription(
    String id,
    String patient,
    Kind kind,
    List<Double> spacingMm,
    int minHu,
    int maxHu,
    boolean wholeFrame) {

  /** How the slices of a case follow each other. */
  public enum Kind {
    /** All slices of a CT, from foot to head. */
    VOLUME,
    /** Some slices of a CT, in its order, with gaps of any size. */
    SLICES
  }

  public CaseDescription {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(kind, "kind");
    spacingMm = List.copyOf(spacingMm);
    if (id.isBlank() || patient.isBlank()) {
      throw new IllegalArgumentException("a case needs a name and a patient");
    }
    if (!spacingMm.isEmpty() && spacingMm.size() != 3) {
      throw new IllegalArgumentException("spacing of " + spacingMm.size() + " axes");
    }
    if (minHu >= maxHu) {
      throw new IllegalArgumentException("values from " + minHu + " to " + maxHu + " HU");
    }
  }
}
