// SPDX-License-Identifier: ISC
#include "canvas.h"
#include "tap.h"

#include "reverb/view_state.h"
#include "rng.h"
#include "views.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

static const KitEffect* effect;
static const KitView*   view;

static double
figure(const double* values, double rate, const char* key)
{
  KitFigure      figures[KIT_MAX_FIGURES];
  const uint32_t n = effect->figures(values, rate, figures, KIT_MAX_FIGURES);
  for (uint32_t i = 0; i < n; ++i) {
    if (!strcmp(figures[i].key, key)) {
      return figures[i].value;
    }
  }
  return (double)NAN;
}

static KitViewData
data_of(const double* values, double rate)
{
  return (KitViewData){.effect = effect, .values = values, .sample_rate = rate};
}

static void
draw_values(uint32_t seed, double* values)
{
  KitRng rng;
  kit_rng_init(&rng, seed);
  kit_params_defaults(effect->table, values);
  for (uint32_t slot = 0; slot < REVERB_N_SLOTS; ++slot) {
    KitParamRef ref;
    kit_params_at_slot(effect->table, slot, &ref);
    if (kit_rng_uniform(&rng) < 0.4) {
      values[slot] = kit_param_clamp_hard(ref.param, ref.param->min + kit_rng_uniform(&rng) *
                                                                        (ref.param->max - ref.param->min));
    }
  }
}

static void
check_figures(void)
{
  static const char* const rt60[]  = {"rt60_63", "rt60_125", "rt60_250", "rt60_500", "rt60_1k",
                                      "rt60_2k", "rt60_4k",  "rt60_8k",  "rt60_16k"};
  static const double      rates[] = {8000.0, 44100.0, 192000.0};
  double                   values[REVERB_N_SLOTS];
  tap_begin_trial();
  for (uint32_t seed = 1; seed <= 60U; ++seed) {
    ReverbPicture* const p    = (ReverbPicture*)view->open(effect);
    const double         rate = rates[seed % 3U];
    draw_values(seed, values);
    const KitViewData data = data_of(values, rate);
    tap_ok(view->tick(p, &data), "new values move the picture");
    tap_ok(!view->tick(p, &data), "the same do not");
    for (uint32_t i = 0; i < p->n_octaves; ++i) {
      const double want = figure(values, rate, rt60[i]);
      tap_ok(p->octaves[i].rt60_s == want, "seed %u: %s is the figure", seed, rt60[i]);
      if (isfinite(want) && want > 0.0) {
        tap_near(reverb_view_level(p, i, p->first_s + want), -60.0, 1e-6,
                 "seed %u: its line is there at -60 dB", seed);
      }
    }
    tap_ok(p->n_octaves >= 6U && p->n_octaves <= REVERB_VIEW_OCTAVES,
           "as many octaves as there are below %g Hz", rate);
    view->close(p);
  }
  tap_ok(!tap_end_trial(), "RT60 by octave and the lines are the effect's figures, 60 seeds at three rates");
}

static void
check_gauge(void)
{
  const double size[2] = {852.0, 254.0};
  double       values[REVERB_N_SLOTS];
  Canvas       c;
  kit_params_defaults(effect->table, values);
  canvas_init(&c, effect, size, 1.0, true);
  tap_begin_trial();
  for (double gain = 0.0; gain <= 1.2; gain += 0.01) {
    ReverbPicture* const p = (ReverbPicture*)view->open(effect);
    double               rgb[3];
    values[REVERB_FEEDBACK_GAIN] = gain;
    const KitViewData data       = data_of(values, 48000.0);
    view->tick(p, &data);
    canvas_draw(&c, view, p, &data);
    // Just beyond the mark, and the words
    const double y     = canvas_text_y(&c, "Stability") + 18.0;
    const double left  = size[0] - 20.0 - 300.0;
    const bool   shown = p->loop_db >= 0.3 || p->loop_db <= 0.0; // Else less than a few pixels
    canvas_pixel(&c, left + 300.0 * reverb_view_gauge(0.0) + 3.0, y, rgb);
    const bool over = canvas_off(rgb, c.theme.view.line) > 0.1;
    double     mark[3];
    canvas_pixel(&c, left + 300.0 * reverb_view_gauge(0.0), y - 7.5, mark);
    tap_ok(canvas_off(mark, c.theme.view.panel) > 0.2, "the mark is where it belongs");
    tap_ok(!over || canvas_off(rgb, c.theme.view.accent) > 0.2, "what lies beyond it is of another colour");
    tap_ok(!shown || over == (p->loop_db > 0.0), "at %.2f the bar passes the mark, or not", gain);
    tap_ok((reverb_view_gauge(p->loop_db) > reverb_view_gauge(0.0)) == (p->loop_db > 0.0), "its place, too");
    tap_ok(canvas_has(&c, "grows") == (p->verdict >= REVERB_GROWS_HELD), "at %.2f the words say so", gain);
    tap_ok(gain > 0.0 || canvas_has(&c, "Nothing is fed back"), "an open loop is called one");
    view->close(p);
  }
  tap_ok(!tap_end_trial(), "the gauge crosses its mark at 0 dB, where the words say that the loop grows");
  canvas_cleanup(&c);
}

