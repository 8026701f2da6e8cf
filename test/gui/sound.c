// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include "panel.h"

#include <math.h>
#include <string.h>

#define RATE  48000.0
#define BLOCK 1600U

/** Play seconds of a tone.  @return level of the output's end, mean square. */
static double
play(Rig* rig, double seconds)
{
  static double in[BLOCK];
  static double out[2][BLOCK];
  double        power = 0.0;
  for (uint32_t k = 0; k < (uint32_t)(seconds * 30.0); ++k) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      in[i] = 0.25 * sin(0.1 * (double)(k * BLOCK + i));
    }
    const void* const ins[]  = {in, in};
    void* const       outs[] = {out[0], out[1]};
    const KitProcess  block  = {.in = ins, .out = outs, .is_double = true, .n_frames = BLOCK};
    kit_plugin_process(rig->plugin, &block);
    rig_tick(rig);
    power = 0.0;
    for (uint32_t i = 0; i < BLOCK; ++i) {
      power += out[0][i] * out[0][i] / BLOCK;
    }
  }
  return power;
}

static void
check_meters(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("gain"));
  kit_plugin_activate(rig.plugin, RATE, false);
  kit_plugin_edit(rig.plugin, 0, 6.0, KIT_AUTHOR_HAND);
  play(&rig, 1.0);
  const KitNode* const levels = rig_find(&rig, "Levels");
  tap_ok(!strcmp(levels->text, "Input -12 dB, output -6 dB"), "meters show peaks: %s", levels->text);
  tap_ok(strstr(rig_find(&rig, "Picture")->text, "Input -12 dB") != NULL, "so does the picture: %s",
         rig_find(&rig, "Picture")->text);
  kit_plugin_deactivate(rig.plugin);
  for (int i = 0; i < 400; ++i) {
    rig_tick(&rig);
  }
  tap_ok(strstr(rig_find(&rig, "Levels")->text, "Input -90 dB"), "they fall when nothing plays");
  tap_ok(rig_tick(&rig) == 0U, "and then nothing is drawn");
  rig_cleanup(&rig);
}

static void
check_match(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("gain"));
  kit_plugin_activate(rig.plugin, RATE, false);
  kit_plugin_select_side(rig.plugin, 1, KIT_AUTHOR_HAND);
  kit_plugin_edit(rig.plugin, 0, 12.0, KIT_AUTHOR_HAND);
  const double loud = play(&rig, 1.0);
  rig_click(&rig, rig_find(&rig, "Menu: size, colours"), KIT_GUI_LEFT, 0);
  rig_click(&rig, rig_find(&rig, "A and B equally loud"), KIT_GUI_LEFT, 0);
  tap_near(play(&rig, 2.0), loud, 0.02 * loud, "before both were heard nothing changes");
  kit_plugin_select_side(rig.plugin, 0, KIT_AUTHOR_HAND);
  const double quiet = play(&rig, 2.0);
  tap_near(10.0 * log10(loud / quiet), 12.0, 0.2, "the quiet side stays 12 dB below");
  kit_plugin_select_side(rig.plugin, 1, KIT_AUTHOR_HAND);
  tap_near(10.0 * log10(play(&rig, 2.0) / quiet), 0.0, 0.2, "and the loud one is turned down to it");
  kit_gui_set_visible(rig.gui, false);
  tap_near(10.0 * log10(play(&rig, 1.0) / quiet), 12.0, 0.2, "as it is again once the window is gone");
  rig_cleanup(&rig);
}

/** A sound whose every sample tells where it stands. */
typedef struct {
  uint64_t end;
  uint32_t latency;
  uint32_t n_stored; ///< That can be read at most
  uint32_t late;     ///< Frames that come between being asked how many there are and being read
  uint64_t n_read;   ///< Frames
} Tape;

static double
sample_at(uint64_t frame, uint32_t channel, bool is_wet)
{
  return (double)frame + 1e8 * channel + (is_wet ? 4e8 : 0.0);
}

