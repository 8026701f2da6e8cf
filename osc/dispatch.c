// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include <stdio.h>
#include <string.h>

#define MAX_STEPS 500000U ///< Of matching one pattern with all addresses

/** What an address leads to.  `path` follows "/E/"; one that ends in a slash takes a key. */
typedef struct {
  const char* path;
  void (*call)(KitOscCall* call);
  bool is_set; ///< Only adds to a bundle's values, which are set together at its end
} Method;

static const Method methods[] = {
  {"param/", kit_osc_param, true},
  {"params", kit_osc_params, false},
  {"describe", kit_osc_describe, false},
  {"bypass", kit_osc_bypass, true},
  {"lock/", kit_osc_lock, false},
  {"preset/load", kit_osc_preset_load, false},
  {"preset/save", kit_osc_preset_save, false},
  {"preset/list", kit_osc_preset_list, false},
  {"state/get", kit_osc_state_get, false},
  {"state/set", kit_osc_state_set, false},
  {"undo", kit_osc_undo, false},
  {"redo", kit_osc_redo, false},
  {"history", kit_osc_history, false},
  {"step", kit_osc_step, false},
  {"ab", kit_osc_ab, false},
  {"subscribe", kit_osc_subscribe, false},
  {"metrics", kit_osc_metrics, false},
  {"request_snapshot", kit_osc_request_snapshot, false},
};

#define N_METHODS (sizeof(methods) / sizeof(methods[0]))

static const char ping[] = "/vstkit/ping";

// What comes before a preset in a bundle is set before it
static void
call_method(KitOscCall* call, const Method* method, const char* key)
{
  if (call->batch && !method->is_set) {
    kit_osc_flush(call->osc, call->from, call->batch);
  }
  call->key = key;
  method->call(call);
}

static void
refuse_unknown(const KitOscCall* call, const char* path)
{
  const char* const id = kit_plugin_effect(call->osc->plugin)->id;
  char              remedy[320];
  KitNear           near;
  kit_near_init(&near, path ? path : "");
  for (uint32_t i = 0; i < N_METHODS; ++i) {
    kit_near_offer(&near, methods[i].path);
  }
  snprintf(remedy, sizeof(remedy), path ? "addresses are in doc/osc.md%s" : "addresses here begin with /%s/",
           path ? kit_near_text(&near) : id);
  kit_osc_refuse(call, remedy, "there is no such address");
}

static void
call_address(KitOscCall* call)
{
  const char* const id     = kit_plugin_effect(call->osc->plugin)->id;
  const size_t      length = strlen(id);
  if (!strcmp(call->address, ping)) {
    kit_osc_ping(call);
    return;
  }
  if (strncmp(call->address + 1, id, length) != 0 || call->address[1U + length] != '/') {
    refuse_unknown(call, NULL);
    return;
  }
  const char* const path = call->address + length + 2U;
  for (uint32_t i = 0; i < N_METHODS; ++i) {
    const size_t n     = strlen(methods[i].path);
    const bool   keyed = methods[i].path[n - 1U] == '/';
    if (keyed ? !strncmp(path, methods[i].path, n) && path[n] : !strcmp(path, methods[i].path)) {
      call_method(call, &methods[i], path + n);
      return;
    }
  }
  refuse_unknown(call, path);
}

typedef struct {
  KitOscCall* call;
  const char* pattern;
  uint32_t    n_found;
  uint32_t    n_steps; ///< Left
} Search;

static void
try_address(Search* search, const char* path, const char* key)
{
  char       address[KIT_OSC_MAX_ADDRESS];
  KitOscCall call = *search->call;
  snprintf(address, sizeof(address), "/%s/%s%s", kit_plugin_effect(call.osc->plugin)->id, path, key);
  if (kit_osc_matches(search->pattern, address, &search->n_steps)) {
    ++search->n_found;
    call.address = address;
    call_address(&call);
  }
}

static void
try_keys(Search* search, const char* path)
{
  const KitParamTable table = kit_plugin_effect(search->call->osc->plugin)->table;
  KitParamRef         ref;
  for (uint32_t slot = 0; kit_params_at_slot(table, slot, &ref); ++slot) {
    char key[112];
    if (!ref.element && kit_param_count(ref.param) > 1U) {
      try_address(search, path, ref.param->key); // The whole array
    }
    kit_osc_key(&ref, key, sizeof(key));
    try_address(search, path, key);
  }
}

static void
call_pattern(KitOscCall* call)
{
  Search search = {call, call->address, 0, MAX_STEPS};
  if (kit_osc_matches(call->address, ping, &search.n_steps)) {
    ++search.n_found;
    kit_osc_ping(call);
  }
  for (uint32_t i = 0; i < N_METHODS; ++i) {
    if (methods[i].path[strlen(methods[i].path) - 1U] == '/') {
      try_keys(&search, methods[i].path);
    } else {
      try_address(&search, methods[i].path, "");
    }
  }
  if (!search.n_steps) {
    kit_osc_refuse(call, "use fewer \"*\" and \"{}\"", "the pattern takes too long to match");
  } else if (!search.n_found) {
    kit_osc_refuse(call, "addresses are in doc/osc.md", "nothing matches the pattern");
  }
}

void
kit_osc_dispatch(KitOscCall* call)
{
  const size_t length = strlen(call->address);
  // An error is never answered: two instances would go on for ever
  if (length >= 6U && !strcmp(call->address + length - 6U, "/error")) {
    ++call->osc->n_dropped;
  } else if (kit_osc_is_pattern(call->address)) {
    call_pattern(call);
  } else {
    call_address(call);
  }
}
