package ai.pancreas.dicom;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.VolumeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

/** Reads a CT series from DICOM files, on all processors. */
public final class DicomReader {
  private static final int FRAMES_OF_A_RUN = 8;

  private final DicomReadOptions options;
  private final Monitor monitor;
  private final FrameDecoder decoder;

  private DicomReader(DicomReadOptions options, Monitor monitor, FrameDecoder decoder) {
    this.options = options;
    this.monitor = monitor;
    this.decoder = decoder;
  }

  /**
   * Reads a CT series.
   *
   * <p>The volume keeps DICOM's order: x counts columns, y rows, and z slices along the normal of
   * their plane, which is the direction of the rows times that of the columns. Numbers are HU as
   * stored and rescaled; pixel padding is left as it is. Peak memory is the volume at two bytes a
   * voxel and one frame a processor; unevenly spaced slices that are resampled need up to twice the
   * volume. Java's G1 collector rounds a slice of 512 x 512 up to 1 MB where that is the size of
   * its regions; {@code -XX:G1HeapRegionSize=4m} avoids it.
   *
   * @param input a folder (searched recursively, files are known by their content), a zip of one,
   *     or a DICOM file
   * @throws PancreasException NO_CT_SERIES if there is none, AMBIGUOUS_INPUT if there are several
   *     and none was chosen, BAD_DATA if files are damaged or not supported or do not make an even
   *     stack, DEVICE if the volume does not fit into memory, USAGE if the input does not exist
   * @throws CancellationException if the monitor asks for it
   */
  public static CtVolume read(Path input, DicomReadOptions options, Monitor monitor) {
    return new DicomReader(options, monitor, FrameDecoder.withInstalledCodecs()).read(input);
  }

  private CtVolume read(Path input) {
    try (DicomInput files = DicomInput.open(input)) {
      InputScan scan = InputScan.of(files, monitor);
      CtSeries series = scan.choose(options.seriesUid());
      for (TransferSyntax syntax : series.syntaxes()) {
        decoder
            .obstacle(syntax)
            .ifPresent(
                obstacle -> {
                  throw new PancreasException(ErrorCode.BAD_DATA, files.name() + ": " + obstacle);
                });
      }
      return read(series);
    } catch (DicomFormatException e) {
      throw Damage.exception(input.toString(), e);
    }
  }

  private CtVolume read(CtSeries series) throws DicomFormatException {
    SeriesGeometry geometry = SeriesGeometry.of(series.slices());
    List<String> warnings = new ArrayList<>(series.warnings());
    warnings.addAll(geometry.warnings());
    boolean uneven = geometry.unevenness().isPresent();
    if (uneven && !options.allowUneven()) {
      throw new DicomFormatException(
          geometry.unevenness().get()
              + "; add missing slices or resample to even spacing with --allow-uneven");
    }
    Grid grid = uneven ? geometry.evenGrid() : geometry.grid();
    List<HuSlice> slices = load(geometry, grid, uneven);
    if (uneven) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s; %d slices were resampled to %d, %.2f mm apart",
              geometry.unevenness().get(),
              geometry.slices().size(),
              grid.nz(),
              geometry.typicalStepMm()));
    }
    return new CtVolume(grid, slices, new VolumeSource(VolumeSource.Format.DICOM, warnings));
  }

  private List<HuSlice> load(SeriesGeometry geometry, Grid grid, boolean uneven) {
    int held = geometry.slices().size() + (uneven ? grid.nz() : 0);
    long needed = (long) Short.BYTES * grid.sliceSize() * held;
    if (needed > Runtime.getRuntime().maxMemory()) {
      throw outOfMemory(grid, needed, null);
    }
    try {
      List<HuSlice> slices = readSlices(geometry.slices());
      return uneven
          ? EvenSpacing.resample(slices, geometry.offsetsMm(), geometry.typicalStepMm(), grid.nz())
          : slices;
    } catch (OutOfMemoryError e) {
      throw outOfMemory(grid, needed, e);
    }
  }

  private static PancreasException outOfMemory(Grid grid, long needed, OutOfMemoryError cause) {
    return new PancreasException(
        ErrorCode.DEVICE,
        String.format(
            Locale.ROOT,
            "a CT of %s needs %d MB, and Java may use %d MB in all: raise -Xmx",
            grid.describe(),
            needed >> 20,
            Runtime.getRuntime().maxMemory() >> 20),
        cause);
  }

  /** Consecutive frames of one file, and where their slices go. */
  private record Run(CtImage image, List<CtFrame> frames, List<Integer> targets) {}

  private static List<Run> runs(List<CtSlice> ordered) {
    Map<CtFrame, Integer> targets = new IdentityHashMap<>();
    Set<CtImage> images = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      targets.put(ordered.get(i).frame(), i);
    }
    for (CtSlice slice : ordered) {
      CtImage image = slice.image();
      if (images.add(image)) {
        List<CtFrame> frames = image.frames();
        int length = image.isSeekable() ? FRAMES_OF_A_RUN : frames.size();
        for (int start = 0; start < frames.size(); start += length) {
          List<CtFrame> part = frames.subList(start, Math.min(frames.size(), start + length));
          runs.add(new Run(image, part, part.stream().map(targets::get).toList()));
        }
      }
    }
    return runs;
  }

  private List<HuSlice> readSlices(List<CtSlice> ordered) {
    List<Run> runs = runs(ordered);
    HuSlice[] slices = new HuSlice[ordered.size()];
    AtomicLong done = new AtomicLong();
    ParallelFor.run(
        runs.size(),
        Runtime.getRuntime().availableProcessors(),
        () ->
            i -> {
              Run run = runs.get(i);
              try {
                readRun(run, slices, done);
              } catch (IOException e) {
                throw Damage.exception(run.image.source().name(), e);
              }
            });
    return new ArrayList<>(Arrays.asList(slices));
  }

  private void readRun(Run run, HuSlice[] slices, AtomicLong done) throws IOException {
    try (ByteReader in = run.image.open()) {
      for (int i = 0; i < run.frames.size(); i++) {
        monitor.throwIfCancelled();
        CtFrame frame = run.frames.get(i);
        slices[run.targets.get(i)] = decoder.decode(run.image, frame, readBytes(in, frame));
        monitor.progress(Stage.READ, done.incrementAndGet(), slices.length);
      }
    }
  }

  private static byte[] readBytes(ByteReader in, CtFrame frame) throws IOException {
    // The locator has bounded the length by the size of the image.
    long length = frame.bytes().stream().mapToLong(PixelData.Fragment::length).sum();
    byte[] bytes = new byte[Math.toIntExact(length)];
    int count = 0;
    for (PixelData.Fragment fragment : frame.bytes()) {
      in.skip(fragment.offset() - in.position());
      in.readFully(bytes, count, (int) fragment.length());
      count += (int) fragment.length();
    }
    return bytes;
  }
}
