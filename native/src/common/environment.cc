#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "pancreas.h"

namespace {

bool is_name(const char* name) {
  return name != nullptr && *name != '\0' && std::strchr(name, '=') == nullptr;
}

// Returns 0 or an error of errno.h.
int set_unless_set(const char* name, const char* value) {
#if defined(_WIN32)
  // Windows has no empty variables: to set one to "" removes it.
  return std::getenv(name) == nullptr ? _putenv_s(name, value) : 0;
#else
  return setenv(name, value, /*overwrite=*/0) == 0 ? 0 : errno;
#endif
}

}  // namespace

extern "C" int32_t pnc_setenv(const char* name, const char* value) {
  if (!is_name(name) || value == nullptr) {
    return PNC_INVALID_ARGUMENT;
  }
  switch (set_unless_set(name, value)) {
    case 0:
      return PNC_OK;
    case ENOMEM:
      return PNC_OUT_OF_MEMORY;
    default:
      return PNC_SYSTEM;
  }
}

extern "C" const char* pnc_getenv(const char* name) {
  const char* value = is_name(name) ? std::getenv(name) : nullptr;
  return value == nullptr ? "" : value;
}
