// SPDX-License-Identifier: ISC
#include "stream.h"

#include "alloc.h"
#include "vstkit/state.h"

#include <string.h>

static int
open_instance(StreamObject* stream, KitPreset* preset, const CoreState* state)
{
  const KitEffect* const effect = kit_preset_effect(preset);
  CoreMessages           messages;
  KitStatus              st = KIT_ERR_NO_MEMORY;
  core_messages_init(&messages);
  Py_BEGIN_ALLOW_THREADS
  char* const json = kit_preset_to_json(preset);
  stream->kept     = kit_preset_new(effect);
  stream->instance = json && stream->kept ? kit_instance_new(effect) : NULL;
  if (stream->instance) {
    st = kit_state_load(stream->instance, stream->kept, json, strlen(json), NULL);
    kit_instance_set_values(stream->instance, kit_preset_values(preset));
    st = st ? st : kit_instance_activate(stream->instance, &stream->setup);
  }
  kit_free(json);
  Py_END_ALLOW_THREADS
  if (st == KIT_ERR_UNSUPPORTED) {
    PyErr_Format(PyExc_ValueError, "%s has no stream, it only renders whole buffers", effect->id);
  }
  return core_messages_settle(state, &messages, st);
}

static int
read_setup(const KitEffect* effect, unsigned int block, KitSetup* setup)
{
  const uint32_t n_out = setup->n_in ? effect->n_out_channels(setup->n_in) : 0U;
  if (!setup->n_in || setup->n_in > KIT_MAX_CHANNELS || n_out < setup->n_in || n_out > KIT_MAX_CHANNELS) {
    PyErr_Format(PyExc_ValueError, "channels: %s streams 1 or 2 channels, not %u", effect->id, setup->n_in);
    return -1;
  }
  if (!(setup->sample_rate >= KIT_MIN_RATE_HZ && setup->sample_rate <= KIT_MAX_RATE_HZ)) {
    PyErr_SetString(PyExc_ValueError, "sample_rate: 1000 to 768000 Hz is expected");
    return -1;
  }
  if (!block || block > INT32_MAX) {
    PyErr_SetString(PyExc_ValueError, "block: 1 to 2147483647 frames are expected");
    return -1;
  }
  setup->n_out   = n_out;
  setup->offline = true;
  return 0;
}

static PyObject*
stream_new(PyTypeObject* type, PyObject* args, PyObject* kwargs)
{
  const CoreState* const state  = (const CoreState*)PyType_GetModuleState(type);
  PyObject*              object = NULL;
  unsigned int           n_in   = 0;
  unsigned int           block  = 0;
  KitSetup               setup  = {0};
  (void)kwargs;
  if (!PyArg_ParseTuple(args, "OdII", &object, &setup.sample_rate, &n_in, &block)) {
    return NULL;
  }
  setup.n_in              = n_in;
  KitPreset* const preset = core_preset_of(state, object);
  if (!preset || read_setup(kit_preset_effect(preset), block, &setup)) {
    return NULL;
  }
  StreamObject* const stream = (StreamObject*)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  if (stream) {
    atomic_flag_clear(&stream->busy);
    stream->setup = setup;
    if (open_instance(stream, preset, state)) {
      Py_DECREF(stream);
      return NULL;
    }
  }
  return (PyObject*)stream;
}

static void
drop(StreamObject* stream)
{
  KitInstance* const instance = stream->instance;
  stream->instance            = NULL;
  Py_BEGIN_ALLOW_THREADS
  kit_instance_free(instance);
  Py_END_ALLOW_THREADS
  kit_preset_free(stream->kept);
  kit_free(stream->events);
  stream->kept     = NULL;
  stream->events   = NULL;
  stream->n_events = stream->capacity = 0;
}

