// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"

#include "osc.h"
#include "registry.h"
#include "vstkit/alloc.h"

#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char* const uris[KIT_LV2_N_URIDS] = {
  [KIT_URID_BLANK]              = LV2_ATOM__Blank,
  [KIT_URID_BOOL]               = LV2_ATOM__Bool,
  [KIT_URID_DOUBLE]             = LV2_ATOM__Double,
  [KIT_URID_FLOAT]              = LV2_ATOM__Float,
  [KIT_URID_INT]                = LV2_ATOM__Int,
  [KIT_URID_LONG]               = LV2_ATOM__Long,
  [KIT_URID_OBJECT]             = LV2_ATOM__Object,
  [KIT_URID_SEQUENCE]           = LV2_ATOM__Sequence,
  [KIT_URID_STRING]             = LV2_ATOM__String,
  [KIT_URID_URID]               = LV2_ATOM__URID,
  [KIT_URID_LOG_ERROR]          = LV2_LOG__Error,
  [KIT_URID_LOG_WARNING]        = LV2_LOG__Warning,
  [KIT_URID_ACK]                = LV2_PATCH__Ack,
  [KIT_URID_BODY]               = LV2_PATCH__body,
  [KIT_URID_ERROR]              = LV2_PATCH__Error,
  [KIT_URID_GET]                = LV2_PATCH__Get,
  [KIT_URID_PROPERTY]           = LV2_PATCH__property,
  [KIT_URID_PUT]                = LV2_PATCH__Put,
  [KIT_URID_SEQUENCE_NUMBER]    = LV2_PATCH__sequenceNumber,
  [KIT_URID_SET]                = LV2_PATCH__Set,
  [KIT_URID_SUBJECT]            = LV2_PATCH__subject,
  [KIT_URID_VALUE]              = LV2_PATCH__value,
  [KIT_URID_STATE_CHANGED]      = LV2_STATE__StateChanged,
  [KIT_URID_TIME_POSITION]      = LV2_TIME__Position,
  [KIT_URID_TIME_BPM]           = LV2_TIME__beatsPerMinute,
  [KIT_URID_TIME_SPEED]         = LV2_TIME__speed,
  [KIT_URID_TIME_BAR]           = LV2_TIME__bar,
  [KIT_URID_TIME_BAR_BEAT]      = LV2_TIME__barBeat,
  [KIT_URID_TIME_BEATS_PER_BAR] = LV2_TIME__beatsPerBar,
  [KIT_URID_TIME_BEAT_UNIT]     = LV2_TIME__beatUnit,
};

static void
cleanup(LV2_Handle handle)
{
  KitLv2* const self = (KitLv2*)handle;
  if (self) {
    kit_osc_detach(self->plugin);
    kit_plugin_free(self->plugin);
    kit_free(self->ports);
    kit_free(self->ranks);
    kit_free(self->events);
    kit_free(self);
  }
}

static bool
alloc_ports(KitLv2* self)
{
  const KitDirectory* const directory = kit_plugin_directory(self->plugin);
  const KitLayout* const    layout    = kit_plugin_layout(self->plugin);
  self->n_ports                       = directory->n;
  self->ports                         = (KitLv2Port*)kit_calloc(self->n_ports, sizeof(KitLv2Port));
  self->ranks                         = (uint32_t*)kit_calloc(self->n_ports, sizeof(uint32_t));
  self->events = (KitEvent*)kit_calloc(self->n_ports + KIT_LV2_N_EVENTS, sizeof(KitEvent));
  if (!self->ports || !self->ranks || !self->events) {
    return false;
  }
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    const bool     is_bypass = p == directory->n_published;
    const uint32_t index     = is_bypass ? p : directory->published[p]; // The directory ends with bypass, too
    const KitParam* const param = directory->list[index].param;
    self->ranks[index]          = p;
    self->ports[p]              = (KitLv2Port){
                   .param = &directory->list[index],
                   .seen  = NAN,
                   .asked = NAN,
                   .type  = kit_lv2_is_toggle(param)      ? KIT_URID_BOOL
                            : kit_param_is_stepped(param) ? KIT_URID_INT
                                                          : KIT_URID_FLOAT,
                   .port  = is_bypass ? kit_lv2_fixed_port(layout, KIT_LV2_ENABLED) : kit_lv2_first_param_port(layout) + p,
    };
  }
  return true;
}

static const void*
feature(const LV2_Feature* const* features, const char* uri)
{
  for (; features && *features; ++features) {
    if (!strcmp((*features)->URI, uri)) {
      return (*features)->data;
    }
  }
  return NULL;
}

