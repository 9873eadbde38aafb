package ai.pancreas.codecs;

import java.util.Arrays;
import java.util.Random;

/** Damages a codestream in one of the ways that files get damaged, or are made to harm. */
final class Mutation {
  private static final int HEADER = 100;

  private Mutation() {}

  static byte[] of(byte[] frame, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> bytesChanged(frame, frame.length, random);
      case 1 -> bytesChanged(frame, Math.min(HEADER, frame.length), random);
      case 2 -> bitFlipped(frame, random);
      case 3 -> rangeRemoved(frame, random);
      case 4 -> rangeRepeated(frame, random);
      default -> rangeFilled(frame, random);
    };
  }

  private static byte[] bytesChanged(byte[] frame, int end, Random random) {
    byte[] changed = frame.clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      changed[random.nextInt(end)] = (byte) random.nextInt();
    }
    return changed;
  }

  private static byte[] bitFlipped(byte[] frame, Random random) {
    byte[] changed = frame.clone();
    changed[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
    return changed;
  }

  private static byte[] rangeRemoved(byte[] frame, Random random) {
    int start = random.nextInt(frame.length);
    int end = Math.min(frame.length, start + 1 + random.nextInt(64));
    byte[] shorter = Arrays.copyOf(frame, frame.length - (end - start));
    System.arraycopy(frame, end, shorter, start, frame.length - end);
    return shorter;
  }

  private static byte[] rangeRepeated(byte[] frame, Random random) {
    int start = random.nextInt(frame.length);
    int end = Math.min(frame.length, start + 1 + random.nextInt(64));
    byte[] longer = Arrays.copyOf(frame, frame.length + end - start);
    System.arraycopy(frame, start, longer, end, frame.length - start);
    return longer;
  }

  private static byte[] rangeFilled(byte[] frame, Random random) {
    byte[] changed = frame.clone();
    int start = random.nextInt(frame.length);
    int end = Math.min(frame.length, start + 1 + random.nextInt(64));
    Arrays.fill(changed, start, end, (byte) (random.nextBoolean() ? 0 : random.nextInt()));
    return changed;
  }
}
