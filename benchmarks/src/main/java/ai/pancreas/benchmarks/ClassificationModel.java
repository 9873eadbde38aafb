package ai.pancreas.benchmarks;

import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.train.InitialWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What classification is measured with: the reference project's network with random weights. */
final class ClassificationModel {
  /** Slices, rows and columns of the network's input. */
  static final int SIZE = 96;

  private static final NetworkDescription NETWORK =
      new NetworkDescription(
          NetworkDescription.CLASSIFICATION_2024,
          List.of(16, 32, 64, 128, 256),
          List.of(SIZE, SIZE, SIZE));

  private static final ModelDescription DESCRIPTION =
      new ModelDescription(
          "generated",
          "Random weights, for measuring how long it takes; its probabilities mean nothing",
          NETWORK,
          new ClassificationTask(new RegionPreprocessing.Corrected(0.9), Optional.empty()),
          ModelFolder.WEIGHTS_FILE,
          "",
          ModelDescription.NO_LICENCE,
          List.of(),
          List.of(),
          Map.of());

  private ClassificationModel() {}

  /** The model. */
  static Model random() {
    return new Model(DESCRIPTION, InitialWeights.of(NETWORK, 1));
  }

  /** Writes the model to a folder, which the command line takes. */
  static void write(Path folder) {
    ModelFolder.write(folder, DESCRIPTION, random().weights());
  }
}
