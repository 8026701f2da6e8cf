// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "file.h"

#include "os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
is_wanted(const char* name, const char* suffix)
{
  const size_t length = strlen(name);
  const size_t tail   = strlen(suffix);
  return name[0] != '.' && length >= tail && !strcmp(name + length - tail, suffix);
}

KitStatus
kit_folder_append(KitFolderList* list, const char* name)
{
  const size_t n = list->n;
  if (!(n & (n + 1U))) { // room for 2^k − 1 names is full
    char** const names = (char**)kit_calloc(2U * n + 1U, sizeof(char*));
    if (!names) {
      return KIT_ERR_NO_MEMORY;
    }
    if (n) {
      memcpy(names, list->names, n * sizeof(char*));
    }
    kit_free(list->names);
    list->names = names;
  }
  list->names[n] = kit_strdup(name);
  list->n += list->names[n] ? 1U : 0U;
  return list->names[n] ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static int
compare(const void* a, const void* b)
{
  return strcmp(*(char* const*)a, *(char* const*)b);
}

static KitStatus
read_names(KitOsFolder* folder, const char* suffix, KitFolderList* list)
{
  KitStatus st = KIT_SUCCESS;
  while (!st) {
    const char* const name = kit_os_folder_next(folder);
    if (!name) {
      return errno ? KIT_ERR_IO : KIT_SUCCESS;
    }
    st = is_wanted(name, suffix) ? kit_folder_append(list, name) : KIT_SUCCESS;
  }
  return st;
}

KitStatus
kit_folder_list(const char* path, const char* suffix, const KitLog* log, KitFolderList* list)
{
  *list                     = (KitFolderList){0};
  KitOsFolder* const folder = kit_os_folder_open(path);
  if (!folder && errno == ENOENT) {
    return KIT_ERR_NOT_FOUND;
  }
  const KitStatus st = folder ? read_names(folder, suffix, list) : KIT_ERR_IO;
  if (st) {
    kit_log(log, KIT_LOG_ERROR, "%s: %s", path,
            st == KIT_ERR_NO_MEMORY ? kit_status_text(st) : strerror(errno));
    kit_folder_list_cleanup(list);
  } else if (list->n) {
    qsort(list->names, list->n, sizeof(char*), compare);
  }
  if (folder) {
    kit_os_folder_close(folder);
  }
  return st;
}

void
kit_folder_list_cleanup(KitFolderList* list)
{
  for (size_t i = 0; i < list->n; ++i) {
    kit_free(list->names[i]);
  }
  kit_free(list->names);
  *list = (KitFolderList){0};
}
