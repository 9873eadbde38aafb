package ai.pancreas.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Two numbers in one argument, such as {@code -100:240}. */
record DoubleRange(double first, double second) {

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static DoubleRange parse(String text) {
    String[] ends = text.split(":", -1);
    if (ends.length != 2) {
      throw new IllegalArgumentException("two numbers such as -100:240 are expected, not " + text);
    }
    try {
      return new DoubleRange(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "two numbers such as -100:240 are expected, not " + text, e);
    }
  }

  /** For arguments that are ranges. */
  static final class Converter implements ITypeConverter<DoubleRange> {
    @Override
    public DoubleRange convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
