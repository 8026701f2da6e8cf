// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"
#include "describe.h"
#include "utf8.h"
#include "vstkit/preset_list.h"

#include <string.h>

const CoreState*
core_state_of(PyObject* self)
{
  return (const CoreState*)PyType_GetModuleState(Py_TYPE(self));
}

const KitEffect*
core_effect(const char* id)
{
  const KitEffect* const effect = kit_effect_find(id);
  if (!effect) {
    uint32_t                      n       = 0;
    const KitEffect* const* const effects = kit_effects(&n);
    char                          known[512];
    size_t                        length = 0;
    for (uint32_t i = 0; i < n && length < sizeof(known); ++i) {
      length +=
        (size_t)PyOS_snprintf(known + length, sizeof(known) - length, "%s%s", i ? ", " : "", effects[i]->id);
    }
    char* const shown = kit_strdup(id);
    if (shown) {
      kit_utf8_make_plain(shown);
    }
    PyErr_Format(PyExc_ValueError, "there is no effect \"%s\" (%s)", shown ? shown : "", known);
    kit_free(shown);
  }
  return effect;
}

static PyObject*
list_effects(PyObject* module, PyObject* args)
{
  (void)module;
  (void)args;
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  PyObject* const               list    = PyList_New((Py_ssize_t)n);
  for (uint32_t i = 0; list && i < n; ++i) {
    PyObject* const id = PyUnicode_FromString(effects[i]->id);
    if (!id || PyList_SetItem(list, (Py_ssize_t)i, id)) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

/** Text of the kit's, which is freed. */
static PyObject*
take_text(char* text)
{
  PyObject* const object = text ? PyUnicode_FromString(text) : PyErr_NoMemory();
  kit_free(text);
  return object;
}

static const KitEffect*
parse_effect(PyObject* args)
{
  const char* id = NULL;
  return PyArg_ParseTuple(args, "s", &id) ? core_effect(id) : NULL;
}

static PyObject*
describe(PyObject* module, PyObject* args)
{
  const KitEffect* const effect = parse_effect(args);
  (void)module;
  if (!effect) {
    return NULL;
  }
  KitJson* const json = kit_effect_describe(effect);
  char* const    text = json ? kit_json_write(json, false) : NULL;
  kit_json_free(json);
  return take_text(text);
}

static PyObject*
embedded_presets(PyObject* module, PyObject* args)
{
  const KitEffect* const effect = parse_effect(args);
  PyObject* const        list   = effect ? PyList_New(0) : NULL;
  (void)module;
  for (const KitEmbeddedPreset* e = list ? effect->presets : NULL; e && e->id; ++e) {
    PyObject* const item = Py_BuildValue("(ss#)", e->id, e->json, (Py_ssize_t)e->size);
    const bool      ok   = item && !PyList_Append(list, item);
    Py_XDECREF(item);
    if (!ok) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

static PyObject*
list_of(const char* const* texts)
{
  PyObject* const list = PyList_New(0);
  for (; list && *texts; ++texts) {
    PyObject* const text = PyUnicode_FromString(*texts);
    const bool      ok   = text && !PyList_Append(list, text);
    Py_XDECREF(text);
    if (!ok) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

/** Categories and tags of presets. */
static PyObject*
preset_words(PyObject* module, PyObject* args)
{
  PyObject* const categories = list_of(kit_preset_categories);
  PyObject* const tags       = categories ? list_of(kit_preset_tags) : NULL;
  (void)module;
  (void)args;
  if (!tags) {
    Py_XDECREF(categories);
    return NULL;
  }
  return Py_BuildValue("(NN)", categories, tags);
}

static PyObject*
user_folder(PyObject* module, PyObject* args)
{
  const KitEffect* const effect = parse_effect(args);
  (void)module;
  if (!effect) {
    return NULL;
  }
  char* const folder = kit_preset_user_folder(effect);
  if (!folder) {
    Py_RETURN_NONE;
  }
  PyObject* const text = PyUnicode_DecodeFSDefault(folder);
  kit_free(folder);
  return text;
}

/** Rewrite the legacy keys of a preset, given and returned as JSON. */
static PyObject*
migrate(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  const char*            id    = NULL;
  const char*            text  = NULL;
  Py_ssize_t             size  = 0;
  CoreMessages           messages;
  if (!PyArg_ParseTuple(args, "ss#", &id, &text, &size)) {
    return NULL;
  }
  const KitEffect* const effect = core_effect(id);
  if (!effect) {
    return NULL;
  }
  core_messages_init(&messages);
  const KitJsonSource source = {"params", text, (size_t)size, KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH,
                                65536};
  KitJson*            json   = NULL;
  KitStatus           st     = kit_json_parse(&source, &messages.log, &json);
  if (!st && effect->migrate) {
    st = effect->migrate(json, &messages.log);
  }
  char* const migrated = st ? NULL : kit_json_write(json, false);
  kit_json_free(json);
  if (core_messages_settle(state, &messages, st)) {
    kit_free(migrated);
    return NULL;
  }
  return take_text(migrated);
}

/** The value of a parameter at 0–1 of its control. */
static PyObject*
from_normal(PyObject* module, PyObject* args)
{
  const CoreState* const state  = (const CoreState*)PyModule_GetState(module);
  const char*            id     = NULL;
  const char*            key    = NULL;
  double                 normal = 0.0;
  KitParamRef            ref;
  if (!PyArg_ParseTuple(args, "ssd", &id, &key, &normal)) {
    return NULL;
  }
  const KitEffect* const effect = core_effect(id);
  return (effect && !core_value_find(state, effect, key, &ref))
           ? PyFloat_FromDouble(kit_param_from_normal(ref.param, normal))
           : NULL;
}

/** The position 0–1 of a value on its control. */
static PyObject*
to_normal(PyObject* module, PyObject* args)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  const char*            id    = NULL;
  const char*            key   = NULL;
  double                 value = 0.0;
  KitParamRef            ref;
  if (!PyArg_ParseTuple(args, "ssd", &id, &key, &value)) {
    return NULL;
  }
  const KitEffect* const effect = core_effect(id);
  return (effect && !core_value_find(state, effect, key, &ref))
           ? PyFloat_FromDouble(kit_param_to_normal(ref.param, value))
           : NULL;
}

/** A number of a quantity that is solved for, from text ("800 ms"). */
static PyObject*
solve_number(PyObject* module, PyObject* args)
{
  const char* id   = NULL;
  const char* key  = NULL;
  const char* text = NULL;
  (void)module;
  if (!PyArg_ParseTuple(args, "sss", &id, &key, &text)) {
    return NULL;
  }
  const KitEffect* const effect = kit_effect_find(id);
  for (uint32_t i = 0; effect && effect->solve_ranges && effect->solve_keys[i]; ++i) {
    const KitParam number = {.key = key, .unit = effect->solve_ranges[i].unit, .max = 1e9};
    double         value  = 0.0;
    if (!strcmp(effect->solve_keys[i], key) && kit_param_from_text(&number, text, &value) && value > 0.0) {
      return PyFloat_FromDouble(value);
    }
  }
  return PyErr_Format(PyExc_ValueError, "key \"%s\": \"%s\" is no number above 0 of its unit", key, text);
}

/** Check a value, or with `clamp` put it right with a warning, and return it as presets hold it. */
static PyObject*
canonical(PyObject* module, PyObject* args)
{
  const CoreState* const state  = (const CoreState*)PyModule_GetState(module);
  const char*            id     = NULL;
  const char*            key    = NULL;
  PyObject*              object = NULL;
  int                    clamp  = 0;
  CoreValue              value;
  if (!PyArg_ParseTuple(args, "ssO|p", &id, &key, &object, &clamp)) {
    return NULL;
  }
  const KitEffect* const effect = core_effect(id);
  if (!effect || core_value_init(state, effect, key, object, clamp ? CORE_CLAMP : CORE_REFUSE, &value)) {
    return NULL;
  }
  PyObject* const result = core_value_object(value.ref.param, key, value.values);
  core_value_cleanup(&value);
  return result;
}

static PyMethodDef methods[] = {
  {"effects", list_effects, METH_NOARGS, NULL},
  {"describe", describe, METH_VARARGS, NULL},
  {"embedded_presets", embedded_presets, METH_VARARGS, NULL},
  {"preset_words", preset_words, METH_NOARGS, NULL},
  {"user_folder", user_folder, METH_VARARGS, NULL},
  {"migrate", migrate, METH_VARARGS, NULL},
  {"from_normal", from_normal, METH_VARARGS, NULL},
  {"to_normal", to_normal, METH_VARARGS, NULL},
  {"canonical", canonical, METH_VARARGS, NULL},
  {"solve_number", solve_number, METH_VARARGS, NULL},
  {"render_shape", core_render_shape, METH_VARARGS, NULL},
  {"render", core_render, METH_VARARGS, NULL},
  {"render_labels", core_render_labels, METH_VARARGS, NULL},
  {"levels", core_levels, METH_VARARGS, NULL},
  {"analyze", core_analyze, METH_VARARGS, NULL},
  {"analyze_impulse", core_analyze_impulse, METH_VARARGS, NULL},
  {"compare", core_compare, METH_VARARGS, NULL},
  {"decay_curve", core_decay_curve, METH_VARARGS, NULL},
  {"spectrogram_png", core_spectrogram_png, METH_VARARGS, NULL},
  {"decay_png", core_decay_png, METH_VARARGS, NULL},
  {"read_audio", core_read_audio, METH_VARARGS, NULL},
  {"encode_audio", core_encode_audio, METH_VARARGS, NULL},
  {"write_file", core_write_file, METH_VARARGS, NULL},
  {NULL, NULL, 0, NULL},
};

static PyTypeObject*
add_type(PyObject* module, PyType_Spec* spec)
{
  PyObject* const type = PyType_FromModuleAndSpec(module, spec, NULL);
  if (type && PyModule_AddType(module, (PyTypeObject*)type)) {
    Py_DECREF(type);
    return NULL;
  }
  return (PyTypeObject*)type;
}

static int
import_errors(CoreState* state)
{
  PyObject* const errors = PyImport_ImportModule("vstkit._errors");
  if (errors) {
    state->warn        = PyObject_GetAttrString(errors, "warn");
    state->unknown_key = PyObject_GetAttrString(errors, "UnknownKeyError");
    state->unstable    = PyObject_GetAttrString(errors, "UnstableError");
    Py_DECREF(errors);
  }
  return state->warn && state->unknown_key && state->unstable ? 0 : -1;
}

static int
exec(PyObject* module)
{
  CoreState* const state = (CoreState*)PyModule_GetState(module);
  state->preset_type     = add_type(module, &core_preset_spec);
  state->stream_type     = add_type(module, &core_stream_spec);
  return state->preset_type && state->stream_type
           ? PyModule_AddStringConstant(module, "version", kit_version()) || import_errors(state) ? -1 : 0
           : -1;
}

static int
traverse(PyObject* module, visitproc visit, void* arg)
{
  const CoreState* const state = (const CoreState*)PyModule_GetState(module);
  Py_VISIT(state->warn);
  Py_VISIT(state->unknown_key);
  Py_VISIT(state->unstable);
  Py_VISIT(state->preset_type);
  Py_VISIT(state->stream_type);
  return 0;
}

static int
clear(PyObject* module)
{
  CoreState* const state = (CoreState*)PyModule_GetState(module);
  Py_CLEAR(state->warn);
  Py_CLEAR(state->unknown_key);
  Py_CLEAR(state->unstable);
  Py_CLEAR(state->preset_type);
  Py_CLEAR(state->stream_type);
  return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void*)exec}, {0, NULL}};

static struct PyModuleDef definition = {
  .m_base     = PyModuleDef_HEAD_INIT,
  .m_name     = "vstkit._core",
  .m_size     = sizeof(CoreState),
  .m_methods  = methods,
  .m_slots    = slots,
  .m_traverse = traverse,
  .m_clear    = clear,
};

PyMODINIT_FUNC
PyInit__core(void);

PyMODINIT_FUNC
PyInit__core(void)
{
  return PyModuleDef_Init(&definition);
}
