package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that h5py writes, the library that Keras itself writes with. */
class H5pyTest {
  private static final String PYTHON = "/usr/bin/python3";

  /** Arguments: file, group, libver, array options, then "layer|weight|shape" lines on stdin. */
  private static final String SCRIPT =
      """
      import sys, h5py, numpy
      path, group, libver, options = sys.argv[1:5]
      values = numpy.fromfile(path + '.f32', '<f4')
      layers = {'input_layer': []}
      for line in sys.stdin:
          layer, weight, shape = line.strip().split('|')
          shape = [int(n) for n in shape.split(',')]
          count = int(numpy.prod(shape))
          layers.setdefault(layer, []).append((weight, values[:count].reshape(shape)))
          values = values[count:]
      with h5py.File(path, 'w', libver=libver) as file:
          root = file.create_group(group) if group else file
          root.attrs['layer_names'] = [name.encode() for name in layers]
          for name, weights in layers.items():
              layer = root.create_group(name)
              layer.attrs['weight_names'] = [weight.encode() for weight, _ in weights]
              for weight, array in weights:
                  if options == 'big-endian':
                      layer.create_dataset(weight, data=array.astype('>f4'))
                  elif options == 'gzip':
                      layer.create_dataset(weight, data=array, chunks=True, compression='gzip')
                  else:
                      layer.create_dataset(weight, data=array)
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "model_weights, earliest, plain",
    "'', earliest, plain",
    "model_weights, latest, plain",
    "model_weights, earliest, big-endian",
    "model_weights, earliest, gzip"
  })
  void readsWhatH5pyWrites(String group, String libver, String options) throws Exception {
    assumeTrue(hasH5py(), "no h5py");
    Weights written = KerasFixture.weights(List.of(2, 4, 6, 8));
    Path file = folder.resolve("weights.h5");
    int count = written.tensors().stream().mapToInt(tensor -> tensor.values().length).sum();
    ByteBuffer values = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor tensor : written.tensors()) {
      for (float value : tensor.values()) {
        values.putFloat(value);
      }
    }
    Files.write(folder.resolve("weights.h5.f32"), values.array());
    Path list =
        Files.writeString(
            folder.resolve("list"),
            written.tensors().stream().map(H5pyTest::line).collect(Collectors.joining("\n")));

    assertEquals(0, python(list, "-c", SCRIPT, file.toString(), group, libver, options));

    KerasWeights keras = KerasWeights.of(Files.readAllBytes(file), "weights.h5");
    assertEquals(List.of(2, 4, 6, 8), keras.network().filters());
    Weights read = keras.read(keras.network());
    for (Tensor tensor : written.tensors()) {
      assertArrayEquals(tensor.values(), read.get(tensor.name()).values(), tensor.name());
    }
  }

  /** One layer for each gate and for each other pair of kernel and bias. */
  private static String line(Tensor tensor) {
    String name = tensor.name();
    int gate = name.indexOf("/gate/");
    String layer = name.substring(0, gate < 0 ? name.lastIndexOf('/') : gate + 5);
    String shape = tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
    return "%s|%s:0|%s".formatted(layer.replace('/', '_'), name, shape);
  }

  private boolean hasH5py() throws Exception {
    return Files.isExecutable(Path.of(PYTHON))
        && python(Files.createFile(folder.resolve("empty")), "-c", "import h5py") == 0;
  }

  private static int python(Path input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectInput(input.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
