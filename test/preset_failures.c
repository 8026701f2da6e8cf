// SPDX-License-Identifier: ISC
// Presets without memory, without disk, and saved by many at once

#include "alloc.h"
#include "file.h"
#include "messages.h"
#include "probe_effect.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/preset.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define N_THREADS 4
#define N_SAVES   100

static Messages messages;

static void*
json_malloc(size_t size)
{
  return kit_calloc(1, size);
}

static bool
deny(void* handle, size_t bytes)
{
  (void)bytes;
  unsigned* const left = (unsigned*)handle;
  *left -= *left > 0U;
  return *left > 0U;
}

static const char good[] =
  "{\"level\": 0.25, \"shape\": \"circle\", \"times\": [1, 2, 3], \"matrix\": [[1, 0.5], [0, 1]],\n"
  " \"mine\": {\"a\": [true, null, \"\\u00e4\"]}, \"_meta\": {\"name\": \"x\"}, \"volume\": 3}";

static KitStatus
do_parse(KitPreset* preset)
{
  return kit_preset_parse(preset, "text", good, sizeof(good) - 1U, &messages.log);
}

static KitStatus
do_write(KitPreset* preset)
{
  char* const text = kit_preset_to_json(preset);
  kit_free(text);
  return text ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
do_save(KitPreset* preset)
{
  return kit_preset_save_file(preset, scratch_path("saved.json"), &messages.log);
}

static KitStatus
do_load(KitPreset* preset)
{
  return kit_preset_load_file(preset, scratch_path("good.json"), &messages.log);
}

static KitStatus
do_find(KitPreset* preset)
{
  return kit_preset_load(preset, "quiet", &messages.log);
}

static KitStatus
do_miss(KitPreset* preset)
{
  const KitStatus st = kit_preset_load(preset, "quite", &messages.log);
  return st == KIT_ERR_NOT_FOUND ? KIT_SUCCESS : st;
}

static KitStatus
do_set_array(KitPreset* preset)
{
  return kit_preset_set_text(preset, "times", "5,6,7,8", &messages.log);
}

static KitStatus
do_solve(KitPreset* preset)
{
  return kit_preset_set_text(preset, "loudness", "0.75", &messages.log);
}

static KitStatus
do_meta(KitPreset* preset)
{
  char* const text = kit_preset_meta_json(preset);
  kit_free(text);
  return text ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
do_new(KitPreset* preset)
{
  (void)preset;
  KitPreset* const fresh = kit_preset_new(&probe_effect);
  kit_preset_free(fresh);
  return fresh ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

/** Deny each allocation in turn until `action` succeeds; meanwhile nothing may change. */
static void
check_without_memory(const char* name, KitStatus (*action)(KitPreset*))
{
  KitPreset* const preset      = kit_preset_new(&probe_effect);
  bool             clean       = !do_parse(preset);
  kit_preset_values(preset)[0] = 0.125;
  char* const was              = kit_preset_to_json(preset);
  KitStatus   st               = KIT_ERR_NO_MEMORY;
  unsigned    n                = 0;
  for (; st && clean && n < 2000U; ++n) {
    unsigned left = n + 1U;
    kit_alloc_set_hook(deny, &left);
    st = action(preset);
    kit_alloc_set_hook(NULL, NULL);
    char* const is = kit_preset_to_json(preset);
    // Jansson takes a denied text for an invalid token, at times
    clean = !st || ((st == KIT_ERR_NO_MEMORY || st == KIT_ERR_BAD_DATA) && !strcmp(was, is));
    kit_free(is);
  }
  tap_ok(clean && !st, "%s: each of %u allocations may fail", name, n - 1U);
  kit_free(was);
  kit_preset_free(preset);
}

static void
test_no_memory(void)
{
  json_set_alloc_funcs(json_malloc, kit_free);
  setenv("XDG_DATA_HOME", scratch_path("data"), 1);
  kit_file_write(scratch_path("good.json"), good, sizeof(good) - 1U, NULL);
  check_without_memory("new", do_new);
  check_without_memory("parse", do_parse);
  check_without_memory("write", do_write);
  check_without_memory("save", do_save);
  check_without_memory("load a file", do_load);
  check_without_memory("load by name", do_find);
  check_without_memory("load what is absent", do_miss);
  check_without_memory("set an array", do_set_array);
  check_without_memory("solve", do_solve);
  check_without_memory("metadata", do_meta);
}

static bool
is_intact(const char* path, double level)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  const bool intact = !kit_preset_load_file(preset, path, NULL) && kit_preset_values(preset)[0] == level;
  kit_preset_free(preset);
  return intact;
}

static bool
is_clean(void)
{
  return !system("test -z \"$(find \"$KIT_SCRATCH\" -name '*.tmp')\"");
}

static void
test_full_disk(void)
{
  const struct rlimit little = {100, RLIM_INFINITY};
  const struct rlimit all    = {RLIM_INFINITY, RLIM_INFINITY};
  char                path[2048];
  KitPreset* const    preset = kit_preset_new(&probe_effect);
  snprintf(path, sizeof(path), "%s", scratch_path("kept.json"));
  kit_preset_values(preset)[0] = 0.75;
  tap_ok(!kit_preset_save_file(preset, path, NULL) && is_intact(path, 0.75), "a preset is saved");

  kit_preset_values(preset)[0] = 0.25;
  messages_init(&messages);
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &little);
  const KitStatus st = kit_preset_save_file(preset, path, &messages.log);
  setrlimit(RLIMIT_FSIZE, &all);
  tap_ok(st == KIT_ERR_IO && messages_have(&messages, "kept.json: cannot write: "), "a full disk is told");
  tap_ok(is_intact(path, 0.75) && is_clean(), "the old preset is intact");
  tap_ok(kit_preset_save_file(preset, scratch_path("."), &messages.log) == KIT_ERR_IO,
         "a folder is no target");
  tap_ok(kit_preset_save_file(preset, scratch_path("no/x.json"), &messages.log) == KIT_ERR_IO,
         "nor a missing folder");
  kit_preset_free(preset);
}

typedef struct {
  double level;
  bool   ok;
} Saver;

static char shared_path[2048];

static void*
save_often(void* handle)
{
  Saver* const     saver       = (Saver*)handle;
  KitPreset* const preset      = kit_preset_new(&probe_effect);
  kit_preset_values(preset)[0] = saver->level;
  for (int i = 0; i < N_SAVES; ++i) {
    saver->ok = !kit_preset_save_file(preset, shared_path, NULL) && saver->ok;
  }
  kit_preset_free(preset);
  return NULL;
}

/** What is there is always one whole preset. */
static bool
is_one_of_them(void)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  const bool       loaded = !kit_preset_load_file(preset, shared_path, NULL);
  const double     level  = kit_preset_values(preset)[0];
  kit_preset_free(preset);
  return loaded && (level == 0.0 || level == 0.25 || level == 0.5 || level == 0.75);
}

static void
test_concurrent_saves(void)
{
  pthread_t threads[N_THREADS];
  Saver     savers[N_THREADS];
  bool      whole = true;
  snprintf(shared_path, sizeof(shared_path), "%s", scratch_path("shared.json"));
  kit_file_write(shared_path, "{\"level\": 0}", 12, NULL);
  for (int i = 0; i < N_THREADS; ++i) {
    savers[i] = (Saver){i / 4.0, true};
    pthread_create(&threads[i], NULL, save_often, &savers[i]);
  }
  for (int i = 0; i < 200; ++i) {
    whole = is_one_of_them() && whole;
  }
  for (int i = 0; i < N_THREADS; ++i) {
    pthread_join(threads[i], NULL);
    whole = savers[i].ok && whole;
  }
  tap_ok(whole && is_one_of_them(), "%d threads save to one file, which is whole at any time", N_THREADS);
  tap_ok(is_clean(), "nothing is left over");
}

int
main(void)
{
  if (!scratch_open()) {
    return 1;
  }
  messages_init(&messages);
  test_no_memory();
  test_full_disk();
  test_concurrent_saves();
  scratch_close();
  return tap_done();
}
