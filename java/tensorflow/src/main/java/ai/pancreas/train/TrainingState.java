package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Everything that a network's training goes on from, exact to the bit.
 *
 * <p>As a file, all big-endian: the magic number, the version, the network's type (modified UTF-8
 * with its length), its filters and its input size (each with their number), the steps; then
 * weights, first and second moments, statistics and mean weights, each with the number of tensors
 * and of each tensor its name, its shape and its float32 values; last the CRC-32C (RFC 3720) of
 * everything before it, as 64 bits.
 *
 * @param network which network
 * @param steps how many steps were made
 * @param weights what is trained, see {@link #tensors}
 * @param firstMoments Adam's running means of the gradients, named and shaped as the parameters
 * @param secondMoments Adam's running means of the squared gradients
 * @param statistics the running means and variances of batch normalisation; empty without it
 * @param meanWeights the running means of the parameters; empty without averaging
 */
record TrainingState(
    NetworkDescription network,
    long steps,
    Weights weights,
    Weights firstMoments,
    Weights secondMoments,
    Weights statistics,
    Weights meanWeights) {
  private static final long MAGIC = 0x504e435354415445L; // PNCSTATE
  private static final int VERSION = 3;
  private static final int MAX_SIZES = 64;
  private static final int MAX_TENSORS = 10_000;

  /**
   * Writes a file, which appears whole or not at all.
   *
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  void write(Path file) {
    AtomicFile.write(file, this::writeTo);
  }

  private void writeTo(OutputStream stream) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(stream, new CRC32C());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(network.type());
    writeSizes(out, network.filters());
    writeSizes(out, network.inputSize());
    out.writeLong(steps);
    write(out, weights);
    write(out, firstMoments);
    write(out, secondMoments);
    write(out, statistics);
    write(out, meanWeights);
    out.writeLong(checked.getChecksum().getValue());
    out.flush();
  }

  private static void write(DataOutputStream out, Weights weights) throws IOException {
    out.writeInt(weights.tensors().size());
    for (Tensor tensor : weights.tensors()) {
      out.writeUTF(tensor.name());
      writeSizes(out, tensor.shape());
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, tensor.values().length));
      bytes.asFloatBuffer().put(tensor.values());
      out.write(bytes.array());
    }
  }

  private static void writeSizes(DataOutputStream out, List<Integer> sizes) throws IOException {
    out.writeInt(sizes.size());
    for (int size : sizes) {
      out.writeInt(size);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws PancreasException {@code MODEL} if the file is missing, damaged or no such file
   */
  static TrainingState read(Path file) {
    try {
      requireIntact(file);
      try (DataInputStream in = open(file)) {
        TrainingState state = read(in, Files.size(file));
        state.check();
        return state;
      }
    } catch (NoSuchFileException e) {
      throw error(file, "it does not exist", e);
    } catch (EOFException e) {
      throw error(file, "it is cut short", e);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw error(file, e.getMessage(), e);
    }
  }

  /** How the network's activations were normalised. */
  Normalization normalization() {
    return statistics.tensors().isEmpty() ? Normalization.NONE : Normalization.BATCH;
  }

  /**
   * All tensors of the network, for inference: means where there are any; a normalisation that is
   * no part of the network goes into its kernels and biases.
   */
  Weights inferenceWeights() {
    Weights steady = meanWeights.tensors().isEmpty() ? weights : meanWeights;
    if (OwnNormalization.has(network)) {
      return OwnNormalization.joined(network, steady, statistics);
    }
    return normalization() == Normalization.BATCH
        ? BatchNormalization.fold(network, steady, statistics)
        : steady;
  }

  /** Whether there is training for a network. */
  static boolean isTrainable(NetworkDescription network) {
    return network.type().equals(NetworkDescription.SEGMENTATION_2021)
        || network.type().equals(NetworkDescription.CLASSIFICATION_2024);
  }

  /**
   * What is trained of a network: its own tensors but for the statistics of its own normalisation,
   * and the scales of a normalisation that is no part of it.
   */
  static List<TensorShape> tensors(NetworkDescription network, Normalization normalization) {
    if (OwnNormalization.has(network)) {
      return OwnNormalization.trained(network);
    }
    List<TensorShape> tensors = new ArrayList<>(network.tensors());
    if (normalization == Normalization.BATCH) {
      tensors.addAll(BatchNormalization.scales(network));
    }
    return List.copyOf(tensors);
  }

  private static List<TensorShape> statistics(
      NetworkDescription network, Normalization normalization) {
    if (OwnNormalization.has(network)) {
      return OwnNormalization.statistics(network);
    }
    return normalization == Normalization.BATCH
        ? BatchNormalization.statistics(network)
        : List.of();
  }

  /**
   * Checks that all tensors are those of the network.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  void check() {
    List<TensorShape> trained = tensors(network, normalization());
    for (Weights group : List.of(weights, firstMoments, secondMoments)) {
      check(trained, group);
    }
    check(statistics(network, normalization()), statistics);
    if (!meanWeights.tensors().isEmpty()) {
      check(trained, meanWeights);
    }
  }

  private static void check(List<TensorShape> expected, Weights group) {
    for (TensorShape tensor : expected) {
      List<Integer> shape = group.get(tensor.name()).shape();
      if (!shape.equals(tensor.shape())) {
        throw new IllegalArgumentException(
            "%s must have the shape %s, not %s".formatted(tensor.name(), tensor.shape(), shape));
      }
    }
  }

  private static void requireIntact(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    long left = Files.size(file) - Long.BYTES;
    try (DataInputStream in = open(file)) {
      if (left < Long.BYTES || in.readLong() != MAGIC) {
        throw new IOException("it is no training state");
      }
    }
    try (DataInputStream in = open(file)) {
      CheckedInputStream checked = new CheckedInputStream(in, checksum);
      byte[] chunk = new byte[1 << 16];
      while (left > 0) {
        int count = checked.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (count < 0) {
          throw new EOFException();
        }
        left -= count;
      }
      if (in.readLong() != checksum.getValue()) {
        throw new IOException("it is damaged: its checksum is wrong");
      }
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
  }

  /** Reads an intact file; sizes are checked all the same, as anyone can write a checksum. */
  private static TrainingState read(DataInputStream in, long fileSize) throws IOException {
    in.readLong();
    int version = in.readInt();
    if (version != VERSION) {
      throw new IOException("it has version %d, not %d".formatted(version, VERSION));
    }
    NetworkDescription network = new NetworkDescription(in.readUTF(), readSizes(in), readSizes(in));
    if (!isTrainable(network)) {
      throw new IOException("it is of a network that is not supported: " + network.type());
    }
    return new TrainingState(
        network,
        in.readLong(),
        readWeights(in, fileSize),
        readWeights(in, fileSize),
        readWeights(in, fileSize),
        readWeights(in, fileSize),
        readWeights(in, fileSize));
  }

  private static Weights readWeights(DataInputStream in, long fileSize) throws IOException {
    int count = requireAtMost(MAX_TENSORS, in.readInt());
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      List<Integer> shape = readSizes(in);
      long bytes = shape.stream().mapToLong(size -> size).reduce(Float.BYTES, Math::multiplyExact);
      byte[] stored = new byte[requireAtMost(fileSize, bytes)];
      in.readFully(stored);
      float[] values = new float[stored.length / Float.BYTES];
      ByteBuffer.wrap(stored).asFloatBuffer().get(values);
      tensors.add(new Tensor(name, shape, values));
    }
    return new Weights(tensors);
  }

  private static List<Integer> readSizes(DataInputStream in) throws IOException {
    int count = requireAtMost(MAX_SIZES, in.readInt());
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sizes.add(in.readInt());
    }
    return sizes;
  }

  private static int requireAtMost(long most, long value) throws IOException {
    if (value < 0 || value > most || value > Integer.MAX_VALUE) {
      throw new IOException("it is damaged: a size of " + value);
    }
    return (int) value;
  }

  private static PancreasException error(Path file, String why, Exception cause) {
    return new PancreasException(
        ErrorCode.MODEL,
        "cannot go on from %s: %s; name another checkpoint or start anew".formatted(file, why),
        cause);
  }
}
