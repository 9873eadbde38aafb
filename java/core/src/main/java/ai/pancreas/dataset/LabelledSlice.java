package ai.pancreas.dataset;

import java.util.Objects;

/**
 * One slice and where the pancreas is in it. The arrays are the record's own: nobody else changes
 * them.
 *
 * @param rows the number of rows; they count from front to back of the patient
 * @param columns the number of columns; they count from right to left of the patient
 * @param hu Hounsfield units, [row][column], row-major
 * @param mask [row][column], row-major: 1 in the pancreas, 0 elsewhere
 */
public record LabelledSlice(int rows, int columns, short[] hu, byte[] mask) {
  public LabelledSlice {
    Objects.requireNonNull(hu, "hu");
    Objects.requireNonNull(mask, "mask");
    if (rows < 1 || columns < 1 || hu.length != rows * columns || mask.length != rows * columns) {
      throw new IllegalArgumentException(
          "a slice of "
              + rows
              + " x "
              + columns
              + " with "
              + hu.length
              + " values and a mask of "
              + mask.length);
    }
  }
}
