package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DicomFuzzTest {
  private static final Set<ErrorCode> OF_BAD_INPUT =
      EnumSet.of(ErrorCode.BAD_DATA, ErrorCode.NO_CT_SERIES, ErrorCode.DEVICE);

  @TempDir Path folder;

  /** Reads bytes as a file, and tells whether that worked; fails for all but a proper refusal. */
  private boolean isReadable(byte[] bytes, String what) throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, bytes);
    try {
      DicomReader.read(file, DicomReadOptions.DEFAULT, Monitor.NONE);
      return true;
    } catch (PancreasException e) {
      assertTrue(OF_BAD_INPUT.contains(e.code()), () -> what + ": " + e);
      return false;
    } catch (RuntimeException | Error e) {
      return fail(what, e);
    }
  }

  private static TestDataSet enhanced() {
    SyntheticCt ct = SyntheticCt.axial(8, 8, 3);
    return ct.enhanced(2, 0, 1).words(Tag.PIXEL_DATA, new short[3 * 64]);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "IMPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_BIG_ENDIAN",
        "DEFLATED"
      })
  void everyTruncatedFileIsRefused(TransferSyntax syntax) throws IOException {
    byte[] whole = enhanced().write(TestDataSet.Layout.of(syntax).withUndefinedLengths());
    assertTrue(isReadable(whole, "whole"));
    for (int length = 0; length < whole.length; length += 11) {
      if (isReadable(Arrays.copyOf(whole, length), "first " + length)) {
        fail("read from its first " + length + " bytes of " + whole.length);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "IMPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_BIG_ENDIAN",
        "DEFLATED"
      })
  void changedBytesAreReadOrRefusedAndNothingElse(TransferSyntax syntax) throws IOException {
    byte[] whole = enhanced().write(TestDataSet.Layout.of(syntax).withUndefinedLengths());
    Random random = new Random(20261123);
    for (int i = 0; i < 600; i++) {
      byte[] changed = whole.clone();
      int changes = 1 + random.nextInt(4);
      for (int k = 0; k < changes; k++) {
        byte[] values = {0, 1, (byte) 0x7F, (byte) 0x80, (byte) 0xFF, (byte) random.nextInt()};
        changed[random.nextInt(changed.length)] = values[random.nextInt(values.length)];
      }
      isReadable(changed, "mutation " + i);
    }
  }

  @Test
  void changedCompressedFramesAreReadOrRefusedAndNothingElse() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("ct-dicom/rle/CT000.dcm"));
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      byte[] changed = whole.clone();
      for (int k = 0; k < 200; k++) {
        changed[1000 + random.nextInt(changed.length - 1000)] = (byte) random.nextInt();
      }
      isReadable(changed, "mutation " + i);
    }
    for (int length = whole.length - 1; length > 0; length -= 9973) {
      if (isReadable(Arrays.copyOf(whole, length), "first " + length)) {
        fail("read from its first " + length + " bytes");
      }
    }
  }
}
