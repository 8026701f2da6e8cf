// SPDX-License-Identifier: ISC
#include "vstkit/status.h"

const char*
kit_status_text(KitStatus status)
{
  switch (status) {
    case KIT_SUCCESS: return "success";
    case KIT_ERR_NO_MEMORY: return "out of memory";
    case KIT_ERR_BAD_ARG: return "invalid argument";
    case KIT_ERR_BAD_DATA: return "malformed data";
    case KIT_ERR_BAD_VALUE: return "invalid value";
    case KIT_ERR_NOT_FOUND: return "not found";
    case KIT_ERR_IO: return "input or output failed";
    case KIT_ERR_TOO_LARGE: return "too large";
    case KIT_ERR_UNSUPPORTED: return "not supported";
    case KIT_ERR_UNSTABLE: return "unstable";
    case KIT_ERR_CANCELLED: return "cancelled";
    case KIT_ERR_LOCKED: return "locked";
    case KIT_ERR_HELD: return "held";
  }
  return "unknown status";
}
