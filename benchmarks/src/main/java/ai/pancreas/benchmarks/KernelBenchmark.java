package ai.pancreas.benchmarks;

import ai.pancreas.kernel.Activation;
import ai.pancreas.kernel.AttentionGateWeights;
import ai.pancreas.kernel.Convolution;
import ai.pancreas.kernel.ConvolutionWeights;
import ai.pancreas.kernel.DeepSupervisionLevel;
import ai.pancreas.kernel.ImageShape;
import ai.pancreas.kernel.IntensityWindow;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Rescale;
import ai.pancreas.kernel.Size3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The network's kernels on a few slices of its own sizes, by the best and by the reference. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
  private static final int SLICES = 4;
  private static final Size3 CT = new Size3(SLICES, 512, 512);
  private static final Size3 NETWORK = new Size3(SLICES, 160, 160);
  private static final ImageShape FIRST_LEVEL = new ImageShape(SLICES, 160, 160, 16);
  private static final ImageShape SECOND_LEVEL = new ImageShape(SLICES, 80, 80, 32);
  private static final ImageShape GATING = new ImageShape(SLICES, 10, 10, 128);
  private static final IntensityWindow WINDOW = IntensityWindow.of(-100, 240);

  @Param({"best", "java"})
  private String kernels;

  @Param({"1", "2"})
  private int threads;

  private final Random random = new Random(1);
  private Kernels implementation;
  private FloatBuffer ct;
  private ShortBuffer stored;
  private FloatBuffer firstLevel;
  private FloatBuffer secondLevel;
  private FloatBuffer gating;
  private FloatBuffer target;
  private ByteBuffer mask;
  private List<ByteBuffer> blobs;
  private AttentionGateWeights gate;
  private ConvolutionWeights same3x3;
  private ConvolutionWeights pointwise;
  private ConvolutionWeights halving;
  private ConvolutionWeights doubling;
  private List<DeepSupervisionLevel> levels;
  private ConvolutionWeights head;

  @Setup
  public void fill() {
    implementation = kernels.equals("java") ? Kernels.reference() : Kernels.best();
    ct = floats(CT.count());
    stored =
        ByteBuffer.allocateDirect((int) CT.count() * Short.BYTES)
            .order(ByteOrder.nativeOrder())
            .asShortBuffer();
    firstLevel = floats(FIRST_LEVEL.count());
    secondLevel = floats(SECOND_LEVEL.count());
    gating = floats(GATING.count());
    target = floats(2 * FIRST_LEVEL.count());
    mask = ByteBuffer.allocateDirect((int) CT.count());
    blobs = new ArrayList<>();
    for (int z = 0; z < CT.z(); z++) {
      ByteBuffer slice = ByteBuffer.allocateDirect(CT.y() * CT.x());
      for (int y = 200; y < 260; y++) {
        for (int x = 180; x < 340; x++) {
          slice.put(y * CT.x() + x, (byte) 1);
        }
      }
      blobs.add(slice);
    }
    gate =
        new AttentionGateWeights(
            32, 128, 16, floats(4 * 32 * 16), floats(128 * 16), floats(16), floats(16), 0);
    same3x3 = new ConvolutionWeights(32, 32, floats(9 * 32 * 32), floats(32));
    pointwise = new ConvolutionWeights(32, 32, floats(32 * 32), floats(32));
    halving = new ConvolutionWeights(32, 16, floats(4 * 32 * 16), floats(16));
    doubling = new ConvolutionWeights(32, 16, floats(16 * 32 * 16), floats(16));
    levels = new ArrayList<>();
    for (int factor = 8; factor >= 1; factor /= 2) {
      int channels = 16 * factor;
      levels.add(
          new DeepSupervisionLevel(
              floats(NETWORK.count() / factor / factor * channels),
              factor,
              new ConvolutionWeights(channels, 2, floats(2 * channels), floats(2))));
    }
    head = new ConvolutionWeights(8, 2, floats(16), floats(2));
  }

  private FloatBuffer floats(long count) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, random.nextFloat() - 0.5f);
    }
    return buffer;
  }

  @Benchmark
  public void window() {
    implementation.window(ct, target, (int) CT.count(), WINDOW, threads);
  }

  @Benchmark
  public void windowStored() {
    implementation.window(stored, new Rescale(1, -1024), target, (int) CT.count(), WINDOW, threads);
  }

  @Benchmark
  public void threshold() {
    implementation.threshold(ct, 0.1, mask, (int) CT.count(), threads);
  }

  @Benchmark
  public void argmax() {
    implementation.argmax(firstLevel, mask, (int) NETWORK.count(), threads);
  }

  @Benchmark
  public void largestComponent() {
    implementation.keepLargestComponent(blobs, CT.y(), CT.x(), threads);
  }

  @Benchmark
  public void maxPool() {
    implementation.maxPool(firstLevel, FIRST_LEVEL, target, threads);
  }

  @Benchmark
  public void attentionGate() {
    implementation.attentionGate(secondLevel, SECOND_LEVEL, gating, GATING, gate, target, threads);
  }

  @Benchmark
  public void deepSupervisionHead() {
    implementation.deepSupervisionHead(levels, head, NETWORK, target, threads);
  }

  @Benchmark
  public void same3x3() {
    convolve(Convolution.SAME_3X3, same3x3);
  }

  @Benchmark
  public void pointwise() {
    convolve(Convolution.POINTWISE, pointwise);
  }

  @Benchmark
  public void halving2x2() {
    convolve(Convolution.HALVING_2X2, halving);
  }

  @Benchmark
  public void doubling4x4() {
    convolve(Convolution.DOUBLING_4X4, doubling);
  }

  private void convolve(Convolution convolution, ConvolutionWeights weights) {
    implementation.convolve(
        convolution, secondLevel, SECOND_LEVEL, weights, Activation.RELU, target, threads);
  }
}
