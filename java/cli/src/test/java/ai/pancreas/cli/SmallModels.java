package ai.pancreas.cli;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.model.Task;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.volume.Orientation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Writes models that are made, not trained. */
final class SmallModels {
  private SmallModels() {}

  /** A classification model of 16 x 16 x 16 voxels with random weights. */
  static Path classification(Path folder, String id) {
    Random random = new Random(7);
    return write(
        folder,
        id,
        new NetworkDescription(
            NetworkDescription.CLASSIFICATION_2024, List.of(4, 8), List.of(16, 16, 16)),
        new ClassificationTask(new Corrected(0.9), Optional.empty()),
        name -> name.endsWith("variance") ? 1 : (float) (0.2 * random.nextGaussian()));
  }

  /** A segmentation model whose weights are zero: it finds nothing anywhere. */
  static Path findingNothing(Path folder) {
    Filters3 linear = new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);
    return write(
        folder,
        "finding-nothing",
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(8, 8, 8)),
        new SegmentationTask(
            new Preprocessing(
                Orientation.LPS,
                0,
                64,
                64,
                linear,
                new Preprocessing.Intensity(
                    Preprocessing.Step.BEFORE_RESAMPLING, -200, 300, Preprocessing.Range.WINDOW),
                Preprocessing.LOWEST_INPUT),
            new Postprocessing(linear, 0.5, false),
            Map.of(1, "pancreas")),
        name -> 0);
  }

  /** Gives a value for a tensor of some name. */
  private interface Values {
    float next(String name);
  }

  private static Path write(
      Path folder, String id, NetworkDescription network, Task task, Values values) {
    List<Tensor> tensors = network.tensors().stream().map(shape -> tensor(shape, values)).toList();
    ModelDescription description =
        new ModelDescription(
            id,
            "Made for a test",
            network,
            task,
            ModelFolder.WEIGHTS_FILE,
            "",
            "CC0-1.0",
            List.of(),
            List.of(),
            Map.of("data", "nothing at all"));
    ModelFolder.write(folder, description, new Weights(tensors));
    return folder;
  }

  private static Tensor tensor(TensorShape shape, Values values) {
    int count = shape.shape().stream().reduce(1, Math::multiplyExact);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = values.next(shape.name());
    }
    return new Tensor(shape.name(), shape.shape(), numbers);
  }
}
