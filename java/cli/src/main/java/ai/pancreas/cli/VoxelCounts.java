package ai.pancreas.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The size of a volume as it is written on the command line, such as {@code 512x512x120}. */
record VoxelCounts(int columns, int rows, int slices) {

  /** Reads it from the command line. */
  static final class Converter implements ITypeConverter<VoxelCounts> {
    @Override
    public VoxelCounts convert(String text) {
      String[] parts = text.split("x", -1);
      try {
        if (parts.length == 3) {
          return new VoxelCounts(
              Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
      } catch (NumberFormatException e) {
        // Told below, like any other text of the wrong form.
      }
      throw new TypeConversionException(
          "'" + text + "' is not COLUMNSxROWSxSLICES, such as 512x512x120");
    }
  }
}
