package ai.pancreas.phantom;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.util.Optional;

/**
 * A synthetic CT and the pancreas in it, on one grid.
 *
 * @param ct HU, whole numbers from -1024 to 3071
 * @param pancreas the voxels of which pancreas fills at least half; lesion and duct are part of it
 * @param lesion the voxels of which the mass fills at least half, all of them in {@code pancreas};
 *     empty for a phantom without a lesion
 */
public record PhantomCase(CtVolume ct, Mask pancreas, Optional<Mask> lesion) {}
