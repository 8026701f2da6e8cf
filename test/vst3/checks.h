// SPDX-License-Identifier: ISC
/** @file checks.h  What the VST3 tests look at, one file a topic. */
#ifndef KIT_TEST_VST3_CHECKS_H
#define KIT_TEST_VST3_CHECKS_H

#include "host_vst3.h"
#include "take.h"

/** The effect under test, and its module: loaded. */
typedef struct {
  const KitEffect* effect;
  const char*      bundle;
  Vst3Module       module;
} Subject;

void
check_factory(const Subject* subject);

void
check_module(const Subject* subject);

void
check_parameters(const Subject* subject);

void
check_programs(const Subject* subject);

void
check_process(const Subject* subject);

void
check_latency(const Subject* subject);

void
check_state(const Subject* subject);

void
check_hostile(const Subject* subject);

void
check_edits(const Subject* subject);

void
check_promises(const Subject* subject);

/** Open a plugin; ends the program if that fails. */
void
open_plugin(const Subject* subject, Vst3Host* host);

/** Close it, and check that nothing is left of it. */
void
close_plugin(const Subject* subject, Vst3Host* host);

/** What a plugin that runs makes of a signal. */
KitAudio
played_on(const Subject* subject, Vst3Host* host, const Take* take, const KitAudio* in, RigScore score);

#endif
