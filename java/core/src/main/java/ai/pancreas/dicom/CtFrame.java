package ai.pancreas.dicom;

import ai.pancreas.volume.Vector3;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One slice of a CT as its file describes it; patient space is LPS, mm.
 *
 * @param number of the frame in its file, from 1
 * @param position centre of the first pixel
 * @param alongRow unit vector from one column to the next
 * @param alongColumn unit vector from one row to the next
 * @param columnSpacingMm from one column to the next
 * @param rowSpacingMm from one row to the next
 * @param sliceSpacingMm the distance to the next slice or else the thickness, where the file tells
 * @param slope HU = slope * stored + intercept
 * @param stack which stack and which moment the frame belongs to
 * @param bytes where the frame's bytes are in the file
 */
record CtFrame(
    int number,
    Vector3 position,
    Vector3 alongRow,
    Vector3 alongColumn,
    double columnSpacingMm,
    double rowSpacingMm,
    OptionalDouble sliceSpacingMm,
    double slope,
    double intercept,
    String stack,
    List<PixelData.Fragment> bytes) {}
