// SPDX-License-Identifier: ISC
// Random numbers, bands and filters against the reference's tables

#include "alloc.h"
#include "bands.h"
#include "file.h"
#include "filter.h"
#include "json.h"
#include "params.h"
#include "rng.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TOLERANCE   1e-12
#define SAMPLE_RATE 44100.0

static KitJson*
read_table(const char* name)
{
  char     path[4300];
  char*    text = NULL;
  size_t   size = 0;
  KitJson* json = NULL;
  snprintf(path, sizeof(path), "%s/tables/%s.json", tap_reference_folder(), name);
  if (!kit_file_read(path, 1U << 24U, NULL, &text, &size)) {
    const KitJsonSource source = {path, text, size, 1U << 24U, 16, 1000000};
    kit_json_parse(&source, NULL, &json);
  }
  kit_free(text);
  tap_ok(json, "%s.json can be read", name);
  return json;
}

static double
number_at(const KitJson* array, size_t index)
{
  double value = -1e9;
  kit_json_number(kit_json_at(array, index), &value);
  return value;
}

static double
number_of(const KitJson* object, const char* key)
{
  double value = -1e9;
  kit_json_get_number(object, key, &value);
  return value;
}

static void
check_sequence(const KitJson* table, const char* kind, double (*draw)(KitRng*))
{
  const KitJson* const seeds = kit_json_get(table, kind);
  for (const char* seed = kit_json_next_key(seeds, NULL); seed; seed = kit_json_next_key(seeds, seed)) {
    const KitJson* const expected = kit_json_get(seeds, seed);
    double               worst    = 0.0;
    KitRng               rng;
    kit_rng_init(&rng, (uint32_t)strtoul(seed, NULL, 10));
    for (size_t i = 0; i < kit_json_size(expected); ++i) {
      worst = fmax(worst, fabs(draw(&rng) - number_at(expected, i)));
    }
    tap_ok(kit_json_size(expected) > 0 && worst <= TOLERANCE, "%s, seed %s: within %.1e", kind, seed, worst);
  }
}

static void
check_fill(void)
{
  static double many[2000];
  bool          same = true;
  KitRng        one;
  KitRng        all;
  kit_rng_init(&one, 7);
  kit_rng_init(&all, 7);
  for (size_t n = 1; n < 2000U; n = n * 3U + 1U) {
    kit_rng_next32(&one); // so that pairs straddle the end of the words, too
    kit_rng_next32(&all);
    kit_rng_fill_uniform(&all, many, n);
    for (size_t i = 0; i < n; ++i) {
      same = same && many[i] == kit_rng_uniform(&one);
    }
  }
  tap_ok(same, "numbers in bulk are those drawn one by one");
}

static void
check_rng(void)
{
  KitJson* const table = read_table("rng");
  check_sequence(table, "random_state_random", kit_rng_uniform);
  check_sequence(table, "random_state_randn", kit_rng_gauss);
  kit_json_free(table);
}

static void
check_layout(const KitJson* entry)
{
  double values[LOSSY_N_PARAMS] = {0};
  values[LOSSY_WINDOW_SIZE]     = number_of(entry, "window_size");
  values[LOSSY_HOP_DIVISOR]     = 4.0;
  values[LOSSY_N_BANDS]         = number_of(entry, "n_bands");

  const LossySizes     sizes = lossy_sizes(values, SAMPLE_RATE);
  const KitJson* const edges = kit_json_get(entry, "band_edges");
  const KitJson* const ath   = kit_json_get(entry, "ath_weights");
  LossyBands           bands;
  lossy_bands_init(&bands, &sizes);
  bool   same  = kit_json_size(edges) == bands.n + 1U && kit_json_size(ath) == bands.n;
  double worst = 0.0;
  for (uint32_t b = 0; same && b <= bands.n; ++b) {
    same  = number_at(edges, b) == (double)bands.edges[b];
    worst = b < bands.n ? fmax(worst, fabs(number_at(ath, b) - bands.ath[b])) : worst;
  }
  tap_ok(same && worst <= TOLERANCE, "bands of window %.0f, %.0f bands: within %.1e",
         values[LOSSY_WINDOW_SIZE], values[LOSSY_N_BANDS], worst);
}

static void
check_filter(const KitJson* entry)
{
  double values[LOSSY_N_PARAMS] = {0};
  values[LOSSY_FILTER_TYPE]     = number_of(entry, "filter_type");
  values[LOSSY_FILTER_FREQ]     = number_of(entry, "freq");
  values[LOSSY_FILTER_WIDTH]    = number_of(entry, "width");
  values[LOSSY_FILTER_SLOPE]    = number_of(entry, "slope");

  const LossyFilter    filter = lossy_filter(values, SAMPLE_RATE);
  const KitJson* const b      = kit_json_get(entry, "b");
  const KitJson* const a      = kit_json_get(entry, "a");
  const double         ours[] = {filter.coeffs.b0, filter.coeffs.b1, filter.coeffs.b2, filter.coeffs.a1,
                                 filter.coeffs.a2};
  double               worst  = fabs(number_of(entry, "sections") - (double)filter.n_sections);
  for (size_t i = 0; i < 5U; ++i) {
    worst = fmax(worst, fabs(ours[i] - (i < 3U ? number_at(b, i) : number_at(a, i - 2U))));
  }
  tap_ok(worst <= TOLERANCE, "filter %.0f at %.0f Hz, width %.1f, slope %.0f: within %.1e",
         values[LOSSY_FILTER_TYPE], values[LOSSY_FILTER_FREQ], values[LOSSY_FILTER_WIDTH],
         values[LOSSY_FILTER_SLOPE], worst);
}

static void
check_all(const char* name, void (*check)(const KitJson*))
{
  KitJson* const table = read_table(name);
  tap_ok(kit_json_size(table) > 0, "%s.json has entries", name);
  for (size_t i = 0; i < kit_json_size(table); ++i) {
    check(kit_json_at(table, i));
  }
  kit_json_free(table);
}

int
main(void)
{
  check_fill();
  if (!tap_reference_folder()) {
    tap_skip("the reference folder is absent");
    return tap_done();
  }
  check_rng();
  check_all("bands", check_layout);
  check_all("biquads", check_filter);
  return tap_done();
}
