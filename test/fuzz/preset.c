// SPDX-License-Identifier: ISC
// Presets from anywhere: a JSON text, or "=key\nvalue" for what a person types

#include "alloc.h"
#include "probe_effect.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char* data, size_t size);

static void
demand(bool holds, const char* what)
{
  if (!holds) {
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
  }
}

// Formats every message, so that a bad conversion in one shows
static void
listen(void* handle, KitLogLevel level, const char* text)
{
  unsigned* const n_errors = (unsigned*)handle;
  *n_errors += level == KIT_LOG_ERROR;
  demand(!strpbrk(text, "\n\r\t"), "a message is one line");
}

static void
check_legal(KitPreset* preset)
{
  const double* const values = kit_preset_values(preset);
  KitParamRef         ref;
  for (uint32_t slot = 0; kit_params_at_slot(kit_preset_effect(preset)->table, slot, &ref); ++slot) {
    demand(values[slot] == kit_param_clamp_hard(ref.param, values[slot]), "values are legal");
    char   text[512];
    double back = 0.0;
    kit_param_to_text(ref.param, values[slot], text, sizeof(text));
    demand(kit_param_from_text(ref.param, text, &back), "a value's text is read");
  }
}

static void
check_round_trip(KitPreset* preset)
{
  const KitEffect* const effect = kit_preset_effect(preset);
  KitPreset* const       again  = kit_preset_new(effect);
  char* const            text   = kit_preset_to_json(preset);
  demand(text != NULL, "a preset is written");
  demand(!kit_preset_parse(again, "again", text, strlen(text), NULL) || strlen(text) > KIT_PRESET_MAX_BYTES,
         "what is written is read");
  char* const rewritten = kit_preset_to_json(again);
  demand(!strcmp(text, rewritten) || strlen(text) > KIT_PRESET_MAX_BYTES, "it is written the same");
  kit_free(rewritten);
  kit_free(text);
  kit_preset_free(again);
}

static void
try_effect(const KitEffect* effect, const char* text, size_t size)
{
  unsigned         n_errors = 0;
  const KitLog     log      = {listen, &n_errors};
  KitPreset* const preset   = kit_preset_new(effect);
  const char*      line     = (size && *text == '=') ? (const char*)memchr(text, '\n', size) : NULL;
  KitStatus        st       = KIT_SUCCESS;
  if (line) {
    char key[64];
    char value[512];
    snprintf(key, sizeof(key), "%.*s", (int)(line - text) - 1, text + 1);
    snprintf(value, sizeof(value), "%.*s", (int)(text + size - line) - 1, line + 1);
    st = kit_preset_set_text(preset, key, value, &log);
  } else {
    st = kit_preset_parse(preset, "fuzz", text, size, &log);
    demand(!st == !n_errors, "a refusal says why, once");
  }
  check_legal(preset);
  if (!st) {
    check_round_trip(preset);
  }
  kit_preset_free(preset);
}

int
LLVMFuzzerTestOneInput(const unsigned char* data, size_t size)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  try_effect(&probe_effect, (const char*)data, size);
  for (uint32_t i = 0; i < n; ++i) {
    try_effect(effects[i], (const char*)data, size);
  }
  return 0;
}
