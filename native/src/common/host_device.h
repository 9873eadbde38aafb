#ifndef PANCREAS_COMMON_HOST_DEVICE_H
#define PANCREAS_COMMON_HOST_DEVICE_H

// Marks functions that CUDA's compiler makes for the CPU and for the GPU.
#if defined(__CUDACC__)
#define PNC_HOST_DEVICE __host__ __device__
#else
#define PNC_HOST_DEVICE
#endif

#endif
