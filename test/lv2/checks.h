// SPDX-License-Identifier: ISC
/** @file checks.h  What the parts of test_lv2 share. */
#ifndef KIT_TEST_LV2_CHECKS_H
#define KIT_TEST_LV2_CHECKS_H

#include "lv2_host.h"
#include "lv2_ports.h"

typedef struct {
  const KitEffect* effect;
  KitDirectory     directory;
  LilvWorld*       world;
} Subject;

/* main.c */

/** Instantiate a layout.  Exits the program where that fails. */
void
open_layout(const Subject* subject, uint32_t layout, double sample_rate, Lv2Host* host);

/** Port of a host parameter. */
uint32_t
port_of(const Lv2Host* host, const KitHostParam* param);

/** Noise and tones as floats hold them, stereo. */
KitAudio
make_signal(double sample_rate, size_t n_frames, uint32_t seed);

/** Round to float as a port does, without denormals. */
void
round_to_ports(KitAudio* audio);

/* metadata.c: what the Turtle says */

void
check_metadata(const Subject* subject);

/* play.c: against an instance that no format is round */

void
check_play(const Subject* subject);

/* presets.c: each pset:Preset, taken on as hosts do */

void
check_presets(const Subject* subject);

/* state.c */

void
check_state(const Subject* subject);

/* hostile.c: what hosts should not do, or need not */

void
check_hostile(const Subject* subject);

/* many.c: many at once, and one after the other */

void
check_many(const Subject* subject);

#endif
