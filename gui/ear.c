// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define TAP_S      0.5
#define LEAST_ROOM 8192U // A tenth of a second at 48 kHz and more
#define FLOOR_DB   (-90.0)
#define FALL_DB_S  26.0
#define HOLD_S     1.6
#define STEP_S     (1.0 / 30.0)

static bool
make_room(KitEar* ear, uint32_t n_frames)
{
  if (!ear->memory) {
    ear->memory   = (double*)kit_calloc(2U * KIT_MAX_CHANNELS * 2U * (size_t)n_frames, sizeof(double));
    ear->n_frames = n_frames;
  }
  return ear->memory != NULL;
}

/** Have the window begin `at` frames into the memory. */
static void
aim(KitEar* ear, uint32_t at)
{
  const size_t room = 2U * (size_t)ear->n_frames;
  ear->at           = at;
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    ear->dry[c] = ear->memory + c * room + at;
    ear->wet[c] = ear->memory + (KIT_MAX_CHANNELS + c) * room + at;
  }
}

void
kit_ear_close(KitGui* gui)
{
  kit_tap_close(gui->ear.tap);
  kit_free(gui->ear.memory);
  gui->ear = (KitEar){.take = gui->ear.take + 1U};
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    gui->ear.in.level_db[c] = gui->ear.in.hold_db[c] = FLOOR_DB;
    gui->ear.out.level_db[c] = gui->ear.out.hold_db[c] = FLOOR_DB;
  }
}

static bool
has_sound(KitGui* gui)
{
  KitEar* const ear = &gui->ear;
  if (gui->setup.host.read_audio) {
    return true;
  }
  if (ear->tap && !kit_tap_is_live(ear->tap)) {
    kit_tap_close(ear->tap);
    ear->tap    = NULL;
    ear->end    = 0;
    ear->reader = (KitLabelReader){0};
    ear->shape  = (KitTapShape){0};
    ++ear->take;
  }
  if (!ear->tap && kit_instance_is_active(kit_plugin_instance(gui->plugin))) {
    ear->tap = kit_tap_open(gui->plugin, TAP_S);
  }
  return ear->tap != NULL;
}

static void
read_sound(KitGui* gui, KitTapShape* shape, double* const* dry, double* const* wet)
{
  const KitGuiHost* const host = &gui->setup.host;
  if (host->read_audio) {
    host->read_audio(host->handle, shape, dry, wet);
  } else {
    kit_tap_read(gui->ear.tap, shape, dry, wet);
  }
}

/** Append the frames that came to those that are held.  @return false where they do not follow. */
static bool
append(KitGui* gui, uint32_t came)
{
  KitEar* const  ear  = &gui->ear;
  const uint32_t held = ear->shape.n_frames;
  KitTapShape    next = {.n_frames = came};
  if (came && ear->at + held + came > 2U * ear->n_frames) {
    const uint32_t kept = held < ear->n_frames - came ? held : ear->n_frames - came;
    const size_t   room = 2U * (size_t)ear->n_frames;
    for (uint32_t c = 0; c < 2U * KIT_MAX_CHANNELS; ++c) {
      double* const base = ear->memory + c * room;
      memmove(base, base + ear->at + held - kept, kept * sizeof(double));
    }
    ear->shape.n_frames = kept;
    aim(ear, 0);
  }
  const uint32_t start = ear->at;
  const uint32_t n     = ear->shape.n_frames;
  aim(ear, start + n);
  read_sound(gui, &next, ear->dry, ear->wet);
  const uint32_t all  = n + came;
  const uint32_t most = all < ear->n_frames ? all : ear->n_frames;
  aim(ear, start + all - most);
  // A block may have ended, or the latency changed, since it was asked how many came
  if (next.n_frames != came || next.start_frame != ear->end ||
      next.latency_frames != ear->shape.latency_frames) {
    return false;
  }
  next.start_frame -= most - came;
  next.n_frames = most;
  ear->shape    = next;
  return true;
}

/** Whether what is held is of the same sound. */
static bool
goes_on(const KitEar* ear, const KitTapShape* now)
{
  return now->sample_rate > 0.0 && now->sample_rate == ear->shape.sample_rate &&
         now->n_in == ear->shape.n_in && now->n_out == ear->shape.n_out &&
         now->latency_frames == ear->shape.latency_frames && now->start_frame >= ear->end &&
         now->start_frame - ear->end < ear->n_frames;
}

