// SPDX-License-Identifier: ISC
#include "unload.h"

#include "library.h"

#include <lv2/core/lv2.h>
#include <lv2/urid/urid.h>

#include <stdio.h>
#include <string.h>

#define N_FRAMES 512U
#define N_BLOCKS 8U
#define N_PORTS  512U ///< More than any plugin of ours has; it knows which are its own

static LV2_URID
map_uri(LV2_URID_Map_Handle handle, const char* uri)
{
  LV2_URID sum = 0;
  (void)handle;
  for (; *uri; ++uri) {
    sum = 31U * sum + (unsigned char)*uri;
  }
  return sum;
}

static bool
play(const LV2_Descriptor* plugin, const char* bundle, void (*meanwhile)(void))
{
  static LV2_URID_Map      map         = {NULL, map_uri};
  static const LV2_Feature feature     = {LV2_URID__map, &map};
  const LV2_Feature* const features[2] = {&feature, NULL};
  static float             ports[N_PORTS][N_FRAMES];
  const LV2_Handle         handle = plugin->instantiate(plugin, 44100.0, bundle, features);
  if (!handle) {
    return false;
  }
  for (uint32_t i = 0; i < N_PORTS; ++i) {
    plugin->connect_port(handle, i, ports[i]);
  }
  plugin->activate(handle);
  for (unsigned i = 0; i < N_BLOCKS; ++i) {
    plugin->run(handle, N_FRAMES);
  }
  if (meanwhile) {
    meanwhile();
  }
  plugin->deactivate(handle);
  plugin->cleanup(handle);
  return true;
}

bool
unload_cycle(const char* path, void (*meanwhile)(void))
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = slash ? slash + 1 : path;
  char              binary[4096];
  snprintf(binary, sizeof(binary), "%s/%.*s.so", path, (int)(strlen(name) - strlen(".lv2")), name);
  void* const library = library_open(binary);
  if (!library) {
    return false;
  }
  LV2_Descriptor_Function get     = NULL;
  void* const             address = library_symbol(library, "lv2_descriptor");
  memcpy(&get, &address, sizeof(get));
  const LV2_Descriptor* const plugin = get ? get(0) : NULL;
  const bool                  fine   = plugin && play(plugin, path, meanwhile);
  library_close(library);
  return fine;
}
