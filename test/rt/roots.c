// SPDX-License-Identifier: ISC
// Prints where each effect enters the audio thread: "ID MEMBER OFFSET", the offset counted from main().
#include "vstkit/direct.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

int
main(void);

static void
print_root(const char* id, const char* member, intptr_t address)
{
  if (address) {
    printf("%s %s %" PRIdPTR "\n", id, member, address - (intptr_t)main);
  }
}

int
main(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  for (uint32_t i = 0; i < n_effects; ++i) {
    const KitEffect* const effect = effects[i];
    if (!effect->stream_new) {
      printf("%s - 0\n", effect->id);
      continue;
    }
    print_root(effect->id, "stream_process", (intptr_t)effect->stream_process);
    print_root(effect->id, "stream_reset", (intptr_t)effect->stream_reset);
    print_root(effect->id, "needs_rebuild", (intptr_t)effect->needs_rebuild);
    print_root(effect->id, "latency_frames", (intptr_t)effect->latency_frames);
    print_root(effect->id, "tail_s", (intptr_t)effect->tail_s);
    print_root(effect->id, "stream_labels", (intptr_t)effect->stream_labels);
  }
  return 0;
}
