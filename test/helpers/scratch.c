// SPDX-License-Identifier: ISC
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char folder[1024];

bool
scratch_open(void)
{
  const char* const temp = getenv("TMPDIR");
  snprintf(folder, sizeof(folder), "%s/vstkit-test-XXXXXX", (temp && *temp) ? temp : "/tmp");
  if (!mkdtemp(folder)) {
    perror(folder);
    return false;
  }
  chmod(folder, 0755);
  return !setenv("KIT_SCRATCH", folder, 1);
}

const char*
scratch_path(const char* name)
{
  static char     paths[8][2048];
  static unsigned turn;
  char* const     path = paths[turn++ % 8U];
  snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
  return path;
}

void
scratch_close(void)
{
  if (system("rm -rf \"$KIT_SCRATCH\"")) {
    fprintf(stderr, "%s: cannot be removed\n", folder);
  }
}
