// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"
#include "file.h"
#include "vstkit/audio_file.h"

#include <errno.h>

#define CHUNK_FRAMES 16384U

/** A part of a file on its way into a bytearray, interleaved. */
typedef struct {
  KitAudioFile* file;
  uint64_t      start;
  uint64_t      n_most;   ///< Frames wanted
  bool          is_float; ///< float32, else float64
  double*       chunk;    ///< [n_channels][CHUNK_FRAMES]
  double**      channels; ///< [n_channels]
  PyObject*     bytes;
  uint64_t      n_room; ///< Frames that `bytes` has room for
  uint64_t      n;      ///< Frames read
  uint32_t      n_got;  ///< Frames in `chunk`
} Part;

static size_t
frame_bytes(const Part* part)
{
  return kit_audio_info(part->file)->n_channels * (part->is_float ? sizeof(float) : sizeof(double));
}

/** Open, and go to where the part begins.  [GIL not needed] */
static KitStatus
begin_part(Part* part, const char* path, const KitLog* log)
{
  KitStatus st = kit_audio_open(path, log, &part->file);
  st           = st ? st : kit_audio_skip(part->file, part->start, log);
  if (st) {
    return st;
  }
  const KitAudioInfo* const info = kit_audio_info(part->file);
  if (info->n_frames != SIZE_MAX) {
    const uint64_t left = info->n_frames > part->start ? info->n_frames - part->start : 0U;
    part->n_room        = left < part->n_most ? left : part->n_most;
  }
  part->chunk    = (double*)kit_calloc((size_t)info->n_channels * CHUNK_FRAMES, sizeof(double));
  part->channels = (double**)kit_calloc(info->n_channels, sizeof(double*));
  if (!part->chunk || !part->channels) {
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < info->n_channels; ++c) {
    part->channels[c] = part->chunk + (size_t)c * CHUNK_FRAMES;
  }
  return core_memory_check((double)part->n_room * (double)frame_bytes(part), log);
}

static void
end_part(Part* part)
{
  kit_free(part->channels);
  kit_free(part->chunk);
  kit_audio_close(part->file);
}

/** Put the chunk behind what is there.  [GIL not needed] */
static void
put_chunk(const Part* part, char* to)
{
  const uint32_t n_channels = kit_audio_info(part->file)->n_channels;
  const size_t   n          = (size_t)part->n_got * n_channels;
  float* const   floats     = (float*)(void*)(to + part->n * frame_bytes(part));
  double* const  doubles    = (double*)(void*)(to + part->n * frame_bytes(part));
  for (uint32_t c = 0; c < n_channels; ++c) {
    const double* from = part->channels[c];
    for (size_t i = c; i < n; i += n_channels, ++from) {
      if (part->is_float) {
        floats[i] = (float)*from;
      } else {
        doubles[i] = *from;
      }
    }
  }
}

/** Make `bytes` as long as `n_frames`.  @return an error with an exception set. */
static KitStatus
resize(Part* part, uint64_t n_frames)
{
  const uint64_t size = n_frames * frame_bytes(part);
  part->n_room        = n_frames;
  if (!part->bytes || size > PY_SSIZE_T_MAX) {
    PyErr_NoMemory();
    return KIT_ERR_NO_MEMORY;
  }
  return PyByteArray_Resize(part->bytes, (Py_ssize_t)size) ? KIT_ERR_NO_MEMORY : KIT_SUCCESS;
}

// Some headers do not say how much there is, or say too little
static KitStatus
make_room(Part* part, uint64_t end, const KitLog* log)
{
  const uint64_t wanted = 2U * end < part->n_most ? 2U * end : part->n_most;
  if (end <= part->n_room) {
    return KIT_SUCCESS;
  }
  const KitStatus st = core_memory_check((double)wanted * (double)frame_bytes(part), log);
  return st ? st : resize(part, wanted);
}

/** Read until enough is there, or the file ends. */
static KitStatus
read_part(Part* part, const KitLog* log)
{
  part->bytes  = PyByteArray_FromStringAndSize(NULL, 0);
  KitStatus st = resize(part, part->n_room);
  while (!st && part->n < part->n_most) {
    const uint64_t left   = part->n_most - part->n;
    const uint32_t wanted = left < CHUNK_FRAMES ? (uint32_t)left : CHUNK_FRAMES;
    Py_BEGIN_ALLOW_THREADS
    st = kit_audio_read_some(part->file, part->channels, wanted, log, &part->n_got);
    Py_END_ALLOW_THREADS
    st = st ? st : make_room(part, part->n + part->n_got, log);
    if (!st) {
      put_chunk(part, PyByteArray_AsString(part->bytes));
      part->n += part->n_got;
    }
    if (PyErr_CheckSignals()) {
      return KIT_ERR_CANCELLED;
    }
    if (part->n_got < wanted) {
      break;
    }
  }
  return st ? st : resize(part, part->n);
}

PyObject*
core_read_audio(PyObject* module, PyObject* args)
{
  const CoreState* const state    = (const CoreState*)PyModule_GetState(module);
  PyObject*              name     = NULL;
  Part                   part     = {0};
  unsigned long long     start    = 0;
  unsigned long long     n_most   = 0;
  int                    is_float = 0;
  CoreMessages           messages;
  if (!PyArg_ParseTuple(args, "O&KKp", PyUnicode_FSConverter, (void*)&name, &start, &n_most, &is_float)) {
    return NULL;
  }
  part.start             = start;
  part.n_most            = n_most;
  part.is_float          = is_float;
  KitStatus         st   = KIT_SUCCESS;
  const char* const path = PyBytes_AsString(name);
  core_messages_init(&messages);
  Py_BEGIN_ALLOW_THREADS
  st = begin_part(&part, path, &messages.log);
  Py_END_ALLOW_THREADS
  Py_DECREF(name);
  st               = st ? st : read_part(&part, &messages.log);
  PyObject* result = NULL;
  if (!core_messages_settle(state, &messages, st)) {
    const KitAudioInfo* const info = kit_audio_info(part.file);
    result = Py_BuildValue("OId", part.bytes, (unsigned int)info->n_channels, info->sample_rate);
  }
  Py_XDECREF(part.bytes);
  end_part(&part);
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
