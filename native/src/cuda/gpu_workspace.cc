#include "cuda/gpu_workspace.h"

#include <memory>
#include <utility>

namespace pancreas {
namespace {

struct DestroyCaptured {
  void operator()(cudaGraph_t graph) const { cudaGraphDestroy(graph); }
};

}  // namespace

GpuWorkspace::GpuWorkspace(GpuPlan plan, WayChoices& choices)
    : plan_(std::move(plan)), memory_(allocate_on_device(plan_.bytes)), stream_(make_stream()) {
  char* base = static_cast<char*>(memory_.get());
  for (const GpuPlan::Step& step : plan_.steps) {
    ways_.push_back(choices.choose(plan_, step, base, stream()));
  }
  check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal), "graph");
  for (size_t i = 0; i < plan_.steps.size(); ++i) {
    plan_.steps[i].ways[ways_[i]].launch(base, stream());
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
