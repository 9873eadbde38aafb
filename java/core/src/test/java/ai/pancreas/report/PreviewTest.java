package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VolumeSource;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTest {
  /** Uneven sizes and spacings: 40 x 30 x 20 voxels, 120 x 60 x 100 mm. */
  private static final Grid GRID =
      new Grid(
          40,
          30,
          20,
          new Vector3(-60, -30, -50),
          new Vector3(3, 0, 0),
          new Vector3(0, 2, 0),
          new Vector3(0, 0, 5));

  @TempDir Path folder;

  @Test
  void theRightSideOfThePatientIsAtTheViewersLeftAndTheHeadUp() {
    // A bright mark at the patient's right, in front, near the head; the planes go through it.
    CtVolume ct = ct((x, y, z) -> x < 8 && y < 6 && z >= 15 ? 1000 : 0);
    Mask mark = mask((x, y, z) -> x < 6 && y < 4 && z >= 16);
    for (PreviewPlane plane : planes(ct, mark, new int[] {3, 2, 17})) {
      assertEquals(1000, at(plane, 0.05, 0.05), plane.view() + " top left");
      assertEquals(0, at(plane, 0.95, 0.05), plane.view() + " top right");
      assertEquals(0, at(plane, 0.05, 0.95), plane.view() + " bottom left");
      assertEquals(1, plane.prediction()[0], plane.view() + " mask top left");
      assertEquals(0, plane.prediction()[plane.columns() - 1]);
    }
  }

  @Test
  void positionsNameTheSideOfTheOrigin() {
    CtVolume ct = ct((x, y, z) -> 0);
    Mask none = mask((x, y, z) -> false);
    List<PreviewPlane> planes = planes(ct, none, new int[] {30, 5, 18});
    assertEquals("S 40.0 mm", planes.get(0).position());
    assertEquals("A 20.0 mm", planes.get(1).position());
    assertEquals("L 30.0 mm", planes.get(2).position());
  }

  @Test
  void allOrientationsOfOneVolumeGiveTheSamePicture() {
    CtVolume ct = ct((x, y, z) -> 20 * ((x * 7 + y * 3 + z * 11) % 13) - 80);
    Mask mask = mask((x, y, z) -> x > 6 && x < 15 && y > 3 && y < 22 && z > 10 && z < 18);
    BufferedImage expected = Preview.render(ct, mask, Optional.empty(), 400);
    for (Orientation orientation : orientations()) {
      Reorientation turn = Reorientation.between(Orientation.LPS, orientation);
      BufferedImage turned =
          Preview.render(ct.reoriented(turn), mask.reoriented(turn), Optional.empty(), 400);
      assertTrue(Arrays.equals(pixels(expected), pixels(turned)), orientation.toString());
    }
  }

  @Test
  void lengthsAreTrueInEveryPlane() {
    CtVolume ct = ct((x, y, z) -> 0);
    Mask none = mask((x, y, z) -> false);
    for (PreviewPlane plane : planes(ct, none, new int[] {20, 15, 10})) {
      Rectangle place = new PreviewPanel(plane, new Rectangle(10, 20, 600, 300)).place();
      assertTrue(new Rectangle(10, 20, 600, 300).contains(place));
      // Rounded to whole pixels.
      assertEquals(plane.widthMm() / plane.heightMm(), (double) place.width / place.height, 0.01);
    }
    PreviewPlane coronal = planes(ct, none, new int[] {20, 15, 10}).get(1);
    assertEquals(120, coronal.widthMm(), 1e-9);
    assertEquals(100, coronal.heightMm(), 1e-9);
  }

  @Test
  void contoursLieOnTheMasksEdge() {
    CtVolume ct = ct((x, y, z) -> 40);
    Mask prediction = mask((x, y, z) -> x >= 10 && x < 30 && y >= 10 && y < 20);
    Mask truth = mask((x, y, z) -> x >= 12 && x < 28 && y >= 12 && y < 18);
    PreviewPlane axial =
        PreviewPlane.read(
            PreviewPlane.View.AXIAL, ct, prediction, Optional.of(truth), new int[] {20, 15, 10});
    BufferedImage picture = new BufferedImage(480, 240, BufferedImage.TYPE_INT_RGB);
    PreviewPanel panel = new PreviewPanel(axial, new Rectangle(0, 0, 480, 240));
    assertEquals(new Rectangle(0, 0, 480, 240), panel.place());
    panel.paint(picture, picture.createGraphics(), new PictureFont(7));
    // 12 pixels a column, 8 a row: the prediction covers pixels 120 to 359 across, 80 to 159 down.
    for (int y = 90; y < 150; y++) {
      assertFalse(isColor(picture, 118, y, PreviewPanel.PREDICTION_RGB));
      assertTrue(isColor(picture, 120, y, PreviewPanel.PREDICTION_RGB));
      assertTrue(isColor(picture, 359, y, PreviewPanel.PREDICTION_RGB));
      assertFalse(isColor(picture, 361, y, PreviewPanel.PREDICTION_RGB));
      assertFalse(isColor(picture, 130, y, PreviewPanel.PREDICTION_RGB));
    }
    assertTrue(isColor(picture, 200, 80, PreviewPanel.PREDICTION_RGB));
    assertTrue(isColor(picture, 200, 159, PreviewPanel.PREDICTION_RGB));
    assertTrue(isColor(picture, 144, 120, PreviewPanel.TRUTH_RGB));
    assertTrue(isColor(picture, 335, 120, PreviewPanel.TRUTH_RGB));
    // Level 40 is mid grey; the fill tints it.
    assertEquals(0x808080, picture.getRGB(60, 60) & 0xFFFFFF);
    int filled = picture.getRGB(240, 100);
    assertTrue((filled >> 16 & 0xFF) > (filled & 0xFF) + 20, Integer.toHexString(filled));
  }

  @Test
  void anEmptyMaskShowsTheMiddleOfTheVolume() {
    // Only the middle planes are bright.
    CtVolume ct = ct((x, y, z) -> x == 20 || y == 15 || z == 10 ? 240 : -160);
    BufferedImage picture =
        Preview.render(ct, mask((x, y, z) -> false), Optional.empty(), Preview.USUAL_WIDTH);
    assertEquals(0xFFFFFF, picture.getRGB(200, 150) & 0xFFFFFF);
    long orange =
        Arrays.stream(pixels(picture))
            .filter(rgb -> (rgb & 0xFFFFFF) == PreviewPanel.PREDICTION_RGB)
            .count();
    assertTrue(orange > 0 && orange < 300, "only the legend is orange: " + orange);
  }

  @Test
  void extremeVolumesAreDrawn() {
    for (int[] size : new int[][] {{1, 1, 1}, {300, 2, 1}, {2, 300, 1}, {3, 3, 400}}) {
      Grid grid = Grid.axial(size[0], size[1], size[2], 0.5, 0.7, 5);
      CtVolume ct = volume(grid, (x, y, z) -> -1000);
      Mask all = mask(grid, (x, y, z) -> true);
      assertEquals(300, Preview.render(ct, all, Optional.of(all), 300).getWidth());
    }
  }

  @Test
  void masksOnOtherGridsAndAbsurdWidthsAreRefused() {
    CtVolume ct = ct((x, y, z) -> 0);
    Mask none = mask((x, y, z) -> false);
    Mask elsewhere = mask(Grid.axial(40, 30, 20, 3, 2, 5), (x, y, z) -> false);
    assertThrows(
        IllegalArgumentException.class,
        () -> Preview.render(ct, elsewhere, Optional.empty(), 1200));
    assertThrows(
        IllegalArgumentException.class,
        () -> Preview.render(ct, none, Optional.of(elsewhere), 1200));
    assertThrows(
        IllegalArgumentException.class, () -> Preview.render(ct, none, Optional.empty(), 100000));
  }

  @Test
  void thePngHoldsThePicture() throws Exception {
    Mask box = mask((x, y, z) -> x > 10 && x < 20 && y > 10 && z > 5);
    BufferedImage picture =
        Preview.render(ct((x, y, z) -> 10 * x - 100), box, Optional.empty(), 500);
    Path file = folder.resolve("preview.png");
    Files.writeString(file, "replaced");
    Preview.writePng(picture, file);
    assertTrue(Arrays.equals(pixels(picture), pixels(ImageIO.read(file.toFile()))));
    assertEquals(500, picture.getWidth());
    assertEquals(1, folder.toFile().list().length);
    PancreasException error =
        assertThrows(
            PancreasException.class,
            () -> Preview.writePng(picture, folder.resolve("missing").resolve("p.png")));
    assertEquals(ErrorCode.OUTPUT, error.code());
  }

  @Test
  void noFontIsNeeded() throws Exception {
    // With a font manager that does not exist, any use of Java's text drawing ends in an error.
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path file = folder.resolve("fontless.png");
    Process process =
        new ProcessBuilder(
                java,
                "-Xshare:auto",
                "-Djava.awt.headless=true",
                "-Dsun.font.fontmanager=no.such.FontManager",
                "-cp",
                String.join(File.pathSeparator, classes(Preview.class), classes(PreviewTest.class)),
                PreviewWithoutFonts.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals(600, ImageIO.read(file.toFile()).getWidth());
  }

  private static String classes(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  private static List<PreviewPlane> planes(CtVolume ct, Mask mask, int[] centre) {
    return Arrays.stream(PreviewPlane.View.values())
        .map(view -> PreviewPlane.read(view, ct, mask, Optional.empty(), centre))
        .toList();
  }

  private static float at(PreviewPlane plane, double across, double down) {
    int column = (int) (across * plane.columns());
    int row = (int) (down * plane.rows());
    return plane.hu()[row * plane.columns() + column];
  }

  private static boolean isColor(BufferedImage picture, int x, int y, int rgb) {
    return (picture.getRGB(x, y) & 0xFFFFFF) == rgb;
  }

  private static int[] pixels(BufferedImage picture) {
    return picture.getRGB(
        0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
  }

  private static List<Orientation> orientations() {
    List<Orientation> all = new ArrayList<>();
    for (Orientation.Direction x : Orientation.Direction.values()) {
      for (Orientation.Direction y : Orientation.Direction.values()) {
        for (Orientation.Direction z : Orientation.Direction.values()) {
          if (x.axis() != y.axis() && y.axis() != z.axis() && x.axis() != z.axis()) {
            all.add(new Orientation(x, y, z));
          }
        }
      }
    }
    assertEquals(48, all.size());
    return all;
  }

  @FunctionalInterface
  interface Values {
    float at(int x, int y, int z);
  }

  @FunctionalInterface
  interface Inside {
    boolean at(int x, int y, int z);
  }

  private static CtVolume ct(Values values) {
    return volume(GRID, values);
  }

  private static Mask mask(Inside inside) {
    return mask(GRID, inside);
  }

  static CtVolume volume(Grid grid, Values values) {
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      float[] hu = new float[grid.sliceSize()];
      for (int i = 0; i < hu.length; i++) {
        hu[i] = values.at(i % grid.nx(), i / grid.nx(), z);
      }
      slices.add(HuSlice.ofFloats(hu));
    }
    return new CtVolume(grid, slices, VolumeSource.SYNTHETIC);
  }

  static Mask mask(Grid grid, Inside inside) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        slice[i] = (byte) (inside.at(i % grid.nx(), i / grid.nx(), z) ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }
}
