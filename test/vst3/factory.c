// SPDX-License-Identifier: ISC
#include "category.h"
#include "checks.h"

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "project.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

// What sessions hold for ever: these never change
static const char* const pinned[][2] = {
  {"gain", "10DC31A98A47DA6C5ECB3DCFB7AB2BC2"},
  {"lossy", "766D78F0C77FFD1772EAE4A6D74F2715"},
  {"reverb", "FF14D9DA5C330E6BF4C4096835A60E31"},
};

static void
hex_of(const v3_tuid id, char* text)
{
  for (size_t i = 0; i < sizeof(v3_tuid); ++i) {
    snprintf(text + 2U * i, 3, "%02X", id[i]);
  }
}

static uint32_t
fnv(const char* text)
{
  uint32_t hash = 2166136261U;
  for (; *text; ++text) {
    hash = (hash ^ (uint8_t)*text) * 16777619U;
  }
  return hash;
}

static void
check_class_id(const KitEffect* effect, const v3_tuid id)
{
  char hex[33];
  char want[33];
  hex_of(id, hex);
  for (unsigned n = 0; n < 4U; ++n) {
    char text[128];
    snprintf(text, sizeof(text), "%u:vstkit.vst3:%s", n, effect->id);
    snprintf(want + 8U * n, 9, "%08X", (unsigned)fnv(text));
  }
  tap_ok(!strcmp(hex, want), "%s: class id %s is made from the effect's id as documented", effect->id, hex);
  for (size_t i = 0; i < sizeof(pinned) / sizeof(pinned[0]); ++i) {
    if (!strcmp(pinned[i][0], effect->id)) {
      tap_ok(!strcmp(pinned[i][1], hex), "%s: class id is what it always was", effect->id);
    }
  }
}

static void
check_classes(const KitEffect* effect, Vst3Factory factory)
{
  void* const            self = (void*)(uintptr_t)factory;
  struct v3_class_info   one  = {0};
  struct v3_class_info_2 two  = {0};
  struct v3_class_info_3 wide = {0};
  tap_ok((*factory)->num_classes(self) == 1 && (*factory)->get_class_info(self, 0, &one) == V3_OK &&
           (*factory)->get_class_info_2(self, 0, &two) == V3_OK &&
           (*factory)->get_class_info_utf16(self, 0, &wide) == V3_OK,
         "%s: the factory has one class and describes it in all three ways", effect->id);
  check_class_id(effect, one.class_id);
  tap_ok(!memcmp(one.class_id, two.class_id, 16) && !memcmp(one.class_id, wide.class_id, 16) &&
           !strcmp(one.name, effect->name) && !strcmp(two.name, effect->name) &&
           !strcmp(vst3_ascii(wide.name), effect->name) && !strcmp(one.category, "Audio Module Class") &&
           !strcmp(two.category, one.category) && !strcmp(wide.category, one.category) &&
           one.cardinality == 0x7FFFFFFF,
         "%s: the name is exactly \"%s\", and all descriptions agree", effect->id, effect->name);
  tap_ok(!strcmp(two.vendor, KIT_VENDOR) && !strcmp(vst3_ascii(wide.vendor), KIT_VENDOR) &&
           !strcmp(two.version, effect->version) && !strcmp(vst3_ascii(wide.version), effect->version) &&
           !strcmp(two.sub_categories, kit_category(effect->category)->vst3) &&
           !strcmp(wide.sub_categories, two.sub_categories) && !strncmp(two.sdk_version, "VST 3.", 6),
         "%s: vendor, version and sub-categories %s", effect->id, two.sub_categories);
  tap_ok((*factory)->get_class_info(self, 1, &one) != V3_OK &&
           (*factory)->get_class_info(self, -1, &one) != V3_OK &&
           (*factory)->get_class_info_2(self, 0, NULL) != V3_OK &&
           (*factory)->get_class_info_utf16(self, 7, &wide) != V3_OK,
         "%s: no other class is described", effect->id);
}

static void
check_factory_info(const KitEffect* effect, Vst3Factory factory)
{
  void* const            self = (void*)(uintptr_t)factory;
  struct v3_factory_info info = {0};
  tap_ok((*factory)->get_factory_info(self, &info) == V3_OK && !strcmp(info.vendor, KIT_VENDOR) &&
           !strcmp(info.url, KIT_URL) && (info.flags & 0x10) &&
           (*factory)->get_factory_info(self, NULL) != V3_OK,
         "%s: the factory names %s, %s", effect->id, info.vendor, info.url);
  const uint8_t* const known[] = {v3_funknown_iid, v3_plugin_factory_iid, v3_plugin_factory_2_iid,
                                  v3_plugin_factory_3_iid};
  bool                 all     = true;
  for (size_t i = 0; i < 4U; ++i) {
    void* object = NULL;
    all          = all && (*factory)->query_interface(self, known[i], &object) == V3_OK && object == self;
  }
  void* other = self;
  tap_ok(all && (*factory)->query_interface(self, v3_bstream_iid, &other) == V3_NO_INTERFACE && !other,
         "%s: the factory has versions 1 to 3 of its interface and no other", effect->id);
}

