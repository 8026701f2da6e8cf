// SPDX-License-Identifier: ISC
#include "labels.h"

#include "bands.h"
#include "settings.h"

#include <stddef.h>

static const char* const packet_states[] = {"received", "lost", "repeated", NULL};
static const char* const codec_states[]  = {"running", "frozen", NULL};
static const char* const gate_states[]   = {"open", "closed", NULL};

const KitLabelKind lossy_label_kinds[] = {
  {"packet", "Packet", "What became of each packet, while packets are on", packet_states, NULL},
  {"codec", "Codec frame", "What the codec did to each of its frames: held it, and which bands it kept",
   codec_states, "band kept"},
  {"gate", "Gate", "Whether the gate turns down, while it is on", gate_states, NULL},
  {NULL, NULL, NULL, NULL, NULL},
};

uint32_t
lossy_label_edges(const double* values, double sample_rate, uint32_t kind, double* edges_hz, uint32_t max)
{
  if (kind != LOSSY_LABEL_CODEC) {
    return 0U;
  }
  const LossySizes sizes = lossy_sizes(values, sample_rate);
  LossyBands       bands;
  lossy_bands_init(&bands, &sizes);
  const uint32_t n = bands.n + 1U < max ? bands.n + 1U : max;
  for (uint32_t i = 0; i < n; ++i) {
    edges_hz[i] = (double)bands.edges[i] * sample_rate / (double)sizes.window_size;
  }
  return n;
}

void
lossy_label_gate(const LossyLabels* labels, bool closed, uint32_t n)
{
  kit_label_write(labels->sink, (KitLabel){
                                  .kind     = LOSSY_LABEL_GATE,
                                  .channel  = labels->channel,
                                  .state    = closed ? 1U : 0U,
                                  .start    = labels->at,
                                  .n_frames = n,
                                });
}
