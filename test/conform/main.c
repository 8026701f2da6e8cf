// SPDX-License-Identifier: ISC
// PROGRAM ID MODULE [ID MODULE]…: a module, beside others
#include "conform.h"

#include "guard.h"
#include "scratch.h"
#include "tap.h"

#include <string.h>

extern const KitEffect probe_effect;

static const KitEffect*
find_effect(const char* id)
{
  const KitEffect* const effect = strcmp(id, "probe") ? kit_effect_find(id) : &probe_effect;
  host_require(effect, "an effect that this program does not know");
  return effect;
}

static HostModule*
open_module(const char* path, const KitEffect* effect)
{
  HostModule* const module = host_format.module_open(path, effect);
  host_require(module, path);
  return module;
}

static void
check_all(Subject* subject)
{
  check_params(subject);
  check_sound(subject);
  check_events(subject);
  check_presets(subject);
  check_state(subject);
  check_bad_states(subject);
  check_timing(subject);
  check_hostile(subject);
  check_many(subject);
}

static void
run_suite(Subject* subject)
{
  rt_guard_clear();
  if (subject->effect->stream_new) {
    check_all(subject);
  } else {
    HostPlugin* const plugin = host_format.open(subject->module);
    if (plugin) {
      conform_close(plugin);
      check_params(subject);
      check_bad_states(subject);
    }
    tap_skip("%s renders whole files only", subject->effect->name);
  }
  if (rt_guard_works()) {
    rt_guard_print();
    tap_ok(rt_guard_count() == 0, "nothing allocates, locks or calls the system on the audio thread");
  }
}

int
main(int argc, char** argv)
{
  const bool is_child = argc == 7 && !strcmp(argv[1], "--render");
  if (!is_child && (argc < 3 || (uint32_t)argc > 3U + 2U * CONFORM_NEIGHBOURS || argc % 2 == 0)) {
    return 2;
  }
  char** const args    = argv + is_child;
  Subject      subject = {.effect = find_effect(args[1]), .path = args[2], .program = argv[0]};
  subject.module       = open_module(subject.path, subject.effect);
  if (is_child) {
    const int status = conform_child(&subject, args + 3);
    host_format.module_close(subject.module);
    return status;
  }
  for (int i = 3; i < argc; i += 2) {
    subject.neighbours[subject.n_neighbours++] = open_module(argv[i + 1], find_effect(argv[i]));
  }
  if (!scratch_open()) {
    return 2;
  }
  run_suite(&subject);
  scratch_close();
  while (subject.n_neighbours) {
    host_format.module_close(subject.neighbours[--subject.n_neighbours]);
  }
  host_format.module_close(subject.module);
  return tap_done();
}
