#ifndef PANCREAS_NET_WORKSPACE_POOL_H
#define PANCREAS_NET_WORKSPACE_POOL_H

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "net/packed_network.h"
#include "net/workspace.h"

namespace pancreas {

// Keeps the workspaces of one network between runs: those of the size that was last asked for.
// Thread-safe.
class WorkspacePool {
 public:
  using Workspaces = std::vector<std::unique_ptr<Workspace>>;

  // Throws std::bad_alloc.
  Workspaces take(const PackedNetwork& network, int64_t rows, int64_t columns, int64_t count);

  void give_back(Workspaces workspaces);

 private:
  bool fits(const Workspace& workspace) const;

  std::mutex mutex_;
  int64_t rows_ = 0;
  int64_t columns_ = 0;
  Workspaces idle_;
};

}  // namespace pancreas

#endif
