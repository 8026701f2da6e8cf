// SPDX-License-Identifier: ISC
#include "comma_locale.h"
#include "rng.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_RANDOM 200U

static const char* const modes[] = {"Off", "Band pass", "96 dB/oct", NULL};
static const char* const keys[]  = {"off", "band_pass", "steep", NULL};

static const KitParam plain   = {.key = "plain", .max = 1.0};
static const KitParam number  = {.key = "number", .kind = KIT_KIND_INT, .max = 1e6};
static const KitParam level   = {.key = "level", .unit = KIT_UNIT_DB, .min = -60.0, .max = 12.0};
static const KitParam tone    = {.key = "tone", .unit = KIT_UNIT_HZ, .min = 0.01, .max = 20000.0};
static const KitParam time_ms = {.key = "time", .unit = KIT_UNIT_MS, .max = 5000.0};
static const KitParam time_s  = {.key = "time", .unit = KIT_UNIT_S, .max = 600.0};
static const KitParam window  = {.key  = "window",
                                 .kind = KIT_KIND_INT,
                                 .unit = KIT_UNIT_SAMPLES,
                                 .max  = 16384.0};
static const KitParam depth   = {.key = "depth", .unit = KIT_UNIT_SAMPLES, .max = 100.0};
static const KitParam mode    = {.key         = "mode",
                                 .kind        = KIT_KIND_CHOICE,
                                 .max         = 2.0,
                                 .choices     = modes,
                                 .choice_keys = keys};

static void
writes(const KitParam* param, double value, const char* expected)
{
  char text[64];
  kit_param_to_text(param, value, text, sizeof(text));
  tap_ok(!strcmp(text, expected), "%s %.9g is written \"%s\" (expected \"%s\")", param->key, value, text,
         expected);
}

static void
reads(const KitParam* param, const char* text, double expected)
{
  double     value = (double)NAN;
  const bool ok    = kit_param_from_text(param, text, &value);
  tap_ok(ok && fabs(value - expected) <= 1e-15 * fabs(expected),
         "%s \"%s\" is read as %.17g (expected %.17g)", param->key, text, value, expected);
}

static void
refuses(const KitParam* param, const char* text)
{
  double value = 7.0;
  tap_ok(!kit_param_from_text(param, text, &value) && value == 7.0, "%s \"%s\" is refused", param->key, text);
}

static void
test_writing(void)
{
  writes(&plain, 0.5, "0.50");
  writes(&plain, 0.0, "0.00");
  writes(&plain, -0.0, "0.00");
  writes(&plain, 0.125, "0.125");
  writes(&plain, 0.03, "0.03");
  writes(&plain, 0.001, "0.001");
  writes(&plain, 1.0 / 3.0, "0.3333");
  writes(&plain, 12345.6, "12350");
  writes(&plain, -1e-9, "0.00");
  writes(&plain, (double)NAN, "0.00");
  writes(&number, 42.0, "42");
  writes(&number, 123456.0, "123456");
  writes(&level, -6.0, "-6 dB");
  writes(&level, -6.25, "-6.25 dB");
  writes(&level, -0.00000001, "0 dB");
  writes(&tone, 440.0, "440 Hz");
  writes(&tone, 1200.0, "1.2 kHz");
  writes(&tone, 999.96, "1 kHz");
  writes(&tone, 999.94, "999.9 Hz");
  writes(&tone, 20000.0, "20 kHz");
  writes(&tone, 0.01, "0.01 Hz");
  writes(&time_ms, 50.0, "50 ms");
  writes(&time_ms, 1500.0, "1.5 s");
  writes(&time_ms, 0.5, "0.5 ms");
  writes(&time_s, 1.5, "1.5 s");
  writes(&time_s, 0.05, "50 ms");
  writes(&time_s, 0.0, "0 s");
  writes(&window, 2048.0, "46.4 ms (2048 smp)");
  writes(&window, 1024.0, "23.2 ms (1024 smp)");
  writes(&window, 0.0, "0 ms (0 smp)");
  writes(&window, 1.0, "0.0227 ms (1 smp)");
  writes(&window, 44100.0, "1 s (44100 smp)");
  writes(&window, 44098.0, "1 s (44098 smp)");
  writes(&depth, 12.5, "0.283 ms (12.5 smp)");
  writes(&depth, -HUGE_VAL, "0 ms (0 smp)");
  writes(&mode, 1.0, "Band pass");
  writes(&mode, 99.0, "96 dB/oct");
}

