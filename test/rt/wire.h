// SPDX-License-Identifier: ISC
/** @file wire.h  A program that reaches a fuzzed plugin by OSC: sets, asks, subscribes, wants figures. */
#ifndef KIT_TEST_RT_WIRE_H
#define KIT_TEST_RT_WIRE_H

#include "plugin.h"
#include "rng.h"

typedef struct RtWire RtWire;

/** Attach `plugin` to the bridge, switched on.  Ends the program where that cannot be. */
RtWire*
rt_wire_new(KitPlugin* plugin);

/** Detach it.  Null is allowed. */
void
rt_wire_free(RtWire* wire);

/** Send a few messages, and take what came.  @param calm Send no values. */
void
rt_wire_poke(RtWire* wire, KitRng* rng, bool calm);

/** Messages that came back. */
uint64_t
rt_wire_n_answers(const RtWire* wire);

#endif
