package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.train.Batch;
import ai.pancreas.train.InitialWeights;
import ai.pancreas.train.LossOptions;
import ai.pancreas.train.Normalization;
import ai.pancreas.train.OptimizerOptions;
import ai.pancreas.train.TrainingNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a training step of the full segmentation network, 8 slices of 160 x 160, with the
 * forward pass of the same batch on the TensorFlow engine and, where there is a Python with Keras
 * and TensorFlow, with Keras's training step: of the network on images, and of the reference
 * project's layers on a volume.
 */
public final class TrainingComparison {
  private static final int SLICES = 8;
  private static final int SIZE = 160;
  private static final List<String> KERAS_FORMS = List.of("2d", "3d");
  private static final String STEP = "training step";

  private TrainingComparison() {}

  /** Arguments: the folder for results, rounds, threads, a Python, {@code keras_step.py}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    String python = args[3];
    Turns turns;
    if (KerasProcess.isAvailable(python)) {
      try (KerasProcess keras = new KerasProcess(python, Path.of(args[4]), SLICES, SIZE, threads)) {
        Map<String, Turns.Work> others = new LinkedHashMap<>();
        for (String form : KERAS_FORMS) {
          others.put("Keras's training step, " + form, () -> keras.milliseconds(form));
        }
        turns = measure(rounds, threads, keras.versions(), others);
      }
    } else {
      turns = measure(rounds, threads, KerasProcess.missing(python), Map.of());
    }
    turns.report(Path.of(args[0], "training.json"), "8 slices of 160 x 160", STEP);
  }

  private static Turns measure(
      int rounds, int threads, String keras, Map<String, Turns.Work> others) throws IOException {
    FloatBuffer input = Floats.random(SLICES * SIZE * SIZE, 1);
    FloatBuffer mask = Floats.direct(SLICES * SIZE * SIZE);
    for (int i = 0; i < mask.capacity(); i++) {
      mask.put(i, input.get(i) > 0.9f ? 1 : 0);
    }
    Batch batch = new Batch(input, mask, SLICES, SIZE, SIZE);
    FloatBuffer probability = Floats.direct(SLICES * SIZE * SIZE);
    Model model = NetworkModel.random();
    NetworkDescription network = model.description().network();
    try (Engine engine = new Engines().open("tensorflow", model, new EngineOptions(threads));
        TrainingNetwork training =
            TrainingNetwork.open(
                network,
                InitialWeights.of(network, 1),
                Normalization.NONE,
                LossOptions.REFERENCE,
                OptimizerOptions.ADAM,
                threads)) {
      Map<String, Turns.Work> all = new LinkedHashMap<>();
      all.put(
          "forward pass", Turns.timed(() -> engine.run(input, SLICES, SIZE, SIZE, probability)));
      all.put(STEP, Turns.timed(() -> training.step(batch, 0.001)));
      all.putAll(others);
      return Turns.take(all, STEP, rounds, threads, keras);
    }
  }
}
