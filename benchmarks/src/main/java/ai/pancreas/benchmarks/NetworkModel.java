package ai.pancreas.benchmarks;

import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.train.InitialWeights;
import java.util.List;
import java.util.Map;

/** What engines are measured with: the reference project's network with random weights. */
final class NetworkModel {
  private static final NetworkDescription NETWORK =
      new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(16, 32, 64, 128, 256));

  private NetworkModel() {}

  /** The network between the steps of the default model, whose grid engines do not look at. */
  public static Model random() {
    ModelDescription around = new ModelRepository().describe(ModelRepository.DEFAULT_ID);
    return new Model(
        new ModelDescription(
            "random",
            "The reference network with random weights",
            NETWORK,
            new SegmentationTask(around.preprocessing(), around.postprocessing(), around.labels()),
            ModelFolder.WEIGHTS_FILE,
            "",
            ModelDescription.NO_LICENCE,
            List.of(),
            List.of(),
            Map.of()),
        InitialWeights.of(NETWORK, 1));
  }
}
