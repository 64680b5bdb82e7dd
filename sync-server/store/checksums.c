/* Sums kept with their rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "satchel-checksums"

#include "sync-server/store/checksums.h"

#include <string.h>

#include "sync-server/store/checksums-private.h"
#include "sync-server/store/people.h"

/* ---- fragments ---- */

void
satchel_fragments_init (SatchelFragments *fragments, const SatchelEntity *entity)
{
  fragments->n = 1;
  fragments->classes[0] = NULL;
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (field->secured == NULL || satchel_fragments_index (fragments, field) < fragments->n)
      continue;
    g_assert (fragments->n < SATCHEL_MAX_FRAGMENTS);
    fragments->classes[fragments->n++] = field->secured;
  }
}

/* The number of fragments for one that is not there. */
guint
satchel_fragments_index (const SatchelFragments *fragments, const SatchelField *field)
{
  guint i = 0;

  if (field->secured != NULL)
    for (i = 1; i < fragments->n && !g_str_equal (fragments->classes[i], field->secured);)
      i++;
  return i;
}

static char *
dup_column (const SatchelFragments *fragments, guint i)
{
  return i == 0 ? g_strdup ("k") : g_strdup_printf ("\"k_%s\"", fragments->classes[i]);
}

void
satchel_fragments_append_columns (GString *sql, const SatchelFragments *fragments)
{
  for (guint i = 0; i < fragments->n; i++) {
    g_autofree char *column = dup_column (fragments, i);

    g_string_append_printf (sql, ", k.%s", column);
  }
}

/* ---- sums ---- */

guint64
satchel_checksum_column (SatchelStatement *statement, int column, const SatchelField *field, guint64 presence)
{
  const char *text;
  gsize size;

  if (satchel_statement_is_null (statement, column))
    return 0;
  if (satchel_type_is_stored_integer (field->type))
    return satchel_checksum_integer (presence, field->name,
                                     satchel_statement_get_integer (statement, column));
  text = satchel_statement_get_blob (statement, column, &size);
  return satchel_checksum_text (presence, field->name, text, size);
}

void
satchel_checksums_compute (SatchelStatement *statement, const SatchelEntity *entity,
                           const SatchelFragments *fragments, SatchelSums sums)
{
  const guint64 presence =
      satchel_checksum_presence (entity->name, satchel_statement_get_text (statement, SATCHEL_ID_COLUMN));

  sums[0] = presence;
  for (guint i = 1; i < fragments->n; i++)
    sums[i] = 0;
  for (guint i = 0; i < entity->n_fields; i++)
    sums[satchel_fragments_index (fragments, entity->fields[i])] +=
        satchel_checksum_column (statement, SATCHEL_FIRST_COLUMN + (int)i, entity->fields[i], presence);
}

void
satchel_checksums_get (SatchelStatement *statement, int first, const SatchelFragments *fragments,
                       SatchelSums sums)
{
  for (guint i = 0; i < fragments->n; i++)
    sums[i] = (guint64)satchel_statement_get_integer (statement, first + (int)i);
}

static void
sum_record (const SatchelRecord *record, const SatchelFragments *fragments, SatchelSums sums)
{
  for (guint i = 0; i < fragments->n; i++)
    sums[i] = satchel_checksum_fragment (record, fragments->classes[i]);
}

gboolean
satchel_fragments_are_equal (const SatchelFragments *fragments, const SatchelSums a, const SatchelSums b)
{
  return memcmp (a, b, fragments->n * sizeof *a) == 0;
}

/* ---- statements ---- */

/* Purposes of texts that are kept. */
static const char read_sums[] = "read sums", put_sums[] = "put sums", delete_sums[] = "delete sums";

static const char *
read_sql (SatchelDatabase *database, const SatchelEntity *entity, const SatchelFragments *fragments)
{
  const char *known = satchel_database_find_text (database, entity, read_sums);
  GString *sql;

  if (known != NULL)
    return known;
  sql = g_string_new ("SELECT k.row");
  satchel_fragments_append_columns (sql, fragments);
  g_string_append_printf (sql, " FROM \"k_%s\" k WHERE k.row = ?", entity->name);
  return satchel_database_keep_text (database, entity, read_sums, g_string_free (sql, FALSE));
}

