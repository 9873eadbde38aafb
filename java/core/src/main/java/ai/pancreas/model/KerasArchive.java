package ai.pancreas.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Tells what a {@code .keras} archive (a zip, Keras 3) holds. */
final class KerasArchive {
  private static final int MAX_CONFIG_BYTES = 16 << 20;

  private KerasArchive() {}

  /** What a file is if it is such an archive, in a few words. */
  static Optional<String> describe(byte[] bytes) {
    if (bytes.length < 4 || bytes[0] != 'P' || bytes[1] != 'K' || bytes[2] != 3 || bytes[3] != 4) {
      return Optional.empty();
    }
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals("config.json")) {
          String config = new String(zip.readNBytes(MAX_CONFIG_BYTES), StandardCharsets.UTF_8);
          return Optional.of("a .keras archive" + network(config));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of("a damaged zip archive");
    }
    return Optional.of("a zip archive");
  }

  /** Of the reference project's networks, only the classifier ends in a dense layer. */
  private static String network(String config) {
    if (config.contains("\"Dense\"")) {
      return " of classification-2024";
    }
    return config.contains("\"AttGate\"") ? " of segmentation-2024" : "";
  }
}
