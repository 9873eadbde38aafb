package ai.pancreas.dicom;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * A file that should be DICOM and cannot be used.
 *
 * @param name of the file
 * @param reason what is wrong with it
 * @param seriesKey the series it belongs to, if it was readable so far
 */
record Damage(String name, String reason, Optional<String> seriesKey) {

  /** The error that this damage is. */
  PancreasException toException() {
    return new PancreasException(ErrorCode.BAD_DATA, describe());
  }

  /** File and reason. */
  String describe() {
    return name + ": " + reason;
  }

  /** An exception of input as an error about a file. */
  static PancreasException exception(String name, IOException e) {
    return new PancreasException(ErrorCode.BAD_DATA, name + ": " + reason(e), e);
  }

  /** The file that an exception is about, or else the given one, and a colon. */
  static String subject(String name, IOException e) {
    return e instanceof FileSystemException f && f.getFile() != null
        ? f.getFile() + ": "
        : name + ": ";
  }

  /** A few words for an exception of input. */
  static String reason(IOException e) {
    if (e instanceof EOFException) {
      return "the file is truncated";
    }
    if (e instanceof AccessDeniedException) {
      return "the file may not be read (permission denied)";
    }
    if (e instanceof NoSuchFileException) {
      return "the file vanished";
    }
    if (e instanceof ZipException) {
      return "the zip or deflated data are damaged ("
          + oneLine(String.valueOf(e.getMessage()))
          + ")";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return oneLine(f.getReason());
    }
    return oneLine(String.valueOf(e.getMessage()));
  }

  /** A text without control characters, for messages of one line. */
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