static const char *
put_sql (SatchelDatabase *database, const SatchelEntity *entity, const SatchelFragments *fragments)
{
  const char *known = satchel_database_find_text (database, entity, put_sums);
  GString *sql;

  if (known != NULL)
    return known;
  sql = g_string_new (NULL);
  g_string_append_printf (sql, "INSERT OR REPLACE INTO \"k_%s\" (row, tail", entity->name);
  for (guint i = 0; i < fragments->n; i++) {
    g_autofree char *column = dup_column (fragments, i);

    g_string_append_printf (sql, ", %s", column);
  }
  g_string_append (sql, ") VALUES (?, ?");
  for (guint i = 0; i < fragments->n; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  return satchel_database_keep_text (database, entity, put_sums, g_string_free (sql, FALSE));
}

gboolean
satchel_checksums_put (SatchelDatabase *database, const SatchelEntity *entity,
                       const SatchelFragments *fragments, gint64 row, const char *id, const SatchelSums sums,
                       GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database, put_sql (database, entity, fragments), error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, row);
  satchel_statement_bind_integer (statement, 2, (gint64)satchel_checksum_tail (id));
  for (guint i = 0; i < fragments->n; i++)
    satchel_statement_bind_integer (statement, 3 + (int)i, (gint64)sums[i]);
  return satchel_statement_run (statement, error);
}

/* *found FALSE: none are kept. */
static gboolean
read_row (SatchelDatabase *database, const SatchelEntity *entity, const SatchelFragments *fragments,
          gint64 row, SatchelSums sums, gboolean *found, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database, read_sql (database, entity, fragments), error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, row);
  if (!satchel_statement_step (statement, found, error))
    return FALSE;
  if (*found) {
    satchel_checksums_get (statement, 1, fragments, sums);
    satchel_statement_reset (statement);
  }
  return TRUE;
}

static gboolean
delete_row (SatchelDatabase *database, const SatchelEntity *entity, gint64 row, GError **error)
{
  const char *sql = satchel_database_find_text (database, entity, delete_sums);
  SatchelStatement *statement;

  if (sql == NULL)
    sql = satchel_database_keep_text (database, entity, delete_sums,
                                      g_strdup_printf ("DELETE FROM \"k_%s\" WHERE row = ?", entity->name));
  statement = satchel_database_prepare (database, sql, error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, row);
  return satchel_statement_run (statement, error);
}

/* ---- the table ---- */

