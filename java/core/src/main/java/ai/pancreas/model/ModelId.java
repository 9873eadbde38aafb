package ai.pancreas.model;

import java.util.regex.Pattern;

/** The ids by which users ask for models. */
public final class ModelId {
  /** The most characters of an id. */
  static final int MOST = 64;

  /** What an id has, for messages. */
  static final String RULE = "up to " + MOST + " lower-case letters, digits, '.', '_' and '-'";

  static final Pattern PATTERN = Pattern.compile("[a-z0-9][a-z0-9._-]{0," + (MOST - 1) + "}");

  private ModelId() {}

  /**
   * Checks an id.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void check(String id) {
    if (!PATTERN.matcher(id).matches()) {
      throw new IllegalArgumentException("a model cannot be called " + id + ": an id has " + RULE);
    }
  }
}
