// SPDX-License-Identifier: ISC
#include "subject.h"

#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
check_descriptor(const Subject* s)
{
  const clap_plugin_factory_t* const    f = s->module.factory;
  const clap_plugin_descriptor_t* const d = f->get_plugin_descriptor(f, 0);
  tap_ok(f->get_plugin_count(f) == 1 && !f->get_plugin_descriptor(f, 1), "one plugin in the module");
  tap_ok(!strcmp(d->name, s->effect->name), "its name is %s", s->effect->name);
  tap_ok(d->vendor && *d->vendor && d->url, "the vendor is given, and an address where there is one");
  tap_ok(!strcmp(d->version, s->effect->version) && !strcmp(d->description, s->effect->description),
         "version and description are the effect's");
  tap_ok(d->features && !strcmp(d->features[0], "audio-effect"), "it is an audio effect");
  tap_ok(s->plugin.p->desc == d, "the plugin has the descriptor of the factory");
}

static void
check_factories(Subject* s)
{
  const clap_plugin_entry_t* const   e   = s->module.entry;
  const clap_plugin_factory_t* const f   = s->module.factory;
  ClapHost                           old = s->host;
  old.host.clap_version                  = (clap_version_t){0, 26, 0};
  tap_ok(!e->get_factory("clap.nothing") && !e->get_factory(NULL), "no factory of another kind");
  tap_ok(e->get_factory(KIT_CLAP_PRESET_DISCOVERY_DRAFT) == s->module.presets,
         "older hosts find the presets too");
  tap_ok(!f->create_plugin(f, &s->host.host, "org.nobody.nothing") &&
           !f->create_plugin(f, &s->host.host, NULL),
         "no plugin by another name");
  tap_ok(!f->create_plugin(f, NULL, s->module.id), "no plugin without a host");
  tap_ok(!f->create_plugin(f, &old.host, s->module.id), "no plugin for a host of the development ABI");
}

static void
check_entry_counts(const Subject* s)
{
  const clap_plugin_entry_t* const e = s->module.entry;
  e->init(s->path);
  e->deinit();
  tap_ok(e->get_factory(CLAP_PLUGIN_FACTORY_ID) != NULL, "a second user's deinit() leaves the first working");
  e->deinit();
  e->deinit();
  tap_ok(!e->get_factory(CLAP_PLUGIN_FACTORY_ID), "after the last deinit() there is no factory");
  tap_ok(e->init(s->path) && e->get_factory(CLAP_PLUGIN_FACTORY_ID) != NULL, "init() after that works");
}

static void
check_extensions(const Subject* s)
{
  const clap_plugin_t* const p = s->plugin.p;
  tap_ok(s->plugin.params && s->plugin.ports && s->plugin.config && s->plugin.config_info &&
           s->plugin.configurable && s->plugin.state && s->plugin.state_context && s->plugin.latency &&
           s->plugin.tail && s->plugin.render && s->plugin.controls && s->plugin.preset_load,
         "every extension is there");
  tap_ok(p->get_extension(p, KIT_CLAP_EXT_PRESET_LOAD_DRAFT) == s->plugin.preset_load &&
           p->get_extension(p, KIT_CLAP_EXT_REMOTE_CONTROLS_DRAFT) == s->plugin.controls &&
           p->get_extension(p, KIT_CLAP_EXT_AUDIO_PORTS_CONFIG_INFO_DRAFT) == s->plugin.config_info &&
           p->get_extension(p, KIT_CLAP_EXT_CONFIGURABLE_AUDIO_PORTS_DRAFT1) == s->plugin.configurable,
         "and under the identifiers of their drafts");
  tap_ok(!p->get_extension(p, "clap.nothing") && !p->get_extension(p, NULL), "and no other");
}

static uint32_t
expected_flags(const KitHostParam* want)
{
  const KitParam* const row   = want->param;
  uint32_t              flags = CLAP_PARAM_IS_AUTOMATABLE;
  if (want->slot == KIT_BYPASS_SLOT) {
    return flags | CLAP_PARAM_IS_BYPASS | CLAP_PARAM_IS_STEPPED;
  }
  flags |= row->kind == KIT_KIND_FLOAT ? 0U : (uint32_t)CLAP_PARAM_IS_STEPPED;
  flags |= row->kind == KIT_KIND_CHOICE ? (1U << 16U) : 0U;
  flags |= (row->flags & KIT_PARAM_HIDDEN) ? (uint32_t)CLAP_PARAM_IS_HIDDEN : 0U;
  return flags | ((row->flags & KIT_PARAM_NO_MODULATE) ? 0U : (uint32_t)CLAP_PARAM_IS_MODULATABLE);
}

