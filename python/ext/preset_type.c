// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"

#include <math.h>
#include <string.h>

typedef struct {
  PyObject_HEAD
  KitPreset* preset;
} PresetObject;

static KitPreset*
preset_of(PyObject* self)
{
  return ((PresetObject*)self)->preset;
}

KitPreset*
core_preset_of(const CoreState* state, PyObject* object)
{
  if (Py_TYPE(object) != state->preset_type) {
    PyErr_SetString(PyExc_TypeError, "a Preset is expected");
    return NULL;
  }
  return preset_of(object);
}

static PyObject*
preset_new(PyTypeObject* type, PyObject* args, PyObject* kwargs)
{
  const char* id = NULL;
  (void)kwargs;
  if (!PyArg_ParseTuple(args, "s", &id)) {
    return NULL;
  }
  const KitEffect* const effect = core_effect(id);
  const allocfunc        alloc  = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  PyObject* const        self   = effect ? alloc(type, 0) : NULL;
  if (self) {
    ((PresetObject*)self)->preset = kit_preset_new(effect);
    if (!preset_of(self)) {
      Py_DECREF(self);
      return PyErr_NoMemory();
    }
  }
  return self;
}

static void
preset_dealloc(PyObject* self)
{
  PyTypeObject* const type = Py_TYPE(self);
  kit_preset_free(preset_of(self));
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject*
none_unless(int failed)
{
  if (failed) {
    return NULL;
  }
  Py_RETURN_NONE;
}

static PyObject*
preset_load(PyObject* self, PyObject* args)
{
  PyObject*    name = NULL;
  CoreMessages messages;
  if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, (void*)&name)) {
    return NULL;
  }
  core_messages_init(&messages);
  const KitStatus st = kit_preset_load(preset_of(self), PyBytes_AsString(name), &messages.log);
  Py_DECREF(name);
  return none_unless(core_messages_settle(core_state_of(self), &messages, st));
}

static PyObject*
preset_parse(PyObject* self, PyObject* args)
{
  const char*  text   = NULL;
  Py_ssize_t   size   = 0;
  const char*  origin = NULL;
  CoreMessages messages;
  if (!PyArg_ParseTuple(args, "s#s", &text, &size, &origin)) {
    return NULL;
  }
  core_messages_init(&messages);
  const KitStatus st = kit_preset_parse(preset_of(self), origin, text, (size_t)size, &messages.log);
  return none_unless(core_messages_settle(core_state_of(self), &messages, st));
}

/** Quantities that are solved for, the tail, and keys that do not exist. */
static int
set_other(PyObject* self, const char* key, PyObject* object)
{
  const CoreState* const state = core_state_of(self);
  PyObject* const        text  = PyObject_Str(object);
  const char* const      utf8  = text ? PyUnicode_AsUTF8AndSize(text, NULL) : NULL;
  int                    st    = -1;
  if (utf8) {
    CoreMessages messages;
    core_messages_init(&messages);
    const KitStatus status = kit_preset_set_text(preset_of(self), key, utf8, &messages.log);
    if (status == KIT_ERR_NOT_FOUND) {
      PyErr_SetString(state->unknown_key, messages.error ? messages.error : key);
    }
    st = core_messages_settle(state, &messages, status);
  }
  Py_XDECREF(text);
  return st;
}

static PyObject*
preset_set(PyObject* self, PyObject* args)
{
  const char*            key    = NULL;
  PyObject*              object = NULL;
  const KitEffect* const effect = kit_preset_effect(preset_of(self));
  KitParamRef            ref;
  CoreValue              value;
  if (!PyArg_ParseTuple(args, "sO", &key, &object)) {
    return NULL;
  }
  if (!kit_params_find(effect->table, key, &ref)) {
    return none_unless(set_other(self, key, object));
  }
  if (core_value_init(core_state_of(self), effect, key, object, CORE_CLAMP, &value)) {
    return NULL;
  }
  memcpy(kit_preset_values(preset_of(self)) + ref.slot, value.values, value.n * sizeof(double));
  core_value_cleanup(&value);
  Py_RETURN_NONE;
}

static PyObject*
preset_get(PyObject* self, PyObject* args)
{
  const char*            key    = NULL;
  const KitEffect* const effect = kit_preset_effect(preset_of(self));
  return PyArg_ParseTuple(args, "s", &key)
           ? core_value_get(core_state_of(self), effect, key, kit_preset_values(preset_of(self)))
           : NULL;
}

