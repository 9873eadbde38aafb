package ai.pancreas.dicom;

import java.io.IOException;

/**
 * A file breaks the rules of DICOM or uses what is not supported; the message is a short reason.
 */
final class DicomFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  DicomFormatException(String reason) {
    super(reason);
  }

  DicomFormatException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
