package ai.pancreas.report;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The masks of two folders that belong together: those whose names are equal up to {@code .nii} or
 * {@code .nii.gz}.
 *
 * @param pairs in the order of their names
 * @param withoutTruth names of predictions that have no truth
 * @param withoutPrediction names of truths that have no prediction
 */
public record MaskPairs(
    List<Pair> pairs, List<String> withoutTruth, List<String> withoutPrediction) {

  /**
   * Two files of one case.
   *
   * @param name the files' common name without its ending
   */
  public record Pair(String name, Path prediction, Path truth) {}

  public MaskPairs {
    pairs = List.copyOf(pairs);
    withoutTruth = List.copyOf(withoutTruth);
    withoutPrediction = List.copyOf(withoutPrediction);
  }

  /**
   * Pairs the files of two folders; what lies in folders within them is not looked at.
   *
   * @throws PancreasException {@code BAD_DATA} if a folder cannot be read or holds a name twice, or
   *     if nothing belongs together
   */
  public static MaskPairs find(Path predictions, Path truths) {
    SortedMap<String, Path> predicted = masks(predictions);
    SortedMap<String, Path> known = masks(truths);
    List<Pair> pairs = new ArrayList<>();
    List<String> withoutTruth = new ArrayList<>();
    for (Map.Entry<String, Path> entry : predicted.entrySet()) {
      Path truth = known.remove(entry.getKey());
      if (truth == null) {
        withoutTruth.add(entry.getKey());
      } else {
        pairs.add(new Pair(entry.getKey(), entry.getValue(), truth));
      }
    }
    if (pairs.isEmpty()) {
      throw bad(
          "no two masks belong together: of "
              + predicted.size()
              + " predictions and "
              + known.size()
              + " truths (.nii, .nii.gz), none have the same name");
    }
    return new MaskPairs(pairs, withoutTruth, List.copyOf(known.keySet()));
  }

  private static SortedMap<String, Path> masks(Path folder) {
    SortedMap<String, Path> masks = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        String fileName = file.getFileName().toString();
        String lower = fileName.toLowerCase(Locale.ROOT);
        int ending = lower.endsWith(".nii.gz") ? 7 : lower.endsWith(".nii") ? 4 : 0;
        if (ending == 0 || !Files.isRegularFile(file)) {
          continue;
        }
        String name = fileName.substring(0, fileName.length() - ending);
        if (masks.put(name, file) != null) {
          throw bad("two files for one case in a folder: " + name + ".nii and .nii.gz; remove one");
        }
      }
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.BAD_DATA, "the folder " + folder + " cannot be read", e);
    }
    return masks;
  }

  private static PancreasException bad(String message) {
    return new PancreasException(ErrorCode.BAD_DATA, message);
  }
}
