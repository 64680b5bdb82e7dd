/* One record's values, indexed like its entity's fields.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/record.h"

SatchelRecord *
satchel_record_new (const SatchelEntity *entity, const char *id)
{
  SatchelRecord *record = g_new0 (SatchelRecord, 1);

  record->entity = entity;
  record->id = g_strdup (id);
  record->values = g_new0 (SatchelValue *, entity->n_fields);
  return record;
}

SatchelRecord *
satchel_record_copy (const SatchelRecord *record)
{
  SatchelRecord *copy = satchel_record_new (record->entity, record->id);

  copy->s = record->s;
  for (guint i = 0; i < record->entity->n_fields; i++)
    copy->values[i] = satchel_value_ref (record->values[i]);
  return copy;
}

void
satchel_record_free (SatchelRecord *record)
{
  if (record == NULL)
    return;
  for (guint i = 0; i < record->entity->n_fields; i++)
    satchel_value_unref (record->values[i]);
  g_free (record->values);
  g_free (record->id);
  g_free (record);
}

/* The slot of @field, which must be one of the record's own entity. */
static SatchelValue **
get_slot (const SatchelRecord *record, const SatchelField *field)
{
  g_assert (field != NULL && field->index < record->entity->n_fields &&
            record->entity->fields[field->index] == field);
  return &record->values[field->index];
}

const SatchelValue *
satchel_record_get (const SatchelRecord *record, const SatchelField *field)
{
  return *get_slot (record, field);
}

const SatchelValue *
satchel_record_get_by_name (const SatchelRecord *record, const char *field)
{
  return satchel_record_get (record, satchel_entity_find_field (record->entity, field));
}

void
satchel_record_set (SatchelRecord *record, const SatchelField *field, const SatchelValue *value)
{
  SatchelValue **slot = get_slot (record, field);
  SatchelValue *old = *slot;

  *slot = satchel_value_ref (value);
  satchel_value_unref (old); /* last: it may be @value */
}

void
satchel_record_set_by_name (SatchelRecord *record, const char *field, const SatchelValue *value)
{
  satchel_record_set (record, satchel_entity_find_field (record->entity, field), value);
}

void
satchel_record_leave_out_retired (SatchelRecord *record)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];

    if (field->retired && field != record->entity->once)
      g_clear_pointer (&record->values[i], satchel_value_unref);
  }
}

char *
satchel_record_dup_title (const SatchelRecord *record)
{
  const SatchelField *title = record->entity->title;

  return title != NULL ? satchel_value_to_text (title, satchel_record_get (record, title)) : g_strdup ("");
}

JsonObject *
satchel_record_to_json (const SatchelRecord *record, gboolean with_empty, SatchelNameFunc name_func,
                        gpointer name_data)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", record->id);
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const SatchelValue *value = record->values[i];
    g_autofree char *name = NULL;

    if (field->retired || (value == NULL && !with_empty))
      continue;
    if (value != NULL && name_func != NULL && field->type == SATCHEL_TYPE_LOOKUP)
      name = name_func (satchel_value_get_entity (value), satchel_value_get_id (value), name_data);
    json_object_set_member (object, field->name, satchel_value_to_json (field, value, name));
  }
  return object;
}
