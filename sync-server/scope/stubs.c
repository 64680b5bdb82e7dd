/* Stubs: the titles of records that carried ones name, that may be read, and that are not carried.
 *
 * Nothing is kept about which stubs a device has. Whatever may make one necessary sends it (again): a row
 * that names it is sent; its title changes; it comes into reach, or out of what is carried. What no row of
 * the device names any more, it drops itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/titles.h"

#include <string.h>

gboolean
satchel_pulling_may_be_stub (SatchelPulling *pull, const SatchelEntity *entity)
{
  const SatchelHolding *now = satchel_holdings_get (pull->now, entity);

  return !now->all && (now->reads_all || now->readable->len > 0);
}

gboolean
satchel_pulling_names_stubs (SatchelPulling *pull, const SatchelField *field)
{
  for (guint i = 0; field->type == SATCHEL_TYPE_LOOKUP && i < field->n_targets; i++) {
    const SatchelEntity *target = satchel_registry_find (pull->store->registry, field->targets[i]);

    if (target != NULL && satchel_pulling_may_be_stub (pull, target))
      return TRUE;
  }
  return FALSE;
}

void
satchel_pulling_add_named (SatchelPulling *pull, const char *entity, const char *id)
{
  g_hash_table_add (pull->named, g_strconcat (entity, ":", id, NULL));
}

void
satchel_pulling_note_named (SatchelPulling *pull, const SatchelTextForm *form, SatchelStatement *row)
{
  for (guint i = 0; i < form->lookups->len; i++) {
    const SatchelField *field = form->lookups->pdata[i];
    const char *stored = satchel_statement_get_text (row, (int)i + 1);

    if (stored == NULL)
      continue;
    if (field->n_targets == 1)
      satchel_pulling_add_named (pull, field->targets[0], stored);
    else if (!g_hash_table_contains (pull->named, stored))
      g_hash_table_add (pull->named, g_strdup (stored));
  }
}

/* ---- who names it ---- */

static gboolean
is_named_by (SatchelPulling *pull, const SatchelReference *reference, const char *entity, const char *id,
             gboolean *named, GError **error)
{
  g_auto (SatchelConditions) select = { 0 };
  g_autoptr (GArray) rows = NULL;

  satchel_conditions_init (&select);
  g_string_append_printf (select.sql, "SELECT row FROM %s WHERE %s = ?",
                          satchel_sql_table (reference->entity), satchel_sql_column (reference->field));
  satchel_conditions_add_text (&select, reference->field->n_targets > 1 ? g_strconcat (entity, ":", id, NULL)
                                                                        : g_strdup (id));
  rows = satchel_texts_select_rows (pull->store, &select, error);
  for (guint i = 0; rows != NULL && i < rows->len && !*named; i++) {
    SatchelVerdict verdict;

    if (!satchel_pulling_judge_one (pull, reference->entity, g_array_index (rows, gint64, i), &verdict,
                                    error))
      return FALSE;
    *named = verdict.carried;
  }
  return rows != NULL;
}

