package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JSON files of a cache. */
final class DatasetJson {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private DatasetJson() {}

  /**
   * Reads a record.
   *
   * @throws PancreasException {@code BAD_DATA} if the file is damaged, or its record refuses it
   */
  static <T> T read(Path file, Class<T> type) {
    try {
      T value = GSON.fromJson(Files.readString(file), type);
      if (value != null) {
        return value;
      }
    } catch (IOException e) {
      throw new PancreasException(ErrorCode.BAD_DATA, file + " cannot be read as text", e);
    } catch (RuntimeException e) {
      // Gson wraps what a record's constructor throws; a field that is missing is null there.
      Throwable reason = e;
      while (reason.getCause() != null) {
        reason = reason.getCause();
      }
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          file
              + " is damaged"
              + (reason instanceof IllegalArgumentException
                  ? ": " + reason.getMessage()
                  : "; make it again"),
          e);
    }
    throw new PancreasException(ErrorCode.BAD_DATA, file + " is empty; make it again");
  }

  /** Writes a record, whole or not at all. */
  static void write(Path file, Object value) {
    AtomicFile.write(file, out -> out.write(text(value).getBytes(StandardCharsets.UTF_8)));
  }

  /** A record as JSON; the same for equal records. */
  static String text(Object value) {
    return GSON.toJson(value) + "\n";
  }
}
