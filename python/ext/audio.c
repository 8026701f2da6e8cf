// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"
#include "simd.h"
#include "system.h"

#include <stdint.h>
#include <string.h>

#define ALWAYS_THERE 67108864.0 // Bytes not worth a look at what is free

static int
read_format(CoreBuffer* buffer)
{
  const char* format = buffer->view.format ? buffer->view.format : "B";
  format += *format == '=' || *format == '@';
  buffer->is_float = !strcmp(format, "f");
  if (!buffer->is_float && strcmp(format, "d") != 0) {
    PyErr_Format(PyExc_TypeError, "samples must be float32 or float64 of this machine, not \"%s\"", format);
    return -1;
  }
  return 0;
}

static int
read_shape(CoreBuffer* buffer, bool channels_first)
{
  const Py_buffer* const view = &buffer->view;
  if (view->ndim != 1 && view->ndim != 2) {
    PyErr_Format(PyExc_ValueError, "audio has %d dimensions: 1 or 2 are expected", view->ndim);
    return -1;
  }
  const int        frames  = view->ndim == 2 && channels_first ? 1 : 0;
  const int        across  = 1 - frames;
  const bool       is_mono = view->ndim == 1;
  const Py_ssize_t n       = is_mono ? 1 : view->shape[across];
  if (n < 1 || n > CORE_MAX_CHANNELS) {
    PyErr_Format(
      PyExc_ValueError,
      "audio has %zd channels of %zd frames: 1 to %d channels are expected, shape %s (the other way "
      "round: channels_first=%s)",
      n, view->shape[frames], CORE_MAX_CHANNELS, channels_first ? "(channels, n)" : "(n, channels)",
      channels_first ? "False" : "True");
    return -1;
  }
  buffer->n_channels     = (uint32_t)n;
  buffer->n_frames       = (size_t)view->shape[frames];
  buffer->frame_stride   = view->strides[frames];
  buffer->channel_stride = is_mono ? 0 : view->strides[across];
  return 0;
}

int
core_buffer_open(PyObject* object, bool channels_first, bool writable, CoreBuffer* buffer)
{
  *buffer         = (CoreBuffer){0};
  const int flags = PyBUF_STRIDES | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
  if (PyObject_GetBuffer(object, &buffer->view, flags)) {
    return -1;
  }
  if (read_format(buffer) || read_shape(buffer, channels_first)) {
    core_buffer_close(buffer);
    return -1;
  }
  return 0;
}

void
core_buffer_close(CoreBuffer* buffer)
{
  PyBuffer_Release(&buffer->view); // allowed on one that was never filled
}

static char*
sample_at(const CoreBuffer* buffer, uint32_t channel, size_t frame)
{
  return (char*)buffer->view.buf + (Py_ssize_t)channel * buffer->channel_stride +
         (Py_ssize_t)frame * buffer->frame_stride;
}

bool
core_buffer_is_planar(const CoreBuffer* buffer)
{
  const size_t size = sizeof(double);
  return !buffer->is_float && (buffer->frame_stride == (Py_ssize_t)size || buffer->n_frames < 2U) &&
         buffer->channel_stride % (Py_ssize_t)size == 0 && (uintptr_t)buffer->view.buf % size == 0U;
}

// Samples may be unaligned, hence memcpy
void
core_buffer_load(const CoreBuffer* buffer, uint32_t channel, size_t start, size_t n, double* to)
{
  const char*      at   = sample_at(buffer, channel, start);
  const Py_ssize_t step = buffer->frame_stride;
  if (buffer->is_float) {
    for (size_t i = 0; i < n; ++i, at += step) {
      float x = 0.0F;
      memcpy(&x, at, sizeof(x));
      to[i] = (double)x;
    }
    return;
  }
  for (size_t i = 0; i < n; ++i, at += step) {
    memcpy(&to[i], at, sizeof(double));
  }
}

void
core_buffer_store(const CoreBuffer* buffer, uint32_t channel, size_t start, size_t n, const double* from)
{
  char*            at   = sample_at(buffer, channel, start);
  const Py_ssize_t step = buffer->frame_stride;
  if (buffer->is_float) {
    for (size_t i = 0; i < n; ++i, at += step) {
      const float x = (float)from[i];
      memcpy(at, &x, sizeof(x));
    }
    return;
  }
  for (size_t i = 0; i < n; ++i, at += step) {
    memcpy(at, &from[i], sizeof(double));
  }
}

