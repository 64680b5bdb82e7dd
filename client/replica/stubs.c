/* The table of stubs, and who still names them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/stubs.h"

#include <string.h>

#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/stub-table.h"

/* Beyond it all stubs are looked at: one statement for many is cheaper than many for one. */
#define MOST_NOTED 5000

const char satchel_stubs_schema[] = SATCHEL_STUB_TABLE;

struct _SatchelStubWatch {
  SatchelDatabase *database;
  SatchelRegistry *registry;
  gboolean any;      /* there were stubs when the pull began: later ones are named by what it brings */
  gboolean all;      /* too many were noted: look at every stub */
  GHashTable *noted; /* ids that a row named before it was changed */
};

/* ---- single stubs ---- */

char *
satchel_stubs_dup_title (SatchelDatabase *database, const char *entity, const char *id)
{
  SatchelStatement *statement =
      satchel_database_prepare (database, "SELECT title FROM stub WHERE id = ? AND entity = ?", NULL);
  char *title;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_text (statement, 2, entity);
  return satchel_statement_take_text (statement, &title, NULL) ? title : NULL;
}

char *
satchel_stubs_title_sql (const char *id)
{
  return g_strdup_printf ("(SELECT s.title FROM stub s WHERE s.id = %s)", id);
}

gboolean
satchel_stubs_put (SatchelDatabase *database, const SatchelEntity *entity, const char *id, const char *title,
                   GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      database, "INSERT OR REPLACE INTO stub (id, entity, title) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_text (statement, 2, entity->name);
  satchel_statement_bind_text (statement, 3, title);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_stubs_remove (SatchelDatabase *database, const char *id, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, "DELETE FROM stub WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_stubs_clear (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database, "DELETE FROM stub WHERE ?1 IS NULL OR entity = ?1", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity != NULL ? entity->name : NULL);
  return satchel_statement_run (statement, error);
}

/* ---- who names them ---- */

static void
append_unnamed (GString *sql, const SatchelReference *reference, const char *prefix, const char *target)
{
  g_string_append_printf (sql, " AND NOT EXISTS (SELECT 1 FROM \"%s_%s\" r WHERE r.%s = ", prefix,
                          reference->entity->name, satchel_sql_column (reference->field));
  if (reference->field->n_targets > 1)
    g_string_append_printf (sql, "'%s:' || ", target);
  g_string_append (sql, "stub.id)");
}

/* The shown rows first: their lookups have indexes, the few kept aside have none. */
static char *
drop_sql (SatchelRegistry *registry, const SatchelEntity *entity, gboolean among)
{
  static const char *const prefixes[] = { "e", "base" };
  GString *sql = g_string_new ("DELETE FROM stub WHERE entity = ?1");
  guint n_references;
  const SatchelReference *references = satchel_registry_get_references (registry, entity, &n_references);

  if (among)
    g_string_append (sql, " AND id IN (SELECT value FROM json_each (?2))");
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    for (guint j = 0; j < n_references; j++)
      if (references[j].field->type == SATCHEL_TYPE_LOOKUP)
        append_unnamed (sql, &references[j], prefixes[i], entity->name);
  return g_string_free (sql, FALSE);
}

/* @among: JSON array of ids, or NULL for all. */
static gboolean
drop_unnamed (SatchelDatabase *database, SatchelRegistry *registry, const char *among, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    g_autofree char *sql = NULL;
    SatchelStatement *statement;

    if (entities[i]->carry == SATCHEL_CARRY_ALWAYS)
      continue;
    sql = drop_sql (registry, entities[i], among != NULL);
    statement = satchel_database_prepare (database, sql, error);
    if (statement == NULL)
      return FALSE;
    satchel_statement_bind_text (statement, 1, entities[i]->name);
    if (among != NULL)
      satchel_statement_bind_text (statement, 2, among);
    if (!satchel_statement_run (statement, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_stubs_sweep (SatchelDatabase *database, SatchelRegistry *registry, GError **error)
{
  return drop_unnamed (database, registry, NULL, error);
}

/* ---- watching a pull ---- */

SatchelStubWatch *
satchel_stub_watch_new (SatchelDatabase *database, SatchelRegistry *registry, GError **error)
{
  g_autoptr (SatchelStubWatch) watch = g_new0 (SatchelStubWatch, 1);
  SatchelStatement *statement = satchel_database_prepare (database, "SELECT 1 FROM stub LIMIT 1", error);
  gint64 any;

  watch->database = database;
  watch->registry = registry;
  watch->noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &any, error))
    return NULL;
  watch->any = any != 0;
  return g_steal_pointer (&watch);
}

void
satchel_stub_watch_free (SatchelStubWatch *watch)
{
  if (watch == NULL)
    return;
  g_hash_table_unref (watch->noted);
  g_free (watch);
}

static gboolean
may_name_stub (SatchelRegistry *registry, const SatchelField *field)
{
  if (field->type != SATCHEL_TYPE_LOOKUP)
    return FALSE;
  for (guint i = 0; i < field->n_targets; i++) {
    const SatchelEntity *target = satchel_registry_find (registry, field->targets[i]);

    if (target != NULL && target->carry != SATCHEL_CARRY_ALWAYS)
      return TRUE;
  }
  return FALSE;
}

static void
append_names (GString *sql, SatchelRegistry *registry, const SatchelEntity *entity, const char *prefix)
{
  const char *separator = "SELECT ";

  for (guint i = 0; i < entity->n_fields; i++) {
    if (!may_name_stub (registry, entity->fields[i]))
      continue;
    g_string_append_printf (sql, "%s%s", separator, satchel_sql_column (entity->fields[i]));
    separator = ", ";
  }
  if (*separator == ',')
    g_string_append_printf (sql, " FROM \"%s_%s\" WHERE id = ?1", prefix, entity->name);
}

/* "" when no lookup of the entity can name a stub. */
static const char *
names_sql (SatchelStubWatch *watch, const SatchelEntity *entity)
{
  static const char purpose[] = "names of stubs";
  const char *text = satchel_database_find_text (watch->database, entity, purpose);
  GString *sql;

  if (text != NULL)
    return text;
  sql = g_string_new (NULL);
  append_names (sql, watch->registry, entity, "e");
  if (sql->len > 0) {
    g_string_append (sql, " UNION ALL ");
    append_names (sql, watch->registry, entity, "base");
  }
  return satchel_database_keep_text (watch->database, entity, purpose, g_string_free (sql, FALSE));
}

/* A lookup of several targets is stored as "entity:id". */
static void
note_name (SatchelStubWatch *watch, const char *stored)
{
  const char *colon = stored != NULL ? strchr (stored, ':') : NULL;

  if (stored != NULL)
    g_hash_table_add (watch->noted, g_strdup (colon != NULL ? colon + 1 : stored));
}

gboolean
satchel_stub_watch_note (SatchelStubWatch *watch, const SatchelEntity *entity, const char *id, GError **error)
{
  const char *sql = watch->any && !watch->all ? names_sql (watch, entity) : "";
  SatchelStatement *statement;
  gboolean row = TRUE;

  if (*sql == '\0')
    return TRUE;
  if (g_hash_table_size (watch->noted) > MOST_NOTED) {
    satchel_stub_watch_note_all (watch);
    return TRUE;
  }
  statement = satchel_database_prepare (watch->database, sql, error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    for (int i = 0; i < satchel_statement_get_n_columns (statement); i++)
      note_name (watch, satchel_statement_get_text (statement, i));
  }
  return FALSE;
}

void
satchel_stub_watch_note_all (SatchelStubWatch *watch)
{
  watch->all = TRUE;
  g_hash_table_remove_all (watch->noted);
}

/* Ids hold nothing that JSON would escape. */
static char *
noted_to_json (SatchelStubWatch *watch)
{
  GString *json = g_string_new ("[");
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, watch->noted);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_string_append_printf (json, "%s\"%s\"", json->len > 1 ? "," : "", (const char *)id);
  return g_string_free (g_string_append_c (json, ']'), FALSE);
}

gboolean
satchel_stub_watch_collect (SatchelStubWatch *watch, GError **error)
{
  g_autofree char *among = NULL;

  if (watch->all)
    return satchel_stubs_sweep (watch->database, watch->registry, error);
  if (g_hash_table_size (watch->noted) == 0)
    return TRUE;
  among = noted_to_json (watch);
  return drop_unnamed (watch->database, watch->registry, among, error);
}
