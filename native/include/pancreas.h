/*
 * The C ABI of the native compute core. This is the only header that JavaCPP parses.
 *
 * Conventions:
 * - Every function returns a status or a plain value; no exception leaves the library.
 * - The caller owns every buffer, and says its sizes; arrays are [z][y][x], row-major, float32.
 *   Pointers need only the alignment of their type.
 * - Returned strings are static unless their function says otherwise, UTF-8, and never null.
 * - All functions may be called from several threads at once, except where they say otherwise.
 */
#ifndef PANCREAS_H
#define PANCREAS_H

#include <stdint.h>

#define PNC_API __attribute__((visibility("default")))

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

/* The instruction set that the kernels use on this CPU: "avx2" or "portable". */
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
 * avx512. Working memory is taken before the work starts and kept for the next run of the same size;
 * see pnc_network_bytes.
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
