// SPDX-License-Identifier: ISC
#include "lv2_turtle.h"

#include "category.h"
#include "identity.h"
#include "lv2_window.h"

#include <ctype.h>
#include <string.h>

#define MESSAGE_BYTES 96U ///< More than a message that sets a parameter

// Sections of effects have names of their own choice, so those of ours begin with "vstkit"
#define GROUP_IN      "vstkit_in"
#define GROUP_OUT     "vstkit_out"
#define GROUP_GENERAL "vstkit_general"

static void
write_audio_group(FILE* file, const KitLv2Subject* s, bool is_in)
{
  const uint32_t n = is_in ? s->layout->n_in : s->layout->n_out;
  fprintf(file, "<%s#group-%s>\n  a pg:%sGroup , pg:%sGroup ;\n  lv2:symbol \"%s\" ;\n  lv2:name \"%s\"",
          s->uri, is_in ? GROUP_IN : GROUP_OUT, n == 1U ? "Mono" : "Stereo", is_in ? "Input" : "Output",
          is_in ? GROUP_IN : GROUP_OUT, is_in ? "Input" : "Output");
  if (!is_in) {
    fprintf(file, " ;\n  pg:source <%s#group-" GROUP_IN ">", s->uri);
  }
  fputs(" .\n\n", file);
}

static void
write_group(FILE* file, const KitLv2Subject* s, const char* id, const char* name)
{
  fprintf(file, "<%s#group-%s>\n  a pg:Group ;\n  lv2:symbol \"%s\" ;\n  lv2:name ", s->uri, id, id);
  kit_turtle_string(file, name);
  fputs(" .\n\n", file);
}

static void
write_audio_ports(FILE* file, const KitLv2Subject* s)
{
  const uint32_t n_in = s->layout->n_in;
  for (uint32_t i = 0; i < n_in + s->layout->n_out; ++i) {
    const bool        is_in = i < n_in;
    const bool        mono  = (is_in ? n_in : s->layout->n_out) == 1U;
    const char* const side  = mono ? "" : (i == 0U || i == n_in) ? "left" : "right";
    fprintf(file,
            "  [\n    a lv2:AudioPort , lv2:%sPort ;\n    lv2:index %u ;\n    lv2:symbol \"%s%s%s\" ;\n"
            "    lv2:name \"%s%s%s\" ;\n    rdfs:comment \"Audio %s%s%s\" ;\n    pg:group <%s#group-%s> ;\n"
            "    lv2:designation pg:%s ;\n  ] ,\n",
            is_in ? "Input" : "Output", i, is_in ? "in" : "out", mono ? "" : "_", side, is_in ? "In" : "Out",
            mono ? "" : " ", side, is_in ? "input" : "output", mono ? "" : ", ", side, s->uri,
            is_in ? GROUP_IN : GROUP_OUT, mono ? "center" : side);
  }
}

