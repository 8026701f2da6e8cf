// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"
#include "system.h"

#include <string.h>

#define SIGNAL_CHECK_S 0.1

/** A render with the GIL released. */
typedef struct {
  PyThreadState* thread;
  unsigned long  ident;
  double         checked_s; ///< When signals were looked at last
  PyObject*      progress;  ///< Called with the fraction that is done, or null; borrowed
} Released;

// Ctrl-C must work in long renders: the GIL is taken back now and then to see, and to tell how far it is
static bool
go_on(void* handle, double fraction)
{
  Released* const released = (Released*)handle;
  const double    now_s    = kit_clock_s();
  if (now_s - released->checked_s < SIGNAL_CHECK_S || PyThread_get_thread_ident() != released->ident) {
    return true;
  }
  released->checked_s = now_s;
  PyEval_RestoreThread(released->thread);
  bool stopped = PyErr_CheckSignals();
  if (!stopped && released->progress) {
    PyObject* const answer = PyObject_CallFunction(released->progress, "d", fraction);
    stopped                = !answer;
    Py_XDECREF(answer);
  }
  released->thread = PyEval_SaveThread();
  return !stopped;
}

typedef struct {
  double    rate;     ///< Hz
  double    tail_s;   ///< Negative: the preset's
  double    bpm;      ///< Tempo; 0 for none
  PyObject* progress; ///< As in Released
} CoreRun;

static KitRenderOptions
options_of(KitPreset* preset, double tail_s, const CoreMessages* messages)
{
  return (KitRenderOptions){
    .effect      = kit_preset_effect(preset),
    .values      = kit_preset_values(preset),
    .tail_s      = tail_s >= 0.0 ? tail_s : kit_preset_tail_s(preset),
    .preset_tail = tail_s < 0.0,
    .log         = &messages->log,
  };
}

/** Bytes of a render, in doubles that cannot overflow; about what kit_render_memory() says. */
static KitStatus
check_memory(const KitRenderOptions* options, const KitAudio* in)
{
  const double held = (double)in->n_frames * in->n_channels * sizeof(double);
  return core_memory_check(held < 1e14 ? (double)kit_render_memory(options, in) : 1e15, options->log);
}

PyObject*
core_render_shape(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              object;
  unsigned int           n_channels;
  Py_ssize_t             n_frames;
  double                 rate;
  double                 tail_s;
  CoreMessages           messages;
  if (!PyArg_ParseTuple(args, "OIndd", &object, &n_channels, &n_frames, &rate, &tail_s)) {
    return NULL;
  }
  KitPreset* const preset = core_preset_of(state, object);
  if (!preset) {
    return NULL;
  }
  core_messages_init(&messages);
  const KitRenderOptions options = options_of(preset, tail_s, &messages);
  const KitAudio         in      = {rate, n_channels, (size_t)n_frames, NULL};
  KitAudio               shape   = {0};
  KitStatus              st      = kit_render_shape(&options, &in, &shape);
  st                             = st ? st : check_memory(&options, &in);
  return core_messages_settle(state, &messages, st)
           ? NULL
           : Py_BuildValue("In", (unsigned int)shape.n_channels, (Py_ssize_t)shape.n_frames);
}

/** Arrays that are converted on the way, piece by piece. */
typedef struct {
  const CoreBuffer* in;
  const CoreBuffer* out;
  size_t            n_read;
  size_t            n_written;
} Arrays;

static KitStatus
read_array(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Arrays* const arrays = (Arrays*)handle;
  const size_t  left   = arrays->in->n_frames - arrays->n_read;
  *n_read              = left < n ? (uint32_t)left : n;
  double* to[CORE_MAX_CHANNELS];
  for (uint32_t c = 0; c < arrays->in->n_channels; ++c) {
    memcpy(&to[c], &in[c], sizeof(double*)); // room of the render's
  }
  core_buffer_load_all(arrays->in, arrays->n_read, *n_read, to);
  arrays->n_read += *n_read;
  return KIT_SUCCESS;
}

static KitStatus
rewind_array(void* handle)
{
  ((Arrays*)handle)->n_read = 0;
  return KIT_SUCCESS;
}

static KitStatus
write_array(void* handle, const double* const* out, uint32_t n)
{
  Arrays* const arrays = (Arrays*)handle;
  if (n > arrays->out->n_frames - arrays->n_written) {
    return KIT_ERR_BAD_ARG;
  }
  core_buffer_store_all(arrays->out, arrays->n_written, n, out);
  arrays->n_written += n;
  return KIT_SUCCESS;
}

/* An array of doubles holds what a pass gave; one of floats would round it */

static KitStatus
hold_in_array(void* handle, uint64_t at, const double* const* x, uint32_t n)
{
  const Arrays* const arrays = (const Arrays*)handle;
  core_buffer_store_all(arrays->out, (size_t)at, n, x);
  return KIT_SUCCESS;
}

static KitStatus
held_in_array(void* handle, uint64_t at, double* const* x, uint32_t n)
{
  const Arrays* const arrays = (const Arrays*)handle;
  core_buffer_load_all(arrays->out, (size_t)at, n, x);
  return KIT_SUCCESS;
}

/** Arrays that are what the kit works on: read and written where they are. */
static KitStatus
render_in_place(const KitRenderOptions* options, const CoreBuffer buffers[2], double rate, size_t* n_frames)
{
  CoreAudio in  = {0};
  CoreAudio out = {0};
  KitStatus st  = core_audio_init(&in, &buffers[0], rate, true, options->log);
  st            = st ? st : core_audio_init(&out, &buffers[1], rate, false, options->log);
  st            = st ? st : kit_render_into(options, &in.audio, &out.audio);
  *n_frames     = out.audio.n_frames;
  core_audio_cleanup(&in);
  core_audio_cleanup(&out);
  return st;
}