static void
stream_dealloc(PyObject* self)
{
  PyTypeObject* const type = Py_TYPE(self);
  drop((StreamObject*)self);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject*
stream_close(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  (void)args;
  if (!stream->instance) {
    Py_RETURN_NONE;
  }
  if (core_stream_enter(stream)) {
    return NULL;
  }
  drop(stream);
  core_stream_leave(stream);
  Py_RETURN_NONE;
}

static PyObject*
stream_set(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  const char*         key    = NULL;
  PyObject*           object = NULL;
  CoreValue           value;
  if (!PyArg_ParseTuple(args, "sO", &key, &object) || core_stream_check_open(stream) ||
      core_value_init(core_state_of(self), kit_instance_effect(stream->instance), key, object,
                      CORE_CLAMP_CONTROL, &value)) {
    return NULL;
  }
  for (uint32_t i = 0; stream->instance && i < value.n; ++i) { // reading the value may have closed it
    kit_instance_set(stream->instance, value.ref.slot + i, value.values[i]);
  }
  core_value_cleanup(&value);
  Py_RETURN_NONE;
}

typedef PyObject* (*Getter)(const CoreState*, const KitEffect*, const char*, const double*);

static PyObject*
get_with(PyObject* self, PyObject* args, Getter getter)
{
  const StreamObject* const stream = (const StreamObject*)self;
  const char*               key    = NULL;
  if (!PyArg_ParseTuple(args, "s", &key) || core_stream_check_open(stream)) {
    return NULL;
  }
  const KitEffect* const effect = kit_instance_effect(stream->instance);
  const uint32_t         n      = kit_params_n_slots(effect->table);
  double                 slots[KIT_MAX_SLOTS];
  for (uint32_t i = 0; i < n; ++i) {
    slots[i] = kit_instance_get(stream->instance, i);
  }
  return getter(core_state_of(self), effect, key, slots);
}

static PyObject*
stream_get(PyObject* self, PyObject* args)
{
  return get_with(self, args, core_value_get);
}

static PyObject*
stream_text(PyObject* self, PyObject* args)
{
  return get_with(self, args, core_value_text);
}

static PyObject*
stream_reset(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  (void)args;
  if (core_stream_enter(stream)) {
    return NULL;
  }
  kit_instance_reset(stream->instance);
  stream->n_events = 0;
  core_stream_leave(stream);
  Py_RETURN_NONE;
}

static PyObject*
stream_save(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  (void)args;
  if (core_stream_enter(stream)) {
    return NULL;
  }
  char* const json = kit_state_save(stream->instance, stream->kept);
  core_stream_leave(stream);
  PyObject* const text = json ? PyUnicode_FromString(json) : PyErr_NoMemory();
  kit_free(json);
  return text;
}

static PyObject*
settle_load(PyObject* self, CoreMessages* messages, KitStatus status)
{
  core_stream_leave((StreamObject*)self);
  if (core_messages_settle(core_state_of(self), messages, status)) {
    return NULL;
  }
  Py_RETURN_NONE;
}

static PyObject*
stream_restore(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  const char*         text   = NULL;
  Py_ssize_t          size   = 0;
  CoreMessages        messages;
  if (!PyArg_ParseTuple(args, "s#", &text, &size) || core_stream_enter(stream)) {
    return NULL;
  }
  core_messages_init(&messages);
  return settle_load(self, &messages,
                     kit_state_load(stream->instance, stream->kept, text, (size_t)size, &messages.log));
}

static PyObject*
stream_load(PyObject* self, PyObject* args)
{
  StreamObject* const stream = (StreamObject*)self;
  PyObject*           name   = NULL;
  CoreMessages        messages;
  if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, (void*)&name)) {
    return NULL;
  }
  if (core_stream_enter(stream)) {
    Py_DECREF(name);
    return NULL;
  }
  core_messages_init(&messages);
  const KitStatus st =
    kit_state_load_preset(stream->instance, stream->kept, PyBytes_AsString(name), &messages.log);
  Py_DECREF(name);
  return settle_load(self, &messages, st);
}

static PyObject*
stream_latency(PyObject* self, void* closure)
{
  const StreamObject* const stream = (const StreamObject*)self;
  (void)closure;
  return core_stream_check_open(stream)
           ? NULL
           : PyLong_FromUnsignedLong(kit_instance_latency_frames(stream->instance));
}

static PyObject*
stream_tail(PyObject* self, void* closure)
{
  const StreamObject* const stream = (const StreamObject*)self;
  (void)closure;
  if (core_stream_check_open(stream)) {
    return NULL;
  }
  const uint32_t frames = kit_instance_tail_frames(stream->instance);
  return frames == UINT32_MAX ? PyFloat_FromDouble((double)INFINITY) : PyLong_FromUnsignedLong(frames);
}

static PyObject*
stream_bypassed(PyObject* self, void* closure)
{
  const StreamObject* const stream = (const StreamObject*)self;
  (void)closure;
  return core_stream_check_open(stream) ? NULL : PyBool_FromLong(kit_instance_bypassed(stream->instance));
}

static int
stream_set_bypassed(PyObject* self, PyObject* value, void* closure)
{
  const StreamObject* const stream = (const StreamObject*)self;
  const int                 yes    = value ? PyObject_IsTrue(value) : -1;
  (void)closure;
  if (!value) {
    PyErr_SetString(PyExc_AttributeError, "bypassed cannot be deleted");
  }
  if (yes < 0 || core_stream_check_open(stream)) {
    return -1;
  }
  kit_instance_set_bypassed(stream->instance, yes > 0);
  return 0;
}

static PyObject*
stream_closed(PyObject* self, void* closure)
{
  (void)closure;
  return PyBool_FromLong(!((const StreamObject*)self)->instance);
}

static PyObject*
stream_out_channels(PyObject* self, void* closure)
{
  (void)closure;
  return PyLong_FromUnsignedLong(((const StreamObject*)self)->setup.n_out);
}

static PyMethodDef methods[] = {
  {"process", core_stream_process, METH_VARARGS, NULL},
  {"automate", core_stream_automate, METH_VARARGS, NULL},
  {"set_tempo", core_stream_set_tempo, METH_VARARGS, NULL},
  {"set", stream_set, METH_VARARGS, NULL},
  {"get", stream_get, METH_VARARGS, NULL},
  {"text", stream_text, METH_VARARGS, NULL},
  {"reset", stream_reset, METH_NOARGS, NULL},
  {"save", stream_save, METH_NOARGS, NULL},
  {"restore", stream_restore, METH_VARARGS, NULL},
  {"load", stream_load, METH_VARARGS, NULL},
  {"close", stream_close, METH_NOARGS, NULL},
  {NULL, NULL, 0, NULL},
};

static PyGetSetDef members[] = {
  {"latency", stream_latency, NULL, NULL, NULL},
  {"tail", stream_tail, NULL, NULL, NULL},
  {"bypassed", stream_bypassed, stream_set_bypassed, NULL, NULL},
  {"closed", stream_closed, NULL, NULL, NULL},
  {"out_channels", stream_out_channels, NULL, NULL, NULL},
  {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
  {Py_tp_new, (void*)stream_new},
  {Py_tp_dealloc, (void*)stream_dealloc},
  {Py_tp_methods, methods},
  {Py_tp_getset, members},
  {Py_tp_doc, "Stream(preset, sample_rate, channels, block): a running effect."},
  {0, NULL},
};

PyType_Spec core_stream_spec = {
  .name      = "vstkit._core.Stream",
  .basicsize = sizeof(StreamObject),
  .flags     = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
  .slots     = slots,
};
