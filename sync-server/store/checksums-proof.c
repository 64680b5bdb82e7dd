/* All rows against their sums.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/checksums-private.h"

#include <string.h>

#include "sync-server/store/people.h"

typedef struct {
  SatchelDatabase *database;
  const SatchelEntity *entity;
  SatchelFragments fragments;
  SatchelDivergenceFunc visit;
  gpointer data;
  GPtrArray *wrong; /* Wrong*: to be written anew; NULL: nothing is */
} Proof;

typedef struct {
  gint64 row;
  char *id;
  SatchelSums sums; /* of what stands there */
} Wrong;

static void
wrong_free (gpointer data)
{
  g_free (((Wrong *)data)->id);
  g_free (data);
}

static void
note_wrong (Proof *proof, SatchelStatement *statement, const SatchelSums sums)
{
  const char *id = satchel_statement_get_text (statement, SATCHEL_ID_COLUMN);

  proof->visit (proof->entity, id, proof->data);
  if (proof->wrong != NULL) {
    Wrong *wrong = g_new (Wrong, 1);

    wrong->row = satchel_statement_get_integer (statement, SATCHEL_ROW_COLUMN);
    wrong->id = g_strdup (id);
    memcpy (wrong->sums, sums, sizeof wrong->sums);
    g_ptr_array_add (proof->wrong, wrong);
  }
}

static gboolean
prove_rows (Proof *proof, GError **error)
{
  const SatchelEntity *entity = proof->entity;
  const int first_kept = SATCHEL_FIRST_COLUMN + (int)entity->n_fields;
  g_autoptr (GString) sql = g_string_new ("SELECT ");
  SatchelStatement *statement;
  gboolean row;

  g_string_append (sql, satchel_entity_table_columns (entity));
  satchel_fragments_append_columns (sql, &proof->fragments);
  g_string_append_printf (sql, " FROM %s r LEFT JOIN \"k_%s\" k ON k.row = r.row", satchel_sql_table (entity),
                          entity->name);
  statement = satchel_database_prepare (proof->database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    SatchelSums kept, found;

    if (!row)
      return TRUE;
    satchel_checksums_compute (statement, entity, &proof->fragments, found);
    satchel_checksums_get (statement, first_kept, &proof->fragments, kept);
    if (satchel_statement_is_null (statement, first_kept) ||
        !satchel_fragments_are_equal (&proof->fragments, kept, found))
      note_wrong (proof, statement, found);
  }
  return FALSE;
}

/* Sums whose rows are gone. */
static gboolean
prove_sums (Proof *proof, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM \"k_%s\" k WHERE NOT EXISTS (SELECT 1 FROM %s r WHERE r.row = k.row)",
      proof->entity->name, satchel_sql_table (proof->entity));
  SatchelStatement *statement = satchel_database_prepare (proof->database, sql, error);
  gint64 n;

  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &n, error))
    return FALSE;
  for (; n > 0; n--)
    proof->visit (proof->entity, NULL, proof->data);
  return TRUE;
}

static gboolean
prove (Proof *proof, GError **error)
{
  satchel_fragments_init (&proof->fragments, proof->entity);
  return prove_rows (proof, error) && prove_sums (proof, error);
}

gboolean
satchel_checksums_check (SatchelStore *store, const SatchelEntity *entity, SatchelDivergenceFunc visit,
                         gpointer data, GError **error)
{
  Proof proof = { .database = store->database, .entity = entity, .visit = visit, .data = data };

  return prove (&proof, error);
}

/* ---- accepting ---- */

static void
count_cb (const SatchelEntity *entity, const char *id, gpointer data)
{
  ++*(guint *)data;
}

static gboolean
accept_row (SatchelStore *store, const SatchelCommit *commit, const Proof *proof, const Wrong *wrong,
            GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s %s", proof->entity->name, wrong->id);

  return satchel_checksums_put (store->database, proof->entity, &proof->fragments, wrong->row, wrong->id,
                                wrong->sums, error) &&
         satchel_people_audit (store, commit->at_ms, commit->user, commit->device, "accepted", name, error);
}

static gboolean
forget_lost (SatchelStore *store, const SatchelEntity *entity, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM \"k_%s\" WHERE row NOT IN (SELECT row FROM %s)",
                                          entity->name, satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  return statement != NULL && satchel_statement_run (statement, error);
}

gboolean
satchel_checksums_accept (SatchelStore *store, const SatchelCommit *commit, const SatchelEntity *entity,
                          guint *n, GError **error)
{
  g_autoptr (GPtrArray) wrong = g_ptr_array_new_with_free_func (wrong_free);
  Proof proof = {
    .database = store->database, .entity = entity, .visit = count_cb, .data = n, .wrong = wrong
  };

  *n = 0;
  if (!prove (&proof, error))
    return FALSE;
  for (guint i = 0; i < wrong->len; i++) {
    if (!accept_row (store, commit, &proof, wrong->pdata[i], error))
      return FALSE;
  }
  return *n == wrong->len || forget_lost (store, entity, error);
}
