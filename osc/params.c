// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_CHOICES_TEXT 256U

static const char* const bypass_key = "bypass";

static KitParamTable
table_of(const KitOsc* osc)
{
  return kit_plugin_effect(osc->plugin)->table;
}

void
kit_osc_ping(KitOscCall* call)
{
  char name[KIT_OSC_MAX_ADDRESS];
  kit_osc_name(call->osc, name, sizeof(name));
  const KitEffect* const effect = kit_plugin_effect(call->osc->plugin);
  kit_osc_send(call->osc, call->from, "/vstkit/pong", "ssssi", call->osc->id, effect->id, name,
               effect->version, (int)call->osc->udp.port);
}

void
kit_osc_key(const KitParamRef* ref, char* key, size_t size)
{
  kit_param_key(ref->param, ref->element, key, size);
  char* const dot = strchr(key, '.');
  if (dot) {
    *dot = '/';
  }
}

/** Elements that a key names. */
typedef struct {
  KitParamRef first;
  uint32_t    n;
} Target;

static void
refuse_key(const KitOscCall* call)
{
  char        remedy[320];
  KitNear     near;
  KitParamRef ref;
  kit_near_init(&near, call->key);
  for (uint32_t slot = 0; kit_params_at_slot(table_of(call->osc), slot, &ref); ++slot) {
    kit_near_offer(&near, ref.param->key);
  }
  snprintf(remedy, sizeof(remedy), "/%s/params lists them%s", kit_plugin_effect(call->osc->plugin)->id,
           kit_near_text(&near));
  kit_osc_refuse(call, remedy, "there is no parameter \"%.64s\"", call->key);
}

/** @return false, refused. */
static bool
find(const KitOscCall* call, Target* target)
{
  char key[KIT_OSC_MAX_ADDRESS];
  snprintf(key, sizeof(key), "%s", call->key);
  char* const slash = strchr(key, '/');
  if (slash) {
    *slash = '.';
  }
  if (!strcmp(key, bypass_key)) {
    target->first =
      (KitParamRef){kit_directory_at_slot(kit_plugin_directory(call->osc->plugin), KIT_BYPASS_SLOT)->param, 0,
                    0, KIT_BYPASS_SLOT};
    target->n = 1;
    return true;
  }
  // A dot is the way of files and command lines
  if (strchr(call->key, '.') || !kit_params_find(table_of(call->osc), key, &target->first)) {
    refuse_key(call);
    return false;
  }
  target->n = slash ? 1U : kit_param_count(target->first.param);
  return true;
}

/** @return false, refused. */
static bool
read_value(const KitOscCall* call, int index, const KitParam* param, double* value)
{
  char              range[320];
  char              remedy[400];
  const char* const text = kit_osc_text(call, index);
  kit_param_range_text(param, range, sizeof(range));
  snprintf(remedy, sizeof(remedy), "it takes %.*s", 320, range);
  if (text ? !kit_param_from_text(param, text, value) : !kit_osc_number(call, index, value)) {
    kit_osc_refuse(call, remedy,
                   text ? "\"%.64s\" is no value of it" : "argument is neither number nor text%s",
                   text ? text : "");
    return false;
  }
  if (!isfinite(*value)) {
    kit_osc_refuse(call, remedy, "%g is no value", *value);
    return false;
  }
  return true;
}

static bool
is_open(const KitOscCall* call, uint32_t slot)
{
  char            remedy[KIT_OSC_MAX_ADDRESS];
  const KitStatus st = kit_plugin_may_edit(call->osc->plugin, slot, KIT_OSC_AUTHOR);
  if (st == KIT_ERR_HELD) {
    kit_osc_refuse(call, "send it again when it has been let go", "it is held by hand");
  } else if (st) {
    snprintf(remedy, sizeof(remedy), "unlock it by hand, or with /%s/lock/%.64s 0",
             kit_plugin_effect(call->osc->plugin)->id, call->key);
    kit_osc_refuse(call, remedy, "it is locked");
  }
  return !st;
}

