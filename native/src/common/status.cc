#include "pancreas.h"

extern "C" const char* pnc_version(void) { return PANCREAS_VERSION; }

extern "C" const char* pnc_status_text(int32_t status) {
  switch (status) {
    case PNC_OK:
      return "ok";
    case PNC_INVALID_ARGUMENT:
      return "a pointer, size, name or option makes no sense";
    case PNC_OUT_OF_MEMORY:
      return "not enough memory for the native library";
    case PNC_SYSTEM:
      return "the operating system refused";
    case PNC_CANCELLED:
      return "cancelled";
    case PNC_INPUT_NOT_FINITE:
      return "the input holds a value that is not a finite number";
    case PNC_RESULT_NOT_FINITE:
      return "the result holds a value that is not a finite number";
    default:
      return "unknown status";
  }
}
