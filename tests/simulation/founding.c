/* What the organisation has when the simulation begins: records of several people that name each other, so
 * that from the first step on there is something to carry, to lose and to hold as a title.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/validate.h"
#include "tests/simulation/read.h"
#include "tests/simulation/truth.h"

#define PERCENT_NAMED 75

static const struct {
  const char *entity;
  guint n;
} founded[] = { { "account", 14 },     { "contact", 16 }, { "lead", 6 },
                { "opportunity", 12 }, { "task", 16 },    { "note", 10 } };

typedef struct {
  SimWorld *world;
  GPtrArray *records; /* made so far */
} Founding;

/* One that was made before and that the field may name; NULL: there is none. */
static SatchelValue *
name_one (const Founding *founding, const SatchelField *field)
{
  const guint from = sim_random (founding->world, MAX (founding->records->len, 1));
  for (guint i = 0; i < founding->records->len; i++) {
    const SatchelRecord *record = founding->records->pdata[(from + i) % founding->records->len];
    if (satchel_field_allows_target (field, record->entity->name))
      return satchel_value_new_lookup (record->entity->name, record->id);
  }
  return NULL;
}

static SatchelValue *
fill (const Founding *founding, const SatchelRecord *record, const SatchelField *field)
{
  const gboolean required = field->requirement == SATCHEL_REQUIREMENT_REQUIRED;
  if (field->type == SATCHEL_TYPE_LOOKUP && (required || field->carry || g_str_equal (field->name, "parent")))
    return required || sim_chance (founding->world, PERCENT_NAMED) ? name_one (founding, field) : NULL;
  if (field == record->entity->title || (required && field->type == SATCHEL_TYPE_STRING)) {
    g_autofree char *text = g_strdup_printf ("%s no. %02u", record->entity->label, founding->records->len);
    return satchel_value_new_string (text);
  }
  return NULL;
}

static SatchelRecord *
make (const Founding *founding, const SatchelEntity *entity)
{
  SimWorld *world = founding->world;
  const GPtrArray *users = sim_truth_list (sim_truth_get (world), "user");
  const SimRow *owner = users->pdata[sim_random (world, users->len)];
  g_autofree char *id = satchel_id_new (&world->clock);
  SatchelRecord *record = satchel_record_new (entity, id);
  g_autoptr (SatchelValue) own = satchel_value_new_lookup ("user", owner->record->id);
  satchel_rules_apply_defaults (record, owner->record->id, world->now_ms);
  satchel_record_set (record, satchel_entity_owner_field (entity), own);
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    g_autoptr (SatchelValue) value =
        satchel_field_is_writable (field) && satchel_record_get (record, field) == NULL
            ? fill (founding, record, field)
            : NULL;
    if (value != NULL)
      satchel_record_set (record, field, value);
  }
  return record;
}

void
sim_found_records (SimWorld *world)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  const Founding founding = { world, records };
  SatchelRegistry *registry = satchel_server_get_registry (world->server);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (founded); i++)
    for (guint n = 0; n < founded[i].n; n++)
      g_ptr_array_add (records, make (&founding, satchel_registry_find (registry, founded[i].entity)));
  sim_check (world, satchel_server_load (world->server, NULL, records, world->now_ms, &error), error,
             "founding");
}
