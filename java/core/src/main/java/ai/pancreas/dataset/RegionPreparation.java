package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.Version;
import ai.pancreas.classify.CorrectedRegion;
import ai.pancreas.classify.MaskStatistics;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.RegionOptions.MaskSource;
import ai.pancreas.dataset.RegionReport.Kept;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes a {@link RegionCache} of the patients that folders hold. */
public final class RegionPreparation {
  private static final String REPORT_FILE = "report.json";

  /** What is wrong with more than one patient. */
  private static final Set<ErrorCode> FATAL =
      Set.of(ErrorCode.OUTPUT, ErrorCode.INTERNAL, ErrorCode.MODEL);

  private final RegionOptions options;
  private final PatientLabels labels;
  private final CorrectedRegion extractor;
  private final PatientReader reader;
  private final Monitor monitor;
  private final List<Kept> kept = new ArrayList<>();
  private final List<Dropped> dropped = new ArrayList<>();

  private RegionPreparation(RegionOptions options, PatientLabels labels, Monitor monitor) {
    int size = options.size();
    this.options = options;
    this.labels = labels;
    this.extractor =
        new CorrectedRegion(
            options.preprocessing(),
            new Size3(size, size, size),
            Kernels.best(),
            options.threads());
    this.reader = new PatientReader(options, monitor.withoutProgress());
    this.monitor = monitor;
  }

  /**
   * Finds patients, checks them, and writes a cache with its report. One patient is in memory at a
   * time. Who does not pass is dropped, with a reason.
   *
   * @param inputs folders that have a folder for each patient, or are one; see the documentation
   * @param cache the folder to make; a cache that is there is replaced once the new one is complete
   *     ({@link RegionCacheWriter#requireWritable} tells whether that may be)
   * @return what became of the patients
   * @throws PancreasException {@code USAGE} if an input or the labels are not there, {@code
   *     BAD_DATA} if no patient is left, {@code MODEL} if the segmentation's model does not work,
   *     {@code OUTPUT} if the cache cannot be written
   * @throws java.util.concurrent.CancellationException if the monitor cancels; nothing is left
   *     behind
   */
  public static RegionReport run(
      List<Path> inputs, Path cache, RegionOptions options, Monitor monitor) {
    PatientLabels labels =
        options.labels().map(PatientLabels::ofCsv).orElseGet(PatientLabels::inFolders);
    boolean needsMasks = options.masks() instanceof MaskSource.Files;
    PatientFinder.Found found = PatientFinder.find(inputs, needsMasks, monitor);
    return new RegionPreparation(options, labels, monitor).run(found, cache);
  }

  private RegionReport run(PatientFinder.Found found, Path cache) {
    dropped.addAll(found.dropped());
    try (RegionCacheWriter writer =
        new RegionCacheWriter(
            cache,
            options.size(),
            extractor.enlargedSize().z(),
            options.preprocessing(),
            options.masks().name())) {
      int done = 0;
      for (FoundPatient each : found.patients()) {
        monitor.throwIfCancelled();
        monitor.progress(Stage.PREPARE, done++, found.patients().size());
        prepare(each, writer);
      }
      monitor.progress(Stage.PREPARE, done, found.patients().size());
      if (kept.isEmpty()) {
        throw DatasetPreparation.nothingLeft(dropped);
      }
      RegionReport report =
          new RegionReport(
              Version.current(), options.size(), options.masks().name(), kept, dropped);
      DatasetJson.write(writer.path().resolve(REPORT_FILE), report);
      writer.commit();
      return report;
    }
  }

  private void prepare(FoundPatient patient, RegionCacheWriter writer) {
    try {
      int label = labels.of(patient);
      PatientReader.Scan scan = reader.read(patient);
      MaskStatistics statistics = MaskStatistics.of(scan.ct(), scan.mask());
      FloatBuffer region =
          extractor.extractEnlarged(scan.ct(), scan.mask(), monitor.withoutProgress());
      writer.add(patient.name(), label, statistics.volumeMl(), statistics.meanHu(), region);
      List<String> notes = new ArrayList<>(scan.notes());
      if (statistics.touchesBorder()) {
        notes.add("the mask touches the CT's border; a part of the pancreas may be missing");
      }
      kept.add(new Kept(patient.name(), label, statistics.volumeMl(), statistics.meanHu(), notes));
    } catch (PancreasException e) {
      if (FATAL.contains(e.code())) {
        throw e;
      }
      dropped.add(new Dropped(patient.name(), e.getMessage()));
    }
  }
}
