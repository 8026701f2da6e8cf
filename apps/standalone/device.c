// SPDX-License-Identifier: ISC
#include "device.h"

#include "system.h"

#include <stdio.h>
#include <string.h>

#define STUCK_S     5.0 ///< A device that calls no more is gone
#define MAX_RETRY_S 8.0

const PlayBackend* const play_backends[] = {
#if defined(KIT_WITH_JACK)
  &play_jack,
#endif
#if defined(KIT_WITH_PORTAUDIO)
  &play_portaudio,
#endif
  &play_null,
  NULL,
};

const PlayBackend*
play_backend_find(const char* id)
{
  for (const PlayBackend* const* backend = play_backends; *backend; ++backend) {
    if (!strcmp((*backend)->id, id)) {
      return *backend;
    }
  }
  return NULL;
}

static void
stop_device(PlayAudio* audio)
{
  if (audio->device) {
    audio->n_xruns += atomic_load(&audio->device->n_xruns);
    audio->device->backend->close(audio->device);
    audio->device = NULL;
  }
}

/** @return false, with nothing running. */
static bool
run_backend(PlayAudio* audio, const PlayBackend* backend, const PlayWish* wish, const KitLog* log)
{
  audio->device = backend->open(wish, audio->engine, log);
  bool ok =
    audio->device && !play_engine_prepare(audio->engine, audio->device->sample_rate, audio->device->offline);
  if (ok && audio->wish.prepared) {
    audio->wish.prepared(audio->wish.handle);
    audio->wish.prepared = NULL;
  }
  ok = ok && backend->start(audio->device, log);
  if (!ok) {
    stop_device(audio);
    return false;
  }
  audio->moved_at = kit_clock_s();
  audio->moved    = atomic_load(&audio->engine->n_frames);
  return true;
}

/** Run the first that is there. */
static bool
run_wished(PlayAudio* audio, const KitLog* log)
{
  const PlayWish* const    wish  = &audio->wish;
  const PlayBackend* const named = wish->backend ? play_backend_find(wish->backend) : NULL;
  if (wish->backend) {
    return named && run_backend(audio, named, wish, log);
  }
  for (const PlayBackend* const* backend = play_backends; *backend != &play_null; ++backend) {
    if (run_backend(audio, *backend, wish, wish->device ? log : NULL)) {
      return true;
    }
  }
  return false;
}

/** The null device, at the rate that was last heard. */
static void
stand_in(PlayAudio* audio)
{
  PlayWish wish    = audio->wish;
  wish.device      = NULL;
  wish.pace        = true;
  wish.rate        = audio->engine->sample_rate > 0.0 ? audio->engine->sample_rate : wish.rate;
  audio->stands_in = run_backend(audio, &play_null, &wish, &audio->log);
  audio->retry_s   = 1.0;
  audio->retry_at  = kit_clock_s() + audio->retry_s;
}

KitStatus
play_audio_choose(PlayAudio* audio, const PlayWish* wish)
{
  stop_device(audio);
  audio->wish      = *wish;
  audio->stands_in = false;
  if (run_wished(audio, &audio->log)) {
    return KIT_SUCCESS;
  }
  stand_in(audio);
  if (wish->backend && !wish->wait) {
    return KIT_ERR_NOT_FOUND;
  }
  kit_log(&audio->log, KIT_LOG_WARNING, "no sound device is there: nothing is heard until there is one");
  return KIT_SUCCESS;
}

KitStatus
play_audio_start(PlayAudio* audio, PlayEngine* engine, const PlayWish* wish, const KitLog* log)
{
  memset(audio, 0, sizeof(*audio));
  audio->engine = engine;
  audio->log    = *log;
  return play_audio_choose(audio, wish);
}

/** A device whose thread calls no more. */
static bool
is_stuck(PlayAudio* audio, double now)
{
  const uint64_t frames = atomic_load(&audio->engine->n_frames);
  if (frames != audio->moved || audio->device->backend == &play_null) {
    audio->moved    = frames;
    audio->moved_at = now;
  }
  return now - audio->moved_at > STUCK_S;
}

bool
play_audio_tick(PlayAudio* audio)
{
  const double now = kit_clock_s();
  if (audio->device && audio->device->backend->tick) {
    audio->device->backend->tick(audio->device);
  }
  if (audio->stands_in && now >= audio->retry_at) {
    stop_device(audio);
    audio->stands_in = !run_wished(audio, NULL);
    if (!audio->stands_in) {
      kit_log(&audio->log, KIT_LOG_INFO, "%s runs, at %g Hz", audio->device->name,
              audio->device->sample_rate);
      return true;
    }
    const double later = audio->retry_s * 2.0;
    stand_in(audio);
    audio->retry_s  = later < MAX_RETRY_S ? later : MAX_RETRY_S;
    audio->retry_at = now + audio->retry_s;
    return false;
  }
  if (audio->device && !audio->stands_in && (atomic_load(&audio->device->lost) || is_stuck(audio, now))) {
    kit_log(&audio->log, KIT_LOG_WARNING, "%s is gone, or has changed: waiting for it", audio->device->name);
    stop_device(audio);
    stand_in(audio);
    audio->retry_at = now; // It may be back at once, at another rate
    return true;
  }
  return false;
}

void
play_audio_stop(PlayAudio* audio)
{
  stop_device(audio);
}

uint32_t
play_audio_n_xruns(const PlayAudio* audio)
{
  return audio->n_xruns + (audio->device ? atomic_load(&audio->device->n_xruns) : 0U);
}
