package ai.pancreas.benchmarks;

import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times the classification network alone, one region of 96 x 96 x 96 with filters 16 to 256, and,
 * where there is a Python with Keras and TensorFlow, the same network there.
 */
public final class ClassificationComparison {
  private static final int SIZE = ClassificationModel.SIZE;
  private static final String OURS = "forward pass";

  private ClassificationComparison() {}

  /** Arguments: the folder for results, rounds, threads, a Python, {@code keras_forward.py}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    String python = args[3];
    Turns turns;
    if (KerasProcess.isAvailable(python)) {
      try (KerasProcess keras = new KerasProcess(python, Path.of(args[4]), SIZE, threads)) {
        turns =
            measure(
                rounds,
                threads,
                keras.versions(),
                Map.of("Keras's forward pass", () -> keras.milliseconds("forward")));
      }
    } else {
      turns = measure(rounds, threads, KerasProcess.missing(python), Map.of());
    }
    turns.report(Path.of(args[0], "classification.json"), "a region of 96 x 96 x 96", OURS);
  }

  private static Turns measure(
      int rounds, int threads, String keras, Map<String, Turns.Work> others) throws IOException {
    FloatBuffer region = Floats.random(SIZE * SIZE * SIZE, 1);
    try (ClassificationEngine engine =
        new Engines()
            .openClassifier(
                Engines.AUTO, ClassificationModel.random(), new EngineOptions(threads))) {
      Map<String, Turns.Work> all = new LinkedHashMap<>();
      all.put(OURS, Turns.timed(() -> engine.probability(region)));
      all.putAll(others);
      return Turns.take(all, OURS, rounds, threads, keras);
    }
  }
}
