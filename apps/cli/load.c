// SPDX-License-Identifier: ISC
#include "load.h"

#include "system.h"

#include <string.h>

KitStatus
cli_load_audio(const char* path, KitAudio* audio)
{
  const bool    is_std    = !strcmp(path, "-");
  const KitLog  log       = cli_log(is_std ? "standard input" : path);
  const size_t  available = kit_available_memory();
  KitAudioFile* file      = NULL;
  KitStatus     st = is_std ? kit_audio_open_stream(0, &log, &file) : kit_audio_open(path, &log, &file);
  if (!st) {
    st = kit_audio_read(file, available ? available / 4U : SIZE_MAX / 2U, kit_interrupted, &log, audio);
  }
  if (st == KIT_ERR_TOO_LARGE || st == KIT_ERR_NO_MEMORY) {
    kit_log(&log, KIT_LOG_ERROR, "needs more memory than there is: split the file");
  }
  kit_audio_close(file);
  return st;
}
