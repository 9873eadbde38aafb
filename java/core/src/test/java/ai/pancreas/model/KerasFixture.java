package ai.pancreas.model;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Small weights files as the versions of Keras write them, with random values. */
final class KerasFixture {

  /** How Keras spells a file. */
  enum Layout {
    KERAS2_MODEL,
    KERAS2_WEIGHTS,
    KERAS3_MODEL
  }

  private KerasFixture() {}

  static Weights weights(List<Integer> filters) {
    Random random = new Random(1);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : Segmentation2021.tensors(filters)) {
      float[] values = new float[tensor.shape().stream().reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }

  static byte[] file(Path folder, Layout layout, Weights weights) throws IOException {
    return file(folder, layout, List.copyOf(weights.tensors()), UnaryOperator.identity());
  }

  /**
   * A file of tensors, one layer for each of the network's parts.
   *
   * @param array makes of an array of floats what is stored
   */
  static byte[] file(Path folder, Layout layout, List<Tensor> tensors, UnaryOperator<Object> array)
      throws IOException {
    Path path = Files.createTempFile(folder, "keras", ".h5");
    Map<String, List<Tensor>> layers = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      layers.computeIfAbsent(layerOf(tensor.name()), name -> new ArrayList<>()).add(tensor);
    }
    try (WritableHdfFile file = HdfFile.write(path)) {
      WritableGroup root = layout == Layout.KERAS2_WEIGHTS ? file : file.putGroup("model_weights");
      String[] names = new String[layers.size()];
      int number = 40;
      for (Map.Entry<String, List<Tensor>> layer : layers.entrySet()) {
        // Numbers that say nothing, as they do after building several models.
        String name = "layer_" + number--;
        names[40 - number - 1] = name;
        write(root.putGroup(name), name, layer.getValue(), layout, array);
      }
      root.putAttribute("layer_names", names);
    }
    return Files.readAllBytes(path);
  }

  private static void write(
      WritableGroup group,
      String layer,
      List<Tensor> tensors,
      Layout layout,
      UnaryOperator<Object> array) {
    String[] names = new String[tensors.size()];
    boolean keras3 = layout == Layout.KERAS3_MODEL;
    WritableGroup outer = keras3 ? group.putGroup(layer) : group;
    Map<String, WritableGroup> parts = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      String name = tensors.get(i).name();
      int slash = name.lastIndexOf('/');
      String part = name.substring(0, slash).replace('/', '_');
      String leaf = name.substring(slash + 1) + (keras3 ? "" : ":0");
      parts
          .computeIfAbsent(part, outer::putGroup)
          .putDataset(leaf, array.apply(nested(tensors.get(i))));
      names[i] = (keras3 ? layer + "/" : "") + part + "/" + leaf;
    }
    group.putAttribute("weight_names", names);
  }

  private static String layerOf(String tensor) {
    if (tensor.contains("/conv")) {
      return tensor.substring(0, tensor.indexOf('/'));
    }
    int gate = tensor.indexOf("/gate/");
    return tensor.substring(0, gate < 0 ? tensor.lastIndexOf('/') : gate + 5);
  }

  private static Object nested(Tensor tensor) {
    int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
    Object array = Array.newInstance(float.class, shape);
    fill(array, tensor.values(), 0);
    return array;
  }

  private static int fill(Object array, float[] values, int first) {
    int next = first;
    for (int i = 0; i < Array.getLength(array); i++) {
      if (array instanceof float[] row) {
        row[i] = values[next++];
      } else {
        next = fill(Array.get(array, i), values, next);
      }
    }
    return next;
  }
}
