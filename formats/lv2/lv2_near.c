// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"
#include "lv2_window.h"
#include "osc.h"

#include <stdio.h>

#define HEARD_S 0.5

static void
listen(LV2_Handle handle, bool on)
{
  KitLv2* const self = (KitLv2*)handle;
  self->listening    = on;
  if (!on) {
    kit_tap_close(self->tap);
    self->tap = NULL;
  }
}

// A plugin that was deactivated meanwhile is heard anew
static void
read_audio(LV2_Handle handle, KitTapShape* shape, double* const* dry, double* const* wet)
{
  KitLv2* const self = (KitLv2*)handle;
  if (self->tap && !kit_tap_is_live(self->tap)) {
    kit_tap_close(self->tap);
    self->tap = NULL;
  }
  if (!self->tap && self->listening) {
    self->tap = kit_tap_open(self->plugin, HEARD_S);
  }
  if (self->tap) {
    kit_tap_read(self->tap, shape, dry, wet);
  } else {
    shape->n_frames = 0;
  }
}

static void
wire(LV2_Handle handle, bool* on, uint16_t* port, char* trouble)
{
  const KitOscStatus status = kit_osc_status(((KitLv2*)handle)->plugin);
  *on                       = status.on;
  *port                     = status.port;
  snprintf(trouble, 128, "%.127s", status.trouble);
}

static void
set_wire(LV2_Handle handle, bool on)
{
  (void)handle;
  kit_osc_switch(on, NULL);
}

const KitLv2Near*
kit_lv2_near(void)
{
  static const KitLv2Near access = {listen, read_audio, wire, set_wire};
  return &access;
}
