// SPDX-License-Identifier: ISC
// Where a control lies in a panel of a size: where EFFECT KEY WIDTH HEIGHT prints "X Y", its middle
#include "gui.h"
#include "nodes.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NODES 512U

int
main(int argc, char** argv)
{
  static KitNode         nodes[MAX_NODES];
  const KitEffect* const effect = argc == 5 ? kit_effect_find(argv[1]) : NULL;
  if (!effect) {
    return 2;
  }
  KitPlugin* const plugin = kit_plugin_new(effect, &(KitPluginFormat){0});
  KitGui* const    gui    = kit_gui_new(plugin, &(KitGuiSetup){0});
  kit_gui_set_size(gui, (KitGuiSize){(uint32_t)atoi(argv[3]), (uint32_t)atoi(argv[4])});
  kit_gui_set_visible(gui, true);
  kit_gui_tick(gui, 1.0);
  const uint32_t n    = kit_gui_nodes(gui, nodes, MAX_NODES);
  int            left = 1;
  for (uint32_t i = 0; i < n && i < MAX_NODES && left; ++i) {
    const KitHostParam* const param = kit_directory_at_slot(kit_plugin_directory(plugin), nodes[i].slot);
    if (param && (nodes[i].states & KIT_NODE_HAS_VALUE) && !strcmp(param->param->key, argv[2])) {
      printf("%d %d\n", nodes[i].bounds.x + nodes[i].bounds.width / 2,
             nodes[i].bounds.y + nodes[i].bounds.height / 2);
      left = 0;
    }
  }
  kit_gui_free(gui);
  kit_plugin_free(plugin);
  return left;
}
