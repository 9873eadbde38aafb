package ai.pancreas.nrrd;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a NRRD file of one volume.
 *
 * @param type how a sample is stored
 * @param encoding how all samples are
 * @param order the byte order of samples
 * @param grid where the samples lie, LPS, the file's fastest axis first
 * @param placed whether the header says where that is
 * @param dataFile the name of the file of samples, where that is another one
 * @param lineSkip lines before the data, uncompressed
 * @param byteSkip bytes before the data, after decompression; -1 puts them at the end of the file
 * @param length the bytes of the header with the empty line that ends it
 */
record NrrdHeader(
    NrrdType type,
    Encoding encoding,
    ByteOrder order,
    Grid grid,
    boolean placed,
    Optional<String> dataFile,
    int lineSkip,
    long byteSkip,
    int length) {

  /** How the samples are stored. */
  enum Encoding {
    RAW,
    GZIP
  }

  private static final byte[] MAGIC = "NRRD000".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_HEADER_BYTES = 4 << 20;
  private static final long MOST_VOXELS = 1L << 31;
  private static final long MOST_SLICE_VOXELS = 1L << 26;
  private static final double FARTHEST_MM = 1e6;
  private static final double SMALLEST_STEP_MM = 0.01;
  private static final double LARGEST_STEP_MM = 100;
  private static final Pattern VECTOR = Pattern.compile("none|\\(([^()]*)\\)");

  /** The fields, by their names in lower case without spaces ("data file" is also "datafile"). */
  private record Fields(Map<String, String> values, String file) {

    Optional<String> get(String name) {
      return Optional.ofNullable(values.get(name));
    }

    String require(String name) {
      return get(name).orElseThrow(() -> bad(file, "the header does not say its " + name));
    }

    long number(String name, long absent) {
      try {
        return get(name).map(Long::parseLong).orElse(absent);
      } catch (NumberFormatException e) {
        throw bad(file, "the header's " + name + " is not a number");
      }
    }

    double[] numbers(String name, String text) {
      String[] words = text.trim().split("[\\s,]+");
      double[] numbers = new double[words.length];
      try {
        for (int i = 0; i < words.length; i++) {
          numbers[i] = Double.parseDouble(words[i]);
        }
      } catch (NumberFormatException e) {
        throw bad(file, "the header's " + name + " are not numbers");
      }
      return numbers;
    }
  }

  /** Whether a file begins as a NRRD file does. */
  static boolean isHeader(byte[] start) {
    return start.length >= MAGIC.length
        && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Reads a header, to the empty line that ends it or the end of a detached one.
   *
   * @param file the file's name, for messages
   * @throws PancreasException {@code BAD_DATA} if it is not one of a volume of numbers, or of a
   *     kind that is not supported
   */
  static NrrdHeader parse(InputStream in, String file) throws IOException {
    List<String> lines = new ArrayList<>();
    int length = readLines(in, lines, file);
    if (lines.isEmpty() || !isHeader(lines.get(0).getBytes(StandardCharsets.ISO_8859_1))) {
      throw bad(file, "not a NRRD file; it does not begin with NRRD000");
    }
    Fields fields = fields(lines.subList(1, lines.size()), file);
    int dimension = (int) fields.number("dimension", 0);
    if (dimension < 1 || dimension > 16) {
      throw bad(file, "the header says " + dimension + " dimensions");
    }
    int[] sizes = sizes(fields, dimension);
    boolean[] spatial = spatialAxes(fields, sizes);
    int[] size = pick(sizes, spatial);
    NrrdType type = type(fields);
    boolean[] placed = new boolean[1];
    Grid grid = grid(fields, size, spatial, placed);
    return new NrrdHeader(
        type,
        encoding(fields),
        order(fields, type),
        grid,
        placed[0],
        dataFile(fields),
        (int) Math.min(nonNegative(fields, "lineskip"), Integer.MAX_VALUE),
        byteSkip(fields),
        length);
  }

  /** The bytes of all samples, uncompressed. */
  long dataBytes() {
    return grid.voxelCount() * type.bytes();
  }

  private static int readLines(InputStream in, List<String> lines, String file) throws IOException {
    StringBuilder line = new StringBuilder();
    int count = 0;
    while (true) {
      int next = in.read();
      if (next >= 0 && ++count > MOST_HEADER_BYTES) {
        throw bad(file, "its header does not end");
      }
      if (next < 0 || next == '\n') {
        String text = line.toString().strip();
        if (text.isEmpty() && (next < 0 || !lines.isEmpty())) {
          return count;
        }
        lines.add(text);
        line.setLength(0);
        if (next < 0) {
          return count;
        }
        if (lines.size() == 1 && !isHeader(text.getBytes(StandardCharsets.ISO_8859_1))) {
          return count;
        }
      } else {
        line.append((char) next);
      }
    }
  }

  private static Fields fields(List<String> lines, String file) {
    Map<String, String> values = new HashMap<>();
    for (String line : lines) {
      int keyEnd = line.indexOf(":=");
      int colon = line.indexOf(": ");
      boolean empty = colon < 0 && line.endsWith(":");
      if (empty || line.startsWith("#") || (keyEnd >= 0 && (colon < 0 || keyEnd < colon))) {
        continue;
      }
      if (colon < 0) {
        throw bad(file, "a line of its header is neither a field nor a key: " + shortened(line));
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT).replace(" ", "");
      if (values.put(name, line.substring(colon + 2).strip()) != null) {
        throw bad(file, "the header says " + name + " twice");
      }
    }
    return new Fields(values, file);
  }

  private static String shortened(String line) {
    return line.length() > 30 ? line.substring(0, 30) + "..." : line;
  }

  private static int[] sizes(Fields fields, int dimension) {
    double[] numbers = fields.numbers("sizes", fields.require("sizes"));
    if (numbers.length != dimension) {
      throw bad(fields.file, numbers.length + " sizes in a header of " + dimension + " dimensions");
    }
    int[] sizes = new int[dimension];
    for (int i = 0; i < dimension; i++) {
      sizes[i] = (int) numbers[i];
      if (sizes[i] != numbers[i] || sizes[i] < 1) {
        throw bad(fields.file, "the header says an impossible size of " + numbers[i]);
      }
    }
    return sizes;
  }

  /** Three axes are the volume's; any other must have one sample. */
  private static boolean[] spatialAxes(Fields fields, int[] sizes) {
    boolean[] spatial = new boolean[sizes.length];
    Arrays.fill(spatial, true);
    Optional<String> directions = fields.get("spacedirections");
    if (directions.isPresent()) {
      List<String> vectors = vectors(fields, directions.get(), sizes.length);
      for (int i = 0; i < sizes.length; i++) {
        spatial[i] = !vectors.get(i).equals("none");
      }
    } else if (sizes.length > 3) {
      for (int i = 0; i < sizes.length; i++) {
        spatial[i] = sizes[i] > 1;
      }
    }
    int axes = 0;
    for (int i = 0; i < sizes.length; i++) {
      axes += spatial[i] ? 1 : 0;
      if (!spatial[i] && sizes[i] > 1) {
        throw bad(
            fields.file,
            "several layers or components, sizes "
                + Arrays.toString(sizes)
                + "; export one layer as a label map");
      }
    }
    if (axes != 3) {
      throw bad(fields.file, "not a volume: sizes " + Arrays.toString(sizes));
    }
    return spatial;
  }

  private static int[] pick(int[] sizes, boolean[] spatial) {
    int[] size = new int[3];
    int next = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (spatial[i]) {
        size[next++] = sizes[i];
      }
    }
    return size;
  }

  private static List<String> vectors(Fields fields, String text, int count) {
    List<String> vectors = new ArrayList<>();
    Matcher matcher = VECTOR.matcher(text);
    while (matcher.find()) {
      vectors.add(matcher.group(1) == null ? "none" : matcher.group(1));
    }
    if (vectors.size() != count) {
      throw bad(fields.file, vectors.size() + " space directions for " + count + " dimensions");
    }
    return vectors;
  }

  private static Grid grid(Fields fields, int[] size, boolean[] spatial, boolean[] placed) {
    if ((long) size[0] * size[1] > MOST_SLICE_VOXELS
        || (long) size[0] * size[1] * size[2] > MOST_VOXELS) {
      throw bad(fields.file, "impossible sizes " + Arrays.toString(size) + " for a CT");
    }
    fields
        .get("spaceunits")
        .filter(units -> !units.replaceAll("[\"\\s]|mm", "").isEmpty())
        .ifPresent(
            units -> {
              throw bad(fields.file, "space units other than mm are not supported: " + units);
            });
    Vector3 origin = new Vector3(0, 0, 0);
    Vector3[] steps = {new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1)};
    Optional<Vector3> signs = fields.get("space").flatMap(NrrdHeader::lpsSigns);
    Optional<String> directions = fields.get("spacedirections");
    Optional<String> first = fields.get("spaceorigin");
    placed[0] = signs.isPresent() && directions.isPresent() && first.isPresent();
    if (directions.isPresent()) {
      Vector3 turn = signs.orElse(new Vector3(1, 1, 1));
      int next = 0;
      for (String vector : vectors(fields, directions.get(), spatial.length)) {
        if (!vector.equals("none")) {
          steps[next++] = vector(fields, "space directions", vector, turn);
        }
      }
      if (first.isPresent()) {
        Matcher matcher = VECTOR.matcher(first.get());
        if (!matcher.matches() || matcher.group(1) == null) {
          throw bad(fields.file, "the header's space origin is not a vector");
        }
        origin = vector(fields, "space origin", matcher.group(1), turn);
      }
    } else if (fields.get("spacings").isPresent()) {
      double[] spacings = fields.numbers("spacings", fields.values.get("spacings"));
      if (spacings.length != spatial.length) {
        throw bad(fields.file, spacings.length + " spacings for " + spatial.length + " dimensions");
      }
      int next = 0;
      for (int i = 0; i < spatial.length; i++) {
        if (spatial[i]) {
          steps[next] = steps[next].times(Double.isNaN(spacings[i]) ? 1 : Math.abs(spacings[i]));
          next++;
        }
      }
    }
    for (Vector3 step : steps) {
      if (!(step.norm() >= SMALLEST_STEP_MM && step.norm() <= LARGEST_STEP_MM)) {
        throw bad(fields.file, "an impossible distance between voxels: " + step.norm() + " mm");
      }
    }
    if (!(origin.norm() <= FARTHEST_MM)
        || Math.abs(steps[0].cross(steps[1]).dot(steps[2])) < 1e-6) {
      throw bad(fields.file, "its space directions or origin give the voxels no place");
    }
    return new Grid(size[0], size[1], size[2], origin, steps[0], steps[1], steps[2]);
  }

  /** What turns a vector of a space into LPS, for the spaces of section 4 that name the patient. */
  private static Optional<Vector3> lpsSigns(String space) {
    return switch (space.toLowerCase(Locale.ROOT)) {
      case "right-anterior-superior", "ras" -> Optional.of(new Vector3(-1, -1, 1));
      case "left-anterior-superior", "las" -> Optional.of(new Vector3(1, -1, 1));
      case "left-posterior-superior", "lps" -> Optional.of(new Vector3(1, 1, 1));
      default -> Optional.empty();
    };
  }

  private static Vector3 vector(Fields fields, String name, String text, Vector3 signs) {
    double[] numbers = fields.numbers(name, text);
    if (numbers.length != 3) {
      throw bad(fields.file, "the header's " + name + " are not vectors of three");
    }
    return new Vector3(
        0.0 + numbers[0] * signs.x(), 0.0 + numbers[1] * signs.y(), 0.0 + numbers[2] * signs.z());
  }

  private static NrrdType type(Fields fields) {
    String text = fields.require("type");
    NrrdType type = NrrdType.of(text);
    if (type == null) {
      throw bad(fields.file, "samples of type " + shortened(text) + " are not supported");
    }
    return type;
  }

  private static Encoding encoding(Fields fields) {
    String text = fields.require("encoding").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "raw" -> Encoding.RAW;
      case "gzip", "gz" -> Encoding.GZIP;
      default ->
          throw bad(
              fields.file,
              "encoding " + shortened(text) + " is not supported; save it with raw or gzip");
    };
  }

  private static ByteOrder order(Fields fields, NrrdType type) {
    if (type.bytes() == 1) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    return switch (fields.require("endian").toLowerCase(Locale.ROOT)) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default -> throw bad(fields.file, "the header's endian is neither little nor big");
    };
  }

  private static Optional<String> dataFile(Fields fields) {
    Optional<String> name = fields.get("datafile");
    if (name.isPresent() && (name.get().contains("%") || name.get().startsWith("LIST"))) {
      throw bad(fields.file, "several data files are not supported; save it as one file");
    }
    return name;
  }

  private static long nonNegative(Fields fields, String name) {
    long number = fields.number(name, 0);
    if (number < 0) {
      throw bad(fields.file, "the header's " + name + " is negative");
    }
    return number;
  }

  private static long byteSkip(Fields fields) {
    return fields.number("byteskip", 0) == -1 ? -1 : nonNegative(fields, "byteskip");
  }

  private static PancreasException bad(String file, String what) {
    return new PancreasException(ErrorCode.BAD_DATA, file + ": " + what);
  }
}
