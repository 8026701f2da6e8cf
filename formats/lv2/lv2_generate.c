// SPDX-License-Identifier: ISC
#include "lv2_ports.h"
#include "lv2_turtle.h"

#include "alloc.h"
#include "project.h"
#include "registry.h"
#include "vstkit/preset.h"

#include <string.h>

static const char prefixes[] = "@prefix doap: <http://usefulinc.com/ns/doap#> .\n"
                               "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
                               "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
                               "@prefix opts: <http://lv2plug.in/ns/ext/options#> .\n"
                               "@prefix bufs: <http://lv2plug.in/ns/ext/buf-size#> .\n"
                               "@prefix log: <http://lv2plug.in/ns/ext/log#> .\n"
                               "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
                               "@prefix pg: <http://lv2plug.in/ns/ext/port-groups#> .\n"
                               "@prefix pprops: <http://lv2plug.in/ns/ext/port-props#> .\n"
                               "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n"
                               "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
                               "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
                               "@prefix state: <http://lv2plug.in/ns/ext/state#> .\n"
                               "@prefix units: <http://lv2plug.in/ns/extensions/units#> .\n"
                               "@prefix urid: <http://lv2plug.in/ns/ext/urid#> .\n"
                               "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n";

typedef struct {
  const KitEffect* effect;
  KitLv2Layout     layout;
  char             uri[256];
} Plugin;

static bool
load_plugin(Plugin* plugin, const KitEffect* effect, uint32_t index)
{
  plugin->effect = effect;
  if (!kit_lv2_layout(index, &plugin->layout)) {
    return false;
  }
  kit_lv2_uri(effect, &plugin->layout, plugin->uri, sizeof(plugin->uri));
  return true;
}

static const char*
class_of(const KitEffect* effect)
{
  static const char* const classes[][2] = {
    {"distortion", "lv2:DistortionPlugin"},
    {"reverb", "lv2:ReverbPlugin"},
    {"spectral", "lv2:SpectralPlugin"},
    {"utility", "lv2:UtilityPlugin"},
  };
  for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); ++i) {
    if (!strcmp(effect->category, classes[i][0])) {
      return classes[i][1];
    }
  }
  return "lv2:Plugin";
}

/* manifest.ttl */

static void
write_manifest(FILE* file, const KitEffect* effect, const char* binary)
{
  fputs(prefixes, file);
  Plugin plugin;
  for (uint32_t i = 0; load_plugin(&plugin, effect, i); ++i) {
    fprintf(file, "<%s>\n  a lv2:Plugin ;\n  lv2:binary <%s> ;\n  rdfs:seeAlso <plugins.ttl> .\n\n",
            plugin.uri, binary);
  }
  for (const KitEmbeddedPreset* p = effect->presets; p->id; ++p) {
    for (uint32_t i = 0; load_plugin(&plugin, effect, i); ++i) {
      fprintf(file,
              "<%s#preset-%s>\n  a pset:Preset ;\n  lv2:appliesTo <%s> ;\n  rdfs:seeAlso <presets.ttl> .\n\n",
              plugin.uri, p->id, plugin.uri);
    }
  }
}

/* plugins.ttl */

static void
write_group(FILE* file, const Plugin* plugin, const KitSection* section)
{
  fprintf(file, "<%s#group-%s>\n  a pg:Group ;\n  lv2:symbol \"%s\" ;\n  lv2:name ", plugin->uri, section->id,
          section->id);
  turtle_string(file, section->name);
  fputs(" .\n\n", file);
}

static void
write_audio_ports(FILE* file, const Plugin* plugin)
{
  const uint32_t n_in = plugin->layout.n_in;
  for (uint32_t i = 0; i < n_in + plugin->layout.n_out; ++i) {
    const bool        is_in = i < n_in;
    const bool        mono  = (is_in ? n_in : plugin->layout.n_out) == 1U;
    const char* const side  = mono ? "" : (i == 0U || i == n_in) ? "left" : "right";
    fprintf(file,
            "  [\n    a lv2:AudioPort , lv2:%sPort ;\n    lv2:index %u ;\n    lv2:symbol \"%s%s%s\" ;\n"
            "    lv2:name \"%s%s%s\" ;\n  ] ,\n",
            is_in ? "Input" : "Output", i, is_in ? "in" : "out", mono ? "" : "_", side, is_in ? "In" : "Out",
            mono ? "" : " ", side);
  }
}