static void
write_fixed_ports(FILE* file, const KitLv2Subject* s)
{
  static const struct {
    const char* symbol;
    const char* name;
    const char* comment;
    const char* rest;
  } ports[KIT_LV2_N_FIXED] = {
    [KIT_LV2_ENABLED]   = {"enabled", "Enabled", "Off passes the input, delayed alike",
                           "    a lv2:InputPort , lv2:ControlPort ;\n    lv2:designation lv2:enabled ;\n"
                             "    lv2:portProperty lv2:toggled ;\n"
                             "    lv2:default 1 ;\n    lv2:minimum 0 ;\n    lv2:maximum 1 ;\n"},
    [KIT_LV2_LATENCY]   = {"latency", "Latency", "Delay from input to output",
                           "    a lv2:OutputPort , lv2:ControlPort ;\n    lv2:designation lv2:latency ;\n"
                             "    units:unit units:frame ;\n"
                             "    lv2:portProperty lv2:reportsLatency , lv2:integer , pprops:notOnGUI ;\n"
                             "    lv2:default 0 ;\n    lv2:minimum 0 ;\n    lv2:maximum 1000000 ;\n"},
    [KIT_LV2_FREEWHEEL] = {"freewheel", "Freewheel", "On while rendering without a deadline",
                           "    a lv2:InputPort , lv2:ControlPort ;\n    lv2:designation lv2:freeWheeling ;\n"
                           "    lv2:portProperty lv2:toggled , pprops:notOnGUI ;\n"
                           "    lv2:default 0 ;\n    lv2:minimum 0 ;\n    lv2:maximum 1 ;\n"},
    [KIT_LV2_CONTROL]   = {"control", "Control", "Parameters by message",
                           "    a lv2:InputPort , atom:AtomPort ;\n    lv2:designation lv2:control ;\n"},
    [KIT_LV2_NOTIFY]    = {"notify", "Notify", "Parameters that changed, and answers",
                           "    a lv2:OutputPort , atom:AtomPort ;\n    lv2:designation lv2:control ;\n"},
  };
  for (uint32_t i = 0; i < KIT_LV2_N_FIXED; ++i) {
    fprintf(file,
            "  [\n%s    lv2:index %u ;\n    lv2:symbol \"%s\" ;\n    lv2:name \"%s\" ;\n"
            "    rdfs:comment \"%s\" ;\n    pg:group <%s#group-" GROUP_GENERAL "> ;\n",
            ports[i].rest, kit_lv2_fixed_port(s->layout, (KitLv2FixedPort)i), ports[i].symbol, ports[i].name,
            ports[i].comment, s->uri);
    if (i == KIT_LV2_CONTROL || i == KIT_LV2_NOTIFY) {
      fprintf(file,
              "    atom:bufferType atom:Sequence ;\n    atom:supports patch:Message%s ;\n"
              "    lv2:portProperty lv2:connectionOptional ;\n    rsz:minimumSize %u ;\n",
              i == KIT_LV2_CONTROL ? " , time:Position" : "",
              (s->directory->n_published + 2U) * MESSAGE_BYTES);
    }
    fputs(i + 1U < KIT_LV2_N_FIXED ? "  ] ,\n" : "  ]", file);
  }
}

static void
write_unit(FILE* file, const KitParam* param)
{
  static const char* const units[] = {
    [KIT_UNIT_DB]      = "units:db",
    [KIT_UNIT_HZ]      = "units:hz",
    [KIT_UNIT_MS]      = "units:ms",
    [KIT_UNIT_S]       = "units:s",
    [KIT_UNIT_SAMPLES] = "[ a units:Unit ; rdfs:label \"samples at 44.1 kHz\" ; units:symbol \"smp\" ; "
                         "units:render \"%f smp\" ]",
  };
  if (param->unit != KIT_UNIT_NONE) {
    fprintf(file, "    units:unit %s ;\n", units[param->unit]);
  } else if (!kit_param_is_stepped(param)) {
    fputs("    units:unit units:coef ;\n", file);
  }
}

static void
write_properties(FILE* file, const KitParam* param)
{
  const struct {
    bool        holds;
    const char* name;
  } properties[] = {
    {kit_param_is_stepped(param), "lv2:integer"},
    {kit_lv2_is_toggle(param), "lv2:toggled"},
    {param->kind == KIT_KIND_CHOICE, "lv2:enumeration"},
    {param->scale == KIT_SCALE_LOG, "pprops:logarithmic"},
    {(param->flags & KIT_PARAM_REBUILD) != 0U, "pprops:expensive"},
    {(param->flags & KIT_PARAM_HIDDEN) != 0U, "pprops:notOnGUI"},
  };
  for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); ++i) {
    if (properties[i].holds) {
      fprintf(file, "    lv2:portProperty %s ;\n", properties[i].name);
    }
  }
  if (param->kind == KIT_KIND_FLOAT && param->scale == KIT_SCALE_LINEAR && param->step > 0.0) {
    fprintf(file, "    pprops:rangeSteps %.0f ;\n", (param->max - param->min) / param->step + 1.0);
  }
}

/** What a port and a parameter have in common. */
static void
write_range(FILE* file, const KitHostParam* host)
{
  const KitParam* const param = host->param;
  fputs("    rdfs:comment ", file);
  kit_turtle_string(file, param->help);
  fputs(" ;\n", file);
  write_unit(file, param);
  for (uint32_t i = 0; param->choices && param->choices[i]; ++i) {
    fputs("    lv2:scalePoint [ rdfs:label ", file);
    kit_turtle_string(file, param->choices[i]);
    fprintf(file, " ; rdf:value %u ] ;\n", i);
  }
  fputs("    lv2:default ", file);
  kit_turtle_value(file, param, host->opening); // Hosts set ports to it before anything else
  fputs(" ;\n    lv2:minimum ", file);
  kit_turtle_value(file, param, param->min);
  fputs(" ;\n    lv2:maximum ", file);
  kit_turtle_value(file, param, param->max);
}

