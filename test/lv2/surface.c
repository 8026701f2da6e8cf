// SPDX-License-Identifier: ISC
// test_lv2_surface ID BUNDLE: what the Turtle says beside ranges, for which see metadata.c
#include "identity.h"
#include "lv2_host.h"
#include "lv2_ports.h"
#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/patch/patch.h>
#include <lv2/port-groups/port-groups.h>
#include <lv2/resize-port/resize-port.h>
#include <lv2/time/time.h>
#include <lv2/units/units.h>

#include <string.h>

#define RDF_TYPE     "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#define RDFS_COMMENT "http://www.w3.org/2000/01/rdf-schema#comment"
#define RDFS_RANGE   "http://www.w3.org/2000/01/rdf-schema#range"

extern const KitEffect probe_effect;

typedef struct {
  const KitEffect* effect;
  const KitLayout* layout;
  KitDirectory     directory;
  Lv2Host          host;
} Subject;

/** True if the world says so of `node`; any object where `object` is null. */
static bool
says(const Subject* s, const LilvNode* node, const char* predicate, const char* object)
{
  LilvNode* const what  = lilv_new_uri(s->host.world, predicate);
  LilvNode* const value = object ? lilv_new_uri(s->host.world, object) : NULL;
  const bool      known = node && lilv_world_ask(s->host.world, node, what, value);
  lilv_node_free(what);
  lilv_node_free(value);
  return known;
}

static const LilvPort*
port_at(const Subject* s, uint32_t index)
{
  return lilv_plugin_get_port_by_index(s->host.plugin, index);
}

static bool
port_says(const Subject* s, uint32_t index, const char* predicate, const char* object)
{
  return says(s, lilv_port_get_node(s->host.plugin, port_at(s, index)), predicate, object);
}

/** Caller frees. */
static LilvNode*
port_get(const Subject* s, uint32_t index, const char* predicate)
{
  LilvNode* const what = lilv_new_uri(s->host.world, predicate);
  LilvNode* const node = lilv_port_get(s->host.plugin, port_at(s, index), what);
  lilv_node_free(what);
  return node;
}

static void
check_message_ports(const Subject* s)
{
  static const struct {
    const char*     symbol;
    const char*     direction;
    KitLv2FixedPort port;
  } ports[] = {{"control", LV2_CORE__InputPort, KIT_LV2_CONTROL},
               {"notify", LV2_CORE__OutputPort, KIT_LV2_NOTIFY}};
  bool good = true;
  for (size_t i = 0; i < 2U; ++i) {
    const uint32_t index = lv2_port(&s->host, ports[i].symbol);
    if (index != kit_lv2_fixed_port(s->layout, ports[i].port)) {
      good = false;
      continue;
    }
    LilvNode* const size = port_get(s, index, LV2_RESIZE_PORT__minimumSize);
    good =
      good && index == s->layout->n_in + s->layout->n_out + 3U + i &&
      port_says(s, index, RDF_TYPE, LV2_ATOM__AtomPort) &&
      port_says(s, index, RDF_TYPE, ports[i].direction) &&
      port_says(s, index, LV2_ATOM__bufferType, LV2_ATOM__Sequence) &&
      port_says(s, index, LV2_ATOM__supports, LV2_PATCH__Message) &&
      port_says(s, index, LV2_ATOM__supports, LV2_TIME__Position) == (ports[i].port == KIT_LV2_CONTROL) &&
      port_says(s, index, LV2_CORE__designation, LV2_CORE__control) &&
      port_says(s, index, LV2_CORE__portProperty, LV2_CORE__connectionOptional) && lilv_node_is_int(size) &&
      lilv_node_as_int(size) >= (int)(40U + 24U * s->directory.n);
    lilv_node_free(size);
  }
  tap_ok(good && kit_lv2_first_param_port(s->layout) == s->layout->n_in + s->layout->n_out + 5U,
         "<%s>: ports for messages lie between the fixed ones and the parameters, for good", s->layout->name);
}

static bool
number_is_whole(const Subject* s, uint32_t index, const char* predicate)
{
  LilvNode* const node  = port_get(s, index, predicate);
  const bool      whole = lilv_node_is_int(node);
  lilv_node_free(node);
  return whole;
}

static void
check_ports(const Subject* s)
{
  static const char* const numbers[] = {LV2_CORE__default, LV2_CORE__minimum, LV2_CORE__maximum};
  uint32_t                 n_bare    = 0;
  uint32_t                 n_spelled = 0;
  uint32_t                 n_units   = 0;
  for (uint32_t i = 0; i < s->host.n_ports; ++i) {
    const bool bare = !port_says(s, i, RDFS_COMMENT, NULL) || !port_says(s, i, LV2_PORT_GROUPS__group, NULL);
    n_bare += bare;
    n_units += port_says(s, i, LV2_UNITS__unit, NULL);
    const bool whole = port_says(s, i, LV2_CORE__portProperty, LV2_CORE__integer) ||
                       port_says(s, i, LV2_CORE__portProperty, LV2_CORE__toggled);
    for (size_t n = 0; n < 3U && port_says(s, i, RDF_TYPE, LV2_CORE__ControlPort); ++n) {
      n_spelled += number_is_whole(s, i, numbers[n]) != whole;
    }
  }
  tap_ok(!n_bare, "<%s>: every port has a comment and a group", s->layout->name);
  tap_ok(!n_spelled, "<%s>: whole numbers are written as such, and others not", s->layout->name);

  uint32_t n_floats = 0;
  for (uint32_t p = 0; p < s->directory.n_published; ++p) {
    n_floats += !kit_param_is_stepped(s->directory.list[p].param);
  }
  tap_ok(n_units >= n_floats + 1U, "<%s>: %u ports have units", s->layout->name, n_units);
}