gboolean
satchel_pulling_is_named (SatchelPulling *pull, const SatchelEntity *entity, const char *id, gboolean *named,
                          GError **error)
{
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (pull->store->registry, entity, &n_references);

  *named = FALSE;
  for (guint i = 0; i < n_references && !*named; i++) {
    /* What may not be read names nothing. */
    if (!satchel_holding_hides (satchel_holdings_get (pull->now, references[i].entity),
                                references[i].field) &&
        !is_named_by (pull, &references[i], entity->name, id, named, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- writing ---- */

static gboolean
note_retitled (const char *entity_name, const char *id, gpointer data, GError **error)
{
  SatchelPulling *pull = data;
  const SatchelEntity *entity = satchel_registry_find (pull->store->registry, entity_name);
  gboolean named;

  if (entity == NULL || !satchel_pulling_may_be_stub (pull, entity))
    return TRUE;
  if (!satchel_pulling_is_named (pull, entity, id, &named, error))
    return FALSE;
  if (named)
    satchel_pulling_add_named (pull, entity_name, id);
  return TRUE;
}

/* Those of one entity. */
static gboolean
visit_stubs_of (SatchelPulling *pull, const SatchelEntity *entity, const GArray *rows, SatchelStubFunc visit,
                gpointer data, GError **error)
{
  g_autoptr (GArray) verdicts = satchel_pulling_judge (pull, entity, rows, NULL, error);

  for (guint i = 0; verdicts != NULL && i < verdicts->len; i++) {
    const SatchelVerdict *verdict = &g_array_index (verdicts, SatchelVerdict, i);

    if (!verdict->carried && verdict->readable && !visit (entity, verdict->row, data, error))
      return FALSE;
  }
  return verdicts != NULL;
}

gboolean
satchel_pulling_visit_stubs (SatchelPulling *pull, SatchelStubFunc visit, gpointer data, GError **error)
{
  g_autoptr (GHashTable) rows_of = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  GHashTableIter iter;
  gpointer key, rows;

  g_hash_table_iter_init (&iter, pull->named);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const char *colon = strchr (key, ':');
    g_autofree char *name = g_strndup (key, colon - (const char *)key);
    const SatchelEntity *entity = satchel_registry_find (pull->store->registry, name);
    gint64 row;

    if (entity == NULL || !satchel_pulling_may_be_stub (pull, entity))
      continue;
    if (!satchel_rows_find (pull->store, entity, colon + 1, &row, error))
      return FALSE;
    if (row == 0)
      continue;
    rows = g_hash_table_lookup (rows_of, entity);
    if (rows == NULL) {
      rows = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (rows_of, (gpointer)entity, rows);
    }
    g_array_append_val ((GArray *)rows, row);
  }
  g_hash_table_iter_init (&iter, rows_of);
  while (g_hash_table_iter_next (&iter, &key, &rows)) {
    if (!visit_stubs_of (pull, key, rows, visit, data, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_stub (const SatchelEntity *entity, gint64 row, gpointer data, GError **error)
{
  SatchelPulling *pull = data;
  g_autofree char *header = g_strdup_printf ("{\"entity\":\"%s\",\"stubs\":true}", entity->name);
  g_autofree char *text = satchel_texts_dup_stub (pull->store, entity, row, error);

  return text != NULL && satchel_pulling_put_row (pull, header, text, strlen (text), error);
}

static gboolean
put_named (SatchelPulling *pull, GError **error)
{
  return satchel_pulling_visit_stubs (pull, put_stub, pull, error);
}

gboolean
satchel_pulling_put_stubs (SatchelPulling *pull, GError **error)
{
  return (pull->since < 0 ||
          satchel_titles_visit_changed (pull->store, pull->since, note_retitled, pull, error)) &&
         put_named (pull, error);
}

static gboolean
note_row (const SatchelTextForm *form, const char *text, gsize size, SatchelStatement *row, gpointer data,
          GError **error)
{
  satchel_pulling_note_named (data, form, row);
  return TRUE;
}

/* What the carried rows of @entity name. */
static gboolean
note_all_named (SatchelPulling *pull, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new (), lookups = g_ptr_array_new ();
  const SatchelTextForm form = { entity, fields, lookups, FALSE };
  g_auto (SatchelConditions) select = { 0 };

  for (guint i = 0; i < entity->n_fields; i++) {
    if (satchel_pulling_names_stubs (pull, entity->fields[i]) &&
        !satchel_holding_hides (satchel_holdings_get (pull->now, entity), entity->fields[i]))
      g_ptr_array_add (lookups, (gpointer)entity->fields[i]);
  }
  if (lookups->len == 0)
    return TRUE;
  satchel_conditions_init (&select);
  return satchel_pulling_select_carried (pull, entity, &select, error) &&
         satchel_texts_visit_selected (pull->store, &form, &select, note_row, pull, error);
}

gboolean
satchel_pulling_put_all_stubs (SatchelPulling *pull, GError **error)
{
  static const char line[] = "{\"stubs\":\"clear\"}";
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  if (!satchel_pulling_put_line (pull, line, strlen (line), error))
    return FALSE;
  for (guint i = 0; i < n_entities; i++) {
    if (!note_all_named (pull, entities[i], error))
      return FALSE;
  }
  return put_named (pull, error);
}
