package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Skipped without the library; {@link NativeLibraryTest} fails where it should be there. */
class NativeKernelsTest extends KernelsContract {
  @BeforeEach
  void requireLibrary() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
  }

  @Override
  Kernels kernels() {
    return new NativeKernels();
  }

  @Test
  void overlappingBuffersAreRefused() {
    FloatBuffer buffer = direct(new float[3]);
    Size3 pair = new Size3(1, 1, 2);
    Filters3 none = new Filters3(Filter.NONE, Filter.NONE, Filter.NONE);
    assertThrows(
        IllegalArgumentException.class,
        () -> kernels().resample(buffer, pair, buffer.slice(1, 2), pair, none, 1));
  }
}
