package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VolumeSource;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceComparisonTest {
  private static final int SIDE = 64;
  private static final Grid GRID = Grid.axial(SIDE, SIDE, 1, 1, 1, 1);

  @Test
  void theWholeSliceIsAtTheLeftInItsWindowAndTheRegionAtTheRight() {
    float[] hu = new float[SIDE * SIDE];
    Arrays.fill(hu, 0, hu.length / 2, -50);
    Arrays.fill(hu, hu.length / 2, hu.length, 300);
    BufferedImage picture = render(hu, new byte[hu.length], new byte[hu.length]);

    assertTrue(picture.getWidth() >= 2 * 512 && picture.getHeight() >= 512);
    int middle = picture.getHeight() / 2;
    int quarter = picture.getWidth() / 4;
    assertEquals(0x000000, rgb(picture, quarter, middle - 200));
    assertEquals(0xFFFFFF, rgb(picture, quarter, middle + 200));
    // Without masks the region is the middle quarter of the slice.
    assertEquals(0x000000, rgb(picture, 3 * quarter, middle - 300));
    assertEquals(0xFFFFFF, rgb(picture, 3 * quarter, middle + 300));
  }

  @Test
  void bothContoursAreDrawnInBothHalves() {
    byte[] prediction = square(20, 30);
    byte[] truth = square(34, 44);
    BufferedImage picture = render(new float[SIDE * SIDE], prediction, truth);

    int half = picture.getWidth() / 2;
    int top = picture.getHeight() / 10;
    int bottom = picture.getHeight() - top;
    for (int rgb : new int[] {PreviewPanel.PREDICTION_RGB, PreviewPanel.TRUTH_RGB}) {
      int left = count(picture, rgb, 0, half, top, bottom);
      int right = count(picture, rgb, half, picture.getWidth(), top, bottom);
      assertTrue(left > 0, "left " + left);
      // The region is larger than it is in the whole slice.
      assertTrue(right > 1.3 * left, "left " + left + ", right " + right);
    }
  }

  private static BufferedImage render(float[] hu, byte[] prediction, byte[] truth) {
    return SliceComparison.render(
        new CtVolume(GRID, List.of(HuSlice.ofFloats(hu)), VolumeSource.SYNTHETIC),
        new Mask(GRID, List.of(prediction)),
        new Mask(GRID, List.of(truth)),
        0,
        255,
        "best: patient 1",
        "Dice 0.5");
  }

  private static byte[] square(int from, int to) {
    byte[] mask = new byte[SIDE * SIDE];
    for (int row = from; row < to; row++) {
      Arrays.fill(mask, row * SIDE + from, row * SIDE + to, (byte) 1);
    }
    return mask;
  }

  private static int rgb(BufferedImage picture, int x, int y) {
    return picture.getRGB(x, y) & 0xFFFFFF;
  }

  private static int count(BufferedImage picture, int rgb, int fromX, int toX, int fromY, int toY) {
    int count = 0;
    for (int y = fromY; y < toY; y++) {
      for (int x = fromX; x < toX; x++) {
        count += rgb(picture, x, y) == rgb ? 1 : 0;
      }
    }
    return count;
  }
}
