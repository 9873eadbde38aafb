package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.report.Machine;
import ai.pancreas.train.Batch;
import ai.pancreas.train.InitialWeights;
import ai.pancreas.train.LossOptions;
import ai.pancreas.train.OptimizerOptions;
import ai.pancreas.train.TrainingNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares a training step of the full network, 8 slices of 160 x 160, with the forward pass of the
 * same batch on the TensorFlow engine.
 *
 * <p>Both alternate in one process, so that what disturbs a busy machine disturbs both alike. The
 * ratio is the median of the rounds' own ratios.
 */
public final class TrainingComparison {
  private static final int SLICES = 8;
  private static final int SIZE = 160;
  private static final int WARM_UP = 3;

  private TrainingComparison() {}

  /** What is written as JSON, times in milliseconds. */
  private record Report(
      String machine,
      int threads,
      List<Double> forward,
      List<Double> step,
      double forwardMedian,
      double stepMedian,
      double ratioMedian) {}

  /** Arguments: the folder for results, rounds, threads. */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    FloatBuffer input = Floats.random(SLICES * SIZE * SIZE, 1);
    FloatBuffer mask = Floats.direct(SLICES * SIZE * SIZE);
    for (int i = 0; i < mask.capacity(); i++) {
      mask.put(i, input.get(i) > 0.9f ? 1 : 0);
    }
    Batch batch = new Batch(input, mask, SLICES, SIZE, SIZE);
    FloatBuffer probability = Floats.direct(SLICES * SIZE * SIZE);
    Model model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    NetworkDescription network = model.description().network();
    List<Double> forward = new ArrayList<>();
    List<Double> step = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    try (Engine engine = new Engines().open("tensorflow", model, new EngineOptions(threads));
        TrainingNetwork training =
            TrainingNetwork.open(
                network,
                InitialWeights.of(network, 1),
                LossOptions.REFERENCE,
                OptimizerOptions.ADAM,
                threads)) {
      for (int round = -WARM_UP; round < rounds; round++) {
        double ofForward = milliseconds(() -> engine.run(input, SLICES, SIZE, SIZE, probability));
        double ofStep = milliseconds(() -> training.step(batch, 0.001));
        if (round >= 0) {
          forward.add(ofForward);
          step.add(ofStep);
          ratios.add(ofStep / ofForward);
        }
      }
    }
    Report report =
        new Report(
            Machine.here().describe(),
            threads,
            forward,
            step,
            Median.of(forward),
            Median.of(step),
            Median.of(ratios));
    Results.writeJson(Path.of(args[0], "training.json"), report);
    System.out.println(report.machine());
    System.out.println();
    System.out.println("| 8 slices of 160 x 160, median of " + rounds + " | ms |");
    System.out.println("| --- | ---: |");
    System.out.printf(Locale.ROOT, "| forward pass | %.0f |%n", report.forwardMedian());
    System.out.printf(Locale.ROOT, "| training step | %.0f |%n", report.stepMedian());
    System.out.printf(Locale.ROOT, "| ratio | %.2f |%n", report.ratioMedian());
  }

  private static double milliseconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