static gboolean
read_columns (SatchelDatabase *database, const SatchelEntity *entity, GHashTable *columns, GError **error)
{
  g_autofree char *table = g_strconcat ("k_", entity->name, NULL);
  SatchelStatement *statement =
      satchel_database_prepare (database, "SELECT name FROM pragma_table_info(?, 'main')", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, table);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    g_hash_table_add (columns, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return FALSE;
}

static gboolean
sum_all (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  SatchelFragments fragments;
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s r", satchel_entity_table_columns (entity),
                                          satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  SatchelSums sums;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_fragments_init (&fragments, entity);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    satchel_checksums_compute (statement, entity, &fragments, sums);
    if (!satchel_checksums_put (database, entity, &fragments,
                                satchel_statement_get_integer (statement, SATCHEL_ROW_COLUMN),
                                satchel_statement_get_text (statement, SATCHEL_ID_COLUMN), sums, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_checksums_ensure (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GHashTable) columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) sql = g_string_new (NULL);
  SatchelFragments fragments;
  gboolean is_new;

  if (!read_columns (database, entity, columns, error))
    return FALSE;
  is_new = g_hash_table_size (columns) == 0;
  if (is_new)
    g_string_append_printf (sql,
                            "CREATE TABLE \"k_%s\" (row INTEGER PRIMARY KEY, tail INTEGER NOT NULL,"
                            " k INTEGER NOT NULL) STRICT;",
                            entity->name);
  satchel_fragments_init (&fragments, entity);
  for (guint i = 1; i < fragments.n; i++) {
    g_autofree char *name = g_strconcat ("k_", fragments.classes[i], NULL);

    if (!g_hash_table_contains (columns, name))
      g_string_append_printf (sql, "ALTER TABLE \"k_%s\" ADD COLUMN \"%s\" INTEGER NOT NULL DEFAULT 0;",
                              entity->name, name);
  }
  return satchel_database_execute (database, sql->str, error) &&
         (!is_new || sum_all (database, entity, error));
}

/* ---- one row ---- */

/* What is about to go out of check's sight. */
static gboolean
note_damage (SatchelStore *store, const SatchelCommit *commit, const SatchelEntity *entity, const char *id,
             GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s %s", entity->name, id);

  return satchel_people_audit (store, commit->at_ms, commit->user, commit->device, "damaged", name, error);
}

static void
tell (const SatchelRecord *record)
{
  g_message ("%s %s is not what was written: see “satchel-server check”", record->entity->name, record->id);
}

gboolean
satchel_checksums_add (SatchelStore *store, const SatchelCommit *commit, const SatchelRecord *record,
                       gint64 row, GError **error)
{
  const SatchelEntity *entity = record->entity;
  SatchelFragments fragments;
  SatchelSums sums;
  gboolean is_kept;

  /* A sum without a row: that vanished, and its number is given anew. */
  satchel_fragments_init (&fragments, entity);
  if (!read_row (store->database, entity, &fragments, row, sums, &is_kept, error) ||
      (is_kept && !note_damage (store, commit, entity, "lost a row", error)))
    return FALSE;
  sum_record (record, &fragments, sums);
  return satchel_checksums_put (store->database, entity, &fragments, row, record->id, sums, error);
}

/* Adds what the fields differ in. */
static void
add_difference (const SatchelRecord *before, const SatchelRecord *after, const SatchelFragments *fragments,
                SatchelSums sums)
{
  const SatchelEntity *entity = after->entity;
  const guint64 presence = satchel_checksum_presence (entity->name, after->id);

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (!satchel_value_equal (before->values[i], after->values[i]))
      sums[satchel_fragments_index (fragments, field)] +=
          satchel_checksum_value (presence, field, after->values[i]) -
          satchel_checksum_value (presence, field, before->values[i]);
  }
}

gboolean
satchel_checksums_change (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after,
                          gint64 row, GError **error)
{
  const SatchelEntity *entity = after->entity;
  SatchelFragments fragments;
  SatchelSums kept, found;
  gboolean is_kept;

  satchel_fragments_init (&fragments, entity);
  if (!read_row (store->database, entity, &fragments, row, kept, &is_kept, error))
    return FALSE;
  sum_record (before, &fragments, found);
  if (!is_kept || !satchel_fragments_are_equal (&fragments, kept, found))
    tell (before);
  if (!is_kept)
    return TRUE;
  add_difference (before, after, &fragments, kept);
  return satchel_checksums_put (store->database, entity, &fragments, row, after->id, kept, error);
}

gboolean
satchel_checksums_remove (SatchelStore *store, const SatchelCommit *commit, const SatchelRecord *record,
                          gint64 row, GError **error)
{
  const SatchelEntity *entity = record->entity;
  SatchelFragments fragments;
  SatchelSums kept, found;
  gboolean is_kept;

  satchel_fragments_init (&fragments, entity);
  if (!read_row (store->database, entity, &fragments, row, kept, &is_kept, error))
    return FALSE;
  sum_record (record, &fragments, found);
  if (!is_kept || !satchel_fragments_are_equal (&fragments, kept, found)) {
    tell (record);
    if (!note_damage (store, commit, entity, record->id, error))
      return FALSE;
  }
  return delete_row (store->database, entity, row, error);
}

/* ---- many rows ---- */

/* @field becomes @value in the rows of which @condition holds, whose parameter is @text. */
static gboolean
set_many (SatchelDatabase *database, const SatchelEntity *entity, const SatchelField *field,
          const SatchelValue *value, const char *condition, const char *text, GError **error)
{
  SatchelFragments fragments;
  g_autoptr (GString) sql = g_string_new ("SELECT r.row, r.id, r.");
  SatchelStatement *statement;
  gboolean row;
  guint index;

  satchel_fragments_init (&fragments, entity);
  index = satchel_fragments_index (&fragments, field);
  g_string_append (sql, satchel_sql_column (field));
  satchel_fragments_append_columns (sql, &fragments);
  g_string_append_printf (sql, " FROM %s r CROSS JOIN \"k_%s\" k ON k.row = r.row WHERE %s",
                          satchel_sql_table (entity), entity->name, condition);
  statement = satchel_database_prepare (database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  if (text != NULL)
    satchel_statement_bind_text (statement, 1, text);
  while (satchel_statement_step (statement, &row, error)) {
    const char *id;
    guint64 presence;
    SatchelSums sums;

    if (!row)
      return TRUE;
    id = satchel_statement_get_text (statement, 1);
    presence = satchel_checksum_presence (entity->name, id);
    satchel_checksums_get (statement, 3, &fragments, sums);
    sums[index] += satchel_checksum_value (presence, field, value) -
                   satchel_checksum_column (statement, 2, field, presence);
    if (!satchel_checksums_put (database, entity, &fragments, satchel_statement_get_integer (statement, 0),
                                id, sums, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_checksums_fill (SatchelDatabase *database, const SatchelEntity *entity, const SatchelField *field,
                        const SatchelValue *value, GError **error)
{
  g_autofree char *is_empty = g_strdup_printf ("r.%s IS NULL", satchel_sql_column (field));

  return set_many (database, entity, field, value, is_empty, NULL, error);
}

gboolean
satchel_checksums_move (SatchelDatabase *database, const SatchelEntity *entity, const char *owner,
                        const SatchelValue *unit, GError **error)
{
  return set_many (database, entity, satchel_entity_unit_field (entity), unit, "r.f_owner = ?1", owner,
                   error);
}

/* ---- asking ---- */

static gboolean
is_hidden (const char *class, GPtrArray *hidden)
{
  for (guint i = 0; class != NULL && i < hidden->len; i++) {
    if (g_str_equal (hidden->pdata[i], class))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_checksums_visit (SatchelStore *store, const SatchelEntity *entity, GPtrArray *hidden,
                         const SatchelConditions *select, SatchelChecksumFunc visit, gpointer data,
                         GError **error)
{
  SatchelFragments fragments;
  g_autoptr (GString) sql = g_string_new ("SELECT k.row, k.tail");
  SatchelStatement *statement;
  gboolean row;

  satchel_fragments_init (&fragments, entity);
  satchel_fragments_append_columns (sql, &fragments);
  g_string_append_printf (sql, " FROM (%s) c CROSS JOIN \"k_%s\" k ON k.row = c.row", select->sql->str,
                          entity->name);
  statement = satchel_database_prepare (store->database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (select, statement);
  while (satchel_statement_step (statement, &row, error)) {
    SatchelSums sums;
    guint64 sum = 0;

    if (!row)
      return TRUE;
    satchel_checksums_get (statement, 2, &fragments, sums);
    for (guint i = 0; i < fragments.n; i++)
      sum += is_hidden (fragments.classes[i], hidden) ? 0 : sums[i];
    if (!visit (satchel_statement_get_integer (statement, 0),
                (guint64)satchel_statement_get_integer (statement, 1), sum, data, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_checksums_visit_computed (SatchelStore *store, const SatchelTextForm *form, gint64 row,
                                  SatchelChecksumFunc visit, gpointer data, GError **error)
{
  const SatchelEntity *entity = form->entity;
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s r WHERE r.row = ?",
                                          satchel_entity_table_columns (entity), satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  guint64 presence, sum, tail;
  const char *id;
  gboolean found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, row);
  if (!satchel_statement_step (statement, &found, error) || !found)
    return found;
  id = satchel_statement_get_text (statement, SATCHEL_ID_COLUMN);
  presence = sum = satchel_checksum_presence (entity->name, id);
  tail = satchel_checksum_tail (id);
  for (guint i = 0; i < entity->n_fields; i++) {
    if (g_ptr_array_find (form->fields, entity->fields[i], NULL) &&
        !(form->blank && satchel_texts_blanks (entity->fields[i])))
      sum += satchel_checksum_column (statement, SATCHEL_FIRST_COLUMN + (int)i, entity->fields[i], presence);
  }
  satchel_statement_reset (statement);
  return visit (row, tail, sum, data, error);
}
