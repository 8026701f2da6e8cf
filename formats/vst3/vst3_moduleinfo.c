// SPDX-License-Identifier: ISC
// Build tool: prints moduleinfo.json of the module that it is linked with, as its factory describes it.
#include "vst3_plugin.h"

#include <stdio.h>
#include <string.h>

typedef const struct v3_plugin_factory_3* const* Factory;

static void
print_string(const char* text)
{
  putchar('"');
  for (; *text; ++text) {
    if (*text == '"' || *text == '\\') {
      putchar('\\');
    }
    putchar(*text);
  }
  putchar('"');
}

static void
print_member(const char* indent, const char* key, const char* text)
{
  printf("%s\"%s\": ", indent, key);
  print_string(text);
  printf(",\n");
}

static const char*
flag(int set)
{
  return set ? "true" : "false";
}

static void
print_factory(Factory factory)
{
  struct v3_factory_info info;
  (*factory)->get_factory_info((void*)(uintptr_t)factory, &info);
  printf("  \"Factory Info\": {\n");
  print_member("    ", "Vendor", info.vendor);
  print_member("    ", "URL", info.url);
  print_member("    ", "E-Mail", info.email);
  printf("    \"Flags\": {\n");
  printf("      \"Unicode\": %s,\n", flag(info.flags & KIT_VST3_FACTORY_UNICODE));
  printf("      \"Classes Discardable\": false,\n");
  printf("      \"Component Non Discardable\": false\n");
  printf("    }\n  },\n");
}

static void
print_sub_categories(char* list)
{
  const char* join = "";
  printf("      \"Sub Categories\": [");
  for (char* part = strtok(list, "|"); part; part = strtok(NULL, "|")) {
    printf("%s", join);
    print_string(part);
    join = ", ";
  }
  printf("],\n");
}

static void
print_class(struct v3_class_info_2* info)
{
  printf("    {\n      \"CID\": \"");
  for (uint32_t i = 0; i < sizeof(v3_tuid); ++i) {
    printf("%02X", info->class_id[kit_vst3_tuid_place(i)]);
  }
  printf("\",\n");
  print_member("      ", "Category", info->category);
  print_member("      ", "Name", info->name);
  print_member("      ", "Vendor", info->vendor);
  print_member("      ", "Version", info->version);
  print_member("      ", "SDKVersion", info->sdk_version);
  print_sub_categories(info->sub_categories);
  printf("      \"Class Flags\": %u,\n", (unsigned)info->class_flags);
  printf("      \"Cardinality\": %d,\n", (int)info->cardinality);
  printf("      \"Snapshots\": []\n    }");
}

int
main(void)
{
  const Factory          factory = (Factory)GetPluginFactory();
  void* const            self    = (void*)(uintptr_t)factory;
  struct v3_class_info_2 info;
  if ((*factory)->get_class_info_2(self, 0, &info) != V3_OK) {
    return 1;
  }
  printf("{\n");
  print_member("  ", "Name", info.name);
  print_member("  ", "Version", info.version);
  print_factory(factory);
  printf("  \"Compatibility\": [],\n  \"Classes\": [\n");
  for (int32_t i = 0; (*factory)->get_class_info_2(self, i, &info) == V3_OK; ++i) {
    printf("%s", i ? ",\n" : "");
    print_class(&info);
  }
  printf("\n  ]\n}\n");
  return 0;
}
