// SPDX-License-Identifier: ISC
// What component and controller do with a state each
#include "checks.h"

#include "alloc.h"
#include "tap.h"

#include <string.h>

static void
check_no_stream(const Subject* subject, Vst3Host* host)
{
  struct v3_component** const       c = host->component;
  struct v3_edit_controller** const e = host->controller;
  Vst3Stream                        full;
  vst3_stream_init(&full, NULL, 0, 7);
  full.fail_after = 20;
  tap_ok((*c)->set_state(c, NULL) != V3_OK && (*c)->get_state(c, NULL) != V3_OK &&
           (*e)->set_component_state(e, NULL) != V3_OK &&
           (*c)->get_state(c, (struct v3_bstream**)(void*)&full) != V3_OK,
         "%s: no stream, or one that is full, is an error", subject->effect->id);
  vst3_stream_cleanup(&full);
}

static void
check_controller(const Subject* subject)
{
  double* const values = take_values(subject->effect, 47);
  char* const   text   = take_state(subject->effect, values, -1);
  Vst3Host      host;
  HostVst3      plugin;
  Vst3Stream    stream;
  open_plugin(subject, &host);
  host_vst3_init(&plugin, subject->effect, &host);
  vst3_stream_init(&stream, text, strlen(text), 0);
  struct v3_bstream** const s  = (struct v3_bstream**)(void*)&stream;
  const v3_result           st = (*host.controller)->set_component_state(host.controller, s);
  tap_ok(st == V3_OK && take_shows(&plugin.base, values), "%s: the controller shows a component's state",
         subject->effect->id);
  stream.at             = 0;
  host.handler.restarts = 0;
  tap_ok((*host.component)->set_state(host.component, s) == V3_OK &&
           (host.handler.restarts & V3_RESTART_PARAM_VALUES_CHANGED) && take_shows(&plugin.base, values),
         "%s: a loaded state is announced", subject->effect->id);
  vst3_stream_cleanup(&stream);
  close_plugin(subject, &host);
  kit_free(text);
  kit_free(values);
}

void
check_state(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  check_no_stream(subject, &host);
  close_plugin(subject, &host);
  check_controller(subject);
}
