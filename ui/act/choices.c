/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/choices.h"

#include <string.h>

struct _SatchelChoices {
  SatchelRecord *records[2];
  SatchelSide master;
  GPtrArray *fields;
  SatchelSide *sides; /* one for each field of the entity */
};

/* As protocol/rules/actions-merge.c has it: what a record is, and why, is not taken over. */
static gboolean
can_be_chosen (const SatchelEntity *entity, const SatchelField *field)
{
  static const char *const kept[] = { "owner", "status", "status_reason", "merged_into", "disqualify_reason",
                                      NULL };

  return satchel_field_is_writable (field) && !satchel_entity_tells_state (entity, field) &&
         !g_strv_contains (kept, field->name);
}

static gboolean
belong_together (const SatchelField *a, const SatchelField *b)
{
  return a == b || (a->group != NULL && g_strcmp0 (a->group, b->group) == 0);
}

static gboolean
is_group_empty (const SatchelRecord *record, const SatchelField *field)
{
  for (guint i = 0; i < record->entity->n_fields; i++)
    if (belong_together (field, record->entity->fields[i]) && record->values[i] != NULL)
      return FALSE;
  return TRUE;
}

SatchelChoices *
satchel_choices_new (SatchelRecord *left, SatchelRecord *right)
{
  const SatchelEntity *entity = left->entity;
  SatchelChoices *choices = g_new0 (SatchelChoices, 1);

  choices->records[SATCHEL_SIDE_LEFT] = left;
  choices->records[SATCHEL_SIDE_RIGHT] = right;
  choices->fields = g_ptr_array_new ();
  choices->sides = g_new0 (SatchelSide, entity->n_fields);
  for (guint i = 0; i < entity->n_fields; i++)
    if (can_be_chosen (entity, entity->fields[i]) && !satchel_value_equal (left->values[i], right->values[i]))
      g_ptr_array_add (choices->fields, (gpointer)entity->fields[i]);
  satchel_choices_set_master (choices, SATCHEL_SIDE_LEFT);
  return choices;
}

void
satchel_choices_free (SatchelChoices *choices)
{
  if (choices == NULL)
    return;
  satchel_record_free (choices->records[SATCHEL_SIDE_LEFT]);
  satchel_record_free (choices->records[SATCHEL_SIDE_RIGHT]);
  g_ptr_array_unref (choices->fields);
  g_free (choices->sides);
  g_free (choices);
}

const SatchelRecord *
satchel_choices_get_record (const SatchelChoices *choices, SatchelSide side)
{
  return choices->records[side];
}

SatchelSide
satchel_choices_get_master (const SatchelChoices *choices)
{
  return choices->master;
}

static SatchelSide
get_other (SatchelSide side)
{
  return side == SATCHEL_SIDE_LEFT ? SATCHEL_SIDE_RIGHT : SATCHEL_SIDE_LEFT;
}

void
satchel_choices_set_master (SatchelChoices *choices, SatchelSide side)
{
  const SatchelRecord *master = choices->records[side];

  choices->master = side;
  for (guint i = 0; i < master->entity->n_fields; i++)
    choices->sides[i] = is_group_empty (master, master->entity->fields[i]) ? get_other (side) : side;
}

const GPtrArray *
satchel_choices_get_fields (const SatchelChoices *choices)
{
  return choices->fields;
}

SatchelSide
satchel_choices_get_side (const SatchelChoices *choices, const SatchelField *field)
{
  return choices->sides[field->index];
}

void
satchel_choices_set_side (SatchelChoices *choices, const SatchelField *field, SatchelSide side)
{
  const SatchelEntity *entity = choices->records[side]->entity;

  /* What the one that stays lacks it takes, whatever is chosen. */
  if (side == choices->master && is_group_empty (choices->records[side], field))
    return;
  for (guint i = 0; i < entity->n_fields; i++)
    if (belong_together (field, entity->fields[i]))
      choices->sides[i] = side;
}

/* Named are those that differ, for the same value need not be taken; an empty one may be. */
GHashTable *
satchel_choices_to_arguments (const SatchelChoices *choices)
{
  GHashTable *arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GString *fields = g_string_new (NULL);

  for (guint i = 0; i < choices->fields->len; i++) {
    const SatchelField *field = choices->fields->pdata[i];

    if (choices->sides[field->index] != choices->master)
      g_string_append_printf (fields, "%s%s", fields->len > 0 ? " " : "", field->name);
  }
  g_hash_table_insert (arguments, (gpointer) "other",
                       g_strdup (choices->records[get_other (choices->master)]->id));
  g_hash_table_insert (arguments, (gpointer) "fields", g_string_free (fields, FALSE));
  return arguments;
}
