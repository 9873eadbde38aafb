package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Maps a Keras file to the tensors of {@code segmentation-2024} or {@code classification-2024}.
 *
 * <p>Names, numbers and shapes of layers do not tell what they are: a block's two batch
 * normalisations that end in its sum look the same. The graph tells, which a {@code .keras} archive
 * and a whole model in HDF5 hold. HDF5 of weights alone must have the layers of the reference
 * project's model in their order, which is what {@link KerasWriter} writes.
 */
final class Keras2024Weights implements KerasWeights {
  private final KerasFile file;
  private final NetworkDescription network;
  private final List<Integer> inputSize;
  private final Map<String, KerasFile.Entry> entries;

  /**
   * The weights of a network.
   *
   * @param network without an input size where the file does not say it
   * @param entries where the tensors lie, by name
   */
  private Keras2024Weights(
      KerasFile file,
      NetworkDescription network,
      List<Integer> inputSize,
      Map<String, KerasFile.Entry> entries) {
    this.file = file;
    this.network = network;
    this.inputSize = inputSize;
    this.entries = entries;
  }

  /** Whether layers look like those of a network of 2024: a kernel extends over slices. */
  static boolean isVolumetric(List<KerasFile.Layer> layers) {
    return layers.stream()
        .flatMap(layer -> layer.entries().stream())
        .anyMatch(entry -> entry.shape().size() == 5 && entry.shape().get(2) > 1);
  }

