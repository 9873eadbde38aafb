/*
 * The C ABI of the engine for NVIDIA GPUs, a library of its own beside the compute core. It needs
 * no CUDA library but the driver's.
 *
 * Conventions are those of pancreas.h, whose status codes it shares.
 */
#ifndef PANCREAS_CUDA_H
#define PANCREAS_CUDA_H

#include <stdint.h>

#include "pancreas.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /* The device or its driver refused; pnc_cuda_error says what. */
  PNC_DEVICE_FAILED = 7,
  /* All voxels are the same, so that there is no range to scale. */
  PNC_NO_RANGE = 8
};

/*
 * What the last call of this thread that gave PNC_DEVICE_FAILED was told, in one line. Valid until
 * the thread's next call.
 */
PNC_API const char* pnc_cuda_error(void);

/* How many GPUs there are that this library runs on; 0 where there is no driver. */
PNC_API int32_t pnc_cuda_device_count(void);

/*
 * Name, compute capability and memory of a GPU, such as "NVIDIA H200, 9.0, 141 GB", "" if there is
 * no such GPU. Valid until the thread's next call.
 */
PNC_API const char* pnc_cuda_device(int32_t device);

/* How convolutions multiply; sums are float32 always. */
enum {
  PNC_PRECISION_FLOAT32 = 0,
  /* Factors rounded to 10 bits by tensor cores; on GPUs without it, float32. */
  PNC_PRECISION_TF32 = 1,
  /* Half precision, also between layers. */
  PNC_PRECISION_FLOAT16 = 2
};

/* A network of the family segmentation-2021 in a GPU's memory. */
typedef struct pnc_cuda_network pnc_cuda_network;

/*
 * Builds a network, to be destroyed by the caller; the weights are copied. Null if that fails.
 *
 * filters, levels, weights, weight_count, status: as for pnc_network_create
 * precision: PNC_PRECISION_*
 * device: from 0
 * memory_limit: how many bytes of GPU memory one run may take, or 0 for what is free
 */
PNC_API pnc_cuda_network* pnc_cuda_network_create(const int32_t* filters, int32_t levels,
                                                  const float* weights, int64_t weight_count,
                                                  int32_t precision, int32_t device,
                                                  int64_t memory_limit, int32_t* status);

/* Frees a network that no run uses any more. Null is ignored. */
PNC_API void pnc_cuda_network_destroy(pnc_cuda_network* network);

/*
 * Runs a network over slices in the memory of the CPU. Several runs of one network may be under way
 * at once. Arguments are those of pnc_network_run.
 */
PNC_API int32_t pnc_cuda_network_run(pnc_cuda_network* network, const float* input, int64_t slices,
                                     int64_t rows, int64_t columns, float background,
                                     float* probability, int32_t* progress, const int32_t* cancel);

/*
 * A whole CT: what happens to it before and after the network. Sizes, axes and filters are in the
 * order z, y, x.
 */
typedef struct pnc_cuda_volume {
  /* The CT as it is stored, [slice][row][column]; HU = slope * value + intercept. */
  const int16_t* voxels;
  const double* slopes;     /* [slice] */
  const double* intercepts; /* [slice] */
  int32_t stored_size[3];
  /*
   * How the network sees it: axis z, y or x of the view is stored axis axes[0], axes[1] or axes[2],
   * in reverse where flips says so.
   */
  int32_t axes[3];
  int32_t flips[3];
  /* The network's grid, and PNC_FILTER_* to it and back. Rows and columns fit the network. */
  int32_t network_size[3];
  int32_t filters[3];
  int32_t back_filters[3];
  /* Intensity: as pnc_window, before resampling where window_first is not 0, else after. */
  int32_t window_first;
  double clip_min;
  double clip_max;
  /*
   * What becomes -1 and 1; where they are equal, the range of the volume on the network's grid
   * after clipping, and window_first is 0.
   */
  double low;
  double high;
  /* A voxel is inside where the probability is strictly above this. */
  double threshold;
  /* Receives the mask, 0 or 1, as the CT is stored: [slice][row][column]. */
  uint8_t* mask;
  /* Receives the probability on the network's grid, or null. */
  float* probability;
} pnc_cuda_volume;

/*
 * From a CT to its mask. The CT and the probability are in the GPU's memory as a whole.
 *
 * threads: how many threads of the CPU may copy, at least 1
 * progress, cancel: as for pnc_network_run; progress counts slices of the network's grid
 */
PNC_API int32_t pnc_cuda_volume_run(pnc_cuda_network* network, const pnc_cuda_volume* volume,
                                    int32_t threads, int32_t* progress, const int32_t* cancel);

#ifdef __cplusplus
}
#endif

#endif
