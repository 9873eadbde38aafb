package ai.pancreas.train;

import ai.pancreas.internal.DirectFloats;
import java.nio.FloatBuffer;

/** The memory of one batch, used again and again. */
record BatchBuffers(FloatBuffer input, FloatBuffer mask) {

  /** Buffers for so many values each. */
  static BatchBuffers allocate(long values) {
    return new BatchBuffers(DirectFloats.allocate(values), DirectFloats.allocate(values));
  }
}
