#include <algorithm>
#include <vector>

#include "common/parallel_for.h"
#include "kernels/convolution_call/convolution_call.h"
#include "pancreas.h"

namespace pancreas {
namespace {

std::string name() { return "reference"; }

bool handles(const ConvolutionCall&) { return true; }

// The index along one axis of the source value that kernel value k brings to a target, or -1.
int64_t source_index(ConvolutionKind kind, int64_t target, int64_t k, int64_t length) {
  int64_t index = 0;
  switch (kind) {
    case ConvolutionKind::k1x1:
      index = target;
      break;
    case ConvolutionKind::k3x3:
      index = target + k - 1;
      break;
    case ConvolutionKind::k2x2Stride2:
      index = 2 * target + k;
      break;
    case ConvolutionKind::kTransposed4x4Stride2:
      // target = 2 * source + k - 1
      index = (target + 1 - k) % 2 == 0 ? (target + 1 - k) / 2 : -1;
      break;
  }
  return index < length ? index : -1;
}

// Adds what one source pixel brings: the inputs one after the other.
void add_pixel(const ConvolutionCall& c, const float* pixel, const float* kernel,
               std::vector<double>& sums) {
  const bool transposed = c.kind == ConvolutionKind::kTransposed4x4Stride2;
  const int64_t input_stride = transposed ? 1 : c.outputs;
  const int64_t output_stride = transposed ? c.inputs : 1;
  for (int64_t input = 0; input < c.inputs; ++input) {
    const double value = pixel[input];
    const float* weights = kernel + input * input_stride;
    for (int64_t output = 0; output < c.outputs; ++output) {
      sums[static_cast<size_t>(output)] += value * weights[output * output_stride];
    }
  }
}

void target_row(const ConvolutionCall& c, int64_t slice, int64_t row, std::vector<double>& sums) {
  const int64_t size = c.kernel_size();
  const int64_t columns = c.target_columns();
  const float* source = c.source + slice * c.rows * c.columns * c.inputs;
  float* target = c.target + (slice * c.target_rows() + row) * columns * c.outputs;
  for (int64_t column = 0; column < columns; ++column) {
    for (int64_t output = 0; output < c.outputs; ++output) {
      sums[static_cast<size_t>(output)] = c.bias == nullptr ? 0 : c.bias[output];
    }
    for (int64_t ky = 0; ky < size; ++ky) {
      const int64_t y = source_index(c.kind, row, ky, c.rows);
      for (int64_t kx = 0; y >= 0 && kx < size; ++kx) {
        const int64_t x = source_index(c.kind, column, kx, c.columns);
        if (x >= 0) {
          add_pixel(c, source + (y * c.columns + x) * c.inputs,
                    c.kernel + (ky * size + kx) * c.inputs * c.outputs, sums);
        }
      }
    }
    for (int64_t output = 0; output < c.outputs; ++output) {
      const double sum = sums[static_cast<size_t>(output)];
      const bool cut = c.activation == PNC_ACTIVATION_RELU && sum < 0;
      target[column * c.outputs + output] = cut ? 0.0f : static_cast<float>(sum);
    }
  }
}

void run(const ConvolutionCall& c) {
  const int64_t rows = c.target_rows();
  const int workers = static_cast<int>(std::min<int64_t>(c.threads, c.slices * rows));
  std::vector<std::vector<double>> sums(static_cast<size_t>(workers),
                                        std::vector<double>(static_cast<size_t>(c.outputs)));
  parallel_for(c.slices * rows, workers, [&](int worker, int64_t item) {
    target_row(c, item / rows, item % rows, sums[static_cast<size_t>(worker)]);
  });
}

}  // namespace

const ConvolutionRoutine kConvolutionReference = {name, handles, run};

}  // namespace pancreas