  /** The weights in an archive. */
  static Keras2024Weights ofArchive(KerasArchive archive, String name) {
    KerasModel model = model(archive.config(), name);
    KerasFile file = new KerasFile(archive.weights(), name + ": model.weights.h5");
    List<KerasFile.Entry> entries =
        file.entries(model.variables().stream().map(KerasVariable::path).toList());
    Map<String, KerasFile.Entry> byTensor = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      byTensor.put(model.variables().get(i).tensor(), entries.get(i));
    }
    return new Keras2024Weights(file, model.network(), model.inputSize(), byTensor);
  }

  /** The weights in HDF5, of a whole model or alone. */
  static Keras2024Weights ofHdf5(KerasFile file, List<KerasFile.Layer> layers) {
    Optional<String> config = file.modelConfig();
    if (config.isPresent()) {
      KerasModel model = model(config.get(), file.name());
      return new Keras2024Weights(
          file,
          model.network(),
          model.inputSize(),
          match(file, layers, KerasLayer.of(model.variables())));
    }
    NetworkDescription network = networkOf(file, layers);
    return new Keras2024Weights(
        file, network, List.of(), match(file, layers, KerasLayer.of(network)));
  }

  private static KerasModel model(String config, String name) {
    try {
      return KerasModel.of(config);
    } catch (IllegalArgumentException e) {
      throw new PancreasException(
          ErrorCode.MODEL,
          name
              + ": neither segmentation-2024 nor classification-2024: "
              + e.getMessage().replaceAll("\\s+", " "),
          e);
    }
  }

  /** What weights alone tell: their type and filters. */
  private static NetworkDescription networkOf(KerasFile file, List<KerasFile.Layer> layers) {
    List<Integer> up = new ArrayList<>();
    List<Integer> blocks = new ArrayList<>();
    boolean dense = false;
    for (KerasFile.Layer layer : layers) {
      List<Integer> shape = layer.entries().get(0).shape();
      dense |= shape.size() == 2;
      if (shape.size() == 5 && shape.get(0) == 4) {
        if (up.isEmpty()) {
          up.add(shape.get(4));
        }
        up.add(0, shape.get(3));
      } else if (shape.size() == 5 && shape.get(0) == 3) {
        blocks.add(shape.get(4));
      }
    }
    NetworkDescription network =
        dense
            ? new NetworkDescription(NetworkDescription.CLASSIFICATION_2024, blocks)
            : new NetworkDescription(NetworkDescription.SEGMENTATION_2024, up);
    try {
      ResidualBlock.checkFilters(network.filters());
      if (!dense) {
        Segmentation2024.checkFilters(up);
      }
    } catch (IllegalArgumentException e) {
      throw file.error(
          "neither the weights of segmentation-2024, which has a transposed 4x4x4 convolution for"
              + " each level of its decoder, nor of classification-2024, which ends in a dense"
              + " layer: "
              + e.getMessage());
    }
    return network;
  }

  /** Finds the tensors in the layers of a file, which must be exactly those expected, in order. */
  private static Map<String, KerasFile.Entry> match(
      KerasFile file, List<KerasFile.Layer> layers, List<KerasLayer> expected) {
    if (layers.size() != expected.size()) {
      throw file.error(
          "%d layers with weights were expected, found %d"
              .formatted(expected.size(), layers.size()));
    }
    Map<String, KerasFile.Entry> entries = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      KerasFile.Layer layer = layers.get(i);
      List<KerasLayer.Weight> weights = expected.get(i).weights();
      if (layer.entries().size() != weights.size()) {
        throw file.error(
            "layer %s: %d tensors were expected, found %d"
                .formatted(layer.name(), weights.size(), layer.entries().size()));
      }
      for (int k = 0; k < weights.size(); k++) {
        KerasFile.Entry entry = layer.entries().get(k);
        String leaf = KerasLayer.leaf(weights.get(k).path());
        if (!KerasLayer.leaf(entry.path()).equals(leaf)) {
          throw file.error(
              "a %s was expected for %s, found %s; weights alone must be in the order of the"
                      .formatted(leaf, weights.get(k).tensor(), entry)
                  + " reference project's model: save the whole model (model.save(\"weights.keras\"))");
        }
        entries.put(weights.get(k).tensor(), entry);
      }
    }
    return entries;
  }

  @Override
  public NetworkDescription network() {
    if (!network.type().equals(NetworkDescription.CLASSIFICATION_2024)
        || !network.inputSize().isEmpty()) {
      return network;
    }
    return new NetworkDescription(network.type(), network.filters(), cube());
  }

  /** Weights alone tell only the product of the three sizes. */
  private List<Integer> cube() {
    KerasFile.Entry kernel = entries.get("dense/kernel");
    int last = network.filters().size() - 1;
    int filters = network.filters().get(last);
    long features = kernel.shape().size() == 2 ? kernel.shape().get(0) : 0;
    int edge = (int) Math.round(Math.cbrt((double) features / filters));
    if (edge == 0 || (long) edge * edge * edge * filters != features) {
      throw file.error(
          "the dense layer %s sees no cube, and weights alone do not tell the input's sizes; save"
                  .formatted(kernel)
              + " the whole model (model.save(\"weights.keras\"))");
    }
    int size = edge << last;
    return List.of(size, size, size);
  }

  @Override
  public List<Integer> inputSize() {
    return inputSize;
  }

  @Override
  public Weights read(NetworkDescription expected) {
    requireNetwork(expected);
    List<TensorShape> tensors = tensors(expected);
    List<KerasFile.Entry> found = new ArrayList<>();
    for (TensorShape tensor : tensors) {
      KerasFile.Entry entry = entries.get(tensor.name());
      if (entry == null || !entry.shape().equals(tensor.shape())) {
        throw file.error(
            "%s of shape %s was expected, found %s"
                .formatted(tensor.name(), tensor.shape(), entry == null ? "none" : entry));
      }
      found.add(entry);
    }
    if (entries.size() != tensors.size()) {
      throw file.error(
          "%d tensors were expected, found %d".formatted(tensors.size(), entries.size()));
    }
    return file.read(tensors, found);
  }

  private void requireNetwork(NetworkDescription expected) {
    boolean sameSize =
        network.inputSize().isEmpty() || network.inputSize().equals(expected.inputSize());
    if (!network.type().equals(expected.type())
        || !network.filters().equals(expected.filters())
        || !sameSize) {
      throw file.error(
          "these are weights of %s, not of %s".formatted(words(network), words(expected)));
    }
  }

  private List<TensorShape> tensors(NetworkDescription expected) {
    try {
      return expected.tensors();
    } catch (IllegalArgumentException e) {
      throw file.error("%s cannot exist: %s".formatted(words(expected), e.getMessage()));
    }
  }

  private static String words(NetworkDescription network) {
    return "%s with filters %s%s"
        .formatted(
            network.type(),
            network.filters(),
            network.inputSize().isEmpty() ? "" : " and input " + network.inputSize());
  }
}
