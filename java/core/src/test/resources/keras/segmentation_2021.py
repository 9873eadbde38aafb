# The reference project's segmentation network of 2021, built in Keras as its description says.
# Loads a weights file with Keras's own load_weights and runs the network over one volume.
# Arguments: weights file, filters, sizes (x,y,z), input and output as raw float32.
import os, sys
os.environ.setdefault('KERAS_BACKEND', 'jax')
import keras, numpy
from keras import layers, ops

path, filters, shape, source, target = sys.argv[1:6]
filters = [int(n) for n in filters.split(',')]
shape = tuple(int(n) for n in shape.split(','))


def conv(f, size, **options):
    return layers.Conv3D(f, (size, size, 1), padding='same', **options)


def pair(f):
    return keras.Sequential([conv(f, 3, activation='relu'), conv(f, 3, activation='relu')])


class AttGate(layers.Layer):
    def __init__(self, f, **options):
        super().__init__(**options)
        self.theta = layers.Conv3D(f // 2, (2, 2, 1), strides=(2, 2, 1), padding='same', use_bias=False)
        self.phi = conv(f // 2, 1)
        self.psi = conv(1, 1, activation='sigmoid')
        self.W = conv(f, 1)
        self.f = f

    def build(self, shapes):
        x, g = shapes
        self.theta.build(x)
        self.phi.build(g)
        inner = (*g[:-1], self.f // 2)
        self.psi.build(inner)
        self.W.build(x)
        self.factor = x[1] // 2 // g[1]

    def call(self, inputs):
        x, g = inputs
        g = layers.UpSampling3D((self.factor, self.factor, 1))(self.phi(g))
        psi = self.psi(ops.relu(self.theta(x) + g))
        return self.W(x * layers.UpSampling3D((2, 2, 1))(psi))


class Dsv(layers.Layer):
    def __init__(self, factor, **options):
        super().__init__(**options)
        self.convolution = conv(2, 1)
        self.up = layers.UpSampling3D((factor, factor, 1))

    def build(self, shape):
        self.convolution.build(shape)

    def call(self, x):
        return self.up(self.convolution(x))


x = image = layers.Input((*shape, 1))
skips = []
for level, f in enumerate(filters):
    if level:
        x = layers.MaxPooling3D((2, 2, 1))(x)
    x = pair(f)(x)
    skips.append(x)
gating = conv(filters[-2], 1, name='gating_base')(x)
maps = []
for level in range(len(filters) - 2, -1, -1):
    f = filters[level]
    up = layers.Conv3DTranspose(f, (4, 4, 1), strides=(2, 2, 1), padding='same')(x)
    skip = skips[level]
    if level:
        skip = AttGate(f)([skip, gating])
    x = pair(f)(layers.concatenate([up, skip]))
    maps.append(Dsv(2 ** level)(x) if level else conv(2, 1)(x))
out = layers.Softmax()(conv(2, 1)(layers.concatenate(maps)))
model = keras.Model(image, out)
model.load_weights(path)
values = numpy.fromfile(source, '<f4').reshape(1, *shape, 1)
model.predict(values, verbose=0).astype('<f4').tofile(target)
