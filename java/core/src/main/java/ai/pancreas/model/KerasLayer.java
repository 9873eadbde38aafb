package ai.pancreas.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer that has weights, as the reference project's Keras models have it.
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

  /** The layers of a network that have weights, in the order in which Keras sorts them. */
  static List<KerasLayer> of(NetworkDescription network) {
    return switch (network.type()) {
      case NetworkDescription.SEGMENTATION_2021 -> segmentation2021(network.filters());
      case NetworkDescription.SEGMENTATION_2024 -> segmentation2024(network.filters());
      case NetworkDescription.CLASSIFICATION_2024 -> classification2024(network.filters());
      default -> throw new IllegalArgumentException("no network is called " + network.type());
    };
  }

  /**
   * The layers of variables that are in Keras's order. A file lists those of a layer that training
   * changes before the others.
   */
  static List<KerasLayer> of(List<KerasVariable> variables) {
    Map<String, List<Weight>> learned = new LinkedHashMap<>();
    Map<String, List<Weight>> others = new HashMap<>();
    for (KerasVariable variable : variables) {
      learned.computeIfAbsent(variable.layer(), layer -> new ArrayList<>());
      (variable.trainable() ? learned : others)
          .computeIfAbsent(variable.layer(), layer -> new ArrayList<>())
          .add(new Weight(variableName(variable.tensor()), variable.tensor()));
    }
    List<KerasLayer> layers = new ArrayList<>();
    learned.forEach(
        (name, weights) -> {
          weights.addAll(others.getOrDefault(name, List.of()));
          layers.add(new KerasLayer(name, weights));
        });
    return layers;
  }

  /** The last part of a path, without the {@code :0} of Keras 2. */
  static String leaf(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst(":0$", "");
  }

  /** What Keras calls the variable of a tensor. */
  private static String variableName(String tensor) {
    String leaf = leaf(tensor);
    return leaf.equals("mean") || leaf.equals("variance") ? "moving_" + leaf : leaf;
  }

  /**
   * The encoder, the gating signal, the decoder from the lowest resolution up, the deep
   * supervision, the head.
   *
   * <p>Keras numbers the layers of a class as they are made. A decoder level makes its transposed
   * convolution, its gate, its two convolutions and then its deep supervision, so that the
   * convolutions of the latter come between those of the decoder in number, but after them in
   * order. The last level's deep supervision is a convolution alone, without a layer around it.
   */
  private static List<KerasLayer> segmentation2021(List<Integer> filters) {
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

  /** The encoder's blocks and the dense layer. */
  private static List<KerasLayer> classification2024(List<Integer> filters) {
    Names names = new Names();
    List<KerasLayer> layers = new ArrayList<>(encoder(names, filters));
    layers.add(new KerasLayer("dense", kernelAndBias("dense/", "dense")));
    return List.copyOf(layers);
  }

  /**
   * The encoder's blocks, the decoder from the lowest resolution up, the deep supervision, the
   * head.
   */
  private static List<KerasLayer> segmentation2024(List<Integer> filters) {
    int levels = filters.size();
    Names names = new Names();
    List<KerasLayer> layers = new ArrayList<>(encoder(names, filters));
    List<KerasLayer> supervision = new ArrayList<>();
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      String up = names.next("conv3d_transpose");
      layers.add(new KerasLayer(up, kernelAndBias(up + "/", decoder + "/up")));
      if (Segmentation2024.isGated(level, levels)) {
        String name = names.next("att_gate");
        List<Weight> gate = new ArrayList<>(gate(name, decoder + "/gate/").weights());
        gate.addAll(learned(name + "/bn/", decoder + "/gate/norm"));
        gate.addAll(averaged(name + "/bn/", decoder + "/gate/norm"));
        layers.add(new KerasLayer(name, gate));
      }
      layers.add(block(names, decoder, 2 * filters.get(level), filters.get(level)));
      supervision.add(nested(names, "dsv", "dsv" + level));
    }
    layers.addAll(supervision);
    layers.add(convolution(names, "head"));
    return List.copyOf(layers);
  }

  private static List<KerasLayer> encoder(Names names, List<Integer> filters) {
    List<KerasLayer> layers = new ArrayList<>();
    int in = 1;
    for (int level = 0; level < filters.size(); level++) {
      layers.add(block(names, "encoder" + level, in, filters.get(level)));
      in = filters.get(level);
    }
    return layers;
  }

  /**
   * A residual block, a model of its own in Keras. It numbers its layers as they are made, and
   * sorts them by their distance from the output; of two at the same distance, that of the shortcut
   * comes first, since the sum takes it first.
   */
  private static KerasLayer block(Names names, String part, int in, int filters) {
    String conv0 = names.next("conv3d");
    String norm0 = names.next("batch_normalization");
    String conv1 = names.next("conv3d");
    String norm1 = names.next("batch_normalization");
    List<Weight> weights = new ArrayList<>(kernelAndBias(conv0 + "/", part + "/conv0"));
    weights.addAll(learned(norm0 + "/", part + "/norm0"));
    List<Weight> averages = new ArrayList<>(averaged(norm0 + "/", part + "/norm0"));
    List<Weight> main = kernelAndBias(conv1 + "/", part + "/conv1");
    if (ResidualBlock.hasShortcut(in, filters)) {
      String norm = names.next("batch_normalization");
      weights.addAll(kernelAndBias(names.next("conv3d") + "/", part + "/shortcut"));
      weights.addAll(main);
      weights.addAll(learned(norm + "/", part + "/shortcutNorm"));
      averages.addAll(averaged(norm + "/", part + "/shortcutNorm"));
    } else {
      weights.addAll(main);
    }
    weights.addAll(learned(norm1 + "/", part + "/norm1"));
    averages.addAll(averaged(norm1 + "/", part + "/norm1"));
    weights.addAll(averages);
    return new KerasLayer(names.next("res_block_" + in + "_" + filters), weights);
  }

  /** What training changes of a batch normalisation. */
  private static List<Weight> learned(String path, String tensor) {
    return List.of(
        new Weight(path + "gamma:0", tensor + "/gamma"),
        new Weight(path + "beta:0", tensor + "/beta"));
  }

  /** What a batch normalisation averages in training. */
  private static List<Weight> averaged(String path, String tensor) {
    return List.of(
        new Weight(path + "moving_mean:0", tensor + "/mean"),
        new Weight(path + "moving_variance:0", tensor + "/variance"));
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
