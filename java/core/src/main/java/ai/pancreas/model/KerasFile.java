package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A weights file in Keras's HDF5 layout: layers in the order of the attribute {@code layer_names},
 * the tensors of each in the order of its attribute {@code weight_names}. They lie in the group
 * {@code model_weights} of a whole model, or at the root of a file of weights alone. Keras 3 nests
 * one group deeper and writes no {@code :0}; the names in the attributes say so.
 *
 * <p>The file is held in memory: nothing stays mapped, and what changes on the disk meanwhile does
 * no harm. All errors are {@code MODEL}.
 */
final class KerasFile {
  private static final byte[] HDF5_SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int SUPERBLOCK_BYTES = 52;
  private static final String LAYER_NAMES = "layer_names";
  private static final String WEIGHT_NAMES = "weight_names";
  private static final String MODEL_CONFIG = "model_config";

  /** A layer that has tensors. */
  record Layer(String name, List<Entry> entries) {}

  /** Where a tensor lies in the file, and its shape. */
  record Entry(String path, List<Integer> shape) {
    @Override
    public String toString() {
      return shape + " (" + path + ")";
    }
  }

  private final byte[] bytes;
  private final String name;

  /**
   * A file in memory.
   *
   * @param name what errors call it
   */
  KerasFile(byte[] bytes, String name) {
    this.bytes = bytes;
    this.name = name;
    if (bytes.length < HDF5_SIGNATURE.length
        || !Arrays.equals(bytes, 0, HDF5_SIGNATURE.length, HDF5_SIGNATURE, 0, 8)) {
      throw error("not an HDF5 file; a Keras weights file (.keras, .hdf5, .h5) is expected");
    }
    checkLength();
  }

