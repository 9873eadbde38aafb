package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avcodec;

/** JPEG 2000 (ITU-T T.800) by FFmpeg. Thread-safe. */
public final class Jpeg2000Codec implements FrameCodec {
  private static final Set<String> TRANSFER_SYNTAXES =
      Set.of("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91");

  private static final int SOC_SIZ = 0xFF4FFF51;

  /**
   * Tiles cost the decoder memory before their data is seen; smaller ones on average are refused.
   */
  private static final int LEAST_TILE_PIXELS = 32 * 32;

  private static final int ALWAYS_ALLOWED_TILES = 64;

  /** Made by {@link java.util.ServiceLoader}. */
  public Jpeg2000Codec() {}

  @Override
  public boolean supports(String transferSyntaxUid) {
    return TRANSFER_SYNTAXES.contains(transferSyntaxUid);
  }

  @Override
  public void decode(String transferSyntaxUid, byte[] frame, FrameFormat format, short[] out)
      throws IOException {
    CodestreamHeader header = header(frame);
    header.require(format, 1);
    FfmpegDecoder.decode(avcodec.AV_CODEC_ID_JPEG2000, frame, header, out);
    if (header.signed()) { // FFmpeg adds half the range
      int half = 1 << header.precision() - 1;
      for (int i = 0; i < header.rows() * header.columns(); i++) {
        out[i] -= half;
      }
    }
    StoredValues.narrow(out, header, format);
  }

  /** Reads the SIZ segment (T.800 A.5.1). */
  private static CodestreamHeader header(byte[] frame) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    if (frame.length < 45 || bytes.getInt(0) != SOC_SIZ) {
      throw new IOException("the compressed frame is not a JPEG 2000 codestream");
    }
    Axis x = Axis.read(bytes, 8);
    Axis y = Axis.read(bytes, 12);
    if (bytes.getShort(43) != 0x0101) {
      throw new IOException("JPEG 2000 with subsampled components is not supported");
    }
    long tiles = x.tiles() * y.tiles();
    if (tiles > Math.max(ALWAYS_ALLOWED_TILES, x.size() * y.size() / LEAST_TILE_PIXELS)) {
      throw new IOException("the compressed frame has too many tiles: " + tiles);
    }
    int components = bytes.getShort(40) & 0xFFFF;
    int depth = bytes.get(42);
    return new CodestreamHeader(
        (int) y.size(), (int) x.size(), components, (depth & 0x7F) + 1, depth < 0);
  }

  /** Pixels and tiles along one axis of the picture. */
  private record Axis(long size, long tiles) {

    /** Reads end, origin, tile size and tile origin, which the SIZ segment holds in pairs. */
    static Axis read(ByteBuffer bytes, int offset) throws IOException {
      long end = unsigned(bytes, offset);
      long origin = unsigned(bytes, offset + 8);
      long tileSize = unsigned(bytes, offset + 16);
      long tileOrigin = unsigned(bytes, offset + 24);
      long size = end - origin;
      boolean firstTileHoldsOrigin = tileOrigin <= origin && origin < tileOrigin + tileSize;
      if (size < 1 || size > 0xFFFF || !firstTileHoldsOrigin) { // T.800 B.3
        throw new IOException("the compressed frame is damaged: its size makes no sense");
      }
      return new Axis(size, (end - tileOrigin + tileSize - 1) / tileSize);
    }
  }

  private static long unsigned(ByteBuffer bytes, int offset) {
    return bytes.getInt(offset) & 0xFFFFFFFFL;
  }
}
