// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"
#include "vstkit/picture.h"

typedef struct {
  CoreBuffer buffers[KIT_PICTURE_MAX_PANELS];
  CoreAudio  audio[KIT_PICTURE_MAX_PANELS];
  size_t     n;
} Panels;

static void
close_panels(Panels* panels)
{
  for (size_t i = 0; i < panels->n; ++i) {
    core_audio_cleanup(&panels->audio[i]);
    core_buffer_close(&panels->buffers[i]);
  }
}

static int
open_panels(const CoreState* state, PyObject* list, bool channels_first, double rate, Panels* panels)
{
  const Py_ssize_t n = PyList_Size(list);
  *panels            = (Panels){0};
  if (n < 1 || n > (Py_ssize_t)KIT_PICTURE_MAX_PANELS) {
    PyErr_SetString(PyExc_ValueError, "one or two pieces of audio are expected");
    return -1;
  }
  for (Py_ssize_t i = 0; i < n; ++i) {
    if (core_audio_read(state, PyList_GetItem(list, i), channels_first, rate, &panels->buffers[i],
                        &panels->audio[i])) {
      close_panels(panels);
      return -1;
    }
    ++panels->n;
  }
  return 0;
}

/** Bytes of a picture; takes `png`. */
static PyObject*
bytes_of(const CoreState* state, KitStatus status, void* png, size_t size)
{
  CoreMessages messages;
  core_messages_init(&messages);
  PyObject* const bytes = core_messages_settle(state, &messages, status)
                            ? NULL
                            : PyBytes_FromStringAndSize((const char*)png, (Py_ssize_t)size);
  kit_free(png);
  return bytes;
}

PyObject*
core_spectrogram_png(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              list;
  int                    channels_first;
  int                    linear;
  double                 rate;
  unsigned int           size[2];
  KitSpectrogramPicture  picture = {0};
  Panels                 panels;
  if (!PyArg_ParseTuple(args, "O!pdIIzzzpd", &PyList_Type, &list, &channels_first, &rate, &size[0], &size[1],
                        &picture.title, &picture.labels[0], &picture.labels[1], &linear, &picture.range_db) ||
      open_panels(state, list, channels_first, rate, &panels)) {
    return NULL;
  }
  picture.width    = size[0];
  picture.height   = size[1];
  picture.linear   = linear;
  void*     png    = NULL;
  size_t    length = 0;
  KitStatus st     = KIT_SUCCESS;
  Py_BEGIN_ALLOW_THREADS
  KitAudio audio[KIT_PICTURE_MAX_PANELS];
  for (size_t i = 0; i < panels.n; ++i) {
    audio[i] = panels.audio[i].audio;
  }
  st = kit_spectrogram_png(audio, panels.n, &picture, &png, &length);
  Py_END_ALLOW_THREADS
  close_panels(&panels);
  return bytes_of(state, st, png, length);
}

PyObject*
core_decay_png(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              object;
  int                    channels_first;
  double                 rate;
  unsigned int           size[2];
  KitDecayPicture        picture = {0};
  CoreBuffer             buffer;
  CoreAudio              audio;
  if (!PyArg_ParseTuple(args, "OpdIIz", &object, &channels_first, &rate, &size[0], &size[1],
                        &picture.title) ||
      core_audio_read(state, object, channels_first, rate, &buffer, &audio)) {
    return NULL;
  }
  picture.width    = size[0];
  picture.height   = size[1];
  void*     png    = NULL;
  size_t    length = 0;
  KitStatus st     = KIT_SUCCESS;
  Py_BEGIN_ALLOW_THREADS
  st = kit_decay_png(&audio.audio, &picture, &png, &length);
  Py_END_ALLOW_THREADS
  core_audio_cleanup(&audio);
  core_buffer_close(&buffer);
  return bytes_of(state, st, png, length);
}
