package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorLineTest {

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void aKnownErrorGivesItsExitCodeAndItsMessage(ErrorCode code) {
    ErrorLine line = ErrorLine.of(new PancreasException(code, "slice 3 is missing"));

    assertEquals(new ErrorLine(code.exitCode(), "pancreas-ai: error: slice 3 is missing"), line);
  }

  @Test
  void aKnownErrorIsFoundBehindTheExceptionsOfThreadPools() {
    ErrorLine line =
        ErrorLine.of(
            new CompletionException(new PancreasException(ErrorCode.BAD_DATA, "truncated")));

    assertEquals(4, line.exitCode());
  }

  @Test
  void lackOfMemoryIsADeviceErrorWithAdvice() {
    ErrorLine line = ErrorLine.of(new RuntimeException(new OutOfMemoryError("Java heap space")));

    assertEquals(7, line.exitCode());
    assertTrue(line.text().contains("JDK_JAVA_OPTIONS=-Xmx"), line.text());
  }

  @Test
  void anUnknownErrorIsOneLineThatSaysHowToLearnMore() {
    ErrorLine line = ErrorLine.of(new IllegalStateException("first\n  second\r\nthird"));

    assertEquals(1, line.exitCode());
    assertTrue(line.text().contains("first second third"), line.text());
    assertTrue(line.text().contains("PANCREAS_AI_DEBUG=1"), line.text());
  }
}
