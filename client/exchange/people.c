/* Organizer and attendees, and what they answered.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/fit.h"
#include "client/exchange/ical.h"
#include "protocol/rules/once.h"

#define ORGANIZER "organizer"

static const struct {
  const char *name;
  ICalParameterRole role;
} ROLES[] = {
  { "required", I_CAL_ROLE_REQPARTICIPANT }, { "chair", I_CAL_ROLE_CHAIR },
  { "optional", I_CAL_ROLE_OPTPARTICIPANT }, { "observer", I_CAL_ROLE_NONPARTICIPANT },
  { "resource", I_CAL_ROLE_NONPARTICIPANT }, /* by CUTYPE */
};

static const struct {
  const char *name;
  ICalParameterPartstat answer;
} ANSWERS[] = {
  { "accepted", I_CAL_PARTSTAT_ACCEPTED },
  { "declined", I_CAL_PARTSTAT_DECLINED },
  { "tentative", I_CAL_PARTSTAT_TENTATIVE },
  { "delegated", I_CAL_PARTSTAT_DELEGATED },
};

/* Somebody as the component names her; strings are owned. */
typedef struct {
  char *role;
  char *address;
  char *name;
} Person;

static void
person_free (gpointer data)
{
  Person *person = data;

  g_free (person->role);
  g_free (person->address);
  g_free (person->name);
  g_free (person);
}

/* "mailto:ana@example.com" without the scheme; other schemes as they are. */
static char *
dup_address (const SatchelField *field, ICalProperty *property)
{
  g_autofree char *text = i_cal_property_get_value_as_string (property);
  const char *at = text != NULL ? text : "";

  at += g_ascii_strncasecmp (at, "mailto:", 7) == 0 ? 7 : 0;
  return satchel_fit_clean (field, at, " ");
}

static char *
dup_role (ICalProperty *property)
{
  g_autoptr (ICalParameter) role = i_cal_property_get_first_parameter (property, I_CAL_ROLE_PARAMETER);
  g_autoptr (ICalParameter) type = i_cal_property_get_first_parameter (property, I_CAL_CUTYPE_PARAMETER);
  g_autoptr (ICalParameter) answer = i_cal_property_get_first_parameter (property, I_CAL_PARTSTAT_PARAMETER);
  ICalParameterCutype kind = type != NULL ? i_cal_parameter_get_cutype (type) : I_CAL_CUTYPE_NONE;
  const char *name = ROLES[0].name, *behind = NULL;

  for (guint i = 0; role != NULL && i < G_N_ELEMENTS (ROLES) - 1; i++)
    name = ROLES[i].role == i_cal_parameter_get_role (role) ? ROLES[i].name : name;
  if (kind == I_CAL_CUTYPE_ROOM || kind == I_CAL_CUTYPE_RESOURCE)
    name = "resource";
  for (guint i = 0; answer != NULL && i < G_N_ELEMENTS (ANSWERS); i++)
    behind = ANSWERS[i].answer == i_cal_parameter_get_partstat (answer) ? ANSWERS[i].name : behind;
  return g_strconcat (name, behind != NULL ? "_" : NULL, behind, NULL);
}

/* NULL: nobody. */
static Person *
read_person (const SatchelField *field, ICalProperty *property)
{
  g_autofree char *address = dup_address (field, property);
  g_autoptr (ICalParameter) cn = i_cal_property_get_first_parameter (property, I_CAL_CN_PARAMETER);
  const char *name = cn != NULL ? i_cal_parameter_get_cn (cn) : NULL;
  Person *person;

  if (address == NULL)
    return NULL;
  person = g_new0 (Person, 1);
  person->role =
      i_cal_property_isa (property) == I_CAL_ORGANIZER_PROPERTY ? g_strdup (ORGANIZER) : dup_role (property);
  person->name = name != NULL ? satchel_fit_clean (field, name, " ") : NULL;
  if (g_strcmp0 (person->name, address) == 0)
    g_clear_pointer (&person->name, g_free);
  person->address = g_steal_pointer (&address);
  return person;
}

static gboolean
is_same (const char *a, const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
}

/* By address; NULL: none of @value has it. */
static const SatchelParty *
find_party (const SatchelValue *value, const char *address)
{
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++) {
    if (is_same (parties[i].address, address))
      return &parties[i];
  }
  return NULL;
}

static void
read_field (const SatchelExchange *x, ICalComponent *event, ICalPropertyKind kind, SatchelRecord *into,
            const char *name)
{
  const SatchelField *field = satchel_entity_find_field (into->entity, name);
  g_autoptr (SatchelValue) before = satchel_value_ref (satchel_record_get (into, field));
  g_autoptr (GPtrArray) all = satchel_ical_list (event, kind);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (person_free);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) parties = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = 0;
  const SatchelParty *old = before != NULL ? satchel_value_get_parties (before, &n) : NULL;

  /* Who has no address cannot stand in a component: she stays. */
  for (guint i = 0; i < n; i++) {
    if (old[i].address == NULL)
      g_array_append_val (parties, old[i]);
  }
  for (guint i = 0; i < all->len && parties->len < SATCHEL_MAX_KEYS; i++) {
    Person *person = read_person (field, all->pdata[i]);
    const SatchelParty *known;
    SatchelParty party = { 0 };
    char *id = NULL;

    if (person == NULL)
      continue;
    g_ptr_array_add (people, person);
    if (!g_hash_table_add (seen, person->address))
      continue;
    party = (SatchelParty){ person->role, NULL, NULL, person->address, person->name };
    known = find_party (before, person->address);
    if (known != NULL) {
      party.entity = known->entity;
      party.id = known->id;
    } else if (x->find_party != NULL && x->find_party (person->address, &party.entity, &id, x->data)) {
      if (satchel_field_allows_target (field, party.entity))
        party.id = id;
      else
        party.entity = NULL;
      g_ptr_array_add (ids, id);
    }
    g_array_append_val (parties, party);
  }
  if (all->len > SATCHEL_MAX_KEYS)
    satchel_fit_tell (x, "“%s” has more than %d entries", field->label, SATCHEL_MAX_KEYS);
  satchel_fit_set (
      into, name,
      parties->len == 0
          ? NULL
          : satchel_fit_value (
                x, field, satchel_value_new_parties ((SatchelParty *)(void *)parties->data, parties->len)));
}

