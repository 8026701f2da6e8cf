// SPDX-License-Identifier: ISC
#include "directory.h"

const KitHostParam*
kit_directory_find(const KitDirectory* directory, uint32_t id)
{
  uint32_t from = 0;
  uint32_t to   = directory->n;
  while (from < to) {
    const uint32_t            middle = from + (to - from) / 2U;
    const KitHostParam* const param  = &directory->list[directory->by_id[middle]];
    if (param->id == id) {
      return param;
    }
    if (param->id < id) {
      from = middle + 1U;
    } else {
      to = middle;
    }
  }
  return NULL;
}

const KitHostParam*
kit_directory_at_slot(const KitDirectory* directory, uint32_t slot)
{
  for (uint32_t i = 0; i < directory->n; ++i) {
    if (directory->list[i].slot == slot) {
      return &directory->list[i];
    }
  }
  return NULL;
}
