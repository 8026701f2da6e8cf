// SPDX-License-Identifier: ISC
// test_states_FORMAT EFFECT MODULE                             checks every state file of the effect
// test_states_FORMAT EFFECT MODULE FOLDER PRESET|- [KEY=TEXT…] writes one
#include "fixture.h"

#include "alloc.h"
#include "file.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HostModule* module;

static uint32_t
check_version(const KitEffect* effect, const char* root, const char* version)
{
  static Fixture fixture;
  char           folder[4096];
  KitFolderList  names = {NULL, 0};
  snprintf(folder, sizeof(folder), "%s/test/states/%s/%s", root, version, effect->id);
  if (kit_folder_list(folder, "", NULL, &names)) {
    return 0;
  }
  for (size_t i = 0; i < names.n; ++i) {
    char* const path = kit_path_join(folder, names.names[i]);
    fixture_read(&fixture, effect, path);
    snprintf(fixture.name, sizeof(fixture.name), "%s/%s", version, names.names[i]);
    fixture_check(&fixture, module);
    fixture_cleanup(&fixture);
    kit_free(path);
  }
  const uint32_t n = (uint32_t)names.n;
  kit_folder_list_cleanup(&names);
  return n;
}

static void
check_all(const KitEffect* effect, const char* root)
{
  char          folder[4096];
  KitFolderList versions = {NULL, 0};
  uint32_t      n        = 0;
  snprintf(folder, sizeof(folder), "%s/test/states", root);
  if (kit_folder_list(folder, "", NULL, &versions)) {
    host_require(false, folder);
  }
  for (size_t i = 0; i < versions.n; ++i) {
    n += strchr("0123456789", versions.names[i][0]) ? check_version(effect, root, versions.names[i]) : 0;
  }
  kit_folder_list_cleanup(&versions);
  if (!n) {
    tap_skip("no version of %s has been published", effect->name);
  }
}

int
main(int argc, char** argv)
{
  const char* const      root   = getenv("VSTKIT_SOURCE_ROOT");
  const KitEffect* const effect = argc > 2 ? kit_effect_find(argv[1]) : NULL;
  host_require(effect && (argc > 3 || root),
               "usage: EFFECT MODULE [FOLDER PRESET|- [KEY=TEXT…]], with VSTKIT_SOURCE_ROOT set");
  if (!effect->stream_new) {
    tap_skip("%s renders whole files only", effect->name);
    return tap_done();
  }
  module = host_format.module_open(argv[2], effect);
  host_require(module, argv[2]);
  if (argc > 4) {
    fixture_write(effect, module, argv[3], argv + 4, argc - 4);
  } else {
    check_all(effect, root);
  }
  host_format.module_close(module);
  return argc > 4 ? 0 : tap_done();
}
