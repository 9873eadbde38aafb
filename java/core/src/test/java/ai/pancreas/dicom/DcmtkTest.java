package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.Monitor;
import ai.pancreas.testing.Program;
import ai.pancreas.volume.CtVolume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what DCMTK writes, where it is installed. */
class DcmtkTest {
  @TempDir Path folder;

  private static List<float[]> slices(Path input) {
    CtVolume volume = DicomReader.read(input, DicomReadOptions.DEFAULT, Monitor.NONE);
    List<float[]> slices = new ArrayList<>();
    for (int z = 0; z < volume.grid().nz(); z++) {
      float[] slice = new float[volume.grid().sliceSize()];
      volume.readSlice(z, slice);
      slices.add(slice);
    }
    return slices;
  }

  private static void assertSame(Path one, Path other) {
    List<float[]> expected = slices(one);
    List<float[]> actual = slices(other);
    assertEquals(expected.size(), actual.size());
    for (int z = 0; z < expected.size(); z++) {
      assertArrayEquals(expected.get(z), actual.get(z));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dcmconv +te -e",
        "dcmconv +ti -e",
        "dcmconv +tb -e",
        "dcmconv +td -e",
        "dcmconv +ti -F",
        "dcmconv +te -F",
        "dcmconv +te +e +g=",
        "dcmcrle +ot",
        "dcmcrle -ot",
        "dcmcrle +fs 1",
      })
  void anEnhancedCtIsTheSameInEverySpelling(String command) throws Exception {
    int[] order = {2, 0, 1};
    SyntheticCt ct = SyntheticCt.axial(40, 30, 3);
    short[] words = new short[3 * 1200];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(ct.words(order[i]), 0, words, i * 1200, 1200);
    }
    Path written = folder.resolve("written");
    SyntheticCt.write(
        written,
        ct.enhanced(order).text(0x0008_0018, "UI", "1.2.3.4.5").words(Tag.PIXEL_DATA, words));
    Path converted = folder.resolve("converted");
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add(written.toString());
    arguments.add(converted.toString());
    Program.assumeInstalled(arguments.get(0), "--version");
    Program.run(arguments.toArray(new String[0]));
    assertSame(written, converted);
  }

  @Test
  void realSlicesWithUndefinedLengthsAreTheSame() throws Exception {
    Path real = Fixtures.path("ct-dicom/explicit-le/CT000.dcm");
    Path converted = Files.createTempFile(folder, "converted", "");
    Program.assumeInstalled("dcmconv", "--version");
    Program.run("dcmconv", "+ti", "-e", real + "", converted + "");
    assertSame(real, converted);
  }
}
