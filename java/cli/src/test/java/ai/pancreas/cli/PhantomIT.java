package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.cli.CliProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Phantoms with lesions and without. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class PhantomIT {
  @TempDir private Path folder;

  @Test
  void aLesionIsToldByALabel() throws IOException {
    Path ill = folder.resolve("ill");
    Path healthy = folder.resolve("healthy");

    Result result =
        CliProcess.run("phantom", "-o", ill, "--size", "48x48x16", "--lesion").succeeded();
    CliProcess.run("phantom", "-o", healthy, "--size", "48x48x16").succeeded();

    assertTrue(result.stdout().contains("lesion"), result.stdout());
    assertEquals(List.of("ct", "label", "mask.nii.gz"), names(ill));
    assertEquals("1", Files.readString(ill.resolve("label")).strip());
    assertEquals(List.of("ct", "mask.nii.gz"), names(healthy));
    assertNotEquals(-1, Files.mismatch(ill.resolve("mask.nii.gz"), healthy.resolve("mask.nii.gz")));
  }

  @Test
  void everySecondPatientHasALesionAndASeedOfItsOwn() throws IOException {
    Path patients = folder.resolve("patients");
    Path second = folder.resolve("second");

    Result result =
        CliProcess.run(
                "phantom", "-o", patients, "--patients", "3", "--size", "32x32x8", "--seed", "5")
            .succeeded();
    CliProcess.run("phantom", "-o", second, "--size", "32x32x8", "--seed", "6", "--lesion")
        .succeeded();

    assertTrue(result.stdout().contains("with lesion     1"), result.stdout());
    assertEquals(List.of("phantom-001", "phantom-002", "phantom-003"), names(patients));
    for (int i = 1; i <= 3; i++) {
      Path patient = patients.resolve("phantom-00" + i);
      assertEquals(List.of("ct", "label", "mask.nii.gz"), names(patient));
      assertEquals(i == 2 ? "1" : "0", Files.readString(patient.resolve("label")).strip());
    }
    for (String file : List.of("ct/IM00004.dcm", "mask.nii.gz", "label")) {
      assertEquals(
          -1, Files.mismatch(patients.resolve("phantom-002").resolve(file), second.resolve(file)));
    }
  }

  @Test
  void impossiblePatientsAreRefusedBeforeTheWork() throws IOException {
    Path patients = folder.resolve("patients");

    CliProcess.run("phantom", "-o", patients, "--patients", "1").failed(2, "--patients", "2 to");
    CliProcess.run("phantom", "-o", patients, "--patients", "4", "--lesion").failed(2, "--lesion");
    assertFalse(Files.exists(patients));

    Files.createDirectories(patients.resolve("precious"));
    CliProcess.run("phantom", "-o", patients, "--patients", "4").failed(9, "not empty");
    assertEquals(List.of("precious"), names(patients));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
