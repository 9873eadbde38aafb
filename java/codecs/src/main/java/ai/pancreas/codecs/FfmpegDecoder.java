package ai.pancreas.codecs;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.ShortPointer;

/**
 * One decoder of FFmpeg's libavcodec for one frame of one component. Holds native memory until it
 * is closed; for one thread.
 */
final class FfmpegDecoder implements AutoCloseable {
  /** FFmpeg's buffers have rows of up to this many more pixels. */
  private static final int ROW_ALIGNMENT = 256;

  private AVCodecContext context;
  private AVPacket packet;
  private AVFrame picture;

  private FfmpegDecoder() {}

  /**
   * Decodes a frame whose header has been checked.
   *
   * @param codecId FFmpeg's number of the format
   * @param out [row][column]; receives the samples as they are in the codestream, except that
   *     FFmpeg adds half the range to signed ones
   * @throws IOException if the frame is damaged as far as FFmpeg can tell
   * @throws PancreasException of code DEVICE if FFmpeg is not there for this platform
   */
  static void decode(int codecId, byte[] frame, CodestreamHeader header, short[] out)
      throws IOException {
    Library.require();
    try (FfmpegDecoder decoder = new FfmpegDecoder()) {
      decoder.open(codecId, header);
      decoder.send(frame);
      decoder.receive(header);
      decoder.copy(header, out);
    }
  }

  private void open(int codecId, CodestreamHeader header) {
    AVCodec codec = avcodec.avcodec_find_decoder(codecId);
    if (codec == null) {
      throw new PancreasException(
          ErrorCode.DEVICE, "this build of FFmpeg lacks a decoder for the CT's transfer syntax");
    }
    context = present(avcodec.avcodec_alloc_context3(codec));
    context.thread_count(1); // slices are decoded in parallel
    context.err_recognition(
        avcodec.AV_EF_EXPLODE
            | avcodec.AV_EF_BITSTREAM
            | avcodec.AV_EF_BUFFER
            | avcodec.AV_EF_CRCCHECK);
    context.max_pixels((long) header.rows() * (header.columns() + ROW_ALIGNMENT));
    if (avcodec.avcodec_open2(context, codec, (AVDictionary) null) < 0) {
      throw new PancreasException(ErrorCode.DEVICE, "FFmpeg's decoder could not be started");
    }
  }

  private void send(byte[] frame) throws IOException {
    packet = present(avcodec.av_packet_alloc());
    if (avcodec.av_new_packet(packet, frame.length) < 0) {
      throw noMemory();
    }
    packet.data().put(frame);
    require(avcodec.avcodec_send_packet(context, packet));
  }

  private void receive(CodestreamHeader header) throws IOException {
    picture = present(avutil.av_frame_alloc());
    require(avcodec.avcodec_receive_frame(context, picture));
    int format = header.precision() <= 8 ? avutil.AV_PIX_FMT_GRAY8 : avutil.AV_PIX_FMT_GRAY16;
    boolean damaged =
        picture.decode_error_flags() != 0
            || (picture.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0
            || picture.width() != header.columns()
            || picture.height() != header.rows()
            || picture.format() != format
            || picture.linesize(0) <= 0;
    if (damaged) {
      throw damaged();
    }
  }

  /** FFmpeg's samples are shifted to the top of their 8 or 16 bits. */
  private void copy(CodestreamHeader header, short[] out) {
    int columns = header.columns();
    BytePointer samples = picture.data(0);
    long stride = picture.linesize(0);
    if (header.precision() <= 8) {
      int shift = 8 - header.precision();
      byte[] row = new byte[columns];
      for (int y = 0; y < header.rows(); y++) {
        samples.position(y * stride).get(row);
        for (int x = 0; x < columns; x++) {
          out[y * columns + x] = (short) ((row[x] & 0xFF) >> shift);
        }
      }
    } else {
      int shift = 16 - header.precision();
      ShortPointer wide = new ShortPointer(samples);
      for (int y = 0; y < header.rows(); y++) {
        wide.position(y * stride / Short.BYTES).get(out, y * columns, columns);
      }
      for (int i = 0; i < header.rows() * columns; i++) {
        out[i] = (short) ((out[i] & 0xFFFF) >> shift);
      }
    }
  }

  @Override
  public void close() {
    if (picture != null) {
      avutil.av_frame_free(picture);
    }
    if (packet != null) {
      avcodec.av_packet_free(packet);
    }
    if (context != null) {
      avcodec.avcodec_free_context(context);
    }
  }

  /** FFmpeg says "no memory" also where it does not believe what a frame asks for. */
  private static void require(int status) throws IOException {
    if (status < 0) {
      throw damaged();
    }
  }

  private static <T> T present(T allocated) {
    if (allocated == null) {
      throw noMemory();
    }
    return allocated;
  }

  private static IOException damaged() {
    return new IOException("the compressed frame is damaged or cut short");
  }

  private static PancreasException noMemory() {
    return new PancreasException(ErrorCode.DEVICE, "no memory is left to decode a frame");
  }

  /** FFmpeg, loaded on first use. */
  private static final class Library {
    private static final Throwable FAILURE = load();

    private static Throwable load() {
      try {
        Loader.load(avutil.class);
        Loader.load(avcodec.class);
        if (avutil.av_log_get_level() == avutil.AV_LOG_INFO) { // nobody has chosen another level
          avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        }
        return null;
      } catch (LinkageError | RuntimeException e) {
        return e;
      }
    }

    static void require() {
      if (FAILURE != null) {
        throw new PancreasException(
            ErrorCode.DEVICE,
            "FFmpeg, which decodes this CT's transfer syntax, could not be loaded for %s: put org.bytedeco:ffmpeg and org.bytedeco:javacpp for this platform on the class path, or convert the CT to an uncompressed transfer syntax"
                .formatted(Loader.getPlatform()),
            FAILURE);
      }
    }
  }
}
