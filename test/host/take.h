// SPDX-License-Identifier: ISC
/** @file take.h  Signals played through a plugin, and through an instance that no format is round. */
#ifndef KIT_TEST_TAKE_H
#define KIT_TEST_TAKE_H

#include "host.h"
#include "rig.h"
#include "vstkit/preset.h"

#define TAKE_MAX_BLOCK 8192U

/** How to play a signal. */
typedef struct {
  HostSetup setup;
  uint32_t  block; ///< Frames; 0 = random lengths up to 1024
  uint32_t  seed;
  bool      in_place;
} Take;

/** Stereo, offline, double where the format carries it, 256 frames a block. */
Take
take_default(double sample_rate);

/** Choose double samples, where the format carries them, or float. */
void
take_set_double(Take* take, bool is_double);

KitAudio
take_silence(const Take* take, size_t n_frames);

/** A signal of `n_in` channels, every sample exact in float. */
KitAudio
take_signal(const Take* take, size_t n_frames, uint32_t seed);

/** kit_audio_cleanup() of each, up to a null. */
void
take_cleanup(KitAudio* first, ...);

/** A longer copy with silence at the end. */
KitAudio
take_extend(const KitAudio* in, size_t n_frames);

/** Round to float as plugins do, without denormals, if the take is float. */
void
take_round(const Take* take, KitAudio* audio);

/** Values [n_slots] of a plugin that was just made. */
void
take_opening(const KitEffect* effect, double* values);

/** What an instance makes of a signal in one block; `values` may be null: as a new plugin. */
KitAudio
take_truth(const KitEffect* effect, const double* values, const Take* take, const KitAudio* in,
           RigScore score);

/** What a plugin that runs makes of it. */
KitAudio
take_running(HostPlugin* plugin, const Take* take, const KitAudio* in, RigScore score);

/** Start, play, stop. */
KitAudio
take_play(HostPlugin* plugin, const Take* take, const KitAudio* in, RigScore score);

/** Same shape and bits; a note says where not. */
bool
take_equal(const KitAudio* want, const KitAudio* got);

/** Play a signal through the plugin as it stands, and through an instance at `values`: are they the same? */
bool
take_matches(HostPlugin* plugin, const double* values, const Take* take, size_t n_frames, RigScore score);

/** A value near `value` that passes through the format unchanged. */
double
take_carried(const KitParam* param, double value);

/** Random changes as the format carries them, one in every `every` frames.  Free with kit_free(). */
RigScore
take_score(const KitEffect* effect, size_t n_frames, uint32_t every, uint32_t seed);

/** Random values as a state can hold them, [n_slots].  Free with kit_free(). */
double*
take_values(const KitEffect* effect, uint32_t seed);

/** State of `values` as JSON.  Free with kit_free(). */
char*
take_state(const KitEffect* effect, const double* values, int bypassed);

/** Does every control show its value of `values`?  A note says which does not. */
bool
take_shows(const HostPlugin* plugin, const double* values);

/** Find a parameter and a value that change the latency; `values` [n_slots] become the defaults with it.
    @return false if there is none. */
bool
take_latency_change(const KitEffect* effect, double sample_rate, double* values, KitHostParam* param,
                    double* value);

/** Number of an effect's embedded presets. */
uint32_t
take_n_presets(const KitEffect* effect);

/** One of them, parsed.  Free with kit_preset_free(). */
KitPreset*
take_preset(const KitEffect* effect, uint32_t index);

/** Load `values` as a state; ends the program if it is refused. */
void
take_load(HostPlugin* plugin, const double* values);

#endif
