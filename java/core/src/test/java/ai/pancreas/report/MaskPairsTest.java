package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskPairsTest {
  @TempDir Path folder;
  private Path predictions;
  private Path truths;

  @BeforeEach
  void makeFolders() throws IOException {
    predictions = Files.createDirectory(folder.resolve("predictions"));
    truths = Files.createDirectory(folder.resolve("truths"));
  }

  @Test
  void filesOfOneNameBelongTogetherWhateverTheirEnding() throws IOException {
    Path b = Files.createFile(predictions.resolve("b.nii.gz"));
    Path a = Files.createFile(predictions.resolve("a.nii"));
    Files.createFile(predictions.resolve("c.nii.gz"));
    Files.createFile(predictions.resolve("notes.txt"));
    Path truthB = Files.createFile(truths.resolve("b.nii"));
    Path truthA = Files.createFile(truths.resolve("a.nii"));
    Files.createFile(truths.resolve("d.nii"));
    Files.createFile(truths.resolve("notes.txt"));
    assertEquals(
        new MaskPairs(
            List.of(new MaskPairs.Pair("a", a, truthA), new MaskPairs.Pair("b", b, truthB)),
            List.of("c"),
            List.of("d")),
        MaskPairs.find(predictions, truths));
  }

  @Test
  void oneNameTwiceIsRefused() throws IOException {
    Files.createFile(predictions.resolve("a.nii"));
    Files.createFile(predictions.resolve("a.nii.gz"));
    Files.createFile(truths.resolve("a.nii"));
    refused();
  }

  @Test
  void nothingInCommonIsRefused() throws IOException {
    Files.createFile(predictions.resolve("a.nii"));
    Files.createFile(truths.resolve("b.nii"));
    refused();
  }

  @Test
  void anAbsentFolderIsRefused() throws IOException {
    Files.delete(truths);
    refused();
  }

  private void refused() {
    PancreasException e =
        assertThrows(PancreasException.class, () -> MaskPairs.find(predictions, truths));
    assertEquals(ErrorCode.BAD_DATA, e.code());
  }
}
