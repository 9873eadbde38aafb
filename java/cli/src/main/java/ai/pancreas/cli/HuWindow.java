package ai.pancreas.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Two grey values as HU, such as {@code 0:255}. */
record HuWindow(int min, int max) {

  /** Reads it from the command line. */
  static final class Converter implements ITypeConverter<HuWindow> {
    @Override
    public HuWindow convert(String text) {
      String[] ends = text.split(":", -1);
      if (ends.length == 2) {
        try {
          return new HuWindow(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        } catch (NumberFormatException e) {
          // Told below.
        }
      }
      throw new TypeConversionException("two whole numbers such as 0:255, not " + text);
    }
  }
}
