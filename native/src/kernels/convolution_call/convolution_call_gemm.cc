#include <algorithm>
#include <string>
#include <vector>

#include "common/aligned_floats.h"
#include "common/parallel_for.h"
#include "kernels/convolution_call/convolution_call.h"
#include "kernels/gemm/packed_matrix.h"
#include "kernels/isa/available_routines.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// Pixels of one product: enough that reading the weights costs little.
constexpr int64_t kPixels = 192;

std::string name() { return std::string("gemm ") + available_routines().front()->name; }

bool handles(const ConvolutionCall& c) {
  return (c.kind == ConvolutionKind::k1x1 || c.kind == ConvolutionKind::k2x2Stride2) &&
         fits_vectors(c);
}

// Bias and activation, in place.
class Finish {
 public:
  Finish(const ConvolutionCall& c, const PixelRoutines& pixels)
      : bias_(bias_or_zeros(c)),
        add_(c.activation == PNC_ACTIVATION_RELU ? pixels.add_bias_relu : pixels.add_bias) {}

  void operator()(float* pixels, int64_t count) const {
    add_(pixels, count, static_cast<int64_t>(bias_.size()), bias_.data());
  }

 private:
  std::vector<float> bias_;
  decltype(PixelRoutines::add_bias) add_;
};

// All pixels are rows of one matrix.
void run_1x1(const ConvolutionCall& c, const Routines& routines) {
  const PackedMatrix weights(c.inputs, c.outputs, c.kernel);
  const Finish finish(c, routines.pixels);
  const int64_t pixels = c.slices * c.rows * c.columns;
  parallel_for((pixels + kPixels - 1) / kPixels, c.threads, [&](int, int64_t item) {
    const int64_t first = item * kPixels;
    const int64_t count = std::min(kPixels, pixels - first);
    float* target = c.target + first * c.outputs;
    routines.gemm(count, c.source + first * c.inputs, c.inputs, weights.panels(), target, c.outputs,
                  false);
    finish(target, count);
  });
}

// Two pixels side by side are contiguous: each row of the kernel is one product over pairs.
void run_2x2(const ConvolutionCall& c, const Routines& routines) {
  const int64_t pair = 2 * c.inputs;
  const PackedMatrix weights[] = {
      PackedMatrix(pair, c.outputs, c.kernel),
      PackedMatrix(pair, c.outputs, c.kernel + pair * c.outputs),
  };
  const Finish finish(c, routines.pixels);
  const int64_t target_rows = c.target_rows();
  const int64_t whole = c.columns / 2;
  const int64_t items = c.slices * target_rows;
  const int workers = static_cast<int>(std::min<int64_t>(c.threads, items));
  // Of each worker: the last pixel of an odd row, and one of zeros.
  std::vector<AlignedFloats> last_pairs;
  for (int worker = 0; worker < workers; ++worker) {
    last_pairs.emplace_back(pair);
  }
  parallel_for(items, workers, [&](int worker, int64_t item) {
    const int64_t row = item % target_rows * 2;
    float* target = c.target + item * c.target_columns() * c.outputs;
    for (int64_t i = 0; i < std::min<int64_t>(2, c.rows - row); ++i) {
      const float* source =
          c.source + (item / target_rows * c.rows + row + i) * c.columns * c.inputs;
      const MatrixPanels panels = weights[i].panels();
      routines.gemm(whole, source, pair, panels, target, c.outputs, i > 0);
      if (whole < c.target_columns()) {
        float* last = last_pairs[static_cast<size_t>(worker)].data();
        std::copy_n(source + whole * pair, c.inputs, last);
        routines.gemm(1, last, pair, panels, target + whole * c.outputs, c.outputs, i > 0);
      }
    }
    finish(target, c.target_columns());
  });
}

void run(const ConvolutionCall& c) {
  const Routines& routines = *available_routines().front();
  if (c.kind == ConvolutionKind::k1x1) {
    run_1x1(c, routines);
  } else {
    run_2x2(c, routines);
  }
}

}  // namespace

const ConvolutionRoutine kConvolutionGemm = {name, handles, run};

}  // namespace pancreas
