package ai.pancreas.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TemperatureScalingTest {
  private static final double TEMPERATURE = 1.8;
  private static final int SIDE = 32;

  private final Model model = new ModelRepository().find("phantom");

  @Test
  void anEngineThenGivesTheScaledProbabilities() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    Random random = new Random(3);
    float[] input = new float[SIDE * SIDE];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) Math.max(-1, Math.min(1, random.nextGaussian()));
    }

    float[] before = run(model, input);
    float[] after = run(TemperatureScaling.apply(model, calibration(), 0.5), input);

    int between = 0;
    for (int i = 0; i < before.length; i++) {
      double logit = Math.log(before[i]) - Math.log1p(-before[i]);
      assertEquals(1 / (1 + Math.exp(-logit / TEMPERATURE)), after[i], 1e-5);
      between += before[i] > 0.001 && before[i] < 0.999 ? 1 : 0;
    }
    assertTrue(between > 20, between + " probabilities tell something");
  }

  @Test
  void theThresholdMovesAlongAndAllElseStays() {
    ModelDescription before = model.description();

    ModelDescription after = TemperatureScaling.apply(model, calibration(), 0.8).description();

    // logit(0.8) is log(4).
    assertEquals(
        1 / (1 + Math.exp(-Math.log(4) / TEMPERATURE)), after.postprocessing().threshold(), 1e-12);
    assertEquals(
        "temperature 1.8000, fitted on 83 slices of 10 patients",
        after.training().get("calibration"));
    assertEquals(before.credits(), after.credits());
    assertEquals(before.licence(), after.licence());
    assertEquals(before.metrics(), after.metrics());
    assertEquals(before.preprocessing(), after.preprocessing());
    assertTrue(after.training().entrySet().containsAll(before.training().entrySet()));
  }

  @Test
  void aSecondCalibrationTellsOfBoth() {
    Model once = TemperatureScaling.apply(model, calibration(), 0.5);

    Model twice = TemperatureScaling.apply(once, calibration(), 0.5);

    assertTrue(
        twice
            .description()
            .training()
            .get("calibration")
            .matches("temperature 1.8.*; then temperature 1.8.*"));
  }

  @Test
  void aThresholdIsAProbability() {
    for (double wrong : new double[] {0, 1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> TemperatureScaling.apply(model, calibration(), wrong));
    }
  }

  private static ModelCalibration calibration() {
    Calibration before = new Calibration(1, 0.1, 0.1, 0.1, List.of());
    return new ModelCalibration("phantom", 83, 10, TEMPERATURE, before, List.of());
  }

  private static float[] run(Model model, float[] values) {
    FloatBuffer input = direct().put(0, values);
    FloatBuffer output = direct();
    try (Engine engine = new Engines().open("cpu", model, new EngineOptions(1))) {
      engine.run(input, 1, SIDE, SIDE, output);
    }
    float[] probability = new float[SIDE * SIDE];
    output.get(0, probability);
    return probability;
  }

  private static FloatBuffer direct() {
    return ByteBuffer.allocateDirect(SIDE * SIDE * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
