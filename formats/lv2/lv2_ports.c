// SPDX-License-Identifier: ISC
#include "lv2_ports.h"

#include "identity.h"
#include "lv2_window.h"

#include <stdio.h>
#include <string.h>

int
kit_lv2_uri(const KitEffect* effect, const KitLayout* layout, char* buf, size_t size)
{
  char uri[256];
  kit_effect_uri(effect, uri, sizeof(uri));
  return snprintf(buf, size, "%s%s", uri, layout->suffix);
}

int
kit_lv2_param_uri(const KitEffect* effect, const KitHostParam* param, char* buf, size_t size)
{
  char uri[256];
  char key[64];
  kit_effect_uri(effect, uri, sizeof(uri));
  kit_param_key(param->param, param->element, key, sizeof(key));
  return snprintf(buf, size, "%s:param:%s", uri, key);
}

int
kit_lv2_state_uri(const KitEffect* effect, char* buf, size_t size)
{
  char uri[256];
  kit_effect_uri(effect, uri, sizeof(uri));
  return snprintf(buf, size, "%s:state", uri);
}

int
kit_lv2_window_uri(const KitEffect* effect, char* buf, size_t size)
{
  char uri[256];
  kit_effect_uri(effect, uri, sizeof(uri));
  return snprintf(buf, size, "%s:window", uri);
}

int
kit_lv2_symbol(const KitHostParam* param, char* buf, size_t size)
{
  const int length = kit_param_key(param->param, param->element, buf, size);
  for (size_t i = 0; i < size && buf[i]; ++i) {
    if (buf[i] == '.') {
      buf[i] = '_';
    }
  }
  return length;
}

uint32_t
kit_lv2_fixed_port(const KitLayout* layout, KitLv2FixedPort port)
{
  return layout->n_in + layout->n_out + (uint32_t)port;
}

uint32_t
kit_lv2_first_param_port(const KitLayout* layout)
{
  return kit_lv2_fixed_port(layout, KIT_LV2_N_FIXED);
}

bool
kit_lv2_is_toggle(const KitParam* param)
{
  return param->kind == KIT_KIND_CHOICE && param->max == 1.0 && param->choices &&
         !strcmp(param->choices[0], "Off") && !strcmp(param->choices[1], "On");
}
