// SPDX-License-Identifier: ISC
#include "lv2_turtle.h"
#include "lv2_window.h"

#include "alloc.h"
#include "registry.h"
#include "vstkit/preset.h"

static void
write_manifest(FILE* file, const KitDirectory* directory, const char* binary, const char* window)
{
  KitLv2Subject s;
  fputs(kit_turtle_prefixes, file);
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    kit_lv2_subject(&s, directory, i);
    fprintf(file, "<%s>\n  a lv2:Plugin ;\n  lv2:binary <%s> ;\n  rdfs:seeAlso <plugins.ttl> .\n\n", s.uri,
            binary);
  }
  if (*window) {
    char uri[256];
    kit_lv2_window_uri(directory->effect, uri, sizeof(uri));
    fprintf(file,
            "<%s>\n  a ui:" KIT_LV2_WINDOW_CLASS " ;\n  ui:binary <%s> ;\n  rdfs:seeAlso <plugins.ttl> .\n\n",
            uri, window);
  }
  for (const KitEmbeddedPreset* p = directory->effect->presets; p->id; ++p) {
    for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
      kit_lv2_subject(&s, directory, i);
      fprintf(file,
              "<%s#preset-%s>\n  a pset:Preset ;\n  lv2:appliesTo <%s> ;\n  rdfs:seeAlso <presets.ttl> .\n\n",
              s.uri, p->id, s.uri);
    }
  }
}

// Integers, too, are written as decimals here: there are hosts that set ports from floats only
static void
write_preset(FILE* file, const KitLv2Subject* s, const char* id, KitPreset* preset)
{
  const double* const values = kit_preset_values(preset);
  const char* const   name   = kit_preset_meta(preset, "name");
  char* const         json   = kit_preset_to_json(preset);
  fprintf(file, "<%s#preset-%s>\n  a pset:Preset ;\n  lv2:appliesTo <%s> ;\n  rdfs:label ", s->uri, id,
          s->uri);
  kit_turtle_string(file, name ? name : id);
  char state[256];
  kit_lv2_state_uri(s->effect, state, sizeof(state));
  fprintf(file, " ;\n  state:state [ <%s> ", state);
  kit_turtle_string(file, json ? json : "{}");
  fputs(" ]", file);
  for (uint32_t p = 0; p < s->directory->n_published; ++p) {
    const KitHostParam* const param = &s->directory->list[s->directory->published[p]];
    char                      symbol[64];
    kit_lv2_symbol(param, symbol, sizeof(symbol));
    fprintf(file, " ;\n  lv2:port [ lv2:symbol \"%s\" ; pset:value ", symbol);
    kit_turtle_decimal(file, values[param->slot]);
    fputs(" ]", file);
  }
  fputs(" .\n\n", file);
  kit_free(json);
}

static bool
write_presets(FILE* file, const KitDirectory* directory)
{
  fputs(kit_turtle_prefixes, file);
  for (const KitEmbeddedPreset* p = directory->effect->presets; p->id; ++p) {
    KitPreset* const preset = kit_preset_new(directory->effect);
    if (!preset || kit_preset_parse(preset, p->id, p->json, p->size, NULL)) {
      fprintf(stderr, "lv2_generate: %s: malformed preset\n", p->id);
      kit_preset_free(preset);
      return false;
    }
    for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
      KitLv2Subject s;
      kit_lv2_subject(&s, directory, i);
      write_preset(file, &s, p->id, preset);
    }
    kit_preset_free(preset);
  }
  return true;
}

int
main(int argc, char** argv)
{
  if (argc != 6) {
    fprintf(
      stderr,
      "usage: lv2_generate BINARY WINDOW MANIFEST.ttl PLUGINS.ttl PRESETS.ttl; WINDOW is \"\" for none\n");
    return 2;
  }
  KitDirectory directory = {0};
  FILE* const  manifest  = fopen(argv[3], "wb");
  FILE* const  plugins   = fopen(argv[4], "wb");
  FILE* const  presets   = fopen(argv[5], "wb");
  bool ok = manifest && plugins && presets && kit_directory_init(&directory, kit_registry[0], NULL, 0);
  if (ok) {
    write_manifest(manifest, &directory, argv[1], argv[2]);
    kit_turtle_plugins(plugins, &directory, *argv[2] != '\0');
    ok = write_presets(presets, &directory);
  }
  ok = manifest && !fclose(manifest) && ok;
  ok = plugins && !fclose(plugins) && ok;
  ok = presets && !fclose(presets) && ok;
  kit_directory_cleanup(&directory);
  return ok ? 0 : 1;
}
