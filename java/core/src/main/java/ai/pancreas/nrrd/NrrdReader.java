package ai.pancreas.nrrd;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.nrrd.NrrdHeader.Encoding;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
 * Reads label volumes from NRRD files, with the samples in the same file or in one beside it
 * ({@code .nhdr}), raw or gzipped, of every number type and both byte orders.
 *
 * <p>Volumes keep the file's own index order: its fastest axis is x. Of the spaces, those that name
 * the patient's sides are understood. Sizes are checked against the size of the file before memory
 * is taken. Thread-safe.
 */
public final class NrrdReader {

  /** Deflate makes data at most this much smaller: 1032 times (RFC 1951), and a little. */
  private static final long LARGEST_RATIO = 1040;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MOST_LABELS = 65536;

  private NrrdReader() {}

  /** Whether a file's content is that of a NRRD header. */
  public static boolean isNrrd(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return NrrdHeader.isHeader(in.readNBytes(8));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads a mask of some labels. Values must be whole numbers.
   *
   * @param inside which labels are inside
   * @throws PancreasException {@code USAGE} if there is no such file, {@code BAD_DATA} if it is
   *     damaged, of a kind that is not supported, or no label volume, {@code DEVICE} if it is too
   *     large for Java's memory
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static LabelMask readLabels(Path file, IntPredicate inside, Monitor monitor) {
    if (!Files.isRegularFile(file)) {
      throw new PancreasException(ErrorCode.USAGE, file.getFileName() + ": no such file");
    }
    NrrdHeader header = readHeader(file);
    Path data = header.dataFile().map(name -> beside(file, name)).orElse(file);
    try (InputStream samples = openData(header, file, data)) {
      return read(samples, header, data, inside, monitor);
    } catch (EOFException e) {
      throw bad(data, "the file ends before its last voxel; copy or export it again", e);
    } catch (ZipException e) {
      throw bad(data, "the compressed data are damaged; copy or export it again", e);
    } catch (IOException e) {
      throw bad(data, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static NrrdHeader readHeader(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      return NrrdHeader.parse(in, name(file));
    } catch (IOException e) {
      throw bad(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** The file of samples, which must lie in the header's folder or in one within it. */
  private static Path beside(Path header, String name) {
    Path folder = header.toAbsolutePath().normalize().getParent();
    Path data = folder.resolve(name.replace('\\', '/')).normalize();
    if (!data.startsWith(folder)) {
      throw bad(header, "its data file lies outside its folder; put both into one", null);
    }
    if (!Files.isRegularFile(data)) {
      throw bad(header, "its data file is not there; put it beside the header", null);
    }
    return data;
  }

  private static InputStream openData(NrrdHeader header, Path file, Path data) throws IOException {
    long size = Files.size(data);
    long start = data.equals(file) ? header.length() : 0;
    boolean gzip = header.encoding() == Encoding.GZIP;
    long most = gzip ? (size - start) * LARGEST_RATIO : size - start;
    long skip = Math.max(0, header.byteSkip());
    if (header.dataBytes() > most - skip) {
      throw bad(
          data,
          String.format(
              Locale.ROOT,
              "the header promises %s, %d bytes, more than a file of %d bytes can hold; it is"
                  + " truncated or damaged",
              header.grid().describe(),
              header.dataBytes(),
              size),
          null);
    }
    if (header.byteSkip() < 0 && gzip) {
      throw bad(data, "a byte skip of -1 with compressed data is not supported", null);
    }
    long memory = Runtime.getRuntime().maxMemory();
    if (header.grid().voxelCount() > memory) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          name(data) + ": the mask does not fit into Java's memory; raise it with -Xmx");
    }
    InputStream in = new BufferedInputStream(Files.newInputStream(data), BUFFER_BYTES);
    try {
      if (header.byteSkip() < 0) {
        in.skipNBytes(size - header.dataBytes());
        return in;
      }
      in.skipNBytes(start);
      for (int line = 0; line < header.lineSkip(); line++) {
        skipLine(in);
      }
      InputStream samples = gzip ? new GZIPInputStream(in, BUFFER_BYTES) : in;
      samples.skipNBytes(header.byteSkip());
      return samples;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static void skipLine(InputStream in) throws IOException {
    int next;
    do {
      next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
    } while (next != '\n');
  }

  private static LabelMask read(
      InputStream in, NrrdHeader header, Path file, IntPredicate inside, Monitor monitor)
      throws IOException {
    int size = header.grid().sliceSize();
    int bytes = header.type().bytes();
    int batch = Math.min(BUFFER_BYTES / bytes, size);
    byte[] buffer = new byte[batch * bytes];
    ByteBuffer samples = ByteBuffer.wrap(buffer).order(header.order());
    Map<Integer, long[]> counts = new HashMap<>();
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < header.grid().nz(); z++) {
      monitor.throwIfCancelled();
      byte[] slice = new byte[size];
      double previous = Double.NaN;
      long[] count = null;
      byte mark = 0;
      for (int first = 0; first < size; first += batch) {
        int part = Math.min(batch, size - first);
        if (in.readNBytes(buffer, 0, part * bytes) < part * bytes) {
          throw new EOFException();
        }
        for (int i = 0; i < part; i++) {
          double value = header.type().value(samples, i);
          // Labels are long runs of one value.
          if (value != previous) {
            int label = label(value, z, file);
            mark = (byte) (inside.test(label) ? 1 : 0);
            count = counts.computeIfAbsent(label, unused -> new long[1]);
            previous = value;
            if (counts.size() > MOST_LABELS) {
              throw bad(file, "not a mask: more than " + MOST_LABELS + " different values", null);
            }
          }
          slice[first + i] = mark;
          count[0]++;
        }
      }
      slices.add(slice);
      monitor.progress(Stage.READ, z + 1, header.grid().nz());
    }
    // A gzip stream checks its sum when it ends.
    in.readNBytes(1);
    TreeMap<Integer, Long> voxelCounts = new TreeMap<>();
    counts.forEach((label, count) -> voxelCounts.put(label, count[0]));
    return new LabelMask(new Mask(header.grid(), slices), voxelCounts, header.placed());
  }

  private static int label(double value, int z, Path file) {
    if (value != (int) value) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "not a mask: slice %d holds %g, and labels are whole numbers",
              z + 1,
              value),
          null);
    }
    return (int) value;
  }

  private static PancreasException bad(Path file, String what, Exception cause) {
    return new PancreasException(ErrorCode.BAD_DATA, name(file) + ": " + what, cause);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
