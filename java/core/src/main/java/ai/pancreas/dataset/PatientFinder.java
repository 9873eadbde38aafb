package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.dataset.PreparationReport.Dropped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds patients, a folder each, by what the folders hold: one CT, as DICOM files, a zip of them or
 * a NIfTI file, anywhere in the folder; and one mask, see {@link CaseNames#isLabel}. Where there
 * are several masks, the one that is called pancreas, mask or segmentation is taken.
 *
 * <p>A folder that holds a file {@code label} is a patient; any other has a folder for each.
 */
final class PatientFinder {
  private static final Set<String> MASK_NAMES = Set.of("mask", "segmentation");

  private final boolean masks;
  private final Monitor monitor;
  private final List<FoundPatient> patients = new ArrayList<>();
  private final List<Dropped> dropped = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int filesSeen;

  private PatientFinder(boolean masks, Monitor monitor) {
    this.masks = masks;
    this.monitor = monitor;
  }

  /** What was found, in the order of inputs and names. */
  record Found(List<FoundPatient> patients, List<Dropped> dropped) {}

  /**
   * Looks into folders.
   *
   * @param masks whether each patient needs a mask
   * @throws PancreasException {@code USAGE} if one is no folder, {@code BAD_DATA} if one cannot be
   *     read or has no folder in it
   */
  static Found find(Collection<Path> inputs, boolean masks, Monitor monitor) {
    PatientFinder finder = new PatientFinder(masks, monitor);
    inputs.forEach(CaseFinder::requireFolder);
    inputs.forEach(input -> finder.look(input.toAbsolutePath().normalize()));
    return new Found(List.copyOf(finder.patients), List.copyOf(finder.dropped));
  }

  private void look(Path input) {
    if (Files.exists(input.resolve(PatientLabels.FILE))) {
      add(input);
      return;
    }
    List<Path> folders = folders(input);
    if (folders.isEmpty()) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          input + ": no patients in it; it should hold a folder for each, with a CT and a label");
    }
    folders.forEach(this::add);
  }

  private static List<Path> folders(Path input) {
    try (Stream<Path> entries = Files.list(input)) {
      return entries
          .filter(entry -> Files.isDirectory(entry) && !isHidden(entry))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new PancreasException(ErrorCode.BAD_DATA, input + " cannot be read", e);
    }
  }

  private void add(Path folder) {
    String name = CaseNames.name(folder);
    if (!names.add(name)) {
      drop(name, folder + " is a second patient of this name; rename one");
      return;
    }
    List<Path> files = files(folder);
    List<Path> volumes = files.stream().filter(CaseNames::isVolume).toList();
    List<Path> cts = new ArrayList<>();
    if (files.stream().anyMatch(CaseFinder::isDicom)) {
      cts.add(folder);
    }
    volumes.stream().filter(Predicate.not(CaseNames::isLabel)).forEach(cts::add);
    files.stream().filter(PatientFinder::isZip).forEach(cts::add);
    if (cts.isEmpty()) {
      drop(name, "no CT was found; it may be DICOM files, a zip of them, or a NIfTI file");
    } else if (cts.size() > 1) {
      drop(name, "several CTs: " + list(cts, folder) + "; leave one");
    } else if (masks) {
      addWithMask(name, folder, cts.get(0), volumes.stream().filter(CaseNames::isLabel).toList());
    } else {
      patients.add(new FoundPatient(name, folder, cts.get(0), Optional.empty()));
    }
  }

  private void addWithMask(String name, Path folder, Path ct, List<Path> found) {
    List<Path> chosen = found;
    for (Predicate<Path> isPreferred :
        List.<Predicate<Path>>of(CaseNames::isNamedPancreas, PatientFinder::isNamedMask)) {
      List<Path> preferred = found.stream().filter(isPreferred).toList();
      chosen = chosen.size() > 1 && preferred.size() == 1 ? preferred : chosen;
    }
    if (chosen.isEmpty()) {
      drop(name, "no mask was found; add mask.nii.gz, or let --mask auto make one");
    } else if (chosen.size() > 1) {
      drop(name, "several masks: " + list(chosen, folder) + "; leave one");
    } else {
      patients.add(new FoundPatient(name, folder, ct, Optional.of(chosen.get(0))));
    }
  }

  private static boolean isNamedMask(Path file) {
    return MASK_NAMES.contains(CaseNames.stem(file));
  }

  private static String list(List<Path> files, Path folder) {
    List<String> names =
        files.stream()
            .limit(3)
            .map(file -> file.equals(folder) ? "DICOM" : folder.relativize(file).toString())
            .toList();
    return String.join(", ", names) + (files.size() > 3 ? ", ..." : "");
  }

  private void drop(String name, String reason) {
    dropped.add(new Dropped(name, reason));
  }

  private static boolean isZip(Path file) {
    if (CaseNames.isVolume(file) || CaseFinder.isDicom(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {'P', 'K', 3, 4});
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isHidden(Path path) {
    return CaseNames.name(path).startsWith(".");
  }

  private List<Path> files(Path folder) {
    Set<Path> found = new TreeSet<>();
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(file -> Files.isRegularFile(file) && !isHidden(file))
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
