// SPDX-License-Identifier: ISC
/**
   @file conform.h  What every format owes to hosts, checked once for all of them.

   Each file is a topic; all go through host.h.  What only one format has is
   tested in its own folder.
*/
#ifndef KIT_TEST_CONFORM_H
#define KIT_TEST_CONFORM_H

#include "take.h"

/** A module under test. */
#define CONFORM_NEIGHBOURS 15U

typedef struct {
  const KitEffect* effect;
  HostModule*      module;
  const char*      path;
  const char*      program;                        ///< Path of this test program
  HostModule*      neighbours[CONFORM_NEIGHBOURS]; ///< Other effects' modules
  uint32_t         n_neighbours;
} Subject;

static const RigScore no_score = {NULL, 0};

/** Make a plugin; ends the program if that fails. */
HostPlugin*
conform_open(HostModule* module);

/** Close it, and remember if anything was left of it. */
void
conform_close(HostPlugin* plugin);

/** Load `values` (null: nothing) into a fresh plugin: does it play as an instance at these values? */
bool
conform_plays(const Subject* subject, const double* values, const Take* take, size_t n_frames,
              RigScore score);

/** What a saved state of the plugin says: values [n_slots], and the bypass switch where that is asked for.
    @return false if it says no state. */
bool
conform_saved(HostPlugin* plugin, double* values, int* bypassed);

/** A plugin set to a sound of its own, so that a test sees what is lost.  Free both. */
HostPlugin*
conform_open_at(const Subject* subject, uint32_t seed, double** values);

/** The first parameter that takes effect without a new stream. */
KitHostParam
conform_live_param(const KitEffect* effect);

/** In a process of its own: load a state, play, write the sound and the state.  @return exit status. */
int
conform_child(const Subject* subject, char** paths);

void
check_params(const Subject* subject);

void
check_sound(const Subject* subject);

void
check_events(const Subject* subject);

void
check_presets(const Subject* subject);

void
check_state(const Subject* subject);

void
check_bad_states(const Subject* subject);

void
check_timing(const Subject* subject);

/** Last: the module is closed and opened meanwhile. */
void
check_many(Subject* subject);

void
check_hostile(const Subject* subject);

#endif
