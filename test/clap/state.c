// SPDX-License-Identifier: ISC
#include "subject.h"

#include "alloc.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/state.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_FRAMES 8000U

static const RigScore no_score = {NULL, 0};

// Move every parameter off its default
static void
stir(const Subject* s, uint32_t seed)
{
  RigScore   fuzz = take_fuzz(s->effect, 4000, 4, seed);
  ClapEvents list;
  clap_events_init(&list);
  for (uint32_t i = 0; i < fuzz.n_events; ++i) {
    if (fuzz.events[i].type == KIT_EVENT_VALUE) {
      clap_events_value(&list, 0, subject_id(s->effect, fuzz.events[i].slot), fuzz.events[i].value);
    }
  }
  clap_events_value(&list, 0, subject_id(s->effect, KIT_BYPASS_SLOT), 0.0);
  clap_flush(&s->plugin, &list, false);
  clap_events_cleanup(&list);
  kit_free((void*)fuzz.events);
}

static bool
same_values(const ClapPlugin* a, const ClapPlugin* b)
{
  const uint32_t n = a->params->count(a->p);
  for (uint32_t i = 0; i < n; ++i) {
    clap_param_info_t info;
    a->params->get_info(a->p, i, &info);
    if (clap_value(a, info.id) != clap_value(b, info.id)) {
      tap_note("%s: %.17g against %.17g", info.name, clap_value(a, info.id), clap_value(b, info.id));
      return false;
    }
  }
  return true;
}

static void
check_streams(Subject* s)
{
  static const size_t chunks[] = {1, 0, 3, 1U << 20U};
  stir(s, 3);
  for (uint32_t i = 0; i < 4; ++i) {
    ClapHost   host;
    ClapPlugin other;
    ClapText   text;
    clap_host_init(&host);
    clap_text_init(&text, chunks[i]);
    clap_open(&other, &host, &s->module);
    const bool done = clap_save(&s->plugin, &text) && clap_load(&other, &text);
    tap_ok(done && same_values(&s->plugin, &other), "a state passes through a stream of %zu bytes a call",
           chunks[i]);
    tap_ok(atomic_load(&host.n_rescans) == 1 && atomic_load(&host.rescan_flags) == CLAP_PARAM_RESCAN_VALUES,
           "and the host is told once that values moved");
    clap_close(&other);
    clap_text_cleanup(&text);
  }
}

static void
check_broken_streams(Subject* s)
{
  ClapText text;
  clap_text_init(&text, 16);
  clap_save(&s->plugin, &text);
  const size_t size = text.size;
  bool         told = true;
  for (size_t at = 0; at < size; at += 1U + size / 50U) {
    text.fail_at = at;
    told         = told && !clap_save(&s->plugin, &text);
  }
  tap_ok(told && !s->plugin.state->save(s->plugin.p, NULL), "a stream that cannot be written to is told of");
  text.fail_at = SIZE_MAX;
  clap_save(&s->plugin, &text);
  told = true;
  for (size_t at = 0; at < size; at += 1U + size / 50U) {
    text.fail_at = at;
    told         = told && !clap_load(&s->plugin, &text);
  }
  tap_ok(told && !s->plugin.state->load(s->plugin.p, NULL), "so is one that cannot be read");
  clap_text_cleanup(&text);
}

/** Load a text that must be refused, and see that nothing moved. */
static bool
refused(Subject* s, const ClapPlugin* before, const char* data, size_t size)
{
  ClapText text;
  clap_text_init(&text, 4096);
  clap_text_set(&text, data, size);
  const uint32_t rescans = atomic_load(&s->host.n_rescans);
  const bool     loaded  = clap_load(&s->plugin, &text);
  text.at                = 0;
  const bool as_preset   = s->plugin.state_context->load(s->plugin.p, &text.in, KIT_CLAP_STATE_FOR_PRESET);
  clap_text_cleanup(&text);
  return !loaded && !as_preset && atomic_load(&s->host.n_rescans) == rescans &&
         same_values(&s->plugin, before);
}

static bool
foreign_refused(Subject* s, const ClapPlugin* before)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  bool                          all     = true;
  for (uint32_t i = 0; i < n; ++i) {
    KitInstance* const other = kit_instance_new(effects[i]);
    char* const        state = other ? kit_state_save(other, NULL) : NULL;
    if (state && effects[i] != s->effect && !refused(s, before, state, strlen(state))) {
      tap_note("took the state of %s", effects[i]->name);
      all = false;
    }
    kit_free(state);
    kit_instance_free(other);
  }
  return all;
}

static bool
truncated_refused(Subject* s, const ClapPlugin* before)
{
  ClapText text;
  clap_text_init(&text, 4096);
  clap_save(&s->plugin, &text);
  bool all = true;
  for (size_t size = 1; size + 2U < text.size; size += 1U + text.size / 200U) {
    all = refused(s, before, text.data, size) && all;
  }
  clap_text_cleanup(&text);
  return all;
}

