// SPDX-License-Identifier: ISC
/**
   @file program.h  The program around an engine: what it runs on, what it keeps, who tells it what to do.

   Standard input, MIDI, OSC, a session manager, signals and a window all end up in
   the calls below.  [main-thread]
*/
#ifndef KIT_STANDALONE_PROGRAM_H
#define KIT_STANDALONE_PROGRAM_H

#include "device.h"
#include "midi.h"
#include "session.h"
#include "settings.h"

typedef struct PlayNsm    PlayNsm;
typedef struct PlayScreen PlayScreen;

typedef struct {
  PlayEngine     engine;
  PlayAudio      audio;
  PlayMidiMap    midi;
  PlaySequencer* sequencer;
  PlaySettings   settings;
  PlayScreen*    screen; ///< Or null: without a window
  PlayNsm*       nsm;    ///< Or null: no session manager
  PlayWish       wish;
  char*          session; ///< Where the state is kept
  KitReader      reader;
  bool           has_audio;
  bool           changed; ///< Since the session was written
  double         save_at; ///< kit_clock_s()
  bool           exits;   ///< When the file has been played
  bool           has_played;
  bool           quits;
  bool           failed; ///< A take is not whole
  bool           guard_said;
  bool           shows;   ///< Meters on the terminal
  bool           showing; ///< The line is there now
  double         show_at;
  uint64_t       shown_busy;
  uint64_t       shown_cycles;
  double         load; ///< Part of the time that processing took lately
  double         take_tail_s;
  bool           replace; ///< Files that are there may be written over by a take
  KitBits        bits;
  char           line[4096]; ///< Of standard input, as far as it has come
  uint32_t       n_line;
  bool           input_ended;
  KitLock        notice_lock;
  char           notice[160]; ///< What was said last, for the window
  double         notice_until;
  KitLog         log;
} PlayProgram;

/** Run until something ends it.  @return exit status. */
int
play_program_run(PlayProgram* program);

/** One turn of the loop: everything that is due. */
void
play_program_tick(PlayProgram* program);

/* What can be asked of it */

/** Open a file as input.  @return as play_player_open(). */
KitStatus
play_program_open(PlayProgram* program, const char* path);

void
play_program_set_source(PlayProgram* program, PlaySource source);

/** Begin a take; a null path: a name of its own in the current folder ("take-001.wav"), with what the
   settings say; a null `dry_path` else: no dry file.
    @return false after a message. */
bool
play_program_record(PlayProgram* program, const char* path, const char* dry_path);

/** Write the session now.  @return as play_session_write(). */
KitStatus
play_program_save(PlayProgram* program);

/** Keep what the user chose. */
void
play_program_keep_settings(PlayProgram* program);

/** Put another session in the place of this one: it is taken up if it is there, and kept there from now on.
 */
KitStatus
play_program_switch_session(PlayProgram* program, const char* path);

/** Open the live input that the feedback guard has closed. */
void
play_program_dismiss_guard(PlayProgram* program);

/** Have the window show what was said.  [any thread but audio] */
void
play_program_notice(PlayProgram* program, const char* text);

/* Parts */

/** Take lines from standard input and do what they say (commands.c). */
void
play_take_input(PlayProgram* program);

/** Do what one line says. */
void
play_do_line(PlayProgram* program, char* line);

/** Draw the line of meters, where it is due (meters.c). */
void
play_show_meters(PlayProgram* program, double now_s);

/** Take it off the terminal. */
void
play_hide_meters(PlayProgram* program);

/** Peaks since the last call, linear, and forget them.  Shapes [KIT_MAX_CHANNELS]. */
void
play_take_peaks(PlayProgram* program, float* in, float* out);

/** Part of the time that processing took since the last call, smoothed. */
double
play_update_load(PlayProgram* program);

/** True if $NSM_URL names a session manager. */
bool
play_nsm_wanted(void);

/** Say hello to the session manager that $NSM_URL names (nsm.c).  Null where there is none. */
PlayNsm*
play_nsm_open(PlayProgram* program);

/** @return true once the manager has said which session it is, or will not. */
bool
play_nsm_is_ready(const PlayNsm* nsm);

void
play_nsm_tick(PlayNsm* nsm);

void
play_nsm_close(PlayNsm* nsm);

#endif
