package ai.pancreas.nifti;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VolumeSource;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads NIfTI-1 files of one volume, plain or gzipped, which the content tells and not the name.
 *
 * <p>Volumes keep the file's own index order: the file's first index is x. All real numeric types,
 * both byte orders and the header's scaling are read. Of the transforms, the sform is preferred to
 * the qform, and both to the spacings alone.
 *
 * <p>Sizes are checked against the size of the file before memory is taken. All methods throw
 * {@link PancreasException}: {@code USAGE} if there is no such file, {@code BAD_DATA} if it is
 * damaged, of a kind that is not supported, or not what it should be, {@code DEVICE} if the volume
 * is too large for Java's memory; and {@link java.util.concurrent.CancellationException} if the
 * monitor cancels. Thread-safe.
 */
public final class NiftiReader {

  /** Deflate makes data at most this much smaller: 1032 times (RFC 1951), and a little. */
  private static final long LARGEST_RATIO = 1040;

  /** A CT of more than this many bytes that shrank more than this much is no CT. */
  private static final long LARGE_CT_BYTES = 1L << 30;

  private static final long LARGEST_CT_RATIO = 200;

  private static final int BUFFER_BYTES = 1 << 16;

  /** How far from a whole number a label may lie after scaling with float32 factors. */
  private static final double WHOLE = 1e-4;

  /** The least value of air; what voxels without a number become. */
  private static final float AIR_HU = -1024;

  private NiftiReader() {}

  /** Receives the voxels of a file piece by piece. */
  private interface VoxelSink {
    /**
     * Takes some voxels.
     *
     * @param z the slice
     * @param first the index of the first voxel within the slice
     * @param voxels stored values, in the file's byte order
     * @param count the number of voxels
     */
    void accept(int z, int first, ByteBuffer voxels, int count);
  }

