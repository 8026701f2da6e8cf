// SPDX-License-Identifier: ISC
/**
   @file vst3_params.h  The parameters of an effect as VST3 lists them.

   First the shared list of host parameters, then, where the effect has embedded
   presets, the program, and, where its latency depends on its values, the
   latency: hidden and read-only, through which the audio thread tells the
   controller that the latency has changed.

   All functions but init and cleanup are [thread-safe]: they only read.
*/
#ifndef KIT_VST3_PARAMS_H
#define KIT_VST3_PARAMS_H

#include "host_params.h"
#include "vst3_bank.h"
#include "vst3_ext.h"

#define KIT_VST3_PROGRAM_SLOT (UINT32_MAX - 1U) ///< KitHostParam::slot of the program
#define KIT_VST3_LATENCY_SLOT (UINT32_MAX - 2U) ///< … of the latency
#define KIT_VST3_MAX_LATENCY  1048576.0         ///< Frames at the normalised value 1

/** Normalised values closer than this are one value: hosts keep them in float, too. */
#define KIT_VST3_SAME 1e-7

typedef struct {
  const KitEffect*   effect;
  const KitVst3Bank* bank;
  KitHostParam*      list;  ///< [n]
  uint32_t*          by_id; ///< [n] positions in `list`, sorted by id
  uint32_t           n;
  KitParam           program_row;
} KitVst3Params;

/** Keeps `bank`.  @return false without memory. */
bool
kit_vst3_params_init(KitVst3Params* params, const KitEffect* effect, const KitVst3Bank* bank);

void
kit_vst3_params_cleanup(KitVst3Params* params);

/** Null if there is none. */
const KitHostParam*
kit_vst3_params_find(const KitVst3Params* params, v3_param_id id);

/** Where in the list the program is, or null. */
const KitHostParam*
kit_vst3_params_program(const KitVst3Params* params);

/** Likewise the latency. */
const KitHostParam*
kit_vst3_params_latency(const KitVst3Params* params);

/** Describe entry `index`.  @return false if there is none. */
bool
kit_vst3_params_info(const KitVst3Params* params, int32_t index, struct v3_param_info* info);

/** Value as people read it, without the unit, which hosts add themselves. */
void
kit_vst3_params_to_text(const KitVst3Params* params, const KitHostParam* param, double normal,
                        v3_str_128 out);

/** Read such a text, or any other spelling that the parameter takes.  @return false if it is none. */
bool
kit_vst3_params_from_text(const KitVst3Params* params, const KitHostParam* param, const int16_t* text,
                          double* normal);

/** Both are the value of one place on the control. */
bool
kit_vst3_same(double a, double b);

#endif
