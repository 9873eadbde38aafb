package ai.pancreas.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Maps a Keras HDF5 file to the tensors of {@code segmentation-2021}.
 *
 * <p>Layer names and numbers depend on how a model was built, so they say nothing. What is sure is
 * the order among layers of one kind, and kernels of the kinds differ in size: 3x3 convolutions,
 * transposed 4x4 convolutions, gates (each a layer that holds a 2x2 convolution), and the 1x1
 * convolutions outside the gates. Each kind is met in the network's own order.
 */
final class Keras2021Weights implements KerasWeights {

  private enum Kind {
    CONVOLUTION("3x3 convolutions"),
    UP("transposed 4x4 convolutions"),
    GATE("attention gates"),
    POINT("1x1 convolutions");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    static Kind of(TensorShape tensor) {
      if (tensor.name().contains("/up/")) {
        return UP;
      }
      if (tensor.name().contains("/gate/")) {
        return GATE;
      }
      return tensor.name().contains("/conv") ? CONVOLUTION : POINT;
    }
  }

  private final KerasFile file;
  private final Map<Kind, List<KerasFile.Entry>> entries = new EnumMap<>(Kind.class);

  /**
   * Looks at a file, without reading values.
   *
   * @param layers those of the file
   * @throws ai.pancreas.PancreasException {@code MODEL} if it holds tensors that this network
   *     cannot have
   */
  Keras2021Weights(KerasFile file, List<KerasFile.Layer> layers) {
    this.file = file;
    for (Kind kind : Kind.values()) {
      entries.put(kind, new ArrayList<>());
    }
    for (KerasFile.Layer layer : layers) {
      boolean gate = layer.entries().stream().anyMatch(entry -> isKernel(entry, 2));
      Kind kind = null;
      for (KerasFile.Entry entry : layer.entries()) {
        if (entry.shape().size() == 5) {
          kind = gate ? Kind.GATE : kind(entry);
        } else if (kind == null || entry.shape().size() != 1) {
          throw file.error("segmentation-2021 has no tensor like " + entry);
        }
        entries.get(kind).add(entry);
      }
    }
  }

  @Override
  public NetworkDescription network() {
    // The number of transposed convolutions gives the number of levels; their channels, the
    // filters.
    List<Integer> filters = new ArrayList<>();
    for (KerasFile.Entry entry : entries.get(Kind.UP)) {
      if (entry.shape().size() == 5) {
        if (filters.isEmpty()) {
          filters.add(entry.shape().get(4));
        }
        filters.add(0, entry.shape().get(3));
      }
    }
    try {
      Segmentation2021.checkFilters(filters);
    } catch (IllegalArgumentException e) {
      throw file.error(
          "not the weights of segmentation-2021, whose decoder has a transposed 4x4 convolution for"
              + " each level: "
              + e.getMessage());
    }
    return new NetworkDescription(NetworkDescription.SEGMENTATION_2021, filters);
  }

  @Override
  public List<Integer> inputSize() {
    return List.of();
  }

  @Override
  public Weights read(NetworkDescription network) {
    if (!network.type().equals(NetworkDescription.SEGMENTATION_2021)) {
      throw file.error(
          "these are weights of segmentation-2021, not of %s".formatted(network.type()));
    }
    List<TensorShape> expected = Segmentation2021.tensors(network.filters());
    Map<Kind, Deque<KerasFile.Entry>> unread = new EnumMap<>(Kind.class);
    entries.forEach((kind, list) -> unread.put(kind, new ArrayDeque<>(list)));
    List<KerasFile.Entry> found = new ArrayList<>();
    for (TensorShape tensor : expected) {
      Kind kind = Kind.of(tensor);
      KerasFile.Entry entry = unread.get(kind).poll();
      if (entry == null || !entry.shape().equals(tensor.shape())) {
        throw file.error(
            "%s of shape %s was expected, found %s"
                .formatted(
                    tensor.name(),
                    tensor.shape(),
                    entry == null ? "no more tensors of " + kind.label : entry));
      }
      found.add(entry);
    }
    unread.forEach(
        (kind, rest) -> {
          if (!rest.isEmpty()) {
            throw file.error(
                "%d more tensors of %s than segmentation-2021 with filters %s has, first %s"
                    .formatted(rest.size(), kind.label, network.filters(), rest.peek()));
          }
        });
    return file.read(expected, found);
  }

  private Kind kind(KerasFile.Entry entry) {
    if (isKernel(entry, 3)) {
      return Kind.CONVOLUTION;
    }
    if (isKernel(entry, 4)) {
      return Kind.UP;
    }
    if (isKernel(entry, 1)) {
      return Kind.POINT;
    }
    throw file.error("segmentation-2021 has no tensor like " + entry);
  }

  private static boolean isKernel(KerasFile.Entry entry, int size) {
    return entry.shape().size() == 5 && entry.shape().subList(0, 3).equals(List.of(size, size, 1));
  }
}
