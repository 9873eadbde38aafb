// Through the convolutions of networks, which read images with frames of zeros: the source is
// copied a band of a slice or some whole slices at a time; the target is written where it is.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/aligned_floats.h"
#include "common/parallel_for.h"
#include "kernels/convolution/arena.h"
#include "kernels/convolution/convolution.h"
#include "kernels/convolution_call/convolution_call.h"
#include "kernels/isa/available_routines.h"
#include "kernels/transposed_convolution/transposed_convolution.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// Tiles copied at a time: a few chunks of the product, few enough to bound the memory.
constexpr int64_t kMinTiles = 72;
constexpr int64_t kMaxTiles = 288;

int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Rows [row, row + rows) of slices [slice, slice + slices).
struct Part {
  int64_t slice;
  int64_t slices;
  int64_t row;
  int64_t rows;
};

// Divides a source into parts: bands of whole tile rows of one slice, or several whole slices.
class Parts {
 public:
  explicit Parts(const ConvolutionCall& c) : slices_(c.slices), rows_(c.rows) {
    const int64_t across = divide_up(c.columns, kTileSize);
    const int64_t down = divide_up(c.rows, kTileSize);
    const int64_t tiles =
        std::clamp(divide_up(c.slices * down * across, c.threads), kMinTiles, kMaxTiles);
    band_rows_ = std::clamp(tiles / across, int64_t{1}, down) * kTileSize;
    group_ = std::clamp(tiles / (down * across), int64_t{1}, c.slices);
    bands_ = divide_up(c.rows, band_rows_);
  }

  int64_t count() const { return divide_up(slices_, group_) * bands_; }

  Part largest() const { return {0, group_, 0, std::min(band_rows_, rows_)}; }

  Part part(int64_t index) const {
    const int64_t slice = index / bands_ * group_;
    const int64_t row = index % bands_ * band_rows_;
    return {slice, std::min(group_, slices_ - slice), row, std::min(band_rows_, rows_ - row)};
  }

 private:
  int64_t slices_;
  int64_t rows_;
  int64_t group_;
  int64_t band_rows_;
  int64_t bands_;
};

// The working memory of one thread.
class Workspace {
 public:
  Workspace(const ConvolutionCall& c, Part largest, ScratchSize size)
      : block_(take_images(Arena(nullptr), c, largest).second),
        images_(take_images(Arena(block_.data()), c, largest).first),
        inputs_(size.inputs),
        products_(size.products) {}

  // A part of the source: beyond its rows lie those of the slice, and zeros beyond the slice.
  Image copy(const ConvolutionCall& c, Part part) const {
    Image image = images_;
    image.rows = part.rows;
    const int64_t length = c.columns * c.inputs;
    for (int64_t i = 0; i < part.slices; ++i) {
      const float* slice = c.source + (part.slice + i) * c.rows * length;
      for (int64_t row = -1; row <= tile_rows(image) * kTileSize; ++row) {
        const int64_t source_row = part.row + row;
        float* to = pixel(image, i, row, 0);
        if (source_row >= 0 && source_row < c.rows) {
          std::copy_n(slice + source_row * length, length, to);
        } else {
          std::fill_n(to, length, 0.0f);
        }
      }
    }
    return image;
  }

  Scratch scratch() { return {inputs_.data(), products_.data(), nullptr}; }

 private:
  static std::pair<Image, int64_t> take_images(Arena arena, const ConvolutionCall& c,
                                               Part largest) {
    const Image images = arena.take_images(largest.slices, largest.rows, c.columns, c.inputs);
    return {images, arena.used()};
  }

  AlignedFloats block_;
  Image images_;
  AlignedFloats inputs_;
  AlignedFloats products_;
};

