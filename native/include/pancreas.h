/*
 * The C ABI of the native compute core. This is the only header that JavaCPP parses.
 *
 * Conventions:
 * - Every function returns a status or a plain value; no exception leaves the library.
 * - The caller owns every buffer, and says its sizes; arrays are [z][y][x], row-major, float32,
 *   unless their function says otherwise. Pointers need only the alignment of their type.
 * - Returned strings are static unless their function says otherwise, UTF-8, and never null.
 * - All functions may be called from several threads at once, except where they say otherwise.
 */
#ifndef PANCREAS_H
#define PANCREAS_H

#include <stdint.h>

#if !defined(_WIN32)
#define PNC_API __attribute__((visibility("default")))
#elif defined(PANCREAS_BUILD)
#define PNC_API __declspec(dllexport)
#else
#define PNC_API __declspec(dllimport)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a call. */
enum {
  PNC_OK = 0,
  /* A pointer, size, name or option makes no sense; nothing was done. */
  PNC_INVALID_ARGUMENT = 1,
  /* Working memory could not be had; nothing was done. */
  PNC_OUT_OF_MEMORY = 2,
  /* The operating system refused. */
  PNC_SYSTEM = 3,
  /* The caller asked to stop; the output is not complete. */
  PNC_CANCELLED = 4,
  /* The input holds a NaN or an infinity; the output is not complete. */
  PNC_INPUT_NOT_FINITE = 5,
  /* The network computed a NaN or an infinity; the output is not complete. */
  PNC_RESULT_NOT_FINITE = 6
};

/* How an axis is resampled. */
enum {
  /* Left alone; both sizes must be equal. */
  PNC_FILTER_NONE = 0,
  /* The source index of target i is floor((i + 0.5) * source / target), computed in integers. */
  PNC_FILTER_NEAREST = 1,
  /*
   * Linear with half-pixel centres; the triangle is widened by source / target when the axis
   * shrinks. Weights are normalised, also at the borders.
   */
  PNC_FILTER_LINEAR = 2
};

/* The longest axis that kernels accept. */
enum { PNC_MAX_AXIS = 1 << 24 };

/* The version of the library, such as "0.1.0". */
PNC_API const char* pnc_version(void);

/* One line that explains a status. */
PNC_API const char* pnc_status_text(int32_t status);

/*
 * What this CPU and its operating system support, of what matters here, separated by blanks:
 * "sse4.2 avx avx2 fma", "neon", or "".
 */
PNC_API const char* pnc_cpu_features(void);

/*
 * The newest instruction set that kernels use on this CPU, where they have code for it: "avx2",
 * "neon" or "portable". The environment variable PANCREAS_INSTRUCTION_SET, read once at first use,
 * holds them back: "portable" to the portable code, "avx2" to AVX2 where the CPU has AVX-512, which
 * matrix products of networks use. Other values change nothing.
 */
PNC_API const char* pnc_instruction_set(void);

/*
 * Sets a variable in the environment of this process, as C libraries see it, unless it is set
 * already. Not safe while other threads read or write the environment: call it early.
 */
PNC_API int32_t pnc_setenv(const char* name, const char* value);

/*
 * The value that C libraries see for an environment variable, "" if it is not set. The string
 * belongs to the environment and is valid until the variable changes.
 */
PNC_API const char* pnc_getenv(const char* name);

/*
 * Resamples a volume, each axis with a filter of its own.
 *
 * The axes are filtered one after the other in float32, z first, then y and x (x and y where y
 * grows); each sum runs in the order of the source index, without fused multiply-add. So the
 * result is the same, bit for bit, whatever the threads and the instruction set. A NaN or infinity
 * reaches exactly the targets whose weights cover it, by the rules of IEEE 754.
 *
 * source, target: [z][y][x]; they must not overlap
 * source_size, target_size: three sizes in the order z, y, x, each 1 to PNC_MAX_AXIS, at most 2^40
 *     elements in all
 * filters: PNC_FILTER_* of z, y and x
 * threads: how many threads may work, at least 1
 */
