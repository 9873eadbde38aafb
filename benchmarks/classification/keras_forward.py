"""The full classification network in Keras, for comparison of its forward pass with ours.

Arguments: slices, rows and columns of the region, threads. Prints its versions when it is ready.
Then, for each line that it reads, it runs one region through the network and prints the
milliseconds.
"""

import os
import sys
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy
import tensorflow
from keras import layers

FILTERS = (16, 32, 64, 128, 256)
PARAMETERS_WITHOUT_DENSE = 3_583_440


def normalised(x, filters, side):
    x = layers.Conv3D(filters, side, padding="same")(x)
    return layers.BatchNormalization(momentum=0.8)(x)


def residual_block(x, filters):
    y = layers.LeakyReLU()(normalised(x, filters, 3))
    y = normalised(y, filters, 3)
    if x.shape[-1] != filters:
        x = normalised(x, filters, 1)
    return layers.LeakyReLU()(layers.add([y, x]))


def network(size):
    """From a region to the probability of cancer."""
    x = region = layers.Input((size, size, size, 1))
    for level, filters in enumerate(FILTERS):
        x = residual_block(layers.MaxPooling3D(2)(x) if level else x, filters)
    features = layers.Flatten()(x)
    model = keras.Model(region, layers.Dense(1, activation="sigmoid")(features))
    expected = PARAMETERS_WITHOUT_DENSE + features.shape[-1] + 1
    assert model.count_params() == expected, (model.count_params(), expected)
    return model


def main(size, threads):
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    forward = tensorflow.function(network(size), jit_compile=False)
    random = numpy.random.default_rng(1)
    region = tensorflow.constant(random.uniform(-1, 1, (1, size, size, size, 1)).astype("float32"))
    print(f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        forward(region).numpy()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
