package ai.pancreas.model;

import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes weights as HDF5 in Keras's layout, as the reference project's {@code weights.hdf5} has it:
 * the group {@code model_weights} with the attributes {@code backend}, {@code keras_version} and
 * {@code layer_names}, in it a group for each layer with the attribute {@code weight_names}, values
 * in float32. Layers, order and shapes are the reference's own, so that {@code model.load_weights}
 * of its code reads the file; so are the names of {@code segmentation-2021}. Layers without
 * weights, which Keras skips, the graph ({@code model_config}) and the optimizer's state are left
 * out. Stateless and thread-safe.
 */
public final class KerasWriter {
  private static final String BACKEND = "tensorflow";

  /** The version whose layout this is: Keras 2 as TensorFlow 2.3 and 2.4 bring it along. */
  private static final String KERAS_VERSION = "2.4.0";

  private KerasWriter() {}

  /**
   * Writes a file, which appears whole or not at all, and replaces one that is there.
   *
   * @param weights exactly the tensors of the network
   * @param network of any type and filters
   * @throws PancreasException {@code OUTPUT} if the file cannot be written
   * @throws IllegalArgumentException if the weights are not those of the network
   */
  public static void write(Weights weights, NetworkDescription network, Path file) {
    weights.requireShapes(network.tensors());
    List<KerasLayer> layers = KerasLayer.of(network);
    AtomicFile.make(file, unfinished -> write(weights, layers, unfinished));
  }

  private static void write(Weights weights, List<KerasLayer> layers, Path path)
      throws IOException {
    try (WritableHdfFile file = HdfFile.write(path)) {
      describe(file);
      WritableGroup root = file.putGroup("model_weights");
      describe(root);
      root.putAttribute(
          "layer_names", layers.stream().map(KerasLayer::name).toArray(String[]::new));
      for (KerasLayer layer : layers) {
        write(weights, layer, root.putGroup(layer.name()));
      }
    } catch (HdfException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e);
    }
  }

  private static void describe(WritableGroup group) {
    group.putAttribute("backend", BACKEND);
    group.putAttribute("keras_version", KERAS_VERSION);
  }

  private static void write(Weights weights, KerasLayer layer, WritableGroup group) {
    Map<String, WritableGroup> groups = new HashMap<>(Map.of("", group));
    for (KerasLayer.Weight weight : layer.weights()) {
      int slash = weight.path().lastIndexOf('/');
      folder(weight.path().substring(0, slash), groups)
          .putDataset(weight.path().substring(slash + 1), nested(weights.get(weight.tensor())));
    }
    group.putAttribute(
        "weight_names",
        layer.weights().stream().map(KerasLayer.Weight::path).toArray(String[]::new));
  }

  /** The group at a path, made with those above it where they are not there yet. */
  private static WritableGroup folder(String path, Map<String, WritableGroup> groups) {
    WritableGroup known = groups.get(path);
    if (known != null) {
      return known;
    }
    int slash = path.lastIndexOf('/');
    WritableGroup above = folder(path.substring(0, Math.max(slash, 0)), groups);
    WritableGroup made = above.putGroup(path.substring(slash + 1));
    groups.put(path, made);
    return made;
  }

  /** The values in arrays of arrays, which tell the HDF5 library their shape. */
  private static Object nested(Tensor tensor) {
    int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
    Object array = Array.newInstance(float.class, shape);
    fill(array, FloatBuffer.wrap(tensor.values()));
    return array;
  }

  private static void fill(Object array, FloatBuffer values) {
    if (array instanceof float[] row) {
      values.get(row);
    } else {
      for (Object part : (Object[]) array) {
        fill(part, values);
      }
    }
  }
}
