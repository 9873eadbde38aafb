package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.io.InputStream;

/** The files of one model, wherever they are. */
abstract class ModelFiles {

  /** What errors call a file. */
  abstract String name(String file);

  abstract InputStream open(String file) throws IOException;

  /**
   * A whole file.
   *
   * @throws PancreasException {@code MODEL} if it cannot be read or is larger than allowed, {@code
   *     DEVICE} if memory does not suffice
   */
  final byte[] read(String file, int maxBytes) {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new PancreasException(
            ErrorCode.MODEL,
            "%s: larger than the %d MB that a file of this kind can have"
                .formatted(name(file), maxBytes >> 20));
      }
      return bytes;
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.MODEL, name(file) + ": cannot be read: " + reason(e), e);
    } catch (OutOfMemoryError e) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          name(file) + ": memory does not suffice to read it; give Java more (-Xmx)",
          e);
    }
  }

  private static String reason(IOException e) {
    return switch (e.getClass().getSimpleName()) {
      case "NoSuchFileException", "FileNotFoundException" -> "no such file";
      case "AccessDeniedException" -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
