// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include <stdio.h>

#ifdef KIT_CLAP_THREAD_CHECK
static void
complain(const KitClap* self, const char* call, const char* thread)
{
  char text[128];
  snprintf(text, sizeof(text), "%s called on a thread that is not the %s thread", call, thread);
  if (self->offers.log && self->offers.log->log) {
    self->offers.log->log(self->host, KIT_CLAP_LOG_HOST_MISBEHAVING, text);
  }
}

void
kit_clap_check_main(const KitClap* self, const char* call)
{
  const clap_host_thread_check_t* const check = self->offers.thread_check;
  if (check && check->is_main_thread && !check->is_main_thread(self->host)) {
    complain(self, call, "main");
  }
}

void
kit_clap_check_audio(const KitClap* self, const char* call)
{
  const clap_host_thread_check_t* const check = self->offers.thread_check;
  if (check && check->is_audio_thread && !check->is_audio_thread(self->host)) {
    complain(self, call, "audio");
  }
}
#else
void
kit_clap_check_main(const KitClap* self, const char* call)
{
  (void)self;
  (void)call;
}

void
kit_clap_check_audio(const KitClap* self, const char* call)
{
  (void)self;
  (void)call;
}
#endif
