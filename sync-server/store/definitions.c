/* Table metadata, the registries made from it, and the entity tables that follow them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/definitions.h"

#include "protocol/error.h"
#include "protocol/metadata/succession.h"
#include "protocol/predicate/predicate.h"
#include "protocol/rules/validate.h"
#include "protocol/sqlite/entity-table.h"
#include "sync-server/store/checksums.h"

struct _SatchelDefinitions {
  gatomicrefcount references;
  SatchelRegistry *base;
  GMutex lock;
  GHashTable *by_version; /* gint64* → SatchelRegistry */
  SatchelRegistry *latest;
};

SatchelDefinitions *
satchel_definitions_new (SatchelRegistry *base)
{
  SatchelDefinitions *definitions = g_new0 (SatchelDefinitions, 1);

  g_atomic_ref_count_init (&definitions->references);
  definitions->base = satchel_registry_ref (base);
  g_mutex_init (&definitions->lock);
  definitions->by_version =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)satchel_registry_unref);
  definitions->latest = base;
  return definitions;
}

SatchelDefinitions *
satchel_definitions_ref (SatchelDefinitions *definitions)
{
  g_atomic_ref_count_inc (&definitions->references);
  return definitions;
}

void
satchel_definitions_unref (SatchelDefinitions *definitions)
{
  if (!g_atomic_ref_count_dec (&definitions->references))
    return;
  g_hash_table_unref (definitions->by_version);
  satchel_registry_unref (definitions->base);
  g_mutex_clear (&definitions->lock);
  g_free (definitions);
}

SatchelRegistry *
satchel_definitions_get_base (SatchelDefinitions *definitions)
{
  return definitions->base;
}

SatchelRegistry *
satchel_definitions_get_latest (SatchelDefinitions *definitions)
{
  SatchelRegistry *latest;

  g_mutex_lock (&definitions->lock);
  latest = definitions->latest;
  g_mutex_unlock (&definitions->lock);
  return latest;
}

/* ---- what holds ---- */

char *
satchel_definitions_read (SatchelDatabase *database, gint64 version, GError **error)
{
  SatchelStatement *statement;
  char *text;

  if (version == 0)
    return satchel_metadata_join (NULL, 0, error);
  statement = satchel_database_prepare (database, "SELECT text FROM metadata WHERE version = ?", error);
  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, version);
  if (!satchel_statement_take_text (statement, &text, error))
    return NULL;
  if (text == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                 "version %" G_GINT64_FORMAT " of the definitions is missing", version);
  return text;
}

/* With the lock. */
static SatchelRegistry *
find_or_make (SatchelDefinitions *definitions, SatchelDatabase *database, gint64 version, GError **error)
{
  SatchelRegistry *registry = g_hash_table_lookup (definitions->by_version, &version);
  g_autofree char *text = NULL;

  if (version == 0)
    return definitions->base;
  if (registry != NULL)
    return registry;
  text = satchel_definitions_read (database, version, error);
  if (text == NULL)
    return NULL;
  registry = satchel_registry_amend (
      definitions->base, &(SatchelMetadataDocument){ "the organisation's definitions", text }, 1, error);
  if (registry != NULL && !satchel_succession_check_program (definitions->base, registry, error))
    g_clear_pointer (&registry, satchel_registry_unref);
  if (registry != NULL)
    g_hash_table_insert (definitions->by_version, g_memdup2 (&version, sizeof version), registry);
  return registry;
}

SatchelRegistry *
satchel_definitions_load (SatchelDefinitions *definitions, SatchelDatabase *database, gint64 *version,
                          GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, "SELECT metadata FROM clock", error);
  SatchelRegistry *registry;

  if (statement == NULL || !satchel_statement_take_integer (statement, 0, version, error))
    return NULL;
  g_mutex_lock (&definitions->lock);
  registry = find_or_make (definitions, database, *version, error);
  if (registry != NULL)
    definitions->latest = registry;
  g_mutex_unlock (&definitions->lock);
  return registry;
}

/* ---- changing ---- */

gboolean
satchel_definitions_write (SatchelDatabase *database, const char *text, const char *digest, gint64 s,
                           gint64 at_ms, const char *user, gint64 *version, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database,
                                "INSERT INTO metadata (s, at_ms, user, digest, text) VALUES (?, ?, ?, ?, ?)"
                                " RETURNING version",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  satchel_statement_bind_integer (statement, 2, at_ms);
  satchel_statement_bind_text (statement, 3, user);
  satchel_statement_bind_text (statement, 4, digest);
  satchel_statement_bind_text (statement, 5, text);
  if (!satchel_statement_take_integer (statement, 0, version, error))
    return FALSE;
  statement = satchel_database_prepare (database, "UPDATE clock SET metadata = ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, *version);
  return satchel_statement_run (statement, error);
}

static gboolean
make_table (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GPtrArray) added = satchel_entity_table_list_missing (database, entity, "e", error);

  if (added == NULL || !satchel_entity_table_ensure (database, entity, "e", error) ||
      !satchel_checksums_ensure (database, entity, error))
    return FALSE;
  for (guint i = 0; i < added->len; i++) {
    g_autoptr (SatchelValue) value = satchel_rules_dup_fill (added->pdata[i]);

    if (value != NULL && (!satchel_checksums_fill (database, entity, added->pdata[i], value, error) ||
                          !satchel_entity_table_fill (database, entity, "e", added->pdata[i], value, error)))
      return FALSE;
  }
  return satchel_entity_search_ensure (database, entity, error);
}

gboolean
satchel_definitions_make_tables (SatchelDatabase *database, SatchelRegistry *registry, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    if (!make_table (database, entities[i], error))
      return FALSE;
  return TRUE;
}

gboolean
satchel_definitions_count_misfits (SatchelDatabase *database, const SatchelEntity *entity,
                                   const SatchelField *field, gint64 *n, GError **error)
{
  const char *column = satchel_sql_column (field);
  g_autoptr (GString) sql = g_string_new (NULL);
  SatchelStatement *statement;

  /* length() counts characters, up to the first NUL, which no value holds. */
  g_string_append_printf (sql, "SELECT count(*) FROM %s WHERE FALSE", satchel_sql_table (entity));
  if (field->type == SATCHEL_TYPE_STRING || field->type == SATCHEL_TYPE_TEXT)
    g_string_append_printf (sql, " OR length (%s) > %u", column, field->max_chars);
  if (field->has_minimum)
    g_string_append_printf (sql, " OR %s < %" G_GINT64_FORMAT, column, field->minimum);
  if (field->has_maximum)
    g_string_append_printf (sql, " OR %s > %" G_GINT64_FORMAT, column, field->maximum);
  statement = satchel_database_prepare (database, sql->str, error);
  return statement != NULL && satchel_statement_take_integer (statement, 0, n, error);
}
