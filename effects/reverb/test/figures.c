// SPDX-License-Identifier: ISC
// What is derived from the parameters: figures against closed forms and against what an impulse does, and
// parameters solved for a wanted RT60 and size.

#include "kit.h"

#include "decay.h"
#include "messages.h"
#include "tap.h"
#include "vstkit/analyze.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 44100.0

static Messages messages;

static const KitFigure*
figure(const double* values, const char* key)
{
  static KitFigure figures[KIT_MAX_FIGURES];
  const uint32_t   n = reverb_effect.figures(values, RATE, figures, KIT_MAX_FIGURES);
  for (uint32_t i = 0; i < n; ++i) {
    if (!strcmp(figures[i].key, key)) {
      return &figures[i];
    }
  }
  static const KitFigure none = {.value = (double)NAN, .text = ""};
  tap_ok(false, "there is a figure %s", key);
  return &none;
}

static double
db(double gain)
{
  return 20.0 * log10(gain);
}

/** Eight equal lines of 4410 samples without damping. */
static void
set_plain(double* values)
{
  test_defaults(values);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DELAY_TIMES + i]    = 4409.0; // The loop adds one
    values[REVERB_DAMPING_COEFFS + i] = 0.0;
  }
  values[REVERB_PRE_DELAY]     = 882.0;
  values[REVERB_FEEDBACK_GAIN] = 0.5;
}

static void
check_closed_forms(void)
{
  double values[REVERB_N_SLOTS];
  set_plain(values);
  tap_near(figure(values, "pre_delay")->value, 20.0, 1e-12, "pre-delay in ms");
  tap_near(figure(values, "mean_free_path_ms")->value, 100.0, 1e-9, "mean free path in ms");
  tap_near(figure(values, "mean_free_path_m")->value, 34.3, 1e-9, "and in metres");
  tap_near(figure(values, "loop_gain")->value, db(0.5), 1e-9, "loop gain");
  tap_near(figure(values, "rt60")->value, 0.1 * 60.0 / -db(0.5), 1e-9, "RT60: 60 dB at that gain per pass");
  tap_near(figure(values, "echo_density")->value, 640.0, 1e-9,
           "echo density: 8 lines, each 10 times a second, split into 8 once");
  tap_near(figure(values, "modal_density")->value, 0.8, 1e-12, "modal density: 8 lines of 0.1 s");
  values[REVERB_MATRIX_TYPE] = REVERB_DIAGONAL;
  tap_near(figure(values, "echo_density")->value, 80.0, 1e-9, "which a diagonal matrix does not split");

  // A coefficient of 0.6 in half of the lines: the mean is taken in dB
  for (uint32_t i = 0; i < REVERB_NODES; i += 2U) {
    values[REVERB_DAMPING_COEFFS + i] = 0.6;
  }
  const double w     = 2.0 * M_PI * 4000.0 / RATE;
  const double damps = db(0.4 / sqrt(1.0 - 1.2 * cos(w) + 0.36)) / 2.0;
  const double got   = figure(values, "loop_gain_4k")->value;
  tap_near(got, db(0.5) + damps, 0.005, "loop gain at 4 kHz, with damping (and a trace of DC blocker)");
  tap_near(figure(values, "rt60_4k")->value, 0.1 * 60.0 / -got, 1e-9, "RT60 at 4 kHz follows from it");
}

typedef struct {
  double      feedback;
  double      saturation;
  const char* text;
} Case;

/** What a verdict says is what a render does. */
static void
check_verdict(const Case* c)
{
  double values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_WET_DRY]       = 1.0;
  values[REVERB_FEEDBACK_GAIN] = c->feedback;
  values[REVERB_SATURATION]    = c->saturation;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DAMPING_COEFFS + i] = 0.0;
  }
  const char* const text = figure(values, "loop_gain")->text;
  tap_ok(text && !strncmp(text, c->text, strlen(c->text)), "feedback %g, saturation %g: %s", c->feedback,
         c->saturation, text ? text : "(no verdict)");

  KitAudio        in    = test_signal(RATE, 1U, 441000U, 4U);
  KitAudio        out   = test_silence(RATE, 2U, in.n_frames);
  const KitStatus st    = test_render(reverb_effect.render, values, &in, &out, NULL);
  const double*   x     = out.channels[0];
  double          early = 0.0;
  double          late  = 0.0;
  for (size_t i = 0; i < 44100U; ++i) {
    early += x[6U * 44100U + i] * x[6U * 44100U + i] / 44100.0;
    late += x[9U * 44100U + i] * x[9U * 44100U + i] / 44100.0;
  }
  const double change  = 10.0 * log10(late / early);
  const bool   runs    = st == KIT_ERR_UNSTABLE;
  const bool   as_told = !strcmp(c->text, "decays")     ? !st && change < -20.0
                         : !strcmp(c->text, "sustains") ? !st && fabs(change) < 3.0
                         : strstr(c->text, "held")      ? !st && fabs(change) < 3.0 && test_peak(&out) < 30.0
                                                        : runs;
  tap_ok(as_told, "and so it does (%s, %.1f dB in 3 s)", runs ? "refused" : "rendered", runs ? 0.0 : change);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static KitImpulseAnalysis
measure(const double* values)
{
  const KitImpulseOptions options = {.effect      = &reverb_effect,
                                     .values      = values,
                                     .sample_rate = RATE,
                                     .n_channels  = 1,
                                     .max_s       = 30.0,
                                     .wet_only    = true};
  KitImpulseAnalysis      analysis;
  KitAudio                response = {0};
  if (kit_render_impulse(&options, &response) || kit_analyze_impulse(&response, &analysis)) {
    exit(1);
  }
  kit_audio_cleanup(&response);
  return analysis;
}

