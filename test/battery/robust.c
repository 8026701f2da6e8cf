// SPDX-License-Identifier: ISC
#include "battery.h"

#include "alloc.h"
#include "no_memory.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define FUZZ_SECONDS    60U
#define FUZZ_PER_SECOND 40U
#define CEILING         1000.0 // +60 dBFS: gains add up when every knob is up, but nothing runs away

static void
check_rates(const KitEffect* effect)
{
  static const double rates[] = {8000,  11025, 22050,  32000,  44100, 48000,
                                 88200, 96000, 176400, 192000, 384000};
  for (uint32_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    const size_t n   = (size_t)(rates[i] * 0.25);
    KitAudio     in  = rig_signal(rates[i], n, 6);
    KitAudio     out = rig_silence(rates[i], n);
    rig_play_fresh(effect, NULL, &in, &out, (RigScore){0}, (RigBlocks){.frames = 128});
    const double peak = rig_peak(&out);
    tap_ok(peak < CEILING && peak > 1e-3, "%s: plays at %g Hz (peak %.3g)", effect->id, rates[i], peak);
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&out);
  }
}

static void
check_fuzz(const KitEffect* effect, uint32_t seed)
{
  const KitSetup     setup    = rig_setup(48000.0);
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  KitAudio           in       = rig_signal(48000.0, 48000, seed);
  KitAudio           out      = rig_silence(48000.0, 48000);
  double             peak     = 0.0;
  for (uint32_t s = 0; s < FUZZ_SECONDS && isfinite(peak); ++s) {
    RigEvent* const events = rig_fuzz_events(effect, 48000, FUZZ_PER_SECOND, seed + s);
    rig_play(instance, &in, &out, (RigScore){events, FUZZ_PER_SECOND}, (RigBlocks){.seed = seed + s});
    peak = fmax(peak, rig_peak(&out));
    kit_free(events);
  }
  tap_ok(peak < CEILING, "%s: %u s with a parameter jumping every 25 ms, seed %u: peak %.3g", effect->id,
         FUZZ_SECONDS, seed, peak);

  double* const defaults = (double*)kit_calloc(kit_params_n_slots(effect->table), sizeof(double));
  kit_params_defaults(effect->table, defaults);
  kit_instance_set_values(instance, defaults);
  kit_instance_reset(instance);
  rig_play(instance, &in, &out, (RigScore){0}, (RigBlocks){.frames = 512});
  tap_ok(rig_peak(&out) > 1e-3, "%s: plays on after it", effect->id);
  kit_free(defaults);
  kit_instance_free(instance);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
check_poison(const KitEffect* effect)
{
  static const double poisons[] = {(double)NAN, (double)INFINITY, (double)-INFINITY, 1e308, 5e-324, 1.0};

  const KitSetup setup = rig_setup(44100.0);
  KitAudio       in    = rig_signal(44100.0, 44100, 8);
  KitAudio       bad   = rig_silence(44100.0, 22050);
  KitAudio       out   = rig_silence(44100.0, 44100);
  for (uint32_t p = 0; p < sizeof(poisons) / sizeof(poisons[0]); ++p) {
    KitInstance* const instance = rig_new(effect, &setup, NULL);
    for (uint32_t i = 0; i < 22050; ++i) {
      bad.channels[0][i] = poisons[p];
      bad.channels[1][i] = (i % 3U) ? poisons[p] : 0.0;
    }
    rig_play(instance, &bad, &out, (RigScore){0}, (RigBlocks){.frames = 480});
    const double during = rig_peak(&out);
    rig_play(instance, &in, &out, (RigScore){0}, (RigBlocks){.frames = 480});
    const double after = rig_peak(&out);
    tap_ok(isfinite(during) && isfinite(after) && after > 1e-3,
           "%s: survives an input of %g (peak %.3g, then %.3g)", effect->id, poisons[p], during, after);
    kit_instance_free(instance);
  }
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&bad);
  kit_audio_cleanup(&out);
}

/** Level after the tail, in dB below the loudest; 0 for one that lasts longer than `most` frames. */
static double
level_after_tail(const KitEffect* effect, const double* values, uint32_t most)
{
  const KitSetup     setup    = rig_setup(44100.0);
  KitInstance* const instance = rig_new(effect, &setup, values);
  const uint32_t     tail     = kit_instance_tail_frames(instance);
  KitAudio           in       = rig_signal(44100.0, 22050, 7);
  KitAudio           quiet    = rig_silence(44100.0, 4410);
  KitAudio           out      = rig_silence(44100.0, 22050);
  rig_play(instance, &in, &out, (RigScore){0}, (RigBlocks){.frames = 441});
  double loud = rig_peak(&out);
  kit_audio_cleanup(&out);
  out = rig_silence(44100.0, 4410);
  for (uint32_t passed = 0; passed <= tail && tail <= most; passed += 4410U) {
    rig_play(instance, &quiet, &out, (RigScore){0}, (RigBlocks){.frames = 441});
    loud = fmax(loud, rig_peak(&out));
  }
  rig_play(instance, &quiet, &out, (RigScore){0}, (RigBlocks){.frames = 441});
  const double db = tail > most ? 0.0 : 20.0 * log10(rig_peak(&out) / loud + 1e-30);
  kit_instance_free(instance);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&quiet);
  kit_audio_cleanup(&out);
  return db;
}

static void
check_silence(const KitEffect* effect)
{
  const double db = level_after_tail(effect, NULL, 44100U * 60U);
  tap_ok(db < -90.0, "%s: silence comes out after the tail (%.0f dB)", effect->id, db);

  uint32_t         n       = 0;
  uint32_t         n_loud  = 0;
  double           loudest = -600.0;
  KitPreset* const preset  = kit_preset_new(effect);
  for (const KitEmbeddedPreset* p = effect->presets; preset && p && p->id; ++p) {
    kit_preset_parse(preset, p->id, p->json, p->size, NULL);
    const double after = level_after_tail(effect, kit_preset_values(preset), 44100U * 3U);
    const bool   ends  = after < 0.0;
    n += ends;
    loudest = ends ? fmax(loudest, after) : loudest;
    if (ends && after >= -90.0) {
      tap_note("%s: %.0f dB", p->id, after);
      ++n_loud;
    }
  }
  tap_ok(!n_loud, "%s: and after that of %u presets (%.0f dB at most)", effect->id, n, loudest);
  kit_preset_free(preset);
}

static void
check_memory_failures(const KitEffect* effect)
{
  const KitSetup setup = rig_setup(44100.0);
  uint32_t       n     = 0;
  for (bool done = false; !done && n < 10000U; ++n) {
    no_memory_after(n);
    KitInstance* const instance = kit_instance_new(effect);
    done                        = instance && !kit_instance_activate(instance, &setup);
    kit_instance_free(instance);
    no_memory_end();
  }
  tap_ok(n < 10000U, "%s: each of %u allocations may fail on the way to an active instance", effect->id,
         n - 1U);
}

void
battery_robust(const KitEffect* effect)
{
  check_rates(effect);
  check_fuzz(effect, 100);
  check_poison(effect);
  check_silence(effect);
  check_memory_failures(effect);
}