static void
read_tape(void* handle, KitTapShape* shape, double* const* dry, double* const* wet)
{
  static const KitTapShape of     = {.sample_rate = RATE, .n_in = 2, .n_out = 2};
  Tape* const              tape   = (Tape*)handle;
  const uint32_t           wanted = shape->n_frames;
  *shape                          = of;
  if (wanted) {
    tape->end += tape->late;
  }
  shape->n_frames       = wanted < tape->n_stored ? wanted : tape->n_stored;
  shape->n_frames       = shape->n_frames < tape->end ? shape->n_frames : (uint32_t)tape->end;
  shape->latency_frames = tape->latency;
  shape->start_frame    = tape->end - shape->n_frames;
  for (uint32_t i = 0; i < shape->n_frames; ++i) {
    for (uint32_t c = 0; c < 2U; ++c) {
      dry[c][i] = sample_at(shape->start_frame + i, c, false);
      wet[c][i] = sample_at(shape->start_frame + i, c, true);
    }
  }
  tape->n_read += shape->n_frames;
}

/** @return samples of the window that are not those of the tape's newest ones. */
static uint32_t
wrong_samples(const KitEar* ear, const Tape* tape)
{
  const uint32_t n     = ear->shape.n_frames;
  uint32_t       wrong = ear->end != tape->end || ear->shape.start_frame + n != tape->end;
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t c = 0; c < 2U; ++c) {
      wrong += ear->dry[c][i] != sample_at(tape->end - n + i, c, false);
      wrong += ear->wet[c][i] != sample_at(tape->end - n + i, c, true);
    }
  }
  return wrong;
}

/** The window that moves through memory holds the newest sound, in whichever pieces that came. */
static void
check_moving_window(void)
{
  uint32_t wrong   = 0;
  uint32_t n_short = 0;
  uint32_t n_stale = 0;
  for (uint32_t seed = 1; seed <= 40U; ++seed) {
    Rig      rig;
    Tape     tape  = {.n_stored = 24000U};
    uint32_t state = seed;
    rig_init(&rig, kit_effect_find("gain"));
    rig.gui->setup.host.handle     = &tape;
    rig.gui->setup.host.read_audio = read_tape;
    for (uint32_t k = 0; k < 120U; ++k) {
      state                 = state * 1664525U + 1013904223U;
      const uint32_t kind   = state >> 24U & 31U;
      const uint32_t came   = kind == 0U   ? 0U
                              : kind == 1U ? 70000U // More than is held
                                           : (state >> 8U) % (kind < 8U ? 9000U : 1700U);
      const uint64_t before = tape.end;
      tape.latency          = kind == 2U ? tape.latency + 64U : tape.latency;
      tape.late             = kind == 3U ? 256U : 0U;
      tape.end              = kind == 4U ? came : tape.end + came; // A new take begins
      kit_gui_tick(rig.gui, rig.now_s += 1.0 / 30.0);
      const KitEar* const ear  = &rig.gui->ear;
      const uint64_t      held = tape.end < ear->n_frames ? tape.end : ear->n_frames;
      wrong += wrong_samples(ear, &tape);
      n_short += ear->shape.n_frames > held || (kind > 4U && ear->shape.n_frames < held);
      n_stale += tape.end > before && ear->fresh != tape.end - before && tape.end - before <= ear->n_frames;
    }
    rig_cleanup(&rig);
  }
  tap_ok(wrong == 0U, "the window of sound holds the newest samples: %u wrong", wrong);
  tap_ok(n_short == 0U, "and is as long as there is sound, up to its length: %u times not", n_short);
  tap_ok(n_stale == 0U, "and tells how many are new: %u times not", n_stale);

  // Steady pieces are read once
  Rig  rig;
  Tape tape = {.n_stored = 24000U};
  rig_init(&rig, kit_effect_find("gain"));
  rig.gui->setup.host.handle     = &tape;
  rig.gui->setup.host.read_audio = read_tape;
  for (uint32_t k = 0; k < 200U; ++k) {
    tape.end += BLOCK;
    kit_gui_tick(rig.gui, rig.now_s += 1.0 / 30.0);
  }
  tap_ok(tape.n_read == tape.end, "of %u frames %u are read", (uint32_t)tape.end, (uint32_t)tape.n_read);
  rig_cleanup(&rig);
}

void
check_sound(void)
{
  check_moving_window();
  check_meters();
  check_match();
}
