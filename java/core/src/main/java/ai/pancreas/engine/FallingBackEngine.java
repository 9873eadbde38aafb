package ai.pancreas.engine;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.volume.CtVolume;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An engine on a device, and another one that takes over when the device fails. Thread-safe: runs
 * that are under way on the device when it fails each find out by themselves.
 */
final class FallingBackEngine implements CtEngine {
  private static final Logger LOG = System.getLogger(Engines.class.getName());

  private final Engine onDevice;
  private final Supplier<Engine> opening;
  private volatile Engine instead;

  /**
   * Two engines for the same model.
   *
   * @param opening opens the other one, when it is needed
   */
  FallingBackEngine(Engine onDevice, Supplier<Engine> opening) {
    this.onDevice = onDevice;
    this.opening = opening;
  }

  private Engine current() {
    return instead == null ? onDevice : instead;
  }

  private <T> T call(Function<Engine, T> run) {
    Engine engine = current();
    try {
      return run.apply(engine);
    } catch (PancreasException e) {
      if (engine != onDevice || e.code() != ErrorCode.DEVICE) {
        throw e;
      }
      return run.apply(insteadOf(e));
    }
  }

  private synchronized Engine insteadOf(PancreasException failure) {
    if (instead == null) {
      Engine opened = opening.get();
      LOG.log(
          Level.WARNING,
          "engine {0} instead of {1}: {2}",
          opened.name(),
          onDevice.name(),
          failure.getMessage());
      instead = opened;
    }
    return instead;
  }

  @Override
  public String name() {
    return current().name();
  }

  @Override
  public int preferredSlices() {
    return current().preferredSlices();
  }

  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    call(
        engine -> {
          engine.run(input, slices, rows, columns, probability, monitor);
          return engine;
        });
  }

  @Override
  public Optional<Result> segment(
      CtVolume ct,
      Preprocessing preprocessing,
      Postprocessing postprocessing,
      double threshold,
      Monitor monitor) {
    return call(
        engine ->
            engine instanceof CtEngine whole
                ? whole.segment(ct, preprocessing, postprocessing, threshold, monitor)
                : Optional.empty());
  }

  @Override
  public synchronized void close() {
    onDevice.close();
    if (instead != null) {
      instead.close();
    }
  }
}
