// SPDX-License-Identifier: ISC
#include "checks.h"

#include "tap.h"
#include "vst3_text.h"

#include <math.h>
#include <string.h>

typedef struct {
  const KitEffect*            effect;
  Vst3Host*                   host;
  struct v3_edit_controller** c;
} Scene;

static bool
describes(const KitEffect* effect, const KitHostParam* param, const struct v3_param_info* info)
{
  const bool    stepped = kit_param_is_stepped(param->param) && param->param->scale == KIT_SCALE_LINEAR;
  const int32_t steps   = stepped ? (int32_t)(param->param->max - param->param->min) : 0;
  const double  normal  = kit_param_to_normal(param->param, kit_param_default(param->param, param->element));
  const bool    choice  = param->param->kind == KIT_KIND_CHOICE;
  const bool    bypass  = param->slot == KIT_BYPASS_SLOT;
  const char*   unit    = info->unit_id ? effect->sections[info->unit_id - 1].name : "";
  return info->param_id == param->id &&
         !strncmp(vst3_ascii(info->short_title), param->param->short_name,
                  strlen(param->param->short_name)) &&
         !strcmp(vst3_ascii(info->units), kit_unit_text(param->param->unit)) && info->step_count == steps &&
         info->default_normalised_value == normal && (info->flags & V3_PARAM_CAN_AUTOMATE) &&
         !(info->flags & V3_PARAM_READ_ONLY) && !!(info->flags & V3_PARAM_IS_LIST) == choice &&
         !strcmp(unit, bypass ? "" : kit_effect_section_name(effect, param->param));
}

static void
check_list(const Scene* scene)
{
  const uint32_t n     = host_n_listed(scene->effect);
  uint32_t       wrong = 0;
  for (uint32_t i = 0; i < n; ++i) {
    struct v3_param_info info;
    KitHostParam         param;
    host_param_at(scene->effect, i, &param);
    const bool right = (*scene->c)->get_parameter_info(scene->c, (int32_t)i, &info) == V3_OK &&
                       describes(scene->effect, &param, &info);
    wrong += right ? 0U : 1U;
    if (!right) {
      tap_note("parameter %u, %s", i, vst3_ascii(info.title));
    }
  }
  tap_ok(!wrong, "%s: all %u parameters have the short name, unit, steps and flags of the table",
         scene->effect->id, n);

  const int32_t        all = (*scene->c)->get_parameter_count(scene->c);
  struct v3_param_info info;
  bool                 distinct = true;
  for (int32_t a = 0; a < all; ++a) {
    struct v3_param_info other;
    (*scene->c)->get_parameter_info(scene->c, a, &info);
    for (int32_t b = 0; b < a; ++b) {
      (*scene->c)->get_parameter_info(scene->c, b, &other);
      distinct = distinct && other.param_id != info.param_id;
    }
  }
  tap_ok(distinct && (*scene->c)->get_parameter_info(scene->c, all, &info) != V3_OK &&
           (*scene->c)->get_parameter_info(scene->c, -1, &info) != V3_OK &&
           (*scene->c)->get_parameter_info(scene->c, 0, NULL) != V3_OK,
         "%s: the ids of all %d differ, and the list has an end", scene->effect->id, (int)all);
}

static void
check_latency_parameter(const Scene* scene)
{
  struct v3_param_info info;
  const bool           there = vst3_find_flagged(scene->host, V3_PARAM_READ_ONLY, &info);
  tap_ok(there == (scene->effect->latency_frames != NULL) &&
           (!there || ((info.flags & V3_PARAM_IS_HIDDEN) && !(info.flags & V3_PARAM_CAN_AUTOMATE))),
         "%s: the latency is a hidden read-only parameter where it can change", scene->effect->id);
}

static bool
text_round_trips(const Scene* scene, v3_param_id id, double normal, double step)
{
  v3_str_128 text;
  double     back = -1.0;
  if ((*scene->c)->get_parameter_string_for_value(scene->c, id, normal, text) != V3_OK || !text[0] ||
      (*scene->c)->get_parameter_value_for_string(scene->c, id, text, &back) != V3_OK) {
    return false;
  }
  v3_str_128 again;
  (*scene->c)->get_parameter_string_for_value(scene->c, id, back, again);
  const bool same = !strcmp(vst3_ascii(text), vst3_ascii(again)) && fabs(back - normal) <= step;
  if (!same) {
    tap_note("%08X: %.9g is \"%s\", which is %.9g, which is \"%s\"", (unsigned)id, normal, vst3_ascii(text),
             back, vst3_ascii(again));
  }
  return same;
}