/** A parameter for messages, by URI: all layouts have the same. */
static void
write_param(FILE* file, const KitEffect* effect, const KitHostParam* host)
{
  char uri[256];
  char name[64];
  kit_lv2_param_uri(effect, host, uri, sizeof(uri));
  kit_param_name(host->param, host->element, name, sizeof(name));
  fprintf(file, "<%s>\n    a lv2:Parameter ;\n    rdfs:label ", uri);
  kit_turtle_string(file, name);
  fprintf(file, " ;\n    rdfs:range atom:%s ;\n",
          kit_lv2_is_toggle(host->param)      ? "Bool"
          : kit_param_is_stepped(host->param) ? "Int"
                                              : "Float");
  write_range(file, host);
  fputs(" .\n\n", file);
}

// A short name has fewer than 16 characters, and each element of an array one of its own
static void
write_param_port(FILE* file, const KitLv2Subject* s, uint32_t rank)
{
  const KitHostParam* const host  = &s->directory->list[s->directory->published[rank]];
  const KitParam* const     param = host->param;
  char                      symbol[64];
  char                      name[64];
  char                      brief[16];
  char                      uri[256];
  kit_lv2_symbol(host, symbol, sizeof(symbol));
  kit_param_name(param, host->element, name, sizeof(name));
  kit_lv2_param_uri(s->effect, host, uri, sizeof(uri));
  fprintf(file,
          " ,\n  [\n    a lv2:InputPort , lv2:ControlPort ;\n    lv2:index %u ;\n    lv2:symbol \"%s\" ;\n"
          "    lv2:designation <%s> ;\n    lv2:name ",
          kit_lv2_first_param_port(s->layout) + rank, symbol, uri);
  kit_turtle_string(file, name);
  fputs(" ;\n    lv2:shortName ", file);
  const bool single = param->count <= 1U;
  snprintf(brief, sizeof(brief), single ? "%.8s" : "%.8s%u", param->short_name, host->element + 1U);
  kit_turtle_string(file, brief);
  fprintf(file, " ;\n    pg:group <%s#group-%s> ;\n", s->uri, param->section);
  write_properties(file, param);
  write_range(file, host);
  fputs(" ;\n  ]", file);
}

static void
write_project(FILE* file, const KitEffect* effect)
{
  const char* const vendor  = kit_effect_vendor(effect);
  const char* const url     = kit_effect_url(effect);
  const bool        has_url = *url != '\0';
  fprintf(file, "  lv2:project [ a doap:Project ; doap:name \"%s\"", vendor);
  if (has_url) {
    fprintf(file, " ; doap:homepage <%s>", url);
  }
  fprintf(file, " ;\n    doap:maintainer [ a foaf:Agent ; foaf:name \"%s\"", vendor);
  if (has_url) {
    fprintf(file, " ; foaf:homepage <%s>", url);
  }
  fputs(" ] ] ;\n", file);
}

static void
write_head(FILE* file, const KitLv2Subject* s)
{
  const KitEffect* const effect = s->effect;
  const char* const class       = kit_category(effect->category)->lv2;
  unsigned minor                = 0;
  unsigned micro                = 0;
  sscanf(effect->version, "%*u.%u.%u", &minor, &micro);
  fprintf(file, "<%s>\n  a lv2:Plugin", s->uri);
  if (strcmp(class, "lv2:Plugin") != 0) {
    fprintf(file, " , %s", class);
  }
  fprintf(file, " ;\n  doap:name \"%s", effect->name);
  if (*s->layout->suffix) {
    fprintf(file, " (%c%s)", tolower(s->layout->name[0]), s->layout->name + 1);
  }
  fputs("\" ;\n  doap:license <http://opensource.org/licenses/GPL-2.0> ;\n", file);
  write_project(file, s->effect);
  fputs("  doap:shortdesc ", file);
  kit_turtle_string(file, effect->description);
  fputs(" ;\n  rdfs:comment ", file);
  kit_turtle_string(file, effect->description);
  fprintf(file, " ;\n  lv2:minorVersion %u ;\n  lv2:microVersion %u ;\n", minor * 2U, micro * 2U);
  fprintf(
    file,
    "  lv2:optionalFeature lv2:hardRTCapable , lv2:isLive , urid:map , log:log , state:threadSafeRestore ,\n"
    "    kx:control-input-port-change-request ;\n  lv2:extensionData state:interface ;\n"
    "  pg:mainInput <%s#group-" GROUP_IN "> ;\n  pg:mainOutput <%s#group-" GROUP_OUT "> ;\n",
    s->uri, s->uri);
}

