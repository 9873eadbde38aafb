package ai.pancreas.classify;

import java.util.Locale;

/** How the voxels of a mask are matched with those of its CT. */
public enum MaskMode {
  /** By their place in the patient, whatever the order and size of the mask's voxels. */
  GEOMETRY,
  /** One to one by their indices, whatever the mask says about its place. */
  INDEX;

  /** A word for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
