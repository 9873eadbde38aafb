#include "cuda/gpu_workspace.h"

#include <memory>
#include <utility>

namespace pancreas {
namespace {

struct DestroyCaptured {
  void operator()(cudaGraph_t graph) const { cudaGraphDestroy(graph); }
};

}  // namespace

GpuWorkspace::GpuWorkspace(GpuPlan plan)
    : plan_(std::move(plan)), memory_(allocate_on_device(plan_.bytes)), stream_(make_stream()) {
  check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal), "graph");
  for (const GpuPlan::Step& step : plan_.steps) {
    step.launch(static_cast<char*>(memory_.get()), stream());
  }
  cudaGraph_t captured = nullptr;
  check(cudaStreamEndCapture(stream(), &captured), "graph");
  const std::unique_ptr<CUgraph_st, DestroyCaptured> owner(captured);
  cudaGraphExec_t graph = nullptr;
  check(cudaGraphInstantiate(&graph, captured, 0), "graph");
  graph_.reset(graph);
}

void GpuWorkspace::launch() const { check(cudaGraphLaunch(graph_.get(), stream()), "network"); }

void GpuWorkspace::wait() const { check(cudaStreamSynchronize(stream()), "network"); }

}  // namespace pancreas
