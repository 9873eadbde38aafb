package ai.pancreas.train;

import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Parameters;
import ai.pancreas.tensorflow.Segmentation2021Graph;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;

/** The graph that training uses, in float64 and with parameters that each run is given. */
final class Float64Training implements AutoCloseable {
  private final Map<String, Placeholder<TFloat64>> parameters = new LinkedHashMap<>();
  private final Graph definition = new Graph();
  private final Graph graph = new Graph();
  private final Session session;
  private final Segmentation2021Graph<TFloat64> layers;
  private final Placeholder<TFloat64> mask;
  private final Operand<TFloat64> loss;
  private final List<Output<?>> gradients;

  Float64Training(List<Integer> filters, LossOptions options) {
    TensorFlowRuntime.load();
    Ops tf = Ops.create(definition);
    for (TensorShape tensor : Segmentation2021.tensors(filters)) {
      parameters.put(
          tensor.name(),
          tf.placeholder(TFloat64.class, Placeholder.shape(Parameters.shape(tensor.shape()))));
    }
    layers = new Segmentation2021Graph<>(tf, TFloat64.class, filters, parameters::get);
    mask = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, -1, -1, 1)));
    loss =
        new LossGraph<>(tf, TFloat64.class, options, mask)
            .of(layers.headLogits(), layers.supervisionLogits());
    gradients = tf.gradients(loss, parameters.values()).dy();
    ReluGradients.copyWithOutputs(definition, graph);
    session = new Session(graph, TensorFlowRuntime.config(1));
  }

  /** A batch and parameters, as double. */
  record Point(double[] input, double[] mask, Shape shape, Map<String, double[]> parameters) {}

  static Map<String, double[]> parameters(Weights weights) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    weights
        .tensors()
        .forEach(
            tensor -> {
              double[] values = new double[tensor.values().length];
              for (int i = 0; i < values.length; i++) {
                values[i] = tensor.values()[i];
              }
              parameters.put(tensor.name(), values);
            });
    return parameters;
  }

  double loss(Point point) {
    return run(point, List.of(loss)).get(0)[0];
  }

  double[] probability(Point point) {
    return run(point, List.of(layers.probability())).get(0);
  }

  /** The head's logits and the maps of deep supervision, each [voxel][2]. */
  List<double[]> logits(Point point) {
    List<Operand<?>> maps = new ArrayList<>();
    maps.add(layers.headLogits());
    maps.addAll(layers.supervisionLogits());
    return run(point, maps);
  }

  /** By the name of the parameter. */
  Map<String, double[]> gradients(Point point) {
    List<double[]> values = run(point, gradients);
    Map<String, double[]> byName = new LinkedHashMap<>();
    parameters.keySet().forEach(name -> byName.put(name, values.get(byName.size())));
    return byName;
  }

  private List<double[]> run(Point point, List<? extends Operand<?>> fetched) {
    List<TFloat64> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      feed(runner, fed, layers.input(), point.shape(), point.input());
      feed(runner, fed, mask, point.shape(), point.mask());
      parameters.forEach(
          (name, parameter) ->
              feed(runner, fed, parameter, parameter.shape(), point.parameters().get(name)));
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

  @Override
  public void close() {
    session.close();
    graph.close();
    definition.close();
  }
}
