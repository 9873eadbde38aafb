package ai.pancreas.internal;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * Carries news between a native run and a monitor: a thread polls the counter that native threads
 * increase, and sets the flag that they look at. Native threads never call Java.
 */
public final class RunWatch implements AutoCloseable {
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int POLL_MS = 20;
  private static final int PROGRESS = 0;
  private static final int CANCEL = Integer.BYTES;

  private final ByteBuffer shared =
      ByteBuffer.allocateDirect(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
  private final Monitor monitor;
  private final int slices;
  private final Thread poller;

  /** Starts to watch a run; where nobody listens, nothing is polled. */
  public RunWatch(Monitor monitor, int slices) {
    this.monitor = monitor;
    this.slices = slices;
    this.poller = new Thread(this::poll, "pancreas-watch");
    if (monitor != Monitor.NONE) {
      poller.setDaemon(true);
      poller.start();
    }
  }

  /** The counter of finished slices. */
  public IntBuffer progress() {
    return shared.slice(PROGRESS, Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();
  }

  /** The flag that asks the run to end. */
  public IntBuffer cancel() {
    return shared.slice(CANCEL, Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();
  }

  private void poll() {
    int told = 0;
    try {
      while (true) {
        if (monitor.isCancelled()) {
          INTS.setVolatile(shared, CANCEL, 1);
        }
        int done = (int) INTS.getVolatile(shared, PROGRESS);
        if (done > told) {
          told = done;
          monitor.progress(Stage.NETWORK, done, slices);
        }
        Thread.sleep(POLL_MS);
      }
    } catch (InterruptedException e) {
      // The run is over.
    }
  }

  /** Ends the watch; afterwards the monitor hears nothing more of this run. */
  @Override
  public void close() {
    poller.interrupt();
    boolean interrupted = false;
    while (poller.isAlive()) {
      try {
        poller.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
