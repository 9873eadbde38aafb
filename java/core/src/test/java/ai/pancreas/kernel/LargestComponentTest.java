package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargestComponentTest {

  @ParameterizedTest
  @CsvSource({"0.02", "0.06", "0.1", "0.2", "0.5", "0.9"})
  void keepsTheSameVoxelsAsAFloodFill(double density) {
    Random random = new Random(7);
    for (int round = 0; round < 40; round++) {
      int nz = 1 + random.nextInt(6);
      int ny = 1 + random.nextInt(9);
      int nx = 1 + random.nextInt(17);
      List<byte[]> slices = new ArrayList<>();
      for (int z = 0; z < nz; z++) {
        byte[] slice = new byte[ny * nx];
        for (int i = 0; i < slice.length; i++) {
          slice[i] = random.nextDouble() < density ? (byte) 1 : 0;
        }
        slices.add(slice);
      }
      List<byte[]> expected = floodFill(slices, ny, nx);
      LargestComponent.keep(views(slices), ny, nx);
      for (int z = 0; z < nz; z++) {
        assertArrayEquals(expected.get(z), slices.get(z));
      }
    }
  }

  @Test
  void voxelsThatShareOnlyACornerAreConnected() {
    List<byte[]> slices = List.of(new byte[] {1, 0, 0, 0}, new byte[] {0, 0, 0, 1});
    LargestComponent.keep(views(slices), 2, 2);
    assertEquals(1, slices.get(0)[0]);
    assertEquals(1, slices.get(1)[3]);
  }

  @Test
  void anEmptyMaskStaysEmpty() {
    byte[] slice = new byte[12];
    LargestComponent.keep(views(List.of(slice)), 3, 4);
    assertArrayEquals(new byte[12], slice);
  }

  private static List<ByteBuffer> views(List<byte[]> slices) {
    return slices.stream().map(ByteBuffer::wrap).toList();
  }

  private static List<byte[]> floodFill(List<byte[]> slices, int ny, int nx) {
    int nz = slices.size();
    boolean[] seen = new boolean[nz * ny * nx];
    List<Integer> best = List.of();
    for (int start = 0; start < seen.length; start++) {
      if (seen[start] || slices.get(start / (ny * nx))[start % (ny * nx)] == 0) {
        continue;
      }
      List<Integer> component = new ArrayList<>();
      Deque<Integer> open = new ArrayDeque<>(List.of(start));
      seen[start] = true;
      while (!open.isEmpty()) {
        int voxel = open.remove();
        component.add(voxel);
        int z = voxel / (ny * nx);
        int y = voxel / nx % ny;
        int x = voxel % nx;
        for (int k = Math.max(0, z - 1); k <= Math.min(nz - 1, z + 1); k++) {
          for (int j = Math.max(0, y - 1); j <= Math.min(ny - 1, y + 1); j++) {
            for (int i = Math.max(0, x - 1); i <= Math.min(nx - 1, x + 1); i++) {
              int next = (k * ny + j) * nx + i;
              if (!seen[next] && slices.get(k)[j * nx + i] != 0) {
                seen[next] = true;
                open.add(next);
              }
            }
          }
        }
      }
      if (component.size() > best.size()) {
        best = component;
      }
    }
    List<byte[]> kept = new ArrayList<>();
    for (int z = 0; z < nz; z++) {
      kept.add(new byte[ny * nx]);
    }
    for (int voxel : best) {
      kept.get(voxel / (ny * nx))[voxel % (ny * nx)] = 1;
    }
    return kept;
  }
}
