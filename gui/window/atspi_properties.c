// SPDX-License-Identifier: ISC
#include "atspi_impl.h"

#include "utf8.h"

#include <math.h>
#include <string.h>

typedef enum { AS_STRING, AS_INT, AS_DOUBLE, AS_REFERENCE, AS_ID } Kind;

typedef struct {
  uint32_t    interface;
  const char* name;
  Kind        kind;
} Property;

static const Property properties[] = {
  {KIT_ATSPI_ACCESSIBLE, "Name", AS_STRING},
  {KIT_ATSPI_ACCESSIBLE, "Description", AS_STRING},
  {KIT_ATSPI_ACCESSIBLE, "Locale", AS_STRING},
  {KIT_ATSPI_ACCESSIBLE, "AccessibleId", AS_ID},
  {KIT_ATSPI_ACCESSIBLE, "ChildCount", AS_INT},
  {KIT_ATSPI_ACCESSIBLE, "Parent", AS_REFERENCE},
  {KIT_ATSPI_APPLICATIONS, "ToolkitName", AS_STRING},
  {KIT_ATSPI_APPLICATIONS, "Version", AS_STRING},
  {KIT_ATSPI_APPLICATIONS, "AtspiVersion", AS_STRING},
  {KIT_ATSPI_APPLICATIONS, "Id", AS_INT},
  {KIT_ATSPI_ACTION, "NActions", AS_INT},
  {KIT_ATSPI_VALUE, "MinimumValue", AS_DOUBLE},
  {KIT_ATSPI_VALUE, "MaximumValue", AS_DOUBLE},
  {KIT_ATSPI_VALUE, "MinimumIncrement", AS_DOUBLE},
  {KIT_ATSPI_VALUE, "CurrentValue", AS_DOUBLE},
  {KIT_ATSPI_VALUE, "Text", AS_STRING},
  {KIT_ATSPI_TEXT, "CharacterCount", AS_INT},
  {KIT_ATSPI_TEXT, "CaretOffset", AS_INT},
};

#define N_PROPERTIES (sizeof(properties) / sizeof(properties[0]))

static int32_t
n_characters(const char* text)
{
  int32_t n = 0;
  for (; *text; ++n) {
    const size_t length = kit_utf8_length(text, strlen(text));
    text += length ? length : 1U;
  }
  return n;
}

/** A parameter's control has the parameter's key, which stays. */
static void
put_id(const KitAtspi* self, DBusMessageIter* to, const KitNode* node)
{
  char        key[KIT_NODE_TEXT] = "";
  KitParamRef ref;
  if (node && kit_params_at_slot(kit_plugin_effect(self->plugin)->table, node->slot, &ref)) {
    kit_param_key(ref.param, ref.element, key, sizeof(key));
  }
  kit_put_string(to, key);
}

static const char*
string_of(const KitAtspi* self, const KitNode* node, uint32_t object, const char* name)
{
  switch (*name) {
    case 'N': return kit_atspi_name(self, object);
    case 'D': return node ? node->description : "";
    case 'L': return "C";
    case 'T': return !strcmp(name, "Text") && node ? node->text : "VstKit";
    case 'V': return KIT_VERSION;
    default: return "2.1"; // AtspiVersion
  }
}

static int32_t
int_of(const KitAtspi* self, const KitNode* node, uint32_t object, const char* name)
{
  switch (*name) {
    case 'I': return self->number;
    case 'N': return 1;
    default:
      return !strcmp(name, "ChildCount")    ? (int32_t)kit_atspi_n_children(self, object)
             : !strcmp(name, "CaretOffset") ? -1
                                            : n_characters(node ? node->text : "");
  }
}

static double
double_of(const KitNode* node, const char* name)
{
  return !strcmp(name, "MinimumValue")       ? node->min
         : !strcmp(name, "MaximumValue")     ? node->max
         : !strcmp(name, "MinimumIncrement") ? node->step
                                             : node->value;
}

static void
put(KitAtspi* self, DBusMessageIter* to, uint32_t object, const Property* property)
{
  static const char* const types[] = {"s", "i", "d", "(so)", "s"};
  const KitNode* const     node    = object < self->tree.n ? &self->tree.nodes[object] : NULL;
  DBusMessageIter          in;
  self->dbus->message_iter_open_container(to, DBUS_TYPE_VARIANT, types[property->kind], &in);
  switch (property->kind) {
    case AS_STRING: kit_put_string(&in, string_of(self, node, object, property->name)); break;
    case AS_INT: kit_put_int(&in, int_of(self, node, object, property->name)); break;
    case AS_DOUBLE: kit_put_double(&in, node ? double_of(node, property->name) : 0.0); break;
    case AS_ID: put_id(self, &in, node); break;
    default: kit_atspi_put(self, &in, kit_atspi_parent(self, object)); break;
  }
  self->dbus->message_iter_close_container(to, &in);
}

static bool
has(const KitAtspi* self, uint32_t object, const char* interface, const Property* property)
{
  return kit_atspi_interfaces(self, object) & 1U << property->interface &&
         !strcmp(interface, kit_atspi_interface(property->interface));
}

bool
kit_atspi_get(KitAtspi* self, DBusMessageIter* to, uint32_t object, const char* interface, const char* name)
{
  for (size_t i = 0; i < N_PROPERTIES; ++i) {
    if (has(self, object, interface, &properties[i]) && !strcmp(name, properties[i].name)) {
      put(self, to, object, &properties[i]);
      return true;
    }
  }
  return false;
}

void
kit_atspi_get_all(KitAtspi* self, DBusMessageIter* to, uint32_t object, const char* interface)
{
  DBusMessageIter in;
  DBusMessageIter entry;
  self->dbus->message_iter_open_container(to, DBUS_TYPE_ARRAY, "{sv}", &in);
  for (size_t i = 0; i < N_PROPERTIES; ++i) {
    if (has(self, object, interface, &properties[i])) {
      self->dbus->message_iter_open_container(&in, DBUS_TYPE_DICT_ENTRY, NULL, &entry);
      kit_put_string(&entry, properties[i].name);
      put(self, &entry, object, &properties[i]);
      self->dbus->message_iter_close_container(&in, &entry);
    }
  }
  self->dbus->message_iter_close_container(to, &in);
}

bool
kit_atspi_set(KitAtspi* self, uint32_t object, const char* name, DBusMessageIter* variant)
{
  double          value = 0.0;
  DBusMessageIter in;
  if (self->dbus->message_iter_get_arg_type(variant) != DBUS_TYPE_VARIANT) {
    return false;
  }
  self->dbus->message_iter_recurse(variant, &in);
  if (object == KIT_ATSPI_APPLICATION) {
    return !strcmp(name, "Id") && kit_take(&in, DBUS_TYPE_INT32, &self->number);
  }
  const KitNode* const node = &self->tree.nodes[object];
  return !strcmp(name, "CurrentValue") && node->states & KIT_NODE_HAS_VALUE &&
         kit_take(&in, DBUS_TYPE_DOUBLE, &value) && isfinite(value) &&
         kit_gui_node_set(self->gui, node->id, fmax(node->min, fmin(node->max, value))) &&
         kit_atspi_look(self);
}
