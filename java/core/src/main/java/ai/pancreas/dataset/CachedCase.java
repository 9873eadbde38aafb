package ai.pancreas.dataset;

import java.util.List;
import java.util.Objects;

/**
 * A case of a {@link TrainingCache}.
 *
 * @param about what is known about it
 * @param firstSlice where its slices start among all of the cache
 * @param pancreasPixels for each of its slices, how many pixels of the mask are 1
 * @param checksum CRC-32C of its bytes in the files: of each slice, those of its HU and then those
 *     of its mask
 */
public record CachedCase(
    CaseDescription about, int firstSlice, List<Integer> pancreasPixels, long checksum) {
  public CachedCase {
    Objects.requireNonNull(about, "about");
    pancreasPixels = List.copyOf(pancreasPixels);
    if (firstSlice < 0 || pancreasPixels.isEmpty()) {
      throw new IllegalArgumentException(
          pancreasPixels.size() + " slices from slice " + firstSlice + " on");
    }
  }

  /** Its name. */
  public String id() {
    return about.id();
  }

  /** Whose case it is. */
  public String patient() {
    return about.patient();
  }

  /** The number of its slices. */
  public int slices() {
    return pancreasPixels.size();
  }

  /** Whether any of its slices holds pancreas. */
  public boolean hasPancreas() {
    return pancreasPixels.stream().anyMatch(pixels -> pixels > 0);
  }
}
