package ai.pancreas.report;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import java.util.Locale;
import java.util.Optional;

/**
 * One plane of a volume as it is shown: [row][column], the patient's right at the viewer's left,
 * the head up, the front of a sagittal plane at the left. One pixel a voxel.
 */
record PreviewPlane(
    View view,
    String position,
    int columns,
    int rows,
    double columnMm,
    double rowMm,
    float[] hu,
    byte[] prediction,
    Optional<byte[]> truth) {

  /** The three planes: which axes of an LPS volume run across and down, and what lies where. */
  enum View {
    AXIAL(0, 1, 2, "R", "L", "A", "P", "S", "I"),
    CORONAL(0, 2, 1, "R", "L", "S", "I", "P", "A"),
    SAGITTAL(1, 2, 0, "A", "P", "S", "I", "L", "R");

    private final int across;
    private final int down;
    private final int through;
    private final String left;
    private final String right;
    private final String top;
    private final String bottom;
    private final String positive;
    private final String negative;

    View(
        int across,
        int down,
        int through,
        String left,
        String right,
        String top,
        String bottom,
        String positive,
        String negative) {
      this.across = across;
      this.down = down;
      this.through = through;
      this.left = left;
      this.right = right;
      this.top = top;
      this.bottom = bottom;
      this.positive = positive;
      this.negative = negative;
    }

    String left() {
      return left;
    }

    String right() {
      return right;
    }

    String top() {
      return top;
    }

    String bottom() {
      return bottom;
    }
  }

  double widthMm() {
    return columns * columnMm;
  }

  double heightMm() {
    return rows * rowMm;
  }

  /**
   * Reads one plane.
   *
   * @param ct any orientation
   * @param centre the voxel that the plane goes through, in the indices of the CT turned to LPS
   */
  static PreviewPlane read(
      View view, CtVolume ct, Mask prediction, Optional<Mask> truth, int[] centre) {
    Reorientation turn = Reorientation.between(Orientation.of(ct.grid()), Orientation.LPS);
    CtVolume upright = ct.reoriented(turn);
    Grid grid = upright.grid();
    int columns = grid.size(view.across);
    int rows = grid.size(view.down);
    float[] hu = new float[Math.multiplyExact(columns, rows)];
    byte[] inPrediction = new byte[hu.length];
    Optional<byte[]> inTruth = truth.map(mask -> new byte[hu.length]);
    int[] index = centre.clone();
    for (int row = 0; row < rows; row++) {
      // Rows of an axial plane run to the back; of the others to the feet, against the index.
      index[view.down] = view.down == 2 ? rows - 1 - row : row;
      for (int column = 0; column < columns; column++) {
        index[view.across] = column;
        int i = row * columns + column;
        hu[i] = upright.hu(index[0], index[1], index[2]);
        inPrediction[i] = at(prediction, turn, grid, index);
        if (truth.isPresent()) {
          inTruth.get()[i] = at(truth.get(), turn, grid, index);
        }
      }
    }
    Vector3 middle = grid.toPatient(centre[0], centre[1], centre[2]);
    double mm = middle.component(view.through);
    String position =
        String.format(
            Locale.ROOT, "%s %.1f mm", mm < 0 ? view.negative : view.positive, Math.abs(mm));
    return new PreviewPlane(
        view,
        position,
        columns,
        rows,
        grid.spacingMm(view.across),
        grid.spacingMm(view.down),
        hu,
        inPrediction,
        inTruth);
  }

  private static byte at(Mask mask, Reorientation turn, Grid upright, int[] index) {
    int[] own = new int[3];
    for (int i = 0; i < 3; i++) {
      own[turn.axis(i)] = turn.flip(i) ? upright.size(i) - 1 - index[i] : index[i];
    }
    return (byte) (mask.at(own[0], own[1], own[2]) ? 1 : 0);
  }

  /** The part that holds more than air, with a margin. The whole plane where all of it is air. */
  PreviewPlane withoutAir(double marginMm, double airHu) {
    int firstColumn = columns;
    int lastColumn = -1;
    int firstRow = rows;
    int lastRow = -1;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (hu[row * columns + column] > airHu) {
          firstColumn = Math.min(firstColumn, column);
          lastColumn = Math.max(lastColumn, column);
          firstRow = Math.min(firstRow, row);
          lastRow = row;
        }
      }
    }
    if (lastRow < 0) {
      return this;
    }
    int marginColumns = (int) Math.ceil(marginMm / columnMm);
    int marginRows = (int) Math.ceil(marginMm / rowMm);
    return part(
        Math.max(0, firstColumn - marginColumns),
        Math.min(columns, lastColumn + 1 + marginColumns),
        Math.max(0, firstRow - marginRows),
        Math.min(rows, lastRow + 1 + marginRows));
  }

  /** A part of the plane: columns and rows from the first to before the end. */
  PreviewPlane part(int fromColumn, int endColumn, int fromRow, int endRow) {
    int width = endColumn - fromColumn;
    int height = endRow - fromRow;
    float[] values = new float[width * height];
    byte[] inPrediction = new byte[values.length];
    Optional<byte[]> inTruth = truth.map(mask -> new byte[values.length]);
    for (int row = 0; row < height; row++) {
      int from = (fromRow + row) * columns + fromColumn;
      System.arraycopy(hu, from, values, row * width, width);
      System.arraycopy(prediction, from, inPrediction, row * width, width);
      if (truth.isPresent()) {
        System.arraycopy(truth.get(), from, inTruth.get(), row * width, width);
      }
    }
    return new PreviewPlane(
        view, position, width, height, columnMm, rowMm, values, inPrediction, inTruth);
  }
}
