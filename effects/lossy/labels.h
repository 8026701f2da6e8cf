// SPDX-License-Identifier: ISC
/** @file labels.h  What the codec and the stages tell of what they did (see vstkit/label.h).  [audio-thread]
 */
#ifndef LOSSY_LABELS_H
#define LOSSY_LABELS_H

#include "vstkit/label.h"

#include <stdbool.h>
#include <stdint.h>

/** Rows of lossy_label_kinds. */
enum {
  LOSSY_LABEL_PACKET, ///< Each packet, while packets are on; state: #LOSSY_PACKET_RECEIVED …
  LOSSY_LABEL_CODEC,  ///< Each frame of the codec that changes anything, as long as a hop, around its middle;
                      ///< state: 1 while it is frozen; bit b: band b was kept (lossy_label_edges())
  LOSSY_LABEL_GATE, ///< Each block of the gate (render) or look at levels (stream), while it is on; state: 1
                    ///< where it turns down
};

enum { LOSSY_PACKET_RECEIVED, LOSSY_PACKET_LOST, LOSSY_PACKET_REPEATED };

/** The list for KitEffect::label_kinds. */
extern const KitLabelKind lossy_label_kinds[];

/** KitEffect::label_edges */
uint32_t
lossy_label_edges(const double* values, double sample_rate, uint32_t kind, double* edges_hz, uint32_t max);

/** Who is told of one channel. */
typedef struct {
  const KitLabelSink* sink; ///< Null: nobody
  uint32_t            channel;
  int64_t             at; ///< Start that stands for sample 0 of what is processed
} LossyLabels;

/** Tell whether the gate turns `n` samples down. */
void
lossy_label_gate(const LossyLabels* labels, bool closed, uint32_t n);

#endif
