// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"
#include "file.h"
#include "system.h"
#include "vstkit/audio_file.h"

#include <errno.h>

#define MAX_SHARE 4U // Samples may take a quarter of the free memory: they are copied more than once

static KitStatus
read_file(const char* path, const KitLog* log, KitAudio* audio)
{
  const size_t  available = kit_available_memory();
  KitAudioFile* file      = NULL;
  KitStatus     st        = kit_audio_open(path, log, &file);
  if (!st) {
    st = kit_audio_read(file, available ? available / MAX_SHARE : SIZE_MAX / 2U, NULL, log, audio);
  }
  kit_audio_close(file);
  return st;
}

/** Interleaved doubles. */
static PyObject*
bytes_of(const KitAudio* audio)
{
  const size_t    size  = audio->n_frames * audio->n_channels * sizeof(double);
  PyObject* const bytes = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)size);
  double* const   to    = bytes ? (double*)(void*)PyByteArray_AsString(bytes) : NULL;
  for (size_t i = 0; to && i < audio->n_frames; ++i) {
    for (uint32_t c = 0; c < audio->n_channels; ++c) {
      to[i * audio->n_channels + c] = audio->channels[c][i];
    }
  }
  return bytes;
}

PyObject*
core_read_audio(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              name  = NULL;
  KitAudio               audio = {0};
  KitStatus              st    = KIT_SUCCESS;
  CoreMessages           messages;
  if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, (void*)&name)) {
    return NULL;
  }
  const char* const path = PyBytes_AsString(name);
  core_messages_init(&messages);
  Py_BEGIN_ALLOW_THREADS
  st = read_file(path, &messages.log, &audio);
  Py_END_ALLOW_THREADS
  Py_DECREF(name);
  PyObject* result = NULL;
  if (!core_messages_settle(state, &messages, st)) {
    PyObject* const bytes = bytes_of(&audio);
    result = bytes ? Py_BuildValue("NId", bytes, (unsigned int)audio.n_channels, audio.sample_rate) : NULL;
  }
  kit_audio_cleanup(&audio);
  return result;
}

PyObject*
core_encode_audio(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              object;
  int                    channels_first;
  int                    bits;
  double                 rate;
  KitEncodeOptions       options = {0};
  CoreBuffer             buffer;
  CoreAudio              audio;
  CoreMessages           messages;
  if (!PyArg_ParseTuple(args, "Opdsi", &object, &channels_first, &rate, &options.extension, &bits) ||
      core_audio_read(state, object, channels_first, rate, &buffer, &audio)) {
    return NULL;
  }
  options.bits   = (KitBits)bits;
  void*     file = NULL;
  size_t    size = 0;
  KitStatus st   = KIT_SUCCESS;
  core_messages_init(&messages);
  Py_BEGIN_ALLOW_THREADS
  st = kit_audio_encode(&audio.audio, &options, &messages.log, &file, &size);
  Py_END_ALLOW_THREADS
  core_audio_cleanup(&audio);
  core_buffer_close(&buffer);
  PyObject* const bytes = core_messages_settle(state, &messages, st)
                            ? NULL
                            : PyBytes_FromStringAndSize((const char*)file, (Py_ssize_t)size);
  kit_free(file);
  return bytes;
}

/** Raise the kind of OSError that `error` stands for. */
static void
raise_os_error(int error, const char* text)
{
  PyObject* const object = PyObject_CallFunction(PyExc_OSError, "is", error, text);
  if (object) {
    PyErr_SetObject((PyObject*)Py_TYPE(object), object);
  }
  Py_XDECREF(object);
}

PyObject*
core_write_file(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              name  = NULL;
  const char*            data  = NULL;
  Py_ssize_t             size  = 0;
  int                    error = 0;
  KitStatus              st    = KIT_SUCCESS;
  CoreMessages           messages;
  if (!PyArg_ParseTuple(args, "O&y#", PyUnicode_FSConverter, (void*)&name, &data, &size)) {
    return NULL;
  }
  const char* const path = PyBytes_AsString(name);
  core_messages_init(&messages);
  Py_BEGIN_ALLOW_THREADS
  st    = kit_file_write(path, data, (size_t)size, &messages.log);
  error = errno;
  Py_END_ALLOW_THREADS
  Py_DECREF(name);
  if (st == KIT_ERR_IO) {
    raise_os_error(error, messages.error ? messages.error : kit_status_text(st));
  }
  if (core_messages_settle(state, &messages, st)) {
    return NULL;
  }
  Py_RETURN_NONE;
}
