package ai.pancreas.nifti;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.nifti.RasTransform.Quaternion;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The header of a NIfTI-1 file (nifti1.h of the NIfTI Data Format Working Group), as far as one
 * volume of real numbers needs it.
 *
 * @param order the byte order of header and voxels
 * @param type how a voxel is stored
 * @param dataOffset where in the file the voxels start, bytes
 * @param slope value = slope * stored + intercept; 1 where the file asks for no scaling
 * @param intercept 0 where the file asks for no scaling
 * @param grid where the voxels lie, LPS, in the file's index order
 * @param placed whether the file says where that is; else the grid has its spacing only
 * @param warnings one line each
 */
record NiftiHeader(
    ByteOrder order,
    NiftiType type,
    long dataOffset,
    double slope,
    double intercept,
    Grid grid,
    boolean placed,
    List<String> warnings) {

  /** The bytes of a header without extensions. */
  static final int BYTES = 348;

  /** Where the voxels of a file without extensions start: after the header and four zeros. */
  static final int FIRST_VOXEL = 352;

  /** The most voxels of a volume: 8192 slices of 512 x 512. */
  private static final long MOST_VOXELS = 1L << 31;

  /** The most voxels of a slice: 8192 x 8192. */
  private static final long MOST_SLICE_VOXELS = 1L << 26;

  /** The two transforms agree when they put no voxel further apart than this, mm. */
  private static final double SAME_PLACE_MM = 0.1;

  private static final double SMALLEST_SPACING_MM = 0.01;
  private static final double LARGEST_SPACING_MM = 100;
  private static final double FARTHEST_MM = 1e6;

  private static final int NIFTI2_BYTES = 540;
  private static final int MAGIC = 344;

  /** Whether bytes begin a NIfTI file of any version, or a header of its forerunner ANALYZE. */
  static boolean isHeader(byte[] bytes) {
    if (bytes.length < BYTES) {
      return false;
    }
    int size = ByteBuffer.wrap(bytes).getInt(0);
    int swapped = Integer.reverseBytes(size);
    return size == BYTES || swapped == BYTES || size == NIFTI2_BYTES || swapped == NIFTI2_BYTES;
  }

  /**
   * Reads a header.
   *
   * @param bytes the first {@link #BYTES} bytes of the file
   * @param file the file's name, for messages
   * @throws PancreasException {@code BAD_DATA} if it is not a NIfTI-1 file of one volume of real
   *     numbers, or contradicts itself
   */
  static NiftiHeader parse(byte[] bytes, String file) {
    if (!isHeader(bytes)) {
      throw bad(file, "not a NIfTI file; its first bytes are no NIfTI header");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int size = header.getInt(0);
    if (size != BYTES && size != NIFTI2_BYTES) {
      header.order(ByteOrder.LITTLE_ENDIAN);
    }
    if (header.getInt(0) == NIFTI2_BYTES) {
      throw bad(file, "NIfTI-2 is not supported; convert it to NIfTI-1");
    }
    requireSingleFile(bytes, file);

    int[] dimensions = dimensions(header, file);
    int code = header.getShort(70);
    NiftiType type = NiftiType.of(code);
    if (type == null) {
      throw bad(
          file,
          "voxels of type "
              + NiftiType.describeUnsupported(code)
              + " are not supported; convert it to int16 or float32");
    }
    int bits = header.getShort(72);
    if (bits != 8 * type.bytes()) {
      throw bad(file, "the header says " + bits + " bits a voxel, but its type is " + type);
    }
    List<String> warnings = new ArrayList<>();
    double slope = header.getFloat(112);
    double intercept = header.getFloat(116);
    // nifti1.h, "DATA SCALING": a slope of 0 means none. NaN is what nibabel writes for none.
    boolean scaled = slope != 0 && Double.isFinite(slope) && Double.isFinite(intercept);
    return new NiftiHeader(
        header.order(),
        type,
        dataOffset(header, file),
        scaled ? slope : 1,
        scaled ? intercept : 0,
        grid(header, dimensions, file, warnings),
        header.getShort(252) > 0 || header.getShort(254) > 0,
        List.copyOf(warnings));
  }

  /** The bytes of the file up to the end of its last voxel. */
  long endOfData() {
    return dataOffset + grid.voxelCount() * type.bytes();
  }

  /**
   * The first {@link #FIRST_VOXEL} bytes of a file, little endian: sform and qform, millimetres, no
   * scaling. The qform says the same as the sform or, where a rotation cannot, is left out.
   *
   * @param grid the grid in the file's index order
   * @param description at most 79 ASCII characters; more are cut, others become question marks
   */
  static byte[] encode(Grid grid, NiftiType type, String description) {
    ByteBuffer header = ByteBuffer.allocate(FIRST_VOXEL).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, BYTES).put(38, (byte) 'r');
    short[] dim = {3, (short) grid.nx(), (short) grid.ny(), (short) grid.nz(), 1, 1, 1, 1};
    for (int i = 0; i < dim.length; i++) {
      header.putShort(40 + 2 * i, dim[i]);
    }
    header.putShort(70, (short) type.code()).putShort(72, (short) (8 * type.bytes()));

    RasTransform sform = RasTransform.of(grid);
    Quaternion q = Quaternion.of(sform);
    float[] pixdim = {
      q.qfac(),
      (float) grid.spacingMm(0),
      (float) grid.spacingMm(1),
      (float) grid.spacingMm(2),
      0,
      0,
      0,
      0
    };
    for (int i = 0; i < pixdim.length; i++) {
      header.putFloat(76 + 4 * i, pixdim[i]);
    }
    header.putFloat(108, FIRST_VOXEL).putFloat(112, 1).putFloat(116, 0);
    header.put(123, (byte) 2); // xyzt_units: millimetres

    RasTransform qform =
        RasTransform.ofQuaternion(q, new Vector3(pixdim[1], pixdim[2], pixdim[3]), sform.origin());
    boolean same =
        !grid.isSheared()
            && qform.grid(grid.nx(), grid.ny(), grid.nz()).matches(grid, SAME_PLACE_MM);
    header.putShort(252, (short) (same ? 1 : 0)).putShort(254, (short) 1);
    header.putFloat(256, q.b()).putFloat(260, q.c()).putFloat(264, q.d());
    for (int i = 0; i < 3; i++) {
      header.putFloat(268 + 4 * i, (float) sform.origin().component(i));
      header.putFloat(280 + 16 * i, (float) sform.x().component(i));
      header.putFloat(284 + 16 * i, (float) sform.y().component(i));
      header.putFloat(288 + 16 * i, (float) sform.z().component(i));
      header.putFloat(292 + 16 * i, (float) sform.origin().component(i));
    }
    byte[] text = description.getBytes(StandardCharsets.US_ASCII);
    header.put(148, text, 0, Math.min(text.length, 79));
    header.put(MAGIC, "n+1\0".getBytes(StandardCharsets.US_ASCII));
    return header.array();
  }

  private static void requireSingleFile(byte[] bytes, String file) {
    String magic =
        new String(Arrays.copyOfRange(bytes, MAGIC, MAGIC + 4), StandardCharsets.ISO_8859_1);
    if (magic.equals("ni1\0")) {
      throw bad(
          file, "a NIfTI pair of .hdr and .img is not supported; convert it to one .nii file");
    }
    if (!magic.equals("n+1\0")) {
      throw bad(file, "an ANALYZE or damaged header, not NIfTI-1; convert it to NIfTI-1");
    }
  }

  private static int[] dimensions(ByteBuffer header, String file) {
    int count = header.getShort(40);
    if (count < 1 || count > 7) {
      throw bad(file, "the header says " + count + " dimensions");
    }
    int[] dim = new int[7];
    for (int i = 0; i < 7; i++) {
      dim[i] = i < count ? header.getShort(42 + 2 * i) : 1;
    }
    String sizes = Arrays.toString(Arrays.copyOf(dim, count));
    for (int i = 0; i < count; i++) {
      if (dim[i] < 1) {
        throw bad(file, "the header says impossible dimensions " + sizes);
      }
    }
    if (count < 3) {
      throw bad(file, "a picture of dimensions " + sizes + ", not a volume");
    }
    for (int i = 3; i < count; i++) {
      if (dim[i] > 1) {
        throw bad(
            file, "several volumes in one file, dimensions " + sizes + "; give a file of one");
      }
    }
    long sliceVoxels = (long) dim[0] * dim[1];
    if (sliceVoxels > MOST_SLICE_VOXELS || sliceVoxels * dim[2] > MOST_VOXELS) {
      throw bad(file, "the header says impossible dimensions " + sizes + " for a CT");
    }
    return dim;
  }

  private static long dataOffset(ByteBuffer header, String file) {
    float offset = header.getFloat(108);
    if (offset == 0) {
      return FIRST_VOXEL;
    }
    if (!(offset >= FIRST_VOXEL && offset < 1 << 30) || offset != Math.rint(offset)) {
      throw bad(file, "the header puts the first voxel at byte " + offset);
    }
    return (long) offset;
  }

  private static Grid grid(ByteBuffer header, int[] dim, String file, List<String> warnings) {
    double mm = millimetres(header.get(123) & 7, file, warnings);
    Vector3 spacing =
        new Vector3(
            Math.abs(header.getFloat(80)),
            Math.abs(header.getFloat(84)),
            Math.abs(header.getFloat(88)));
    int qformCode = header.getShort(252);
    int sformCode = header.getShort(254);
    RasTransform sform = sform(header).times(mm);
    RasTransform qform = qform(header, spacing).times(mm);
    boolean useSform = sformCode > 0 && sform.isUsable();
    boolean useQform = qformCode > 0 && qform.isUsable();
    if (sformCode > 0 && !useSform && useQform) {
      warnings.add("the sform gives the voxels no volume; the qform is used");
    }
    RasTransform transform;
    if (useSform) {
      transform = sform;
    } else if (useQform) {
      transform = qform;
    } else if (sformCode > 0 || qformCode > 0) {
      throw bad(file, "its sform or qform gives the voxels no volume; export it again");
    } else {
      // nifti1.h, "METHOD 1": spacings alone, to which the standard attaches no orientation.
      transform =
          new RasTransform(
                  new Vector3(0, 0, 0),
                  new Vector3(spacing.x(), 0, 0),
                  new Vector3(0, spacing.y(), 0),
                  new Vector3(0, 0, spacing.z()))
              .times(mm);
      if (!transform.isUsable()) {
        throw bad(file, "it says neither where its voxels lie nor how far apart they are");
      }
      warnings.add(
          "neither sform nor qform: orientation unknown, taken as columns to the right, rows to"
              + " the front, slices to the head (RAS)");
    }
    Grid grid = transform.grid(dim[0], dim[1], dim[2]);
    for (int i = 0; i < 3; i++) {
      if (grid.spacingMm(i) < SMALLEST_SPACING_MM || grid.spacingMm(i) > LARGEST_SPACING_MM) {
        throw bad(
            file,
            String.format(
                Locale.ROOT,
                "%s: not the spacing of a CT; check the header's transforms and units",
                grid.describe()));
      }
    }
    if (grid.origin().norm() > FARTHEST_MM) {
      throw bad(file, "the header puts the voxels more than a kilometre away; export it again");
    }
    if (useSform && useQform && !qform.grid(dim[0], dim[1], dim[2]).matches(grid, SAME_PLACE_MM)) {
      warnings.add("sform and qform disagree; the sform is used");
    }
    return grid;
  }

  private static double millimetres(int unit, String file, List<String> warnings) {
    switch (unit) {
      case 0, 2:
        return 1;
      case 1:
        warnings.add("the header's unit is the metre; converted to millimetres");
        return 1000;
      case 3:
        warnings.add("the header's unit is the micrometre; converted to millimetres");
        return 0.001;
      default:
        throw bad(file, "the header's unit of length is number " + unit + ", which does not exist");
    }
  }

  private static RasTransform sform(ByteBuffer header) {
    double[][] row = new double[3][4];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        row[i][j] = header.getFloat(280 + 16 * i + 4 * j);
      }
    }
    Vector3[] column = new Vector3[4];
    for (int j = 0; j < 4; j++) {
      column[j] = new Vector3(row[0][j], row[1][j], row[2][j]);
    }
    return new RasTransform(column[3], column[0], column[1], column[2]);
  }

  private static RasTransform qform(ByteBuffer header, Vector3 spacing) {
    // nifti1.h: qfac is pixdim[0], and 1 where that is 0.
    Quaternion q =
        new Quaternion(
            header.getFloat(256),
            header.getFloat(260),
            header.getFloat(264),
            header.getFloat(76) < 0 ? -1 : 1);
    return RasTransform.ofQuaternion(
        q, spacing, new Vector3(header.getFloat(268), header.getFloat(272), header.getFloat(276)));
  }

  private static PancreasException bad(String file, String what) {
    return new PancreasException(ErrorCode.BAD_DATA, file + ": " + what);
  }
}
