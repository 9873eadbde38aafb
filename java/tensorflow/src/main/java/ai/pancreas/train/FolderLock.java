package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second training out of a folder. The lock ends with the process, however that ends. */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder, as a file in it, which stays there.
   *
   * @throws PancreasException {@code OUTPUT} if another training has it, or the file cannot be made
   */
  static FolderLock take(Path file, Path training) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new OverlappingFileLockException();
      }
      return new FolderLock(channel);
    } catch (OverlappingFileLockException e) {
      close(channel);
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "another training is at work in " + training + "; wait for it, or name another folder",
          e);
    } catch (IOException e) {
      close(channel);
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot write to the folder " + training + "; check permissions", e);
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  /**
   * Closing releases the lock; that it fails changes nothing, since the process's end does, too.
   */
  private static void close(FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(FolderLock.class.getName())
          .log(System.Logger.Level.DEBUG, "a lock file could not be closed", e);
    }
  }
}
