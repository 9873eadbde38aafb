package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.FoundCase.Picture;
import ai.pancreas.dataset.PrepareOptions.Pictures;
import ai.pancreas.dataset.PrepareOptions.Spine;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads pictures of slices and their masks: PNG or JPEG, 8 bits, grey. */
final class PictureReader {
  private static final int MOST_PIXELS_OF_A_SIDE = 8192;

  /** A mask's pixel is inside where it is lighter than this. */
  private static final int MASK_THRESHOLD = 127;

  /** How far the colours of a grey picture may lie apart: JPEG rounds. */
  private static final int GREY_TOLERANCE = 4;

  private final Pictures pictures;

  PictureReader(Pictures pictures) {
    this.pictures = pictures;
  }

  private record Grey(int rows, int columns, int[] values) {}

  /**
   * Reads a picture and its mask as they are, with rows from front to back.
   *
   * @throws PancreasException {@code BAD_DATA} if they cannot be read, are not grey, or have
   *     different sizes
   */
  PictureSlice read(Picture picture) {
    Grey image = grey(picture.image());
    float[] hu = new float[image.values().length];
    double step = (pictures.maxHu() - pictures.minHu()) / 255.0;
    byte[] mask = new byte[hu.length];
    if (picture.mask().isPresent()) {
      Grey inside = grey(picture.mask().get());
      if (inside.rows() != image.rows() || inside.columns() != image.columns()) {
        throw bad(
            String.format(
                "the mask has %d x %d pixels, the picture %d x %d",
                inside.rows(), inside.columns(), image.rows(), image.columns()));
      }
      for (int i = 0; i < mask.length; i++) {
        mask[i] = (byte) (inside.values()[target(image, i)] > MASK_THRESHOLD ? 1 : 0);
      }
    }
    for (int i = 0; i < hu.length; i++) {
      hu[i] = (float) (pictures.minHu() + step * image.values()[target(image, i)]);
    }
    return new PictureSlice(image.rows(), image.columns(), hu, mask);
  }

  /** Where in the picture the pixel of a slice lies, whose rows run from front to back. */
  private int target(Grey image, int pixel) {
    if (pictures.spine() == Spine.BOTTOM) {
      return pixel;
    }
    int row = pixel / image.columns();
    return pixel + (image.rows() - 1 - 2 * row) * image.columns();
  }

  private static Grey grey(Path file) {
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw bad("not a picture that can be read; give PNG or JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        int columns = reader.getWidth(0);
        int rows = reader.getHeight(0);
        if (columns > MOST_PIXELS_OF_A_SIDE || rows > MOST_PIXELS_OF_A_SIDE) {
          throw bad("a picture of " + columns + " x " + rows + " pixels is no slice");
        }
        return grey(reader.read(0).getRaster());
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof PancreasException known) {
        throw known;
      }
      // The readers of the JDK meet damage with exceptions of many types.
      throw new PancreasException(ErrorCode.BAD_DATA, "the picture is damaged", e);
    }
  }

  private static Grey grey(Raster raster) {
    int bands = raster.getNumBands();
    if (raster.getSampleModel().getSampleSize(0) != 8 || (bands != 1 && bands != 3)) {
      throw bad("not a grey picture of 8 bits; convert it");
    }
    int columns = raster.getWidth();
    int rows = raster.getHeight();
    int[] values = raster.getSamples(0, 0, columns, rows, 0, (int[]) null);
    for (int band = 1; band < bands; band++) {
      int[] others = raster.getSamples(0, 0, columns, rows, band, (int[]) null);
      for (int i = 0; i < values.length; i++) {
        if (Math.abs(values[i] - others[i]) > GREY_TOLERANCE) {
          throw bad("a colour picture, not a slice of a CT");
        }
      }
    }
    return new Grey(rows, columns, values);
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
