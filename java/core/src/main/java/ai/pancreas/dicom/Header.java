package ai.pancreas.dicom;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The header of a DICOM file, as far as it is wanted.
 *
 * @param transferSyntaxUid what the file says, whether supported or not
 * @param deflatedFrom where the deflated part of the file starts, if there is one
 * @param data the data set before the pixels
 * @param pixels where the pixels are, if there are any
 * @param realNumbers whether the pixels are floating point numbers
 */
record Header(
    String transferSyntaxUid,
    OptionalLong deflatedFrom,
    DataSet data,
    Optional<PixelData> pixels,
    boolean realNumbers) {}
