package ai.pancreas.phantom;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VolumeSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A synthetic abdomen in the portal-venous phase, with a known pancreas, on a CT table.
 *
 * <p>The patient is drawn from a seed: body, organs, vessels, fat and the pancreas's shape differ.
 * The patient lies on the back and stays where they are in patient space (LPS, mm); z = 0 is the
 * disc between the first and the second lumbar vertebra. Any grid can be laid over them. The same
 * seed and grid give the same voxels on every machine, with any number of threads.
 *
 * <p>It looks like a CT so that programs and people can be tried out on it. It is not a patient,
 * its lesion is no cancer, and nothing measured on it says how well a program works on patients.
 *
 * <p>Immutable and safe to use from many threads.
 */
public final class Phantom {
  /** Voxels wider than this are averaged over several points: the partial volume effect. */
  private static final double SAMPLE_MM = 2.2;

  private static final int MAX_SAMPLES = 4;
  private static final double TILE_MM = 10;
  private static final int LOWEST_HU = -1024;
  private static final int HIGHEST_HU = 3071;

  private final long seed;
  private final Optional<Lesion> lesion;
  private final Anatomy anatomy;

  private Phantom(long seed, Optional<Lesion> lesion) {
    this.seed = seed;
    this.lesion = lesion;
    this.anatomy = new Anatomy(seed, lesion);
  }

  /** The patient of a seed, with a healthy pancreas. */
  public static Phantom ofSeed(long seed) {
    return new Phantom(seed, Optional.empty());
  }

  /**
   * The same patient with a lesion in the pancreas that looks as ductal adenocarcinoma usually does
   * in this phase: a mass of 15 to 35 mm that is darker than the gland, from which the duct is
   * dilated, 4 to 9 mm wide, and the gland perhaps thinner towards the tail. Seed decides on size
   * and place too. All else stays as it is, noise included.
   */
  public static Phantom withLesion(long seed) {
    return new Phantom(seed, Optional.of(Lesion.draw(seed)));
  }

  /** Makes a CT with the number of threads that the machine has. */
  public static PhantomCase generate(PhantomOptions options, Monitor monitor) {
    Phantom phantom = options.lesion() ? withLesion(options.seed()) : ofSeed(options.seed());
    return phantom.sample(
        options.grid(), options.noiseHu(), Runtime.getRuntime().availableProcessors(), monitor);
  }

  /** The value at a point of patient space (LPS, mm) without noise and partial volume, HU. */
  public double hu(Vector3 position) {
    return look(position).hu();
  }

  /** Whether a point of patient space (LPS, mm) lies in the pancreas. */
  public boolean isPancreas(Vector3 position) {
    return look(position).pancreas() >= 0.5;
  }

  private Anatomy.Probe look(Vector3 p) {
    Anatomy.Probe probe = anatomy.probe();
    probe.look(p.x(), p.y(), p.z());
    return probe;
  }

  /**
   * Scans the patient: HU and pancreas on a grid. Takes three bytes a voxel, four with a lesion.
   *
   * @param grid any grid, in any orientation
   * @param noiseHu standard deviation of the noise in the middle of the body, HU
   * @param threads how many slices are made at a time; does not change the result
   * @param monitor hears of {@link Stage#GENERATE} in slices
   * @throws CancellationException if the monitor cancels
   */
  public PhantomCase sample(Grid grid, double noiseHu, int threads, Monitor monitor) {
    short[][] hu = new short[grid.nz()][];
    byte[][] pancreas = new byte[grid.nz()][];
    byte[][] mass = new byte[grid.nz()][];
    ParallelFor.run(
        Stage.GENERATE,
        grid.nz(),
        threads,
        monitor,
        () ->
            z -> {
              hu[z] = new short[grid.sliceSize()];
              pancreas[z] = new byte[grid.sliceSize()];
              mass[z] = new byte[lesion.isPresent() ? grid.sliceSize() : 0];
              scan(grid, z, noiseHu, new Scan(hu[z], pancreas[z], mass[z]));
            });
    List<HuSlice> slices = Arrays.stream(hu).map(values -> HuSlice.ofShorts(values, 1, 0)).toList();
    return new PhantomCase(
        new CtVolume(grid, slices, VolumeSource.SYNTHETIC),
        new Mask(grid, Arrays.asList(pancreas)),
        lesion.map(drawn -> new Mask(grid, Arrays.asList(mass))));
  }

  /** One slice, [y][x]; {@code lesion} is empty where the patient has none. */
  private record Scan(short[] hu, byte[] pancreas, byte[] lesion) {}

