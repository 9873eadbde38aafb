package ai.pancreas.tensorflow;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.model.Task;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.volume.Orientation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Models of random weights, scaled so that signals neither vanish nor grow through the network. */
public final class RandomModel {
  private RandomModel() {}

  /** A model with these filters. */
  public static Model of(List<Integer> filters, long seed) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : Segmentation2021.tensors(filters)) {
      List<Integer> shape = tensor.shape();
      float[] values =
          new float[shape.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b)];
      double fanIn = values.length / (double) shape.get(shape.size() - 1);
      double scale = shape.size() == 5 ? Math.sqrt(2 / fanIn) : 0.1;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (scale * random.nextGaussian());
      }
      tensors.add(new Tensor(tensor.name(), shape, values));
    }
    Filters3 linear = new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);
    return new Model(
        description(
            new NetworkDescription(NetworkDescription.SEGMENTATION_2021, filters),
            new SegmentationTask(
                new Preprocessing(
                    Orientation.LPS,
                    0,
                    160,
                    160,
                    linear,
                    new Preprocessing.Intensity(
                        Preprocessing.Step.BEFORE_RESAMPLING, 0, 255, Preprocessing.Range.WINDOW),
                    Preprocessing.LOWEST_INPUT),
                new Postprocessing(linear, 0.5, false),
                Map.of(1, "pancreas"))),
        new Weights(tensors));
  }

  /** A segmentation model on volumes. */
  public static Model segmentation2024(List<Integer> filters, long seed) {
    NetworkDescription network =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2024, filters);
    Task task = of(List.of(2, 2, 2), 1).description().task();
    return new Model(description(network, task), weights(network, seed));
  }

  /** A classification model. */
  public static Model classification2024(
      List<Integer> filters, List<Integer> inputSize, long seed) {
    NetworkDescription network =
        new NetworkDescription(NetworkDescription.CLASSIFICATION_2024, filters, inputSize);
    Task task = new ClassificationTask(new RegionPreprocessing.Reference(), Optional.empty());
    return new Model(description(network, task), weights(network, seed));
  }

  /** Weights of a network of 2024, with a batch normalisation that changes much. */
  public static Weights weights(NetworkDescription network, long seed) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : network.tensors()) {
      List<Integer> shape = tensor.shape();
      String part = tensor.name().substring(tensor.name().lastIndexOf('/') + 1);
      float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
      double fanIn = values.length / (double) shape.get(shape.size() - 1);
      double scale = Math.sqrt((shape.size() == 5 ? 2 : 0.02) / fanIn);
      for (int i = 0; i < values.length; i++) {
        values[i] =
            (float)
                switch (part) {
                  case "kernel" -> scale * random.nextGaussian();
                  case "gamma", "variance" -> 0.5 + random.nextDouble();
                  default -> 0.2 * random.nextGaussian();
                };
      }
      tensors.add(new Tensor(tensor.name(), shape, values));
    }
    return new Weights(tensors);
  }

  private static ModelDescription description(NetworkDescription network, Task task) {
    return new ModelDescription(
        "random",
        "random weights",
        network,
        task,
        "weights.hdf5",
        "",
        "",
        List.of(),
        List.of(),
        Map.of());
  }
}
