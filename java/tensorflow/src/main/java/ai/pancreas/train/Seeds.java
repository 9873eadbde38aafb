package ai.pancreas.train;

import java.util.SplittableRandom;

/**
 * Random numbers for one purpose of one training: what is drawn depends on the numbers of the
 * purpose alone, not on what was drawn before, nor by which thread.
 */
final class Seeds {
  private Seeds() {}

  /** A generator for a purpose, such as (seed, epoch, sample). */
  static SplittableRandom of(long... purpose) {
    long state = 0x9E3779B97F4A7C15L;
    for (long part : purpose) {
      state = new SplittableRandom(state ^ part).nextLong();
    }
    return new SplittableRandom(state);
  }
}
