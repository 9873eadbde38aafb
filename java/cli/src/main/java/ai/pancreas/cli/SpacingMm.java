package ai.pancreas.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The spacing of voxels, mm, as it is written on the command line, such as {@code 0.8x0.8x2}. */
record SpacingMm(double x, double y, double z) {

  /** Reads it from the command line. */
  static final class Converter implements ITypeConverter<SpacingMm> {
    @Override
    public SpacingMm convert(String text) {
      String[] parts = text.split("x", -1);
      try {
        if (parts.length == 3) {
          return new SpacingMm(
              Double.parseDouble(parts[0]),
              Double.parseDouble(parts[1]),
              Double.parseDouble(parts[2]));
        }
      } catch (NumberFormatException e) {
        // Told below, like any other text of the wrong form.
      }
      throw new TypeConversionException("'" + text + "' is not XxYxZ in mm, such as 0.8x0.8x2");
    }
  }
}
