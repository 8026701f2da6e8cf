// SPDX-License-Identifier: ISC
// What the context of a state means, and what is said of a state that is none
#include "subject.h"

#include "alloc.h"
#include "tap.h"

#include <string.h>

static void
set_bypass(const Subject* s, double on)
{
  ClapEvents list;
  clap_events_init(&list);
  clap_events_value(&list, 0, subject_id(s->effect, KIT_BYPASS_SLOT), on);
  clap_flush(&s->plugin, &list, false);
  clap_events_cleanup(&list);
}

static void
check_contexts(Subject* s)
{
  const KitClapPluginStateContext* const x      = s->plugin.state_context;
  const clap_plugin_t* const             p      = s->plugin.p;
  const clap_id                          bypass = subject_id(s->effect, KIT_BYPASS_SLOT);
  ClapText                               project;
  ClapText                               preset;
  clap_text_init(&project, 64);
  clap_text_init(&preset, 64);
  set_bypass(s, 1.0);
  const bool saved = x->save(p, &project.out, KIT_CLAP_STATE_FOR_PROJECT) &&
                     x->save(p, &preset.out, KIT_CLAP_STATE_FOR_PRESET);
  set_bypass(s, 0.0);
  tap_ok(saved && clap_load(&s->plugin, &preset) && clap_value(&s->plugin, bypass) == 0.0,
         "what is saved as a preset does not switch the bypass");
  project.at = 0;
  tap_ok(x->load(p, &project.in, KIT_CLAP_STATE_FOR_PRESET) && clap_value(&s->plugin, bypass) == 0.0,
         "nor does what is loaded as one");
  project.at = 0;
  tap_ok(x->load(p, &project.in, KIT_CLAP_STATE_FOR_DUPLICATE) && clap_value(&s->plugin, bypass) == 1.0,
         "a project or a copy does");
  project.at = 0;
  tap_ok(!x->load(p, &project.in, 0) && !x->load(p, &project.in, 9) && !x->save(p, &project.out, 9),
         "contexts that do not exist are refused");
  set_bypass(s, 0.0);
  clap_text_cleanup(&project);
  clap_text_cleanup(&preset);
}

static bool
is_refused(Subject* s, const char* data)
{
  ClapText text;
  clap_text_init(&text, 4096);
  clap_text_set(&text, data, strlen(data));
  const bool loaded    = clap_load(&s->plugin, &text);
  text.at              = 0;
  const bool as_preset = s->plugin.state_context->load(s->plugin.p, &text.in, KIT_CLAP_STATE_FOR_PRESET);
  clap_text_cleanup(&text);
  return !loaded && !as_preset;
}

static void
check_refusals(Subject* s)
{
  static const char* const bad[] = {"",  "null", "[]",         "7",      "\"state\"",
                                    "{", "{]",   "\xff\xfe{}", "<xml/>", "RIFF"};
  const clap_id            id    = subject_id(s->effect, 0);
  const double             value = clap_value(&s->plugin, id);
  bool                     all   = true;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    all = is_refused(s, bad[i]) && all;
  }
  tap_ok(all && atomic_load(&s->host.n_rescans) == 0 && clap_value(&s->plugin, id) == value,
         "what is no state is none as a preset, either");
  tap_ok(atomic_load(&s->host.n_logged) > 0 && s->host.text[0], "the reason is logged: %s", s->host.text);
  tap_ok(!s->plugin.state->save(s->plugin.p, NULL) && !s->plugin.state->load(s->plugin.p, NULL),
         "no stream is an error");
}

static void
check_rescan(Subject* s)
{
  ClapText text;
  clap_text_init(&text, 100);
  tap_ok(clap_save(&s->plugin, &text) && clap_load(&s->plugin, &text) &&
           atomic_load(&s->host.n_rescans) == 1 &&
           atomic_load(&s->host.rescan_flags) == CLAP_PARAM_RESCAN_VALUES,
         "a state that is loaded moves values, and nothing else");
  clap_text_cleanup(&text);
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_refusals(&s);
    check_rescan(&s);
    check_contexts(&s);
    subject_close(&s);
  }
  return tap_done();
}
