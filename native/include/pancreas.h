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
  PNC_SYSTEM = 3
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
 * "neon" or "portable". The environment variable PANCREAS_INSTRUCTION_SET=portable, read once at
 * first use, keeps all of them to the portable code; other values change nothing.
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

#ifdef __cplusplus
}
#endif

#endif