/** Solve for an RT60, and hear whether it is that. */
static void
check_rt60(ReverbMatrixType type, const char* text, double rt60_s)
{
  static const char* const keys[] = {"rt60_250", "rt60_500", "rt60_1k", "rt60_2k"};
  double                   values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_MATRIX_TYPE] = type;
  tap_ok(!reverb_effect.solve(values, "rt60", text, NULL), "rt60=%s can be solved", text);
  double d = 0.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    d += (values[REVERB_DELAY_TIMES + i] + 1.0) / REVERB_NODES;
  }
  tap_near(values[REVERB_FEEDBACK_GAIN], pow(10.0, -3.0 * d / (rt60_s * RATE)), 1e-12, "the gain's formula");
  tap_near(figure(values, "rt60")->value, rt60_s, 1e-9, "the figure is what was asked for");

  const KitImpulseAnalysis found = measure(values);
  for (uint32_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    const double want = figure(values, keys[i])->value;
    tap_near(found.octaves[2U + i].rt60_s, want, 0.12 * want, "%s, matrix %u, %s: measured", text, type,
             keys[i]);
  }
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DAMPING_COEFFS + i] = 0.0;
  }
  tap_near(measure(values).broadband.rt60_s, rt60_s, 0.05 * rt60_s, "%s, matrix %u: measured without damping",
           text, type);
}

static void
check_custom(void)
{
  double values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_MATRIX_TYPE] = REVERB_CUSTOM;
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    values[REVERB_MATRIX_CUSTOM + i] = 0.5 * ((i % (REVERB_NODES + 1U) ? 0.0 : 1.0) - 0.25);
  }
  tap_near(figure(values, "matrix_misfit")->value, 0.75, 1e-12, "half of an orthogonal matrix is off by 3/4");
  tap_near(figure(values, "loop_gain")->value, db(0.85 * 0.5), 1e-6, "and halves the loop's gain");
  messages_init(&messages);
  reverb_effect.check(values, RATE, &messages.log);
  tap_ok(messages_have(&messages, "not orthogonal") && messages_have(&messages, "0.75") &&
           messages_have(&messages, "loses about 6.0 dB per pass") && messages_have(&messages, "loop decays"),
         "which a check explains: %.400s", messages.text);

  tap_ok(!reverb_effect.solve(values, "rt60", "2", NULL), "RT60 can be solved all the same");
  tap_near(figure(values, "rt60")->value, 2.0, 1e-6, "with twice the gain (%g)",
           values[REVERB_FEEDBACK_GAIN]);
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    values[REVERB_MATRIX_CUSTOM + i] *= 4.0;
  }
  messages_init(&messages);
  reverb_effect.check(values, RATE, &messages.log);
  tap_ok(messages_have(&messages, "grows without bound") && messages.n_warnings == 2U,
         "a check warns of a matrix that makes the loop grow");
}

static void
check_refused(double* values, const char* key, const char* text, KitStatus want)
{
  double before[REVERB_N_SLOTS];
  memcpy(before, values, sizeof(before));
  messages_init(&messages);
  const KitStatus st = reverb_effect.solve(values, key, text, &messages.log);
  tap_ok(st == want && !memcmp(before, values, sizeof(before)) &&
           (st == KIT_ERR_NOT_FOUND || messages.n_errors),
         "%s=%s is refused: %.200s", key, text, messages.text);
}

static void
check_refusals(void)
{
  static const char* const bad[] = {"0", "-1", "soon", "", "nan", "inf", "2.4x"};
  double                   values[REVERB_N_SLOTS];
  test_defaults(values);
  for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    check_refused(values, "rt60", bad[i], KIT_ERR_BAD_VALUE);
    check_refused(values, "size", bad[i], KIT_ERR_BAD_VALUE);
  }
  check_refused(values, "rt6", "2", KIT_ERR_NOT_FOUND);
  values[REVERB_MATRIX_TYPE] = REVERB_ZERO;
  check_refused(values, "rt60", "2", KIT_ERR_BAD_VALUE);
}

static void
check_size(void)
{
  double values[REVERB_N_SLOTS];
  double was[REVERB_N_SLOTS];
  test_defaults(values);
  memcpy(was, values, sizeof(was));
  messages_init(&messages);
  tap_ok(!reverb_effect.solve(values, "size", "1.3", &messages.log) && !messages.n_warnings,
         "size=1.3 is taken");
  bool scaled = true;
  for (uint32_t s = 0; s < REVERB_N_SLOTS; ++s) {
    const bool is_line = s >= REVERB_DELAY_TIMES && s < REVERB_DELAY_TIMES + REVERB_NODES;
    scaled             = scaled && values[s] == (is_line ? rint(was[s] * 1.3) : was[s]);
  }
  tap_ok(scaled, "it scales the lines, and nothing else");
  tap_ok(!reverb_effect.solve(values, "size", "100", &messages.log) && messages.n_warnings == REVERB_NODES &&
           messages_have(&messages, "delay_times.8"),
         "lines that would be too long are cut, with a warning each");
}

int
main(void)
{
  static const Case cases[] = {{0.8, 0.0, "decays"},
                               {1.0, 0.0, "sustains"},
                               {1.3, 0.8, "grows, held by saturation"},
                               {1.3, 0.0, "grows without bound"}};
  check_closed_forms();
  for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    check_verdict(&cases[i]);
  }
  check_rt60(REVERB_HOUSEHOLDER, "2.4", 2.4);
  check_rt60(REVERB_HADAMARD, "800 ms", 0.8);
  check_rt60(REVERB_RANDOM_ORTHOGONAL, "6 s", 6.0);
  check_custom();
  check_refusals();
  check_size();
  return tap_done();
}
