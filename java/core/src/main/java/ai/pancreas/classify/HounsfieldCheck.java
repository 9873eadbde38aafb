package ai.pancreas.classify;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.CtVolume;
import java.util.Locale;

/** Tells CTs from volumes of other numbers. Stateless and thread-safe. */
public final class HounsfieldCheck {

  /** Even a close crop of the abdomen holds fat of this. */
  private static final float FAT_HU = -100;

  /** The largest value of a grey picture. */
  private static final float WHITE = 255;

  private HounsfieldCheck() {}

  /**
   * Refuses what cannot be HU, by the rules to which NIfTI files are held when they are read: no
   * value below 0, or none at or below -100 and none above 255.
   *
   * @throws PancreasException {@code BAD_DATA}
   */
  public static void require(CtVolume ct) {
    float[] slice = new float[ct.grid().sliceSize()];
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int z = 0; z < ct.grid().nz() && min > FAT_HU; z++) {
      ct.readSlice(z, slice);
      for (float value : slice) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    if (min >= 0 || (min > FAT_HU && max <= WHITE)) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          String.format(
              Locale.ROOT,
              "the CT's values reach from %.0f to %.0f, which are not Hounsfield units",
              min,
              max));
    }
  }
}
