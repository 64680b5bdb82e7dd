/* What the makers of the demo's records share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-world.h"

/* ---- records ---- */

SatchelDemoRecord *
satchel_demo_add_entry (SatchelDemoWorld *world, const char *entity, guint rank, guint owner, guint index)
{
  g_autofree char *name = g_strdup_printf ("%s:%u", entity, index), *id = satchel_demo_id (world->seed, name);
  SatchelDemoRecord *entry = g_new0 (SatchelDemoRecord, 1);

  entry->record = satchel_record_new (satchel_registry_find (world->registry, entity), id);
  entry->rank = rank;
  entry->owner = owner;
  g_ptr_array_add (world->records, entry);
  if (owner < world->n_owners) {
    g_autoptr (SatchelValue) value = satchel_value_new_lookup ("user", world->owners[owner].id);

    satchel_record_set_by_name (entry->record, "owner", value);
  }
  return entry;
}

SatchelRecord *
satchel_demo_add (SatchelDemoWorld *world, const char *entity, guint rank, guint owner, gint64 created_at_ms,
                  guint index)
{
  SatchelDemoRecord *entry = satchel_demo_add_entry (world, entity, rank, owner, index);

  entry->created_at_ms = created_at_ms;
  return entry->record;
}

void
satchel_demo_free_record (gpointer data)
{
  SatchelDemoRecord *entry = data;

  satchel_record_free (entry->record);
  g_free (entry);
}

void
satchel_demo_set (SatchelRecord *record, const char *field_name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, field_name);
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return;
  if (!satchel_value_from_text (field, text, &value, &error))
    g_error ("demo: %s.%s: %s", record->entity->name, field_name, error->message);
  satchel_record_set (record, field, value);
}

void
satchel_demo_set_number (SatchelRecord *record, const char *field, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  satchel_demo_set (record, field, text);
}

void
satchel_demo_set_date (SatchelRecord *record, const char *field, gint64 at_ms)
{
  g_autofree char *text = satchel_date_from_days (at_ms / DAY_MS);

  satchel_demo_set (record, field, text);
}

void
satchel_demo_set_instant (SatchelRecord *record, const char *field, gint64 at_ms)
{
  g_autofree char *text = satchel_instant_to_text (at_ms);

  satchel_demo_set (record, field, text);
}

void
satchel_demo_set_lookup (SatchelRecord *record, const char *field, const char *entity, const char *id)
{
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, id);

  satchel_record_set_by_name (record, field, value);
}

/* Sentences of the account's language; seldom very many. */
char *
satchel_demo_prose (SatchelDemoWorld *world, const SatchelDemoLanguage *language, guint most)
{
  GString *prose = g_string_new (NULL);
  guint n_known = g_strv_length ((char **)language->sentences);
  guint first = satchel_chance_below (world->random, n_known);
  guint n =
      satchel_chance_percent (world->random, 1) ? most * 8 : 1 + satchel_chance_skewed (world->random, most);
  gboolean spaced = !g_str_equal (language->language, "zh");

  for (guint i = 0; i < n; i++) {
    if (i > 0 && i % 5 == 0)
      g_string_append_c (prose, '\n');
    else if (i > 0 && spaced)
      g_string_append_c (prose, ' ');
    g_string_append (prose, language->sentences[(first + i) % n_known]);
  }
  return g_string_free (prose, FALSE);
}

char *
satchel_demo_replace (const char *text, const char *mark, const char *by)
{
  GString *result = g_string_new (text);

  g_string_replace (result, mark, by, 0);
  return g_string_free (result, FALSE);
}

void
satchel_demo_add_subject (SatchelDemoAccount *account, const char *entity, const char *id,
                          gint64 created_at_ms)
{
  const SatchelDemoSubject subject = { entity, id, created_at_ms };

  g_array_append_val (account->subjects, subject);
}

const SatchelDemoSubject *
satchel_demo_pick_subject (SatchelDemoWorld *world, const SatchelDemoAccount *account)
{
  return &g_array_index (account->subjects, SatchelDemoSubject,
                         satchel_chance_below (world->random, account->subjects->len));
}

guint
satchel_demo_pick_product (SatchelDemoWorld *world, gboolean machine)
{
  guint i;

  do
    i = satchel_chance_below (world->random, world->products->len);
  while (SATCHEL_DEMO_PRODUCTS[i].machine != machine);
  return i;
}

SatchelDemoAccount *
satchel_demo_pick_account (SatchelDemoWorld *world)
{
  return world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
}
