// SPDX-License-Identifier: ISC
/**
   @file core.h  What the files of the extension module share.

   CPython's limited API only, and audio through the buffer protocol: the module knows no NumPy.
   Unless a comment says otherwise, functions need the GIL; those that return int give 0, or −1
   with an exception set.
*/
#ifndef KIT_PYTHON_CORE_H
#define KIT_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "vstkit/direct.h"

#include <stdbool.h>
#include <stdint.h>

#define CORE_MAX_CHANNELS 64 ///< Of a buffer

typedef struct {
  PyObject*     warn;        ///< The function of vstkit._errors
  PyObject*     unknown_key; ///< vstkit.UnknownKeyError
  PyObject*     unstable;    ///< vstkit.UnstableError
  PyTypeObject* preset_type;
  PyTypeObject* stream_type;
} CoreState;

extern PyType_Spec core_preset_spec;
extern PyType_Spec core_stream_spec;

/** State of the module that an object's type was made for. */
const CoreState*
core_state_of(PyObject* self);

/** The effect of that id.  @return null with ValueError. */
const KitEffect*
core_effect(const char* id);

/* Messages (messages.c) */

#define CORE_MAX_WARNINGS 32U ///< Of one call; more are dropped

/** Gathers what the kit says while the GIL is released. */
typedef struct {
  KitLog   log;
  char*    error; ///< Null, or the first error
  char*    warnings[CORE_MAX_WARNINGS];
  uint32_t n_warnings;
} CoreMessages;

/** [GIL not needed] */
void
core_messages_init(CoreMessages* messages);

/** Issue a warning for the caller's line. */
int
core_warn(const CoreState* state, const char* text);

/** Raise the exception that `status` asks for, or issue the warnings; the messages are freed. */
int
core_messages_settle(const CoreState* state, CoreMessages* messages, KitStatus status);

/* Values (value.c) */

/** One parameter, or one element of it, and values for it. */
typedef struct {
  KitParamRef ref;
  uint32_t    n;      ///< Elements addressed
  double*     values; ///< [n], owned
} CoreValue;

/** What becomes of numbers out of range. */
typedef enum {
  CORE_REFUSE,        ///< ValueError beyond what the engine takes; a warning beyond the control
  CORE_CLAMP,         ///< The nearest that the engine takes, with a warning
  CORE_CLAMP_CONTROL, ///< The nearest that the control takes, with a warning
} CoreFit;

/**
   Read a Python object (a number, text, or a sequence for an array) as the value of `key`.

   Raises UnknownKeyError, ValueError, TypeError.
*/
int
core_value_init(const CoreState* state, const KitEffect* effect, const char* key, PyObject* object,
                CoreFit fit, CoreValue* value);

void
core_value_cleanup(CoreValue* value);

/** A value as presets hold it: a number, a choice's key, or a list.  `values` are those that `key` addresses.
 */
PyObject*
core_value_object(const KitParam* param, const char* key, const double* values);

/** The value of `key` as presets hold it.  `slots` has all values. */
PyObject*
core_value_get(const CoreState* state, const KitEffect* effect, const char* key, const double* slots);

/** The value of a scalar or an element as people read it ("1.2 kHz"). */
PyObject*
core_value_text(const CoreState* state, const KitEffect* effect, const char* key, const double* slots);

/** Find a key.  Raises UnknownKeyError with the nearest known keys. */
int
core_value_find(const CoreState* state, const KitEffect* effect, const char* key, KitParamRef* ref);

/* Audio (audio.c) */

/** An exported buffer of one or two dimensions: float32 or float64 samples at any strides. */
typedef struct {
  Py_buffer  view;
  bool       is_float; ///< float32, else float64
  uint32_t   n_channels;
  size_t     n_frames;
  Py_ssize_t channel_stride; ///< Bytes
  Py_ssize_t frame_stride;
} CoreBuffer;

/** Raises TypeError (sample type), ValueError (shape). */
int
core_buffer_open(PyObject* object, bool channels_first, bool writable, CoreBuffer* buffer);

void
core_buffer_close(CoreBuffer* buffer);

/** Channels are runs of aligned doubles.  [GIL not needed] */
bool
core_buffer_is_planar(const CoreBuffer* buffer);

/** Read `n` samples of a channel from frame `start` on.  [GIL not needed] */
void
core_buffer_load(const CoreBuffer* buffer, uint32_t channel, size_t start, size_t n, double* to);

/** Write them.  [GIL not needed] */
void
core_buffer_store(const CoreBuffer* buffer, uint32_t channel, size_t start, size_t n, const double* from);

/** The same of all channels: `to` and `from` are [n_channels][n].  [GIL not needed] */
void
core_buffer_load_all(const CoreBuffer* buffer, size_t start, size_t n, double* const* to);
void
core_buffer_store_all(const CoreBuffer* buffer, size_t start, size_t n, const double* const* from);

/** Planar doubles of a buffer: the buffer's own memory where it is laid out so, else a copy. */
typedef struct {
  KitAudio audio;
  double*  memory; ///< Of the copy, or null
} CoreAudio;

/** @param fill Copy the samples (for input).  [GIL not needed] */
KitStatus
core_audio_init(CoreAudio* audio, const CoreBuffer* buffer, double sample_rate, bool fill, const KitLog* log);

/** Put samples of a copy back into the buffer.  [GIL not needed] */
void
core_audio_store(const CoreAudio* audio, const CoreBuffer* buffer);

/** KIT_ERR_NO_MEMORY, logged, if `bytes` cannot be had without swapping.  [GIL not needed] */
KitStatus
core_memory_check(double bytes, const KitLog* log);

/** [GIL not needed] */
void
core_audio_cleanup(CoreAudio* audio);

/** Open a buffer and take planar doubles of it for reading; `audio` outlives the buffer's closing. */
int
core_audio_read(const CoreState* state, PyObject* object, bool channels_first, double sample_rate,
                CoreBuffer* buffer, CoreAudio* audio);

/* Presets (preset_type.c) */

/** The preset inside an object of the preset type.  @return null with TypeError. */
KitPreset*
core_preset_of(const CoreState* state, PyObject* object);

/* Functions of the module; the argument lists stand in _core.pyi */

PyObject*
core_render_shape(PyObject* module, PyObject* args);
PyObject*
core_render(PyObject* module, PyObject* args);
PyObject*
core_render_labels(PyObject* module, PyObject* args);
PyObject*
core_levels(PyObject* module, PyObject* args);
PyObject*
core_analyze(PyObject* module, PyObject* args);
PyObject*
core_analyze_impulse(PyObject* module, PyObject* args);
PyObject*
core_compare(PyObject* module, PyObject* args);
PyObject*
core_decay_curve(PyObject* module, PyObject* args);
PyObject*
core_spectrogram_png(PyObject* module, PyObject* args);
PyObject*
core_decay_png(PyObject* module, PyObject* args);
PyObject*
core_read_audio(PyObject* module, PyObject* args);
PyObject*
core_encode_audio(PyObject* module, PyObject* args);
PyObject*
core_write_file(PyObject* module, PyObject* args);

#endif
