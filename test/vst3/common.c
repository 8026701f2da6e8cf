// SPDX-License-Identifier: ISC
#include "checks.h"

#include "tap.h"
#include "vst3_host_objects.h"

void
open_plugin(const Subject* subject, Vst3Host* host)
{
  vst3_require(vst3_open(host, &subject->module), "cannot open the plugin");
}

void
close_plugin(const Subject* subject, Vst3Host* host)
{
  if (!vst3_close(host)) {
    tap_ok(false, "%s: a closed plugin leaves nothing behind", subject->effect->id);
  }
}

KitAudio
played_on(const Subject* subject, Vst3Host* host, const Take* take, const KitAudio* in, RigScore score)
{
  HostVst3 plugin;
  host_vst3_init(&plugin, subject->effect, host);
  plugin.base.setup = take->setup;
  return take_running(&plugin.base, take, in, score);
}
