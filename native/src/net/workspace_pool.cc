#include "net/workspace_pool.h"

#include <utility>

namespace pancreas {

WorkspacePool::Workspaces WorkspacePool::take(const PackedNetwork& network, int64_t rows,
                                              int64_t columns, int64_t count) {
  Workspaces taken;
  taken.reserve(static_cast<size_t>(count));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (rows != rows_ || columns != columns_) {
      idle_.clear();
      rows_ = rows;
      columns_ = columns;
    }
    while (static_cast<int64_t>(taken.size()) < count && !idle_.empty()) {
      taken.push_back(std::move(idle_.back()));
      idle_.pop_back();
    }
  }
  while (static_cast<int64_t>(taken.size()) < count) {
    taken.push_back(std::make_unique<Workspace>(network, rows, columns));
  }
  return taken;
}

void WorkspacePool::give_back(Workspaces workspaces) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (std::unique_ptr<Workspace>& workspace : workspaces) {
    if (fits(*workspace)) {
      idle_.push_back(std::move(workspace));
    }
  }
}

bool WorkspacePool::fits(const Workspace& workspace) const {
  return workspace.rows() == rows_ && workspace.columns() == columns_;
}

}  // namespace pancreas
