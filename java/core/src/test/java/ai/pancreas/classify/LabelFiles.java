package ai.pancreas.classify;

import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes files of labels, for tests. */
public final class LabelFiles {
  private LabelFiles() {}

  /** A mask as NRRD, uint8, in its own order of voxels, with one value for all that is inside. */
  public static Path nrrd(Path file, Mask mask, int label) throws IOException {
    return nrrd(file, mask, label, 0);
  }

  /** The same, with another value for all that is outside. */
  public static Path nrrd(Path file, Mask mask, int label, int others) throws IOException {
    Grid grid = mask.grid();
    String header =
        """
        NRRD0004
        type: uint8
        dimension: 3
        space: left-posterior-superior
        sizes: %d %d %d
        space directions: %s %s %s
        space origin: %s
        encoding: raw

        """
            .formatted(
                grid.nx(),
                grid.ny(),
                grid.nz(),
                vector(grid.stepX()),
                vector(grid.stepY()),
                vector(grid.stepZ()),
                vector(grid.origin()));
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(text.length + (int) grid.voxelCount()).put(text);
    for (int z = 0; z < grid.nz(); z++) {
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          bytes.put((byte) (mask.at(x, y, z) ? label : others));
        }
      }
    }
    return Files.write(file, bytes.array());
  }

  private static String vector(Vector3 v) {
    return String.format(Locale.ROOT, "(%s,%s,%s)", v.x(), v.y(), v.z());
  }
}
