package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Stage;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Stderr stderr = new Stderr(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  @Test
  void jsonTellsTheEndOfEveryStage() {
    try (Progress progress = new Progress(new ProgressJson(stderr), new Cancellation())) {
      progress.progress(Stage.READ, 20, 20);
      progress.progress(Stage.NETWORK, 8, 20);
      progress.progress(Stage.NETWORK, 20, 20);
      progress.progress(Stage.NETWORK, 16, 20);
    }

    List<JsonObject> events =
        text().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    JsonObject read = lastOf("read", events);
    JsonObject network = lastOf("network", events);
    assertEquals(20, read.get("done").getAsInt());
    assertEquals(20, network.get("done").getAsInt(), "late reports do not undo progress");
    assertEquals(20, network.get("total").getAsInt());
  }

  @Test
  void theNextTaskCountsFromTheStart() {
    try (Progress progress = new Progress(new ProgressJson(stderr), new Cancellation())) {
      progress.progress(Stage.WRITE, 20, 20);
      progress.nextTask();
      progress.progress(Stage.WRITE, 5, 20);
    }

    assertTrue(text().lines().reduce((a, b) -> b).orElseThrow().contains("\"done\":5"), text());
  }

  @Test
  void theBarShowsStagesThatTakeTimeAndNoOthers() {
    ProgressBar bar = new ProgressBar(stderr);
    bar.update(new StageProgress(Stage.READ, 5, 20, 0.1));
    bar.end(new StageProgress(Stage.READ, 20, 20, 0.2));
    assertEquals("", text());

    bar.update(new StageProgress(Stage.NETWORK, 5, 20, 1.5));
    bar.end(new StageProgress(Stage.NETWORK, 20, 20, 6));
    assertTrue(text().contains(" 25 %  1.5 s"), text());
    assertTrue(text().endsWith("100 %  6.0 s" + System.lineSeparator()), text());
  }

  @Test
  void theBarFitsATerminalOf80Columns() {
    for (Stage stage : Stage.values()) {
      String text =
          ProgressBar.text(new StageProgress(stage, Long.MAX_VALUE - 1, Long.MAX_VALUE, 99999));
      assertTrue(text.length() < 80, text);
    }
  }

  @Test
  void aLineIsWrittenAboveTheStatusWhichStays() {
    stderr.status("status");
    stderr.line("line");
    stderr.status("");

    String[] written = text().split(System.lineSeparator());
    assertEquals("\rstatus\r      \rline", written[0]);
    assertEquals("\rstatus\r      \r", written[1]);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static JsonObject lastOf(String stage, List<JsonObject> events) {
    return events.stream()
        .filter(event -> event.get("stage").getAsString().equals(stage))
        .reduce((a, b) -> b)
        .orElseThrow();
  }
}
