/* Words for people are translated here; dates and numbers stay as programs read them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/told.h"

#include <glib/gi18n.h>

void
satchel_told_add_text (GVariantBuilder *members, const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    g_variant_builder_add (members, "{sv}", name, g_variant_new_string (text));
}

char *
satchel_told_link (const char *entity, const char *id)
{
  return g_strdup_printf ("satchel://%s/%s", entity, id);
}

void
satchel_told_add_record (GVariantBuilder *members, const SatchelRecord *record)
{
  g_autofree char *title = satchel_record_dup_title (record);
  g_autofree char *link = satchel_told_link (record->entity->name, record->id);

  satchel_told_add_text (members, "entity", record->entity->name);
  satchel_told_add_text (members, "id", record->id);
  g_variant_builder_add (members, "{sv}", "title", g_variant_new_string (title));
  satchel_told_add_text (members, "link", link);
}

static const SatchelValue *
get (const SatchelRecord *record, const char *name, const SatchelField **field)
{
  *field = satchel_entity_find_field (record->entity, name);
  return *field != NULL ? satchel_record_get (record, *field) : NULL;
}

const char *
satchel_told_peek (const SatchelRecord *record, const char *name)
{
  const SatchelField *field;
  const SatchelValue *value = get (record, name, &field);

  return value != NULL && satchel_value_get_kind (value) == SATCHEL_KIND_STRING
             ? satchel_value_get_string (value)
             : NULL;
}

static char *
dup_title (SatchelSession *session, const SatchelValue *lookup)
{
  return satchel_replica_dup_name (satchel_value_get_entity (lookup), satchel_value_get_id (lookup),
                                   satchel_session_get_replica (session));
}

void
satchel_told_add_lookup (GVariantBuilder *members, SatchelSession *session, const SatchelRecord *record,
                         const char *name, const char *field_name)
{
  const SatchelField *field;
  const SatchelValue *value = get (record, field_name, &field);
  g_autofree char *title =
      value != NULL && field->type == SATCHEL_TYPE_LOOKUP ? dup_title (session, value) : NULL;
  g_autofree char *id_name = g_strconcat (name, "-id", NULL);
  g_autofree char *link_name = g_strconcat (name, "-link", NULL);
  g_autofree char *entity_name = g_strconcat (name, "-entity", NULL);
  g_autofree char *link = NULL;

  if (title == NULL)
    return;
  link = satchel_told_link (satchel_value_get_entity (value), satchel_value_get_id (value));
  g_variant_builder_add (members, "{sv}", name, g_variant_new_string (title));
  satchel_told_add_text (members, id_name, satchel_value_get_id (value));
  satchel_told_add_text (members, link_name, link);
  if (field->n_targets > 1)
    satchel_told_add_text (members, entity_name, satchel_value_get_entity (value));
}

void
satchel_told_add_field (GVariantBuilder *members, SatchelSession *session, const SatchelRecord *record,
                        const char *name, const char *field_name)
{
  const SatchelField *field;
  const SatchelValue *value = get (record, field_name, &field);
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  if (field->type == SATCHEL_TYPE_LOOKUP) {
    text = dup_title (session, value);
  } else if (field->type == SATCHEL_TYPE_CHOICE) {
    text = g_strdup (satchel_field_get_label_of (field, satchel_value_get_string (value)));
  } else {
    text = satchel_value_to_text (field, value);
  }
  satchel_told_add_text (members, name, text);
}
