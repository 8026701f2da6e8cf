// SPDX-License-Identifier: ISC
#include "checks.h"

#include "tap.h"

#include <lv2/port-props/port-props.h>
#include <lv2/units/units.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const LilvPort*
port_at(const Lv2Host* host, const KitHostParam* param)
{
  return lilv_plugin_get_port_by_index(host->plugin, port_of(host, param));
}

static bool
has_property(const Lv2Host* host, const LilvPort* port, const char* uri)
{
  LilvNode* const node = lilv_new_uri(host->world, uri);
  const bool      has  = lilv_port_has_property(host->plugin, port, node);
  lilv_node_free(node);
  return has;
}

/** Value of a property of the port.  Caller frees. */
static LilvNode*
get(const Lv2Host* host, const LilvPort* port, const char* uri)
{
  LilvNode* const predicate = lilv_new_uri(host->world, uri);
  LilvNode* const node      = lilv_port_get(host->plugin, port, predicate);
  lilv_node_free(predicate);
  return node;
}

static bool
text_is(const Lv2Host* host, const LilvPort* port, const char* uri, const char* want)
{
  LilvNode* const node = get(host, port, uri);
  const bool      same = want ? node && !strcmp(lilv_node_as_string(node), want) : !node;
  lilv_node_free(node);
  return same;
}

static bool
short_name_is_right(const Lv2Host* host, const KitHostParam* param)
{
  char brief[64];
  snprintf(brief, sizeof(brief), "%s", param->param->short_name);
  if (param->param->count > 1U) {
    snprintf(brief + strlen(brief), 16, "%u", param->element + 1U);
  }
  return strlen(brief) <= 16U && text_is(host, port_at(host, param), LV2_CORE_PREFIX "shortName", brief);
}

static bool
properties_are_right(const Lv2Host* host, const KitHostParam* param)
{
  const LilvPort* const port = port_at(host, param);
  const KitParam* const row  = param->param;
  return has_property(host, port, LV2_CORE__integer) == kit_param_is_stepped(row) &&
         has_property(host, port, LV2_CORE__enumeration) == (row->kind == KIT_KIND_CHOICE) &&
         has_property(host, port, LV2_PORT_PROPS__logarithmic) == (row->scale == KIT_SCALE_LOG) &&
         has_property(host, port, LV2_PORT_PROPS__expensive) == ((row->flags & KIT_PARAM_REBUILD) != 0) &&
         has_property(host, port, LV2_PORT_PROPS__notOnGUI) == ((row->flags & KIT_PARAM_HIDDEN) != 0);
}

static bool
steps_are_right(const Lv2Host* host, const KitHostParam* param)
{
  const KitParam* const row  = param->param;
  LilvNode* const       node = get(host, port_at(host, param), LV2_PORT_PROPS__rangeSteps);
  const bool   stepped = row->kind == KIT_KIND_FLOAT && row->scale == KIT_SCALE_LINEAR && row->step > 0.0;
  const double steps   = stepped ? rint((row->max - row->min) / row->step) + 1.0 : 0.0;
  const bool   right   = stepped ? node && (double)lilv_node_as_int(node) == steps : !node;
  lilv_node_free(node);
  return right;
}

static bool
unit_is_right(const Lv2Host* host, const KitHostParam* param)
{
  const LilvPort* const port = port_at(host, param);
  switch (param->param->unit) {
    case KIT_UNIT_NONE:
      return text_is(host, port, LV2_UNITS__unit,
                     kit_param_is_stepped(param->param) ? NULL : LV2_UNITS__coef);
    case KIT_UNIT_DB: return text_is(host, port, LV2_UNITS__unit, LV2_UNITS__db);
    case KIT_UNIT_HZ: return text_is(host, port, LV2_UNITS__unit, LV2_UNITS__hz);
    case KIT_UNIT_MS: return text_is(host, port, LV2_UNITS__unit, LV2_UNITS__ms);
    case KIT_UNIT_S: return text_is(host, port, LV2_UNITS__unit, LV2_UNITS__s);
    case KIT_UNIT_SAMPLES: break;
  }
  LilvNode* const unit = get(host, port, LV2_UNITS__unit);
  LilvNode* const name = lilv_new_uri(host->world, LV2_UNITS__symbol);
  LilvNode* const text = unit ? lilv_world_get(host->world, unit, name, NULL) : NULL;
  const bool      same = text && !strcmp(lilv_node_as_string(text), kit_unit_text(KIT_UNIT_SAMPLES));
  lilv_node_free(unit);
  lilv_node_free(name);
  lilv_node_free(text);
  return same;
}

