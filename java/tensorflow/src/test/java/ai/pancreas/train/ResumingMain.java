package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import java.nio.file.Path;
import java.util.List;

/** Trains some steps with one thread, in a process of its own that ends as if it was killed. */
final class ResumingMain {
  private ResumingMain() {}

  /** Arguments: the state to go on from or "-", the step to stop after, the state to write. */
  public static void main(String[] args) {
    NetworkDescription network =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(4, 8, 16));
    TrainingNetwork training =
        TrainingNetwork.open(
            network,
            InitialWeights.of(network, 1),
            Normalization.BATCH,
            new LossOptions(7, 1, 1, 1, List.of(0.5, 0.5)),
            OptimizerOptions.adamW(0.01, 0.9),
            1);
    if (!args[0].equals("-")) {
      training.restore(TrainingState.read(Path.of(args[0])));
    }
    long steps;
    do {
      steps = training.state().steps() + 1;
      training.step(Discs.batch(4, 48, steps), 0.001);
    } while (steps < Long.parseLong(args[1]));
    training.state().write(Path.of(args[2]));
    Runtime.getRuntime().halt(0);
  }
}