static PyObject*
preset_text(PyObject* self, PyObject* args)
{
  const char*            key    = NULL;
  const KitEffect* const effect = kit_preset_effect(preset_of(self));
  return PyArg_ParseTuple(args, "s", &key)
           ? core_value_text(core_state_of(self), effect, key, kit_preset_values(preset_of(self)))
           : NULL;
}

static PyObject*
preset_json(PyObject* self, PyObject* args)
{
  (void)args;
  char* const json = kit_preset_to_json(preset_of(self));
  if (!json) {
    return PyErr_NoMemory();
  }
  PyObject* const text = PyUnicode_FromString(json);
  kit_free(json);
  return text;
}

static PyObject*
preset_figures(PyObject* self, PyObject* args)
{
  double                 rate   = 0.0;
  const KitEffect* const effect = kit_preset_effect(preset_of(self));
  KitFigure              figures[KIT_MAX_FIGURES];
  if (!PyArg_ParseTuple(args, "d", &rate)) {
    return NULL;
  }
  const uint32_t n =
    effect->figures ? effect->figures(kit_preset_values(preset_of(self)), rate, figures, KIT_MAX_FIGURES) : 0;
  PyObject* const list = PyList_New((Py_ssize_t)n);
  for (uint32_t i = 0; list && i < n; ++i) {
    const KitFigure* const f    = &figures[i];
    PyObject* const        item = Py_BuildValue("(sssdz)", f->key, f->name, f->unit, f->value, f->text);
    if (!item || PyList_SetItem(list, (Py_ssize_t)i, item)) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

static PyObject*
preset_label_edges(PyObject* self, PyObject* args)
{
  unsigned int           kind   = 0;
  double                 rate   = 0.0;
  const KitEffect* const effect = kit_preset_effect(preset_of(self));
  double                 edges[KIT_MAX_LABEL_BITS + 1U];
  if (!PyArg_ParseTuple(args, "Id", &kind, &rate)) {
    return NULL;
  }
  const double* const values = kit_preset_values(preset_of(self));
  const uint32_t      n =
    effect->label_edges ? effect->label_edges(values, rate, kind, edges, KIT_MAX_LABEL_BITS + 1U) : 0U;
  PyObject* const list = PyList_New((Py_ssize_t)n);
  for (uint32_t i = 0; list && i < n; ++i) {
    PyObject* const edge = PyFloat_FromDouble(edges[i]);
    if (!edge || PyList_SetItem(list, (Py_ssize_t)i, edge)) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

static PyObject*
preset_linearity(PyObject* self, PyObject* args)
{
  (void)args;
  KitPreset* const   preset = preset_of(self);
  const char*        why    = NULL;
  const KitLinearity found = kit_effect_linearity(kit_preset_effect(preset), kit_preset_values(preset), &why);
  return Py_BuildValue("(sz)", kit_linearity_name(found), why);
}

static PyObject*
preset_tail(PyObject* self, void* closure)
{
  (void)closure;
  const double tail_s = kit_preset_tail_s(preset_of(self));
  if (tail_s < 0.0) {
    Py_RETURN_NONE;
  }
  return PyFloat_FromDouble(tail_s);
}

static PyObject*
preset_effect(PyObject* self, void* closure)
{
  (void)closure;
  return PyUnicode_FromString(kit_preset_effect(preset_of(self))->id);
}

static PyMethodDef methods[] = {
  {"load", preset_load, METH_VARARGS, NULL},
  {"parse", preset_parse, METH_VARARGS, NULL},
  {"set", preset_set, METH_VARARGS, NULL},
  {"get", preset_get, METH_VARARGS, NULL},
  {"text", preset_text, METH_VARARGS, NULL},
  {"json", preset_json, METH_NOARGS, NULL},
  {"figures", preset_figures, METH_VARARGS, NULL},
  {"label_edges", preset_label_edges, METH_VARARGS, NULL},
  {"linearity", preset_linearity, METH_NOARGS, NULL},
  {NULL, NULL, 0, NULL},
};

static PyGetSetDef members[] = {
  {"effect", preset_effect, NULL, NULL, NULL},
  {"tail", preset_tail, NULL, NULL, NULL},
  {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
  {Py_tp_new, (void*)preset_new},
  {Py_tp_dealloc, (void*)preset_dealloc},
  {Py_tp_methods, methods},
  {Py_tp_getset, members},
  {Py_tp_doc, "Preset(effect): values of an effect, by key.  One thread at a time."},
  {0, NULL},
};

PyType_Spec core_preset_spec = {
  .name      = "vstkit._core.Preset",
  .basicsize = sizeof(PresetObject),
  .flags     = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
  .slots     = slots,
};
