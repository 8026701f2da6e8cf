// SPDX-License-Identifier: ISC
// Where base/ has no sockets yet: plugins run, and nothing reaches them
#include "osc.h"

void
kit_osc_attach(KitPlugin* plugin, const KitOscInfo* info)
{
  (void)plugin;
  (void)info;
}

void
kit_osc_detach(KitPlugin* plugin)
{
  (void)plugin;
}

KitOscStatus
kit_osc_status(KitPlugin* plugin)
{
  (void)plugin;
  return (KitOscStatus){.trouble = "OSC is not there on this system yet"};
}

KitStatus
kit_osc_switch(bool on, const KitLog* log)
{
  if (on) {
    kit_log(log, KIT_LOG_ERROR, "OSC is not there on this system yet");
  }
  return on ? KIT_ERR_UNSUPPORTED : KIT_SUCCESS;
}
