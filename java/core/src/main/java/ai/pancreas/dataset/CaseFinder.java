package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.dataset.PreparationReport.Dropped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the cases of folders by what the folders hold.
 *
 * <ul>
 *   <li>A folder with {@code images} and {@code index.csv} holds slice pictures, see {@link
 *       PictureIndex}.
 *   <li>A folder that holds DICOM files in one place is one case. One that holds them in several
 *       has a folder for each patient; folders called {@code PANCREAS_0001} and so on are patients
 *       wherever they lie.
 *   <li>Any NIfTI file that is not a label is a case; see {@link CaseNames#isLabel}.
 * </ul>
 *
 * <p>A CT's label lies in its own folder, where that holds no other CT and only one label or one
 * called pancreas; else it is the one with the same name, see {@link CaseNames#key}.
 */
final class CaseFinder {
  private static final String INDEX = "index.csv";
  private static final String IMAGES = "images";

  /** Endings of files that are not looked into when DICOM is sought. */
  private static final Set<String> NOT_DICOM =
      Set.of("nii", "gz", "nrrd", "nhdr", "raw", "jpg", "jpeg", "png", "csv", "json", "txt", "md");

  private final List<Path> labelFolders;
  private final Monitor monitor;
  private final List<FoundCase> cases = new ArrayList<>();
  private final List<Unusable> unusable = new ArrayList<>();
  private int filesSeen;

  private CaseFinder(Collection<Path> labelFolders, Monitor monitor) {
    this.labelFolders =
        labelFolders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
    this.monitor = monitor;
  }

  /**
   * What was found.
   *
   * @param cases in the order of inputs and names
   * @param unusable what was found but cannot be a case
   */
  record Found(List<FoundCase> cases, List<Unusable> unusable) {
    List<Dropped> dropped() {
      return unusable.stream().map(Unusable::dropped).toList();
    }
  }

  /** A case, or a picture of one, that cannot be used, and whose it is. */
  record Unusable(String patient, Dropped dropped) {}

  /** A CT on the disk. */
  private record Scan(Path ct, Optional<Path> folder, String name, String key) {}

  /**
   * Looks into folders.
   *
   * @throws PancreasException {@code USAGE} if one is no folder, {@code BAD_DATA} if one cannot be
   *     read or holds nothing that could be a case
   */
  static Found find(Collection<Path> inputs, Collection<Path> labelFolders, Monitor monitor) {
    CaseFinder finder = new CaseFinder(labelFolders, monitor);
    labelFolders.forEach(CaseFinder::requireFolder);
    inputs.forEach(CaseFinder::requireFolder);
    inputs.forEach(input -> finder.look(input.toAbsolutePath().normalize()));
    return new Found(List.copyOf(finder.cases), List.copyOf(finder.unusable));
  }

  /** {@code USAGE} if a path is no folder. */
  static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new PancreasException(
          ErrorCode.USAGE,
          folder + (Files.exists(folder) ? " is a file; name its folder" : " does not exist"));
    }
  }

  private void look(Path input) {
    int before = cases.size() + unusable.size();
    List<Path> files = files(input);
    Set<Path> pictureFolders = pictureFolders(files);
    pictureFolders.forEach(
        folder -> PictureIndex.read(folder.resolve(INDEX), folder, cases::add, unusable::add));
    List<Path> others =
        files.stream().filter(file -> pictureFolders.stream().noneMatch(file::startsWith)).toList();
    volumes(input, others);
    if (cases.size() + unusable.size() == before) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          input
              + ": no cases in it; it should hold DICOM folders or NIfTI files with their labels, or"
              + " pictures in images with an index.csv beside it");
    }
  }

  private static Set<Path> pictureFolders(List<Path> files) {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path file : files) {
      if (CaseNames.name(file).equals(INDEX) && Files.isDirectory(file.resolveSibling(IMAGES))) {
        folders.add(file.getParent());
      }
    }
    return folders;
  }

  private void volumes(Path input, List<Path> files) {
    List<Path> volumes = files.stream().filter(CaseNames::isVolume).toList();
    List<Path> labels = new ArrayList<>(volumes.stream().filter(this::isLabel).toList());
    List<Path> images = volumes.stream().filter(file -> !labels.contains(file)).toList();
    List<Scan> scans = new ArrayList<>();
    for (Path folder : dicomCases(input, files)) {
      String name = CaseNames.patient(folder);
      scans.add(new Scan(folder, Optional.of(folder), name, CaseNames.key(name)));
    }
    for (Path image : images) {
      Path folder = image.getParent();
      boolean alone = images.stream().filter(other -> other.startsWith(folder)).count() == 1;
      String key = CaseNames.keyOfImage(image);
      String name = key.isEmpty() ? CaseNames.patient(folder) : key;
      scans.add(new Scan(image, alone ? Optional.of(folder) : Optional.empty(), name, key));
    }
    for (Path folder : labelFolders) {
      files(folder).stream().filter(CaseNames::isVolume).forEach(labels::add);
    }
    Map<String, List<Path>> byKey = new LinkedHashMap<>();
    for (Path label : new LinkedHashSet<>(labels)) {
      byKey
          .computeIfAbsent(CaseNames.key(CaseNames.stem(label)), key -> new ArrayList<>())
          .add(label);
    }
    for (Scan scan : scans) {
      add(scan, labels, byKey);
    }
  }

  private boolean isLabel(Path volume) {
    return CaseNames.isLabel(volume) || labelFolders.stream().anyMatch(volume::startsWith);
  }

  private void add(Scan scan, List<Path> labels, Map<String, List<Path>> byKey) {
    List<Path> own =
        scan.folder()
            .map(folder -> labels.stream().filter(label -> label.startsWith(folder)).toList())
            .orElse(List.of());
    List<Path> named = own.stream().filter(CaseNames::isNamedPancreas).toList();
    List<Path> candidates = named.size() == 1 ? named : own;
    if (candidates.isEmpty() && !scan.key().isEmpty()) {
      candidates = byKey.getOrDefault(scan.key(), List.of());
    }
    if (candidates.isEmpty()) {
      drop(scan, "no label was found; put it into the case's folder, or name a folder by --labels");
    } else if (candidates.size() > 1) {
      drop(
          scan,
          candidates.size()
              + " labels fit: "
              + String.join(", ", candidates.stream().limit(3).map(CaseNames::name).toList())
              + (candidates.size() > 3 ? ", ..." : "")
              + "; leave one");
    } else {
      cases.add(new FoundCase.Volume(scan.name(), scan.name(), scan.ct(), candidates.get(0)));
    }
  }

  private void drop(Scan scan, String reason) {
    unusable.add(new Unusable(scan.name(), new Dropped(scan.name(), reason)));
  }

  /** The folders that are one case each. */
  private static Set<Path> dicomCases(Path input, List<Path> files) {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path file : files) {
      if (!folders.contains(file.getParent()) && isDicom(file)) {
        folders.add(file.getParent());
      }
    }
    Set<Path> cases = new LinkedHashSet<>();
    for (Path folder : folders) {
      cases.add(dicomCase(input, folder, folders.size() == 1));
    }
    return cases;
  }

  private static Path dicomCase(Path input, Path folder, boolean alone) {
    for (Path at = folder; at != null && at.startsWith(input); at = at.getParent()) {
      if (CaseNames.isCt82(at)) {
        return at;
      }
    }
    return alone || folder.equals(input)
        ? input
        : input.resolve(input.relativize(folder).getName(0));
  }

  /** Whether a file is called DICOM, or begins as such a file does. */
  static boolean isDicom(Path file) {
    String name = CaseNames.name(file).toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    if (ending.equals("dcm")) {
      return true;
    }
    if (NOT_DICOM.contains(ending)) {
      return false;
    }
    // DICOM PS3.10, 7.1: a preamble of 128 bytes, then DICM.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(132);
      return start.length == 132
          && Arrays.equals(start, 128, 132, "DICM".getBytes(StandardCharsets.US_ASCII), 0, 4);
    } catch (IOException e) {
      return false;
    }
  }

  private List<Path> files(Path folder) {
    Set<Path> found = new TreeSet<>();
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(Files::isRegularFile)
          .forEach(
              file -> {
                monitor.throwIfCancelled();
                monitor.progress(Stage.SCAN, ++filesSeen, 0);
                found.add(file);
              });
    } catch (IOException | UncheckedIOException e) {
      throw new PancreasException(ErrorCode.BAD_DATA, folder + " cannot be read", e);
    }
    return List.copyOf(found);
  }
}
