package ai.pancreas.report;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.imageio.ImageIO;

/**
 * A picture of a mask on its CT: an axial, a coronal and a sagittal plane through the middle of the
 * mask, in a soft-tissue window (level 40, width 400 HU), as radiologists look at them: the
 * patient's right at the viewer's left, the head up. Lengths are true in all planes.
 *
 * <p>Needs neither a screen nor fonts. Thread-safe.
 */
public final class Preview {
  /** A width that reads well on a web page, pixels. */
  public static final int USUAL_WIDTH = 1200;

  private static final int SMALLEST_WIDTH = 300;
  private static final int LARGEST_WIDTH = 8000;
  private static final double SAME_PLACE_MM = 0.01;
  private static final double MARGIN_MM = 6;
  private static final double AIR_HU = -400;
  private static final Color LABEL = new Color(0xF2F2F2);
  private static final Color QUIET = new Color(0xB0B0B0);

  private Preview() {}

  /**
   * Draws the picture.
   *
   * @param ct in any orientation; oblique grids are shown along their own planes
   * @param prediction on the CT's grid, drawn as an orange contour with a light fill
   * @param truth on the CT's grid, drawn as a blue contour
   * @param width of the picture, pixels; the height follows from the planes
   * @throws IllegalArgumentException if a mask lies on another grid or the width is not between 300
   *     and 8000
   */
  public static BufferedImage render(
      CtVolume ct, Mask prediction, Optional<Mask> truth, int width) {
    if (width < SMALLEST_WIDTH || width > LARGEST_WIDTH) {
      throw new IllegalArgumentException(
          "a preview is " + SMALLEST_WIDTH + " to " + LARGEST_WIDTH + " pixels wide, not " + width);
    }
    requireSameGrid(ct, prediction);
    truth.ifPresent(mask -> requireSameGrid(ct, mask));
    int[] centre = centre(ct.grid(), prediction, truth);
    PreviewPlane axial = plane(PreviewPlane.View.AXIAL, ct, prediction, truth, centre);
    PreviewPlane coronal = plane(PreviewPlane.View.CORONAL, ct, prediction, truth, centre);
    PreviewPlane sagittal = plane(PreviewPlane.View.SAGITTAL, ct, prediction, truth, centre);

    PictureFont font = new PictureFont(Math.max(7, width / 110.0));
    int gap = Math.max(2, width / 200);
    int footer = (int) Math.round(font.height() * 3);
    int leftWidth = width * 61 / 100;
    int wanted = (int) (leftWidth * axial.heightMm() / axial.widthMm());
    int height = Math.max(width * 40 / 100, Math.min(width * 75 / 100, wanted));
    int half = (height - gap) / 2;
    int right = leftWidth + gap;

    BufferedImage picture = new BufferedImage(width, height + footer, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      new PreviewPanel(axial, new Rectangle(0, 0, leftWidth, height))
          .paint(picture, graphics, font);
      new PreviewPanel(coronal, new Rectangle(right, 0, width - right, half))
          .paint(picture, graphics, font);
      new PreviewPanel(sagittal, new Rectangle(right, height - half, width - right, half))
          .paint(picture, graphics, font);
      paintFooter(graphics, font, prediction, truth, width, height + font.height());
    } finally {
      graphics.dispose();
    }
    return picture;
  }

  /**
   * Writes a picture as PNG. An existing file is replaced, and only by a whole one.
   *
   * @throws PancreasException {@link ErrorCode#OUTPUT} if the file cannot be written
   */
  public static void writePng(BufferedImage picture, Path file) {
    Path target = file.toAbsolutePath().normalize();
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        if (!ImageIO.write(picture, "png", out)) {
          throw new IOException("no PNG encoder in this Java");
        }
      }
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "cannot write the picture " + file + ": " + e.getMessage() + "; check space and rights",
          e);
    } finally {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        System.getLogger(Preview.class.getName())
            .log(System.Logger.Level.WARNING, "left behind: " + temporary.getFileName());
      }
    }
  }

  private static void requireSameGrid(CtVolume ct, Mask mask) {
    if (!ct.grid().matches(mask.grid(), SAME_PLACE_MM)) {
      throw new IllegalArgumentException(
          "the mask lies on another grid ("
              + mask.grid().describe()
              + ") than the CT ("
              + ct.grid().describe()
              + ")");
    }
  }

  private static PreviewPlane plane(
      PreviewPlane.View view, CtVolume ct, Mask prediction, Optional<Mask> truth, int[] centre) {
    return PreviewPlane.read(view, ct, prediction, truth, centre).withoutAir(MARGIN_MM, AIR_HU);
  }

  /**
   * The voxel in the middle of the prediction; without one, of the truth; without either, of the
   * volume. In the indices of the CT turned to LPS.
   */
  private static int[] centre(Grid grid, Mask prediction, Optional<Mask> truth) {
    double[] middle = {(grid.nx() - 1) / 2.0, (grid.ny() - 1) / 2.0, (grid.nz() - 1) / 2.0};
    if (prediction.voxelCount() > 0) {
      middle = middleOf(prediction);
    } else if (truth.isPresent() && truth.get().voxelCount() > 0) {
      middle = middleOf(truth.get());
    }
    Reorientation turn = Reorientation.between(Orientation.of(grid), Orientation.LPS);
    int[] centre = new int[3];
    for (int i = 0; i < 3; i++) {
      int axis = turn.axis(i);
      double index = turn.flip(i) ? grid.size(axis) - 1 - middle[axis] : middle[axis];
      centre[i] = (int) Math.round(index);
    }
    return centre;
  }

  private static double[] middleOf(Mask mask) {
    Grid grid = mask.grid();
    byte[] slice = new byte[grid.sliceSize()];
    double[] sum = new double[3];
    for (int z = 0; z < grid.nz(); z++) {
      mask.readSlice(z, slice);
      for (int i = 0; i < slice.length; i++) {
        if (slice[i] != 0) {
          sum[0] += i % grid.nx();
          sum[1] += i / grid.nx();
          sum[2] += z;
        }
      }
    }
    for (int i = 0; i < 3; i++) {
      sum[i] /= mask.voxelCount();
    }
    return sum;
  }

  private static void paintFooter(
      Graphics2D graphics,
      PictureFont font,
      Mask prediction,
      Optional<Mask> truth,
      int width,
      double top) {
    double x = font.height();
    x = paintLegend(graphics, font, "prediction", prediction, PreviewPanel.PREDICTION_RGB, x, top);
    if (truth.isPresent()) {
      paintLegend(graphics, font, "truth", truth.get(), PreviewPanel.TRUTH_RGB, x, top);
    }
    String notice = "research use only - not a medical device";
    font.draw(graphics, notice, width - font.height() - font.width(notice), top, QUIET);
  }

  private static double paintLegend(
      Graphics2D graphics,
      PictureFont font,
      String name,
      Mask mask,
      int rgb,
      double x,
      double top) {
    int side = (int) Math.round(font.height());
    graphics.setColor(new Color(rgb));
    graphics.fillRect((int) x, (int) Math.round(top), side, side);
    String text = String.format(Locale.ROOT, "%s %.1f ml", name, mask.volumeMl());
    font.draw(graphics, text, x + side * 1.6, top, LABEL);
    return x + side * 1.6 + font.width(text) + 2.5 * side;
  }
}
