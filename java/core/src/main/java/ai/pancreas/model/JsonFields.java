package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of a JSON object, read strictly: each once, of the right type, none left over. Errors
 * are {@code MODEL} and name the file and the path of the field.
 */
final class JsonFields {
  private final String source;
  private final String path;
  private final JsonObject object;
  private final Set<String> unread;

  private JsonFields(String source, String path, JsonObject object) {
    this.source = source;
    this.path = path;
    this.object = object;
    this.unread = new LinkedHashSet<>(object.keySet());
  }

  /**
   * Parses a text that must be one JSON object.
   *
   * @param source what errors call the file
   */
  static JsonFields parse(String text, String source) {
    JsonElement root;
    try {
      refuseDuplicates(strictReader(text), source);
      root = JsonParser.parseReader(strictReader(text));
    } catch (JsonParseException | IOException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      throw new PancreasException(ErrorCode.MODEL, source + ": not valid JSON: " + reason, e);
    }
    if (!root.isJsonObject()) {
      throw new PancreasException(ErrorCode.MODEL, source + ": not a JSON object");
    }
    return new JsonFields(source, "", root.getAsJsonObject());
  }

  private static JsonReader strictReader(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    return reader;
  }

  /** Walks through the whole document; the parser would take the last of two equal names. */
  private static void refuseDuplicates(JsonReader reader, String source) throws IOException {
    Set<String> paths = new HashSet<>();
    for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
      switch (token) {
        case BEGIN_OBJECT -> reader.beginObject();
        case END_OBJECT -> reader.endObject();
        case BEGIN_ARRAY -> reader.beginArray();
        case END_ARRAY -> reader.endArray();
        case NAME -> {
          reader.nextName();
          String path = reader.getPath();
          if (!paths.add(path)) {
            throw new PancreasException(
                ErrorCode.MODEL, source + ": " + path.substring(2) + ": written twice");
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  /** A text that is not blank. */
  String text(String name) {
    return text(take(name), at(name));
  }

  /** A finite number. */
  double number(String name) {
    return number(take(name), at(name));
  }

  /** A whole number. */
  int integer(String name) {
    return integer(take(name), at(name));
  }

  /** True or false. */
  boolean bool(String name) {
    JsonElement value = take(name);
    if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw expected(at(name), "true or false", value);
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    for (E constant : type.getEnumConstants()) {
      if (spelling(constant).equals(text)) {
        return constant;
      }
    }
    String all =
        Stream.of(type.getEnumConstants())
            .map(JsonFields::spelling)
            .collect(Collectors.joining(", "));
    throw error(name, "expected one of " + all + ", found " + text);
  }

  /** A number, or a default where null is written. */
  double numberOr(String name, double whenNull) {
    JsonElement value = take(name);
    return value.isJsonNull() ? whenNull : number(value, at(name));
  }

  /** An object. */
  <T> T object(String name, Function<JsonFields, T> read) {
    return object(take(name), at(name), read);
  }

  /** A list of whole numbers. */
  List<Integer> integers(String name) {
    return list(name, this::integer);
  }

  /** A list of texts. */
  List<String> texts(String name) {
    return list(name, this::text);
  }

  /** A list of objects. */
  <T> List<T> objects(String name, Function<JsonFields, T> read) {
    return list(name, (value, at) -> object(value, at, read));
  }

  /** A number, or a default where the field is missing. */
  double optionalNumber(String name, double whenMissing) {
    return object.has(name) ? number(name) : whenMissing;
  }

  /** An object, or none where the field is missing. */
  <T> Optional<T> optionalObject(String name, Function<JsonFields, T> read) {
    return object.has(name) ? Optional.of(object(name, read)) : Optional.empty();
  }

  /** Texts by names that are the writer's own, in their order; none where the field is missing. */
  Map<String, String> optionalTexts(String name) {
    if (!object.has(name)) {
      return Map.of();
    }
    return object(
        name,
        fields -> {
          Map<String, String> texts = new LinkedHashMap<>();
          for (String key : fields.object.keySet()) {
            texts.put(key, fields.text(key));
          }
          return texts;
        });
  }

  /** An error at a field. */
  PancreasException error(String name, String message) {
    return errorAt(at(name), message);
  }

  /** Checks that all fields were read. */
  void end() {
    if (!unread.isEmpty()) {
      throw error(unread.iterator().next(), "no such field is known");
    }
  }

  private <T> List<T> list(String name, BiFunction<JsonElement, String, T> read) {
    JsonElement value = take(name);
    if (!(value instanceof JsonArray array)) {
      throw expected(at(name), "a list", value);
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      items.add(read.apply(array.get(i), at(name) + "[" + i + "]"));
    }
    return List.copyOf(items);
  }

  private <T> T object(JsonElement value, String at, Function<JsonFields, T> read) {
    if (!value.isJsonObject()) {
      throw expected(at, "an object", value);
    }
    JsonFields fields = new JsonFields(source, at + ".", value.getAsJsonObject());
    T result = read.apply(fields);
    fields.end();
    return result;
  }

  private String text(JsonElement value, String at) {
    if (value instanceof JsonPrimitive primitive
        && primitive.isString()
        && !primitive.getAsString().isBlank()) {
      return primitive.getAsString();
    }
    throw expected(at, "a text", value);
  }

  private double number(JsonElement value, String at) {
    if (value instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && Double.isFinite(primitive.getAsDouble())) {
      return primitive.getAsDouble();
    }
    throw expected(at, "a number", value);
  }

  private int integer(JsonElement value, String at) {
    if (value instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && primitive.getAsDouble() == (int) primitive.getAsDouble()) {
      return (int) primitive.getAsDouble();
    }
    throw expected(at, "a whole number", value);
  }

  private JsonElement take(String name) {
    JsonElement value = object.get(name);
    if (value == null) {
      throw error(name, "missing");
    }
    unread.remove(name);
    return value;
  }

  private PancreasException expected(String at, String what, JsonElement found) {
    String text = found.toString();
    String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
    return errorAt(at, "expected " + what + ", found " + shown);
  }

  private PancreasException errorAt(String at, String message) {
    return new PancreasException(ErrorCode.MODEL, source + ": " + at + ": " + message);
  }

  private String at(String name) {
    return path + name;
  }

  /** How an enum's constant is written. */
  static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
