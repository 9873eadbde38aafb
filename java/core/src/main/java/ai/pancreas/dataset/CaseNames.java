package ai.pancreas.dataset;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of files and folders say about cases. */
final class CaseNames {

  /** CT-82 as TCIA gives it: a folder a patient, and label0001.nii.gz for PANCREAS_0001. */
  private static final Pattern CT82 = Pattern.compile("PANCREAS_(\\d{4})");

  private static final Pattern VOLUME_ENDING =
      Pattern.compile("\\.(nii|nii\\.gz|nrrd|nhdr)$", Pattern.CASE_INSENSITIVE);
  private static final Pattern LABEL =
      Pattern.compile("label|mask|seg|truth", Pattern.CASE_INSENSITIVE);
  private static final Pattern LABEL_FOLDER =
      Pattern.compile("(labels?|masks?|segmentations?|truths?)(Tr|Ts)?", Pattern.CASE_INSENSITIVE);

  /** How nnU-Net ends the names of a CT's only channel. */
  private static final Pattern CHANNEL = Pattern.compile("_0000$");

  private static final Pattern ROLE =
      Pattern.compile(
          "(?<![a-z])(labels?|masks?|segmentations?|seg|truth|images?|img|ct|pancreas)(?![a-z])",
          Pattern.CASE_INSENSITIVE);

  private CaseNames() {}

  /** Whether a file is a volume, by its ending. */
  static boolean isVolume(Path file) {
    return VOLUME_ENDING.matcher(name(file)).find();
  }

  /**
   * Whether a volume is a label: its name has label, mask, seg or truth in it, or its folder is
   * called labels, masks, segmentations or truths, or it is called pancreas, or is a NRRD file.
   */
  static boolean isLabel(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return LABEL.matcher(stem(file)).find()
        || LABEL_FOLDER.matcher(name(folder)).matches()
        || isNamedPancreas(file)
        || !name(file).toLowerCase(Locale.ROOT).matches(".*\\.nii(\\.gz)?");
  }

  /** Whether a file is called pancreas, as one label of many is. */
  static boolean isNamedPancreas(Path file) {
    return stem(file).equalsIgnoreCase("pancreas");
  }

  /**
   * A name without the words that only tell a CT from its label: {@code label0001}, {@code
   * PANCREAS_0001} and {@code 0001_seg} all give {@code 0001}.
   *
   * @return empty where nothing is left
   */
  static String key(String stem) {
    String key = ROLE.matcher(stem).replaceAll("");
    return key.replaceAll("^[ _.-]+|[ _.-]+$", "");
  }

  /** The key of a CT, which in folders called images may end with the number of a channel. */
  static String keyOfImage(Path image) {
    String stem = stem(image);
    return key(
        name(image.toAbsolutePath().getParent()).startsWith("images")
            ? CHANNEL.matcher(stem).replaceFirst("")
            : stem);
  }

  /** A file's name without the ending of a volume. */
  static String stem(Path file) {
    return VOLUME_ENDING.matcher(name(file)).replaceFirst("");
  }

  /** The last part of a path. */
  static String name(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  /** Whether a folder is one of CT-82's patients. */
  static boolean isCt82(Path folder) {
    return CT82.matcher(name(folder)).matches();
  }

  /** A patient's name from that of its folder; of CT-82's, the number. */
  static String patient(Path folder) {
    Matcher ct82 = CT82.matcher(name(folder));
    return ct82.matches() ? ct82.group(1) : name(folder);
  }
}