/** @param[out] n_frames Of the result, at most those of its buffer. */
static KitStatus
render_released(const KitRenderOptions* options, const CoreBuffer buffers[2], double rate, size_t* n_frames)
{
  if (core_buffer_is_planar(&buffers[0]) && core_buffer_is_planar(&buffers[1])) {
    return render_in_place(options, buffers, rate, n_frames);
  }
  Arrays          arrays = {&buffers[0], &buffers[1], 0, 0};
  const KitSource source = {
    rate, buffers[0].n_channels, buffers[0].n_frames, true, read_array, rewind_array, &arrays};
  const bool     exact = !buffers[1].is_float;
  const KitSink  sink  = {write_array, &arrays, exact ? hold_in_array : NULL, exact ? held_in_array : NULL};
  KitAudio       shape = {0};
  const KitAudio in    = {rate, buffers[0].n_channels, buffers[0].n_frames, NULL};
  KitStatus      st    = kit_render_shape(options, &in, &shape);
  if (!st && (shape.n_channels != buffers[1].n_channels || shape.n_frames != buffers[1].n_frames)) {
    return KIT_ERR_BAD_ARG;
  }
  st        = st ? st : kit_render_pieces(options, &source, &sink, NULL);
  *n_frames = arrays.n_written;
  return st;
}

/** What comes of a render. */
typedef struct {
  size_t    n_frames; ///< Of the result
  bool      listens;  ///< Labels are wanted
  KitLabel* labels;
  size_t    n;
  size_t    room;
  bool      full; ///< No memory for more
} Told;

static bool
make_room(Told* told)
{
  const size_t    room = told->room ? 2U * told->room : 256U;
  KitLabel* const more = (KitLabel*)kit_calloc(room, sizeof(KitLabel));
  if (!more) {
    return false;
  }
  if (told->n) {
    memcpy(more, told->labels, told->n * sizeof(KitLabel));
  }
  kit_free(told->labels);
  told->labels = more;
  told->room   = room;
  return true;
}

static void
take_label(void* handle, const KitLabel* label)
{
  Told* const told = (Told*)handle;
  if (told->n == told->room && !make_room(told)) {
    told->full = true;
    return;
  }
  KitLabel* const to = &told->labels[told->n++];
  to->kind           = label->kind; // One by one: padding stays 0, as bytes are compared
  to->channel        = label->channel;
  to->state          = label->state;
  to->n_bits         = label->n_bits;
  to->bits           = label->bits;
  to->start          = label->start;
  to->n_frames       = label->n_frames;
}

static int
run(const CoreState* state, KitPreset* preset, const CoreBuffer buffers[2], const CoreRun* how, Told* told)
{
  CoreMessages messages;
  core_messages_init(&messages);
  const KitLabelSink sink     = {take_label, told, 0};
  KitRenderOptions   options  = options_of(preset, how->tail_s, &messages);
  Released           released = {
              .ident = PyThread_get_thread_ident(), .checked_s = kit_clock_s(), .progress = how->progress};
  options.labels   = told->listens ? &sink : NULL;
  options.progress = go_on;
  options.handle   = &released;
  options.bpm      = how->bpm;
  released.thread  = PyEval_SaveThread();
  KitStatus st     = render_released(&options, buffers, how->rate, &told->n_frames);
  st               = !st && told->full ? KIT_ERR_NO_MEMORY : st;
  PyEval_RestoreThread(released.thread);
  return core_messages_settle(state, &messages, st);
}

/** @return the frames of the result; with `labels`, a pair of them and the labels' bytes. */
static PyObject*
render(PyObject* module, PyObject* args, bool labels)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  PyObject*              objects[3];
  int                    channels_first;
  CoreRun                how = {.progress = NULL};
  if (!PyArg_ParseTuple(args, "OOOpddd|O", &objects[0], &objects[1], &objects[2], &channels_first, &how.rate,
                        &how.tail_s, &how.bpm, &how.progress)) {
    return NULL;
  }
  how.progress            = how.progress == Py_None ? NULL : how.progress;
  KitPreset* const preset = core_preset_of(state, objects[0]);
  CoreBuffer       buffers[2];
  if (!preset || core_buffer_open(objects[1], channels_first, false, &buffers[0])) {
    return NULL;
  }
  Told told = {.listens = labels};
  int  st   = core_buffer_open(objects[2], channels_first, true, &buffers[1]);
  if (!st) {
    st = run(state, preset, buffers, &how, &told);
    core_buffer_close(&buffers[1]);
  }
  core_buffer_close(&buffers[0]);
  PyObject* result = NULL;
  if (!st && labels) {
    const Py_ssize_t size = (Py_ssize_t)(told.n * sizeof(KitLabel));
    result =
      Py_BuildValue("(ny#)", (Py_ssize_t)told.n_frames, told.labels ? (const char*)told.labels : "", size);
  } else if (!st) {
    result = PyLong_FromSize_t(told.n_frames);
  }
  kit_free(told.labels);
  return result;
}

PyObject*
core_render(PyObject* module, PyObject* args)
{
  return render(module, args, false);
}

PyObject*
core_render_labels(PyObject* module, PyObject* args)
{
  return render(module, args, true);
}
