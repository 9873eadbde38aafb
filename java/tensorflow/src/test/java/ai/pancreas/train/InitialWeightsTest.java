package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
  private static final NetworkDescription NETWORK =
      new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(16, 32, 64, 128, 256));

  @Test
  void kernelsAreGlorotUniformAndBiasesZero() {
    Weights weights = InitialWeights.of(NETWORK, 1);
    // 3x3 from 32 to 64 channels; transposed 4x4 from 256 to 128, stored [out][in].
    assertUniform(weights.get("encoder2/conv0/kernel"), Math.sqrt(6.0 / (9 * 32 + 9 * 64)));
    assertUniform(weights.get("decoder3/up/kernel"), Math.sqrt(6.0 / (16 * 256 + 16 * 128)));
    assertUniform(weights.get("gating/kernel"), Math.sqrt(6.0 / (256 + 128)));
    for (Tensor tensor : weights.tensors()) {
      if (tensor.name().endsWith("bias")) {
        assertArrayEquals(new float[tensor.values().length], tensor.values());
      }
    }
  }

  @Test
  void kernelsOfTheNetworksOf2024AreHeUniformAndTheirNormalisationChangesNothing() {
    Weights weights =
        InitialWeights.of(
            new NetworkDescription(
                NetworkDescription.CLASSIFICATION_2024, List.of(16, 32, 64), List.of(16, 24, 32)),
            1);
    assertUniform(weights.get("encoder2/conv0/kernel"), Math.sqrt(6.0 / (27 * 32)));
    assertUniform(weights.get("encoder1/shortcut/kernel"), Math.sqrt(6.0 / 16));
    assertUniform(weights.get("dense/kernel"), Math.sqrt(6.0 / (4 * 6 * 8 * 64 + 1)));
    for (Tensor tensor : weights.tensors()) {
      if (tensor.shape().size() == 1) {
        float[] expected = new float[tensor.values().length];
        boolean isOne = tensor.name().endsWith("/gamma") || tensor.name().endsWith("/variance");
        Arrays.fill(expected, isOne ? 1 : 0);
        assertArrayEquals(expected, tensor.values(), tensor.name());
      }
    }
    Weights segmentation =
        InitialWeights.of(
            new NetworkDescription(NetworkDescription.SEGMENTATION_2024, List.of(16, 32, 64)), 1);
    // Transposed 4x4x4 from 64 to 32 channels, stored [out][in]: Keras takes 32 for the fan in.
    assertUniform(segmentation.get("decoder1/up/kernel"), Math.sqrt(6.0 / (64 * 32)));
  }

  @Test
  void aSeedGivesTheSameWeightsAndAnotherSeedOthers() {
    Weights again = InitialWeights.of(NETWORK, 1);
    Weights others = InitialWeights.of(NETWORK, 2);
    for (Tensor tensor : InitialWeights.of(NETWORK, 1).tensors()) {
      assertArrayEquals(tensor.values(), again.get(tensor.name()).values());
      if (tensor.name().endsWith("kernel")) {
        assertFalse(Arrays.equals(tensor.values(), others.get(tensor.name()).values()));
      }
    }
  }

  /** Mean and variance of n uniform values, within five of their standard errors. */
  private static void assertUniform(Tensor tensor, double limit) {
    int n = tensor.values().length;
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (float value : tensor.values()) {
      sum += value;
      squares += (double) value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    double variance = limit * limit / 3;
    assertEquals(0, sum / n, 5 * Math.sqrt(variance / n));
    assertEquals(variance, squares / n, 5 * variance * Math.sqrt(0.8 / n));
    assertTrue(largest <= (float) limit && largest > 0.99 * limit, largest + " of " + limit);
  }
}
