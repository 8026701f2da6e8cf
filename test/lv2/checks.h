// SPDX-License-Identifier: ISC
/** @file checks.h  What the parts of test_lv2 share. */
#ifndef KIT_TEST_LV2_CHECKS_H
#define KIT_TEST_LV2_CHECKS_H

#include "host_lv2.h"
#include "lv2_ports.h"
#include "take.h"

typedef struct {
  const KitEffect* effect;
  KitDirectory     directory;
  HostModule*      module;
  LilvWorld*       world; ///< The module's
} Subject;

/* main.c */

/** Instantiate a layout.  Exits the program where that fails. */
void
open_layout(const Subject* subject, uint32_t layout, double sample_rate, Lv2Host* host);

/** Port of a host parameter. */
uint32_t
port_of(const Lv2Host* host, const KitHostParam* param);

/* metadata.c: what the Turtle says */

void
check_metadata(const Subject* subject);

/* latency.c: a port that moves while the plugin runs */

void
check_latency(const Subject* subject);

/* state.c */

void
check_state(const Subject* subject);

/* hostile.c: what hosts should not do, or need not */

void
check_hostile(const Subject* subject);

#endif
