// SPDX-License-Identifier: ISC
// test_lv2 ID BUNDLE: the plugins of one effect, looked at from a host's side
#include "checks.h"

#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const KitEffect probe_effect;

void
open_layout(const Subject* subject, uint32_t layout, double sample_rate, Lv2Host* host)
{
  char uri[256];
  kit_lv2_uri(subject->effect, &kit_layouts[layout], uri, sizeof(uri));
  if (!lv2_open(host, subject->world, uri, sample_rate)) {
    printf("Bail out! <%s> does not open\n", uri);
    exit(1);
  }
}

uint32_t
port_of(const Lv2Host* host, const KitHostParam* param)
{
  char symbol[64];
  kit_lv2_symbol(param, symbol, sizeof(symbol));
  return lv2_port(host, symbol);
}

int
main(int argc, char** argv)
{
  if (argc != 3) {
    return 2;
  }
  Subject subject = {.effect = strcmp(argv[1], "probe") ? kit_effect_find(argv[1]) : &probe_effect};
  subject.module  = subject.effect ? host_format.module_open(argv[2], subject.effect) : NULL;
  if (!subject.module || !kit_directory_init(&subject.directory, subject.effect, NULL, 0)) {
    return 2;
  }
  subject.world = host_lv2_world(subject.module);
  check_metadata(&subject);
  if (subject.effect->stream_new) {
    check_latency(&subject);
    check_state(&subject);
    check_hostile(&subject);
  } else {
    tap_skip("%s has no stream", subject.effect->id);
  }
  kit_directory_cleanup(&subject.directory);
  host_format.module_close(subject.module);
  return tap_done();
}
