// SPDX-License-Identifier: ISC
#include "clap_host.h"

#include "guard.h"
#include "library.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local int audio_depth;

void
clap_audio_enter(void)
{
  ++audio_depth;
}

void
clap_audio_leave(void)
{
  --audio_depth;
}

static ClapHost*
host_of(const clap_host_t* host)
{
  return (ClapHost*)host->host_data;
}

static bool
on_main(const clap_host_t* host)
{
  return !audio_depth && host_of(host)->main == library_thread();
}

static bool
on_audio(const clap_host_t* host)
{
  (void)host;
  return audio_depth > 0;
}

static void
want(ClapHost* host, bool right_thread)
{
  if (!right_thread) {
    atomic_fetch_add(&host->n_wrong_thread, 1U);
  }
}

static void
rescan(const clap_host_t* host, clap_param_rescan_flags flags)
{
  want(host_of(host), on_main(host));
  atomic_fetch_add(&host_of(host)->n_rescans, 1U);
  atomic_fetch_or(&host_of(host)->rescan_flags, flags);
}

static void
clear(const clap_host_t* host, clap_id id, clap_param_clear_flags flags)
{
  (void)id;
  (void)flags;
  want(host_of(host), on_main(host));
}

static void
request_flush(const clap_host_t* host)
{
  want(host_of(host), !on_audio(host));
}

static void
latency_changed(const clap_host_t* host)
{
  ClapHost* const self = host_of(host);
  want(self, on_main(host));
  atomic_fetch_add(&self->n_latency_changes, 1U);
  if (self->plugin) {
    const clap_plugin_latency_t* const latency =
      (const clap_plugin_latency_t*)self->plugin->get_extension(self->plugin, CLAP_EXT_LATENCY);
    self->latency = latency->get(self->plugin);
  }
}

static void
tail_changed(const clap_host_t* host)
{
  want(host_of(host), on_audio(host));
  atomic_fetch_add(&host_of(host)->n_tail_changes, 1U);
}

static void
write_log(const clap_host_t* host, int32_t severity, const char* text)
{
  ClapHost* const self = host_of(host);
  atomic_fetch_add(&self->n_logged, 1U);
  if (severity == KIT_CLAP_LOG_HOST_MISBEHAVING) {
    atomic_fetch_add(&self->n_misbehaving, 1U);
  }
  if (on_main(host)) {
    snprintf(self->text, sizeof(self->text), "%s", text);
  }
}

static void
load_error(const clap_host_t* host, uint32_t kind, const char* location, const char* load_key,
           int32_t os_error, const char* text)
{
  (void)kind;
  (void)location;
  (void)load_key;
  (void)os_error;
  ++host_of(host)->n_load_errors;
  want(host_of(host), on_main(host));
  snprintf(host_of(host)->load_error, CLAP_HOST_TEXT, "%s", text);
}

static void
loaded(const clap_host_t* host, uint32_t kind, const char* location, const char* load_key)
{
  (void)location;
  ++host_of(host)->n_loaded;
  want(host_of(host), on_main(host) && (kind == KIT_CLAP_LOCATION_PLUGIN) == (load_key != NULL));
}

static const void*
get_extension(const clap_host_t* host, const char* id)
{
  static const clap_host_params_t       params       = {rescan, clear, request_flush};
  static const clap_host_latency_t      latency      = {latency_changed};
  static const clap_host_thread_check_t thread_check = {on_main, on_audio};
  static const KitClapHostTail          tail         = {tail_changed};
  static const KitClapHostLog           log          = {write_log};
  static const KitClapHostPresetLoad    preset_load  = {load_error, loaded};
  static const struct {
    const char* id;
    const void* extension;
  } list[] = {
    {CLAP_EXT_PARAMS, &params}, {CLAP_EXT_LATENCY, &latency}, {CLAP_EXT_THREAD_CHECK, &thread_check},
    {KIT_CLAP_EXT_TAIL, &tail}, {KIT_CLAP_EXT_LOG, &log},     {KIT_CLAP_EXT_PRESET_LOAD_DRAFT, &preset_load},
  };
  for (size_t i = 0; !host_of(host)->bare && i < sizeof(list) / sizeof(list[0]); ++i) {
    if (!strcmp(list[i].id, id)) {
      return list[i].extension;
    }
  }
  return NULL;
}

static void
request_restart(const clap_host_t* host)
{
  atomic_fetch_add(&host_of(host)->n_restarts, 1U);
}

static void
request_process(const clap_host_t* host)
{
  atomic_fetch_add(&host_of(host)->n_wakes, 1U);
}

static void
request_callback(const clap_host_t* host)
{
  atomic_fetch_add(&host_of(host)->n_callbacks, 1U);
}