static void
write_fixed_ports(FILE* file, const Plugin* plugin)
{
  const uint32_t first = plugin->layout.n_in + plugin->layout.n_out;
  fprintf(
    file,
    "  [\n    a lv2:InputPort , lv2:ControlPort ;\n    lv2:index %u ;\n    lv2:symbol \"enabled\" ;\n"
    "    lv2:name \"Enabled\" ;\n    lv2:designation lv2:enabled ;\n    lv2:portProperty lv2:toggled ;\n"
    "    lv2:default 1 ;\n    lv2:minimum 0 ;\n    lv2:maximum 1 ;\n  ] ,\n",
    first + KIT_LV2_ENABLED);
  fprintf(file,
          "  [\n    a lv2:OutputPort , lv2:ControlPort ;\n    lv2:index %u ;\n    lv2:symbol \"latency\" ;\n"
          "    lv2:name \"Latency\" ;\n    lv2:designation lv2:latency ;\n    units:unit units:frame ;\n"
          "    lv2:portProperty lv2:reportsLatency , lv2:integer , pprops:notOnGUI ;\n"
          "    lv2:minimum 0 ;\n    lv2:maximum 1000000 ;\n  ] ,\n",
          first + KIT_LV2_LATENCY);
  fprintf(file,
          "  [\n    a lv2:InputPort , lv2:ControlPort ;\n    lv2:index %u ;\n    lv2:symbol \"freewheel\" ;\n"
          "    lv2:name \"Freewheel\" ;\n    lv2:designation lv2:freeWheeling ;\n"
          "    lv2:portProperty lv2:toggled , pprops:notOnGUI ;\n"
          "    lv2:default 0 ;\n    lv2:minimum 0 ;\n    lv2:maximum 1 ;\n  ]",
          first + KIT_LV2_FREEWHEEL);
}

static void
write_unit(FILE* file, KitUnit unit)
{
  switch (unit) {
    case KIT_UNIT_NONE: break;
    case KIT_UNIT_DB: fputs("    units:unit units:db ;\n", file); break;
    case KIT_UNIT_HZ: fputs("    units:unit units:hz ;\n", file); break;
    case KIT_UNIT_MS: fputs("    units:unit units:ms ;\n", file); break;
    case KIT_UNIT_S: fputs("    units:unit units:s ;\n", file); break;
    case KIT_UNIT_SAMPLES:
      fputs("    units:unit [ a units:Unit ; rdfs:label \"samples at 44.1 kHz\" ; units:symbol \"smp\" ;"
            " units:render \"%f smp\" ] ;\n",
            file);
      break;
  }
}

static void
write_properties(FILE* file, const KitParam* param)
{
  if (kit_param_is_stepped(param)) {
    fputs("    lv2:portProperty lv2:integer ;\n", file);
  }
  if (param->kind == KIT_KIND_CHOICE) {
    fputs("    lv2:portProperty lv2:enumeration ;\n", file);
  }
  if (param->scale == KIT_SCALE_LOG) {
    fputs("    lv2:portProperty pprops:logarithmic ;\n", file);
  }
  if (param->flags & KIT_PARAM_REBUILD) {
    fputs("    lv2:portProperty pprops:expensive ;\n", file);
  }
  if (param->flags & KIT_PARAM_HIDDEN) {
    fputs("    lv2:portProperty pprops:notOnGUI ;\n", file);
  }
}

static void
write_steps(FILE* file, const KitParam* param)
{
  if (param->kind == KIT_KIND_FLOAT && param->scale == KIT_SCALE_LINEAR && param->step > 0.0) {
    fprintf(file, "    pprops:rangeSteps %.0f ;\n", (param->max - param->min) / param->step + 1.0);
  }
}

