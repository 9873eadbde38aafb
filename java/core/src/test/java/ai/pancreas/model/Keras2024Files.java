package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Small models of 2024 that Keras 3.15 wrote (resources/keras/networks_2024.py, with filters 2,3,3
 * for classification and 2,4,3 for segmentation, and rows, columns, slices 8,4,12). Value j of
 * tensor k, both in this project's order, is k + j / 1024, which float32 holds exactly.
 */
final class Keras2024Files {
  static final NetworkDescription CLASSIFICATION =
      new NetworkDescription("classification-2024", List.of(2, 3, 3), List.of(12, 8, 4));
  static final NetworkDescription SEGMENTATION =
      new NetworkDescription("segmentation-2024", List.of(2, 4, 3));
  static final String CONFIG = "config.json";

  private Keras2024Files() {}

  static NetworkDescription network(String type) {
    return type.equals(CLASSIFICATION.type()) ? CLASSIFICATION : SEGMENTATION;
  }

  static byte[] archive(String type) throws IOException {
    try (InputStream in = open(type + ".keras")) {
      return in.readAllBytes();
    }
  }

  static byte[] hdf5(String type) throws IOException {
    try (InputStream in = new GZIPInputStream(open(type + ".h5.gz"))) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String name) {
    return Keras2024Files.class.getResourceAsStream("/keras/" + name);
  }

  static Weights weights(NetworkDescription network) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : network.tensors()) {
      float[] values = new float[tensor.shape().stream().reduce(1, (a, b) -> a * b)];
      for (int j = 0; j < values.length; j++) {
        values[j] = tensors.size() + j / 1024f;
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }

  static void assertWeights(NetworkDescription network, Weights actual) {
    Weights expected = weights(network);
    assertEquals(
        expected.tensors().stream().map(Tensor::name).toList(),
        actual.tensors().stream().map(Tensor::name).toList());
    for (Tensor tensor : expected.tensors()) {
      Tensor other = actual.get(tensor.name());
      assertEquals(tensor.shape(), other.shape(), tensor.name());
      for (int j = 0; j < tensor.values().length; j++) {
        assertEquals(tensor.values()[j], other.values()[j], tensor.name());
      }
    }
  }

  static Map<String, byte[]> unzip(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  /** The same archive with another graph. */
  static byte[] withConfig(byte[] archive, String config) throws IOException {
    Map<String, byte[]> entries = unzip(archive);
    entries.put(CONFIG, config.getBytes(StandardCharsets.UTF_8));
    return zip(entries, ZipEntry.DEFLATED);
  }

  static String config(byte[] archive) throws IOException {
    return new String(unzip(archive).get(CONFIG), StandardCharsets.UTF_8);
  }

  static byte[] zip(Map<String, byte[]> entries, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          CRC32 checksum = new CRC32();
          checksum.update(content.getValue());
          entry.setCrc(checksum.getValue());
          entry.setSize(content.getValue().length);
        }
        zip.putNextEntry(entry);
        zip.write(content.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
