package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.internal.DirectFloats;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.ResidualBlock;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Classification2024Graph;
import ai.pancreas.tensorflow.FoldedNormalization;
import ai.pancreas.tensorflow.Normalizer;
import ai.pancreas.tensorflow.Parameters;
import ai.pancreas.tensorflow.RandomModel;
import ai.pancreas.tensorflow.ReferenceVolumeNetwork;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat64;

/** The graph that training uses, in float64, with batch normalisation as its definition reads. */
class ClassificationGradientTest {
  /** A first level with a shortcut convolution, a second one without. */
  private static final NetworkDescription NETWORK =
      new NetworkDescription(
          NetworkDescription.CLASSIFICATION_2024, List.of(2, 3, 3), List.of(4, 8, 4));

  private static final int VOLUMES = 3;
  private static final int VOXELS = 4 * 8 * 4;
  private static final float[] LABELS = {0, 1, 1};
  private static final double L2 = 0.01;
  private static final Weights WEIGHTS = RandomModel.weights(NETWORK, 3);

  /**
   * Central differences of this step have an error of about 1e-9 by rounding (1e-16 / 1e-7) and
   * less by truncation. No element is left out: one whose LeakyReLU or maximum changes sides within
   * the step would fail.
   */
  private static final double STEP = 1e-7;

  private static final double TOLERANCE = 1e-7;

  private final float[] input = new float[VOLUMES * VOXELS];
  private final List<TensorShape> tensors = OwnNormalization.trained(NETWORK);
  private final Map<String, Placeholder<TFloat64>> parameters = new LinkedHashMap<>();
  private final Graph graph = new Graph();
  private Session session;
  private Classification2024Graph<TFloat64> layers;
  private Operand<TFloat64> loss;
  private List<Output<?>> gradients;

  @BeforeEach
  void build() {
    ConvolutionGradients.register();
    Random random = new Random(4);
    for (int i = 0; i < input.length; i++) {
      input[i] = 2 * random.nextFloat() - 1;
    }
    Ops tf = Ops.create(graph);
    for (TensorShape tensor : tensors) {
      parameters.put(
          tensor.name(),
          tf.placeholder(TFloat64.class, Placeholder.shape(Parameters.shape(tensor.shape()))));
    }
    layers =
        new Classification2024Graph<>(
            tf, TFloat64.class, NETWORK, parameters::get, byDefinition(tf));
    Operand<TFloat64> labels = tf.constant(new double[] {LABELS[0], LABELS[1], LABELS[2]});
    loss =
        ClassificationLoss.of(
            tf, TFloat64.class, layers.logits(), labels, L2, tensors, parameters::get);
    gradients = tf.gradients(loss, parameters.values()).dy();
    session = new Session(graph, TensorFlowRuntime.config(1));
  }

  @AfterEach
  void close() {
    session.close();
    graph.close();
  }

  private Normalizer<TFloat64> byDefinition(Ops tf) {
    return (x, bias, convolution) -> {
      String norm = FoldedNormalization.normOf(convolution).orElseThrow();
      Operand<TFloat64> biased = tf.nn.biasAdd(x, bias);
      Operand<TFloat64> centred = tf.math.sub(biased, mean(tf, biased));
      Operand<TFloat64> variance = mean(tf, tf.math.square(centred));
      Operand<TFloat64> deviation =
          tf.math.sqrt(tf.math.add(variance, tf.constant((double) ResidualBlock.EPSILON)));
      return tf.math.add(
          tf.math.mul(tf.math.div(centred, deviation), parameters.get(norm + "/gamma")),
          parameters.get(norm + "/beta"));
    };
  }

  private static Operand<TFloat64> mean(Ops tf, Operand<TFloat64> x) {
    return tf.math.mean(x, tf.constant(new int[] {0, 1, 2, 3}), Mean.keepDims(true));
  }