static void
write_choices(FILE* file, const KitParam* param)
{
  for (uint32_t i = 0; param->choices && param->choices[i]; ++i) {
    fputs("    lv2:scalePoint [ rdfs:label ", file);
    turtle_string(file, param->choices[i]);
    fprintf(file, " ; rdf:value %u ] ;\n", i);
  }
}

// Shorter than 16 characters, and of its own for each element of an array
static void
write_short_name(FILE* file, const KitHostParam* host)
{
  char name[16];
  char number[8] = "";
  if (host->param->count > 1U) {
    snprintf(number, sizeof(number), "%u", host->element + 1U);
  }
  snprintf(name, sizeof(name), "%.8s%s", host->param->short_name, number);
  turtle_string(file, name);
}

static void
write_param_port(FILE* file, const Plugin* plugin, const KitHostParam* host)
{
  const KitParam* const param = host->param;
  char                  symbol[64];
  char                  name[64];
  kit_lv2_symbol(host, symbol, sizeof(symbol));
  kit_param_name(param, host->element, name, sizeof(name));

  fprintf(file,
          " ,\n  [\n    a lv2:InputPort , lv2:ControlPort ;\n    lv2:index %u ;\n    lv2:symbol \"%s\" ;\n   "
          " lv2:name ",
          kit_lv2_first_param_port(&plugin->layout) + host->index, symbol);
  turtle_string(file, name);
  fputs(" ;\n    lv2:shortName ", file);
  write_short_name(file, host);
  fputs(" ;\n    rdfs:comment ", file);
  turtle_string(file, param->help);
  fprintf(file, " ;\n    pg:group <%s#group-%s> ;\n", plugin->uri, param->section);
  write_properties(file, param);
  write_steps(file, param);
  write_unit(file, param->unit);
  write_choices(file, param);
  fputs("    lv2:default ", file);
  turtle_number(file, kit_param_default(param, host->element));
  fputs(" ;\n    lv2:minimum ", file);
  turtle_number(file, param->min);
  fputs(" ;\n    lv2:maximum ", file);
  turtle_number(file, param->max);
  fputs(" ;\n  ]", file);
}

static void
write_head(FILE* file, const Plugin* plugin)
{
  const KitEffect* const effect = plugin->effect;
  unsigned               minor  = 0;
  unsigned               micro  = 0;
  sscanf(effect->version, "%*u.%u.%u", &minor, &micro);
  fprintf(file, "<%s>\n  a lv2:Plugin , %s ;\n  doap:name \"%s%s\" ;\n", plugin->uri, class_of(effect),
          effect->name, plugin->layout.label);
  fprintf(file, "  doap:license <http://opensource.org/licenses/GPL-2.0> ;\n");
  fprintf(file,
          "  lv2:project [ a doap:Project ; doap:name \"%s\" ; doap:homepage <%s> ;\n"
          "    doap:maintainer [ a foaf:Agent ; foaf:name \"%s\" ; foaf:homepage <%s> ] ] ;\n",
          KIT_VENDOR, KIT_URL, KIT_VENDOR, KIT_URL);
  fputs("  doap:shortdesc ", file);
  turtle_string(file, effect->description);
  fputs(" ;\n  rdfs:comment ", file);
  turtle_string(file, effect->description);
  fprintf(file, " ;\n  lv2:minorVersion %u ;\n  lv2:microVersion %u ;\n", minor * 2U, micro * 2U);
  fputs("  lv2:optionalFeature lv2:hardRTCapable , urid:map , opts:options , log:log , "
        "state:threadSafeRestore ;\n"
        "  opts:supportedOption bufs:maxBlockLength ;\n"
        "  lv2:extensionData state:interface ;\n  lv2:port\n",
        file);
}

