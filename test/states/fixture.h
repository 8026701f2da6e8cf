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

#include "directory.h"
#include "vstkit/direct.h"

#define FIXTURE_RATE   44100.0
#define FIXTURE_FRAMES 40000U   ///< Longer than any latency here
#define FIXTURE_BYPASS "bypass" ///< Key of the bypass switch in values.tsv

/** What a format does with states; each program has one.  One plugin at a time; `bail` ends the program. */
typedef struct {
  const char* name;     ///< "clap", as in values.tsv
  const char* file;     ///< Name of its state files
  bool        is_float; ///< Plays float samples only

  /** Load a module (a file or a folder); `id` becomes its plugin's name. */
  void (*module_open)(const char* path, const KitEffect* effect, char* id, size_t id_size);
  void (*module_close)(void);

  /** Make the plugin / free it. */
  void (*plugin_open)(void);
  void (*plugin_close)(void);

  /** Load what a state file holds.  @return false if it is refused. */
  bool (*load)(const char* text, size_t size);

  /** Set from a preset's JSON, for writing; null where its state files are just that, for `load`.
      @param values What the JSON says, [n_slots]. */
  void (*set)(const char* json, const double* values, bool bypassed);

  /** What a state file is to hold, free with kit_free(). */
  char* (*save)(size_t* size);

  /** The state inside of it, as JSON; free with kit_free(). */
  char* (*save_json)(size_t* size);

  /** Does the parameter that hosts know by `id` stand at `value`? */
  bool (*shows)(uint32_t id, const KitHostParam* param, double value);

  /** Start at #FIXTURE_RATE, stereo, offline; play all; stop. */
  void (*play)(const KitAudio* in, KitAudio* out);
} StateFormat;

extern const StateFormat state_format;

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

/** Print "Bail out! what" and end the program. */
_Noreturn void
fixture_bail(const char* what);

/** Read `folder`; anything missing or malformed ends the program. */
void
fixture_read(Fixture* fixture, const KitEffect* effect, const char* folder);

void
fixture_cleanup(Fixture* fixture);

/** Load it into a fresh plugin and report what came of it. */
void
fixture_check(const Fixture* fixture, const char* plugin_id);

/** Write the state of a preset to `folder`, and its values.tsv to standard output.
    @param args [n_args] preset name or "-", then KEY=TEXT or "bypass". */
void
fixture_write(const KitEffect* effect, const char* plugin_id, const char* folder, char** args, int n_args);

#endif
