package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.classify.CorrectedRegion;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.classify.MaskStatistics;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.RegionOptions.MaskSource;
import ai.pancreas.dataset.RegionReport.Kept;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.phantom.PhantomWriter;
import ai.pancreas.phantom.SeriesLayout;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionPreparationTest {
  private static final int SIZE = 32;
  private static final Corrected PREPROCESSING = new Corrected(0.9);
  private static final MaskSource FILES =
      new MaskSource.Files(OptionalInt.empty(), MaskMode.GEOMETRY);

  /** The same patient, 64 x 64 x 24 voxels of 6 x 6 x 8 mm, axial. */
  private static PhantomCase healthy;

  private static PhantomCase ill;

  @TempDir private Path folder;
  private Path input;
  private Path cache;

  @BeforeAll
  static void makePhantoms() {
    PhantomOptions options =
        PhantomOptions.of(1, 64, 64, 24, Orientation.LPS).withSpacingMm(6, 6, 8);
    healthy = Phantom.generate(options, Monitor.NONE);
    ill = Phantom.generate(options.withLesion(), Monitor.NONE);
  }

  @BeforeEach
  void makeInput() throws IOException {
    input = Files.createDirectory(folder.resolve("input"));
    cache = folder.resolve("cache");
  }

  @Test
  void aCohortBecomesTheRegionsOfItsPatients() {
    patient("a", healthy, "0\n");
    patient("b", ill, "1");

    RegionReport report = run(FILES);

    assertEquals(List.of(), report.dropped());
    assertEquals(1, report.count(0));
    assertEquals(1, report.count(1));
    RegionCache read = RegionCache.open(cache);
    assertEquals(SIZE, read.size());
    assertEquals(38, read.enlargedSize());
    assertEquals(PREPROCESSING, read.preprocessing());
    assertEquals("files", read.masks());
    assertHolds(read, "a", 0, healthy);
    assertHolds(read, "b", 1, ill);
    assertTrue(Files.exists(cache.resolve("report.json")));
  }

  @Test
  void aFolderWithALabelIsOnePatient() {
    patient("a", ill, "1");

    RegionReport report =
        RegionPreparation.run(List.of(input.resolve("a")), cache, options(FILES), Monitor.NONE);

    assertEquals("a", report.kept().get(0).patient());
    assertHolds(RegionCache.open(cache), "a", 1, ill);
  }

  @Test
  void ctsAndMasksMayBeOfAllKinds() throws IOException {
    Path zipped = patient("zip", healthy, "0");
    zip(zipped.resolve("ct"), zipped.resolve("export"));
    Path nifti = make(input.resolve("nifti"));
    NiftiWriter.writeCt(
        nifti.resolve("image.nii.gz"), healthy.ct(), NiftiLayout.of(healthy.ct()), "test");
    DatasetPreparationTest.nrrd(nifti.resolve("segmentation.nrrd"), healthy.pancreas());
    Files.writeString(nifti.resolve("label"), "0");
    Path turned = patient("turned", healthy, "0");
    mask(
        turned.resolve("mask.nii.gz"),
        healthy
            .pancreas()
            .reoriented(Reorientation.between(Orientation.LPS, Orientation.parse("AIR"))));
    Path many = patient("many", healthy, "0");
    mask(many.resolve("liver-mask.nii.gz"), ill.pancreas());

    RegionReport report = run(FILES);

    assertEquals(List.of(), report.dropped());
    RegionCache read = RegionCache.open(cache);
    for (String name : List.of("zip", "nifti", "turned", "many")) {
      assertHolds(read, name, 0, healthy);
    }
  }

  @Test
  void labelsMayComeFromATable() throws IOException {
    patient("a", healthy, "1");
    patient("b", ill, "0");
    patient("c", ill, "0");
    patient("d", ill, "0");
    Path csv = folder.resolve("labels.csv");
    Files.writeString(csv, "\uFEFFage,patient,label\r\n51, a ,0\r\n62,b,1\r\n\r\n70,d,unknown\r\n");

    RegionReport report = run(withLabels(csv));

    assertEquals(
        List.of(0, 1), report.kept().stream().map(Kept::label).toList(), "the table's labels");
    assertReason(report, "c", "its label is missing in " + csv);
    assertReason(report, "d", "neither 0 nor 1");

    Files.writeString(csv, "patient,label\na,0\na,1\n");
    assertFails(ErrorCode.BAD_DATA, "twice", withLabels(csv));
    Files.writeString(csv, "patient,label\na,0,1\n");
    assertFails(ErrorCode.BAD_DATA, "row 1 has 3 cells", withLabels(csv));
    Files.writeString(csv, "a,0\n");
    assertFails(ErrorCode.BAD_DATA, "columns patient and label", withLabels(csv));
    assertFails(ErrorCode.USAGE, "does not exist", withLabels(folder.resolve("none.csv")));
  }

  @Test
  void eachPatientThatCannotBeUsedIsToldWhy() throws IOException {
    patient("good", healthy, "0");
    Files.delete(patient("no-label", healthy, "0").resolve("label"));
    patient("two", healthy, "2");
    patient("blank", healthy, "");
    patient("essay", healthy, "1".repeat(1000));
    Files.delete(patient("no-mask", healthy, "0").resolve("mask.nii.gz"));
    mask(patient("empty-mask", healthy, "0").resolve("mask.nii.gz"), empty());
    mask(patient("elsewhere", healthy, "0").resolve("mask.nii.gz"), elsewhere());
    Path many = patient("many-masks", healthy, "0");
    mask(many.resolve("segmentation.nii.gz"), healthy.pancreas());
    Path two = patient("two-cts", healthy, "0");
    NiftiWriter.writeCt(
        two.resolve("image.nii.gz"), healthy.ct(), NiftiLayout.of(healthy.ct()), "test");
    Files.writeString(make(input.resolve("no-ct")).resolve("label"), "0");
    Path damaged = make(input.resolve("damaged"));
    Files.writeString(damaged.resolve("label"), "0");
    Files.writeString(damaged.resolve("image.nii"), "no volume");
    mask(damaged.resolve("mask.nii.gz"), healthy.pancreas());

    RegionReport report = run(FILES);

    assertEquals(List.of("good"), report.kept().stream().map(Kept::patient).toList());
    assertReason(report, "no-label", "its label is missing");
    assertReason(report, "two", "neither 0 nor 1");
    assertReason(report, "blank", "neither 0 nor 1");
    assertReason(report, "essay", "neither 0 nor 1");
    assertReason(report, "no-mask", "no mask was found");
    assertReason(report, "empty-mask", "empty");
    assertReason(report, "elsewhere", "do not overlap");
    assertReason(report, "many-masks", "several masks: mask.nii.gz, segmentation.nii.gz");
    assertReason(report, "two-cts", "several CTs: DICOM, image.nii.gz");
    assertReason(report, "no-ct", "no CT was found");
    assertReason(report, "damaged", "image.nii");
    assertEquals(11, report.dropped().size());
    for (Dropped each : report.dropped()) {
      assertEquals(1, each.reason().lines().count(), each.reason());
    }
  }

  @Test
  void aMaskOfManyLabelsNeedsAChoice() throws IOException {
    Path patient = patient("a", healthy, "0");
    byte[] bytes = labels(7, 3);
    Files.delete(patient.resolve("mask.nii.gz"));
    Files.write(patient.resolve("mask.nii"), bytes);

    assertFails(ErrorCode.BAD_DATA, "several values, 3, 7; choose with --mask-label", FILES);
    assertFails(ErrorCode.BAD_DATA, "no voxel of value 5; it has 3, 7", files(5));
    RegionReport report = run(files(7));

    assertEquals(List.of("the mask has other values too: 3"), report.kept().get(0).notes());
    assertHolds(RegionCache.open(cache), "a", 0, healthy);
  }

  @Test
  void aMaskWithoutAPlaceCanBeTakenByItsIndices() {
    Path patient = patient("a", healthy, "0");
    Mask nifti = healthy.pancreas().reoriented(NiftiLayout.of(healthy.ct()).reorientation());
    mask(patient.resolve("mask.nii.gz"), nifti.withGrid(Grid.axial(64, 64, 24, 1, 1, 1)));

    run(new MaskSource.Files(OptionalInt.empty(), MaskMode.INDEX));

    assertHolds(RegionCache.open(cache), "a", 0, healthy);
  }

  @Test
  void aMaskAtTheBorderIsNoted() {
    byte[][] slices = new byte[24][64 * 64];
    Arrays.fill(slices[0], 2000, 2010, (byte) 1);
    mask(
        patient("a", healthy, "0").resolve("mask.nii.gz"),
        new Mask(healthy.ct().grid(), Arrays.asList(slices)));

    List<String> notes = run(FILES).kept().get(0).notes();

    assertTrue(notes.get(0).contains("touches the CT's border"), notes::toString);
  }

  @Test
  void masksMayBeSegmented() throws IOException {
    Files.delete(patient("a", healthy, "0").resolve("mask.nii.gz"));
    patient("b", ill, "1");

    RegionReport report =
        run(new MaskSource.Segmented("some-model", (ct, monitor) -> moved(ill.pancreas(), ct)));

    assertEquals("some-model", report.masks());
    assertEquals("some-model", RegionCache.open(cache).masks());
    assertHolds(
        RegionCache.open(cache),
        "a",
        0,
        new PhantomCase(healthy.ct(), ill.pancreas(), Optional.empty()));
    assertHolds(RegionCache.open(cache), "b", 1, ill);
    assertFails(
        ErrorCode.BAD_DATA,
        "no pancreas was found",
        new MaskSource.Segmented("blind", (ct, monitor) -> moved(empty(), ct)));
  }

  @Test
  void aModelThatDoesNotWorkEndsTheWork() throws IOException {
    patient("a", healthy, "0");

    assertFails(
        ErrorCode.MODEL,
        "broken",
        new MaskSource.Segmented(
            "broken",
            (ct, monitor) -> {
              throw new PancreasException(ErrorCode.MODEL, "broken");
            }));

    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(input), left.toList());
    }
  }

  @Test
  void patientsOfOneNameAreToldApart() {
    patient("a", healthy, "0");
    patient("more/a", ill, "1");

    RegionReport report =
        RegionPreparation.run(
            List.of(input.resolve("a"), input.resolve("more")),
            cache,
            options(FILES),
            Monitor.NONE);

    assertEquals(1, report.kept().size());
    assertReason(report, "a", "second patient of this name");
  }

  @Test
  void inputsWithoutPatientsAreErrors() throws IOException {
    assertFails(ErrorCode.BAD_DATA, "no patients", FILES);
    Files.createDirectory(input.resolve("nobody"));
    assertFails(ErrorCode.BAD_DATA, "no case is left of 1 found: nobody: no CT", FILES);
    Files.delete(input.resolve("nobody"));
    Files.delete(input);
    assertFails(ErrorCode.USAGE, "does not exist", FILES);
  }

  @Test
  void cancellingLeavesNothing() throws IOException {
    patient("a", healthy, "0");
    Monitor cancelling =
        new Monitor() {
          private volatile boolean started;

          @Override
          public void progress(Stage stage, long done, long total) {
            started |= stage == Stage.PREPARE;
          }

          @Override
          public boolean isCancelled() {
            return started;
          }
        };

    assertThrows(
        CancellationException.class,
        () -> RegionPreparation.run(List.of(input), cache, options(FILES), cancelling));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(input), left.toList());
    }
  }

  @Test
  void impossibleOptionsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RegionOptions(100, PREPROCESSING, FILES, Optional.empty(), false, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RegionOptions(96, PREPROCESSING, FILES, Optional.empty(), false, 0));
    assertThrows(IllegalArgumentException.class, () -> files(0));
  }

  private RegionReport run(MaskSource masks) {
    return run(options(masks));
  }

  private RegionReport run(RegionOptions options) {
    return RegionPreparation.run(List.of(input), cache, options, Monitor.NONE);
  }

  private void assertFails(ErrorCode code, String words, MaskSource masks) {
    assertFails(code, words, options(masks));
  }

  private void assertFails(ErrorCode code, String words, RegionOptions options) {
    Path other = folder.resolve("refused");
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> RegionPreparation.run(List.of(input), other, options, Monitor.NONE));
    assertEquals(code, e.code());
    assertTrue(e.getMessage().contains(words), e::getMessage);
    assertFalse(Files.exists(other));
  }

  private static void assertReason(RegionReport report, String name, String words) {
    String reasons =
        report.dropped().stream()
            .filter(each -> each.name().equals(name))
            .map(Dropped::reason)
            .findFirst()
            .orElseThrow();
    assertTrue(reasons.contains(words), reasons);
  }

  /** The region is the extractor's but for its rounding to sixteenths of a HU. */
  private static void assertHolds(RegionCache read, String patient, int label, PhantomCase truth) {
    CachedRegion each =
        read.regions().stream()
            .filter(region -> region.patient().equals(patient))
            .findFirst()
            .orElseThrow();
    MaskStatistics statistics = MaskStatistics.of(truth.ct(), truth.pancreas());
    assertEquals(label, each.label());
    // A NIfTI file's grid is float32.
    assertEquals(statistics.volumeMl(), each.maskVolumeMl(), 1e-4 * statistics.volumeMl());
    assertEquals(statistics.meanHu(), each.meanHu(), 1e-6);
    FloatBuffer expected =
        new CorrectedRegion(PREPROCESSING, new Size3(SIZE, SIZE, SIZE), Kernels.best(), 1)
            .extractEnlarged(truth.ct(), truth.pancreas(), Monitor.NONE);
    short[] rounded = new short[expected.remaining()];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (short) Math.round(expected.get(i) * 1024 * RegionCache.STEPS_PER_HU);
    }
    assertArrayEquals(rounded, read.read(each), patient);
  }

  private static RegionOptions options(MaskSource masks) {
    return new RegionOptions(SIZE, PREPROCESSING, masks, Optional.empty(), false, 2);
  }

  private static RegionOptions withLabels(Path csv) {
    return new RegionOptions(SIZE, PREPROCESSING, FILES, Optional.of(csv), false, 2);
  }

  private static MaskSource files(int label) {
    return new MaskSource.Files(OptionalInt.of(label), MaskMode.GEOMETRY);
  }

  /** A folder as the command that makes phantoms writes it. */
  private Path patient(String name, PhantomCase phantom, String label) {
    Path patient = make(input.resolve(name));
    PhantomWriter.of(phantom, 1, SeriesLayout.USUAL).write(patient.resolve("ct"), Monitor.NONE);
    mask(patient.resolve("mask.nii.gz"), phantom.pancreas());
    try {
      Files.writeString(patient.resolve("label"), label);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return patient;
  }

  private static Path make(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void mask(Path file, Mask mask) {
    NiftiWriter.writeMask(file, mask, NiftiLayout.SAME, "test");
  }

  private static Mask empty() {
    byte[][] slices = new byte[24][64 * 64];
    return new Mask(healthy.ct().grid(), Arrays.asList(slices));
  }

  private static Mask elsewhere() {
    Grid grid = healthy.ct().grid();
    return healthy
        .pancreas()
        .withGrid(
            new Grid(
                grid.nx(),
                grid.ny(),
                grid.nz(),
                grid.origin().plus(new Vector3(0, 0, 1000)),
                grid.stepX(),
                grid.stepY(),
                grid.stepZ()));
  }

  /** The same voxels on the grid of a CT that was read from a file. */
  private static Mask moved(Mask mask, CtVolume ct) {
    return mask.withGrid(ct.grid());
  }

  /** The pancreas with one label, and a few voxels of the first slice with another. */
  private byte[] labels(int pancreas, int other) throws IOException {
    Path file = folder.resolve("labels.nii");
    mask(file, healthy.pancreas());
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 352; i < bytes.length; i++) {
      bytes[i] *= (byte) pancreas;
    }
    Arrays.fill(bytes, 352, 360, (byte) other);
    Files.delete(file);
    return bytes;
  }

  /** Moves the files of a folder into a zip. */
  private static void zip(Path from, Path to) throws IOException {
    try (OutputStream out = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, zip);
        Files.delete(file);
      }
    }
    Files.delete(from);
  }
}
