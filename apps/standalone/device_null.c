// SPDX-License-Identifier: ISC
#include "device.h"

#include "system.h"
#include "vstkit/alloc.h"

#include <stdio.h>

#define RATE_HZ 48000.0
#define FRAMES  256U
#define LATE_S  0.2 ///< What is later than that is not caught up with

typedef struct {
  PlayDevice   device;
  KitThread    thread;
  bool         runs;
  bool         pace;
  _Atomic bool quits;
} NullDevice;

static uint32_t
list_null(PlayListed take, void* handle)
{
  take(handle, "null", "silence in, nothing out; runs in real time");
  return 1U;
}

static PlayDevice*
open_null(const PlayWish* wish, PlayEngine* engine, const KitLog* log)
{
  NullDevice* const self = (NullDevice*)kit_calloc(1, sizeof(NullDevice));
  if (!self) {
    kit_log(log, KIT_LOG_ERROR, "out of memory");
    return NULL;
  }
  self->device.backend     = &play_null;
  self->device.engine      = engine;
  self->device.sample_rate = wish->rate > 0.0 ? wish->rate : RATE_HZ;
  self->device.offline     = !wish->pace;
  self->pace               = wish->pace;
  atomic_store(&self->device.n_frames, wish->frames ? wish->frames : FRAMES);
  snprintf(self->device.name, sizeof(self->device.name), "null");
  return &self->device;
}

static void
run_null(void* handle)
{
  NullDevice* const self = (NullDevice*)handle;
  const uint32_t    n    = atomic_load(&self->device.n_frames);
  double            due  = kit_clock_s();
  while (!atomic_load(&self->quits)) {
    // It has no deadline to keep, so it waits for the disk
    if (!play_engine_is_ready(self->device.engine, n)) {
      kit_sleep_ms(1U);
      continue;
    }
    const double now = kit_clock_s();
    if (self->pace && due > now) {
      kit_sleep_ms((uint32_t)(1e3 * (due - now)) + 1U);
      continue;
    }
    due = (now - due > LATE_S ? now : due) + (double)n / self->device.sample_rate;
    play_process(self->device.engine, NULL, NULL, n);
  }
}

static bool
start_null(PlayDevice* device, const KitLog* log)
{
  NullDevice* const self = (NullDevice*)device;
  self->runs             = kit_thread_start(&self->thread, run_null, self);
  if (!self->runs) {
    kit_log(log, KIT_LOG_ERROR, "the system has no more threads");
  }
  return self->runs;
}

static void
close_null(PlayDevice* device)
{
  NullDevice* const self = (NullDevice*)device;
  atomic_store(&self->quits, true);
  if (self->runs) {
    kit_thread_join(&self->thread);
  }
  kit_free(self);
}

const PlayBackend play_null = {
  .id    = "null",
  .title = "Null device",
  .none  = "",
  .list  = list_null,
  .open  = open_null,
  .start = start_null,
  .close = close_null,
};
