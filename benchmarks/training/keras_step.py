"""The full segmentation network in Keras, for comparison of its training step with ours.

Arguments: slices, rows and columns, threads. Prints its versions when it is ready. Then each line
that it reads, "2d" or "3d", makes it train one step of that form on the same batch, of which it
prints the milliseconds. 2d: the slices are images. 3d: the slices are a volume, the layers those of
the reference project, of size 1 along the slices. XLA is off: with it a step takes twice as long.
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
PARAMETERS = 2_575_741
FOREGROUND_WEIGHT = 7


class Images:
    """Slices are the batch: [slice, row, column, channel]."""

    def __init__(self, slices, size):
        self.input = layers.Input((size, size, 1))
        self.batch = (slices, size, size)
        self.pool = lambda: layers.MaxPooling2D(2)
        self.repeat = lambda factor: layers.UpSampling2D(factor)

    def convolution(self, filters, side, stride=1, **options):
        return layers.Conv2D(filters, side, stride, padding="same", **options)

    def transposed(self, filters):
        return layers.Conv2DTranspose(filters, 4, 2, padding="same")


class Volume:
    """Slices are the depth of one volume: [1, row, column, slice, channel]."""

    def __init__(self, slices, size):
        self.input = layers.Input((size, size, slices, 1))
        self.batch = (1, size, size, slices)
        self.pool = lambda: layers.MaxPooling3D((2, 2, 1))
        self.repeat = lambda factor: layers.UpSampling3D((factor, factor, 1))

    def convolution(self, filters, side, stride=1, **options):
        return layers.Conv3D(
            filters, (side, side, 1), (stride, stride, 1), padding="same", **options
        )

    def transposed(self, filters):
        return layers.Conv3DTranspose(filters, (4, 4, 1), (2, 2, 1), padding="same")


def network(form):
    """From the input to the logits of background and pancreas."""

    def pair(x, filters):
        for _ in range(2):
            x = form.convolution(filters, 3, activation="relu")(x)
        return x

    def repeat(x, factor):
        return form.repeat(factor)(x) if factor > 1 else x

    def gate(skip, gating, filters, factor):
        theta = form.convolution(filters // 2, 2, 2, use_bias=False)(skip)
        phi = repeat(form.convolution(filters // 2, 1)(gating), factor)
        attention = layers.ReLU()(layers.add([theta, phi]))
        psi = form.convolution(1, 1, activation="sigmoid")(attention)
        return form.convolution(filters, 1)(layers.multiply([skip, form.repeat(2)(psi)]))

    x = form.input
    skips = []
    for filters in FILTERS:
        x = pair(form.pool()(x) if skips else x, filters)
        skips.append(x)
    deepest = len(FILTERS) - 2
    gating = form.convolution(FILTERS[deepest], 1)(x)
    maps = []
    for level in range(deepest, -1, -1):
        skip = skips[level]
        if level > 0:
            skip = gate(skip, gating, FILTERS[level], 2 ** (deepest - level))
        up = form.transposed(FILTERS[level])(x)
        x = pair(layers.concatenate([up, skip]), FILTERS[level])
        maps.append(repeat(form.convolution(2, 1)(x), 2**level))
    model = keras.Model(form.input, form.convolution(2, 1)(layers.concatenate(maps)))
    assert model.count_params() == PARAMETERS, model.count_params()
    return model


def step(form):
    """Trains one step when called."""
    model = network(form)
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    random = numpy.random.default_rng(1)
    image = random.uniform(-1, 1, (*form.batch, 1)).astype("float32")
    mask = (image[..., 0] > 0.9).astype("int32")
    weight = numpy.where(mask > 0, FOREGROUND_WEIGHT, 1).astype("float32")
    batch = [tensorflow.constant(values) for values in (image, mask, weight)]
    return lambda: model.train_on_batch(*batch)


def main(slices, size, threads):
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    steps = {"2d": step(Images(slices, size)), "3d": step(Volume(slices, size))}
    print(f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        steps[line.strip()]()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
