package ai.pancreas.dataset;

import ai.pancreas.Monitor;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How regions for training a classification network are made.
 *
 * @param size slices, rows and columns of the network's input
 * @param preprocessing what the network sees in use
 * @param masks where the masks come from
 * @param labels a CSV file of labels; empty where each patient's folder holds one
 * @param allowUneven whether a series with gaps or uneven spacing is resampled to even spacing
 *     instead of dropped
 * @param threads threads to use for one patient
 */
public record RegionOptions(
    int size,
    Corrected preprocessing,
    MaskSource masks,
    Optional<Path> labels,
    boolean allowUneven,
    int threads) {

  /** The network's input where nothing else is asked for. */
  public static final int DEFAULT_SIZE = 96;

  /** Where masks of the pancreas come from. */
  public sealed interface MaskSource {

    /** For people, such as {@code files}. */
    String name();

    /**
     * A file in each patient's folder.
     *
     * @param label the value that is pancreas; empty takes the one that is not 0
     */
    record Files(OptionalInt label, MaskMode mode) implements MaskSource {
      public Files {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(mode, "mode");
        if (label.isPresent() && label.getAsInt() < 1) {
          throw new IllegalArgumentException(
              "a mask's label is 1 or more, not " + label.getAsInt());
        }
      }

      @Override
      public String name() {
        return "files";
      }
    }

    /**
     * A segmentation of each CT.
     *
     * @param name of the model
     */
    record Segmented(String name, Segmentation segmentation) implements MaskSource {
      public Segmented {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(segmentation, "segmentation");
      }
    }
  }

  /** Finds the pancreas in a CT. */
  @FunctionalInterface
  public interface Segmentation {

    /**
     * Segments a CT.
     *
     * @return a mask on the CT's grid
     * @throws ai.pancreas.PancreasException if that is not possible
     */
    Mask of(CtVolume ct, Monitor monitor);
  }

  public RegionOptions {
    RegionIndex.requireSize(size);
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(masks, "masks");
    Objects.requireNonNull(labels, "labels");
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
  }
}
