// SPDX-License-Identifier: ISC
/**
   @file vst3_params.h  Parameters as VST3 lists them.

   First what is in the directory of every effect, then, where the effect has
   factory presets, the program, and, where its latency depends on its values, the
   latency: hidden and read-only, through which the audio thread tells the
   controller that the latency has changed.

   All functions are [thread-safe]: they only read.
*/
#ifndef KIT_VST3_PARAMS_H
#define KIT_VST3_PARAMS_H

#include "bank.h"
#include "directory.h"
#include "vst3_ext.h"

#define KIT_VST3_PROGRAM_SLOT (UINT32_MAX - 1U) ///< KitHostParam::slot of the program
#define KIT_VST3_LATENCY_SLOT (UINT32_MAX - 2U) ///< … of the latency
#define KIT_VST3_MAX_LATENCY  1048576.0         ///< Frames at the normalised value 1

/** Normalised values closer than this are one value: hosts keep them in float, too. */
#define KIT_VST3_SAME 1e-7

/** What the directory of a plugin has beside the effect's own. */
typedef struct {
  KitParam      program;
  KitExtraParam list[2];
  uint32_t      n;
} KitVst3Extras;

void
kit_vst3_extras_init(KitVst3Extras* extras, const KitEffect* effect, uint32_t n_programs);

/** Describe a parameter. */
void
kit_vst3_param_info(const KitEffect* effect, const KitHostParam* param, struct v3_param_info* info);

/** Value as people read it, without the unit, which hosts add themselves. */
void
kit_vst3_param_to_text(const KitBank* bank, const KitHostParam* param, double normal, v3_str_128 out);

/** Read such a text, or any other spelling that the parameter takes.  @return false if it is none. */
bool
kit_vst3_param_from_text(const KitBank* bank, const KitHostParam* param, const int16_t* text, double* normal);

/** Both are the value of one place on the control. */
static inline bool
kit_vst3_same(double a, double b)
{
  return a - b <= KIT_VST3_SAME && b - a <= KIT_VST3_SAME;
}

#endif