/** Frames of two doubles that lie side by side, where they are aligned; else null. */
static double*
pairs_of(const CoreBuffer* buffer, size_t start)
{
  const Py_ssize_t size = (Py_ssize_t)sizeof(double);
  char* const      at   = sample_at(buffer, 0, start);
  const bool       fits = !buffer->is_float && buffer->n_channels == 2U && buffer->channel_stride == size &&
                    buffer->frame_stride == 2 * size && (uintptr_t)at % sizeof(double) == 0U;
  return fits ? (double*)(void*)at : NULL;
}

KIT_CLONES
static void
part(const double* restrict pairs, double* restrict left, double* restrict right, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    left[i]  = pairs[2U * i];
    right[i] = pairs[2U * i + 1U];
  }
}

KIT_CLONES
static void
join(const double* restrict left, const double* restrict right, double* restrict pairs, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    pairs[2U * i]      = left[i];
    pairs[2U * i + 1U] = right[i];
  }
}

void
core_buffer_load_all(const CoreBuffer* buffer, size_t start, size_t n, double* const* to)
{
  const double* const pairs = pairs_of(buffer, start);
  if (pairs) {
    part(pairs, to[0], to[1], n);
    return;
  }
  for (uint32_t c = 0; c < buffer->n_channels; ++c) {
    core_buffer_load(buffer, c, start, n, to[c]);
  }
}

void
core_buffer_store_all(const CoreBuffer* buffer, size_t start, size_t n, const double* const* from)
{
  double* const pairs = pairs_of(buffer, start);
  if (pairs) {
    join(from[0], from[1], pairs, n);
    return;
  }
  for (uint32_t c = 0; c < buffer->n_channels; ++c) {
    core_buffer_store(buffer, c, start, n, from[c]);
  }
}

KitStatus
core_memory_check(double bytes, const KitLog* log)
{
  const size_t available = bytes > ALWAYS_THERE ? kit_available_memory() : 0U;
  if (bytes <= ALWAYS_THERE || (bytes < 1e15 && (!available || bytes <= (double)available))) {
    return KIT_SUCCESS;
  }
  kit_log(log, KIT_LOG_ERROR, "needs about %s of memory, of which there are %s: split the audio",
          kit_bytes_text(bytes).text, kit_bytes_text((double)available).text);
  return KIT_ERR_NO_MEMORY;
}

KitStatus
core_audio_init(CoreAudio* audio, const CoreBuffer* buffer, double sample_rate, bool fill, const KitLog* log)
{
  const size_t n        = buffer->n_frames;
  const bool   in_place = core_buffer_is_planar(buffer);
  *audio                = (CoreAudio){0};
  if (!in_place && core_memory_check((double)n * buffer->n_channels * sizeof(double), log)) {
    return KIT_ERR_NO_MEMORY;
  }
  double** const channels = (double**)kit_calloc(buffer->n_channels, sizeof(double*));
  *audio                  = (CoreAudio){{sample_rate, buffer->n_channels, n, channels}, NULL};
  if (!in_place && n) {
    audio->memory = (double*)kit_calloc(n, buffer->n_channels * sizeof(double));
  }
  if (!channels || (!in_place && n && !audio->memory)) {
    core_audio_cleanup(audio);
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < buffer->n_channels; ++c) {
    channels[c] = in_place ? (double*)(void*)sample_at(buffer, c, 0) : audio->memory + c * n;
    if (!in_place && fill) {
      core_buffer_load(buffer, c, 0, n, channels[c]);
    }
  }
  return KIT_SUCCESS;
}

void
core_audio_store(const CoreAudio* audio, const CoreBuffer* buffer)
{
  for (uint32_t c = 0; audio->memory && c < buffer->n_channels; ++c) {
    core_buffer_store(buffer, c, 0, buffer->n_frames, audio->audio.channels[c]);
  }
}

void
core_audio_cleanup(CoreAudio* audio)
{
  kit_free(audio->memory);
  kit_free(audio->audio.channels);
  *audio = (CoreAudio){0};
}

int
core_audio_read(const CoreState* state, PyObject* object, bool channels_first, double sample_rate,
                CoreBuffer* buffer, CoreAudio* audio)
{
  *audio = (CoreAudio){0};
  if (core_buffer_open(object, channels_first, false, buffer)) {
    return -1;
  }
  CoreMessages messages;
  core_messages_init(&messages);
  KitStatus st = KIT_SUCCESS;
  Py_BEGIN_ALLOW_THREADS
  st = core_audio_init(audio, buffer, sample_rate, true, &messages.log);
  Py_END_ALLOW_THREADS
  if (st) {
    core_buffer_close(buffer);
  }
  return core_messages_settle(state, &messages, st);
}
