package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.report.Machine;
import ai.pancreas.train.Batch;
import ai.pancreas.train.InitialWeights;
import ai.pancreas.train.LossOptions;
import ai.pancreas.train.Normalization;
import ai.pancreas.train.OptimizerOptions;
import ai.pancreas.train.TrainingNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares a training step of the full network, 8 slices of 160 x 160, with the forward pass of the
 * same batch on the TensorFlow engine and, where there is a Python with Keras and TensorFlow, with
 * Keras's training step.
 *
 * <p>All take turns, so that what disturbs a busy machine disturbs all alike. Ratios are medians of
 * the rounds' own ratios.
 */
public final class TrainingComparison {
  private static final int SLICES = 8;
  private static final int SIZE = 160;
  private static final int WARM_UP = 3;
  private static final String STEP = "training step";
  private static final String NO_KERAS = "not compared: %s has no Keras with TensorFlow";

  private TrainingComparison() {}

  /**
   * What is written as JSON.
   *
   * @param machine the machine, and its load before the first round
   * @param date the day, ISO 8601
   * @param keras its version, or why there is none
   * @param milliseconds of all rounds
   * @param stepRatio the training step to each of the others
   */
  private record Report(
      Machine machine,
      String date,
      int threads,
      String keras,
      Map<String, List<Double>> milliseconds,
      Map<String, Double> medianMilliseconds,
      Map<String, Double> stepRatio) {}

  /** Something that takes time. */
  private interface Measured {
    /** Does it once; the milliseconds that it took. */
    double run() throws IOException;
  }

  /** Arguments: the folder for results, rounds, threads, a Python, {@code keras_step.py}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    String python = args[3];
    Report report;
    if (KerasStep.isAvailable(python)) {
      try (KerasStep keras = new KerasStep(python, Path.of(args[4]), SLICES, SIZE, threads)) {
        Map<String, Measured> others = new LinkedHashMap<>();
        for (String form : KerasStep.FORMS) {
          others.put("Keras's training step, " + form, () -> keras.milliseconds(form));
        }
        report = measure(rounds, threads, keras.versions(), others);
      }
    } else {
      report = measure(rounds, threads, NO_KERAS.formatted(python), Map.of());
    }
    Results.writeJson(Path.of(args[0], "training.json"), report);
    System.out.println(report.machine().describe());
    System.out.println(report.keras());
    System.out.println();
    System.out.printf(
        "| 8 slices of 160 x 160, medians of %d, %d threads | ms | training step to it |%n",
        rounds, threads);
    System.out.println("| --- | ---: | ---: |");
    report
        .medianMilliseconds()
        .forEach(
            (what, median) ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f |%n",
                    what,
                    median,
                    report.stepRatio().get(what)));
  }

  private static Report measure(int rounds, int threads, String keras, Map<String, Measured> others)
      throws IOException {
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
      Map<String, Measured> all = new LinkedHashMap<>();
      all.put(
          "forward pass",
          () -> milliseconds(() -> engine.run(input, SLICES, SIZE, SIZE, probability)));
      all.put(STEP, () -> milliseconds(() -> training.step(batch, 0.001)));
      all.putAll(others);
      Machine machine = Machine.here();
      return report(machine, threads, keras, takeTurns(all, rounds));
    }
  }

  private static Map<String, List<Double>> takeTurns(Map<String, Measured> all, int rounds)
      throws IOException {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    all.keySet().forEach(what -> times.put(what, new ArrayList<>()));
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Map.Entry<String, Measured> measured : all.entrySet()) {
        double time = measured.getValue().run();
        if (round >= 0) {
          times.get(measured.getKey()).add(time);
        }
      }
    }
    return times;
  }

  private static Report report(
      Machine machine, int threads, String keras, Map<String, List<Double>> times) {
    Map<String, Double> medians = new LinkedHashMap<>();
    Map<String, Double> ratios = new LinkedHashMap<>();
    times.forEach(
        (what, ofAll) -> {
          List<Double> ofRounds = new ArrayList<>();
          for (int round = 0; round < ofAll.size(); round++) {
            ofRounds.add(times.get(STEP).get(round) / ofAll.get(round));
          }
          medians.put(what, Median.of(ofAll));
          ratios.put(what, Median.of(ofRounds));
        });
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    return new Report(machine, today, threads, keras, times, medians, ratios);
  }

  private static double milliseconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