  /**
   * Whether a file's content is that of a NIfTI file, supported or not. Where it ends or is damaged
   * before that can be told, the name decides ({@code .nii}, {@code .nii.gz}).
   */
  public static boolean isNifti(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = open(file)) {
      byte[] header = in.readNBytes(NiftiHeader.BYTES);
      return header.length < NiftiHeader.BYTES ? hasNiftiName(file) : NiftiHeader.isHeader(header);
    } catch (IOException e) {
      return hasNiftiName(file);
    }
  }

  private static boolean hasNiftiName(Path file) {
    String name = name(file).toLowerCase(Locale.ROOT);
    return name.endsWith(".nii") || name.endsWith(".nii.gz");
  }

  /** Reads the header alone. */
  public static NiftiInfo readInfo(Path file) {
    requireFile(file);
    try (InputStream in = open(file)) {
      NiftiHeader header = readHeader(in, file);
      requireData(header, file);
      return new NiftiInfo(
          header.grid(),
          header.type().toString(),
          header.slope(),
          header.intercept(),
          isGzip(file),
          header.warnings());
    } catch (IOException e) {
      throw unreadable(file, e, "");
    }
  }

  /**
   * Reads a CT, in HU.
   *
   * <p>Voxels that are not a number, which some programs write outside the field of view, become
   * -1024 HU and a warning. Refused is what cannot be HU: infinite values, values beyond -32768 to
   * 65535, no value below 0 (an offset of 1024 that was lost, or a picture), and no value at or
   * below -100 together with none above 255 (a window or a normalisation was applied: even a close
   * crop of the abdomen holds fat of -100 HU).
   */
  public static CtVolume readCt(Path file, Monitor monitor) {
    CtVoxels[] voxels = new CtVoxels[1];
    NiftiHeader header =
        read(
            file,
            monitor,
            h -> {
              requireCtSize(h, file);
              voxels[0] = new CtVoxels(h, name(file));
              return voxels[0];
            });
    List<String> warnings = new ArrayList<>(header.warnings());
    voxels[0].requireHu();
    if (voxels[0].notANumber > 0) {
      warnings.add(
          voxels[0].notANumber
              + " voxels are not a number; they were taken as air, "
              + (int) AIR_HU
              + " HU");
    }
    return new CtVolume(
        header.grid(), voxels[0].slices, new VolumeSource(VolumeSource.Format.NIFTI, warnings));
  }

  /** Reads a mask: inside is where the value is not 0. Values must be whole numbers. */
  public static Mask readMask(Path file, Monitor monitor) {
    return readMask(file, value -> value != 0, monitor);
  }

  /**
   * Reads one label of a mask of several: inside is where the value is {@code label}. Values must
   * be whole numbers. A mask without that label gives an empty one.
   */
  public static Mask readMask(Path file, int label, Monitor monitor) {
    return readMask(file, value -> value == label, monitor);
  }

  private static Mask readMask(Path file, IntPredicate inside, Monitor monitor) {
    return readLabels(file, inside, monitor).mask();
  }

  /**
   * Reads a mask of some labels, and which labels there are. Values must be whole numbers.
   *
   * @param inside which labels are inside
   */
  public static LabelMask readLabels(Path file, IntPredicate inside, Monitor monitor) {
    MaskVoxels[] voxels = new MaskVoxels[1];
    NiftiHeader header =
        read(
            file,
            monitor,
            h -> {
              requireMemory(h.grid().voxelCount(), file);
              voxels[0] = new MaskVoxels(h, name(file), inside);
              return voxels[0];
            });
    return new LabelMask(
        new Mask(header.grid(), voxels[0].slices), voxels[0].voxelCounts(), header.placed());
  }

  private interface SinkFactory {
    VoxelSink create(NiftiHeader header);
  }

  private static NiftiHeader read(Path file, Monitor monitor, SinkFactory sinks) {
    requireFile(file);
    int[] slicesRead = new int[1];
    int slices = 0;
    try (InputStream in = open(file)) {
      NiftiHeader header = readHeader(in, file);
      requireData(header, file);
      slices = header.grid().nz();
      VoxelSink sink = sinks.create(header);
      in.skipNBytes(header.dataOffset() - NiftiHeader.BYTES);
      readSlices(in, header, sink, slicesRead, monitor);
      // A gzip stream checks its sum when it ends. What may follow the voxels is not ours.
      in.readNBytes(1);
      return header;
    } catch (IOException e) {
      throw unreadable(
          file, e, slices == 0 ? "" : " after slice " + slicesRead[0] + " of " + slices);
    }
  }

  private static void readSlices(
      InputStream in, NiftiHeader header, VoxelSink sink, int[] slicesRead, Monitor monitor)
      throws IOException {
    int size = header.grid().sliceSize();
    int bytes = header.type().bytes();
    byte[] buffer = new byte[Math.min(BUFFER_BYTES, size * bytes)];
    ByteBuffer voxels = ByteBuffer.wrap(buffer).order(header.order());
    for (int z = 0; z < header.grid().nz(); z++) {
      monitor.throwIfCancelled();
      for (int first = 0; first < size; first += buffer.length / bytes) {
        int count = Math.min(buffer.length / bytes, size - first);
        if (in.readNBytes(buffer, 0, count * bytes) < count * bytes) {
          throw new EOFException();
        }
        sink.accept(z, first, voxels, count);
      }
      slicesRead[0] = z + 1;
      monitor.progress(Stage.READ, z + 1, header.grid().nz());
    }
  }

  private static NiftiHeader readHeader(InputStream in, Path file) throws IOException {
    byte[] header = in.readNBytes(NiftiHeader.BYTES);
    if (header.length < NiftiHeader.BYTES && hasNiftiName(file)) {
      throw new EOFException();
    }
    return NiftiHeader.parse(header, name(file));
  }

  /** Refuses a file that cannot hold what its header promises. */
  private static void requireData(NiftiHeader header, Path file) throws IOException {
    long fileBytes = Files.size(file);
    long most = isGzip(file) ? fileBytes * LARGEST_RATIO : fileBytes;
    if (header.endOfData() > most) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "the header promises %s of %s, %d bytes, more than a file of %d bytes can hold;"
                  + " it is truncated or damaged",
              header.grid().describe(),
              header.type(),
              header.endOfData(),
              fileBytes));
    }
  }

  private static void requireCtSize(NiftiHeader header, Path file) {
    try {
      if (header.endOfData() > LARGE_CT_BYTES
          && header.endOfData() / LARGEST_CT_RATIO > Files.size(file)) {
        throw bad(
            file,
            "it would unpack to more than 1 GiB and "
                + LARGEST_CT_RATIO
                + " times its size, which no CT does");
      }
    } catch (IOException e) {
      throw unreadable(file, e, "");
    }
    requireMemory(header.grid().voxelCount() * (header.type().fitsShort() ? 2 : 4), file);
  }

  private static void requireMemory(long bytes, Path file) {
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          String.format(
              Locale.ROOT,
              "%s: the volume takes %.1f GiB of memory, and Java may use %.1f; raise it with -Xmx",
              name(file),
              bytes / 1073741824.0,
              most / 1073741824.0));
    }
  }

  private static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new PancreasException(ErrorCode.USAGE, name(file) + ": a folder, not a NIfTI file");
    }
    if (!Files.exists(file)) {
      throw new PancreasException(ErrorCode.USAGE, name(file) + ": no such file");
    }
  }

  private static boolean isGzip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  private static InputStream open(Path file) throws IOException {
    boolean gzip = isGzip(file);
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    if (!gzip) {
      return in;
    }
    try {
      return new GZIPInputStream(in, BUFFER_BYTES);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static PancreasException unreadable(Path file, IOException e, String where) {
    String what;
    if (e instanceof EOFException) {
      what = "the file ends" + where + "; it is truncated, copy or export it again";
    } else if (e instanceof ZipException) {
      what = "the compressed data are damaged" + where + "; copy or export it again";
    } else if (e instanceof AccessDeniedException) {
      what = "no permission to read it";
    } else {
      what = "cannot be read" + where + ": " + e.getMessage();
    }
    return new PancreasException(ErrorCode.BAD_DATA, name(file) + ": " + what, e);
  }

  private static PancreasException bad(Path file, String what) {
    return new PancreasException(ErrorCode.BAD_DATA, name(file) + ": " + what);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** Collects a mask, at one byte a voxel. */
  private static final class MaskVoxels implements VoxelSink {
    private static final int MOST_LABELS = 65536;

    private final NiftiHeader header;
    private final String file;
    private final IntPredicate inside;
    private final List<byte[]> slices = new ArrayList<>();
    private final Map<Integer, long[]> counts = new HashMap<>();

    MaskVoxels(NiftiHeader header, String file, IntPredicate inside) {
      this.header = header;
      this.file = file;
      this.inside = inside;
    }

    @Override
    public void accept(int z, int first, ByteBuffer voxels, int count) {
      if (first == 0) {
        slices.add(new byte[header.grid().sliceSize()]);
      }
      byte[] slice = slices.get(z);
      // Masks are long runs of one value.
      double previous = Double.NaN;
      byte mark = 0;
      long[] seen = null;
      for (int i = 0; i < count; i++) {
        double stored = header.type().value(voxels, i);
        if (stored != previous) {
          int label = label(stored, z);
          mark = (byte) (inside.test(label) ? 1 : 0);
          seen = count(label);
          previous = stored;
        }
        slice[first + i] = mark;
        seen[0]++;
      }
    }

    private long[] count(int label) {
      long[] seen = counts.computeIfAbsent(label, unused -> new long[1]);
      if (counts.size() > MOST_LABELS) {
        throw new PancreasException(
            ErrorCode.BAD_DATA,
            file + ": not a mask: more than " + MOST_LABELS + " different values");
      }
      return seen;
    }

    TreeMap<Integer, Long> voxelCounts() {
      TreeMap<Integer, Long> voxelCounts = new TreeMap<>();
      counts.forEach((label, seen) -> voxelCounts.put(label, seen[0]));
      return voxelCounts;
    }

    private int label(double stored, int z) {
      double value = header.slope() * stored + header.intercept();
      double whole = Math.rint(value);
      if (!(Math.abs(value - whole) <= WHOLE) || Math.abs(whole) > Integer.MAX_VALUE) {
        throw new PancreasException(
            ErrorCode.BAD_DATA,
            String.format(
                Locale.ROOT,
                "%s: not a mask: slice %d holds %g, and labels are whole numbers",
                file,
                z + 1,
                value));
      }
      return (int) whole;
    }
  }

  /** Collects a CT, at two bytes a voxel wherever that is exact. */
  private static final class CtVoxels implements VoxelSink {
    private static final double LEAST_HU = -32768;
    private static final double MOST_HU = 65535;

    private final NiftiHeader header;
    private final String file;
    private final List<HuSlice> slices = new ArrayList<>();
    private short[] shorts;
    private float[] floats;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long notANumber;

    CtVoxels(NiftiHeader header, String file) {
      this.header = header;
      this.file = file;
    }

    @Override
    public void accept(int z, int first, ByteBuffer voxels, int count) {
      int size = header.grid().sliceSize();
      if (header.type().fitsShort()) {
        shorts = first == 0 ? new short[size] : shorts;
        acceptShorts(first, voxels, count);
        if (first + count == size) {
          slices.add(
              HuSlice.ofShorts(
                  shorts,
                  header.slope(),
                  header.intercept() + header.slope() * header.type().shortOffset()));
        }
      } else {
        floats = first == 0 ? new float[size] : floats;
        acceptFloats(z, first, voxels, count);
        if (first + count == size) {
          slices.add(compact(floats));
        }
      }
    }

    private void acceptShorts(int first, ByteBuffer voxels, int count) {
      NiftiType type = header.type();
      int least = Short.MAX_VALUE;
      int most = Short.MIN_VALUE;
      for (int i = 0; i < count; i++) {
        short stored = type.storedShort(voxels, i);
        shorts[first + i] = stored;
        least = Math.min(least, stored);
        most = Math.max(most, stored);
      }
      extend(header.slope() * (least + type.shortOffset()) + header.intercept());
      extend(header.slope() * (most + type.shortOffset()) + header.intercept());
    }

    private void acceptFloats(int z, int first, ByteBuffer voxels, int count) {
      NiftiType type = header.type();
      for (int i = 0; i < count; i++) {
        double value = header.slope() * type.value(voxels, i) + header.intercept();
        if (Double.isNaN(value)) {
          notANumber++;
          floats[first + i] = AIR_HU;
          continue;
        }
        if (!(value >= LEAST_HU && value <= MOST_HU)) {
          throw notHu("slice " + (z + 1) + " holds " + (float) value);
        }
        floats[first + i] = (float) value;
        extend(value);
      }
    }

    private void extend(double value) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }

    private static HuSlice compact(float[] values) {
      short[] stored = new short[values.length];
      for (int i = 0; i < values.length; i++) {
        stored[i] = (short) values[i];
        if (stored[i] != values[i]) {
          return HuSlice.ofFloats(values);
        }
      }
      return HuSlice.ofShorts(stored, 1, 0);
    }

    void requireHu() {
      if (min > max) {
        throw notHu("no voxel is a number");
      }
      String range = String.format(Locale.ROOT, "the values reach from %.6g to %.6g", min, max);
      if (min < LEAST_HU || max > MOST_HU) {
        throw notHu(range);
      }
      if (max <= 255 && min > -100) {
        throw notHu(
            range
                + (min < 0
                    ? ", as after a window or normalisation"
                    : ", as in a mask, a grey picture or normalised values")
                + "; give the CT as the scanner made it");
      }
      if (min >= 0) {
        throw notHu(range + ", without air and fat; perhaps an offset of -1024 was lost");
      }
    }

    private PancreasException notHu(String why) {
      return new PancreasException(
          ErrorCode.BAD_DATA, file + ": not a CT in Hounsfield units: " + why);
    }
  }
}
