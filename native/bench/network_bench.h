#ifndef PANCREAS_BENCH_NETWORK_BENCH_H
#define PANCREAS_BENCH_NETWORK_BENCH_H

void bench_network(int threads);

#endif
