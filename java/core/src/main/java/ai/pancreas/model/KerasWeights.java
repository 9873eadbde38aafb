package ai.pancreas.model;

import java.util.List;

/** The weights in a file of Keras, of whatever network and layout. All errors are {@code MODEL}. */
interface KerasWeights {

  /**
   * The network to which the weights belong: what the file's graph says, or else what can be told
   * from their shapes.
   */
  NetworkDescription network();

  /**
   * Slices, rows and columns of the input for which the model was built; empty where the file does
   * not say, or leaves them open.
   */
  List<Integer> inputSize();

  /**
   * Reads the tensors that a network expects.
   *
   * @throws ai.pancreas.PancreasException {@code MODEL} if the file holds another network, or a
   *     tensor is missing, has another shape or is one too many
   */
  Weights read(NetworkDescription expected);

  /**
   * Looks at a file, without reading values: a {@code .keras} archive or HDF5.
   *
   * @param name what errors call it
   */
  static KerasWeights of(byte[] bytes, String name) {
    if (KerasArchive.isZip(bytes)) {
      return Keras2024Weights.ofArchive(KerasArchive.read(bytes, name), name);
    }
    KerasFile file = new KerasFile(bytes, name);
    List<KerasFile.Layer> layers = file.layers();
    return Keras2024Weights.isVolumetric(layers)
        ? Keras2024Weights.ofHdf5(file, layers)
        : new Keras2021Weights(file, layers);
  }
}
