package ai.pancreas.benchmarks.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The first three examples are those of the Protocol Buffers documentation, "Encoding". */
class ProtobufMessageTest {

  @Test
  void integersAreVarints() {
    assertEquals("089601", hex(new ProtobufMessage().integer(1, 150)));
  }

  @Test
  void textsHaveTheirLengthBefore() {
    assertEquals("120774657374696e67", hex(new ProtobufMessage().text(2, "testing")));
  }

  @Test
  void messagesNest() {
    ProtobufMessage inner = new ProtobufMessage().integer(1, 150);
    assertEquals("1a03089601", hex(new ProtobufMessage().message(3, inner)));
  }

  @Test
  void fieldsFromSixteenOnHaveTagsOfTwoBytes() {
    assertEquals("a00107", hex(new ProtobufMessage().integer(20, 7)));
  }

  @Test
  void negativeIntegersTakeTenBytes() {
    assertEquals("08feffffffffffffffff01", hex(new ProtobufMessage().integer(1, -2)));
  }

  @Test
  void rawFloatsAreLittleEndian() {
    assertEquals(
        "4a080000803f000000c0", hex(new ProtobufMessage().rawFloats(9, new float[] {1, -2})));
  }

  private static String hex(ProtobufMessage message) {
    return HexFormat.of().formatHex(message.toBytes());
  }
}
