#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "pancreas.h"

namespace {

bool is_name(const char* name) {
  return name != nullptr && *name != '\0' && std::strchr(name, '=') == nullptr;
}

}  // namespace

extern "C" int32_t pnc_setenv(const char* name, const char* value) {
  if (!is_name(name) || value == nullptr) {
    return PNC_INVALID_ARGUMENT;
  }
  if (setenv(name, value, /*overwrite=*/0) == 0) {
    return PNC_OK;
  }
  return errno == ENOMEM ? PNC_OUT_OF_MEMORY : PNC_SYSTEM;
}

extern "C" const char* pnc_getenv(const char* name) {
  const char* value = is_name(name) ? std::getenv(name) : nullptr;
  return value == nullptr ? "" : value;
}
