package ai.pancreas.train;

import ai.pancreas.internal.DirectFloats;
import java.nio.FloatBuffer;

/**
 * The memory of one batch, used again and again.
 *
 * @param input what the network sees
 * @param truth what it should say
 */
record BatchBuffers(FloatBuffer input, FloatBuffer truth) {

  /** Direct buffers for so many values. */
  static BatchBuffers allocate(long inputs, long truths) {
    return new BatchBuffers(DirectFloats.allocate(inputs), DirectFloats.allocate(truths));
  }
}
