// SPDX-License-Identifier: ISC
// Presets from before window_size and inverse

#include "messages.h"
#include "params.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <string.h>

static void
check(const char* text, uint32_t slot, double expected)
{
  KitPreset* const preset = kit_preset_new(kit_effect_find("lossy"));
  Messages         messages;
  messages_init(&messages);
  const KitStatus st = kit_preset_parse(preset, "text", text, strlen(text), &messages.log);
  tap_ok(!st && !messages.n_warnings && kit_preset_values(preset)[slot] == expected, "%s: %s is %g", text,
         lossy_params[slot].key, expected);
  kit_preset_free(preset);
}

static void
check_refused(const char* text)
{
  KitPreset* const preset = kit_preset_new(kit_effect_find("lossy"));
  Messages         messages;
  messages_init(&messages);
  tap_ok(kit_preset_parse(preset, "text", text, strlen(text), &messages.log) == KIT_ERR_BAD_DATA &&
           messages.n_errors > 0,
         "%s is refused", text);
  kit_preset_free(preset);
}

int
main(void)
{
  check("{\"speed\": 0.0}", LOSSY_WINDOW_SIZE, 4096.0);
  check("{\"speed\": 0.39}", LOSSY_WINDOW_SIZE, 2048.0);
  check("{\"speed\": 0.5}", LOSSY_WINDOW_SIZE, 1024.0);
  check("{\"speed\": 0.7}", LOSSY_WINDOW_SIZE, 512.0);
  check("{\"speed\": 1}", LOSSY_WINDOW_SIZE, 256.0);
  check("{\"speed\": -3}", LOSSY_WINDOW_SIZE, 4096.0);
  check("{\"speed\": 1, \"window_size\": 777}", LOSSY_WINDOW_SIZE, 777.0);
  check("{\"mode\": 0}", LOSSY_INVERSE, 0.0);
  check("{\"mode\": 1}", LOSSY_INVERSE, 1.0);
  check("{\"mode\": 1, \"inverse\": 0}", LOSSY_INVERSE, 0.0);
  check("{\"mode\": 2, \"loss\": 0.7}", LOSSY_JITTER, 0.7);
  check("{\"mode\": 2, \"loss\": 0.7}", LOSSY_LOSS, 0.0);
  check("{\"mode\": 2}", LOSSY_JITTER, 0.5);
  check("{\"mode\": 2, \"loss\": 0.7, \"jitter\": 0.1}", LOSSY_JITTER, 0.1);
  check("{\"mode\": 2, \"loss\": 0.7, \"jitter\": 0.1}", LOSSY_LOSS, 0.0);
  check_refused("{\"speed\": \"fast\"}");
  check_refused("{\"mode\": [1]}");
  return tap_done();
}
