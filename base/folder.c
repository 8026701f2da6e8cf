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

static KitStatus
append(KitFolderList* list, size_t* capacity, const char* name)
{
  if (list->n == *capacity) {
    const size_t more  = 2U * *capacity + 16U;
    char** const grown = (char**)kit_calloc(more, sizeof(char*));
    if (!grown) {
      return KIT_ERR_NO_MEMORY;
    }
    if (list->n) {
      memcpy(grown, list->names, list->n * sizeof(char*));
    }
    kit_free(list->names);
    list->names = grown;
    *capacity   = more;
  }
  list->names[list->n] = kit_strdup(name);
  return list->names[list->n++] ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static int
compare(const void* a, const void* b)
{
  return strcmp(*(char* const*)a, *(char* const*)b);
}

static KitStatus
read_names(KitOsFolder* folder, const char* suffix, KitFolderList* list)
{
  size_t    capacity = 0;
  KitStatus st       = KIT_SUCCESS;
  while (!st) {
    const char* const name = kit_os_folder_next(folder);
    if (!name) {
      return errno ? KIT_ERR_IO : KIT_SUCCESS;
    }
    st = is_wanted(name, suffix) ? append(list, &capacity, name) : KIT_SUCCESS;
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
