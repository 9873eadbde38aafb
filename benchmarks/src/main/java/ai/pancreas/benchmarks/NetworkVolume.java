package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engine;
import java.nio.FloatBuffer;

/** What engines are measured on: 160 slices of 160 x 160 random numbers, always the same ones. */
final class NetworkVolume {
  private static final int SLICES = 160;
  private static final int SIZE = 160;

  private final FloatBuffer input = Floats.random(SLICES * SIZE * SIZE, 1);
  private final FloatBuffer output = Floats.direct(SLICES * SIZE * SIZE);

  /** Runs the network over the volume and returns the probabilities. */
  FloatBuffer run(Engine engine) {
    engine.run(input, SLICES, SIZE, SIZE, output);
    return output;
  }
}
