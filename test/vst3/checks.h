// SPDX-License-Identifier: ISC
/** @file checks.h  What the VST3 tests look at, one file a topic. */
#ifndef KIT_TEST_VST3_CHECKS_H
#define KIT_TEST_VST3_CHECKS_H

#include "rig.h"
#include "vst3_host.h"

/** The effect under test, and its module: loaded. */
typedef struct {
  const KitEffect* effect;
  const char*      bundle;
  const char*      program; ///< Path of this test program
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
check_layouts(const Subject* subject);

void
check_automation(const Subject* subject);

void
check_flags(const Subject* subject);

void
check_latency(const Subject* subject);

void
check_state(const Subject* subject);

/** In a process of its own: load a state, play, write the sound and the state.  @return exit status. */
int
state_child(const Subject* subject, const char* const* paths);

void
check_hostile(const Subject* subject);

void
check_presets(const Subject* subject);

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

/** Fresh noise and tones; all samples are float values, so that nothing is lost at the boundary. */
KitAudio
make_signal(double sample_rate, uint32_t n_channels, size_t n_frames, uint32_t seed);

KitAudio
make_audio(double sample_rate, uint32_t n_channels, size_t n_frames);

/** A sample as it leaves a float buffer: what is too small for a normal float is zero there, since the audio
    thread runs without denormals. */
double
at_boundary(double sample);

/** What an instance makes of it without any format, at float or double precision. */
KitAudio
reference(const Subject* subject, const double* values, const Vst3Setup* setup, const KitAudio* in,
          Vst3Score score);

/** The plugin, started afresh with a state of `values`. */
KitAudio
played(const Subject* subject, const double* values, const Vst3Setup* setup, const KitAudio* in,
       Vst3Score score, Vst3Blocks blocks);

/** State text of `values`; free with kit_free(). */
char*
state_text(const KitEffect* effect, const double* values);

/** Random values [n_slots]; free with kit_free(). */
double*
random_values(const KitEffect* effect, uint32_t seed);

/** `n` random changes of host parameters, program and latency excepted, sorted; free with kit_free(). */
Vst3Event*
random_events(const KitEffect* effect, size_t n_frames, uint32_t n, uint32_t seed);

#endif
