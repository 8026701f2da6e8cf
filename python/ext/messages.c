// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"

static void
gather(void* handle, KitLogLevel level, const char* text)
{
  CoreMessages* const messages = (CoreMessages*)handle;
  if (level == KIT_LOG_ERROR && !messages->error) {
    messages->error = kit_strdup(text);
  } else if (level == KIT_LOG_WARNING && messages->n_warnings < CORE_MAX_WARNINGS) {
    messages->warnings[messages->n_warnings] = kit_strdup(text);
    messages->n_warnings += messages->warnings[messages->n_warnings] ? 1U : 0U;
  }
}

void
core_messages_init(CoreMessages* messages)
{
  *messages = (CoreMessages){.log = {gather, messages}};
}

static PyObject*
exception_of(const CoreState* state, KitStatus status)
{
  switch (status) {
    case KIT_SUCCESS:
    case KIT_ERR_BAD_ARG:
    case KIT_ERR_BAD_DATA:
    case KIT_ERR_BAD_VALUE:
    case KIT_ERR_TOO_LARGE:
    case KIT_ERR_UNSUPPORTED: return PyExc_ValueError;
    case KIT_ERR_NO_MEMORY: return PyExc_MemoryError;
    case KIT_ERR_NOT_FOUND: return PyExc_FileNotFoundError;
    case KIT_ERR_IO: return PyExc_OSError;
    case KIT_ERR_UNSTABLE: return state->unstable;
    case KIT_ERR_LOCKED:
    case KIT_ERR_HELD: return PyExc_PermissionError;
    case KIT_ERR_CANCELLED: return PyExc_KeyboardInterrupt;
  }
  return PyExc_RuntimeError;
}

static void
raise_error(const CoreState* state, const CoreMessages* messages, KitStatus status)
{
  const char* const text = messages->error ? messages->error : kit_status_text(status);
  if (!PyErr_Occurred()) {
    PyErr_SetString(exception_of(state, status), text);
  }
}

int
core_warn(const CoreState* state, const char* text)
{
  PyObject* const none = PyObject_CallFunction(state->warn, "s", text);
  Py_XDECREF(none);
  return none ? 0 : -1;
}

int
core_messages_settle(const CoreState* state, CoreMessages* messages, KitStatus status)
{
  int result = 0;
  if (status) {
    raise_error(state, messages, status);
    result = -1;
  }
  for (uint32_t i = 0; i < messages->n_warnings; ++i) {
    if (!result) {
      result = core_warn(state, messages->warnings[i]);
    }
    kit_free(messages->warnings[i]);
  }
  kit_free(messages->error);
  core_messages_init(messages);
  return result;
}
