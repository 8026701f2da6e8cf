// SPDX-License-Identifier: ISC
#include "folder.h"

#include "alloc.h"
#include "file.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

char*
kit_osc_folder(const KitLog* log)
{
  char* const above  = kit_runtime_folder();
  char* const folder = above ? kit_path_join(above, "vstkit") : NULL;
  kit_free(above);
  if (!folder) {
    kit_log(log, KIT_LOG_ERROR, "there is no folder for what runs: set XDG_RUNTIME_DIR or HOME");
  } else if (kit_folder_make_private(folder, log)) {
    kit_free(folder);
    return NULL;
  }
  return folder;
}

int64_t
kit_osc_file_process(const char* name)
{
  char*         end     = NULL;
  const int64_t process = strtoll(name, &end, 10);
  return end != name && *end == '-' && strlen(end) == KIT_OSC_ID_TEXT + 5U ? process : 0;
}

void
kit_osc_clean(void)
{
  KitFolderList list;
  char* const   folder = kit_osc_folder(NULL);
  if (folder && !kit_folder_list(folder, ".json", NULL, &list)) {
    for (size_t i = 0; i < list.n; ++i) {
      const int64_t process = kit_osc_file_process(list.names[i]);
      char* const   path    = kit_path_join(folder, list.names[i]);
      if (path && process > 0 && !kit_process_exists(process)) {
        kit_file_remove(path, NULL);
      }
      kit_free(path);
    }
    kit_folder_list_cleanup(&list);
  }
  kit_free(folder);
}
