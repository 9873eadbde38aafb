package ai.pancreas.dataset;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How training data are made.
 *
 * @param size rows and columns of every slice
 * @param slices slices of every volume, taken by nearest neighbour, or 0 to leave them as they are
 * @param labels the label values that are pancreas; empty takes the one label that is not 0
 * @param labelFolders where to look for labels beside the inputs
 * @param allowUneven whether a series with gaps or uneven spacing is resampled to even spacing
 *     instead of dropped
 * @param emptyLabels what happens to cases whose label is empty
 * @param pictures how slice pictures are to be understood
 * @param validation who validates
 */
public record PrepareOptions(
    int size,
    int slices,
    SortedSet<Integer> labels,
    List<Path> labelFolders,
    boolean allowUneven,
    EmptyLabels emptyLabels,
    Pictures pictures,
    Validation validation) {

  /** Rows and columns where nothing else is asked for: a tenth more than the network's 160. */
  public static final int DEFAULT_SIZE = 176;

  /** Slices of {@link #DEFAULT_SIZE}, volumes with their own slices, a fifth of the patients. */
  public static final PrepareOptions DEFAULT =
      new PrepareOptions(
          DEFAULT_SIZE,
          0,
          new TreeSet<>(),
          List.of(),
          false,
          EmptyLabels.DROP,
          new Pictures(0, 255, Spine.BOTTOM),
          new Validation.Fraction(0.2, 1));

  /** What happens to cases without any pancreas in their label. */
  public enum EmptyLabels {
    DROP,
    KEEP
  }

  /** At which side of a picture the spine is. */
  public enum Spine {
    /** The last row is the patient's back, as in DICOM. */
    BOTTOM,
    /** The first row is the patient's back: pictures are flipped. */
    TOP
  }

  /**
   * How the grey values and rows of pictures are to be understood.
   *
   * @param minHu what black is
   * @param maxHu what white is
   */
  public record Pictures(int minHu, int maxHu, Spine spine) {
    public Pictures {
      Objects.requireNonNull(spine, "spine");
      if (minHu >= maxHu || minHu < Short.MIN_VALUE || maxHu > Short.MAX_VALUE) {
        throw new IllegalArgumentException("a window from " + minHu + " to " + maxHu + " HU");
      }
    }
  }

  /** Who validates. */
  public sealed interface Validation {

    /**
     * Some patients by chance.
     *
     * @param fraction of the patients, from 0 to below 1
     */
    record Fraction(double fraction, long seed) implements Validation {
      public Fraction {
        if (!(fraction >= 0 && fraction < 1)) {
          throw new IllegalArgumentException("a fraction from 0 to below 1, not " + fraction);
        }
      }
    }

    /** These patients. */
    record Named(List<String> patients) implements Validation {
      public Named {
        patients = List.copyOf(patients);
      }
    }
  }

  public PrepareOptions {
    labels = Collections.unmodifiableSortedSet(new TreeSet<>(labels));
    labelFolders = List.copyOf(labelFolders);
    Objects.requireNonNull(emptyLabels, "emptyLabels");
    Objects.requireNonNull(pictures, "pictures");
    Objects.requireNonNull(validation, "validation");
    if (size < 16 || size > 1024) {
      throw new IllegalArgumentException("slices have 16 to 1024 rows and columns, not " + size);
    }
    if (slices < 0 || slices > 4096) {
      throw new IllegalArgumentException("volumes have at most 4096 slices, not " + slices);
    }
    if (labels.contains(0)) {
      throw new IllegalArgumentException("label 0 is the background");
    }
  }
}