/** Read the newest sound.  @return frames that have not been read before. */
static uint64_t
read_tap(KitGui* gui)
{
  KitEar* const ear                    = &gui->ear;
  KitTapShape   now                    = {0};
  double* const none[KIT_MAX_CHANNELS] = {NULL};
  if (!has_sound(gui)) {
    ear->shape = (KitTapShape){0};
    return 0;
  }
  read_sound(gui, &now, none, none);
  if (!goes_on(ear, &now) || !append(gui, (uint32_t)(now.start_frame - ear->end))) {
    aim(ear, 0);
    ear->shape = (KitTapShape){.n_frames = ear->n_frames};
    read_sound(gui, &ear->shape, ear->dry, ear->wet);
  }
  const uint64_t end   = ear->shape.start_frame + ear->shape.n_frames;
  const uint64_t fresh = end > ear->end ? end - ear->end : 0U;
  ear->end             = end;
  return fresh < ear->shape.n_frames ? fresh : ear->shape.n_frames;
}

static double
peak_db(const double* samples, uint32_t n_frames, uint64_t fresh)
{
  double peak = 0.0;
  for (uint32_t i = n_frames - (uint32_t)fresh; i < n_frames; ++i) {
    peak = fabs(samples[i]) > peak ? fabs(samples[i]) : peak;
  }
  return peak > 0.0 ? fmax(FLOOR_DB, 20.0 * log10(peak)) : FLOOR_DB;
}

static void
follow(KitMeter* meter, uint32_t c, double db, double now_s, double passed_s)
{
  const double fallen = meter->level_db[c] - FALL_DB_S * passed_s;
  meter->level_db[c]  = fmax(FLOOR_DB, fmax(db, fallen));
  if (db >= meter->hold_db[c] || now_s - meter->held_s[c] > HOLD_S) {
    meter->hold_db[c] = meter->level_db[c];
    meter->held_s[c]  = now_s;
  }
  meter->over = meter->over || db > 0.0;
}

static void
read_labels(KitGui* gui)
{
  KitEar* const           ear  = &gui->ear;
  const KitGuiHost* const host = &gui->setup.host;
  KitLabel* const         to   = ear->labels + ear->n_labels;
  const uint32_t          room = KIT_VIEW_MAX_LABELS - ear->n_labels;
  if (host->read_audio) {
    ear->n_labels += host->read_labels ? host->read_labels(host->handle, to, room) : 0U;
  } else if (ear->tap) {
    ear->n_labels += kit_tap_labels(ear->tap, &ear->reader, to, room);
  }
}

void
kit_ear_tick(KitGui* gui)
{
  KitEar* const  ear  = &gui->ear;
  const uint32_t want = gui->view ? gui->view->audio_frames : 0U;
  if (!make_room(ear, want > LEAST_ROOM ? want : LEAST_ROOM)) {
    return;
  }
  const double passed = fmax(0.0, fmin(0.5, gui->now_s - ear->told_s));
  ear->fresh          = read_tap(gui);
  ear->told_s         = gui->now_s;
  read_labels(gui);
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    const uint32_t n   = ear->shape.n_frames;
    const double   in  = c < ear->shape.n_in ? peak_db(ear->dry[c], n, ear->fresh) : FLOOR_DB;
    const double   out = c < ear->shape.n_out ? peak_db(ear->wet[c], n, ear->fresh) : FLOOR_DB;
    follow(&ear->in, c, in, gui->now_s, passed);
    follow(&ear->out, c, out, gui->now_s, passed);
  }
}

void
kit_view_data(const KitGui* gui, KitViewData* data)
{
  const KitEar* const ear  = &gui->ear;
  const uint32_t      want = gui->view ? gui->view->audio_frames : 0U;
  const uint32_t      n    = want < ear->shape.n_frames ? want : ear->shape.n_frames;
  const uint32_t      skip = ear->shape.n_frames - n;
  *data                    = (KitViewData){
                       .effect      = gui->effect,
                       .values      = gui->values,
                       .sample_rate = kit_instance_sample_rate(kit_plugin_instance(gui->plugin)),
                       .now_s       = gui->now_s,
                       .bypassed    = kit_plugin_value(gui->plugin, KIT_BYPASS_SLOT) >= 0.5,
                       .n_frames    = n,
                       .end         = ear->end,
                       .n_in        = ear->shape.n_in,
                       .n_out       = ear->shape.n_out,
                       .take        = ear->take,
  };
  data->hears_labels =
    gui->effect->label_kinds && (!gui->setup.host.read_audio || gui->setup.host.read_labels);
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS && n; ++c) {
    data->dry[c] = ear->dry[c] + skip;
    data->wet[c] = ear->wet[c] + skip;
  }
}

void
kit_view_tick(KitGui* gui)
{
  KitViewData data;
  if (!gui->view_state || gui->now_s - gui->view_s < 0.9 * STEP_S) {
    return;
  }
  gui->view_s = gui->now_s;
  kit_view_data(gui, &data);
  data.labels       = gui->ear.labels;
  data.n_labels     = gui->ear.n_labels;
  gui->ear.n_labels = 0;
  if (gui->view->tick && gui->view->tick(gui->view_state, &data)) {
    ++gui->view_version;
  }
}
