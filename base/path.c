// SPDX-License-Identifier: ISC
#include "path.h"

#include "alloc.h"
#include "os.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 32U

KitPathKind
kit_path_kind(const char* path, KitFileId* id)
{
  KitOsInfo info;
  if (kit_os_stat(path, &info)) {
    return KIT_PATH_MISSING;
  }
  if (id) {
    *id = (KitFileId){info.device, info.inode};
  }
  return info.kind == KIT_OS_FOLDER ? KIT_PATH_FOLDER
         : info.kind == KIT_OS_FILE ? KIT_PATH_FILE
                                    : KIT_PATH_OTHER;
}

uint64_t
kit_path_size(const char* path)
{
  KitOsInfo info;
  return kit_os_stat(path, &info) ? 0U : info.size;
}

bool
kit_path_same(const char* a, const char* b)
{
  KitFileId ia = {0};
  KitFileId ib = {0};
  return kit_path_kind(a, &ia) && kit_path_kind(b, &ib) && ia.device == ib.device && ia.inode == ib.inode;
}

const char*
kit_path_name(const char* path)
{
  path += kit_os_drive_length(path);
  const char* name = path;
  for (; *path; ++path) {
    name = kit_os_is_separator(*path) ? path + 1 : name;
  }
  return name;
}

const char*
kit_path_extension(const char* path)
{
  const char* const name = kit_path_name(path);
  const char* const dot  = strrchr(name, '.');
  return (dot && dot != name) ? dot + 1 : "";
}

typedef struct {
  const char*      root;
  const KitFileId* skip;
  const KitLog*    log;
  KitFolderList*   list;
} Walk;

static KitStatus
walk_folder(const Walk* walk, const char* below, unsigned depth);

static bool
is_skipped(const Walk* walk, const char* path)
{
  KitFileId id = {0};
  kit_path_kind(path, &id);
  return kit_os_is_link(path) ||
         (walk->skip && walk->skip->device == id.device && walk->skip->inode == id.inode);
}

static KitStatus
visit(const Walk* walk, const char* name, unsigned depth)
{
  char* const path = kit_path_join(walk->root, name);
  if (!path) {
    return KIT_ERR_NO_MEMORY;
  }
  KitStatus         st   = KIT_SUCCESS;
  const KitPathKind kind = kit_path_kind(path, NULL);
  if (kind == KIT_PATH_FOLDER && depth < MAX_DEPTH && !is_skipped(walk, path)) {
    st = walk_folder(walk, name, depth + 1U);
  } else if (kind == KIT_PATH_FILE) {
    st = kit_folder_append(walk->list, name);
  }
  kit_free(path);
  return st;
}

static KitStatus
walk_folder(const Walk* walk, const char* below, unsigned depth)
{
  char* const   path = *below ? kit_path_join(walk->root, below) : kit_strdup(walk->root);
  KitFolderList here = {0};
  KitStatus     st   = path ? kit_folder_list(path, "", walk->log, &here) : KIT_ERR_NO_MEMORY;
  for (size_t i = 0; !st && i < here.n; ++i) {
    char* const name = *below ? kit_path_join(below, here.names[i]) : kit_strdup(here.names[i]);
    st               = name ? visit(walk, name, depth) : KIT_ERR_NO_MEMORY;
    kit_free(name);
  }
  kit_folder_list_cleanup(&here);
  kit_free(path);
  return st;
}

static int
compare_names(const void* a, const void* b)
{
  return strcmp(*(char* const*)a, *(char* const*)b);
}

KitStatus
kit_path_list(const char* folder, const KitFileId* skip, const KitLog* log, KitFolderList* list)
{
  *list                = (KitFolderList){0};
  const Walk      walk = {folder, skip, log, list};
  const KitStatus st   = walk_folder(&walk, "", 0);
  if (st) {
    kit_folder_list_cleanup(list);
  } else if (list->n) {
    qsort(list->names, list->n, sizeof(char*), compare_names);
  }
  return st;
}