static void
test_reading(void)
{
  reads(&plain, "0.5", 0.5);
  reads(&plain, " .5 ", 0.5);
  reads(&plain, "50%", 0.5);
  reads(&plain, "50 %", 0.5);
  reads(&plain, "1e-3", 0.001);
  reads(&plain, "+2", 2.0);
  reads(&number, "1.2k", 1200.0);
  reads(&number, "24.0", 24.0);
  reads(&level, "-6 dB", -6.0);
  reads(&level, "-6DB", -6.0);
  reads(&level,
        "\xE2\x88\x92"
        "6 dB",
        -6.0);
  reads(&tone, "1.2 kHz", 1200.0);
  reads(&tone, "1.2k", 1200.0);
  reads(&tone, "440", 440.0);
  reads(&tone, "440 hz", 440.0);
  reads(&time_ms, "0.05 s", 50.0);
  reads(&time_ms, "441 smp", 10.0);
  reads(&time_s, "50 ms", 0.05);
  reads(&time_s, "2 min", 120.0);
  reads(&window, "46.4 ms", 2046.0);
  reads(&window, "2k", 2000.0);
  reads(&window, "0.1 s", 4410.0);
  reads(&depth, "1 ms", 44.1);
  reads(&window, "23.2 ms (1024 smp)", 1024.0);
  reads(&window, "23.2ms(1024)", 1024.0);
  reads(&window, "1024 (23.2 ms)", 1023.0);
  reads(&window, "30 ms (1024 smp)", 1323.0);
  reads(&window, "2048 (1024 smp)", 2048.0);
  reads(&depth, " 0.283 ms (12.5 smp) ", 12.5);
  reads(&mode, "bandpass", 1.0);
  reads(&mode, " BAND pass ", 1.0);
  reads(&mode, "96_dB/oct", 2.0);
  reads(&mode, "steep", 2.0);
  reads(&mode, "96dB/oct", 2.0);
  reads(&mode, "2", 2.0);
}

static void
test_refusing(void)
{
  static const char* const bad[] = {"",     " ",     "x",     "nan",   "inf", "-inf", "0x10",         "1e999",
                                    "1,5",  "1 2",   "--1",   "1.2.3", "-",   "1 kg", "1e",           ".",
                                    "5 kk", "1 mHz", "50 %%", "\xFF",  "+",   "+-1",  "1\xE2\x88\x92"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    refuses(&tone, bad[i]);
    refuses(&plain, bad[i]);
    refuses(&window, bad[i]);
    refuses(&mode, bad[i]);
  }
  refuses(&number, "21.5");
  refuses(&number, "50%");
  refuses(&level, "6 Hz");
  refuses(&tone, "50%");
  refuses(&mode, "3");
  refuses(&mode, "-1");
  refuses(&mode, "1.5");
  refuses(&mode, "band");
  refuses(&window, "23.2 ms (");
  refuses(&window, "23.2 ms ()");
  refuses(&window, "(1024 smp)");
  refuses(&window, "23.2 ms (1024 smp) x");
  refuses(&window, "23.2 ms (1024 Hz)");
  refuses(&window, "23.2 ms ((1024 smp))");
  refuses(&time_ms, "23.2 ms (1024 smp)");
}

/** What four significant digits, or six decimals of the unit shown, can say. */
static double
displayed_precision(const KitParam* param, double value)
{
  if (kit_param_is_stepped(param)) {
    return 0.0;
  }
  const double digits = 0.5001 * pow(10.0, floor(log10(fmax(fabs(value), 1e-300)) + 1e-12) - 3.0);
  return fmax(digits, 0.5001e-6);
}

static bool
survives(const KitParam* param, double value)
{
  char   text[64];
  char   again[64];
  double back = (double)NAN;
  kit_param_to_text(param, value, text, sizeof(text));
  const bool read = kit_param_from_text(param, text, &back);
  kit_param_to_text(param, back, again, sizeof(again));
  if (read && !strcmp(text, again) && fabs(back - value) <= displayed_precision(param, value)) {
    return true;
  }
  tap_note("%s %.17g: \"%s\" is read as %.17g: \"%s\"", param->key, value, text, back, again);
  return false;
}

static void
check_param(const KitEffect* effect, const KitParam* param, KitRng* rng)
{
  const double corners[] = {param->min, param->max, kit_param_clamp_hard(param, -HUGE_VAL),
                            kit_param_clamp_hard(param, HUGE_VAL)};
  bool         ok        = true;
  for (size_t i = 0; i < 4; ++i) {
    ok = survives(param, corners[i]) && ok;
  }
  for (uint32_t i = 0; i < kit_param_count(param); ++i) {
    ok = survives(param, kit_param_default(param, i)) && ok;
  }
  for (uint32_t i = 0; i < N_RANDOM; ++i) {
    ok = survives(param, kit_param_from_normal(param, kit_rng_uniform(rng))) && ok;
  }
  for (uint32_t i = 0; param->kind == KIT_KIND_CHOICE && i <= (uint32_t)param->max; ++i) {
    double by_label = -1.0;
    double by_key   = i;
    ok              = kit_param_from_text(param, param->choices[i], &by_label) && by_label == i && ok;
    ok = (!param->choice_keys || kit_param_from_text(param, param->choice_keys[i], &by_key)) && by_key == i &&
         ok;
  }
  tap_ok(ok, "%s.%s: text and value agree", effect->id, param->key);
}

static void
test_effects(void)
{
  KitRng                        rng;
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  kit_rng_init(&rng, 1);
  for (uint32_t e = 0; e < n; ++e) {
    for (uint32_t i = 0; i < effects[e]->table.n_params; ++i) {
      check_param(effects[e], &effects[e]->table.params[i], &rng);
    }
  }
}

int
main(void)
{
  test_writing();
  test_reading();
  test_refusing();
  test_effects();
  if (scratch_open() && comma_locale_set()) {
    tap_note("again where a comma is the decimal point");
    test_writing();
    test_reading();
    test_refusing();
  } else {
    tap_skip("a locale with a decimal comma cannot be made here");
  }
  scratch_close();
  return tap_done();
}