static void
check_texts(const Scene* scene)
{
  const int32_t n     = (*scene->c)->get_parameter_count(scene->c);
  const int32_t first = (int32_t)host_n_listed(scene->effect);
  uint32_t      wrong = 0;
  for (int32_t i = first; i < n; ++i) {
    struct v3_param_info info;
    (*scene->c)->get_parameter_info(scene->c, i, &info);
    for (uint32_t k = 0; k <= 20U; ++k) {
      const double want   = k / 20.0;
      const double normal = info.step_count ? rint(want * info.step_count) / info.step_count : want;
      // Four digits of the value, or one step
      wrong += text_round_trips(scene, info.param_id, normal, info.step_count ? 1e-9 : 0.02) ? 0U : 1U;
    }
  }
  tap_ok(!wrong, "%s: texts of programs and of the latency read back as their values", scene->effect->id);
}

static void
check_unit_free(const Scene* scene)
{
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < host_n_listed(scene->effect); ++i) {
    KitHostParam param;
    v3_str_128   text;
    host_param_at(scene->effect, i, &param);
    if (param.param->choices) {
      continue;
    }
    (*scene->c)->get_parameter_string_for_value(scene->c, param.id, 0.7, text);
    wrong += strspn(vst3_ascii(text), "-0123456789.e+") == strlen(vst3_ascii(text)) ? 0U : 1U;
  }
  tap_ok(!wrong, "%s: numbers come without their unit, which hosts append", scene->effect->id);
}

static bool
maps_alike(const Scene* scene, const KitHostParam* param, double normal)
{
  const double plain = (*scene->c)->normalised_parameter_to_plain(scene->c, param->id, normal);
  const double back  = (*scene->c)->plain_parameter_to_normalised(scene->c, param->id, plain);
  return plain == kit_param_from_normal(param->param, normal) &&
         back == kit_param_to_normal(param->param, plain);
}

static void
check_mapping(const Scene* scene)
{
  bool alike = true;
  for (uint32_t i = 0; i < host_n_listed(scene->effect); ++i) {
    KitHostParam param;
    host_param_at(scene->effect, i, &param);
    for (int k = -1; k <= 11; ++k) {
      alike = alike && maps_alike(scene, &param, k / 10.0);
    }
    (*scene->c)->set_parameter_normalised(scene->c, param.id, 0.25);
    alike = alike && vst3_get(scene->host, param.id) == 0.25;
    (*scene->c)->set_parameter_normalised(scene->c, param.id, 1.5);
    alike = alike && vst3_get(scene->host, param.id) == 1.0;
  }
  tap_ok(alike, "%s: values map to 0–1 and back as in the table", scene->effect->id);
}

static void
check_unknown(const Scene* scene)
{
  struct v3_edit_controller** const c       = scene->c;
  const v3_param_id                 unknown = 0xFFFFFFF0U;
  KitHostParam                      first;
  v3_str_128                        text;
  int16_t                           nonsense[] = {'n', 'o', 'n', 's', 'e', 'n', 's', 'e', (int16_t)0xD800, 0};
  double                            value      = 0.125;
  host_param_at(scene->effect, 0, &first);
  tap_ok((*c)->set_parameter_normalised(c, unknown, 0.5) != V3_OK &&
           (*c)->get_parameter_normalised(c, unknown) == 0.0 &&
           (*c)->get_parameter_string_for_value(c, unknown, 0.5, text) != V3_OK &&
           (*c)->get_parameter_value_for_string(c, unknown, nonsense, &value) != V3_OK &&
           (*c)->normalised_parameter_to_plain(c, unknown, 0.5) == 0.5,
         "%s: an unknown parameter is refused everywhere", scene->effect->id);
  const double before = vst3_get(scene->host, first.id);
  tap_ok((*c)->set_parameter_normalised(c, first.id, (double)NAN) != V3_OK &&
           (*c)->get_parameter_string_for_value(c, first.id, (double)NAN, text) != V3_OK &&
           (*c)->get_parameter_value_for_string(c, first.id, nonsense, &value) != V3_OK &&
           (*c)->get_parameter_value_for_string(c, first.id, NULL, &value) != V3_OK && value == 0.125 &&
           vst3_get(scene->host, first.id) == before,
         "%s: NaN and nonsense are refused and change nothing", scene->effect->id);
  tap_ok((*c)->create_view(c, "editor") == NULL && (*c)->get_state(c, NULL) != V3_OK,
         "%s: it has no view and no controller state", scene->effect->id);
}

