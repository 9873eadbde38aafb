# The reference project's networks of 2024, built in Keras as their description says.
# save NETWORK FILTERS SIZES FILE...: a model whose tensor k, in this project's order, holds the
#   values k + j / 1024; in the format that each file's name ends in. SIZES are x,y,z or None.
# load GRAPH WEIGHTS INPUT OUTPUT: loads a .keras archive, forgets its weights, loads weights with
#   Keras's own load_weights and runs the network over raw float32.
import os, sys
os.environ.setdefault('KERAS_BACKEND', 'jax')
import keras, numpy
from keras import layers


def conv(f, size, **options):
    return layers.Conv3D(f, size, padding='same', **options)


def leaky():
    return layers.LeakyReLU()


class AttGate(layers.Layer):
    def __init__(self, apply_batchnorm=True, **options):
        super().__init__(**options)
        self.apply_batchnorm = apply_batchnorm

    def build(self, shapes):
        x, g = shapes
        f = x[-1]
        self.theta = conv(f // 2, 1, use_bias=False, name='theta')
        self.phi = conv(f // 2, 1, name='phi')
        self.psi = conv(1, 1, activation='sigmoid', name='psi')
        self.W = conv(f, 1, name='W')
        self.bn = layers.BatchNormalization(name='bn')
        self.act = leaky()
        self.theta.build(x)
        self.phi.build(g)
        self.psi.build((*x[:-1], f // 2))
        self.W.build(x)
        self.bn.build(x)

    def call(self, inputs):
        x, g = inputs
        return self.bn(self.W(x * self.psi(self.act(self.theta(x) + self.phi(g)))))

    def get_config(self):
        return {**super().get_config(), 'apply_batchnorm': self.apply_batchnorm}


class DSV(layers.Layer):
    def __init__(self, scale_factor, **options):
        super().__init__(**options)
        self.scale_factor = scale_factor

    def build(self, shape):
        self.conv = conv(2, 1, name='conv')
        self.up = layers.UpSampling3D(self.scale_factor)
        self.softmax = layers.Softmax()
        self.conv.build(shape)

    def call(self, x):
        return self.softmax(self.up(self.conv(x)))

    def get_config(self):
        return {**super().get_config(), 'scale_factor': self.scale_factor}


def block(x, f, tensors):
    inner = layers.Input(x.shape[1:])
    conv0, norm0, conv1, norm1 = conv(f, 3), norm(), conv(f, 3), norm()
    main = norm1(conv1(leaky()(norm0(conv0(inner)))))
    side = inner
    made = [conv0, norm0, conv1, norm1]
    if x.shape[-1] != f:
        shortcut, shortcut_norm = conv(f, 1), norm()
        side = shortcut_norm(shortcut(inner))
        made += [shortcut, shortcut_norm]
    tensors += made
    out = leaky()(layers.Add()([side, main]))
    return keras.Model(inner, out)(x)


def norm():
    return layers.BatchNormalization(momentum=0.8)


def network(name, filters, sizes):
    tensors = []
    x = image = layers.Input((*sizes, 1))
    skips = []
    for level, f in enumerate(filters):
        if level:
            x = layers.MaxPooling3D(2, padding='same')(x)
        x = block(x, f, tensors)
        skips.append(x)
    if name == 'classification-2024':
        dense = layers.Dense(1, activation='sigmoid')
        tensors.append(dense)
        return keras.Model(image, dense(layers.Flatten()(x))), tensors
    maps, supervision = [], []
    for level in range(len(filters) - 2, -1, -1):
        up = layers.Conv3DTranspose(filters[level], 4, strides=2, padding='same')
        tensors.append(up)
        x = up(x)
        skip = skips[level]
        if level:
            gate = AttGate()
            skip = gate([skip, x])
            tensors += [gate.theta, gate.phi, gate.psi, gate.W, gate.bn]
        x = block(layers.concatenate([x, skip]), filters[level], tensors)
        dsv = DSV(2 ** level)
        maps.append(dsv(x))
        supervision.append(dsv.conv)
    head = conv(2, 1, activation='softmax')
    out = head(layers.concatenate(maps))
    return keras.Model(image, out), tensors + supervision + [head]


def save(name, filters, sizes, *files):
    filters = [int(n) for n in filters.split(',')]
    sizes = [None if n == 'None' else int(n) for n in sizes.split(',')]
    model, made = network(name, filters, sizes)
    k = 0
    for layer in made:
        values = []
        for shape in [w.shape for w in layer.weights]:
            values.append((k + numpy.arange(numpy.prod(shape)) / 1024).reshape(shape))
            k += 1
        layer.set_weights(values)
    for file in files:
        model.save_weights(file) if 'weights' in file else model.save(file)


def load(graph, weights, source, target):
    custom = {'AttGate': AttGate, 'DSV': DSV}
    model = keras.models.load_model(graph, custom_objects=custom, compile=False)
    model.set_weights([numpy.zeros(w.shape) for w in model.weights])
    model.load_weights(weights)
    values = numpy.fromfile(source, '<f4').reshape(-1, *model.input_shape[1:])
    model.predict(values, verbose=0).astype('<f4').tofile(target)


{'save': save, 'load': load}[sys.argv[1]](*sys.argv[2:])
