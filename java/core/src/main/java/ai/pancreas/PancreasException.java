package ai.pancreas;

import java.util.Objects;

/**
 * The one exception of this library for things that go wrong with inputs, models, devices and
 * outputs.
 *
 * <p>The message is one line that says what is wrong, where (file, slice, millimetres) and what to
 * do about it. It never holds patient data.
 */
public final class PancreasException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** An error with a one-line message. */
  public PancreasException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** An error with a one-line message and the exception behind it. */
  public PancreasException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** What kind of error this is. */
  public ErrorCode code() {
    return code;
  }
}
