// SPDX-License-Identifier: ISC
// Presets of halls, rooms, chambers and plates: they begin in the middle, and their tails are wide and even.

#include "kit.h"

#include "tap.h"
#include "vstkit/analyze.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE            48000.0
#define SECONDS         4.0
#define MAX_BALANCE_DB  3.0
#define MAX_CORRELATION 0.3
#define MAX_ROUGHNESS   5.0 // Noise has 2
#define MAX_OF_PLATES   8.0
#define MAX_ONSET_S     0.033 // As late as the packaged halls begin

/** What may be rougher, or narrower, and why. */
static const struct {
  const char* preset;
  double      roughness; ///< At most
  double      correlation;
  const char* why;
} exceptions[] = {
  {"car_cabin", 8.0, MAX_CORRELATION, "a cabin of 0.1 s is over where tails are measured"},
  {"vocal_booth", 8.0, MAX_CORRELATION, "a booth of 0.15 s is over where tails are measured"},
  {"first_reflections", 9.0, MAX_CORRELATION, "it has no tail"},
  {"carpeted_lounge", 6.5, MAX_CORRELATION, "a small furnished room has few modes"},
  {"from_the_foyer", 6.5, MAX_CORRELATION, "it is heard through a door"},
  {"mono_chamber", 8.0, 1.0, "it is the mono chamber of old"},
};

/** Halls that may begin later, and why. */
static const struct {
  const char* preset;
  const char* why;
} late[] = {
  {"from_the_foyer", "it is heard through a door"},
  {"sixteenth_behind", "it comes a sixteenth behind"},
  {"sports_arena", "its walls are far away"},
};

static bool
is_room(const char* category)
{
  static const char* const rooms[] = {"Hall", "Room", "Chamber", "Plate"};
  for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); ++i) {
    if (category && !strcmp(category, rooms[i])) {
      return true;
    }
  }
  return false;
}

static KitImpulseAnalysis
measure(const double* values)
{
  KitAudio           response = {0};
  KitImpulseAnalysis analysis = {0};

  const KitImpulseOptions options = {.effect      = &reverb_effect,
                                     .values      = values,
                                     .sample_rate = RATE,
                                     .n_channels  = 1U,
                                     .wet_only    = true,
                                     .max_s       = SECONDS};
  if (kit_render_impulse(&options, &response) || kit_analyze_impulse(&response, &analysis)) {
    exit(1);
  }
  kit_audio_cleanup(&response);
  return analysis;
}

static void
check(const char* id, const char* category, const double* values)
{
  double      roughness   = strcmp(category, "Plate") ? MAX_ROUGHNESS : MAX_OF_PLATES;
  double      correlation = MAX_CORRELATION;
  const char* why         = "";
  for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); ++i) {
    if (!strcmp(exceptions[i].preset, id)) {
      roughness   = exceptions[i].roughness;
      correlation = exceptions[i].correlation;
      why         = exceptions[i].why;
    }
  }
  const char* late_why = NULL;
  for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); ++i) {
    late_why = strcmp(late[i].preset, id) ? late_why : late[i].why;
  }
  const KitImpulseAnalysis a = measure(values);
  if (!strcmp(category, "Hall")) {
    tap_ok(late_why || a.onset_s < MAX_ONSET_S, "%s: begins after %.0f ms%s%s", id, 1e3 * a.onset_s,
           late_why ? "; " : "", late_why ? late_why : "");
  }
  tap_ok(fabs(a.early_balance_db) < MAX_BALANCE_DB, "%s: left over right %.1f dB at first", id,
         a.early_balance_db);
  tap_ok(fabs(a.tail_correlation) < correlation || correlation == 1.0, "%s: correlation %.2f in the tail%s%s",
         id, a.tail_correlation, *why ? "; " : "", why);
  tap_ok(a.tail_roughness < roughness, "%s: roughness %.1f, allowed %.1f%s%s", id, a.tail_roughness,
         roughness, *why ? "; " : "", why);
}

int
main(void)
{
  KitPreset* const preset = kit_preset_new(&reverb_effect);
  uint32_t         n      = 0;
  for (const KitEmbeddedPreset* p = reverb_effect.presets; preset && p->id; ++p) {
    if (kit_preset_parse(preset, p->id, p->json, p->size, NULL)) {
      continue; // Another test's
    }
    const char* const category = kit_preset_meta(preset, "category");
    if (is_room(category)) {
      check(p->id, category, kit_preset_values(preset));
      ++n;
    }
  }
  tap_ok(n >= 40U, "%u of halls, rooms, chambers and plates", n);
  kit_preset_free(preset);
  return tap_done();
}