void
satchel_attendance_read (const SatchelExchange *x, ICalComponent *event, SatchelRecord *into)
{
  read_field (x, event, I_CAL_ORGANIZER_PROPERTY, into, "organizer");
  read_field (x, event, I_CAL_ATTENDEE_PROPERTY, into, "attendees");
}

/* ---- writing ---- */

static void
set_parameter (ICalProperty *property, ICalParameterKind kind, ICalParameter *parameter)
{
  i_cal_property_remove_parameter_by_kind (property, kind);
  if (parameter != NULL)
    i_cal_property_take_parameter (property, parameter);
}

static void
write_role (ICalProperty *property, const char *role)
{
  const char *said = satchel_once_find_answer (role);
  ICalParameter *answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ROLES); i++) {
    if (!g_str_has_prefix (role, ROLES[i].name))
      continue;
    set_parameter (property, I_CAL_ROLE_PARAMETER, i_cal_parameter_new_role (ROLES[i].role));
    if (g_str_equal (ROLES[i].name, "resource"))
      set_parameter (property, I_CAL_CUTYPE_PARAMETER, i_cal_parameter_new_cutype (I_CAL_CUTYPE_RESOURCE));
    else
      set_parameter (property, I_CAL_CUTYPE_PARAMETER, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (ANSWERS); i++) {
    if (g_strcmp0 (said, ANSWERS[i].name) == 0)
      answer = i_cal_parameter_new_partstat (ANSWERS[i].answer);
  }
  set_parameter (property, I_CAL_PARTSTAT_PARAMETER, answer);
}

static void
write_person (ICalProperty *property, const SatchelParty *party, const char *name)
{
  if (i_cal_property_isa (property) == I_CAL_ATTENDEE_PROPERTY)
    write_role (property, party->role);
  set_parameter (property, I_CAL_CN_PARAMETER, name != NULL ? i_cal_parameter_new_cn (name) : NULL);
}

static ICalProperty *
new_person (ICalPropertyKind kind, const char *address)
{
  ICalProperty *property = i_cal_property_new (kind);
  g_autofree char *uri =
      strchr (address, ':') == NULL ? g_strconcat ("mailto:", address, NULL) : g_strdup (address);

  i_cal_property_take_value (property, i_cal_value_new_caladdress (uri));
  return property;
}

static gboolean
is_same_party (const SatchelParty *a, const SatchelParty *b)
{
  return a != NULL && g_strcmp0 (a->role, b->role) == 0 && g_strcmp0 (a->name, b->name) == 0;
}

static ICalProperty *
find_property (const SatchelField *field, GPtrArray *all, const char *address)
{
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *own = dup_address (field, all->pdata[i]);

    if (is_same (own, address))
      return g_object_ref (all->pdata[i]);
  }
  return NULL;
}

static void
write_field (const SatchelExchange *x, ICalComponent *event, ICalPropertyKind kind,
             const SatchelRecord *before, const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *old = satchel_record_get (before, field), *new = satchel_record_get (record, field);
  g_autoptr (GPtrArray) all = satchel_ical_list (event, kind);
  guint n = 0;
  const SatchelParty *parties = NULL;

  if (satchel_value_equal (old, new))
    return;
  parties = old != NULL ? satchel_value_get_parties (old, &n) : NULL;
  for (guint i = 0; i < n; i++) {
    g_autoptr (ICalProperty) gone = parties[i].address != NULL && find_party (new, parties[i].address) == NULL
                                        ? find_property (field, all, parties[i].address)
                                        : NULL;

    if (gone != NULL)
      i_cal_component_remove_property (event, gone);
  }
  n = 0;
  parties = new != NULL ? satchel_value_get_parties (new, &n) : NULL;
  for (guint i = 0; i < n; i++) {
    g_autofree char *found = parties[i].address == NULL && x->dup_address != NULL
                                 ? x->dup_address (parties[i].entity, parties[i].id, x->data)
                                 : NULL;
    g_autofree char *title =
        parties[i].name == NULL && parties[i].id != NULL && x->dup_title != NULL && found != NULL
            ? x->dup_title (parties[i].entity, parties[i].id, x->data)
            : NULL;
    const char *address = parties[i].address != NULL ? parties[i].address : found;
    g_autoptr (ICalProperty) property = NULL;

    if (address == NULL || is_same_party (find_party (old, address), &parties[i]))
      continue;
    property = find_property (field, all, address);
    if (property == NULL) {
      property = new_person (kind, address);
      i_cal_component_add_property (event, property);
    }
    write_person (property, &parties[i], parties[i].name != NULL ? parties[i].name : title);
  }
}

void
satchel_attendance_write (const SatchelExchange *x, ICalComponent *event, const SatchelRecord *before,
                          const SatchelRecord *record)
{
  write_field (x, event, I_CAL_ORGANIZER_PROPERTY, before, record, "organizer");
  write_field (x, event, I_CAL_ATTENDEE_PROPERTY, before, record, "attendees");
}