// The target of a part, without a frame: convolutions write the image's own pixels only.
Image target_of(const ConvolutionCall& c, Part part) {
  const int64_t factor = c.target_rows() / c.rows;
  Image image;
  image.rows = part.rows * factor;
  image.columns = c.target_columns();
  image.channels = c.outputs;
  image.row_stride = image.columns * c.outputs;
  image.image_stride = c.target_rows() * image.row_stride;
  image.origin = c.target + part.slice * image.image_stride + part.row * factor * image.row_stride;
  return image;
}

// convolve: computes a target from a source's tile rows.
template <typename Convolve>
void run_parts(const ConvolutionCall& c, ScratchSize scratch_size, const Convolve& convolve) {
  const Parts parts(c);
  const int workers = static_cast<int>(std::min<int64_t>(c.threads, parts.count()));
  std::vector<Workspace> workspaces;
  workspaces.reserve(static_cast<size_t>(workers));
  for (int worker = 0; worker < workers; ++worker) {
    workspaces.emplace_back(c, parts.largest(), scratch_size);
  }
  parallel_for(parts.count(), workers, [&](int worker, int64_t index) {
    Workspace& workspace = workspaces[static_cast<size_t>(worker)];
    const Part part = parts.part(index);
    const Image source = workspace.copy(c, part);
    Scratch scratch = workspace.scratch();
    convolve(source, TileRows{part.slices, 0, tile_rows(source)}, target_of(c, part), scratch);
  });
}

void run_3x3(const ConvolutionCall& c, const Routines& routines, Algorithm algorithm) {
  const Activation activation =
      c.activation == PNC_ACTIVATION_RELU ? Activation::kRelu : Activation::kNone;
  const Convolution convolution(Kernel(3, c.inputs, c.outputs, c.kernel), 0, bias_or_zeros(c),
                                activation, algorithm);
  run_parts(c, convolution.scratch_size(c.columns),
            [&](const Image& source, TileRows rows, const Image& target, Scratch& scratch) {
              convolution.run(routines, {source}, rows, target, nullptr, scratch);
            });
}

// TransposedConvolution knows no activation: bias and ReLU follow it while the target is in cache.
void run_transposed_4x4(const ConvolutionCall& c, const Routines& routines, Algorithm algorithm) {
  const bool cuts = c.activation == PNC_ACTIVATION_RELU;
  const std::vector<float> bias = bias_or_zeros(c);
  const std::vector<float> zeros(bias.size());
  const TransposedConvolution convolution(c.inputs, c.outputs, c.kernel,
                                          cuts ? zeros.data() : bias.data(), algorithm);
  run_parts(c, convolution.scratch_size(),
            [&](const Image& source, TileRows rows, const Image& target, Scratch& scratch) {
              convolution.run(routines, source, rows, target, scratch);
              for (int64_t i = 0; cuts && i < rows.images; ++i) {
                routines.pixels.add_bias_relu(pixel(target, i, 0, 0), target.rows * target.columns,
                                              c.outputs, bias.data());
              }
            });
}

void run(const ConvolutionCall& c, Algorithm algorithm) {
  const Routines& routines = *available_routines().front();
  if (c.kind == ConvolutionKind::k3x3) {
    run_3x3(c, routines, algorithm);
  } else {
    run_transposed_4x4(c, routines, algorithm);
  }
}

bool handles(const ConvolutionCall& c) {
  return (c.kind == ConvolutionKind::k3x3 || c.kind == ConvolutionKind::kTransposed4x4Stride2) &&
         fits_vectors(c);
}

}  // namespace

const ConvolutionRoutine kConvolutionWinograd = {
    [] { return std::string("winograd ") + available_routines().front()->name; },
    [](const ConvolutionCall& c) { return handles(c) && c.inputs % kConvolutionVector == 0; },
    [](const ConvolutionCall& c) { run(c, Algorithm::kWinograd); }};

const ConvolutionRoutine kConvolutionDirect = {
    [] { return std::string("direct ") + available_routines().front()->name; }, handles,
    [](const ConvolutionCall& c) { run(c, Algorithm::kDirect); }};

}  // namespace pancreas
