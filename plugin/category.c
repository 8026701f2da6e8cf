// SPDX-License-Identifier: ISC
#include "category.h"

#include <stddef.h>
#include <string.h>

// The last is for all others
static const KitCategory categories[] = {
  {"chorus", "chorus", "Fx|Modulation", "lv2:ChorusPlugin"},
  {"compressor", "compressor", "Fx|Dynamics", "lv2:CompressorPlugin"},
  {"delay", "delay", "Fx|Delay", "lv2:DelayPlugin"},
  {"distortion", "distortion", "Fx|Distortion", "lv2:DistortionPlugin"},
  {"equalizer", "equalizer", "Fx|EQ", "lv2:EQPlugin"},
  {"filter", "filter", "Fx|Filter", "lv2:FilterPlugin"},
  {"flanger", "flanger", "Fx|Modulation", "lv2:FlangerPlugin"},
  {"frequency-shifter", "frequency-shifter", "Fx|Modulation", "lv2:SpectralPlugin"},
  {"glitch", "glitch", "Fx", "lv2:Plugin"},
  {"granular", "granular", "Fx", "lv2:Plugin"},
  {"limiter", "limiter", "Fx|Dynamics", "lv2:LimiterPlugin"},
  {"phaser", "phaser", "Fx|Modulation", "lv2:PhaserPlugin"},
  {"pitch-shifter", "pitch-shifter", "Fx|Pitch Shift", "lv2:PitchPlugin"},
  {"reverb", "reverb", "Fx|Reverb", "lv2:ReverbPlugin"},
  {"spectral", NULL, "Fx|Filter", "lv2:SpectralPlugin"},
  {"tremolo", "tremolo", "Fx|Modulation", "lv2:ModulatorPlugin"},
  {"utility", "utility", "Fx|Tools", "lv2:UtilityPlugin"},
  {"", NULL, "Fx", "lv2:Plugin"},
};

const KitCategory*
kit_category(const char* category)
{
  const KitCategory* row = categories;
  while (*row->category && strcmp(row->category, category) != 0) {
    ++row;
  }
  return row;
}
