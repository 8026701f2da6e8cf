// SPDX-License-Identifier: ISC
/**
   @file label.h  What an effect's engine did to which stretch of the sound, beside the sound itself.

   An effect that decides things (this packet is lost, this band is dropped) can tell of each decision as a
   #KitLabel: exact truth for datasets, marks for a window.  `KitEffect::label_kinds` lists what it tells.
   - Offline: KitRenderOptions::labels, which fills KitRendererSetup::labels.
   - In a stream: kit_instance_label_to(), from which a plugin's taps fill a ring (kit_tap_labels()).

   Where nobody listens nothing is told, and an effect that tells nothing leaves all of it null.
*/
#ifndef VSTKIT_LABEL_H
#define VSTKIT_LABEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KIT_MAX_LABEL_BITS 64U

/** One kind of label that an effect tells. */
typedef struct {
  const char*        key;    ///< "packet"; null ends the list
  const char*        name;   ///< For people: "Packet"
  const char*        help;   ///< One sentence without a full stop
  const char* const* states; ///< What KitLabel::state counts ("received", "lost", …), null-terminated; new
                             ///< ones join at the end.  State 0 is what holds where nothing is told
  const char* bits;          ///< What each bit stands for ("band kept"), or null where there are none
} KitLabelKind;

/**
   A stretch of the sound, and what was done to it.

   Times are those at which it is *heard*: the latency is in them.  Labels of one kind and channel come in
   order of time and do not overlap, but for one rule: a label ends the one before it, where that reaches
   farther (a packet that was given up because packets were turned off).
*/
typedef struct {
  uint32_t kind;     ///< Index into KitEffect::label_kinds
  uint32_t channel;  ///< Of the output
  uint32_t state;    ///< Index into KitLabelKind::states
  uint32_t n_bits;   ///< 0…#KIT_MAX_LABEL_BITS
  uint64_t bits;     ///< Bit i: see KitLabelKind::bits and KitEffect::label_edges
  int64_t  start;    ///< Frame of the output; may be negative for what began before the sound did
  uint32_t n_frames; ///< ≥ 1
} KitLabel;

/** Who is told. */
typedef struct {
  /** @param label Lives for the call.  From a stream: [audio-thread], real-time; else the render's thread. */
  void (*write)(void* handle, const KitLabel* label);
  void*   handle;
  int64_t origin; ///< Added to each label's start, by kit_label_write()
} KitLabelSink;

/** Tell a sink; a null one is not told.  Effects call this, with `start` counted from where their contract
    says. */
static inline void
kit_label_write(const KitLabelSink* sink, KitLabel label)
{
  if (sink) {
    label.start += sink->origin;
    sink->write(sink->handle, &label);
  }
}

#ifdef __cplusplus
}
#endif
#endif