static void
write_state_property(FILE* file, const KitEffect* effect)
{
  fprintf(file,
          "<" KIT_LV2_URI_PREFIX
          "%s:state>\n  a rdf:Property , owl:DatatypeProperty ;\n  rdfs:label \"state\" ;\n"
          "  rdfs:comment \"All values, by key, as a JSON object\" ;\n  rdfs:range xsd:string .\n\n",
          effect->id);
}

static void
write_plugins(FILE* file, const KitEffect* effect)
{
  fputs(prefixes, file);
  write_state_property(file, effect);
  Plugin plugin;
  for (uint32_t i = 0; load_plugin(&plugin, effect, i); ++i) {
    for (uint32_t s = 0; s < effect->n_sections; ++s) {
      write_group(file, &plugin, &effect->sections[s]);
    }
    write_head(file, &plugin);
    write_audio_ports(file, &plugin);
    write_fixed_ports(file, &plugin);
    KitHostParam host;
    for (uint32_t p = 0; kit_host_params_at(effect, p, &host) && host.slot != KIT_BYPASS_SLOT; ++p) {
      write_param_port(file, &plugin, &host);
    }
    fputs(" .\n\n", file);
  }
}

/* presets.ttl */

static void
write_preset(FILE* file, const Plugin* plugin, const char* id, KitPreset* preset)
{
  const double* const values = kit_preset_values(preset);
  const char* const   name   = kit_preset_meta(preset, "name");
  char* const         json   = kit_preset_to_json(preset);
  fprintf(file, "<%s#preset-%s>\n  a pset:Preset ;\n  lv2:appliesTo <%s> ;\n  rdfs:label ", plugin->uri, id,
          plugin->uri);
  turtle_string(file, name ? name : id);
  fprintf(file, " ;\n  state:state [ <" KIT_LV2_URI_PREFIX "%s:state> ", plugin->effect->id);
  turtle_string(file, json ? json : "{}");
  fputs(" ]", file);
  KitHostParam host;
  for (uint32_t p = 0; kit_host_params_at(plugin->effect, p, &host) && host.slot != KIT_BYPASS_SLOT; ++p) {
    char symbol[64];
    kit_lv2_symbol(&host, symbol, sizeof(symbol));
    fprintf(file, " ;\n  lv2:port [ lv2:symbol \"%s\" ; pset:value ", symbol);
    turtle_number(file, values[host.slot]);
    fputs(" ]", file);
  }
  fputs(" .\n\n", file);
  kit_free(json);
}

static bool
write_presets(FILE* file, const KitEffect* effect)
{
  fputs(prefixes, file);
  for (const KitEmbeddedPreset* p = effect->presets; p->id; ++p) {
    KitPreset* const preset = kit_preset_new(effect);
    if (!preset || kit_preset_parse(preset, p->id, p->json, p->size, NULL)) {
      fprintf(stderr, "lv2_generate: %s: malformed preset\n", p->id);
      kit_preset_free(preset);
      return false;
    }
    Plugin plugin;
    for (uint32_t i = 0; load_plugin(&plugin, effect, i); ++i) {
      write_preset(file, &plugin, p->id, preset);
    }
    kit_preset_free(preset);
  }
  return true;
}

int
main(int argc, char** argv)
{
  if (argc != 5) {
    fprintf(stderr, "usage: lv2_generate BINARY MANIFEST.ttl PLUGINS.ttl PRESETS.ttl\n");
    return 2;
  }
  FILE* const manifest = fopen(argv[2], "wb");
  FILE* const plugins  = fopen(argv[3], "wb");
  FILE* const presets  = fopen(argv[4], "wb");
  bool        ok       = manifest && plugins && presets;
  if (ok) {
    write_manifest(manifest, kit_registry[0], argv[1]);
    write_plugins(plugins, kit_registry[0]);
    ok = write_presets(presets, kit_registry[0]);
  }
  ok = manifest && !fclose(manifest) && ok;
  ok = plugins && !fclose(plugins) && ok;
  ok = presets && !fclose(presets) && ok;
  return ok ? 0 : 1;
}
