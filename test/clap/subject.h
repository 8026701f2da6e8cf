// SPDX-License-Identifier: ISC
/** @file subject.h  The module under test, and signals played through it and through a bare instance. */
#ifndef KIT_TEST_CLAP_SUBJECT_H
#define KIT_TEST_CLAP_SUBJECT_H

#include "clap_host.h"
#include "host_params.h"
#include "rig.h"
#include "vstkit/direct.h"

typedef struct {
  const char*      path;
  ClapModule       module;
  ClapHost         host;
  ClapPlugin       plugin;
  const KitEffect* effect; ///< What the module should hold
} Subject;

/** Load a module and open its plugin.  Where the effect cannot stream, says so and returns false. */
bool
subject_open(Subject* subject, const char* path);

/** Close it after checking that it kept to its threads and allocated nowhere it must not. */
void
subject_close(Subject* subject);

/** Close the plugin and open another. */
void
subject_renew(Subject* subject);

/** The effect whose plugin is called `clap_id`, or null. */
const KitEffect*
subject_effect(const char* clap_id);

/** Number of the host parameter at a slot, or of the bypass switch. */
clap_id
subject_id(const KitEffect* effect, uint32_t slot);

/** How to play a signal. */
typedef struct {
  double   sample_rate;
  uint32_t n_in;
  uint32_t n_out;
  bool     is_double;
  bool     in_place;
  bool     offline;
  uint32_t block; ///< Frames; 0 = random lengths up to 1024
  uint32_t seed;
} Take;

/** Stereo, double, offline, 256 frames a block. */
Take
take_default(double sample_rate);

/** A signal of `n_in` channels, every sample exact in float. */
KitAudio
take_signal(const Take* take, size_t n_frames, uint32_t seed);

/** What a bare instance makes of it, in one block; float if the take is.  `values` may be null: defaults. */
KitAudio
take_truth(const KitEffect* effect, const double* values, const Take* take, const KitAudio* in,
           RigScore score);

/** Round to float as the plugins do, with denormals as zero. */
void
take_round(KitAudio* audio);

/** What the plugin makes of it: choose the layout, start, play, stop. */
KitAudio
take_clap(const ClapPlugin* plugin, const KitEffect* effect, const Take* take, const KitAudio* in,
          RigScore score);

/** The same on a plugin that is started already. */
KitAudio
take_running(const ClapPlugin* plugin, const KitEffect* effect, const Take* take, const KitAudio* in,
             RigScore score);

/** Same shape, same samples. */
bool
take_equal(const KitAudio* a, const KitAudio* b);

/** take_clap() against take_truth(): are they the same, bit by bit? */
bool
take_matches(const Subject* subject, const double* values, const Take* take, size_t n_frames, RigScore score);

/** Random events, of modulation and bypass too, every `every` frames or so.  Free with kit_free(). */
RigScore
take_fuzz(const KitEffect* effect, size_t n_frames, uint32_t every, uint32_t seed);

#endif
