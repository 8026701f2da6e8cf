// SPDX-License-Identifier: ISC
/** @file presets.h  Every preset that a bench goes through. */
#ifndef KIT_BENCH_PRESETS_H
#define KIT_BENCH_PRESETS_H

#include "vstkit/preset.h"

/** Called with one preset, which is freed afterwards. */
typedef void (*BenchVisit)(void* handle, const char* name, KitPreset* preset);

/**
   Visit the preset files of `folder`, or, where that is null, the effect's defaults and embedded presets.

   Files that are no presets are reported and passed over; a folder that cannot be
   read, or no memory, ends the program with a message.
*/
void
bench_each_preset(const KitEffect* effect, const char* folder, BenchVisit visit, void* handle);

#endif
