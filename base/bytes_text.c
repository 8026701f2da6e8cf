// SPDX-License-Identifier: ISC
#include "system.h"

KitBytesText
kit_bytes_text(double bytes)
{
  static const char* const units[] = {"bytes", "kB", "MB", "GB", "TB"};
  KitBytesText             result;
  double                   amount = bytes;
  size_t                   unit   = 0;
  for (; unit < 4U && amount >= 1024.0; ++unit) {
    amount /= 1024.0;
  }
  snprintf(result.text, sizeof(result.text), unit && amount < 9.95 ? "%.1f %s" : "%.0f %s", amount,
           units[unit]);
  return result;
}