static void
check_creation(const KitEffect* effect, Vst3Factory factory)
{
  void* const          self = (void*)(uintptr_t)factory;
  struct v3_class_info info;
  (*factory)->get_class_info(self, 0, &info);
  const uint8_t* const iids[] = {v3_funknown_iid,
                                 v3_plugin_base_iid,
                                 v3_component_iid,
                                 v3_audio_processor_iid,
                                 v3_edit_controller_iid,
                                 v3_unit_information_iid,
                                 v3_process_context_requirements_iid};
  bool                 all    = true;
  for (size_t i = 0; i < sizeof(iids) / sizeof(iids[0]); ++i) {
    struct v3_funknown** object = NULL;
    struct v3_funknown** base   = NULL;
    struct v3_funknown** again  = NULL;
    struct v3_funknown** same   = NULL;
    const bool           created =
      (*factory)->create_instance(self, info.class_id, iids[i], (void**)&object) == V3_OK && object;
    all = all && created && (*object)->query_interface(object, v3_funknown_iid, (void**)&base) == V3_OK &&
          (*base)->query_interface(base, iids[i], (void**)&again) == V3_OK && again == object &&
          (*again)->query_interface(again, v3_funknown_iid, (void**)&same) == V3_OK && same == base &&
          (*same)->unref(same) == 3 && (*again)->unref(again) == 2 && (*base)->unref(base) == 1 &&
          (*object)->unref(object) == 0;
  }
  tap_ok(all, "%s: every interface can be had at once, leads to one identity, and counts", effect->id);

  v3_tuid other;
  void*   object = self;
  memcpy(other, info.class_id, sizeof(other));
  other[15] ^= 1U;
  tap_ok((*factory)->create_instance(self, other, v3_component_iid, &object) != V3_OK && !object,
         "%s: another class id creates nothing", effect->id);
  object = self;
  tap_ok((*factory)->create_instance(self, info.class_id, v3_bstream_iid, &object) == V3_NO_INTERFACE &&
           !object && (*factory)->create_instance(self, info.class_id, v3_component_iid, NULL) != V3_OK,
         "%s: another interface creates nothing", effect->id);
}

static bool
has_string(const KitJson* object, const char* key, const char* want)
{
  const char* const text = kit_json_string(kit_json_get(object, key));
  return text && !strcmp(text, want);
}

static bool
lists_sub_categories(const KitJson* class_json, const char* want)
{
  const KitJson* const list        = kit_json_get(class_json, "Sub Categories");
  char                 joined[128] = "";
  for (size_t i = 0; i < kit_json_size(list); ++i) {
    const size_t length = strlen(joined);
    snprintf(joined + length, sizeof(joined) - length, "%s%s", i ? "|" : "",
             kit_json_string(kit_json_at(list, i)));
  }
  return !strcmp(joined, want);
}

static void
check_moduleinfo(const Subject* subject)
{
  char   path[4096];
  char*  text = NULL;
  size_t size = 0;
  snprintf(path, sizeof(path), "%s/Contents/Resources/moduleinfo.json", subject->bundle);
  if (!strstr(subject->bundle, ".vst3")) {
    return; // A bare module
  }
  if (!tap_ok(!kit_file_read(path, 65536, NULL, &text, &size), "%s: the bundle has a moduleinfo.json",
              subject->effect->id)) {
    return;
  }
  const KitJsonSource source = {path, text, size, 65536, 16, 1000};
  KitJson*            json   = NULL;
  tap_ok(!kit_json_parse(&source, NULL, &json), "%s: moduleinfo.json is JSON", subject->effect->id);

  struct v3_class_info_2 info;
  char                   hex[33];
  (*subject->module.factory)->get_class_info_2((void*)(uintptr_t)subject->module.factory, 0, &info);
  hex_of(info.class_id, hex);
  const KitJson* const classes = kit_json_get(json, "Classes");
  const KitJson* const first   = kit_json_at(classes, 0);
  tap_ok(has_string(json, "Name", info.name) && has_string(json, "Version", info.version) &&
           has_string(kit_json_get(json, "Factory Info"), "Vendor", KIT_VENDOR) &&
           has_string(kit_json_get(json, "Factory Info"), "URL", KIT_URL) && kit_json_size(classes) == 1 &&
           has_string(first, "CID", hex) && has_string(first, "Category", info.category) &&
           has_string(first, "Name", info.name) && has_string(first, "Vendor", info.vendor) &&
           has_string(first, "Version", info.version) && has_string(first, "SDKVersion", info.sdk_version) &&
           lists_sub_categories(first, info.sub_categories),
         "%s: moduleinfo.json says what the factory says", subject->effect->id);
  kit_json_free(json);
  kit_free(text);
}

void
check_factory(const Subject* subject)
{
  check_factory_info(subject->effect, subject->module.factory);
  check_classes(subject->effect, subject->module.factory);
  check_creation(subject->effect, subject->module.factory);
  check_moduleinfo(subject);
}
