package ai.pancreas.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the largest connected component of a mask; two voxels are connected where they share a
 * face, an edge or a corner (26 neighbours).
 *
 * <p>Works on runs of voxels along x with union-find, so that its memory grows with the number of
 * runs and not with the number of voxels.
 */
final class LargestComponent {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final int columns;
  private final byte[] row;
  private int[] begin = new int[1024];
  private int[] end = new int[1024];
  private int[] parent = new int[1024];
  private long[] size = new long[1024];
  private int runs;

  private LargestComponent(int columns) {
    this.columns = columns;
    this.row = new byte[columns];
  }

  /**
   * Clears every voxel outside the largest component; of components of the same size the first in
   * storage order stays.
   *
   * @param slices [z][y * columns + x], 0 or not; changed in place
   */
  static void keep(List<ByteBuffer> slices, int rows, int columns) {
    new LargestComponent(columns).apply(slices, rows);
  }

  private void apply(List<ByteBuffer> slices, int rows) {
    int[][] rowStart = new int[slices.size()][rows + 1];
    for (int z = 0; z < slices.size(); z++) {
      for (int y = 0; y < rows; y++) {
        rowStart[z][y] = runs;
        findRuns(slices.get(z), y);
        int first = rowStart[z][y];
        if (y > 0) {
          join(first, runs, rowStart[z][y - 1], first);
        }
        for (int dy = -1; z > 0 && dy <= 1; dy++) {
          if (y + dy >= 0 && y + dy < rows) {
            join(first, runs, rowStart[z - 1][y + dy], rowStart[z - 1][y + dy + 1]);
          }
        }
      }
      rowStart[z][rows] = runs;
    }
    int best = -1;
    for (int run = 0; run < runs; run++) {
      if (parent[run] == run && (best < 0 || size[run] > size[best])) {
        best = run;
      }
    }
    byte[] zeros = new byte[columns];
    for (int z = 0; z < slices.size(); z++) {
      ByteBuffer slice = slices.get(z);
      for (int y = 0; y < rows; y++) {
        for (int run = rowStart[z][y]; run < rowStart[z][y + 1]; run++) {
          if (find(run) != best) {
            int first = slice.position() + y * columns + begin[run];
            slice.put(first, zeros, 0, end[run] - begin[run]);
          }
        }
      }
    }
  }

  private void findRuns(ByteBuffer slice, int y) {
    slice.get(slice.position() + y * columns, row);
    for (int x = nextSet(0); x < columns; x = nextSet(x)) {
      int first = x;
      while (x < columns && row[x] != 0) {
        x++;
      }
      if (runs == begin.length) {
        int capacity = Math.multiplyExact(runs, 2);
        begin = Arrays.copyOf(begin, capacity);
        end = Arrays.copyOf(end, capacity);
        parent = Arrays.copyOf(parent, capacity);
        size = Arrays.copyOf(size, capacity);
      }
      begin[runs] = first;
      end[runs] = x;
      parent[runs] = runs;
      size[runs] = x - first;
      runs++;
    }
  }

  /** The first column from {@code x} on whose voxel is not 0, or the number of columns. */
  private int nextSet(int x) {
    int next = x;
    while (next + Long.BYTES <= columns && (long) EIGHT_BYTES.get(row, next) == 0) {
      next += Long.BYTES;
    }
    while (next < columns && row[next] == 0) {
      next++;
    }
    return next;
  }

  /** Joins the runs [a, aEnd) of one row with the touching runs [b, bEnd) of a neighbouring row. */
  private void join(int a, int aEnd, int b, int bEnd) {
    while (a < aEnd && b < bEnd) {
      // Runs are half open: they touch, by a corner at least, where neither ends before the other.
      if (begin[a] <= end[b] && begin[b] <= end[a]) {
        union(a, b);
      }
      if (end[a] < end[b]) {
        a++;
      } else {
        b++;
      }
    }
  }

  private void union(int a, int b) {
    int rootA = find(a);
    int rootB = find(b);
    if (rootA != rootB) {
      int low = Math.min(rootA, rootB);
      int high = Math.max(rootA, rootB);
      parent[high] = low;
      size[low] += size[high];
    }
  }

  private int find(int run) {
    while (parent[run] != run) {
      parent[run] = parent[parent[run]];
      run = parent[run];
    }
    return run;
  }
}