PNC_API int32_t pnc_resample(const float* source, const int64_t* source_size, float* target,
                             const int64_t* target_size, const int32_t* filters, int32_t threads);

/*
 * Kernels
 *
 * Images are [slice][row][column][channel]; an image's size is these four numbers, each 1 to
 * PNC_MAX_AXIS and at most 2^40 elements in all. Counts of elements are 1 to 2^40. Source and
 * target must not overlap, except where a kernel says that it works in place: then both are the
 * same pointer. `threads` is how many threads may work, at least 1; results do not depend on it,
 * bit for bit.
 */

/*
 * Which code does each operation on this CPU, such as "resample avx2, windowing avx2, convolution
 * 3x3 winograd avx2"; of convolutions, that of 16 to 16 channels.
 */
PNC_API const char* pnc_kernel_choices(void);

/*
 * Clips HU to [clip_min, clip_max] and maps low to -1 and high to 1:
 *   target = float((clipped - low) * (2 / (high - low)) - 1), in double.
 * The same bits on every CPU. NaN stays NaN; infinities are clipped. Works in place.
 *
 * clip_min <= clip_max, which may be infinite; low < high, both finite.
 */
PNC_API int32_t pnc_window(const float* hu, float* target, int64_t count, double clip_min,
                           double clip_max, double low, double high, int32_t threads);

/* pnc_window of HU = float(slope * stored + intercept), both finite. Does not work in place. */
PNC_API int32_t pnc_window_stored(const int16_t* stored, double slope, double intercept,
                                  float* target, int64_t count, double clip_min, double clip_max,
                                  double low, double high, int32_t threads);

/* What follows a convolution. */
enum {
  PNC_ACTIVATION_NONE = 0,
  /* Values below 0 become 0; NaN stays NaN. */
  PNC_ACTIVATION_RELU = 1
};

/*
 * Convolutions with zeros around the image, "same" as TensorFlow has it.
 *
 * size: of the source; its channels are the inputs
 * kernel: [ky][kx][input][output]; transposed: [ky][kx][output][input], as Keras has them
 * bias: [output], or null for none
 * outputs: the channels of the target, 1 to PNC_MAX_AXIS
 * activation: PNC_ACTIVATION_*
 *
 * The order and precision of sums are left to the code, which pnc_kernel_choices names. Where
 * outputs are a multiple of 8 and neither they nor the inputs exceed 4096, it sums in float32:
 *   winograd  3x3 and transposed 4x4 of a multiple of 8 inputs, by F(4 x 4, 3 x 3)
 *   direct    the same of other inputs
 *   gemm      1x1 and 2x2
 * It packs the weights anew for each call, which takes up to 7 times their memory, and all but gemm
 * have each thread copy some rows or slices of the source at a time. Everything else is summed in
 * double: "reference", which is much slower.
 *
 * Summing n terms in float32 loses at most n * 2^-24 of the sum of their magnitudes, usually far
 * less; winograd of the order of 1e-5, and of the magnitudes that its whole tile of 4 x 4 targets
 * (source pixels, where transposed) sees. NaN and infinity reach the targets whose kernel covers
 * them, as one or the other. With winograd they reach all of the tile, so targets up to 4 source
 * pixels away, and infinity mostly becomes NaN; sums of magnitudes above about 1e33 may overflow.
 * Weights that are not finite may reach targets through the zeros around the image.
 */

/* Target size = source size. */
PNC_API int32_t pnc_convolution_1x1(const float* source, const int64_t* size, const float* kernel,
                                    const float* bias, int64_t outputs, int32_t activation,
                                    float* target, int32_t threads);

/* Target size = source size; target (r, c) sees the source rows r - 1 to r + 1. */
PNC_API int32_t pnc_convolution_3x3(const float* source, const int64_t* size, const float* kernel,
                                    const float* bias, int64_t outputs, int32_t activation,
                                    float* target, int32_t threads);

