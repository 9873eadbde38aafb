#ifndef PANCREAS_KERNELS_CONVOLUTION_ACTIVATION_H
#define PANCREAS_KERNELS_CONVOLUTION_ACTIVATION_H

namespace pancreas {

// What follows a convolution's bias.
enum class Activation { kNone, kRelu };

}  // namespace pancreas

#endif
