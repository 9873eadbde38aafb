/**
 * Reading CT series from DICOM files.
 *
 * <p>{@code DicomInput} lists files, {@code HeaderParser} reads their headers, {@code
 * CtImageParser} makes sense of them, {@code InputScan} groups them into series, {@code
 * SeriesGeometry} orders and checks slices, {@code FrameDecoder} decodes pixels, and {@link
 * ai.pancreas.dicom.DicomReader} runs all of it.
 */
package ai.pancreas.dicom;