static void
check_bad_states(Subject* s)
{
  static const char* const bad[] = {"null", "[]",         "7",      "\"state\"", "{",
                                    "{]",   "\xff\xfe{}", "<xml/>", "RIFF"};
  ClapHost                 host;
  ClapPlugin               before;
  ClapText                 text;
  clap_host_init(&host);
  clap_text_init(&text, 100);
  clap_open(&before, &host, &s->module);
  stir(s, 4);
  clap_save(&s->plugin, &text);
  clap_load(&before, &text);

  bool all = refused(s, &before, "", 0);
  tap_ok(all, "an empty state is refused");
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    all = refused(s, &before, bad[i], strlen(bad[i])) && all;
  }
  tap_ok(all, "so is what is no state");
  char* const endless = (char*)kit_calloc(3U << 20U, 1);
  memset(endless, ' ', 3U << 20U);
  tap_ok(refused(s, &before, endless, 3U << 20U), "so are three megabytes of nothing");
  kit_free(endless);
  tap_ok(truncated_refused(s, &before), "so is a state cut short");
  tap_ok(foreign_refused(s, &before), "so is another plugin's");
  tap_ok(atomic_load(&s->host.n_logged) > 0 && s->host.text[0], "the reason is logged: %s", s->host.text);
  clap_close(&before);
  clap_text_cleanup(&text);
}

// Whatever a damaged state does, it is all or nothing, and what is taken is legal
static void
check_damaged_states(Subject* s)
{
  ClapText good;
  ClapText text;
  KitRng   rng;
  uint32_t n_taken = 0;
  bool     legal   = true;
  kit_rng_init(&rng, 11);
  clap_text_init(&good, 4096);
  clap_text_init(&text, 4096);
  clap_save(&s->plugin, &good);
  for (uint32_t round = 0; round < 300; ++round) {
    clap_text_set(&text, good.data, good.size);
    for (uint32_t k = 0; k <= round % 4U; ++k) {
      text.data[kit_rng_next32(&rng) % text.size] = (char)kit_rng_next32(&rng);
    }
    n_taken += clap_load(&s->plugin, &text);
    for (uint32_t i = 0; i < s->plugin.params->count(s->plugin.p); ++i) {
      clap_param_info_t info;
      s->plugin.params->get_info(s->plugin.p, i, &info);
      const double value = clap_value(&s->plugin, info.id);
      legal              = legal && value >= info.min_value && value <= info.max_value;
    }
  }
  tap_ok(legal, "damaged states leave legal values (%u of 300 could be read)", n_taken);
  tap_ok(clap_load(&s->plugin, &good), "and the good state still loads");
  clap_text_cleanup(&good);
  clap_text_cleanup(&text);
}

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

/** In a fresh process: load the state in a file and write what the plugin then makes of the test signal. */
static int
render_state(const char* module, const char* state_path, const char* out_path)
{
  Subject  s;
  ClapText text;
  char     data[65536];
  FILE*    file = fopen(state_path, "rb");
  if (!file || !subject_open(&s, module)) {
    return 1;
  }
  const size_t size = fread(data, 1, sizeof(data), file);
  fclose(file);
  clap_text_init(&text, 100);
  clap_text_set(&text, data, size);
  const bool loaded = clap_load(&s.plugin, &text);
  const Take take   = take_default(44100.0);
  KitAudio   in     = take_signal(&take, N_FRAMES, 9);
  KitAudio   out    = take_clap(&s.plugin, s.effect, &take, &in, no_score);
  file              = fopen(out_path, "wb");
  bool done         = loaded && file;
  for (uint32_t c = 0; done && c < 2; ++c) {
    done = fwrite(out.channels[c], sizeof(double), N_FRAMES, file) == N_FRAMES;
  }
  done = file && !fclose(file) && done;
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  clap_text_cleanup(&text);
  subject_close(&s);
  return done ? 0 : 1;
}

static bool
write_state(const Subject* s, const char* path)
{
  ClapText text;
  clap_text_init(&text, 4096);
  FILE* const file = fopen(path, "wb");
  bool done = file && clap_save(&s->plugin, &text) && fwrite(text.data, 1, text.size, file) == text.size;
  done      = file && !fclose(file) && done;
  clap_text_cleanup(&text);
  return done;
}

static bool
equals_file(const KitAudio* audio, const char* path)
{
  static double samples[2][N_FRAMES];
  FILE* const   file = fopen(path, "rb");
  const bool    read = file && fread(samples, sizeof(double), 2UL * N_FRAMES, file) == 2UL * N_FRAMES;
  if (file) {
    fclose(file);
  }
  return read && !memcmp(samples[0], audio->channels[0], sizeof(samples[0])) &&
         !memcmp(samples[1], audio->channels[1], sizeof(samples[1]));
}

static bool
render_elsewhere(const char* self, const char* module, const char* state_path, const char* out_path)
{
  int         status = -1;
  const pid_t child  = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stdout)) {
      execl(self, self, "--render", module, state_path, out_path, (char*)NULL);
    }
    _exit(2);
  }
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void
check_fresh_process(Subject* s, const char* self)
{
  if (!scratch_open()) {
    tap_ok(false, "a scratch folder");
    return;
  }
  const char* const state_path = scratch_path("state");
  const char* const out_path   = scratch_path("out");
  for (uint32_t seed = 20; seed < 23; ++seed) {
    subject_renew(s);
    stir(s, seed);
    const bool there = write_state(s, state_path) && render_elsewhere(self, s->path, state_path, out_path);
    const Take take  = take_default(44100.0);
    KitAudio   in    = take_signal(&take, N_FRAMES, 9);
    KitAudio   here  = take_clap(&s->plugin, s->effect, &take, &in, no_score);
    tap_ok(there && equals_file(&here, out_path), "in a fresh process the state sounds the same, bit by bit");
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&here);
  }
  scratch_close();
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 5 && !strcmp(argv[1], "--render")) {
    return render_state(argv[2], argv[3], argv[4]);
  }
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_streams(&s);
    check_broken_streams(&s);
    check_bad_states(&s);
    check_damaged_states(&s);
    check_contexts(&s);
    check_fresh_process(&s, argv[0]);
    subject_close(&s);
  }
  return tap_done();
}