  @Test
  void equalsCentralDifferencesForEveryParameter() {
    Map<String, double[]> point = Float64Training.parameters(WEIGHTS);
    List<double[]> computed = run(point, gradients);
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      String name = tensors.get(tensor).name();
      double[] gradient = computed.get(tensor);
      double[] values = point.get(name);
      double largest = 0;
      for (int i = 0; i < values.length; i++) {
        double value = values[i];
        values[i] = value + STEP;
        double above = run(point, List.of(loss)).get(0)[0];
        values[i] = value - STEP;
        double below = run(point, List.of(loss)).get(0)[0];
        values[i] = value;
        assertEquals((above - below) / (2 * STEP), gradient[i], TOLERANCE, name + " " + i);
        largest = Math.max(largest, Math.abs(gradient[i]));
      }
      // A bias before batch normalisation changes nothing.
      boolean isIdle = name.endsWith("/bias") && !name.startsWith("dense");
      assertEquals(isIdle, largest < 100 * TOLERANCE, name + ": " + largest);
    }
  }

  @Test
  void lossAndLogitsEqualTheirDefinition() {
    Map<String, double[]> point = Float64Training.parameters(WEIGHTS);
    double[] expected = reference().classify(doubles(input), VOLUMES, 4, 8, 4);
    List<double[]> actual = run(point, List.of(layers.logits(), loss));
    double expectedLoss = 0;
    for (int i = 0; i < VOLUMES; i++) {
      assertEquals(expected[i], actual.get(0)[i], 1e-12);
      double probability = 1 / (1 + Math.exp(-expected[i]));
      expectedLoss -= Math.log(LABELS[i] == 1 ? probability : 1 - probability) / VOLUMES;
    }
    for (TensorShape tensor : tensors) {
      if (tensor.shape().size() == 5) {
        expectedLoss += L2 * Arrays.stream(point.get(tensor.name())).map(k -> k * k).sum();
      }
    }
    assertEquals(expectedLoss, actual.get(1)[0], 1e-12);
  }

  @Test
  void aTrainingStepHasThisLossAndGradient() {
    Map<String, double[]> point = Float64Training.parameters(WEIGHTS);
    double squares =
        run(point, gradients).stream().flatMapToDouble(Arrays::stream).map(g -> g * g).sum();
    try (ClassificationNetwork training =
        ClassificationNetwork.open(NETWORK, WEIGHTS, L2, OptimizerOptions.ADAM, 1)) {
      StepResult result = training.step(FloatBuffer.wrap(input), LABELS, 0.001);
      // float32 against float64.
      assertEquals(run(point, List.of(loss)).get(0)[0], result.loss(), 1e-5);
      assertEquals(Math.sqrt(squares), result.gradientNorm(), 1e-4 * Math.sqrt(squares));
    }
  }

  @Test
  void theMovingAveragesFollowTheStatisticsOfEachBatch() {
    ReferenceVolumeNetwork reference = reference();
    reference.classify(doubles(input), VOLUMES, 4, 8, 4);
    FloatBuffer direct = DirectFloats.allocate(input.length).put(input).rewind();
    try (ClassificationNetwork training =
        ClassificationNetwork.open(NETWORK, WEIGHTS, L2, OptimizerOptions.ADAM, 1)) {
      // At a rate of 0 the weights stay, and with them what each batch measures.
      training.step(direct, LABELS, 0);
      training.step(direct, LABELS, 0);
      Weights weights = training.weights();
      for (Map.Entry<String, double[]> batch : reference.batchStatistics().entrySet()) {
        float[] start = WEIGHTS.get(batch.getKey()).values();
        float[] moving = weights.get(batch.getKey()).values();
        for (int k = 0; k < moving.length; k++) {
          double expected = 0.64 * start[k] + 0.36 * batch.getValue()[k];
          assertEquals(expected, moving[k], 1e-5 * Math.max(1, expected), batch.getKey());
        }
      }
      double logit =
          ReferenceVolumeNetwork.inference(NETWORK.filters(), weights)
              .classify(doubles(input), VOLUMES, 4, 8, 4)[2];
      assertEquals(1 / (1 + Math.exp(-logit)), training.predict(direct, VOLUMES)[2], 1e-5);
    }
  }

  private static ReferenceVolumeNetwork reference() {
    return ReferenceVolumeNetwork.training(NETWORK.filters(), WEIGHTS);
  }

  private List<double[]> run(Map<String, double[]> point, List<? extends Operand<?>> fetched) {
    List<TFloat64> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      feed(runner, fed, layers.input(), Shape.of(VOLUMES, 4, 8, 4, 1), doubles(input));
      parameters.forEach(
          (name, parameter) -> feed(runner, fed, parameter, parameter.shape(), point.get(name)));
      for (Operand<?> operand : fetched) {
        runner.fetch(operand.asOutput().op().name(), operand.asOutput().index());
      }
      try (Result result = runner.run()) {
        List<double[]> values = new ArrayList<>();
        for (int i = 0; i < fetched.size(); i++) {
          TFloat64 tensor = (TFloat64) result.get(i);
          double[] copy = new double[Math.toIntExact(tensor.size())];
          tensor.copyTo(DataBuffers.of(copy, false, false));
          values.add(copy);
        }
        return values;
      }
    } finally {
      fed.forEach(TFloat64::close);
    }
  }

  private static void feed(
      Session.Runner runner,
      List<TFloat64> fed,
      Operand<TFloat64> operand,
      Shape shape,
      double[] values) {
    TFloat64 tensor = TFloat64.tensorOf(shape, DataBuffers.of(values, true, false));
    fed.add(tensor);
    runner.feed(operand.op().name(), tensor);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