static void
take_features(KitLv2* self, const char* uri, const LV2_Feature* const* features)
{
  const LV2_URID_Map* const map    = (const LV2_URID_Map*)feature(features, LV2_URID__map);
  const KitEffect* const    effect = kit_plugin_effect(self->plugin);
  self->request                    = (const KitLv2ChangeRequest*)feature(features, KIT_LV2_CHANGE_REQUEST);
  if (!map) {
    return;
  }
  char key[256];
  for (uint32_t i = 0; i < KIT_LV2_N_URIDS; ++i) {
    self->urids[i] = map->map(map->handle, uris[i]);
  }
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    kit_lv2_param_uri(effect, self->ports[p].param, key, sizeof(key));
    self->ports[p].uri = map->map(map->handle, key);
  }
  kit_lv2_state_uri(effect, key, sizeof(key));
  self->state_key = map->map(map->handle, key);
  self->uri       = map->map(map->handle, uri);
  self->host_log  = (LV2_Log_Log*)feature(features, LV2_LOG__log);
}

static LV2_Handle
instantiate(const LV2_Descriptor* descriptor, double rate, const char* bundle,
            const LV2_Feature* const* features)
{
  (void)bundle;
  const KitEffect* const effect = kit_registry[0];
  KitLv2* const          self   = (KitLv2*)kit_calloc(1, sizeof(KitLv2));
  if (!self) {
    return NULL;
  }
  self->sample_rate = rate;
  self->plugin      = kit_plugin_new(effect, &(KitPluginFormat){.handle = self});
  for (uint32_t i = 0; self->plugin && i < KIT_N_LAYOUTS; ++i) {
    char uri[256];
    kit_lv2_uri(effect, &kit_layouts[i], uri, sizeof(uri));
    if (!strcmp(uri, descriptor->URI)) {
      kit_plugin_set_layout(self->plugin, &kit_layouts[i]);
    }
  }
  if (!self->plugin || !alloc_ports(self)) {
    cleanup(self);
    return NULL;
  }
  take_features(self, descriptor->URI, features);
  kit_osc_attach(self->plugin, &(KitOscInfo){.format = "LV2"});
  return self;
}

static void
connect_port(LV2_Handle handle, uint32_t port, void* data)
{
  KitLv2* const          self   = (KitLv2*)handle;
  const KitLayout* const layout = kit_plugin_layout(self->plugin);
  const uint32_t         fixed  = kit_lv2_fixed_port(layout, KIT_LV2_ENABLED);
  const uint32_t         first  = kit_lv2_first_param_port(layout);
  if (port < layout->n_in) {
    self->in[port] = (const float*)data;
  } else if (port < fixed) {
    self->out[port - layout->n_in] = (float*)data;
  } else if (port >= first) {
    if (port - first < self->n_ports - 1U) {
      self->ports[port - first].data = (const float*)data;
    }
  } else {
    switch ((KitLv2FixedPort)(port - fixed)) {
      case KIT_LV2_ENABLED: self->ports[self->n_ports - 1U].data = (const float*)data; break;
      case KIT_LV2_LATENCY: self->latency = (float*)data; break;
      case KIT_LV2_FREEWHEEL: self->freewheel = (const float*)data; break;
      case KIT_LV2_CONTROL: self->control = (const LV2_Atom_Sequence*)data; break;
      case KIT_LV2_NOTIFY: self->notify = (uint8_t*)data; break;
      case KIT_LV2_N_FIXED: break;
    }
  }
}

// Ports that moved count from the first frame, without a glide
static void
activate(LV2_Handle handle)
{
  KitLv2* const self = (KitLv2*)handle;
  kit_plugin_deactivate(self->plugin);
  kit_lv2_take_ports(self);
  kit_plugin_activate(self->plugin, self->sample_rate, self->freewheel && *self->freewheel >= 0.5f);
}

static void
deactivate(LV2_Handle handle)
{
  kit_plugin_deactivate(((KitLv2*)handle)->plugin);
}

static const void*
extension_data(const char* uri)
{
  return strcmp(uri, LV2_STATE__interface) ? NULL : kit_lv2_state_interface();
}

LV2_SYMBOL_EXPORT
const LV2_Descriptor*
lv2_descriptor(uint32_t index)
{
  static char           names[KIT_N_LAYOUTS][256];
  static LV2_Descriptor descriptors[KIT_N_LAYOUTS];
  if (index >= KIT_N_LAYOUTS) {
    return NULL;
  }
  kit_lv2_uri(kit_registry[0], &kit_layouts[index], names[index], sizeof(names[index]));
  descriptors[index] = (LV2_Descriptor){names[index], instantiate, connect_port, activate,
                                        kit_lv2_run,  deactivate,  cleanup,      extension_data};
  return &descriptors[index];
}
