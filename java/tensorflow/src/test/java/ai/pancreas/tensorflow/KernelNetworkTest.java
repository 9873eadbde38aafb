package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.kernel.Activation;
import ai.pancreas.kernel.AttentionGateWeights;
import ai.pancreas.kernel.Convolution;
import ai.pancreas.kernel.ConvolutionWeights;
import ai.pancreas.kernel.DeepSupervisionLevel;
import ai.pancreas.kernel.ImageShape;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels, put together to a whole network, against its definition in float64. */
class KernelNetworkTest {
  private static final List<Integer> FILTERS = List.of(4, 8, 16, 16, 24);
  private static final Size3 SIZE = new Size3(2, 32, 48);
  // Float32 through about 20 layers.
  private static final double TOLERANCE = 1e-5;

  private record Image(ImageShape shape, FloatBuffer values) {}

  private final Weights weights = RandomModel.of(FILTERS, 3).weights();
  private Kernels kernels;

  static Stream<Kernels> allKernels() {
    return Stream.of(Kernels.reference(), Kernels.best());
  }

  @ParameterizedTest
  @MethodSource("allKernels")
  void aNetworkOfKernelsIsTheNetwork(Kernels tested) {
    kernels = tested;
    Random random = new Random(4);
    FloatBuffer input = FloatBuffer.allocate((int) SIZE.count());
    while (input.hasRemaining()) {
      input.put(2 * random.nextFloat() - 1);
    }
    FloatBuffer found = run(input.flip());

    ReferenceNetwork reference = new ReferenceNetwork(FILTERS, weights);
    double spread = 0;
    for (int z = 0; z < SIZE.z(); z++) {
      double[][] slice = new double[SIZE.y()][SIZE.x()];
      for (int i = 0; i < SIZE.y() * SIZE.x(); i++) {
        slice[i / SIZE.x()][i % SIZE.x()] = input.get(z * SIZE.y() * SIZE.x() + i);
      }
      double[][] expected = reference.run(slice);
      for (int i = 0; i < SIZE.y() * SIZE.x(); i++) {
        double value = expected[i / SIZE.x()][i % SIZE.x()];
        assertEquals(value, found.get(z * SIZE.y() * SIZE.x() + i), TOLERANCE);
        spread = Math.max(spread, Math.abs(value - expected[0][0]));
      }
    }
    assertTrue(spread > 0.1, "the probabilities do not differ");
  }

  private FloatBuffer run(FloatBuffer input) {
    int levels = FILTERS.size();
    Image x = new Image(new ImageShape(SIZE.z(), SIZE.y(), SIZE.x(), 1), input);
    List<Image> skips = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      if (level > 0) {
        Image pooled = allocate(x.shape().halved());
        kernels.maxPool(x.values(), x.shape(), pooled.values(), 2);
        x = pooled;
      }
      x = pair(x, "encoder" + level);
      skips.add(x);
    }
    Image gating = convolve(Convolution.POINTWISE, x, "gating", Activation.NONE);
    List<DeepSupervisionLevel> maps = new ArrayList<>();
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      Image skip = skips.get(level);
      if (Segmentation2021.isGated(level, levels)) {
        skip = gate(skip, gating, decoder + "/gate/");
      }
      Image up = convolve(Convolution.DOUBLING_4X4, x, decoder + "/up", Activation.NONE);
      x = pair(concat(up, skip), decoder);
      int channels = x.shape().channels();
      maps.add(
          new DeepSupervisionLevel(
              x.values(), SIZE.y() / x.shape().rows(), weights("dsv" + level, channels, 2)));
    }
    FloatBuffer probability = FloatBuffer.allocate((int) SIZE.count());
    ConvolutionWeights head = weights("head", 2 * maps.size(), 2);
    kernels.deepSupervisionHead(maps, head, SIZE, probability, 2);
    return probability;
  }

  private Image gate(Image x, Image gating, String name) {
    FloatBuffer phiBias = buffer(name + "phi/bias");
    AttentionGateWeights gate =
        new AttentionGateWeights(
            x.shape().channels(),
            gating.shape().channels(),
            phiBias.capacity(),
            buffer(name + "theta/kernel"),
            buffer(name + "phi/kernel"),
            phiBias,
            buffer(name + "psi/kernel"),
            buffer(name + "psi/bias").get(0));
    Image gated = allocate(x.shape());
    kernels.attentionGate(
        x.values(), x.shape(), gating.values(), gating.shape(), gate, gated.values(), 2);
    return convolve(Convolution.POINTWISE, gated, name + "w", Activation.NONE);
  }

  private Image pair(Image x, String name) {
    Image first = convolve(Convolution.SAME_3X3, x, name + "/conv0", Activation.RELU);
    return convolve(Convolution.SAME_3X3, first, name + "/conv1", Activation.RELU);
  }

  private Image convolve(Convolution kind, Image x, String name, Activation activation) {
    int outputs = buffer(name + "/bias").capacity();
    Image target = allocate(kind.target(x.shape(), outputs));
    kernels.convolve(
        kind,
        x.values(),
        x.shape(),
        weights(name, x.shape().channels(), outputs),
        activation,
        target.values(),
        2);
    return target;
  }

  private static Image concat(Image a, Image b) {
    int aChannels = a.shape().channels();
    int bChannels = b.shape().channels();
    Image joined = allocate(a.shape().withChannels(aChannels + bChannels));
    while (joined.values().hasRemaining()) {
      int pixel = joined.values().position() / (aChannels + bChannels);
      joined.values().put(a.values().slice(pixel * aChannels, aChannels));
      joined.values().put(b.values().slice(pixel * bChannels, bChannels));
    }
    joined.values().flip();
    return joined;
  }

  private static Image allocate(ImageShape shape) {
    return new Image(shape, FloatBuffer.allocate((int) shape.count()));
  }

  private ConvolutionWeights weights(String name, int inputs, int outputs) {
    return new ConvolutionWeights(
        inputs, outputs, buffer(name + "/kernel"), buffer(name + "/bias"));
  }

  private FloatBuffer buffer(String name) {
    return FloatBuffer.wrap(weights.get(name).values());
  }
}