/*
 * Stride 2: target size = half the source size, rounded up; target (r, c) sees the source rows 2 r
 * and 2 r + 1.
 */
PNC_API int32_t pnc_convolution_2x2(const float* source, const int64_t* size, const float* kernel,
                                    const float* bias, int64_t outputs, int32_t activation,
                                    float* target, int32_t threads);

/*
 * Stride 2: target size = twice the source size, at most PNC_MAX_AXIS; source row r reaches the
 * target rows 2 r - 1 to 2 r + 2 with ky = 0 to 3.
 */
PNC_API int32_t pnc_transposed_convolution_4x4(const float* source, const int64_t* size,
                                               const float* kernel, const float* bias,
                                               int64_t outputs, int32_t activation, float* target,
                                               int32_t threads);

/*
 * Maximum of 2 x 2 pixels of a slice, stride 2; the slices stay apart. Target size = half the
 * source size, rounded up ("same": at an odd border the window holds the pixels that are there).
 * A window with a NaN gives NaN.
 */
PNC_API int32_t pnc_max_pooling(const float* source, const int64_t* size, float* target,
                                int32_t threads);

/*
 * An additive attention gate: x times an attention in (0, 1) that x and a coarser gating image
 * give.
 *
 *   a = relu(theta(x) + up(phi(g) + phi_bias))     theta: 2 x 2, stride 2; phi: 1 x 1
 *   target = x * up2(sigmoid(psi . a + psi_bias))
 *
 * up is nearest up-sampling from g's size to theta's, by a whole factor that is the same for rows
 * and columns; up2 is nearest up-sampling by 2. Theta's size is half of x's, rounded up, with zeros
 * beyond an odd border. Within 1e-5 of the largest |x| where weights and values are as a trained
 * network has them. A NaN in x or g gives NaN at the pixels whose attention it enters; an infinity
 * may.
 *
 * x, target: of size x_size; g: of size gating_size, with as many slices as x
 * inner: the channels of theta and phi, 1 to PNC_MAX_AXIS
 * theta: [2][2][x channel][inner]; phi: [g channel][inner]; phi_bias, psi: [inner]
 */
PNC_API int32_t pnc_attention_gate(const float* x, const int64_t* x_size, const float* gating,
                                   const int64_t* gating_size, int64_t inner, const float* theta,
                                   const float* phi, const float* phi_bias, const float* psi,
                                   float psi_bias, float* target, int32_t threads);

/* The most levels of deep supervision. */
enum { PNC_MAX_LEVELS = 64 };

/*
 * The head of a network with deep supervision: each decoder map goes through a 1 x 1 convolution to
 * two channels and nearest up-sampling, then all together through one more to two, and softmax.
 * Gives the probability of channel 1, which is a sigmoid of one dot product a pixel and map.
 *
 * levels: 1 to PNC_MAX_LEVELS
 * size: slices, rows and columns of the probability
 * maps: one image a level, deepest first: slices x (rows / factor) x (columns / factor) x channel
 * channels, factors: of each level; every factor divides rows and columns
 * kernels: the levels' [channel][2], one after the other; biases: [level][2]
 * head_kernel: [2 * levels][2]; head_bias: [2]
 */
PNC_API int32_t pnc_deep_supervision_head(int32_t levels, const float* const* maps,
                                          const int64_t* channels, const int64_t* factors,
                                          const float* kernels, const float* biases,
                                          const float* head_kernel, const float* head_bias,
                                          float* probability, const int64_t* size, int32_t threads);

/* mask = 1 where the probability is strictly above the threshold, else 0, also for NaN. */
PNC_API int32_t pnc_threshold(const float* probability, double threshold, uint8_t* mask,
                              int64_t count, int32_t threads);

/*
 * mask = 1 where channel 1 of [pixel][2] is strictly above channel 0, else 0, also where one is
 * NaN. `count` is the number of pixels.
 */
PNC_API int32_t pnc_argmax(const float* logits, uint8_t* mask, int64_t count, int32_t threads);

