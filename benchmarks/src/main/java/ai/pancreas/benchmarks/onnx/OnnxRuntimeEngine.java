package ai.pancreas.benchmarks.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.model.Model;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A network in ONNX Runtime, on its CPU provider with all graph optimisations: one operator after
 * the other, each with the threads asked for. Slices go through in groups.
 */
final class OnnxRuntimeEngine implements Engine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int group;

  /**
   * Builds a network.
   *
   * @param group slices that go through the network together
   * @throws PancreasException {@code DEVICE} if ONNX Runtime fails
   */
  OnnxRuntimeEngine(Model model, EngineOptions options, int group) {
    this.group = group;
    try (SessionOptions session = new SessionOptions()) {
      session.setIntraOpNumThreads(options.threads());
      session.setInterOpNumThreads(1);
      session.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      session.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      this.session = environment.createSession(OnnxWriter.write(model), session);
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  @Override
  public String name() {
    return OnnxRuntimeEngineProvider.NAME;
  }

  @Override
  public int preferredSlices() {
    return group;
  }

  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    int sliceSize = Math.multiplyExact(rows, columns);
    FloatBuffer groupOutput =
        ByteBuffer.allocateDirect(Math.min(group, slices) * sliceSize * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int first = 0; first < slices; first += group) {
      monitor.throwIfCancelled();
      int count = Math.min(group, slices - first);
      long[] shape = {count, 1, rows, columns};
      FloatBuffer groupInput = input.slice(input.position() + first * sliceSize, count * sliceSize);
      FloatBuffer output = groupOutput.slice(0, count * sliceSize);
      try (OnnxTensor image = OnnxTensor.createTensor(environment, groupInput, shape);
          OnnxTensor result = OnnxTensor.createTensor(environment, output, shape)) {
        session.run(Map.of(OnnxWriter.INPUT, image), Map.of(OnnxWriter.OUTPUT, result)).close();
        probability
            .slice(probability.position() + first * sliceSize, count * sliceSize)
            .put(output);
      } catch (OrtException e) {
        throw failure(e);
      }
      monitor.progress(Stage.NETWORK, first + count, slices);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  private static PancreasException failure(OrtException e) {
    return new PancreasException(ErrorCode.DEVICE, "ONNX Runtime failed: " + e.getMessage(), e);
  }
}
