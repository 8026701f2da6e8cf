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
    .tail         = (const KitClapHostTail*)offer(self, KIT_CLAP_EXT_TAIL, NULL),
    .log          = (const KitClapHostLog*)offer(self, KIT_CLAP_EXT_LOG, NULL),
    .preset_load =
      (const KitClapHostPresetLoad*)offer(self, KIT_CLAP_EXT_PRESET_LOAD, KIT_CLAP_EXT_PRESET_LOAD_DRAFT),
  };
  self->log = (KitLog){write_log, self};
}

void
kit_clap_tell_values(KitClap* self)
{
  kit_clap_collect_changes(self);
  const uint32_t before = atomic_fetch_and(&self->pending, ~(uint32_t)KIT_CHANGED_VALUES);
  if ((before & KIT_CHANGED_VALUES) && self->offers.params && self->offers.params->rescan) {
    self->offers.params->rescan(self->host, CLAP_PARAM_RESCAN_VALUES);
  }
}

void
kit_clap_tell_loaded(KitClap* self)
{
  kit_clap_tell_values(self);
  kit_clap_wake(self);
}

// New values may sound by themselves, or change the latency
void
kit_clap_wake(KitClap* self)
{
  if (atomic_load(&self->asleep) && self->host->request_process) {
    self->host->request_process(self->host);
  }
}
