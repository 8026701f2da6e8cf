// SPDX-License-Identifier: ISC
// test_vst3 ID BUNDLE: the module of one effect, looked at from a host's side
#include "checks.h"

#include "tap.h"

#include <string.h>

extern const KitEffect probe_effect;

static void
check_all(const Subject* subject)
{
  check_factory(subject);
  check_parameters(subject);
  check_programs(subject);
  if (subject->effect->stream_new) {
    check_process(subject);
    check_latency(subject);
    check_edits(subject);
    check_promises(subject);
  } else {
    tap_skip("%s: it has no stream to play through", subject->effect->id);
  }
  check_state(subject);
  check_hostile(subject);
}

int
main(int argc, char** argv)
{
  if (argc != 3) {
    return 2;
  }
  Subject subject = {
    .effect = strcmp(argv[1], "probe") ? kit_effect_find(argv[1]) : &probe_effect,
    .bundle = argv[2],
  };
  if (!subject.effect || !vst3_module_open(&subject.module, subject.bundle)) {
    return 2;
  }
  check_all(&subject);
  vst3_module_close(&subject.module);
  check_module(&subject);
  return tap_done();
}
