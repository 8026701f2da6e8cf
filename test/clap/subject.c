// SPDX-License-Identifier: ISC
#include "subject.h"

#include "guard.h"
#include "project.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const KitEffect probe_effect;

const KitEffect*
subject_effect(const char* id)
{
  static const char ours[] = "org.vstkit.";
  const size_t      prefix = sizeof(ours) - 1U;
  if (strncmp(id, ours, prefix) != 0) {
    return NULL;
  }
  return strcmp(id + prefix, probe_effect.id) ? kit_effect_find(id + prefix) : &probe_effect;
}

static void
bail(const char* path, const char* why)
{
  printf("Bail out! %s: %s\n", path, why);
  exit(1);
}

bool
subject_open(Subject* subject, const char* path)
{
  *subject      = (Subject){0};
  subject->path = path;
  clap_host_init(&subject->host);
  if (!clap_module_open(&subject->module, path)) {
    bail(path, "cannot be loaded");
  }
  subject->effect = subject_effect(subject->module.id);
  if (!subject->effect) {
    bail(path, "holds an effect that this program does not know");
  }
  if (!subject->effect->stream_new) {
    tap_skip("%s renders whole files only", subject->effect->name);
    clap_module_close(&subject->module);
    return false;
  }
  if (!clap_open(&subject->plugin, &subject->host, &subject->module)) {
    bail(path, "makes no plugin");
  }
  return true;
}

void
subject_close(Subject* subject)
{
  const ClapHost* const host = &subject->host;
  clap_close(&subject->plugin);
  tap_ok(atomic_load(&host->n_wrong_thread) == 0, "the plugin calls its host on the right threads only");
  if (rt_guard_works()) {
    rt_guard_print();
    tap_ok(rt_guard_count() == 0, "nothing allocates, locks or calls the system on the audio thread");
  }
  clap_module_close(&subject->module);
}

void
subject_renew(Subject* subject)
{
  clap_close(&subject->plugin);
  if (!clap_open(&subject->plugin, &subject->host, &subject->module)) {
    bail(subject->path, "makes no second plugin");
  }
}

clap_id
subject_id(const KitEffect* effect, uint32_t slot)
{
  return host_param(effect, slot).id;
}

KitAudio
subject_running(const Subject* subject, const Take* take, const KitAudio* in, RigScore score)
{
  HostClap clap;
  host_clap_init(&clap, subject->effect, &subject->plugin);
  clap.base.setup    = take->setup;
  const KitAudio out = take_running(&clap.base, take, in, score);
  host_clap_cleanup(&clap);
  return out;
}
