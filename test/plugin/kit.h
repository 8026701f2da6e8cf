// SPDX-License-Identifier: ISC
/** @file kit.h  A plugin to test, and a host that notes what it is told. */
#ifndef KIT_TEST_PLUGIN_KIT_H
#define KIT_TEST_PLUGIN_KIT_H

#include "edits.h"
#include "rng.h"
#include "steps.h"
#include "taps.h"

#include <stdatomic.h>

#define MAX_TOLD 4096U

typedef struct {
  KitEditType type;
  uint32_t    slot;
  double      value;
} Told;

typedef struct {
  KitPlugin*       plugin;
  _Atomic uint32_t n_attends; ///< From any thread
  uint32_t         room;      ///< Edits that the host still takes
  uint32_t         n_told;
  Told             told[MAX_TOLD];
} Host;

/** A plugin of the effect with that id, inactive; the host has room for everything. */
void
host_init(Host* host, const char* effect_id);

void
host_cleanup(Host* host);

/** Forget what was told, then tell what waits.  @return how many edits. */
uint32_t
host_take_edits(Host* host);

/** True if the told edit `index` is that. */
bool
host_told(const Host* host, uint32_t index, KitEditType type, uint32_t slot, double value);

/** Slot of a key. */
uint32_t
slot_of(const Host* host, const char* key);

/** Random whole number below `n`. */
uint32_t
below(KitRng* rng, uint32_t n);

void
check_edits(void);

void
check_threads(void);

void
check_steps(void);

void
check_taps(void);

void
check_told(void);

void
check_told_race(void);

void
check_state(void);

void
check_lists(void);

#endif
