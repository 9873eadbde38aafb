package ai.pancreas.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer of {@code segmentation-2021} as the reference project's Keras model has it.
 *
 * @param name the layer's name, which is its group in a weights file
 * @param weights its tensors, in Keras's order
 */
record KerasLayer(String name, List<Weight> weights) {

  /**
   * A tensor of a layer.
   *
   * @param path where it lies in the layer's group, as {@code weight_names} lists it
   * @param tensor what this project calls it
   */
  record Weight(String path, String tensor) {}

  KerasLayer {
    weights = List.copyOf(weights);
  }

  /**
   * The layers that have weights, in the order in which Keras sorts them: the encoder, the gating
   * signal, the decoder from the lowest resolution up, the deep supervision, the head.
   *
   * <p>Keras numbers the layers of a class as they are made. A decoder level makes its transposed
   * convolution, its gate, its two convolutions and then its deep supervision, so that the
   * convolutions of the latter come between those of the decoder in number, but after them in
   * order. The last level's deep supervision is a convolution alone, without a layer around it.
   */
  static List<KerasLayer> of(List<Integer> filters) {
    Segmentation2021.checkFilters(filters);
    int levels = filters.size();
    Names names = new Names();
    List<KerasLayer> layers = new ArrayList<>();
    List<KerasLayer> supervision = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      layers.add(convolutionPair(names, "encoder" + level));
    }
    layers.add(new KerasLayer("gating_base", names.convolution("", "gating")));
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      String up = names.next("conv3d_transpose");
      layers.add(new KerasLayer(up, kernelAndBias(up + "/", decoder + "/up")));
      if (Segmentation2021.isGated(level, levels)) {
        layers.add(gate(names.next("att_gate"), decoder + "/gate/"));
      }
      layers.add(convolutionPair(names, decoder));
      supervision.add(level > 0 ? nested(names, "dsv", "dsv" + level) : convolution(names, "dsv0"));
    }
    layers.addAll(supervision);
    layers.add(convolution(names, "head"));
    return List.copyOf(layers);
  }

  private static KerasLayer convolutionPair(Names names, String part) {
    List<Weight> weights = new ArrayList<>(names.convolution("", part + "/conv0"));
    weights.addAll(names.convolution("", part + "/conv1"));
    return new KerasLayer(names.next("sequential"), weights);
  }

  private static KerasLayer nested(Names names, String type, String tensor) {
    String name = names.next(type);
    return new KerasLayer(name, names.convolution(name + "/", tensor));
  }

  private static KerasLayer convolution(Names names, String tensor) {
    List<Weight> weights = names.convolution("", tensor);
    String path = weights.get(0).path();
    return new KerasLayer(path.substring(0, path.indexOf('/')), weights);
  }

  private static KerasLayer gate(String name, String tensors) {
    List<Weight> weights = new ArrayList<>();
    weights.add(new Weight(name + "/theta/kernel:0", tensors + "theta/kernel"));
    weights.addAll(kernelAndBias(name + "/phi/", tensors + "phi"));
    weights.addAll(kernelAndBias(name + "/psi/", tensors + "psi"));
    weights.addAll(kernelAndBias(name + "/W/", tensors + "w"));
    return new KerasLayer(name, weights);
  }

  private static List<Weight> kernelAndBias(String path, String tensor) {
    return List.of(
        new Weight(path + "kernel:0", tensor + "/kernel"),
        new Weight(path + "bias:0", tensor + "/bias"));
  }

  /** Names as Keras gives them: the first of a class has no number, the second is number 1. */
  private static final class Names {
    private final Map<String, Integer> used = new HashMap<>();

    String next(String type) {
      int number = used.merge(type, 1, Integer::sum) - 1;
      return number == 0 ? type : type + "_" + number;
    }

    List<Weight> convolution(String outer, String tensor) {
      return kernelAndBias(outer + next("conv3d") + "/", tensor);
    }
  }
}
