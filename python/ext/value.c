// SPDX-License-Identifier: ISC
#include "core.h"

#include "alloc.h"

#include <math.h>
#include <string.h>

static bool
is_whole_array(const KitParam* param, const char* key)
{
  return kit_param_count(param) > 1U && !strchr(key, '.');
}

/** Have the kit itself say what is wrong with a key or a text. */
static int
raise_as_kit(const CoreState* state, const KitEffect* effect, const char* key, const char* text)
{
  CoreMessages messages;
  core_messages_init(&messages);
  KitPreset* const preset = kit_preset_new(effect);
  const KitStatus  st = preset ? kit_preset_set_text(preset, key, text, &messages.log) : KIT_ERR_NO_MEMORY;
  kit_preset_free(preset);
  if (st == KIT_ERR_NOT_FOUND) {
    PyErr_SetString(state->unknown_key, messages.error ? messages.error : key);
  }
  return core_messages_settle(state, &messages, st ? st : KIT_ERR_BAD_VALUE);
}

static bool
is_solved_for(const KitEffect* effect, const char* key)
{
  const char* const* known = effect->solve_keys;
  while (known && *known && strcmp(*known, key) != 0) {
    ++known;
  }
  return known && *known;
}

int
core_value_find(const CoreState* state, const KitEffect* effect, const char* key, KitParamRef* ref)
{
  if (kit_params_find(effect->table, key, ref)) {
    return 0;
  }
  if (is_solved_for(effect, key)) {
    PyErr_Format(state->unknown_key,
                 "key \"%s\": no parameter, but solved for: give it to render() or Stream()", key);
    return -1;
  }
  return raise_as_kit(state, effect, key, "0");
}

static void
raise_out_of_range(const KitParam* param, const char* key, double number, const char* what)
{
  char range[512];
  kit_param_range_text(param, range, sizeof(range));
  char* const given = PyOS_double_to_string(number, 'r', 0, 0, NULL);
  PyErr_Format(PyExc_ValueError, "key \"%s\": %s %s (%s)", key, given ? given : "it", what, range);
  PyMem_Free(given);
}

typedef struct {
  const CoreState* state;
  const KitEffect* effect;
  const char*      key;
  const KitParam*  param;
  CoreFit          fit;
} Reader;

/** Warn of a number beyond the control, for which `used` is taken. */
static int
warn_outside(const Reader* reader, double number, double used)
{
  char range[512];
  kit_param_range_text(reader->param, range, sizeof(range));
  char* const given = PyOS_double_to_string(number, 'r', 0, 0, NULL);
  char* const other = PyOS_double_to_string(used, 'r', 0, 0, NULL);
  char* const text  = number == used
                        ? kit_asprintf("key \"%s\": %s is outside the control's range (%s), but kept",
                                       reader->key, given ? given : "it", range)
                        : kit_asprintf("key \"%s\": %s is out of range (%s): %s is used", reader->key,
                                      given ? given : "it", range, other ? other : "its end");
  const int   st    = core_warn(reader->state, text ? text : reader->key);
  kit_free(text);
  PyMem_Free(other);
  PyMem_Free(given);
  return st;
}

static int
accept_number(const Reader* reader, double number, double* value)
{
  const KitParam* const param   = reader->param;
  const double          control = kit_param_clamp(param, number);
  const bool            hard    = reader->fit != CORE_CLAMP_CONTROL;
  if (!isfinite(number)) {
    raise_out_of_range(param, reader->key, number, "is no value of it");
    return -1;
  }
  if (kit_param_is_stepped(param) && number != rint(number)) {
    raise_out_of_range(param, reader->key, number, "is no whole number");
    return -1;
  }
  *value = hard ? kit_param_clamp_hard(param, number) : control;
  // A choice that there is not has no nearest one
  if (*value != number && (reader->fit == CORE_REFUSE || param->kind == KIT_KIND_CHOICE)) {
    raise_out_of_range(param, reader->key, number, "is out of range");
    return -1;
  }
  return number == control ? 0 : warn_outside(reader, number, *value);
}

static int
read_text(const Reader* reader, PyObject* object, double* value)
{
  Py_ssize_t        size   = 0;
  const char* const text   = PyUnicode_AsUTF8AndSize(object, &size);
  double            number = 0.0;
  if (!text) {
    return -1;
  }
  if (strlen(text) != (size_t)size) {
    PyErr_Format(PyExc_ValueError, "key \"%s\": its text has a NUL character", reader->key);
    return -1;
  }
  if (!kit_param_from_text(reader->param, text, &number)) {
    return raise_as_kit(reader->state, reader->effect, reader->key, text);
  }
  return accept_number(reader, number, value);
}

static int
read_one(const Reader* reader, PyObject* object, double* value)
{
  if (PyUnicode_Check(object)) {
    return read_text(reader, object, value);
  }
  const double number = PyFloat_AsDouble(object);
  if (number == -1.0 && PyErr_Occurred()) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
      PyErr_Clear();
      return accept_number(reader, HUGE_VAL, value);
    }
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_Format(PyExc_TypeError, "key \"%s\": a number or text is expected, not %R", reader->key,
                   (PyObject*)Py_TYPE(object));
    }
    return -1;
  }
  return accept_number(reader, number, value);
}