void
kit_osc_send_value(const KitOsc* osc, KitUdpAddress to, uint32_t slot)
{
  const double value = kit_plugin_value(osc->plugin, slot);
  char         path[128];
  char         key[112];
  char         text[64];
  KitParamRef  ref;
  if (slot == KIT_BYPASS_SLOT) {
    kit_osc_send_at(osc, to, "bypass", "is", (int)value, value >= 0.5 ? "On" : "Off");
  } else if (kit_params_at_slot(table_of(osc), slot, &ref)) {
    kit_osc_key(&ref, key, sizeof(key));
    snprintf(path, sizeof(path), "param/%s", key);
    kit_param_to_text(ref.param, value, text, sizeof(text));
    kit_osc_send_at(osc, to, path, "ns", value, text);
  }
}

void
kit_osc_flush(KitOsc* osc, KitUdpAddress from, KitOscBatch* batch)
{
  char              bundle[32];
  const KitOscCall  call      = {.osc = osc, .from = from, .address = ""};
  const char* const author    = *batch->author ? batch->author : KIT_OSC_AUTHOR;
  const char* const label     = *batch->label ? batch->label : bundle;
  uint32_t          n_refused = 0;
  snprintf(bundle, sizeof(bundle), "Bundle of %u", batch->n);
  if (batch->n == 1U && !*batch->label) {
    n_refused =
      kit_plugin_edit(osc->plugin, batch->changes[0].slot, batch->changes[0].value, author) ? 1U : 0U;
  } else if (batch->n &&
             kit_plugin_edit_all(osc->plugin, batch->changes, batch->n, author, label, &n_refused)) {
    n_refused = 0;
    kit_osc_refuse(&call, "try again", "there is no memory for %u values", batch->n);
  }
  if (n_refused) { // They were free when the values were looked at
    kit_osc_refuse(&call, "send them again when they are free", "%u were locked or taken in hand just now",
                   n_refused);
  }
  for (uint32_t i = 0; i < batch->n; ++i) {
    kit_osc_send_value(osc, from, batch->changes[i].slot);
  }
  batch->n       = 0;
  *batch->author = '\0';
  *batch->label  = '\0';
}

// The last one counts where a bundle sets a parameter twice
static void
add_change(KitOscBatch* batch, uint32_t slot, double value)
{
  uint32_t i = 0;
  while (i < batch->n && batch->changes[i].slot != slot) {
    ++i;
  }
  if (i < KIT_MAX_SLOTS) {
    batch->changes[i] = (KitChange){slot, value};
    batch->n += i == batch->n ? 1U : 0U;
  }
}

static void
set(KitOscCall* call, const Target* target)
{
  KitOscBatch  own;
  double       values[KIT_MAX_SLOTS];
  KitOscBatch* batch = call->batch ? call->batch : &own;
  if ((uint32_t)call->n != target->n) {
    kit_osc_refuse(call, "send one for each element, or name one: KEY/1",
                   "%d values where there are %u elements", call->n, target->n);
    return;
  }
  for (uint32_t i = 0; i < target->n; ++i) {
    if (!is_open(call, target->first.slot + i) ||
        !read_value(call, (int)i, target->first.param, &values[i])) {
      return;
    }
  }
  own.n       = 0;
  *own.author = '\0';
  *own.label  = '\0';
  for (uint32_t i = 0; i < target->n; ++i) {
    add_change(batch, target->first.slot + i, values[i]);
  }
  if (batch == &own) {
    kit_osc_flush(call->osc, call->from, &own);
  }
}

static void
get_or_set(KitOscCall* call)
{
  Target target;
  if (!find(call, &target)) {
    return;
  }
  if (call->n) {
    set(call, &target);
    return;
  }
  if (call->batch) { // So that it shows what came before it
    kit_osc_flush(call->osc, call->from, call->batch);
  }
  for (uint32_t i = 0; i < target.n; ++i) {
    kit_osc_send_value(call->osc, call->from, target.first.slot + i);
  }
}