static bool
choices_are_right(const Lv2Host* host, const KitHostParam* param)
{
  LilvScalePoints* const points = lilv_port_get_scale_points(host->plugin, port_at(host, param));
  uint32_t               n      = 0;
  uint32_t               n_same = 0;
  for (const char* const* c = param->param->choices; c && *c; ++c) {
    LILV_FOREACH(scale_points, i, points)
    {
      const LilvScalePoint* const point = lilv_scale_points_get(points, i);
      n_same += lilv_node_as_float(lilv_scale_point_get_value(point)) == (float)n &&
                !strcmp(lilv_node_as_string(lilv_scale_point_get_label(point)), *c);
    }
    ++n;
  }
  const bool right = n_same == n && lilv_scale_points_size(points) == n;
  lilv_scale_points_free(points);
  return right;
}

static bool
describes(const Lv2Host* host, const KitHostParam* param)
{
  return port_of(host, param) != UINT32_MAX && short_name_is_right(host, param) &&
         properties_are_right(host, param) && steps_are_right(host, param) && unit_is_right(host, param) &&
         choices_are_right(host, param);
}

static void
check_params(const Subject* s, const Lv2Host* host, uint32_t n_fixed)
{
  uint32_t n_wrong = 0;
  uint32_t n       = 0;
  for (; n < s->directory.n_published; ++n) {
    const KitHostParam* const param = &s->directory.list[s->directory.published[n]];
    const bool                right = describes(host, param) && port_of(host, param) == n_fixed + n;
    n_wrong += !right;
    if (!right) {
      tap_note("%s %u", param->param->key, param->element);
    }
  }
  tap_ok(!n_wrong && host->n_ports == n_fixed + n,
         "%s: %u ports in their order, with short name, unit, steps and choices of the table", s->effect->id,
         n);
}

static bool
designates(const Lv2Host* host, const char* designation, const char* symbol)
{
  LilvNode* const       is_input = lilv_new_uri(host->world, LV2_CORE__InputPort);
  LilvNode* const       uri      = lilv_new_uri(host->world, designation);
  const LilvPort* const port     = lilv_plugin_get_port_by_designation(host->plugin, is_input, uri);
  const bool            right    = port && lilv_port_get_index(host->plugin, port) == lv2_port(host, symbol);
  lilv_node_free(is_input);
  lilv_node_free(uri);
  return right;
}

static void
check_plugin(const Subject* s, const Lv2Host* host, const KitLayout* layout)
{
  char                     name[128];
  LilvNode* const          shown    = lilv_plugin_get_name(host->plugin);
  LilvNode* const          author   = lilv_plugin_get_author_name(host->plugin);
  LilvNodes* const         needs    = lilv_plugin_get_required_features(host->plugin);
  static const char* const labels[] = {"", " (mono)", " (mono to stereo)"};
  snprintf(name, sizeof(name), "%s%s", s->effect->name, labels[layout - kit_layouts]);
  tap_ok(!strcmp(lilv_node_as_string(shown), name) && author &&
           !strcmp(lilv_node_as_string(author), "VstKit"),
         "%s: its name is exactly %s, with its author", s->effect->id, name);
  tap_ok(lilv_nodes_size(needs) == 0 && lilv_plugin_verify(host->plugin), "%s: it requires nothing of hosts",
         s->effect->id);
  tap_ok(lilv_plugin_has_latency(host->plugin) &&
           lilv_plugin_get_latency_port_index(host->plugin) == lv2_port(host, "latency") &&
           designates(host, LV2_CORE__enabled, "enabled") &&
           designates(host, LV2_CORE__freeWheeling, "freewheel"),
         "%s: has ports for latency, bypass and offline rendering", s->effect->id);
  lilv_node_free(shown);
  lilv_node_free(author);
  lilv_nodes_free(needs);
}

// Sessions hold them
static void
check_preset_uris(const Subject* s)
{
  LilvNode* const is     = lilv_new_uri(s->world, LV2_CORE__appliesTo);
  uint32_t        n      = 0;
  uint32_t        n_here = 0;
  for (const KitEmbeddedPreset* preset = s->effect->presets; preset && preset->id; ++preset) {
    char uri[256];
    snprintf(uri, sizeof(uri), "urn:vstkit:%s#preset-%s", s->effect->id, preset->id);
    LilvNode* const node = lilv_new_uri(s->world, uri);
    ++n;
    n_here += lilv_world_ask(s->world, node, is, NULL);
    lilv_node_free(node);
  }
  tap_ok(n_here == n, "%s: %u of %u presets have their URIs", s->effect->id, n_here, n);
  lilv_node_free(is);
}

void
check_metadata(const Subject* subject)
{
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    const KitLayout* const layout = &kit_layouts[i];
    Lv2Host                host;
    open_layout(subject, i, 44100.0, &host);
    check_plugin(subject, &host, layout);
    tap_ok(host.n_in == layout->n_in && host.n_out == layout->n_out, "%s: %u to %u channels",
           subject->effect->id, layout->n_in, layout->n_out);
    check_params(subject, &host, kit_lv2_first_param_port(layout));
    lv2_close(&host);
  }
  check_preset_uris(subject);
}
