package ai.pancreas.cli;

import com.google.gson.JsonObject;
import java.util.Locale;

/** One JSON object a line, for programs that run this one. */
final class ProgressJson implements ProgressView {
  private final Stderr stderr;
  private StageProgress last;

  ProgressJson(Stderr stderr) {
    this.stderr = stderr;
  }

  @Override
  public void update(StageProgress progress) {
    boolean news =
        last == null || last.stage() != progress.stage() || last.done() != progress.done();
    if (news) {
      write(progress);
      last = progress;
    }
  }

  @Override
  public void end(StageProgress progress) {
    update(progress);
    last = null;
  }

  private void write(StageProgress progress) {
    JsonObject event = new JsonObject();
    event.addProperty("event", "progress");
    event.addProperty("stage", progress.stage().name().toLowerCase(Locale.ROOT));
    event.addProperty("done", progress.done());
    event.addProperty("total", progress.total());
    event.addProperty("seconds", Math.round(progress.seconds() * 1000) / 1000.0);
    stderr.line(event.toString());
  }
}
