package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  @TempDir private Path folder;

  @Test
  void aNewFileAndAnOldOneAreFine() throws IOException {
    Path old = Files.createFile(folder.resolve("old.nii"));

    assertDoesNotThrow(() -> check(folder.resolve("new.NII.GZ")));
    assertDoesNotThrow(() -> check(old));
  }

  @Test
  void aNameWithoutADirectoryIsInTheWorkingDirectory() {
    assertDoesNotThrow(() -> check(Path.of("prediction.nii.gz")));
  }

  @Test
  void anotherExtensionIsAUsageError() {
    assertEquals(ErrorCode.USAGE, errorOf(folder.resolve("mask.png")));
  }

  @Test
  void theInputIsNotOverwrittenUnderAnyName() throws IOException {
    Path input = Files.createFile(folder.resolve("ct.nii"));
    Path detour = Files.createDirectory(folder.resolve("x")).resolve("..").resolve("ct.nii");

    assertEquals(ErrorCode.USAGE, errorOf(input, input));
    assertEquals(ErrorCode.USAGE, errorOf(detour, input));
  }

  @Test
  void aMissingParentIsAnOutputError() {
    assertEquals(ErrorCode.OUTPUT, errorOf(folder.resolve("missing").resolve("mask.nii")));
  }

  private static void check(Path output, Path... inputs) {
    OutputFiles.requireNifti(output, inputs);
  }

  private static ErrorCode errorOf(Path output, Path... inputs) {
    return assertThrows(PancreasException.class, () -> check(output, inputs)).code();
  }
}