static void
check_channels(const Subject* s)
{
  bool good = true;
  for (uint32_t i = 0; i < s->layout->n_in + s->layout->n_out; ++i) {
    const bool        is_in   = i < s->layout->n_in;
    const uint32_t    channel = is_in ? i : i - s->layout->n_in;
    const bool        mono    = (is_in ? s->layout->n_in : s->layout->n_out) == 1U;
    LilvNode* const   group   = port_get(s, i, LV2_PORT_GROUPS__group);
    const char* const side    = mono      ? LV2_PORT_GROUPS__center
                                : channel ? LV2_PORT_GROUPS__right
                                          : LV2_PORT_GROUPS__left;
    good                      = good && port_says(s, i, LV2_CORE__designation, side) &&
           says(s, group, RDF_TYPE, mono ? LV2_PORT_GROUPS__MonoGroup : LV2_PORT_GROUPS__StereoGroup) &&
           says(s, group, RDF_TYPE, is_in ? LV2_PORT_GROUPS__InputGroup : LV2_PORT_GROUPS__OutputGroup) &&
           says(s, lilv_plugin_get_uri(s->host.plugin),
                is_in ? LV2_PORT_GROUPS__mainInput : LV2_PORT_GROUPS__mainOutput, lilv_node_as_uri(group));
    lilv_node_free(group);
  }
  tap_ok(good, "<%s>: audio ports form the main groups, each with its place", s->layout->name);
}

static void
check_params(const Subject* s)
{
  const LilvNode* const plugin  = lilv_plugin_get_uri(s->host.plugin);
  uint32_t              n_wrong = 0;
  for (uint32_t i = 0; i < s->directory.n; ++i) {
    const KitHostParam* const host  = &s->directory.list[i];
    const char* const         range = kit_lv2_is_toggle(host->param)      ? LV2_ATOM__Bool
                                      : kit_param_is_stepped(host->param) ? LV2_ATOM__Int
                                                                          : LV2_ATOM__Float;
    char                      uri[256];
    char                      symbol[64];
    kit_lv2_param_uri(s->effect, host, uri, sizeof(uri));
    kit_lv2_symbol(host, symbol, sizeof(symbol));
    LilvNode* const param = lilv_new_uri(s->host.world, uri);
    n_wrong +=
      !(says(s, plugin, LV2_PATCH__writable, uri) && says(s, param, RDF_TYPE, LV2_CORE_PREFIX "Parameter") &&
        says(s, param, RDFS_RANGE, range) && says(s, param, LV2_CORE__default, NULL) &&
        (host->slot == KIT_BYPASS_SLOT ||
         port_says(s, lv2_port(&s->host, symbol), LV2_CORE__designation, uri)));
    lilv_node_free(param);
  }
  tap_ok(!n_wrong, "<%s>: %u parameters can be set by message, and ports name theirs", s->layout->name,
         s->directory.n);
}

// Whoever made it has a name; an address is given only where there is one
static void
check_project(const Subject* s)
{
  const LilvNode* const plugin  = lilv_plugin_get_uri(s->host.plugin);
  const char* const     url     = kit_effect_url(s->effect);
  LilvNode* const       page    = lilv_new_uri(s->host.world, "http://usefulinc.com/ns/doap#homepage");
  LilvNode* const       project = lilv_plugin_get_project(s->host.plugin);
  LilvNode* const       home    = lilv_world_get(s->host.world, project, page, NULL);
  LilvNode* const       author  = lilv_plugin_get_author_homepage(s->host.plugin);
  LilvNode* const       name    = lilv_plugin_get_author_name(s->host.plugin);
  const bool            is_real =
    *url ? home && author && !strcmp(lilv_node_as_uri(home), url) && !strcmp(lilv_node_as_uri(author), url)
                    : !home && !author;
  tap_ok(name && !strcmp(lilv_node_as_string(name), kit_effect_vendor(s->effect)) && is_real &&
           !strstr(url, ".example"),
         "<%s>: is somebody's, and claims no home page that is none", s->layout->name);
  tap_ok(says(s, plugin, LV2_CORE__optionalFeature, LV2_CORE__isLive) &&
           says(s, plugin, LV2_CORE__optionalFeature, LV2_CORE__hardRTCapable),
         "<%s>: is for live use", s->layout->name);
  lilv_node_free(page);
  lilv_node_free(project);
  lilv_node_free(home);
  lilv_node_free(author);
  lilv_node_free(name);
}

int
main(int argc, char** argv)
{
  if (argc != 3) {
    return 2;
  }
  LilvWorld* const world = lv2_world(argv[2]);
  Subject          s     = {.effect = strcmp(argv[1], "probe") ? kit_effect_find(argv[1]) : &probe_effect};
  if (!s.effect || !kit_directory_init(&s.directory, s.effect, NULL, 0)) {
    return 2;
  }
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    char uri[256];
    s.layout = &kit_layouts[i];
    kit_lv2_uri(s.effect, s.layout, uri, sizeof(uri));
    if (!lv2_open(&s.host, world, uri, 44100.0)) {
      return 2;
    }
    check_message_ports(&s);
    check_ports(&s);
    check_channels(&s);
    check_params(&s);
    check_project(&s);
    lv2_close(&s.host);
  }
  kit_directory_cleanup(&s.directory);
  lilv_world_free(world);
  return tap_done();
}
