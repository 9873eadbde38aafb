package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.PreparationReport.Kept;
import ai.pancreas.dataset.PrepareOptions.EmptyLabels;
import ai.pancreas.dataset.PrepareOptions.Pictures;
import ai.pancreas.dataset.PrepareOptions.Spine;
import ai.pancreas.dataset.PrepareOptions.Validation;
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
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetPreparationTest {
  private static final int SIZE = 64;
  private static final int SLICES = 24;

  /** 64 x 64 x 24 voxels of 6 x 6 x 8 mm, axial. */
  private static PhantomCase phantom;

  @TempDir private Path folder;
  private Path input;
  private Path cache;

  @BeforeAll
  static void makePhantom() {
    phantom =
        Phantom.generate(
            PhantomOptions.of(1, SIZE, SIZE, SLICES, Orientation.LPS).withSpacingMm(6, 6, 8),
            Monitor.NONE);
  }

  @BeforeEach
  void makeInput() throws IOException {
    input = Files.createDirectory(folder.resolve("input"));
    cache = folder.resolve("cache");
  }

  @Test
  void aPhantomAsItsCommandWritesItIsOneCase() {
    dicom(input.resolve("ct"), phantom);
    label(input.resolve("mask.nii.gz"), phantom.pancreas());

    PreparationReport report = run(options());

    assertEquals(List.of(), report.dropped());
    assertEquals("input", report.kept().get(0).id());
    assertHoldsThePhantom();
  }

  @Test
  void ct82IsReadAsItIsDistributed() {
    for (String number : List.of("0001", "0002", "0003")) {
      dicom(input.resolve("Pancreas-CT/PANCREAS_" + number + "/study/series"), phantom);
    }
    label(input.resolve("TCIA_pancreas_labels-02-05-2017/label0001.nii.gz"), phantom.pancreas());
    label(input.resolve("TCIA_pancreas_labels-02-05-2017/label0002.nii.gz"), phantom.pancreas());

    PreparationReport report = run(options());

    assertEquals(List.of("0001", "0002"), report.kept().stream().map(Kept::id).toList());
    assertEquals(List.of(new Dropped("0003", report.dropped().get(0).reason())), report.dropped());
    assertTrue(report.dropped().get(0).reason().startsWith("no label"));
    try (TrainingCache read = TrainingCache.open(cache)) {
      Split split = Split.read(read.splitFile());
      assertEquals(1, split.training().size());
      assertEquals(1, split.validation().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void labelsWithAWrongPlaceAreMatchedByTheirTissue(boolean rows, boolean slices) {
    dicom(input.resolve("PANCREAS_0001/ct"), phantom);
    Mask mask = phantom.pancreas().reoriented(Reorientation.flips(false, rows, slices));
    // Identity: a millimetre a voxel from the origin, whatever the CT says.
    label(
        input.resolve("PANCREAS_0001/label0001.nii.gz"),
        moved(mask, Grid.axial(SIZE, SIZE, SLICES, 1, 1, 1)));

    PreparationReport report = run(options());

    assertEquals(List.of(), report.dropped());
    List<String> notes = report.kept().get(0).notes();
    assertTrue(notes.get(0).contains("do not agree about their place"), notes::toString);
    assertEquals(rows || slices, notes.get(0).contains("reverse"), notes::toString);
    assertHoldsThePhantom();
  }

  @Test
  void aLabelThatLiesAVoxelOffIsTakenAtItsPlace() {
    dicom(input.resolve("ct"), phantom);
    Grid grid = phantom.ct().grid();
    Grid off =
        new Grid(
            grid.nx(),
            grid.ny(),
            grid.nz(),
            grid.origin().plus(grid.stepX()),
            grid.stepX(),
            grid.stepY(),
            grid.stepZ());
    byte[][] shifted = new byte[SLICES][SIZE * SIZE];
    for (int z = 0; z < SLICES; z++) {
      phantom.pancreas().readSlice(z, shifted[z]);
      System.arraycopy(shifted[z].clone(), 1, shifted[z], 0, SIZE * SIZE - 1);
    }
    label(input.resolve("mask.nii"), new Mask(off, Arrays.asList(shifted)));

    assertEquals(List.of(), run(options()).dropped());
    assertHoldsThePhantom();
  }

  @Test
  void aLabelThatFitsNowhereIsDropped() {
    dicom(input.resolve("ct"), phantom);
    byte[][] corner = new byte[SLICES][SIZE * SIZE];
    Arrays.fill(corner[0], 0, 300, (byte) 1);
    label(
        input.resolve("mask.nii"),
        new Mask(Grid.axial(SIZE, SIZE, SLICES, 1, 1, 1), Arrays.asList(corner)));

    assertFailsWith("soft tissue", options());
  }

  @Test
  void aLabelOnAnotherGridIsResampledAndOneElsewhereDropped() {
    dicom(input.resolve("a/ct"), phantom);
    dicom(input.resolve("b/ct"), phantom);
    Mask finer = finer(phantom.pancreas());
    label(input.resolve("a/mask.nii.gz"), finer);
    Grid grid = finer.grid();
    label(
        input.resolve("b/mask.nii.gz"),
        moved(
            finer,
            new Grid(
                grid.nx(),
                grid.ny(),
                grid.nz(),
                grid.origin().plus(new Vector3(0, 0, 1000)),
                grid.stepX(),
                grid.stepY(),
                grid.stepZ())));

    PreparationReport report = run(options());

    assertEquals(List.of("a"), report.kept().stream().map(Kept::id).toList());
    assertTrue(report.kept().get(0).notes().get(0).contains("resampled"));
    assertTrue(report.dropped().get(0).reason().contains("outside"), report::toString);
    assertHoldsThePhantom();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LIP", "PIR", "RAS", "LPI"})
  void slicesAreAxialWhateverTheSeriesWas(String orientation) {
    PhantomCase turned =
        Phantom.generate(
            PhantomOptions.of(1, 48, 48, 48, Orientation.parse(orientation)).withSpacingMm(8, 8, 8),
            Monitor.NONE);
    dicom(input.resolve("ct"), turned);
    label(input.resolve("mask.nii.gz"), turned.pancreas());

    run(
        new PrepareOptions(
            48, 0, new TreeSet<>(), List.of(), false, EmptyLabels.DROP, pictures(), none()));

    CtVolume ct = turned.ct().reorientedTo(Orientation.LPS);
    Reorientation change =
        Reorientation.between(Orientation.of(turned.pancreas().grid()), Orientation.LPS);
    assertHolds(ct, turned.pancreas().reoriented(change));
  }

  @Test
  void niftiPairsAreFoundByNameAndLabelsChosen() throws IOException {
    // As nnU-Net lays them out.
    ct(input.resolve("imagesTr/p_001_0000.nii.gz"));
    ct(input.resolve("imagesTr/p_002_0000.nii.gz"));
    ct(input.resolve("imagesTr/p_003_0000.nii.gz"));
    label(input.resolve("labelsTr/p_001.nii.gz"), phantom.pancreas());
    multiLabel(input.resolve("labelsTr/p_002.nii"), 7, 3);
    multiLabel(input.resolve("labelsTr/p_003.nii"), 5, 3);

    PreparationReport all = run(options());
    assertEquals(List.of("p_001"), all.kept().stream().map(Kept::id).toList());
    assertTrue(all.dropped().get(0).reason().contains("several values, 3, 7"), all::toString);

    cache = folder.resolve("cache7");
    PreparationReport seven = run(options(Set.of(7), EmptyLabels.DROP));
    assertEquals(List.of("p_002"), seven.kept().stream().map(Kept::id).toList());
    assertTrue(seven.kept().get(0).notes().get(0).contains("other values too: 3"));
    assertHoldsThePhantom();

    cache = folder.resolve("cache7e");
    PreparationReport kept = run(options(Set.of(7), EmptyLabels.KEEP));
    assertEquals(3, kept.kept().size());
    assertEquals(0, kept.kept().get(2).slicesWithPancreas());
  }

  @Test
  void oneLabelOfManyFilesIsFoundByItsName() {
    ct(input.resolve("s1/ct.nii.gz"));
    ct(input.resolve("s2/ct.nii.gz"));
    for (String patient : List.of("s1", "s2")) {
      label(input.resolve(patient + "/segmentations/pancreas.nii.gz"), phantom.pancreas());
      label(input.resolve(patient + "/segmentations/liver.nii.gz"), phantom.pancreas());
    }

    assertEquals(List.of("s1", "s2"), run(options()).kept().stream().map(Kept::id).toList());
  }

  @Test
  void aDicomSeriesMayHaveAnNrrdLabel() throws IOException {
    dicom(input.resolve("ct"), phantom);
    nrrd(input.resolve("pancreas.nrrd"), phantom.pancreas());

    assertEquals(List.of(), run(options()).dropped());
    assertHoldsThePhantom();
  }

  @Test
  void damagedFilesAndOtherValuesAreDroppedWithTheirReason() throws IOException {
    ct(input.resolve("good.nii.gz"));
    label(input.resolve("good_label.nii.gz"), phantom.pancreas());
    ct(input.resolve("cut.nii"));
    label(input.resolve("cut_label.nii"), phantom.pancreas());
    byte[] whole = Files.readAllBytes(input.resolve("cut.nii"));
    Files.write(input.resolve("cut.nii"), Arrays.copyOf(whole, whole.length / 2));
    label(input.resolve("grey.nii.gz"), phantom.pancreas());
    label(input.resolve("grey_label.nii.gz"), phantom.pancreas());
    ct(input.resolve("alone.nii.gz"));
    ct(input.resolve("twice.nii.gz"));
    label(input.resolve("twice_label.nii"), phantom.pancreas());
    label(input.resolve("twice_mask.nii"), phantom.pancreas());

    PreparationReport report = run(options());

    assertEquals(List.of("good"), report.kept().stream().map(Kept::id).toList());
    assertReason(report, "alone", "no label");
    assertReason(report, "cut", "truncated");
    assertReason(report, "grey", "Hounsfield");
    assertReason(report, "twice", "2 labels");
    assertHoldsThePhantom();
  }

  @Test
  void picturesAreFlippedScaledAndGroupedByPatient() throws IOException {
    pictures(input, "a.png", 1, true);
    pictures(input, "b.png", 2, true);
    pictures(input, "c.png", 3, true);
    Files.writeString(
        input.resolve("index.csv"),
        "file,patient,instance,pixels_cropped_each_side\n"
            + "b.png,0001,7,0\na.png,0001,3,0\nc.png,0001,5,40\nmissing.png,0002,1,0\n");

    PreparationReport report =
        run(
            new PrepareOptions(
                32,
                0,
                new TreeSet<>(),
                List.of(),
                false,
                EmptyLabels.DROP,
                new Pictures(-100, 155, Spine.TOP),
                none()));

    assertEquals(List.of("0001", "0001-cropped40"), report.kept().stream().map(Kept::id).toList());
    assertReason(report, "missing.png", "not there");
    try (TrainingCache read = TrainingCache.open(cache)) {
      CachedCase whole = read.cases().get(0);
      assertEquals(CaseDescription.Kind.SLICES, whole.about().kind());
      assertEquals(List.of(-100, 155), List.of(whole.about().minHu(), whole.about().maxHu()));
      assertTrue(whole.about().wholeFrame());
      assertFalse(read.cases().get(1).about().wholeFrame());
      LabelledSlice first = read.slice(whole, 0);
      // Picture a, by its instance: the mark of its first row is in the last row here.
      assertEquals(-100 + 200, first.hu()[31 * 32 + 4]);
      assertEquals(1, first.mask()[31 * 32 + 4]);
      assertEquals(-100 + 1, first.hu()[4]);
      assertEquals(-100 + 2, read.slice(whole, 1).hu()[4]);
      assertEquals(1, whole.pancreasPixels().get(0));
    }
  }

  @Test
  void picturesWithoutMasksHoldNoPancreas() throws IOException {
    pictures(input, "a.png", 1, false);
    Files.writeString(input.resolve("index.csv"), "file,patient\na.png,x\n");

    Kept kept = run(options()).kept().get(0);

    assertEquals(0, kept.slicesWithPancreas());
    assertEquals(List.of("no masks: no pancreas"), kept.notes());
  }

  @Test
  void picturesThatAreNoGreySlicesAreDropped() throws IOException {
    pictures(input, "a.png", 1, true);
    Files.writeString(input.resolve("images/text.png"), "not a picture");
    Files.copy(input.resolve("masks/a.png"), input.resolve("masks/text.png"));
    BufferedImage colours = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    colours.setRGB(3, 3, 0xff0000);
    ImageIO.write(colours, "png", input.resolve("images/red.png").toFile());
    Files.copy(input.resolve("masks/a.png"), input.resolve("masks/red.png"));
    ImageIO.write(
        new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY),
        "png",
        input.resolve("images/small.png").toFile());
    Files.copy(input.resolve("masks/a.png"), input.resolve("masks/small.png"));
    Files.writeString(
        input.resolve("index.csv"), "file,patient\na.png,x\ntext.png,x\nred.png,x\nsmall.png,x\n");

    PreparationReport report = run(options());

    assertEquals(1, report.kept().get(0).slices());
    assertReason(report, "text.png", "not a picture");
    assertReason(report, "red.png", "colour");
    assertReason(report, "small.png", "8 x 8");
  }

  @Test
  void slicesOfVolumesCanBeChosenByNearestNeighbour() {
    dicom(input.resolve("ct"), phantom);
    label(input.resolve("mask.nii.gz"), phantom.pancreas());

    run(
        new PrepareOptions(
            SIZE, 6, new TreeSet<>(), List.of(), false, EmptyLabels.DROP, pictures(), none()));

    try (TrainingCache read = TrainingCache.open(cache)) {
      CachedCase one = read.cases().get(0);
      assertEquals(6, one.slices());
      assertEquals(List.of(32.0, 6.0, 6.0), one.about().spacingMm());
      float[] hu = new float[SIZE * SIZE];
      // Kernels' rule: floor((1 + 0.5) * 24 / 6).
      phantom.ct().readSlice(6, hu);
      assertEquals(Math.round(hu[2000]), read.slice(one, 1).hu()[2000]);
    }
  }

  @Test
  void namedPatientsValidateAndMustBeThere() {
    ct(input.resolve("p1.nii.gz"));
    ct(input.resolve("p2.nii.gz"));
    label(input.resolve("p1_mask.nii.gz"), phantom.pancreas());
    label(input.resolve("p2_mask.nii.gz"), phantom.pancreas());

    assertEquals(
        ErrorCode.USAGE, assertThrows(PancreasException.class, () -> run(named("p3"))).code());
    assertFalse(Files.exists(cache));
    run(named("p2"));
    try (TrainingCache read = TrainingCache.open(cache)) {
      assertEquals(List.of("p2"), Split.read(read.splitFile()).validation());
    }
  }

  @Test
  void aSeriesWithAGapIsDroppedOrResampledWhenAsked() throws IOException {
    dicom(input.resolve("ct"), phantom);
    label(input.resolve("mask.nii.gz"), phantom.pancreas());
    try (Stream<Path> files = Files.list(input.resolve("ct"))) {
      Files.delete(files.sorted().toList().get(3));
    }

    assertFailsWith("--allow-uneven", options());
    PreparationReport report =
        run(
            new PrepareOptions(
                SIZE, 0, new TreeSet<>(), List.of(), true, EmptyLabels.DROP, pictures(), none()));

    assertEquals(SLICES, report.kept().get(0).slices());
    assertTrue(report.kept().get(0).notes().toString().contains("resampled"));
  }

  @Test
  void aFolderOfSeveralSeriesIsDropped() {
    dicom(input.resolve("a/one"), phantom);
    new PhantomWriter(phantom.ct(), 2, SeriesLayout.USUAL)
        .write(input.resolve("a/two"), Monitor.NONE);
    dicom(input.resolve("b/one"), phantom);
    label(input.resolve("a/mask.nii.gz"), phantom.pancreas());
    label(input.resolve("b/mask.nii.gz"), phantom.pancreas());

    assertReason(run(options()), "a", "several CT series");
  }

  @Test
  void aRealCtKeepsItsPancreas() throws IOException {
    Path fixture = Path.of(System.getProperty("pancreas.fixtures", ""), "ct-nifti");
    assumeTrue(Files.isDirectory(fixture), "no fixtures");
    Files.copy(fixture.resolve("ct.nii.gz"), input.resolve("ct.nii.gz"));
    Files.copy(fixture.resolve("pancreas.nii.gz"), input.resolve("pancreas.nii.gz"));

    PreparationReport report = run(options());

    assertEquals(new Kept("input", "input", 112, 23, List.of()), report.kept().get(0));
    try (TrainingCache read = TrainingCache.open(cache)) {
      CachedCase one = read.cases().get(0);
      double voxelMl = one.about().spacingMm().stream().reduce(1.0, (a, b) -> a * b) / 1000;
      double ml = voxelMl * one.pancreasPixels().stream().mapToInt(pixels -> pixels).sum();
      // 22.1 ml at 122 x 101; half the rows and columns lose some of its edge.
      assertEquals(22.1, ml, 0.15 * 22.1);
    }
  }

  @Test
  void aFolderWithoutCasesIsAnError() {
    assertFailsWith("no cases", options());
  }

  @Test
  void cancellingLeavesNothing() throws IOException {
    dicom(input.resolve("ct"), phantom);
    label(input.resolve("mask.nii.gz"), phantom.pancreas());
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
        () -> DatasetPreparation.run(List.of(input), cache, options(), cancelling));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(input), left.toList());
    }
  }

  private PreparationReport run(PrepareOptions options) {
    return DatasetPreparation.run(List.of(input), cache, options, Monitor.NONE);
  }

  private void assertFailsWith(String words, PrepareOptions options) {
    PancreasException e = assertThrows(PancreasException.class, () -> run(options));
    assertEquals(ErrorCode.BAD_DATA, e.code());
    assertTrue(e.getMessage().contains(words), e::getMessage);
    assertFalse(Files.exists(cache));
  }

  private static void assertReason(PreparationReport report, String name, String words) {
    Dropped dropped =
        report.dropped().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    assertTrue(dropped.reason().contains(words), dropped::reason);
  }

  /** The first case is the phantom, voxel by voxel: nothing is resampled at its own size. */
  private void assertHoldsThePhantom() {
    assertHolds(phantom.ct(), phantom.pancreas());
  }

  private void assertHolds(CtVolume ct, Mask mask) {
    try (TrainingCache read = TrainingCache.open(cache)) {
      CachedCase one = read.cases().get(0);
      assertEquals(ct.grid().nz(), one.slices());
      float[] hu = new float[ct.grid().sliceSize()];
      byte[] inside = new byte[hu.length];
      for (int z = 0; z < one.slices(); z++) {
        LabelledSlice slice = read.slice(one, z);
        ct.readSlice(z, hu);
        mask.readSlice(z, inside);
        for (int i = 0; i < hu.length; i++) {
          assertEquals(Math.round(hu[i]), slice.hu()[i]);
          assertEquals(inside[i], slice.mask()[i]);
        }
      }
    }
  }

  private static PrepareOptions options() {
    return options(Set.of(), EmptyLabels.DROP);
  }

  private static PrepareOptions options(Set<Integer> labels, EmptyLabels empty) {
    return new PrepareOptions(
        SIZE,
        0,
        new TreeSet<>(labels),
        List.of(),
        false,
        empty,
        pictures(),
        new Validation.Fraction(0.2, 1));
  }

  private static PrepareOptions named(String patient) {
    return new PrepareOptions(
        SIZE,
        0,
        new TreeSet<>(),
        List.of(),
        false,
        EmptyLabels.DROP,
        pictures(),
        new Validation.Named(List.of(patient)));
  }

  private static Pictures pictures() {
    return new Pictures(0, 255, Spine.BOTTOM);
  }

  private static Validation none() {
    return new Validation.Fraction(0, 1);
  }

  private static void dicom(Path folder, PhantomCase phantom) {
    make(folder.getParent());
    new PhantomWriter(phantom.ct(), 1, SeriesLayout.USUAL).write(folder, Monitor.NONE);
  }

  private static void ct(Path file) {
    make(file.getParent());
    NiftiWriter.writeCt(file, phantom.ct(), NiftiLayout.of(phantom.ct()), "test");
  }

  private static void label(Path file, Mask mask) {
    make(file.getParent());
    NiftiWriter.writeMask(file, mask, NiftiLayout.SAME, "test");
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The phantom's pancreas with one label, and a few voxels of the first slice with another. */
  private static void multiLabel(Path file, int pancreas, int other) throws IOException {
    label(file, phantom.pancreas());
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 352; i < bytes.length; i++) {
      bytes[i] *= (byte) pancreas;
    }
    Arrays.fill(bytes, 352, 360, (byte) other);
    Files.write(file, bytes);
  }

  static void nrrd(Path file, Mask mask) throws IOException {
    Grid grid = mask.grid();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String header =
        "NRRD0004\ntype: uchar\ndimension: 3\nencoding: raw\nspace: left-posterior-superior\n"
            + "sizes: "
            + grid.nx()
            + " "
            + grid.ny()
            + " "
            + grid.nz()
            + "\nspace directions: "
            + vector(grid.stepX())
            + " "
            + vector(grid.stepY())
            + " "
            + vector(grid.stepZ())
            + "\nspace origin: "
            + vector(grid.origin())
            + "\n\n";
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    byte[] slice = new byte[grid.sliceSize()];
    for (int z = 0; z < grid.nz(); z++) {
      mask.readSlice(z, slice);
      out.write(slice);
    }
    Files.write(file, out.toByteArray());
  }

  private static String vector(Vector3 v) {
    return "(" + v.x() + "," + v.y() + "," + v.z() + ")";
  }

  private static Mask moved(Mask mask, Grid grid) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      mask.readSlice(z, slice);
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }

  /** Every voxel as 3 x 3 x 3, so that nearest neighbours give the mask back. */
  private static Mask finer(Mask mask) {
    Grid grid = mask.grid();
    Grid fine =
        new Grid(
            3 * grid.nx(),
            3 * grid.ny(),
            3 * grid.nz(),
            grid.toPatient(-1.0 / 3, -1.0 / 3, -1.0 / 3),
            grid.stepX().times(1.0 / 3),
            grid.stepY().times(1.0 / 3),
            grid.stepZ().times(1.0 / 3));
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < fine.nz(); z++) {
      byte[] slice = new byte[fine.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        int x = i % fine.nx() / 3;
        int y = i / fine.nx() / 3;
        slice[i] = (byte) (mask.at(x, y, z / 3) ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(fine, slices);
  }

  /** A picture of 32 x 32 of one grey with a mark in its first row, which is its mask. */
  private static void pictures(Path folder, String name, int grey, boolean masked)
      throws IOException {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage mask = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 32 * 32; i++) {
      image.getRaster().setSample(i % 32, i / 32, 0, grey);
    }
    image.getRaster().setSample(4, 0, 0, 200);
    mask.getRaster().setSample(4, 0, 0, 255);
    make(folder.resolve("images"));
    ImageIO.write(image, "png", folder.resolve("images").resolve(name).toFile());
    if (masked) {
      make(folder.resolve("masks"));
      ImageIO.write(mask, "png", folder.resolve("masks").resolve(name).toFile());
    }
  }
}
