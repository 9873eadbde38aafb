#include "common/cpu_features.h"

#include <cstdlib>
#include <string>

#include "pancreas.h"

namespace pancreas {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
std::string list_features() {
  __builtin_cpu_init();
  std::string list;
  const auto add = [&list](bool present, const char* name) {
    if (present) {
      list += list.empty() ? "" : " ";
      list += name;
    }
  };
  add(__builtin_cpu_supports("sse4.2"), "sse4.2");
  add(__builtin_cpu_supports("avx"), "avx");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("avx512f"), "avx512f");
  add(__builtin_cpu_supports("avx512dq"), "avx512dq");
  add(__builtin_cpu_supports("avx512bw"), "avx512bw");
  add(__builtin_cpu_supports("avx512vl"), "avx512vl");
  add(__builtin_cpu_supports("avx512vnni"), "avx512vnni");
  return list;
}
#elif defined(__aarch64__)
std::string list_features() { return "neon"; }
#else
std::string list_features() { return ""; }
#endif

// PANCREAS_INSTRUCTION_SET, read once, so that all kernels of a process agree.
const std::string& newest_allowed() {
  static const std::string newest = [] {
    const char* set = std::getenv("PANCREAS_INSTRUCTION_SET");
    return std::string(set == nullptr ? "" : set);
  }();
  return newest;
}

bool portable_only() { return newest_allowed() == "portable"; }

}  // namespace

bool cpu_has_avx2_fma() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  return !portable_only() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

bool cpu_has_neon() {
#if defined(__aarch64__)
  return !portable_only();
#else
  return false;
#endif
}

bool cpu_has_avx512f() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  return newest_allowed() != "avx2" && cpu_has_avx2_fma() && __builtin_cpu_supports("avx512f");
#else
  return false;
#endif
}

}  // namespace pancreas

extern "C" const char* pnc_cpu_features(void) {
  try {
    static const std::string features = pancreas::list_features();
    return features.c_str();
  } catch (...) {
    return "";
  }
}

extern "C" const char* pnc_instruction_set(void) {
  if (pancreas::cpu_has_avx2_fma()) {
    return "avx2";
  }
  return pancreas::cpu_has_neon() ? "neon" : "portable";
}
