package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * A {@code .keras} archive (Keras 3): a zip of {@code config.json}, the graph, and {@code
 * model.weights.h5}. Nothing is unpacked to a disk, and entries of other names are passed over.
 *
 * @param config the graph, as JSON
 * @param weights the HDF5 file
 */
record KerasArchive(String config, byte[] weights) {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final int MAX_CONFIG_BYTES = 16 << 20;
  private static final int MAX_ENTRIES = 1000;

  /** The record that ends a zip, without its comment (PKWARE's APPNOTE, 4.3.16). */
  private static final byte[] END = {'P', 'K', 5, 6};

  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xffff;

  /** Whether a file begins as a zip does (APPNOTE, 4.3.7). */
  static boolean isZip(byte[] bytes) {
    return startsWith(bytes, 0, new byte[] {'P', 'K', 3, 4});
  }

  /**
   * Reads an archive, whose checksums are verified on the way.
   *
   * @param name what errors call it
   * @throws PancreasException {@code MODEL} if it is damaged, truncated, no such archive or larger
   *     than one can be
   */
  static KerasArchive read(byte[] bytes, String name) {
    try {
      if (!hasEnd(bytes)) {
        throw new EOFException("its end is missing");
      }
      Map<String, byte[]> entries = entries(bytes);
      if (!entries.containsKey(CONFIG)) {
        throw error(
            name,
            "a zip archive, but neither of one model (%s) nor of Keras (%s)"
                .formatted(ModelSource.DESCRIPTION_FILE, CONFIG),
            null);
      }
      if (!entries.containsKey(WEIGHTS)) {
        throw error(name, "this .keras archive holds no " + WEIGHTS, null);
      }
      return new KerasArchive(
          new String(entries.get(CONFIG), StandardCharsets.UTF_8), entries.get(WEIGHTS));
    } catch (EOFException e) {
      throw error(name, "a truncated zip archive", e);
    } catch (IOException | IllegalArgumentException e) {
      throw error(name, "a damaged zip archive: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          name + ": memory does not suffice to read it; give Java more (-Xmx)",
          e);
    }
  }

  private static Map<String, byte[]> entries(byte[] bytes) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      long left = ModelSource.MAX_WEIGHTS_BYTES;
      int count = 0;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (++count > MAX_ENTRIES) {
          throw new ZipException("more than " + MAX_ENTRIES + " entries");
        }
        switch (entry.getName()) {
          case CONFIG, WEIGHTS -> {
            byte[] content =
                zip.readNBytes(
                    (int) Math.min(left, entry.getName().equals(CONFIG) ? MAX_CONFIG_BYTES : left));
            left -= content.length;
            if (entries.put(entry.getName(), content) != null) {
              throw new ZipException("two entries are called " + entry.getName());
            }
          }
          default -> left -= skip(zip, left);
        }
        if (zip.read() >= 0) {
          throw new ZipException("an entry is larger than it can be");
        }
      }
    }
    return entries;
  }

  /** Passes over an entry, or the part of it that is allowed. */
  private static long skip(InputStream entry, long most) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    int count = 0;
    while (count >= 0 && done < most) {
      count = entry.read(buffer, 0, (int) Math.min(buffer.length, most - done));
      done += Math.max(count, 0);
    }
    return done;
  }

  private static boolean hasEnd(byte[] bytes) {
    int first = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT_BYTES);
    for (int at = bytes.length - END_BYTES; at >= first; at--) {
      if (startsWith(bytes, at, END)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] start) {
    for (int i = 0; i < start.length; i++) {
      if (at + i >= bytes.length || bytes[at + i] != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static PancreasException error(String name, String message, Exception cause) {
    return new PancreasException(ErrorCode.MODEL, name + ": " + message, cause);
  }
}