static int
wrong_count(const Reader* reader, Py_ssize_t n, uint32_t expected)
{
  PyErr_Format(PyExc_ValueError, "key \"%s\": %zd values where %u are expected", reader->key, n, expected);
  return -1;
}

static int
read_sequence(const Reader* reader, PyObject* object, uint32_t n, double* values)
{
  PyObject* const list = PySequence_List(object);
  int             st   = list ? 0 : -1;
  if (list && PyList_Size(list) != (Py_ssize_t)n) {
    st = wrong_count(reader, PyList_Size(list), n);
  }
  for (uint32_t i = 0; !st && i < n; ++i) {
    st = read_one(reader, PyList_GetItem(list, (Py_ssize_t)i), &values[i]);
  }
  Py_XDECREF(list);
  return st;
}

static int
read_rows(const Reader* reader, PyObject* object, double* values)
{
  const uint32_t  columns = reader->param->columns;
  const uint32_t  n_rows  = kit_param_count(reader->param) / columns;
  PyObject* const rows    = PySequence_List(object);
  int             st      = rows ? 0 : -1;
  if (rows && PyList_Size(rows) != (Py_ssize_t)n_rows) {
    st = wrong_count(reader, PyList_Size(rows), n_rows);
  }
  for (uint32_t i = 0; !st && i < n_rows; ++i) {
    st = read_sequence(reader, PyList_GetItem(rows, (Py_ssize_t)i), columns, values + (size_t)i * columns);
  }
  Py_XDECREF(rows);
  return st;
}

/** "1,2,…" */
static int
read_list_text(const Reader* reader, PyObject* object, uint32_t n, double* values)
{
  PyObject* const comma = PyUnicode_FromString(",");
  PyObject* const parts = comma ? PyUnicode_Split(object, comma, -1) : NULL;
  const int       st    = parts ? read_sequence(reader, parts, n, values) : -1;
  Py_XDECREF(parts);
  Py_XDECREF(comma);
  return st;
}

static int
read_array(const Reader* reader, PyObject* object, uint32_t n, double* values)
{
  if (PyUnicode_Check(object)) {
    return read_list_text(reader, object, n, values);
  }
  if (!PySequence_Check(object)) {
    PyErr_Format(PyExc_TypeError, "key \"%s\": a sequence of %u values is expected, not %R", reader->key, n,
                 (PyObject*)Py_TYPE(object));
    return -1;
  }
  const bool is_nested = reader->param->columns && PySequence_Size(object) != (Py_ssize_t)n;
  return is_nested ? read_rows(reader, object, values) : read_sequence(reader, object, n, values);
}

int
core_value_init(const CoreState* state, const KitEffect* effect, const char* key, PyObject* object,
                CoreFit fit, CoreValue* value)
{
  *value = (CoreValue){0};
  if (core_value_find(state, effect, key, &value->ref)) {
    return -1;
  }
  const KitParam* const param    = value->ref.param;
  const bool            is_array = is_whole_array(param, key);
  const Reader          reader   = {state, effect, key, param, fit};
  value->n                       = is_array ? kit_param_count(param) : 1U;
  value->values                  = (double*)kit_calloc(value->n, sizeof(double));
  if (!value->values) {
    PyErr_NoMemory();
    return -1;
  }
  const int st = is_array ? read_array(&reader, object, value->n, value->values)
                          : read_one(&reader, object, value->values);
  if (st) {
    core_value_cleanup(value);
  }
  return st;
}

void
core_value_cleanup(CoreValue* value)
{
  kit_free(value->values);
  value->values = NULL;
}

static PyObject*
get_one(const KitParam* param, double value)
{
  if (param->kind == KIT_KIND_FLOAT) {
    return PyFloat_FromDouble(value);
  }
  return (param->flags & KIT_PARAM_BY_NAME) ? PyUnicode_FromString(param->choice_keys[(uint32_t)value])
                                            : PyLong_FromDouble(value);
}

/** @param columns Row length, or 0 for a flat list. */
static PyObject*
get_list(const KitParam* param, const double* values, uint32_t n, uint32_t columns)
{
  const uint32_t  n_items = columns ? n / columns : n;
  PyObject* const list    = PyList_New((Py_ssize_t)n_items);
  for (uint32_t i = 0; list && i < n_items; ++i) {
    PyObject* const item =
      columns ? get_list(param, values + (size_t)i * columns, columns, 0) : get_one(param, values[i]);
    if (!item || PyList_SetItem(list, (Py_ssize_t)i, item)) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

PyObject*
core_value_object(const KitParam* param, const char* key, const double* values)
{
  return is_whole_array(param, key) ? get_list(param, values, kit_param_count(param), param->columns)
                                    : get_one(param, *values);
}

PyObject*
core_value_get(const CoreState* state, const KitEffect* effect, const char* key, const double* slots)
{
  KitParamRef ref;
  return core_value_find(state, effect, key, &ref) ? NULL
                                                   : core_value_object(ref.param, key, slots + ref.slot);
}

PyObject*
core_value_text(const CoreState* state, const KitEffect* effect, const char* key, const double* slots)
{
  KitParamRef ref;
  char        text[128];
  if (core_value_find(state, effect, key, &ref)) {
    return NULL;
  }
  kit_param_to_text(ref.param, slots[ref.slot], text, sizeof(text));
  return PyUnicode_FromString(text);
}
