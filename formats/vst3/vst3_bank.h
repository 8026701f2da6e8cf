// SPDX-License-Identifier: ISC
/** @file vst3_bank.h  The embedded presets of the module's effect as programs, ready for the audio thread. */
#ifndef KIT_VST3_BANK_H
#define KIT_VST3_BANK_H

#include "vstkit/effect.h"

typedef struct {
  char*   name;     ///< As people read it
  char*   category; ///< Of the preset, or null
  double* values;   ///< [n_slots]
} KitVst3Program;

/** Program 0 is the effect's defaults; then the presets in the order of their ids. */
typedef struct {
  KitVst3Program* programs;
  uint32_t        n;
} KitVst3Bank;

/** The bank that all plugins of the module share, made by the first call.  [main-thread, several at once]
    Call kit_vst3_bank_hold() before.  @return null without memory. */
const KitVst3Bank*
kit_vst3_bank(const KitEffect* effect);

/** Keep the bank, once it is there, until as many drops.  The module holds it while it is entered, so that it
   is made once, and so does each plugin, which hosts may release after they have left the module. */
void
kit_vst3_bank_hold(void);

void
kit_vst3_bank_drop(void);

#endif
