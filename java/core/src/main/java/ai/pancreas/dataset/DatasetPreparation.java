package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.Version;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.PreparationReport.Kept;
import ai.pancreas.dataset.PrepareOptions.Validation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes a {@link TrainingCache} of the cases that folders hold. */
public final class DatasetPreparation {
  private static final String REPORT_FILE = "report.json";

  private final PrepareOptions options;
  private final Monitor monitor;
  private final List<Kept> kept = new ArrayList<>();
  private final List<Dropped> dropped = new ArrayList<>();
  private final Set<String> patients = new TreeSet<>();
  private final Set<String> ids = new HashSet<>();

  private DatasetPreparation(PrepareOptions options, Monitor monitor) {
    this.options = options;
    this.monitor = monitor;
  }

  /**
   * Finds cases, checks them, and writes a cache with its split and its report. One case is in
   * memory at a time. What does not pass is dropped, with a reason.
   *
   * @param inputs folders; see the documentation for the layouts that are known
   * @param cache the folder to make; a cache that is there is replaced once the new one is complete
   *     ({@link TrainingCacheWriter#requireWritable} tells whether that may be)
   * @return what became of the cases
   * @throws PancreasException {@code USAGE} if an input or a validation patient is not there,
   *     {@code BAD_DATA} if no case is left, {@code OUTPUT} if the cache cannot be written
   * @throws java.util.concurrent.CancellationException if the monitor cancels; nothing is left
   *     behind
   */
  public static PreparationReport run(
      List<Path> inputs, Path cache, PrepareOptions options, Monitor monitor) {
    return new DatasetPreparation(options, monitor).run(inputs, cache);
  }

  private PreparationReport run(List<Path> inputs, Path cache) {
    CaseFinder.Found found = CaseFinder.find(inputs, options.labelFolders(), monitor);
    dropped.addAll(found.dropped());
    requireValidationPatients(found.cases());
    try (TrainingCacheWriter writer =
        new TrainingCacheWriter(cache, options.size(), options.size())) {
      int done = 0;
      for (FoundCase each : found.cases()) {
        monitor.throwIfCancelled();
        monitor.progress(Stage.PREPARE, done++, found.cases().size());
        prepare(each, writer);
      }
      monitor.progress(Stage.PREPARE, done, found.cases().size());
      if (kept.isEmpty()) {
        throw nothingLeft(dropped);
      }
      PreparationReport report =
          new PreparationReport(Version.current(), options.size(), options.size(), kept, dropped);
      split().write(TrainingCache.splitFile(writer.path()));
      DatasetJson.write(writer.path().resolve(REPORT_FILE), report);
      writer.commit();
      return report;
    }
  }

  private void requireValidationPatients(List<FoundCase> cases) {
    if (options.validation() instanceof Validation.Named named) {
      Split.named(
          cases.stream().map(FoundCase::patient).collect(Collectors.toSet()), named.patients());
    }
  }

  private Split split() {
    if (options.validation() instanceof Validation.Fraction by) {
      return Split.random(patients, by.fraction(), by.seed());
    }
    Validation.Named named = (Validation.Named) options.validation();
    return Split.named(patients, named.patients().stream().filter(patients::contains).toList());
  }

  private void prepare(FoundCase found, TrainingCacheWriter writer) {
    String id = unusedId(found.id());
    try {
      LoadedCase loaded = load(found, id);
      CachedCase added = writer.add(loaded.about(), loaded.slices(), loaded.source());
      ids.add(id);
      patients.add(found.patient());
      int withPancreas = (int) added.pancreasPixels().stream().filter(pixels -> pixels > 0).count();
      kept.add(new Kept(id, found.patient(), added.slices(), withPancreas, loaded.notes()));
    } catch (PancreasException e) {
      if (e.code() == ErrorCode.OUTPUT || e.code() == ErrorCode.INTERNAL) {
        throw e;
      }
      dropped.add(new Dropped(id, e.getMessage()));
    }
  }

  private LoadedCase load(FoundCase found, String id) {
    Monitor within = monitor.withoutProgress();
    if (found instanceof FoundCase.Volume volume) {
      return new VolumeLoader(options, within).load(volume, id);
    }
    return new PictureLoader(options, dropped::add, within).load((FoundCase.Pictures) found, id);
  }

  private String unusedId(String wanted) {
    String id = wanted;
    for (int i = 2; ids.contains(id); i++) {
      id = wanted + "-" + i;
    }
    return id;
  }

  /** Tells why there is nothing to write. */
  static PancreasException nothingLeft(List<Dropped> dropped) {
    String reasons =
        dropped.stream()
            .limit(3)
            .map(each -> each.name() + ": " + each.reason())
            .collect(Collectors.joining("; "));
    return new PancreasException(
        ErrorCode.BAD_DATA,
        "no case is left of "
            + dropped.size()
            + " found: "
            + reasons
            + (dropped.size() > 3 ? "; ..." : ""));
  }
}
