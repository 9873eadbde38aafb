package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/**
 * A file of scalars that TensorBoard shows: protocol buffers ({@code event.proto} of TensorFlow) as
 * TFRecords, each of which is its length (uint64, little endian), that length's masked CRC-32C, the
 * data, and the data's masked CRC-32C (TensorFlow, tensorflow/core/lib/io/record_writer.h).
 */
final class EventFile implements AutoCloseable {
  private static final int MASK_DELTA = 0xa282ead8;

  private static final String PREFIX = "events.out.tfevents.";

  private final Path file;
  private final FileChannel channel;

  /**
   * Starts a new file, whose name no other file of the folder has. TensorBoard joins all files of a
   * folder, and forgets what others say of later steps than this one's first.
   *
   * @param folder made where it is not there
   * @param firstStep the first step that this file may tell of
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  EventFile(Path folder, long firstStep) {
    try {
      Files.createDirectories(folder);
      // TensorBoard reads the files in the order of their names.
      this.file = folder.resolve(PREFIX + seconds() + "." + files(folder));
      this.channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
    write(Event.newBuilder().setFileVersion("brain.Event:2"));
    write(
        Event.newBuilder()
            .setStep(firstStep)
            .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
  }

  /** Writes scalars of a step, by name. */
  void write(long step, Map<String, Double> scalars) {
    Summary.Builder summary = Summary.newBuilder();
    scalars.forEach(
        (name, value) ->
            summary.addValue(
                Summary.Value.newBuilder().setTag(name).setSimpleValue(value.floatValue())));
    write(Event.newBuilder().setStep(step).setSummary(summary));
  }

  private void write(Event.Builder event) {
    byte[] data = event.setWallTime(System.currentTimeMillis() / 1e3).build().toByteArray();
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(maskedCrc(data, data.length));
    record.flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static String seconds() {
    return String.format(Locale.ROOT, "%010d", System.currentTimeMillis() / 1000);
  }

  private static String files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return String.format(Locale.ROOT, "%04d", entries.count());
    }
  }

  private static int maskedCrc(byte[] bytes, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, count);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static PancreasException cannotWrite(Path file, IOException cause) {
    return new PancreasException(
        ErrorCode.OUTPUT, "cannot write " + file + "; check permissions and space", cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }
}