/** Rows of pixels that a bar takes. */
static void
check_bars(void)
{
  const double size[2] = {852.0, 254.0};
  double       values[REVERB_N_SLOTS];
  Canvas       c;
  canvas_init(&c, effect, size, 2.0, true);
  tap_begin_trial();
  for (uint32_t seed = 0; seed < 12U; ++seed) {
    ReverbPicture* const p = (ReverbPicture*)view->open(effect);
    double               heights[REVERB_VIEW_OCTAVES];
    double               longest = 0.0;
    double               most    = 0.0;
    kit_params_defaults(effect->table, values);
    values[REVERB_FEEDBACK_GAIN] = 0.5 + 0.04 * seed;
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      values[REVERB_DAMPING_COEFFS + i] = 0.07 * seed;
    }
    const KitViewData data = data_of(values, 48000.0);
    view->tick(p, &data);
    canvas_draw(&c, view, p, &data);
    for (uint32_t i = 0; i < p->n_octaves; ++i) {
      // From the foot up, as far as it has one colour
      const double foot = canvas_text_y(&c, "Stability") - 34.0;
      double       top  = foot;
      double       bar[3];
      double       rgb[3];
      canvas_pixel(&c, 532.0 + 300.0 / 9.0 * i + 8.0, foot, bar);
      do {
        top -= 0.5;
        canvas_pixel(&c, 532.0 + 300.0 / 9.0 * i + 8.0, top, rgb);
      } while (top > 31.0 && canvas_off(rgb, bar) < 0.02);
      heights[i] = foot - top;
      longest    = fmax(longest, p->octaves[i].rt60_s);
      most       = fmax(most, heights[i]);
    }
    for (uint32_t i = 0; i < p->n_octaves; ++i) {
      const double want = most * p->octaves[i].rt60_s / longest;
      tap_ok(fabs(heights[i] - want) <= 1.5, "%g Hz: a bar of %.1f units, not %.1f", p->octaves[i].hz,
             heights[i], want);
    }
    view->close(p);
  }
  tap_ok(!tap_end_trial(), "bars are as high as RT60 is long, of the longest");
  canvas_cleanup(&c);
}

static double
count_echoes(const ReverbPicture* p)
{
  double sum = 0.0;
  for (uint32_t k = 0; k < REVERB_VIEW_STEPS; ++k) {
    sum += p->density[k] * REVERB_VIEW_STEP_S;
  }
  return sum;
}

/** What the engine has beside eight lines and a matrix. */
static void
check_more_echoes(double* values)
{
  static const struct {
    const char*      what;
    ReverbMatrixType type;
    double           doubled; // Choice of `lines`
    ReverbMatrixType second;
    double           early;
    double           echoes;
  } more[] = {{"16 lines", REVERB_ZERO, 1.0, REVERB_ZERO, 0.0, 16.0},
              {"32 lines", REVERB_ZERO, 2.0, REVERB_ZERO, 0.0, 32.0},
              {"early reflections", REVERB_ZERO, 0.0, REVERB_ZERO, 0.5, 128.0},
              {"a second matrix", REVERB_ZERO, 0.0, REVERB_DIAGONAL, 0.0, 32.0}};
  for (uint32_t i = 0; i < 4U; ++i) {
    ReverbPicture* const p          = (ReverbPicture*)view->open(effect);
    values[REVERB_N_LINES]          = more[i].doubled;
    values[REVERB_MATRIX_TYPE]      = more[i].type;
    values[REVERB_MOD_MATRIX2_TYPE] = more[i].second;
    values[REVERB_MOD_MASTER_RATE]  = more[i].second != REVERB_ZERO ? 1.0 : 0.0;
    values[REVERB_MOD_DEPTH_MATRIX] = more[i].second != REVERB_ZERO ? 0.5 : 0.0;
    values[REVERB_EARLY_LEVEL]      = more[i].early;
    const KitViewData data          = data_of(values, 44100.0);
    view->tick(p, &data);
    tap_near(count_echoes(p), more[i].echoes, 1e-6, "%s", more[i].what);
    view->close(p);
  }
  values[REVERB_EARLY_LEVEL] = values[REVERB_MOD_MASTER_RATE] = values[REVERB_N_LINES] = 0.0;
}