  /** Refuses a file that is shorter than its superblock says (HDF5 file format, II.A). */
  private void checkLength() {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < SUPERBLOCK_BYTES) {
      throw error("truncated: " + bytes.length + " bytes");
    }
    int version = buffer.get(8);
    int sizeOfOffsets = buffer.get(version < 2 ? 13 : 9);
    if (sizeOfOffsets != Long.BYTES) {
      throw error("damaged, or an HDF5 file of an unknown kind");
    }
    long length = buffer.getLong(version == 0 ? 40 : version == 1 ? 44 : 28);
    if (length > bytes.length) {
      throw error("truncated: %d of %d bytes".formatted(bytes.length, length));
    }
  }

  /** All layers that have tensors, in the file's order. */
  List<Layer> layers() {
    return withFile(
        file -> {
          Group root = weightsGroup(file);
          List<Layer> layers = new ArrayList<>();
          for (String layerName : names(root, LAYER_NAMES)) {
            if (!(root.getByPath(layerName) instanceof Group layer)) {
              throw error("layer " + layerName + " is not a group");
            }
            List<Entry> entries = new ArrayList<>();
            for (String weightName : names(layer, WEIGHT_NAMES)) {
              Dataset dataset = dataset(layer, weightName);
              entries.add(new Entry(dataset.getPath(), shape(dataset)));
            }
            if (!entries.isEmpty()) {
              layers.add(new Layer(layerName, List.copyOf(entries)));
            }
          }
          return layers;
        });
  }

  /** The graph of a whole model, as JSON. */
  Optional<String> modelConfig() {
    return withFile(
        file -> {
          Attribute attribute = file.getAttribute(MODEL_CONFIG);
          if (attribute == null) {
            return Optional.empty();
          }
          if (attribute.getSize() == 1 && attribute.getData() instanceof String config) {
            return Optional.of(config);
          }
          throw error("attribute " + MODEL_CONFIG + " is not a text");
        });
  }

  /** Where tensors lie that are named by their paths, as in {@code model.weights.h5}. */
  List<Entry> entries(List<String> paths) {
    return withFile(
        file -> paths.stream().map(path -> new Entry(path, shape(dataset(file, path)))).toList());
  }

  /**
   * Reads tensors.
   *
   * @param shapes what they are called, and their shapes, which the caller has checked
   * @param entries where they lie, in the same order
   */
  Weights read(List<TensorShape> shapes, List<Entry> entries) {
    return withFile(
        file -> {
          List<Tensor> tensors = new ArrayList<>();
          for (int i = 0; i < shapes.size(); i++) {
            TensorShape shape = shapes.get(i);
            tensors.add(new Tensor(shape.name(), shape.shape(), read(file, entries.get(i))));
          }
          return new Weights(tensors);
        });
  }

  private float[] read(HdfFile file, Entry entry) {
    Dataset dataset = dataset(file, entry.path());
    if (!(dataset.getDataType() instanceof FloatingPoint type) || type.getSize() != Float.BYTES) {
      throw error(
          "%s holds %s of %d bytes; float32 is expected"
              .formatted(
                  entry.path(),
                  dataset.getDataType().getClass().getSimpleName(),
                  dataset.getDataType().getSize()));
    }
    float[] values = (float[]) dataset.getDataFlat();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw error(entry.path() + " holds the value " + value + "; all must be finite");
      }
    }
    return values;
  }

  private Group weightsGroup(HdfFile file) {
    if (file.getChildren().get("model_weights") instanceof Group group) {
      return group;
    }
    if (file.getAttribute(LAYER_NAMES) != null) {
      return file;
    }
    if (file.getChildren().containsKey("layers")) {
      throw error(
          "the layout of Keras 3's .weights.h5 is not supported;"
              + " save the whole model (model.save(\"weights.keras\"))");
    }
    throw error("an HDF5 file, but not of Keras: it has no attribute " + LAYER_NAMES);
  }

  private List<String> names(Group group, String attributeName) {
    Attribute attribute = group.getAttribute(attributeName);
    if (attribute == null) {
      throw error("group " + group.getPath() + " has no attribute " + attributeName);
    }
    if (attribute.isEmpty() || attribute.getSize() == 0) {
      return List.of();
    }
    if (attribute.getSize() > bytes.length) {
      throw error("attribute " + attributeName + " of " + group.getPath() + " is damaged");
    }
    // An empty list of h5py is an array of float64 of length 0, which the check above caught.
    if (!(attribute.getData() instanceof String[] names)) {
      throw error(
          "attribute " + attributeName + " of " + group.getPath() + " is not a list of names");
    }
    return Arrays.stream(names).map(String::strip).toList();
  }

  private Dataset dataset(Group group, String path) {
    Node node = group.getByPath(path);
    if (node == null || node.isLink() || !(node instanceof Dataset dataset)) {
      throw error("there is no array " + path + " in " + group.getPath());
    }
    return dataset;
  }

  /** The shape of an array, once it is sure that the file is large enough to hold it. */
  private List<Integer> shape(Dataset dataset) {
    long count = 1;
    for (long size : dataset.getDimensionsAsLong()) {
      count = size < 1 || size > bytes.length ? Long.MAX_VALUE : count * size;
      if (count > bytes.length / Float.BYTES) {
        throw error(
            "%s should have the sizes %s, more than the file holds: it is truncated, damaged or"
                    .formatted(dataset.getPath(), Arrays.toString(dataset.getDimensionsAsLong()))
                + " compressed");
      }
    }
    return IntStream.of(dataset.getDimensions()).boxed().toList();
  }

  /** Opens the file; whatever goes wrong inside the HDF5 library is an error of the file. */
  private <T> T withFile(Function<HdfFile, T> work) {
    try (HdfFile file = HdfFile.fromByteBuffer(ByteBuffer.wrap(bytes))) {
      return work.apply(file);
    } catch (PancreasException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new PancreasException(
          ErrorCode.MODEL,
          name + ": truncated, damaged or an HDF5 file of an unknown kind (" + oneLine(e) + ")",
          e);
    }
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return message.isBlank() ? e.getClass().getSimpleName() : message;
  }

  /** What errors call the file. */
  String name() {
    return name;
  }

  PancreasException error(String message) {
    return new PancreasException(ErrorCode.MODEL, name + ": " + message);
  }
}
