package ai.pancreas.benchmarks;

import ai.pancreas.kernel.Activation;
import ai.pancreas.kernel.AttentionGateWeights;
import ai.pancreas.kernel.Convolution;
import ai.pancreas.kernel.ConvolutionWeights;
import ai.pancreas.kernel.DeepSupervisionLevel;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.ImageShape;
import ai.pancreas.kernel.IntensityWindow;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Rescale;
import ai.pancreas.kernel.Size3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A kernel at work on inputs of the sizes that it gets in the pipeline or in the default network:
 * 16 slices, which go through the network together.
 */
public enum KernelCase {
  RESAMPLE_LINEAR_512_TO_160 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.LINEAR, CT_SIZE, NETWORK_SIZE);
    }
  },
  RESAMPLE_LINEAR_160_TO_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.LINEAR, NETWORK_SIZE, CT_SIZE);
    }
  },
  RESAMPLE_NEAREST_512_TO_160 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.NEAREST, CT_SIZE, NETWORK_SIZE);
    }
  },
  RESAMPLE_NEAREST_160_TO_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.NEAREST, NETWORK_SIZE, CT_SIZE);
    }
  },
  WINDOW_OF_FLOATS {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      FloatBuffer hu = Floats.random(CT_VOXELS, 1);
      for (int i = 0; i < CT_VOXELS; i++) {
        hu.put(i, 1000 * hu.get(i));
      }
      FloatBuffer target = Floats.direct(CT_VOXELS);
      return () -> kernels.window(hu, target, CT_VOXELS, WINDOW, threads);
    }
  },
  WINDOW_OF_STORED_VALUES {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      ShortBuffer stored = bytes(CT_VOXELS * Short.BYTES).asShortBuffer();
      for (int i = 0; i < CT_VOXELS; i++) {
        stored.put(i, (short) (i % 2503));
      }
      FloatBuffer target = Floats.direct(CT_VOXELS);
      Rescale rescale = new Rescale(1, -1024);
      return () -> kernels.window(stored, rescale, target, CT_VOXELS, WINDOW, threads);
    }
  },
  CONVOLUTION_3X3_160_16_TO_16 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return convolution(kernels, threads, Convolution.SAME_3X3, 160, 16, 16);
    }
  },
  CONVOLUTION_3X3_20_128_TO_128 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return convolution(kernels, threads, Convolution.SAME_3X3, 20, 128, 128);
    }
  },
  CONVOLUTION_1X1_10_256_TO_128 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return convolution(kernels, threads, Convolution.POINTWISE, 10, 256, 128);
    }
  },
  CONVOLUTION_2X2_80_32_TO_16 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return convolution(kernels, threads, Convolution.HALVING_2X2, 80, 32, 16);
    }
  },
  TRANSPOSED_CONVOLUTION_4X4_80_32_TO_16 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return convolution(kernels, threads, Convolution.DOUBLING_4X4, 80, 32, 16);
    }
  },
  MAX_POOLING_160_16 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      ImageShape shape = new ImageShape(SLICES, 160, 160, 16);
      FloatBuffer source = Floats.random(shape.count(), 1);
      FloatBuffer target = Floats.direct(shape.halved().count());
      return () -> kernels.maxPool(source, shape, target, threads);
    }
  },
  ATTENTION_GATE_80_32 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      int channels = 32;
      int inner = 16;
      int gatingChannels = 128;
      ImageShape shape = new ImageShape(SLICES, 80, 80, channels);
      ImageShape gatingShape = new ImageShape(SLICES, 10, 10, gatingChannels);
      AttentionGateWeights weights =
          new AttentionGateWeights(
              channels,
              gatingChannels,
              inner,
              Floats.random(4 * channels * inner, 1),
              Floats.random(gatingChannels * inner, 2),
              Floats.random(inner, 3),
              Floats.random(inner, 4),
              0.1f);
      FloatBuffer source = Floats.random(shape.count(), 5);
      FloatBuffer gating = Floats.random(gatingShape.count(), 6);
      FloatBuffer target = Floats.direct(shape.count());
      return () ->
          kernels.attentionGate(source, shape, gating, gatingShape, weights, target, threads);
    }
  },
  DEEP_SUPERVISION_HEAD_160 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      List<DeepSupervisionLevel> levels =
          IntStream.of(8, 4, 2, 1).mapToObj(KernelCase::deepSupervisionLevel).toList();
      ConvolutionWeights head = weights(Convolution.POINTWISE, 2 * levels.size(), 2);
      Size3 size = new Size3(SLICES, NETWORK_SIZE, NETWORK_SIZE);
      FloatBuffer probability = Floats.direct(size.count());
      return () -> kernels.deepSupervisionHead(levels, head, size, probability, threads);
    }
  },
  THRESHOLD_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      FloatBuffer probability = Floats.random(CT_VOXELS, 1);
      ByteBuffer mask = bytes(CT_VOXELS);
      return () -> kernels.threshold(probability, 0.5, mask, CT_VOXELS, threads);
    }
  },
  ARGMAX_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      FloatBuffer logits = Floats.random(2 * CT_VOXELS, 1);
      ByteBuffer mask = bytes(CT_VOXELS);
      return () -> kernels.argmax(logits, mask, CT_VOXELS, threads);
    }
  },
  /** Of many components. The mask is made anew each time by copying it: the kernel clears it. */
  LARGEST_COMPONENT_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      ByteBuffer blobs = bytes(CT_VOXELS);
      for (int i = 0; i < CT_VOXELS; i++) {
        int y = i / CT_SIZE % CT_SIZE;
        int z = i / CT_SIZE / CT_SIZE;
        double wave = Math.sin(i % CT_SIZE / 13.0) * Math.sin(y / 17.0) * Math.sin(z / 3.0);
        blobs.put(i, wave > 0.3 ? (byte) 1 : 0);
      }
      ByteBuffer mask = bytes(CT_VOXELS);
      int sliceSize = CT_SIZE * CT_SIZE;
      List<ByteBuffer> slices =
          IntStream.range(0, SLICES).mapToObj(z -> mask.slice(z * sliceSize, sliceSize)).toList();
      return () -> {
        mask.put(0, blobs, 0, CT_VOXELS);
        kernels.keepLargestComponent(slices, CT_SIZE, CT_SIZE, threads);
      };
    }
  };

  private static final int SLICES = 16;
  private static final int CT_SIZE = 512;
  private static final int NETWORK_SIZE = 160;
  private static final int CT_VOXELS = SLICES * CT_SIZE * CT_SIZE;
  private static final IntensityWindow WINDOW = IntensityWindow.of(-100, 240);

  /** Makes inputs and outputs once and returns the work on them, which is what is measured. */
  abstract Runnable prepare(Kernels kernels, int threads);

  private static Runnable resampling(
      Kernels kernels, int threads, Filter filter, int from, int to) {
    Size3 sourceSize = new Size3(SLICES, from, from);
    Size3 targetSize = new Size3(SLICES, to, to);
    FloatBuffer source = Floats.random(sourceSize.count(), 1);
    FloatBuffer target = Floats.direct(targetSize.count());
    Filters3 filters = new Filters3(Filter.NONE, filter, filter);
    return () -> kernels.resample(source, sourceSize, target, targetSize, filters, threads);
  }

  private static Runnable convolution(
      Kernels kernels, int threads, Convolution convolution, int size, int inputs, int outputs) {
    ImageShape shape = new ImageShape(SLICES, size, size, inputs);
    FloatBuffer source = Floats.random(shape.count(), 1);
    FloatBuffer target = Floats.direct(convolution.target(shape, outputs).count());
    ConvolutionWeights weights = weights(convolution, inputs, outputs);
    return () ->
        kernels.convolve(convolution, source, shape, weights, Activation.RELU, target, threads);
  }

  /**
   * The level of the default network that is up-sampled by a factor: it has 16 x factor filters.
   */
  private static DeepSupervisionLevel deepSupervisionLevel(int factor) {
    int channels = 16 * factor;
    int size = NETWORK_SIZE / factor;
    FloatBuffer map = Floats.random(new ImageShape(SLICES, size, size, channels).count(), factor);
    return new DeepSupervisionLevel(map, factor, weights(Convolution.POINTWISE, channels, 2));
  }

  private static ConvolutionWeights weights(Convolution convolution, int inputs, int outputs) {
    long taps = (long) convolution.kernelSize() * convolution.kernelSize();
    return new ConvolutionWeights(
        inputs, outputs, Floats.random(taps * inputs * outputs, 1), Floats.random(outputs, 2));
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }
}
