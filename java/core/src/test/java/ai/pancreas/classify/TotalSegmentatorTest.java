package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With a script in the program's place. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program's stand-in is a shell script")
class TotalSegmentatorTest {
  private static final Grid GRID = Grid.axial(24, 20, 16, 0.7, 0.8, 2);
  private static final CtVolume CT = Cases.ct(GRID);
  private static final Mask BLOB = Cases.mask(GRID, Cases::blob);

  @TempDir private Path folder;

  @Test
  void thePancreasIsAskedForAndRead() throws IOException {
    TotalSegmentator program = program("mkdir \"$4\" && cp '%s' \"$4/pancreas.nii.gz\"");

    LabelMask mask = program.pancreas(CT, Monitor.NONE);

    assertEquals(BLOB.voxelCount(), mask.mask().voxelCount());
    String arguments = Files.readString(folder.resolve("arguments"));
    assertTrue(
        arguments.matches("-i \\S+/ct.nii.gz -o \\S+/masks -ta total -rs pancreas\n"), arguments);
    Path ct = Path.of(arguments.split(" ")[1]);
    assertFalse(Files.exists(ct.getParent()), "the folder with the CT is gone");
  }

  @Test
  void allOrgansAreOneFile() throws IOException {
    TotalSegmentator program = program("cp '%s' \"$4\"");

    assertEquals(BLOB.voxelCount(), program.allOrgans(CT, Monitor.NONE).mask().voxelCount());
    String arguments = Files.readString(folder.resolve("arguments"));
    assertTrue(
        arguments.matches("-i \\S+/ct.nii.gz -o \\S+/masks.nii.gz -ta total -ml\n"), arguments);
  }

  @Test
  void aFailureTellsWhatTheProgramSaidLast() throws IOException {
    TotalSegmentator program = program("echo working; echo out of memory >&2; exit 3");
    refused(ErrorCode.DEVICE, () -> program.pancreas(CT, Monitor.NONE), "code 3", "out of memory");
  }

  @Test
  void aProgramThatMakesNoMaskIsAFailure() throws IOException {
    TotalSegmentator program = program("exit 0");
    refused(ErrorCode.DEVICE, () -> program.pancreas(CT, Monitor.NONE), "made no mask");
  }

  @Test
  void anEmptyMaskIsRefused() throws IOException {
    Path empty = folder.resolve("empty.nii.gz");
    NiftiWriter.writeMask(empty, Cases.mask(GRID, (x, y, z) -> false), NiftiLayout.of(CT), "");
    TotalSegmentator program = program("mkdir \"$4\" && cp '" + empty + "' \"$4/pancreas.nii.gz\"");
    refused(ErrorCode.BAD_DATA, () -> program.pancreas(CT, Monitor.NONE), "empty");
  }

  @Test
  void cancellingStopsTheProgram() throws IOException {
    TotalSegmentator program = program("echo $$ > '" + folder + "/pid'; exec sleep 1000");
    Path pid = folder.resolve("pid");
    Monitor monitor =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return Files.exists(pid) && pid.toFile().length() > 1;
          }
        };

    assertThrows(CancellationException.class, () -> program.pancreas(CT, monitor));

    long id = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(id).ifPresent(process -> process.onExit().join());
  }

  @Test
  void aProgramThatIsNotThereIsToldAtOnce() throws IOException {
    String path = folder.resolve("nothing") + File.pathSeparator + folder;
    refused(ErrorCode.DEVICE, () -> TotalSegmentator.find(path), "TotalSegmentator", "PATH");
    program("exit 0");
    TotalSegmentator.find(path);
  }

  /** A program that notes its arguments; %s in its script is the name of a mask's file. */
  private TotalSegmentator program(String script) throws IOException {
    Path mask = folder.resolve("mask.nii.gz");
    NiftiWriter.writeMask(mask, BLOB, NiftiLayout.of(CT), "");
    String text =
        "#!/bin/sh\necho \"$@\" > '" + folder + "/arguments'\n" + script.replace("%s", "" + mask);
    Path program = Files.writeString(folder.resolve("TotalSegmentator"), text + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new TotalSegmentator(program);
  }

  private static void refused(ErrorCode code, Runnable work, String... words) {
    PancreasException e = assertThrows(PancreasException.class, work::run);
    assertEquals(code, e.code());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }
}
