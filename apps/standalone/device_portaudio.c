// SPDX-License-Identifier: ISC
#include "portaudio_device.h"

#include "alsa_quiet.h"
#if defined(KIT_WITH_JACK)
#  include "jack_device.h"
#endif
#include "module.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <strings.h>

/** Loaded once and kept.  Null where there is none. */
static const PlayPortaudio*
load(void)
{
  static PlayPortaudio pa;
#if defined(KIT_STATIC_PORTAUDIO)
#  define TAKE(name) pa.name = name;
  PLAY_PORTAUDIO_FUNCTIONS(TAKE)
#  undef TAKE
  return &pa;
#else
#  if defined(__APPLE__)
  static const char name[] = "libportaudio.2.dylib";
#  else
  static const char name[] = "libportaudio.so.2";
#  endif
  static int        state; // 0: not tried, 1: loaded, −1: none
  if (!state) {
    KitModule* const module = kit_module_open(name);
    bool             ok     = module;
#  define FIND(function) ok = ok && kit_module_find(module, #  function, &pa.function);
    PLAY_PORTAUDIO_FUNCTIONS(FIND)
#  undef FIND
    state = ok ? 1 : -1;
#  if defined(KIT_WITH_JACK)
    play_jack_quiet();                                              // PortAudio asks JACK, too
#  endif
    play_alsa_quiet(ok ? kit_module_open("libasound.so.2") : NULL); // It stays loaded
  }
  return state > 0 ? &pa : NULL;
#endif
}

// JACK has a back end of its own
static bool
is_ours(const PlayPortaudio* pa, const PaDeviceInfo* info)
{
  const PaHostApiInfo* const api = pa->Pa_GetHostApiInfo(info->hostApi);
  return info->maxOutputChannels > 0 && (!api || api->type != paJACK);
}

static uint32_t
list_portaudio(PlayListed take, void* handle)
{
  const PlayPortaudio* const pa = load();
  uint32_t                   n  = 0;
  if (!pa || pa->Pa_Initialize() != paNoError) {
    return 0U;
  }
  const int n_devices = pa->Pa_GetDeviceCount();
  for (int i = 0; i < n_devices; ++i) {
    const PaDeviceInfo* const info = pa->Pa_GetDeviceInfo(i);
    if (info && is_ours(pa, info)) {
      char details[128];
      snprintf(details, sizeof(details), "%d in, %d out, %g Hz%s", info->maxInputChannels,
               info->maxOutputChannels, info->defaultSampleRate,
               i == pa->Pa_GetDefaultOutputDevice() ? ", default" : "");
      take(handle, info->name, details);
      ++n;
    }
  }
  pa->Pa_Terminate();
  return n;
}

static bool
contains(const char* text, const char* part)
{
  const size_t length = strlen(part);
  for (; *text; ++text) {
    if (!strncasecmp(text, part, length)) {
      return true;
    }
  }
  return false;
}

/** The device of that name, or the first that has it in its name, or the default; −1: none. */
static int
find_device(const PlayPortaudio* pa, const char* name)
{
  const int n     = pa->Pa_GetDeviceCount();
  int       found = -1;
  if (!name) {
    const int                 i    = pa->Pa_GetDefaultOutputDevice();
    const PaDeviceInfo* const info = i >= 0 ? pa->Pa_GetDeviceInfo(i) : NULL;
    if (info && is_ours(pa, info)) {
      return i;
    }
  }
  for (int i = 0; i < n; ++i) {
    const PaDeviceInfo* const info = pa->Pa_GetDeviceInfo(i);
    if (!info || !is_ours(pa, info)) {
      continue;
    }
    if (!name || !strcmp(info->name, name)) {
      return i;
    }
    found = found < 0 && contains(info->name, name) ? i : found;
  }
  return found;
}

static void
close_portaudio(PlayDevice* device)
{
  PortaudioDevice* const self = (PortaudioDevice*)device;
  if (self->stream) {
    self->pa->Pa_AbortStream(self->stream);
    self->pa->Pa_CloseStream(self->stream);
  }
  if (self->initialised) {
    self->pa->Pa_Terminate(); // So that the next time it looks anew which cards there are
  }
  kit_free(self);
}

