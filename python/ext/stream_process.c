// SPDX-License-Identifier: ISC
#include "stream.h"

#include "alloc.h"

#include <string.h>

int
core_stream_enter(StreamObject* stream)
{
  if (atomic_flag_test_and_set(&stream->busy)) {
    PyErr_SetString(PyExc_RuntimeError,
                    "the stream is at work in another thread: use one stream per thread, or a lock");
    return -1;
  }
  if (!stream->instance) {
    atomic_flag_clear(&stream->busy);
    PyErr_SetString(PyExc_ValueError, "the stream is closed");
    return -1;
  }
  return 0;
}

void
core_stream_leave(StreamObject* stream)
{
  atomic_flag_clear(&stream->busy);
}

int
core_stream_check_open(const StreamObject* stream)
{
  if (!stream->instance) {
    PyErr_SetString(PyExc_ValueError, "the stream is closed");
    return -1;
  }
  return 0;
}

/** How many of the queued events fall into a block of `n` frames. */
static uint32_t
count_due(const StreamObject* stream, uint32_t n)
{
  uint32_t due = 0;
  while (due < stream->n_events && stream->events[due].frame < n) {
    ++due;
  }
  return due;
}

static void
forget_due(StreamObject* stream, uint32_t due, uint32_t n)
{
  stream->n_events -= due;
  if (stream->n_events) {
    memmove(stream->events, stream->events + due, stream->n_events * sizeof(KitEvent));
  }
  for (uint32_t i = 0; i < stream->n_events; ++i) {
    stream->events[i].frame -= n;
  }
}

static KitStatus
process_released(StreamObject* stream, const CoreBuffer buffers[2], const KitLog* log)
{
  CoreAudio      in  = {0};
  CoreAudio      out = {0};
  const uint32_t n   = (uint32_t)buffers[0].n_frames;
  KitStatus      st  = core_audio_init(&in, &buffers[0], 0.0, true, log);
  st                 = st ? st : core_audio_init(&out, &buffers[1], 0.0, false, log);
  if (!st && n) {
    const uint32_t   due     = count_due(stream, n);
    const KitProcess process = {
      .in        = (const void* const*)in.audio.channels,
      .out       = (void* const*)out.audio.channels,
      .is_double = true,
      .n_frames  = n,
      .events    = stream->events,
      .n_events  = due,
    };
    kit_instance_process(stream->instance, &process);
    forget_due(stream, due, n);
    core_audio_store(&out, &buffers[1]);
  }
  core_audio_cleanup(&in);
  core_audio_cleanup(&out);
  return st;
}

static int
check_block(const StreamObject* stream, const CoreBuffer buffers[2])
{
  if (buffers[0].n_channels != stream->setup.n_in) {
    PyErr_Format(PyExc_ValueError, "the block has %u channels, the stream %u", buffers[0].n_channels,
                 stream->setup.n_in);
    return -1;
  }
  if (buffers[1].n_channels != stream->setup.n_out || buffers[1].n_frames != buffers[0].n_frames ||
      buffers[0].n_frames > INT32_MAX) {
    PyErr_SetString(PyExc_ValueError, "the block is too long, or the output has another shape");
    return -1;
  }
  return 0;
}

PyObject*
core_stream_process(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  PyObject*           objects[2];
  int                 channels_first;
  CoreBuffer          buffers[2] = {0};
  CoreMessages        messages;
  KitStatus           status = KIT_SUCCESS;
  if (!PyArg_ParseTuple(args, "OOp", &objects[0], &objects[1], &channels_first) ||
      core_stream_enter(stream)) {
    return NULL;
  }
  core_messages_init(&messages);
  int st = core_buffer_open(objects[0], channels_first, false, &buffers[0]);
  st     = st ? st : core_buffer_open(objects[1], channels_first, true, &buffers[1]);
  st     = st ? st : check_block(stream, buffers);
  if (!st) {
    Py_BEGIN_ALLOW_THREADS
    status = process_released(stream, buffers, &messages.log);
    Py_END_ALLOW_THREADS
    st = core_messages_settle(core_state_of(self), &messages, status);
  }
  core_buffer_close(&buffers[1]);
  core_buffer_close(&buffers[0]);
  core_stream_leave(stream);
  if (st) {
    return NULL;
  }
  Py_RETURN_NONE;
}

static bool
grow(StreamObject* stream)
{
  if (stream->n_events < stream->capacity) {
    return true;
  }
  const uint32_t  capacity = stream->capacity ? 2U * stream->capacity : 64U;
  KitEvent* const events   = (KitEvent*)kit_calloc(capacity, sizeof(KitEvent));
  if (!events) {
    PyErr_NoMemory();
    return false;
  }
  if (stream->n_events) {
    memcpy(events, stream->events, stream->n_events * sizeof(KitEvent));
  }
  kit_free(stream->events);
  stream->events   = events;
  stream->capacity = capacity;
  return true;
}

/** Events of one frame keep the order in which they came. */
static int
queue(StreamObject* stream, KitEvent event)
{
  if (!grow(stream)) {
    return -1;
  }
  uint32_t at = stream->n_events;
  while (at && stream->events[at - 1U].frame > event.frame) {
    stream->events[at] = stream->events[at - 1U];
    --at;
  }
  stream->events[at] = event;
  ++stream->n_events;
  return 0;
}

PyObject*
core_stream_automate(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  const char*         key    = NULL;
  PyObject*           object = NULL;
  Py_ssize_t          offset = 0;
  CoreValue           value;
  if (!PyArg_ParseTuple(args, "snO", &key, &offset, &object)) {
    return NULL;
  }
  if (offset < 0 || offset > INT32_MAX) {
    PyErr_Format(PyExc_ValueError, "offset: %zd: 0 to %d frames are expected", offset, INT32_MAX);
    return NULL;
  }
  if (core_stream_enter(stream)) {
    return NULL;
  }
  int st = core_value_init(core_state_of(self), kit_instance_effect(stream->instance), key, object,
                           CORE_CLAMP_CONTROL, &value);
  for (uint32_t i = 0; !st && i < value.n; ++i) {
    st = queue(stream, (KitEvent){(uint32_t)offset, KIT_EVENT_VALUE, value.ref.slot + i, value.values[i]});
  }
  core_value_cleanup(&value);
  core_stream_leave(stream);
  if (st) {
    return NULL;
  }
  Py_RETURN_NONE;
}

PyObject*
core_stream_set_tempo(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  Py_ssize_t          offset = 0;
  double              bpm    = 0.0;
  if (!PyArg_ParseTuple(args, "nd", &offset, &bpm)) {
    return NULL;
  }
  if (offset < 0 || offset > INT32_MAX) {
    PyErr_Format(PyExc_ValueError, "offset: %zd: 0 to %d frames are expected", offset, INT32_MAX);
    return NULL;
  }
  if (core_stream_enter(stream)) {
    return NULL;
  }
  const int st = queue(stream, (KitEvent){(uint32_t)offset, KIT_EVENT_TEMPO, 0, bpm});
  core_stream_leave(stream);
  if (st) {
    return NULL;
  }
  Py_RETURN_NONE;
}
