/**
 * Decoders for compressed DICOM frames, found by {@link java.util.ServiceLoader}.
 *
 * <p>Lossless JPEG and JPEG-LS are decoded here, in Java; lossy JPEG and JPEG 2000 by FFmpeg's
 * libavcodec, which is loaded for the first frame that needs it. What a codestream says of its own
 * size is compared with the data set before a decoder sees it.
 */
package ai.pancreas.codecs;
