package ai.pancreas.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The wanted elements of a data set or of an item of a sequence. Not thread-safe. */
final class DataSet {
  private record Value(byte[] bytes, boolean bigEndian) {}

  private final Map<Integer, Value> values = new HashMap<>();
  private final Map<Integer, List<DataSet>> sequences = new HashMap<>();

  void put(int tag, byte[] bytes, boolean bigEndian) {
    values.put(tag, new Value(bytes, bigEndian));
  }

  /** Takes an element over from another data set, if it is there. */
  void copy(int tag, DataSet from) {
    if (from.values.containsKey(tag)) {
      values.put(tag, from.values.get(tag));
    }
  }

  void putItem(int tag, DataSet item) {
    sequences.computeIfAbsent(tag, key -> new ArrayList<>()).add(item);
  }

  /** The items of a sequence, none if it is absent. */
  List<DataSet> items(int tag) {
    return sequences.getOrDefault(tag, List.of());
  }

  /** The values of a text, without padding; none if it is absent or empty. */
  List<String> texts(int tag) {
    Value value = values.get(tag);
    if (value == null) {
      return List.of();
    }
    String text = strip(new String(value.bytes, StandardCharsets.ISO_8859_1));
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (String part : text.split("\\\\", -1)) {
      texts.add(strip(part));
    }
    return texts;
  }

  private static String strip(String padded) {
    return padded.replace('\0', ' ').strip();
  }

  /** A text with all its values, or nothing if it is absent or empty. */
  Optional<String> text(int tag) {
    List<String> texts = texts(tag);
    return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("\\", texts));
  }

  /** The values of a decimal string; empty if the element is absent or empty. */
  double[] decimals(int tag) throws DicomFormatException {
    List<String> texts = texts(tag);
    double[] numbers = new double[texts.size()];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Double.parseDouble(texts.get(i));
      } catch (NumberFormatException e) {
        throw new DicomFormatException(Tag.describe(tag) + " holds something else than numbers", e);
      }
      if (!Double.isFinite(numbers[i])) {
        throw new DicomFormatException(Tag.describe(tag) + " holds a number that is not finite");
      }
    }
    return numbers;
  }

  /** The value of a text that must be one whole number. */
  OptionalInt wholeNumber(int tag) throws DicomFormatException {
    double[] numbers = decimals(tag);
    if (numbers.length == 0) {
      return OptionalInt.empty();
    }
    if (numbers.length > 1 || numbers[0] != (int) numbers[0]) {
      throw new DicomFormatException(Tag.describe(tag) + " is not one whole number");
    }
    return OptionalInt.of((int) numbers[0]);
  }

  /** The first value of an element of 16-bit numbers without sign. */
  OptionalInt uint16(int tag) {
    Value value = values.get(tag);
    if (value == null || value.bytes.length < 2) {
      return OptionalInt.empty();
    }
    int first = value.bytes[0] & 0xFF;
    int second = value.bytes[1] & 0xFF;
    return OptionalInt.of(value.bigEndian ? first << 8 | second : second << 8 | first);
  }

  /** The first value of an element of 32-bit numbers. */
  OptionalInt int32(int tag) {
    Value value = values.get(tag);
    if (value == null || value.bytes.length < Integer.BYTES) {
      return OptionalInt.empty();
    }
    ByteOrder order = value.bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return OptionalInt.of(ByteBuffer.wrap(value.bytes).order(order).getInt());
  }

  /** The values of an element of 64-bit little-endian numbers; none if it is absent. */
  long[] int64s(int tag) {
    Value value = values.get(tag);
    if (value == null) {
      return new long[0];
    }
    long[] numbers = new long[value.bytes.length / Long.BYTES];
    ByteBuffer.wrap(value.bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(numbers);
    return numbers;
  }
}