/*
 * Clears all but the largest connected component of a mask, in place. Voxels that are not 0 and
 * share a face, an edge or a corner are connected. Of components of the same size, the one whose
 * first voxel comes first in [z][y][x] stays. Needs about 32 bytes for each run of voxels along x.
 *
 * slices: a pointer to [row][column] for each slice; they must not overlap
 * size: slices, rows and columns, at most 2^40 voxels
 */
PNC_API int32_t pnc_largest_component(uint8_t* const* slices, const int64_t* size, int32_t threads);

/*
 * ---- Networks ----
 *
 * A network of the family segmentation-2021 (an attention U-Net with deep supervision that works on
 * each slice by itself), with its weights packed for the CPU.
 */
typedef struct pnc_network pnc_network;

/* How convolutions of 3 x 3 and transposed ones of 4 x 4 are computed. */
enum {
  /* By Winograd's F(4 x 4, 3 x 3): a quarter of the multiplications, a little less exact. */
  PNC_CONVOLUTION_WINOGRAD = 0,
  /* As they are defined. */
  PNC_CONVOLUTION_DIRECT = 1
};

/*
 * Builds a network, to be destroyed by the caller; the weights are copied. Null if that fails.
 *
 * filters: channels of the encoder's levels, from full resolution down: multiples of 8, up to 4096
 * levels: 3 to 8
 * weights: all tensors one after the other: encoder0 to the last (conv0, conv1), gating, decoder
 *     from the last level but one to 0 (up, gate/theta, gate/phi, gate/psi, gate/w, conv0, conv1;
 * no gate at level 0), dsv in the same order, head; of each the kernel, then the bias (theta has
 *     none). Kernels are [row][column][in][out], those of `up` [row][column][out][in].
 * weight_count: their number, to be checked
 * algorithm: PNC_CONVOLUTION_*
 * instruction_set: "avx512", "avx2", "neon" or "portable", or "" for the fastest
 * status: receives the status
 */
PNC_API pnc_network* pnc_network_create(const int32_t* filters, int32_t levels,
                                        const float* weights, int64_t weight_count,
                                        int32_t algorithm, const char* instruction_set,
                                        int32_t* status);

/* Frees a network that no run uses any more. Null is ignored. */
PNC_API void pnc_network_destroy(pnc_network* network);

/*
 * Runs a network over slices. Several runs of one network may be under way at once.
 *
 * A slice's result depends on that slice alone: it is the same, bit for bit, whatever the threads
 * and the other slices. Algorithms differ by rounding, and so do instruction sets, but for avx2 and
 * avx512. Working memory is taken before the work starts and kept for the next run of the same
 * size; see pnc_network_bytes.
 *
 * input: [slice][row][column], finite
 * slices: 1 to 2^24
 * rows, columns: 1 to 2^14; inside, slices are filled up at their ends to multiples of
 *     2^(levels - 1), and the result is that of the larger slice, cropped
 * background: the value that they are filled up with
 * probability: [slice][row][column], receives the probability of the second class; must not overlap
 *     the input
 * threads: how many threads may work, 1 to 1024
 * progress: null, or a counter that slices are added to as they are done; may be read meanwhile
 * cancel: null, or a flag; the run ends early once it is not 0
 */
PNC_API int32_t pnc_network_run(pnc_network* network, const float* input, int64_t slices,
                                int64_t rows, int64_t columns, float background, float* probability,
                                int32_t threads, int32_t* progress, const int32_t* cancel);

/*
 * The memory in bytes that a network and its runs over slices of one size take with so many threads
 * in all; 0 if an argument makes no sense.
 */
PNC_API int64_t pnc_network_bytes(const pnc_network* network, int64_t rows, int64_t columns,
                                  int32_t threads);

/* The instruction set that a network uses: "avx512", "avx2", "neon" or "portable". */
PNC_API const char* pnc_network_instruction_set(const pnc_network* network);

#ifdef __cplusplus
}
#endif

#endif
