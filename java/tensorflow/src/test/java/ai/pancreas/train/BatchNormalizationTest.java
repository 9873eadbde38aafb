package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Normalizer;
import ai.pancreas.tensorflow.Parameters;
import ai.pancreas.tensorflow.Segmentation2021Graph;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

class BatchNormalizationTest {
  private static final NetworkDescription NETWORK =
      new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(4, 8, 16));

  private static final int SIZE = 32;

  /** The definition, step by step in float64, against the folded weights. */
  @Test
  void theFoldedNetworkDoesWhatTheNormalisedOneDoes() {
    Random random = new Random(1);
    Weights weights =
        randomised(
            BatchNormalization.withScales(NETWORK, InitialWeights.of(NETWORK, 1)), random, 0.5);
    Weights statistics = randomised(BatchNormalization.initialStatistics(NETWORK), random, 0.5);
    Weights folded = BatchNormalization.fold(NETWORK, weights, statistics);
    double[] input = new double[2 * SIZE * SIZE];
    for (int i = 0; i < input.length; i++) {
      input[i] = 2 * random.nextDouble() - 1;
    }

    double[] expected = probability(input, weights, new ByDefinition(weights, statistics));
    double[] actual = probability(input, folded, null);

    double least = 1;
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      least = Math.min(least, expected[i]);
      most = Math.max(most, expected[i]);
      // Folded weights are rounded to float32; logits are of the order of 1.
      assertEquals(expected[i], actual[i], 1e-5);
    }
    assertTrue(most - least > 0.01, "the probability hardly varies: " + least + " to " + most);
  }

  @Test
  void theFirstStepTakesTheStatisticsOfItsBatch() {
    Batch batch = Discs.batch(3, SIZE, 2);
    Weights initial = InitialWeights.of(NETWORK, 1);
    TrainingState state;
    try (TrainingNetwork training =
        TrainingNetwork.open(
            NETWORK,
            initial,
            Normalization.BATCH,
            LossOptions.REFERENCE,
            OptimizerOptions.ADAM,
            1)) {
      training.step(batch, 0.001);
      state = training.state();
    }

    Tensor kernel = initial.get("encoder0/conv0/kernel");
    int channels = kernel.shape().get(4);
    for (int channel = 0; channel < channels; channel++) {
      double sum = 0;
      double squares = 0;
      int count = 3 * SIZE * SIZE;
      for (int i = 0; i < count; i++) {
        double value = convolution(batch, kernel, channel, i);
        sum += value;
        squares += value * value;
      }
      double mean = sum / count;
      // TensorFlow divides by one less than the count; sums of 3072 values in float32.
      double variance = (squares / count - mean * mean) * count / (count - 1.0);
      String name = "encoder0/conv0";
      assertEquals(
          mean, state.statistics().get(BatchNormalization.mean(name)).values()[channel], 1e-5);
      assertEquals(
          variance,
          state.statistics().get(BatchNormalization.variance(name)).values()[channel],
          1e-5);
    }
  }

  private static double convolution(Batch batch, Tensor kernel, int channel, int pixel) {
    int channels = kernel.shape().get(4);
    int slice = pixel / (SIZE * SIZE);
    int row = pixel / SIZE % SIZE;
    int column = pixel % SIZE;
    double sum = 0;
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        int y = row + dy;
        int x = column + dx;
        if (y >= 0 && y < SIZE && x >= 0 && x < SIZE) {
          sum +=
              batch.input().get((slice * SIZE + y) * SIZE + x)
                  * kernel.values()[((dy + 1) * 3 + dx + 1) * channels + channel];
        }
      }
    }
    return sum;
  }

  private record ByDefinition(Weights weights, Weights statistics) {
    Normalizer<TFloat64> in(Ops tf) {
      return (x, bias, name) -> {
        Operand<TFloat64> mean = constant(tf, statistics, BatchNormalization.mean(name));
        Operand<TFloat64> variance = constant(tf, statistics, BatchNormalization.variance(name));
        Operand<TFloat64> scale = constant(tf, weights, BatchNormalization.scale(name));
        Operand<TFloat64> deviation =
            tf.math.sqrt(tf.math.add(variance, tf.constant((double) BatchNormalization.EPSILON)));
        Operand<TFloat64> normalised = tf.math.div(tf.math.sub(x, mean), deviation);
        return tf.math.add(tf.math.mul(normalised, scale), bias);
      };
    }
  }

  private static double[] probability(double[] input, Weights weights, ByDefinition normaliser) {
    TensorFlowRuntime.load();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Parameters<TFloat64> parameters = name -> constant(tf, weights, name);
      Segmentation2021Graph<TFloat64> layers =
          normaliser == null
              ? new Segmentation2021Graph<>(tf, TFloat64.class, NETWORK.filters(), parameters)
              : new Segmentation2021Graph<>(
                  tf, TFloat64.class, NETWORK.filters(), parameters, normaliser.in(tf));
      Shape shape = Shape.of(input.length / (SIZE * SIZE), SIZE, SIZE, 1);
      try (Session session = new Session(graph, TensorFlowRuntime.config(1));
          TFloat64 fed = TFloat64.tensorOf(shape, DataBuffers.of(input, true, false));
          Result result =
              session
                  .runner()
                  .feed(layers.input().op().name(), fed)
                  .fetch(layers.probability().op().name())
                  .run()) {
        double[] values = new double[input.length];
        ((TFloat64) result.get(0)).copyTo(DataBuffers.of(values, false, false));
        return values;
      }
    }
  }

  private static Operand<TFloat64> constant(Ops tf, Weights weights, String name) {
    Tensor tensor = weights.get(name);
    double[] values = new double[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.values()[i];
    }
    return tf.constant(Parameters.shape(tensor.shape()), DataBuffers.of(values, true, false));
  }

  /** The same with every value of a vector multiplied by 1 to 1 + spread, and moved a little. */
  private static Weights randomised(Weights weights, Random random, double spread) {
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : weights.tensors()) {
      float[] values = tensor.values().clone();
      if (tensor.shape().size() == 1) {
        for (int i = 0; i < values.length; i++) {
          values[i] =
              (float) (values[i] * (1 + spread * random.nextDouble()) + 0.1 * random.nextDouble());
        }
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }
}