  private void scan(Grid grid, int z, double noiseHu, Scan out) {
    float[] noise = noiseHu > 0 ? new ScanNoise(seed, grid).slice(z) : null;
    Anatomy inSlice = anatomy.near(bounds(grid, 0, grid.nx(), 0, grid.ny(), z));
    int tileX = tileSize(grid.spacingMm(0));
    int tileY = tileSize(grid.spacingMm(1));
    for (int y = 0; y < grid.ny(); y += tileY) {
      for (int x = 0; x < grid.nx(); x += tileX) {
        int endX = Math.min(grid.nx(), x + tileX);
        int endY = Math.min(grid.ny(), y + tileY);
        Anatomy.Probe probe = inSlice.near(bounds(grid, x, endX, y, endY, z)).probe();
        scanTile(grid, probe, x, endX, y, endY, z, noiseHu, noise, out);
      }
    }
  }

  /** So many voxels that a tile is small against the organs, but not below 4. */
  private static int tileSize(double spacingMm) {
    return (int) Math.max(4, Math.min(16, Math.round(TILE_MM / spacingMm)));
  }

  private void scanTile(
      Grid grid,
      Anatomy.Probe probe,
      int fromX,
      int endX,
      int fromY,
      int endY,
      int z,
      double noiseHu,
      float[] noise,
      Scan out) {
    int countX = samples(grid.spacingMm(0));
    int countY = samples(grid.spacingMm(1));
    int countZ = samples(grid.spacingMm(2));
    double share = 1.0 / (countX * countY * countZ);
    for (int y = fromY; y < endY; y++) {
      for (int x = fromX; x < endX; x++) {
        double sum = 0;
        double pancreas = 0;
        double mass = 0;
        for (int k = 0; k < countZ; k++) {
          double w = z + offset(k, countZ);
          for (int j = 0; j < countY; j++) {
            double v = y + offset(j, countY);
            for (int i = 0; i < countX; i++) {
              double u = x + offset(i, countX);
              probe.look(
                  coordinate(grid, 0, u, v, w),
                  coordinate(grid, 1, u, v, w),
                  coordinate(grid, 2, u, v, w));
              sum += probe.hu();
              pancreas += probe.pancreas();
              mass += probe.lesion();
            }
          }
        }
        double value = sum * share;
        int index = y * grid.nx() + x;
        if (noise != null) {
          value += noise[index] * noiseHu * noiseLevel(grid, x, y, z);
        }
        out.hu[index] = (short) Math.max(LOWEST_HU, Math.min(HIGHEST_HU, Math.rint(value)));
        out.pancreas[index] = (byte) (pancreas * share >= 0.5 ? 1 : 0);
        if (out.lesion.length > 0) {
          out.lesion[index] = (byte) (mass * share >= 0.5 ? 1 : 0);
        }
      }
    }
  }

  private static double coordinate(Grid grid, int axis, double u, double v, double w) {
    return grid.origin().component(axis)
        + u * grid.stepX().component(axis)
        + v * grid.stepY().component(axis)
        + w * grid.stepZ().component(axis);
  }

  /** Noise is strongest where the rays pass through most of the body, and halved outside. */
  private static double noiseLevel(Grid grid, int x, int y, int z) {
    double px = coordinate(grid, 0, x, y, z) / 160;
    double py = coordinate(grid, 1, x, y, z) / 120;
    return 0.5 + 0.5 / (1 + 0.4 * (px * px + py * py) * (px * px + py * py));
  }

  private static int samples(double spacingMm) {
    return (int) Math.max(1, Math.min(MAX_SAMPLES, Math.ceil(spacingMm / SAMPLE_MM)));
  }

  private static double offset(int i, int count) {
    return (i + 0.5) / count - 0.5;
  }

  private static Box bounds(Grid grid, int fromX, int endX, int fromY, int endY, int z) {
    double cx = (fromX + endX - 1) / 2.0;
    double cy = (fromY + endY - 1) / 2.0;
    Vector3 centre = grid.toPatient(cx, cy, z);
    double[] reach = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      reach[axis] =
          (endX - fromX) / 2.0 * Math.abs(grid.stepX().component(axis))
              + (endY - fromY) / 2.0 * Math.abs(grid.stepY().component(axis))
              + 0.5 * Math.abs(grid.stepZ().component(axis));
    }
    return Box.around(centre.x(), centre.y(), centre.z(), reach[0], reach[1], reach[2]);
  }
}