static void
check_flags(const Subject* s)
{
  const uint32_t n       = s->plugin.params->count(s->plugin.p);
  uint32_t       n_wrong = n != host_n_listed(s->effect);
  for (uint32_t i = 0; i < n; ++i) {
    KitHostParam      want;
    clap_param_info_t info;
    host_param_at(s->effect, i, &want);
    n_wrong += !s->plugin.params->get_info(s->plugin.p, i, &info) || info.flags != expected_flags(&want);
  }
  tap_ok(!n_wrong, "each of %u parameters is flagged as the table says", n);
}

static void
check_params_misused(const Subject* s)
{
  const clap_plugin_t* const        p = s->plugin.p;
  const clap_plugin_params_t* const x = s->plugin.params;
  clap_param_info_t                 info;
  char                              tiny[2] = {'#', '#'};
  char                              text[64];
  double                            value = 7.0;
  x->get_info(p, 0, &info);
  const clap_id id = info.id;
  tap_ok(!x->get_info(p, x->count(p), &info) && !x->get_info(p, UINT32_MAX, &info) &&
           !x->get_info(p, 0, NULL),
         "no information beyond the list, or to nowhere");
  tap_ok(!x->get_value(p, 12345, &value) && !x->get_value(p, CLAP_INVALID_ID, &value) &&
           !x->get_value(p, id, NULL) && value == 7.0,
         "no value of an unknown parameter");
  tap_ok(!x->value_to_text(p, id, 0.0, NULL, 64) && !x->value_to_text(p, id, 0.0, text, 0) &&
           !x->value_to_text(p, id, (double)INFINITY, text, 64),
         "no text of what is no value");
  tap_ok(x->value_to_text(p, id, 0.0, tiny, 1) && tiny[0] == 0 && tiny[1] == '#',
         "text is cut to its buffer");
  tap_ok(!x->text_to_value(p, id, "0", NULL), "no value to nowhere");
}

static bool
port_is(const ClapPlugin* plugin, bool is_input, uint32_t n_channels, bool paired)
{
  clap_audio_port_info_t port;
  clap_audio_port_info_t other;
  return plugin->ports->get(plugin->p, 0, is_input, &port) &&
         plugin->ports->get(plugin->p, 0, !is_input, &other) && port.channel_count == n_channels &&
         !strcmp(port.port_type, n_channels == 2 ? "stereo" : "mono") &&
         (port.flags & CLAP_AUDIO_PORT_IS_MAIN) && (port.flags & CLAP_AUDIO_PORT_SUPPORTS_64BITS) &&
         port.in_place_pair == (paired ? other.id : CLAP_INVALID_ID);
}

static void
check_layouts(const Subject* s)
{
  static const uint32_t      layouts[3][2] = {{1, 1}, {1, 2}, {2, 2}};
  const ClapPlugin* const    plugin        = &s->plugin;
  const clap_plugin_t* const p             = plugin->p;
  clap_audio_port_info_t     port;
  tap_ok(plugin->ports->count(p, true) == 1 && plugin->ports->count(p, false) == 1 &&
           !plugin->ports->get(p, 1, true, &port) && !plugin->ports->get(p, 0, true, NULL),
         "one port each way");
  tap_ok(port_is(plugin, true, 2, true) && port_is(plugin, false, 2, true), "stereo to begin with");
  for (uint32_t i = 0; i < 3; ++i) {
    const uint32_t n_in  = layouts[i][0];
    const uint32_t n_out = layouts[i][1];
    tap_ok(clap_layout(plugin, n_in, n_out) && port_is(plugin, true, n_in, n_in == n_out) &&
             port_is(plugin, false, n_out, n_in == n_out),
           "%u to %u can be chosen", n_in, n_out);
    const clap_id now = plugin->config_info->current_config(p);
    tap_ok(plugin->config_info->get(p, now, 0, false, &port) && port.channel_count == n_out &&
             !plugin->config_info->get(p, now, 1, false, &port) &&
             !plugin->config_info->get(p, 77, 0, true, &port),
           "and is told of");
  }
  tap_ok(!plugin->config->select(p, 77) && !clap_layout(plugin, 2, 1), "no layout that is not listed");
}