/** Open the card for as many channels as it has of those that we need. */
static bool
open_stream(PortaudioDevice* self, const PlayWish* wish, int index, const KitLog* log)
{
  const PlayPortaudio* const pa     = self->pa;
  const PaDeviceInfo* const  info   = pa->Pa_GetDeviceInfo(index);
  const KitLayout* const     layout = kit_plugin_layout(self->device.engine->plugin);
  int                        from   = info->maxInputChannels > 0 ? index : pa->Pa_GetDefaultInputDevice();
  const PaDeviceInfo*        source = from >= 0 ? pa->Pa_GetDeviceInfo(from) : NULL;
  if (!source || source->hostApi != info->hostApi || source->maxInputChannels < 1) {
    from = -1;
  }
  self->n_layout_out           = layout->n_out;
  self->n_out                  = info->maxOutputChannels > 1 ? 2U : 1U;
  self->n_in                   = from < 0 ? 0U : source->maxInputChannels > 1 ? layout->n_in : 1U;
  self->device.sample_rate     = wish->rate > 0.0 ? wish->rate : info->defaultSampleRate;
  const PaStreamParameters in  = {.device           = from,
                                  .channelCount     = (int)self->n_in,
                                  .sampleFormat     = paFloat32 | paNonInterleaved,
                                  .suggestedLatency = from < 0 ? 0.0 : source->defaultLowInputLatency};
  const PaStreamParameters out = {.device           = index,
                                  .channelCount     = (int)self->n_out,
                                  .sampleFormat     = paFloat32 | paNonInterleaved,
                                  .suggestedLatency = info->defaultLowOutputLatency};
  const PaError            error =
    pa->Pa_OpenStream(&self->stream, self->n_in ? &in : NULL, &out, self->device.sample_rate, wish->frames,
                      paNoFlag, play_process_portaudio, self);
  if (error != paNoError) {
    self->stream = NULL;
    kit_log(log, KIT_LOG_ERROR, "%s at %g Hz: %s", info->name, self->device.sample_rate,
            pa->Pa_GetErrorText(error));
    return false;
  }
  snprintf(self->device.name, sizeof(self->device.name), "%s", info->name);
  return true;
}

static PlayDevice*
open_portaudio(const PlayWish* wish, PlayEngine* engine, const KitLog* log)
{
  PortaudioDevice* const self = (PortaudioDevice*)kit_calloc(1, sizeof(PortaudioDevice));
  if (!self) {
    kit_log(log, KIT_LOG_ERROR, "out of memory");
    return NULL;
  }
  self->device.backend = &play_portaudio;
  self->device.engine  = engine;
  self->pa             = load();
  self->initialised    = self->pa && self->pa->Pa_Initialize() == paNoError;
  const int index      = self->initialised ? find_device(self->pa, wish->device) : -1;
  atomic_store(&self->device.n_frames, wish->frames);
  if (!self->pa) {
    kit_log(log, KIT_LOG_ERROR, "PortAudio is not installed (libportaudio2)");
  } else if (index < 0) {
    kit_log(log, KIT_LOG_ERROR,
            wish->device ? "no sound card \"%s\": --list-devices says which there are" : "no sound card%s",
            wish->device ? wish->device : "");
  }
  if (index < 0 || !open_stream(self, wish, index, log)) {
    close_portaudio(&self->device);
    return NULL;
  }
  return &self->device;
}

static bool
start_portaudio(PlayDevice* device, const KitLog* log)
{
  PortaudioDevice* const self  = (PortaudioDevice*)device;
  const PaError          error = self->pa->Pa_StartStream(self->stream);
  if (error != paNoError) {
    kit_log(log, KIT_LOG_ERROR, "%s: %s", device->name, self->pa->Pa_GetErrorText(error));
    return false;
  }
  const PaStreamInfo* const info = self->pa->Pa_GetStreamInfo(self->stream);
  if (info && info->sampleRate > 0.0 && info->sampleRate != device->sample_rate) {
    kit_log(log, KIT_LOG_INFO, "%s runs at %.1f Hz, about the %g Hz that were asked for", device->name,
            info->sampleRate, device->sample_rate);
  }
  return true;
}

static void
tick_portaudio(PlayDevice* device)
{
  PortaudioDevice* const self = (PortaudioDevice*)device;
  if (self->pa->Pa_IsStreamActive(self->stream) != 1) {
    atomic_store(&device->lost, true);
  }
}

const PlayBackend play_portaudio = {
  .id    = "portaudio",
  .title = "PortAudio",
  .none  = "no sound card",
  .list  = list_portaudio,
  .open  = open_portaudio,
  .start = start_portaudio,
  .close = close_portaudio,
  .tick  = tick_portaudio,
};
