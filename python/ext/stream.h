// SPDX-License-Identifier: ISC
/** @file stream.h  The Stream type: an instance that one thread at a time works with. */
#ifndef KIT_PYTHON_STREAM_H
#define KIT_PYTHON_STREAM_H

#include "core.h"

#include <stdatomic.h>

typedef struct {
  PyObject_HEAD
  KitInstance* instance; ///< Null once closed
  KitPreset*   kept;     ///< Of the last state
  KitSetup     setup;
  atomic_flag  busy;
  KitEvent*    events; ///< [n_events] to come, by frame; counted from the next block's start
  uint32_t     n_events;
  uint32_t     capacity;
} StreamObject;

/** Make this thread the one that works with the stream.  Give back with core_stream_leave(). */
int
core_stream_enter(StreamObject* stream);

void
core_stream_leave(StreamObject* stream);

/** For what any thread may do at any time. */
int
core_stream_check_open(const StreamObject* stream);

PyObject*
core_stream_process(PyObject* self, PyObject* args);

PyObject*
core_stream_automate(PyObject* self, PyObject* args);

PyObject*
core_stream_set_tempo(PyObject* self, PyObject* args);

#endif
