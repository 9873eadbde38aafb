package ai.pancreas.phantom;

/**
 * Randomness that depends on where it is asked for and on nothing else, so that any thread gets the
 * same numbers in any order. Only exact arithmetic: the same on every machine.
 */
final class Lattice {
  private Lattice() {}

  /** A well-mixed hash of a seed and three counters: the finaliser of SplitMix64, applied twice. */
  static long hash(long seed, long i, long j, long k) {
    return mix(
        mix(seed + i * 0x9E3779B97F4A7C15L + j * 0xC2B2AE3D27D4EB4FL) ^ k * 0x165667B19E3779F9L);
  }

  private static long mix(long v) {
    v = (v ^ v >>> 30) * 0xBF58476D1CE4E5B9L;
    v = (v ^ v >>> 27) * 0x94D049BB133111EBL;
    return v ^ v >>> 31;
  }

  /**
   * An almost normal number with mean 0 and standard deviation 1: the sum of four uniform 16-bit
   * parts of one hash.
   */
  static float normal(long hash) {
    long sum = (hash & 0xFFFF) + (hash >>> 16 & 0xFFFF) + (hash >>> 32 & 0xFFFF) + (hash >>> 48);
    // Each part has variance 65536^2 / 12.
    return (sum - 131070) * (1.7320508f / 65536);
  }

  /** Smooth noise in -1 to 1: random values at whole positions, blended between them. */
  static double smooth(long seed, double x, double y, double z) {
    long i = (long) Math.floor(x);
    long j = (long) Math.floor(y);
    long k = (long) Math.floor(z);
    double u = ease(x - i);
    double v = ease(y - j);
    double w = ease(z - k);
    double near = mix(v, row(seed, i, j, k, u), row(seed, i, j + 1, k, u));
    double far = mix(v, row(seed, i, j, k + 1, u), row(seed, i, j + 1, k + 1, u));
    return mix(w, near, far);
  }

  private static double row(long seed, long i, long j, long k, double u) {
    return mix(u, corner(seed, i, j, k), corner(seed, i + 1, j, k));
  }

  private static double corner(long seed, long i, long j, long k) {
    return (hash(seed, i, j, k) >> 32) * 0x1p-31;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double t, double a, double b) {
    return a + t * (b - a);
  }

  /** A wave of period 1 between -1 and 1, made of parabolas: close to sin(2 pi t). */
  static double wave(double t) {
    double u = 2 * (t - Math.floor(t)) - 1;
    return -4 * u * (1 - Math.abs(u));
  }
}