static void
check_units(const Scene* scene)
{
  struct v3_unit_information** const u = scene->host->units;
  const int32_t                      n = (*u)->get_unit_count(u);
  struct v3_unit_info                info;
  bool all = n == (int32_t)scene->effect->n_sections + 1 && (*u)->get_unit_info(u, 0, &info) == V3_OK &&
             info.id == 0 && info.parent_unit_id == -1;
  for (int32_t i = 1; i < n && all; ++i) {
    all = (*u)->get_unit_info(u, i, &info) == V3_OK && info.id == i && info.parent_unit_id == 0 &&
          info.program_list_id == -1 && !strcmp(vst3_ascii(info.name), scene->effect->sections[i - 1].name);
  }
  int32_t unit = -1;
  tap_ok(all && (*u)->get_unit_info(u, n, &info) != V3_OK && (*u)->get_unit_info(u, -1, &info) != V3_OK &&
           (*u)->get_selected_unit(u) == 0 && (*u)->select_unit(u, 0) == V3_OK &&
           (*u)->select_unit(u, n) != V3_OK &&
           (*u)->get_unit_by_bus(u, V3_AUDIO, V3_INPUT, 0, 0, &unit) == V3_OK && unit == 0 &&
           (*u)->get_unit_by_bus(u, V3_AUDIO, V3_INPUT, 1, 0, &unit) != V3_OK,
         "%s: the root unit and one for each of %u sections", scene->effect->id, scene->effect->n_sections);
}

static void
check_text_module(void)
{
  static const char* const texts[] = {"", "plain", "d\xC3\xA9j\xC3\xA0", "\xE2\x86\x92", "\xF0\x9F\x8E\x9B!"};
  bool                     same    = true;
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    int16_t wide[16];
    char    back[32];
    kit_vst3_to_utf16(texts[i], wide, 16);
    kit_vst3_to_utf8(wide, 16, back, sizeof(back));
    same = same && !strcmp(back, texts[i]);
  }
  int16_t wide[4];
  char    cut[4];
  int16_t half[] = {'a', (int16_t)0xD83C, 'b', 0};
  char    repaired[8];
  kit_vst3_to_utf16("ab\xF0\x9F\x8E\x9B", wide, 4);
  kit_vst3_to_utf8((const int16_t[]){'a', 'b', 0xE9, 0}, 4, cut, sizeof(cut));
  kit_vst3_to_utf8(half, 4, repaired, sizeof(repaired));
  tap_ok(same && wide[2] == 0 && !strcmp(cut, "ab") && !strcmp(repaired, "a?b"),
         "text goes between UTF-8 and UTF-16 whole, or cut at a character");
}

void
check_parameters(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  const Scene scene = {subject->effect, &host, host.controller};
  check_list(&scene);
  check_latency_parameter(&scene);
  check_texts(&scene);
  check_unit_free(&scene);
  check_mapping(&scene);
  check_unknown(&scene);
  check_units(&scene);
  check_text_module();
  const uint32_t needs =
    V3_PROCESS_CTX_NEED_TEMPO | V3_PROCESS_CTX_NEED_TRANSPORT_STATE | V3_PROCESS_CTX_NEED_PROJECT_TIME;
  tap_ok((*host.requirements)->get_process_context_requirements(host.requirements) == needs,
         "%s: it asks for tempo, place and playing of the process context", subject->effect->id);
  close_plugin(subject, &host);
}