void
clap_host_init(ClapHost* host)
{
  *host      = (ClapHost){.main = library_thread()};
  host->host = (clap_host_t){
    .clap_version     = CLAP_VERSION_INIT,
    .host_data        = host,
    .name             = "VstKit test host",
    .vendor           = "VstKit",
    .url              = "",
    .version          = "1",
    .get_extension    = get_extension,
    .request_restart  = request_restart,
    .request_process  = request_process,
    .request_callback = request_callback,
  };
}

bool
clap_open(ClapPlugin* plugin, ClapHost* host, const ClapModule* module)
{
  const clap_plugin_t* const p = module->factory->create_plugin(module->factory, &host->host, module->id);
  if (!p || !p->init(p)) {
    tap_note("cannot create %s", module->id);
    return false;
  }
  host->plugin  = p;
  host->latency = 0;
  *plugin       = (ClapPlugin){
          .p             = p,
          .host          = host,
          .params        = p->get_extension(p, CLAP_EXT_PARAMS),
          .ports         = p->get_extension(p, CLAP_EXT_AUDIO_PORTS),
          .config        = p->get_extension(p, KIT_CLAP_EXT_AUDIO_PORTS_CONFIG),
          .config_info   = p->get_extension(p, KIT_CLAP_EXT_AUDIO_PORTS_CONFIG_INFO),
          .configurable  = p->get_extension(p, KIT_CLAP_EXT_CONFIGURABLE_AUDIO_PORTS),
          .state         = p->get_extension(p, CLAP_EXT_STATE),
          .state_context = p->get_extension(p, KIT_CLAP_EXT_STATE_CONTEXT),
          .latency       = p->get_extension(p, CLAP_EXT_LATENCY),
          .tail          = p->get_extension(p, KIT_CLAP_EXT_TAIL),
          .render        = p->get_extension(p, KIT_CLAP_EXT_RENDER),
          .controls      = p->get_extension(p, KIT_CLAP_EXT_REMOTE_CONTROLS),
          .preset_load   = p->get_extension(p, KIT_CLAP_EXT_PRESET_LOAD),
  };
  return true;
}

bool
clap_start(const ClapPlugin* plugin, double sample_rate, uint32_t max_frames)
{
  if (!plugin->p->activate(plugin->p, sample_rate, 1, max_frames)) {
    return false;
  }
  clap_audio_enter();
  const bool started = plugin->p->start_processing(plugin->p);
  clap_audio_leave();
  return started;
}

void
clap_stop(const ClapPlugin* plugin)
{
  clap_audio_enter();
  plugin->p->stop_processing(plugin->p);
  clap_audio_leave();
  plugin->p->deactivate(plugin->p);
}

void
clap_close(ClapPlugin* plugin)
{
  clap_stop(plugin);
  plugin->host->plugin = NULL;
  plugin->p->destroy(plugin->p);
  *plugin = (ClapPlugin){0};
}

bool
clap_layout(const ClapPlugin* plugin, uint32_t n_in, uint32_t n_out)
{
  KitClapPortsConfig config;
  for (uint32_t i = 0; plugin->config->get(plugin->p, i, &config); ++i) {
    if (config.main_input_channel_count == n_in && config.main_output_channel_count == n_out) {
      return plugin->config->select(plugin->p, config.id);
    }
  }
  return false;
}

double
clap_value(const ClapPlugin* plugin, clap_id id)
{
  double value = 0.0;
  plugin->params->get_value(plugin->p, id, &value);
  return value;
}

void
clap_flush(const ClapPlugin* plugin, const ClapEvents* events, bool may_allocate)
{
  if (!may_allocate) {
    rt_guard_enter();
  }
  plugin->params->flush(plugin->p, &events->in, NULL);
  if (!may_allocate) {
    rt_guard_leave();
  }
}

clap_process_status
clap_run(const ClapPlugin* plugin, const ClapBlock* block)
{
  clap_audio_buffer_t in  = {.channel_count = block->n_in, .constant_mask = block->constant};
  clap_audio_buffer_t out = {.channel_count = block->n_out, .constant_mask = 3};
  if (block->is_double) {
    in.data64  = (double**)block->in;
    out.data64 = (double**)block->out;
  } else {
    in.data32  = (float**)block->in;
    out.data32 = (float**)block->out;
  }
  const clap_process_t process = {
    .steady_time         = -1,
    .frames_count        = block->n_frames,
    .transport           = block->transport,
    .audio_inputs        = &in,
    .audio_outputs       = &out,
    .audio_inputs_count  = 1,
    .audio_outputs_count = 1,
    .in_events           = block->events ? &block->events->in : NULL,
    .out_events          = block->out_events,
  };
  clap_audio_enter();
  if (!block->may_allocate) {
    rt_guard_enter();
  }
  const clap_process_status status = plugin->p->process(plugin->p, &process);
  if (!block->may_allocate) {
    rt_guard_leave();
  }
  clap_audio_leave();
  return status;
}
