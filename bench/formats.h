// SPDX-License-Identifier: ISC
/** @file formats.h  What the formats cost beside the bare instance. */
#ifndef KIT_BENCH_FORMATS_H
#define KIT_BENCH_FORMATS_H

#include "timing.h"

/**
   Time the whole process call of every format, over all presets (see
   bench_each_preset()), sounding, automated and silent, and print a table.

   @param plan A fifth of its seconds is played in each way.
   @return false if a silent block costs more than a sounding one anywhere.
*/
bool
bench_formats(const KitEffect* effect, const char* folder, const BenchPlan* plan);

#endif
