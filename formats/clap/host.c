// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

static const void*
offer(const KitClap* self, const char* id, const char* draft_id)
{
  const clap_host_t* const host = self->host;
  if (!host->get_extension) {
    return NULL;
  }
  const void* const found = host->get_extension(host, id);
  return found || !draft_id ? found : host->get_extension(host, draft_id);
}

static void
write_log(void* handle, KitLogLevel level, const char* text)
{
  const KitClap* const self     = (const KitClap*)handle;
  const int32_t        severity = level == KIT_LOG_ERROR     ? KIT_CLAP_LOG_ERROR
                                  : level == KIT_LOG_WARNING ? KIT_CLAP_LOG_WARNING
                                                             : KIT_CLAP_LOG_INFO;
  if (self->offers.log && self->offers.log->log) {
    self->offers.log->log(self->host, severity, text);
  }
}

void
kit_clap_host_init(KitClap* self)
{
  self->offers = (KitClapHost){
    .params       = (const clap_host_params_t*)offer(self, CLAP_EXT_PARAMS, NULL),
    .latency      = (const clap_host_latency_t*)offer(self, CLAP_EXT_LATENCY, NULL),
    .thread_check = (const clap_host_thread_check_t*)offer(self, CLAP_EXT_THREAD_CHECK, NULL),
    .timers       = (const clap_host_timer_support_t*)offer(self, CLAP_EXT_TIMER_SUPPORT, NULL),
    .tail         = (const KitClapHostTail*)offer(self, KIT_CLAP_EXT_TAIL, NULL),
    .log          = (const KitClapHostLog*)offer(self, KIT_CLAP_EXT_LOG, NULL),
    .preset_load =
      (const KitClapHostPresetLoad*)offer(self, KIT_CLAP_EXT_PRESET_LOAD, KIT_CLAP_EXT_PRESET_LOAD_DRAFT),
    .gui = (const clap_host_gui_t*)offer(self, CLAP_EXT_GUI, NULL),
    .fds = (const KitClapHostFds*)offer(self, KIT_CLAP_EXT_FDS, NULL),
    .menu =
      (const KitClapHostContextMenu*)offer(self, KIT_CLAP_EXT_CONTEXT_MENU, KIT_CLAP_EXT_CONTEXT_MENU_DRAFT),
    .track = (const KitClapHostTrackInfo*)offer(self, KIT_CLAP_EXT_TRACK_INFO, KIT_CLAP_EXT_TRACK_INFO_DRAFT),
  };
  self->log = (KitLog){write_log, self};
}

void
kit_clap_tell(KitClap* self)
{
  kit_plugin_idle(self->kit);
  const bool moved = kit_plugin_news(self->kit, &self->reader) & KIT_NEWS_OUTSIDE;
  if (moved && self->offers.params && self->offers.params->rescan) {
    self->offers.params->rescan(self->host, CLAP_PARAM_RESCAN_VALUES);
  }
}

void
kit_clap_attend(void* handle)
{
  KitClap* const self = (KitClap*)handle;
  kit_clap_wake(self);
  if (kit_plugin_has_edits(self->kit) && self->offers.params && self->offers.params->request_flush) {
    self->offers.params->request_flush(self->host);
  }
  if (self->host->request_callback && !atomic_exchange(&self->calling, true)) {
    self->host->request_callback(self->host);
  }
}

void
kit_clap_tick(void* handle, bool on)
{
  KitClap* const                         self   = (KitClap*)handle;
  const clap_host_timer_support_t* const timers = self->offers.timers;
  if (!timers || !timers->register_timer || !timers->unregister_timer) {
    return;
  }
  if (on && self->timer == CLAP_INVALID_ID &&
      !timers->register_timer(self->host, KIT_CLAP_TICK_MS, &self->timer)) {
    self->timer = CLAP_INVALID_ID;
  } else if (!on && self->timer != CLAP_INVALID_ID) {
    timers->unregister_timer(self->host, self->timer);
    self->timer = CLAP_INVALID_ID;
  }
}

static void
on_timer(const clap_plugin_t* plugin, clap_id timer)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_timer_support.on_timer");
  if (timer == self->timer) {
    kit_clap_tell(self);
  }
}

const clap_plugin_timer_support_t kit_clap_timers = {on_timer};

void
kit_clap_take_track(const clap_plugin_t* plugin)
{
  KitClap* const   self = kit_clap_of(plugin);
  KitClapTrackInfo info = {0};
  kit_clap_check_main(self, "clap_plugin_track_info.changed");
  if (self->offers.track && self->offers.track->get && self->offers.track->get(self->host, &info)) {
    info.name[sizeof(info.name) - 1U] = '\0';
    kit_plugin_set_track(self->kit, (info.flags & KIT_CLAP_TRACK_HAS_NAME) ? info.name : "");
  }
}

const KitClapPluginTrackInfo kit_clap_track = {kit_clap_take_track};
