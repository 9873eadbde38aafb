package ai.pancreas.phantom;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;

/**
 * A synthetic CT and the pancreas in it, on one grid.
 *
 * @param ct HU, whole numbers from -1024 to 3071
 * @param pancreas the voxels of which pancreas fills at least half
 */
public record PhantomCase(CtVolume ct, Mask pancreas) {}
