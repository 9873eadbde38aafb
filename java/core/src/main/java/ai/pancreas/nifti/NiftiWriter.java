package ai.pancreas.nifti;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.io.AtomicFile;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.FloatSlices;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes NIfTI-1 files of one volume, {@code .nii} or {@code .nii.gz} by the name.
 *
 * <p>Files are written slice by slice, never held in memory, and appear whole or not at all. They
 * are little endian, in millimetres, with an sform and, unless the grid is sheared, a qform that
 * says the same, both with code 1 (scanner coordinates). No intent and no display range is set: all
 * programs then take the file as what dcm2niix would write. Equal inputs give equal bytes.
 *
 * <p>The layout is that of the CT: {@link NiftiLayout#of(CtVolume)}. The description goes to the
 * header's {@code descrip}: at most 79 ASCII characters.
 *
 * <p>All methods throw {@link PancreasException}: {@code USAGE} for another file name, {@code
 * OUTPUT} if the file cannot be written; and {@link java.util.concurrent.CancellationException} if
 * the monitor cancels. Thread-safe.
 */
public final class NiftiWriter {

  /** A CT takes twice the time from 4 on, and gets no smaller. */
  private static final int COMPRESSION_LEVEL = 3;

  private static final int LARGEST_DIMENSION = Short.MAX_VALUE;
  private static final int BUFFER_BYTES = 1 << 16;

  private NiftiWriter() {}

  /** Fills a buffer with the voxels of one slice of the volume, [y][x]. */
  private interface SliceEncoder {
    void encode(int z, ByteBuffer voxels);
  }

  /**
   * Checks what can be checked before the work starts: the name, and that the folder may be written
   * to.
   *
   * @throws PancreasException {@code USAGE} or {@code OUTPUT}
   */
  public static void requireWritable(Path file) {
    isCompressed(file);
    AtomicFile.requireWritable(file);
  }

  /** Writes a mask as uint8, 1 inside and 0 outside. */
  public static void writeMask(Path file, Mask mask, NiftiLayout layout, String description) {
    writeMask(file, mask, layout, description, Monitor.NONE);
  }

  /** Writes a mask as uint8, 1 inside and 0 outside. */
  public static void writeMask(
      Path file, Mask mask, NiftiLayout layout, String description, Monitor monitor) {
    byte[] slice = new byte[mask.grid().sliceSize()];
    SliceEncoder encoder =
        (z, voxels) -> {
          mask.readSlice(z, slice);
          voxels.put(0, slice);
        };
    write(file, mask.grid(), layout, NiftiType.UINT8, description, encoder, monitor);
  }

  /** Writes a CT in HU, as int16 where that holds every value exactly, else as float32. */
  public static void writeCt(Path file, CtVolume ct, NiftiLayout layout, String description) {
    writeCt(file, ct, layout, description, Monitor.NONE);
  }

  /** Writes a CT in HU, as int16 where that holds every value exactly, else as float32. */
  public static void writeCt(
      Path file, CtVolume ct, NiftiLayout layout, String description, Monitor monitor) {
    requireWritable(file);
    if (!isInt16(ct, monitor)) {
      writeFloat(file, ct, layout, description, monitor);
      return;
    }
    float[] slice = new float[ct.grid().sliceSize()];
    SliceEncoder encoder =
        (z, voxels) -> {
          ct.readSlice(z, slice);
          for (int i = 0; i < slice.length; i++) {
            voxels.putShort(2 * i, (short) slice[i]);
          }
        };
    write(file, ct.grid(), layout, NiftiType.INT16, description, encoder, monitor);
  }

  /** Writes numbers as float32, such as a map of probabilities. */
  public static void writeFloat(
      Path file, FloatSlices source, NiftiLayout layout, String description) {
    writeFloat(file, source, layout, description, Monitor.NONE);
  }

  /** Writes numbers as float32, such as a map of probabilities. */
  public static void writeFloat(
      Path file, FloatSlices source, NiftiLayout layout, String description, Monitor monitor) {
    float[] slice = new float[source.grid().sliceSize()];
    SliceEncoder encoder =
        (z, voxels) -> {
          source.readSlice(z, slice);
          voxels.asFloatBuffer().put(slice);
        };
    write(file, source.grid(), layout, NiftiType.FLOAT32, description, encoder, monitor);
  }

  private static void write(
      Path file,
      Grid grid,
      NiftiLayout layout,
      NiftiType type,
      String description,
      SliceEncoder encoder,
      Monitor monitor) {
    boolean compressed = isCompressed(file);
    if (Math.max(grid.nx(), Math.max(grid.ny(), grid.nz())) > LARGEST_DIMENSION) {
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "cannot write " + file + ": NIfTI-1 holds at most 32767 voxels along an axis");
    }
    byte[] header = NiftiHeader.encode(grid.reoriented(layout.reorientation()), type, description);
    AtomicFile.write(
        file,
        out -> {
          try (OutputStream target = compressed ? new FastGzip(out) : out) {
            target.write(header);
            writeSlices(target, grid, layout, type, encoder, monitor);
          }
        });
  }

  private static void writeSlices(
      OutputStream out,
      Grid grid,
      NiftiLayout layout,
      NiftiType type,
      SliceEncoder encoder,
      Monitor monitor)
      throws IOException {
    int rowBytes = grid.nx() * type.bytes();
    ByteBuffer voxels =
        ByteBuffer.allocate(Math.multiplyExact(rowBytes, grid.ny())).order(ByteOrder.LITTLE_ENDIAN);
    for (int slice = 0; slice < grid.nz(); slice++) {
      monitor.throwIfCancelled();
      encoder.encode(layout.flipSlices() ? grid.nz() - 1 - slice : slice, voxels);
      for (int row = 0; row < grid.ny(); row++) {
        int y = layout.flipRows() ? grid.ny() - 1 - row : row;
        out.write(voxels.array(), y * rowBytes, rowBytes);
      }
      monitor.progress(Stage.WRITE, slice + 1, grid.nz());
    }
  }

  private static boolean isInt16(CtVolume ct, Monitor monitor) {
    float[] slice = new float[ct.grid().sliceSize()];
    for (int z = 0; z < ct.grid().nz(); z++) {
      monitor.throwIfCancelled();
      ct.readSlice(z, slice);
      for (float hu : slice) {
        if (hu != (short) hu) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isCompressed(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".nii.gz")) {
      return true;
    }
    if (name.endsWith(".nii")) {
      return false;
    }
    throw new PancreasException(
        ErrorCode.USAGE, file + ": the name of a NIfTI file must end with .nii.gz or .nii");
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(COMPRESSION_LEVEL);
    }
  }
}
