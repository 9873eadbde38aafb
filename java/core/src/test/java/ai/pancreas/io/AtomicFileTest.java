package ai.pancreas.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void aFileAppearsOnlyWhenItIsComplete() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.write(
        file,
        out -> {
          out.write("whole".getBytes());
          out.flush();
          assertTrue(Files.notExists(file));
          assertEquals(1, list().size());
        });
    assertEquals("whole", Files.readString(file));
    assertEquals(List.of(file), list());
    AtomicFile.write(file, out -> out.write('2'));
    assertEquals("2", Files.readString(file));
    assertEquals(List.of(file), list());
  }

  @Test
  void aFileThatIsMadeAtAPathAppearsOnlyWhenItIsComplete() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "before");
    AtomicFile.make(
        file,
        unfinished -> {
          assertTrue(Files.notExists(unfinished));
          Files.writeString(unfinished, "whole");
          assertEquals("before", Files.readString(file));
        });
    assertEquals("whole", Files.readString(file));
    assertThrows(
        PancreasException.class,
        () ->
            AtomicFile.make(
                file,
                unfinished -> {
                  Files.writeString(unfinished, "half");
                  throw new IOException("broken");
                }));
    assertEquals("whole", Files.readString(file));
    assertEquals(List.of(file), list());
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "before");
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(ErrorCode.OUTPUT, e.code());
    assertTrue(e.getMessage().contains("the disk is full"), e.getMessage());
    assertThrows(
        CancellationException.class,
        () ->
            AtomicFile.write(
                file,
                out -> {
                  throw new CancellationException();
                }));
    assertEquals("before", Files.readString(file));
    assertEquals(List.of(file), list());
  }

  @Test
  void whatCannotBeWrittenIsKnownBeforeTheWorkStarts() throws IOException {
    refuses(folder, "it is a folder");
    refuses(folder.resolve("absent/a.txt"), "its folder does not exist");
    refuses(Files.writeString(folder.resolve("file"), "").resolve("a.txt"), "does not exist");
    Path device = Path.of("/dev/null");
    if (Files.exists(device)) {
      refuses(device, "");
    }
  }

  @Test
  void aFolderWithoutPermissionIsNamed() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "root may write");
    refuses(closed.resolve("a.txt"), "no permission");
  }

  @Test
  void anUnfinishedFileGoesWhenTheProcessIsStopped() throws Exception {
    Path file = folder.resolve("a.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Stalled.class.getName(),
                file.toString())
            .start();
    assertEquals('w', process.getInputStream().read());
    assertEquals(1, list().size());
    process.destroy();
    process.waitFor();
    assertEquals(List.of(), list());
  }

  /** Starts to write a file and waits for ever. */
  static final class Stalled {
    public static void main(String[] arguments) {
      AtomicFile.write(
          Path.of(arguments[0]),
          out -> {
            out.write(new byte[100_000]);
            System.out.print('w');
            System.out.flush();
            LockSupport.park();
          });
    }
  }

  private static void refuses(Path file, String why) {
    PancreasException e =
        assertThrows(PancreasException.class, () -> AtomicFile.write(file, out -> out.write('x')));
    assertEquals(ErrorCode.OUTPUT, e.code());
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
