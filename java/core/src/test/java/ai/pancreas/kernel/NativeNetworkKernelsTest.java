package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Skipped without the library; {@link NativeLibraryTest} fails where it should be there. */
class NativeNetworkKernelsTest extends NetworkKernelsContract {
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
    FloatBuffer values =
        ByteBuffer.allocateDirect(20 * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    FloatBuffer behind = values.slice(1, 19);
    ImageShape shape = new ImageShape(1, 4, 4, 1);
    IntensityWindow window = IntensityWindow.of(0, 1);
    assertThrows(
        IllegalArgumentException.class, () -> kernels().window(values, behind, 8, window, 1));
    assertThrows(IllegalArgumentException.class, () -> kernels().maxPool(values, shape, behind, 1));
  }
}
