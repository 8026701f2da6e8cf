// SPDX-License-Identifier: ISC
#include "notes.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

const char* const kit_notes[KIT_N_NOTES + 1] = {
  "free", "1/64", "1/32T", "1/32", "1/16T", "1/16",  "1/8T",   "1/16D",  "1/8", "1/4T",
  "1/8D", "1/4",  "1/2T",  "1/4D", "1/2",   "1 bar", "2 bars", "4 bars", NULL,
};

// In quarter notes
static const double lengths[KIT_N_NOTES] = {
  0.0,       1.0 / 16.0, 1.0 / 12.0, 1.0 / 8.0, 1.0 / 6.0, 0.25, 1.0 / 3.0, 0.375, 0.5,
  2.0 / 3.0, 0.75,       1.0,        4.0 / 3.0, 1.5,       2.0,  4.0,       8.0,   16.0,
};

double
kit_note_s(double note, double bpm)
{
  const double last = (double)(KIT_N_NOTES - 1);
  return lengths[note > 0.0 ? (uint32_t)fmin(note, last) : 0U] * 60.0 / kit_bpm(bpm);
}

double
kit_note_within_s(double note, double bpm, double max_s)
{
  double s = kit_note_s(note, bpm);
  while (s > max_s) {
    s *= 0.5;
  }
  return s;
}