void
kit_osc_param(KitOscCall* call)
{
  get_or_set(call);
}

void
kit_osc_bypass(KitOscCall* call)
{
  call->key = bypass_key;
  get_or_set(call);
}

void
kit_osc_params(KitOscCall* call)
{
  const uint32_t n_slots = kit_params_n_slots(table_of(call->osc));
  for (uint32_t slot = 0; slot < n_slots; ++slot) {
    kit_osc_send_value(call->osc, call->from, slot);
  }
  kit_osc_answer(call, "params/end", "i", (int)n_slots);
}

static void
write_flags(const KitParam* param, char* text, size_t size)
{
  static const struct {
    uint32_t    flag;
    const char* name;
  } names[] = {
    {KIT_PARAM_REBUILD, "rebuild"},
    {KIT_PARAM_HIDDEN, "hidden"},
    {KIT_PARAM_STATE_ONLY, "state_only"},
    {KIT_PARAM_NO_MODULATE, "no_modulate"},
    {KIT_PARAM_BY_NAME, "by_name"},
    {KIT_PARAM_OPTIONAL, "optional"},
    {KIT_PARAM_LIVE, "live"},
  };
  size_t at = 0;
  *text     = '\0';
  for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]) && at < size; ++i) {
    if (param->flags & names[i].flag) {
      at += (size_t)snprintf(text + at, size - at, "%s%s", at ? "," : "", names[i].name);
    }
  }
}

static void
write_choices(const KitParam* param, char* text, size_t size)
{
  size_t at = 0;
  *text     = '\0';
  for (uint32_t i = 0; param->choices && param->choices[i] && at < size; ++i) {
    at += (size_t)snprintf(text + at, size - at, "%s%s", at ? "|" : "", param->choices[i]);
  }
}

void
kit_osc_describe(KitOscCall* call)
{
  static const char* const kinds[] = {"float", "int", "choice"};
  const KitParamTable      table   = table_of(call->osc);
  for (uint32_t i = 0; i < table.n_params; ++i) {
    const KitParam* const param = &table.params[i];
    char                  path[128];
    char                  flags[96];
    char                  choices[MAX_CHOICES_TEXT];
    snprintf(path, sizeof(path), "describe/%.100s", param->key);
    write_flags(param, flags, sizeof(flags));
    write_choices(param, choices, sizeof(choices));
    kit_osc_answer(call, path, "sssnnnsssis", param->name, kit_unit_text(param->unit), kinds[param->kind],
                   param->min, param->max, kit_param_default(param, 0), param->section, param->help, flags,
                   (int)kit_param_count(param), choices);
  }
  kit_osc_answer(call, "describe/end", "i", (int)table.n_params);
}

void
kit_osc_send_lock(const KitOsc* osc, KitUdpAddress to, uint32_t slot)
{
  char        path[128];
  char        key[112] = "bypass";
  KitParamRef ref;
  if (kit_params_at_slot(table_of(osc), slot, &ref)) {
    kit_osc_key(&ref, key, sizeof(key));
  }
  snprintf(path, sizeof(path), "lock/%s", key);
  kit_osc_send_at(osc, to, path, "i", kit_plugin_is_locked(osc->plugin, slot) ? 1 : 0);
}

void
kit_osc_lock(KitOscCall* call)
{
  Target target;
  double on = -1.0;
  if (!find(call, &target) || !kit_osc_range(call, 0, 0.0, 1.0, &on)) {
    return;
  }
  for (uint32_t i = 0; i < target.n; ++i) {
    if (on >= 0.0) {
      kit_plugin_set_lock(call->osc->plugin, target.first.slot + i, on >= 0.5);
    }
    kit_osc_send_lock(call->osc, call->from, target.first.slot + i);
  }
}