// What the plugin sends goes to the window, too
static void
write_window(FILE* file, const KitDirectory* directory)
{
  char uri[256];
  kit_lv2_window_uri(directory->effect, uri, sizeof(uri));
  fprintf(file,
          "<%s>\n  a ui:" KIT_LV2_WINDOW_CLASS " ;\n  lv2:requiredFeature ui:idleInterface , urid:map ;\n"
          "  lv2:optionalFeature ui:parent , ui:resize , ui:touch , opts:options ,\n"
          "    <http://lv2plug.in/ns/ext/instance-access> , <http://lv2plug.in/ns/ext/data-access> ;\n"
          "  lv2:extensionData ui:idleInterface , ui:resize , ui:showInterface ;\n"
          "  opts:supportedOption ui:scaleFactor ;\n  ui:portNotification",
          uri);
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    KitLv2Subject s;
    kit_lv2_subject(&s, directory, i);
    fprintf(file,
            "%s [\n    ui:plugin <%s> ;\n    lv2:symbol \"notify\" ;\n    ui:notifyType atom:Object ;\n  ]",
            i ? " ," : "", s.uri);
  }
  fputs(" .\n\n", file);
}

static void
write_plugin(FILE* file, const KitLv2Subject* s)
{
  write_audio_group(file, s, true);
  write_audio_group(file, s, false);
  write_group(file, s, GROUP_GENERAL, "General");
  for (uint32_t i = 0; i < s->effect->n_sections; ++i) {
    write_group(file, s, s->effect->sections[i].id, s->effect->sections[i].name);
  }
  write_head(file, s);
  for (uint32_t i = 0; i <= s->directory->n_published; ++i) { // Bypass is the last
    char uri[256];
    kit_lv2_param_uri(s->effect, &s->directory->list[i], uri, sizeof(uri));
    fprintf(file, "%s<%s>", i ? " ,\n    " : "  patch:writable ", uri);
  }
  if (s->has_window) {
    char uri[256];
    kit_lv2_window_uri(s->effect, uri, sizeof(uri));
    fprintf(file, " ;\n  ui:ui <%s>", uri);
  }
  fputs(" ;\n  lv2:port\n", file);
  write_audio_ports(file, s);
  write_fixed_ports(file, s);
  for (uint32_t p = 0; p < s->directory->n_published; ++p) {
    write_param_port(file, s, p);
  }
  fputs(" .\n\n", file);
}

void
kit_turtle_plugins(FILE* file, const KitDirectory* directory, bool has_window)
{
  fputs(kit_turtle_prefixes, file);
  char uri[256];
  kit_lv2_state_uri(directory->effect, uri, sizeof(uri));
  fprintf(file,
          "<%s>\n  a rdf:Property , owl:DatatypeProperty ;\n  rdfs:label \"state\" ;\n"
          "  rdfs:comment \"All values, by key, as a JSON object\" ;\n  rdfs:range xsd:string .\n\n",
          uri);
  fputs("kx:control-input-port-change-request\n  a lv2:Feature .\n\n", file);
  for (uint32_t i = 0; i < directory->n; ++i) {
    write_param(file, directory->effect, &directory->list[i]);
  }
  if (has_window) {
    write_window(file, directory);
  }
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    KitLv2Subject s;
    kit_lv2_subject(&s, directory, i);
    s.has_window = has_window;
    write_plugin(file, &s);
  }
}
