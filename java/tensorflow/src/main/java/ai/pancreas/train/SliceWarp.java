package ai.pancreas.train;

/**
 * Where each pixel of the network's grid looks in a frame, in pixels of the frame. Immutable and
 * thread-safe.
 *
 * <p>From a pixel's offset from the centre of the network's grid: the elastic displacement is
 * added, the result is flipped and rotated, scaled to the frame's pixels, and added to the window's
 * centre.
 */
final class SliceWarp {
  private final int rows;
  private final int columns;
  private final ElasticGrid elastic;
  private final double centreRow;
  private final double centreColumn;
  private final double rowFromRow;
  private final double rowFromColumn;
  private final double columnFromRow;
  private final double columnFromColumn;

  /**
   * A warp.
   *
   * @param rows rows of the network's grid
   * @param columns columns of the network's grid
   * @param elastic the displacement, in pixels of the network
   * @param flipRows whether top and bottom change places
   * @param flipColumns whether left and right change places
   * @param rotation by how much the picture turns from columns towards rows (clockwise, where rows
   *     run down), in radians
   * @param rowStep frame rows per network row
   * @param columnStep frame columns per network column
   * @param centreRow the frame row at the centre of the network's grid; 0 is the upper edge of the
   *     first row
   * @param centreColumn the frame column likewise
   */
  SliceWarp(
      int rows,
      int columns,
      ElasticGrid elastic,
      boolean flipRows,
      boolean flipColumns,
      double rotation,
      double rowStep,
      double columnStep,
      double centreRow,
      double centreColumn) {
    this.rows = rows;
    this.columns = columns;
    this.elastic = elastic;
    this.centreRow = centreRow;
    this.centreColumn = centreColumn;
    double cos = Math.cos(rotation);
    double sin = Math.sin(rotation);
    int rowSign = flipRows ? -1 : 1;
    int columnSign = flipColumns ? -1 : 1;
    this.rowFromRow = rowStep * cos * rowSign;
    this.rowFromColumn = -rowStep * sin * columnSign;
    this.columnFromRow = columnStep * sin * rowSign;
    this.columnFromColumn = columnStep * cos * columnSign;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /**
   * The places at which one row of the network's grid looks: 0 is the centre of the frame's first
   * pixel.
   *
   * @param frameRows {@code columns} values to be written
   * @param frameColumns {@code columns} values to be written
   */
  void places(int row, double[] frameRows, double[] frameColumns) {
    elastic.displacements(row, rows, columns, frameRows, frameColumns);
    double v = row + 0.5 - rows / 2.0;
    for (int column = 0; column < columns; column++) {
      double y = v + frameRows[column];
      double x = column + 0.5 - columns / 2.0 + frameColumns[column];
      frameRows[column] = centreRow + rowFromRow * y + rowFromColumn * x - 0.5;
      frameColumns[column] = centreColumn + columnFromRow * y + columnFromColumn * x - 0.5;
    }
  }
}
