// SPDX-License-Identifier: ISC
/**
   @file fixture.h  State files of published versions, loaded for ever after.

   `test/states/VERSION/EFFECT/NAME/` holds one state as each format's plugin wrote it
   (`state.clap`, `state.vst3`, `state.ttl`), and `values.tsv`: the plugin's name in each
   format, and one row a parameter with its key, its number in hosts (0 = not shown there)
   and its value.  scripts/write_states.py made them.
*/
#ifndef KIT_TEST_FIXTURE_H
#define KIT_TEST_FIXTURE_H

#include "host.h"

#define FIXTURE_RATE   44100.0
#define FIXTURE_FRAMES 40000U   ///< Longer than any latency here
#define FIXTURE_BYPASS "bypass" ///< Key of the bypass switch in values.tsv

typedef struct {
  const KitEffect* effect;
  char             name[256]; ///< VERSION/NAME
  char             id[256];   ///< The plugin's, in this format
  char*            state;
  size_t           size;
  uint32_t         n;
  char             keys[1024][64];
  uint32_t         ids[1024];
  double           values[1024]; ///< By row
} Fixture;

/** Read `folder`; anything missing or malformed ends the program. */
void
fixture_read(Fixture* fixture, const KitEffect* effect, const char* folder);

void
fixture_cleanup(Fixture* fixture);

/** Load it into a fresh plugin and report what came of it. */
void
fixture_check(const Fixture* fixture, HostModule* module);

/** Write the state of a preset to `folder`, and its values.tsv to standard output.
    @param args [n_args] preset name or "-", then KEY=TEXT or "bypass". */
void
fixture_write(const KitEffect* effect, HostModule* module, const char* folder, char** args, int n_args);

#endif
