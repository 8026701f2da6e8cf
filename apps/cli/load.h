// SPDX-License-Identifier: ISC
/** @file load.h  Audio for the commands that measure and draw. */
#ifndef KIT_APPS_CLI_LOAD_H
#define KIT_APPS_CLI_LOAD_H

#include "cli.h"
#include "vstkit/audio_file.h"

/** Read a whole file, or standard input for "-".  @return status after messages; `audio` is empty then. */
KitStatus
cli_load_audio(const char* path, KitAudio* audio);

#endif
