package ai.pancreas.tensorflow;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.volume.Orientation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        new ModelDescription(
            "random",
            "random weights",
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
                Map.of(1, "pancreas")),
            "weights.hdf5",
            "",
            "",
            List.of(),
            List.of(),
            Map.of()),
        new Weights(tensors));
  }

  /** A model whose description names a network that no engine builds. */
  static Model ofAnotherNetwork() {
    Model model = of(List.of(8, 16, 16), 1);
    ModelDescription d = model.description();
    ModelDescription other =
        new ModelDescription(
            d.id(),
            d.title(),
            new NetworkDescription("segmentation-2024", List.of(16, 32, 64)),
            new SegmentationTask(d.preprocessing(), d.postprocessing(), d.labels()),
            d.weightsFile(),
            d.weightsSha256(),
            d.licence(),
            d.credits(),
            d.metrics(),
            Map.of());
    return new Model(other, model.weights());
  }
}
