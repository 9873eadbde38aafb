package ai.pancreas.report;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VolumeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Draws a picture in a process of its own, which has no fonts. */
final class PreviewWithoutFonts {
  private PreviewWithoutFonts() {}

  public static void main(String[] arguments) {
    Grid grid = Grid.axial(8, 8, 1, 2, 2, 2);
    CtVolume ct =
        new CtVolume(grid, List.of(HuSlice.ofShorts(new short[64], 1, 0)), VolumeSource.SYNTHETIC);
    Mask mask = new Mask(grid, List.of(new byte[64]));
    Preview.writePng(Preview.render(ct, mask, Optional.of(mask), 600), Path.of(arguments[0]));
  }
}