static void
check_density(void)
{
  double values[REVERB_N_SLOTS];
  kit_params_defaults(effect->table, values);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DELAY_TIMES + i] = 0.07 * KIT_REFERENCE_RATE - 1.0;
  }
  values[REVERB_PRE_DELAY] = 0.0;
  // 70, 140, 210 and 280 ms of 300
  static const struct {
    ReverbMatrixType type;
    double           echoes;
  } cases[] = {{REVERB_ZERO, 8.0}, {REVERB_DIAGONAL, 32.0}, {REVERB_HADAMARD, 8.0 + 64.0 + 512.0 + 4096.0}};
  for (uint32_t i = 0; i < 3U; ++i) {
    ReverbPicture* const p     = (ReverbPicture*)view->open(effect);
    values[REVERB_MATRIX_TYPE] = cases[i].type;
    const KitViewData data     = data_of(values, 44100.0);
    view->tick(p, &data);
    tap_near(count_echoes(p), cases[i].echoes, 1e-6, "matrix %u: as many echoes as there are ways",
             cases[i].type);
    view->close(p);
  }

  check_more_echoes(values);

  // Line 1 feeds line 2 and nothing else, so its one echo comes out of two lines
  ReverbPicture* const p = (ReverbPicture*)view->open(effect);
  memset(&values[REVERB_MATRIX_CUSTOM], 0, REVERB_CELLS * sizeof(double));
  memset(&values[REVERB_INPUT_GAINS], 0, REVERB_NODES * sizeof(double));
  values[REVERB_MATRIX_TYPE]                  = REVERB_CUSTOM;
  values[REVERB_INPUT_GAINS]                  = 1.0;
  values[REVERB_MATRIX_CUSTOM + REVERB_NODES] = 1.0; // Row 2, column 1
  const KitViewData data                      = data_of(values, 44100.0);
  view->tick(p, &data);
  tap_near(count_echoes(p), 2.0, 1e-6, "a cell of the matrix feeds its row from its column");
  view->close(p);
}

static void
check_looks(void)
{
  static const double heights[] = {150.0, 189.0, 190.0, 254.0, 316.0, 430.0};
  static const double scales[]  = {0.75, 1.0, 1.25, 2.0};
  double              values[REVERB_N_SLOTS];
  uint32_t            clashes = 0;
  for (uint32_t seed = 1; seed <= 48U; ++seed) {
    ReverbPicture* const p       = (ReverbPicture*)view->open(effect);
    const double         size[2] = {seed % 5U ? 852.0 : 480.0, heights[seed % 6U]};
    char                 text[96];
    Canvas               c;
    draw_values(seed, values);
    const KitViewData data = data_of(values, seed % 2U ? 48000.0 : 8000.0);
    canvas_init(&c, effect, size, scales[seed % 4U], seed % 3U != 0U);
    canvas_draw(&c, view, p, &data); // Before the first tick
    view->tick(p, &data);
    canvas_draw(&c, view, p, &data);
    clashes += canvas_clashes(&c);
    clashes += cairo_status(c.canvas.cairo) != CAIRO_STATUS_SUCCESS;
    view->describe(p, &data, text, sizeof(text));
    clashes += !*text || strlen(text) + 1U >= sizeof(text);
    canvas_cleanup(&c);
    view->close(p);
  }
  tap_ok(clashes == 0, "Reverb: no text is cut or lies on another, 48 seeds at six heights: %u", clashes);
}

void
check_reverb(void)
{
  effect = kit_effect_find("reverb");
  view   = kit_view_of(effect);
  check_figures();
  check_gauge();
  check_bars();
  check_density();
  check_looks();
}
