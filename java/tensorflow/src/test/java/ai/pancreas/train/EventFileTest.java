package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog.SessionStatus;

class EventFileTest {
  @TempDir private Path folder;

  @Test
  void scalarsComeBack() throws IOException {
    try (EventFile file = new EventFile(folder.resolve("new"), 7)) {
      file.write(8, Map.of("loss", 0.25));
      file.write(9, Map.of("loss", 0.125));
    }

    List<Event> events = read(onlyFile(folder.resolve("new")));

    assertEquals(4, events.size());
    assertEquals("brain.Event:2", events.get(0).getFileVersion());
    assertEquals(SessionStatus.START, events.get(1).getSessionLog().getStatus());
    assertEquals(7, events.get(1).getStep());
    assertEquals(8, events.get(2).getStep());
    assertEquals("loss", events.get(2).getSummary().getValue(0).getTag());
    assertEquals(0.25f, events.get(2).getSummary().getValue(0).getSimpleValue());
    assertEquals(0.125f, events.get(3).getSummary().getValue(0).getSimpleValue());
  }

  /** A record as TensorFlow's own RecordWriter writes it: the 24 bytes that begin event files. */
  @Test
  void recordsHaveTensorFlowsChecksums() throws IOException {
    try (EventFile file = new EventFile(folder, 0)) {
      file.write(1, Map.of());
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(onlyFile(folder))).order(ByteOrder.LITTLE_ENDIAN);

    // A time (9 bytes) and the version (2 + 13 bytes) are 24 bytes; TensorFlow's event files begin
    // with 18 00 00 00 00 00 00 00 a3 7f 4b 22.
    assertEquals(24, bytes.getLong());
    assertEquals(0x224b7fa3, bytes.getInt());
  }

  @Test
  void aSecondFileDoesNotTouchTheFirst() throws IOException {
    new EventFile(folder, 0).close();
    Path first = onlyFile(folder);
    byte[] before = Files.readAllBytes(first);
    new EventFile(folder, 3).close();

    assertEquals(ByteBuffer.wrap(before), ByteBuffer.wrap(Files.readAllBytes(first)));
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size());
      return all.get(0);
    }
  }

  private static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] data = new byte[Math.toIntExact(bytes.getLong())];
      bytes.getInt();
      bytes.get(data);
      int checksum = bytes.getInt();
      assertFalse(checksum == 0);
      events.add(parse(data));
    }
    return events;
  }

  private static Event parse(byte[] data) {
    try {
      return Event.parseFrom(data);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
