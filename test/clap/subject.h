// SPDX-License-Identifier: ISC
/** @file subject.h  The module under test. */
#ifndef KIT_TEST_CLAP_SUBJECT_H
#define KIT_TEST_CLAP_SUBJECT_H

#include "host_clap.h"
#include "take.h"

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

/** What the plugin, which runs, makes of a signal. */
KitAudio
subject_running(const Subject* subject, const Take* take, const KitAudio* in, RigScore score);

#endif
