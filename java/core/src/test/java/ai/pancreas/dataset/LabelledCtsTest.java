package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.PrepareOptions.Pictures;
import ai.pancreas.dataset.PrepareOptions.Spine;
import ai.pancreas.volume.Grid;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledCtsTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;

  @TempDir private Path input;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(input.resolve("images"));
    Files.createDirectories(input.resolve("masks"));
  }

  @Test
  void aPictureKeepsItsPixelsAndItsSize() throws IOException {
    picture("a.png", 10);
    index("a.png,0001,1,0\n");

    for (Spine spine : Spine.values()) {
      LabelledCt ct = read(find(new Pictures(-100, 240, spine))).get(0);

      assertEquals(Grid.axial(COLUMNS, ROWS, 1, 1, 1, 1), ct.ct().grid());
      assertEquals("0001", ct.patient());
      assertEquals("a.png", ct.name());
      assertEquals(CaseDescription.Kind.SLICES, ct.kind());
      for (int row = 0; row < ROWS; row++) {
        int stored = spine == Spine.TOP ? ROWS - 1 - row : row;
        for (int column = 0; column < COLUMNS; column++) {
          int grey = 10 + stored * COLUMNS + column;
          assertEquals((float) (-100 + grey * 340 / 255.0), ct.ct().hu(column, row, 0), 1e-4f);
          assertEquals(stored == 1 && column == 2, ct.truth().at(column, row, 0));
        }
      }
    }
  }

  @Test
  void picturesCutOutOfAFrameAreLeftOutAndOthersComeInOrder() throws IOException {
    picture("a.png", 10);
    picture("b.png", 20);
    picture("c.png", 30);
    index("b.png,0001,7,0\na.png,0001,3,0\nc.png,0001,5,40\n");

    LabelledCts found = find(pictures());

    assertEquals(List.of("a.png", "b.png"), read(found).stream().map(LabelledCt::name).toList());
    assertEquals(1, found.cutOut());
  }

  @Test
  void patientsAreChosenWithWhatIsMissingOfThem() throws IOException {
    picture("a.png", 10);
    picture("b.png", 20);
    picture("c.png", 30);
    index("a.png,0001,1,0\nb.png,0002,1,0\ngone.png,0001,2,0\nlost.png,0002,2,0\nc.png,0003,1,9\n");

    LabelledCts one = find(pictures()).ofPatients(List.of("0001"));
    List<Dropped> dropped = one.forEach(ct -> assertEquals("a.png", ct.name()), Monitor.NONE);

    assertEquals(List.of("gone.png"), dropped.stream().map(Dropped::name).toList());
    assertEquals(0, one.cutOut());
    // Of 0003 there is only a picture that was cut out.
    for (String unknown : List.of("0004", "0003")) {
      PancreasException failure =
          assertThrows(
              PancreasException.class, () -> find(pictures()).ofPatients(List.of("0001", unknown)));
      assertEquals(ErrorCode.USAGE, failure.code());
      assertTrue(failure.getMessage().contains(unknown), failure.getMessage());
    }
  }

  @Test
  void whatIsDamagedIsToldAndNothingLeftIsAnError() throws IOException {
    picture("a.png", 10);
    picture("b.png", 20);
    Files.writeString(input.resolve("images/b.png"), "no picture");
    index("a.png,0001,1,0\nb.png,0002,1,0\n");

    LabelledCts found = find(pictures());

    assertEquals("b.png", found.forEach(ct -> {}, Monitor.NONE).get(0).name());
    LabelledCts damaged = found.ofPatients(List.of("0002"));
    PancreasException failure =
        assertThrows(PancreasException.class, () -> damaged.forEach(ct -> {}, Monitor.NONE));
    assertEquals(ErrorCode.BAD_DATA, failure.code());
    assertTrue(failure.getMessage().contains("b.png"), failure.getMessage());
  }

  private static Pictures pictures() {
    return new Pictures(0, 255, Spine.BOTTOM);
  }

  private LabelledCts find(Pictures pictures) {
    return LabelledCts.find(
        List.of(input), new LabelOptions(new TreeSet<>(), List.of(), pictures), Monitor.NONE);
  }

  private static List<LabelledCt> read(LabelledCts found) {
    List<LabelledCt> read = new ArrayList<>();
    assertEquals(List.of(), found.forEach(read::add, Monitor.NONE));
    return read;
  }

  private void index(String lines) throws IOException {
    Files.writeString(
        input.resolve("index.csv"), "file,patient,instance,pixels_cropped_each_side\n" + lines);
  }

  /** Grey values that count up from {@code first}; the mask is row 1, column 2. */
  private void picture(String name, int first) throws IOException {
    BufferedImage image = new BufferedImage(COLUMNS, ROWS, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage mask = new BufferedImage(COLUMNS, ROWS, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      image.getRaster().setSample(i % COLUMNS, i / COLUMNS, 0, first + i);
    }
    mask.getRaster().setSample(2, 1, 0, 255);
    ImageIO.write(image, "png", input.resolve("images").resolve(name).toFile());
    ImageIO.write(mask, "png", input.resolve("masks").resolve(name).toFile());
  }
}
