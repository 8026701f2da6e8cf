// SPDX-License-Identifier: ISC
/** @file notes.h  Times told as notes, for parameters that follow a tempo.  Pure; [audio-thread] safe. */
#ifndef KIT_NOTES_H
#define KIT_NOTES_H

#include "vstkit/transport.h"

enum {
  KIT_NOTE_FREE, ///< No note: the time has a parameter of its own
  KIT_NOTE_64TH,
  KIT_NOTE_32ND_TRIPLET,
  KIT_NOTE_32ND,
  KIT_NOTE_16TH_TRIPLET,
  KIT_NOTE_16TH,
  KIT_NOTE_8TH_TRIPLET,
  KIT_NOTE_DOTTED_16TH,
  KIT_NOTE_8TH,
  KIT_NOTE_QUARTER_TRIPLET,
  KIT_NOTE_DOTTED_8TH,
  KIT_NOTE_QUARTER,
  KIT_NOTE_HALF_TRIPLET,
  KIT_NOTE_DOTTED_QUARTER,
  KIT_NOTE_HALF,
  KIT_NOTE_WHOLE,
  KIT_NOTE_TWO_BARS,
  KIT_NOTE_FOUR_BARS,
  KIT_N_NOTES
};

/** Labels for a choice of them: "free", "1/64" …, null-terminated. */
extern const char* const kit_notes[KIT_N_NOTES + 1];

/** Seconds that a note (a value of such a choice) lasts; 0 for #KIT_NOTE_FREE.
    @param bpm As kit_bpm() takes it. */
double
kit_note_s(double note, double bpm);

/** The same, halved until it is no longer than `max_s` > 0: a rhythm that fits where the note does not. */
double
kit_note_within_s(double note, double bpm, double max_s);

#endif