static void
check_layout_requests(const Subject* s)
{
  const KitClapPluginConfigurablePorts* const c = s->plugin.configurable;
  const clap_plugin_t* const                  p = s->plugin.p;
  KitClapPortRequest wish[2]                    = {{true, 0, 1, "mono", NULL}, {false, 0, 1, NULL, NULL}};
  tap_ok(c->can_apply(p, wish, 2) && port_is(&s->plugin, true, 2, true),
         "asking for a layout changes nothing");
  tap_ok(c->apply(p, wish, 2) && port_is(&s->plugin, true, 1, true), "wishing does");
  wish[0].channel_count = 2;
  tap_ok(!c->can_apply(p, wish, 2) && !c->apply(p, wish, 2), "a type must fit its channels");
  wish[0].port_type = "stereo";
  tap_ok(!c->apply(p, wish, 2), "stereo to mono is not to be had");
  wish[1].channel_count = 6;
  tap_ok(!c->apply(p, wish, 2) && !c->apply(p, wish, 0) && !c->apply(p, NULL, 2), "nor is anything else");
  wish[1].channel_count = 2;
  tap_ok(c->apply(p, wish, 2) && port_is(&s->plugin, true, 2, true), "and back to stereo");
  clap_start(&s->plugin, 48000.0, 64);
  tap_ok(!c->can_apply(p, wish, 2) && !c->apply(p, wish, 2) && !clap_layout(&s->plugin, 1, 1),
         "layouts stand while active");
  clap_stop(&s->plugin);
}

static uint32_t
times_on_pages(const Subject* s, clap_id id)
{
  uint32_t          times = 0;
  KitClapRemotePage page;
  for (uint32_t i = 0; s->plugin.controls->get(s->plugin.p, i, &page); ++i) {
    for (uint32_t k = 0; k < KIT_CLAP_REMOTE_CONTROLS; ++k) {
      times += page.param_ids[k] == id;
    }
  }
  return times;
}

static void
check_pages(const Subject* s)
{
  const uint32_t    n_pages = s->plugin.controls->count(s->plugin.p);
  KitClapRemotePage page;
  bool              each_once = true;
  for (uint32_t i = 0; i < host_n_listed(s->effect); ++i) {
    KitHostParam param;
    host_param_at(s->effect, i, &param);
    const bool shown = param.slot != KIT_BYPASS_SLOT && !(param.param->flags & KIT_PARAM_HIDDEN);
    each_once        = each_once && times_on_pages(s, param.id) == (shown ? 1U : 0U);
  }
  tap_ok(n_pages > 0 && each_once, "each parameter that is shown is on one of %u pages", n_pages);
  bool filled = true;
  for (uint32_t i = 0; i < n_pages; ++i) {
    filled = filled && s->plugin.controls->get(s->plugin.p, i, &page) &&
             page.param_ids[0] != CLAP_INVALID_ID && page.section_name[0] && page.page_name[0] &&
             page.page_id != CLAP_INVALID_ID;
  }
  tap_ok(filled, "no page is empty or without name");
  tap_ok(!s->plugin.controls->get(s->plugin.p, n_pages, &page) &&
           !s->plugin.controls->get(s->plugin.p, UINT32_MAX, &page) &&
           !s->plugin.controls->get(s->plugin.p, 0, NULL),
         "no page beyond the last");
}

static void
check_render_modes(const Subject* s)
{
  const KitClapPluginRender* const r = s->plugin.render;
  tap_ok(!r->has_hard_realtime_requirement(s->plugin.p), "renders offline");
  tap_ok(r->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE) && r->set(s->plugin.p, KIT_CLAP_RENDER_REALTIME) &&
           !r->set(s->plugin.p, 7),
         "knows both modes, and no third");
}

static void
check_bare_host(Subject* s)
{
  ClapHost   host;
  ClapPlugin plugin;
  ClapText   text;
  clap_host_init(&host);
  host.bare                  = true;
  host.host.request_callback = NULL;
  host.host.request_restart  = NULL;
  host.host.request_process  = NULL;
  clap_text_init(&text, 64);
  bool fine = clap_open(&plugin, &host, &s->module);
  fine = fine && clap_save(&plugin, &text) && clap_start(&plugin, 44100.0, 64) && clap_load(&plugin, &text);
  for (uint32_t i = 0; fine && i < 4; ++i) {
    const ClapBlock block = {.n_frames = 64};
    clap_run(&plugin, &block);
  }
  clap_text_set(&text, "nonsense", 8);
  tap_ok(fine && !clap_load(&plugin, &text), "works in a host that offers nothing");
  clap_close(&plugin);
  clap_text_cleanup(&text);
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_descriptor(&s);
    check_factories(&s);
    check_entry_counts(&s);
    check_extensions(&s);
    check_flags(&s);
    check_params_misused(&s);
    check_layouts(&s);
    check_layout_requests(&s);
    check_pages(&s);
    check_render_modes(&s);
    check_bare_host(&s);
    subject_close(&s);
  }
  return tap_done();
}
