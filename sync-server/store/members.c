/* Buckets, members and the departed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/members.h"

#include "protocol/predicate/predicate.h"

gboolean
satchel_members_find_bucket (SatchelStore *store, const char *entity, const char *atom, gint64 *bucket,
                             GError **error)
{
  g_autofree char *key = g_strconcat (entity, "\n", atom, NULL);
  const gint64 *known = g_hash_table_lookup (store->buckets, key);
  SatchelStatement *statement;

  if (known != NULL) {
    *bucket = *known;
    return TRUE;
  }
  /* The update that changes nothing makes RETURNING name the bucket that is there. */
  statement = satchel_database_prepare (store->database,
                                        "INSERT INTO bucket (entity, atom, s) VALUES (?, ?, 0) ON CONFLICT "
                                        "(entity, atom) DO UPDATE SET atom = excluded.atom"
                                        " RETURNING bucket",
                                        error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, atom);
  if (!satchel_statement_take_integer (statement, 0, bucket, error))
    return FALSE;
  g_hash_table_insert (store->buckets, g_steal_pointer (&key), g_memdup2 (bucket, sizeof *bucket));
  return TRUE;
}

/* The numbers that @statement selects. */
static GArray *
collect_buckets (SatchelStatement *statement, GError **error)
{
  g_autoptr (GArray) buckets = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    gint64 bucket;

    if (!row)
      return g_steal_pointer (&buckets);
    bucket = satchel_statement_get_integer (statement, 0);
    g_array_append_val (buckets, bucket);
  }
  return NULL;
}

GArray *
satchel_members_list_buckets (SatchelStore *store, const char *entity, const char *atom, gboolean is_prefix,
                              GError **error)
{
  const char *sql =
      is_prefix
          ? "SELECT bucket FROM bucket WHERE entity = ?1 AND atom >= ?2 AND atom < ?2 || char (0x10FFFF)"
          : "SELECT bucket FROM bucket WHERE entity = ?1 AND atom = ?2";
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, atom);
  return collect_buckets (statement, error);
}

/* ---- what is stirred ---- */

typedef struct {
  gint64 bucket, s;
} Stirred;

GArray *
satchel_members_new_stirred (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Stirred));
}

void
satchel_members_stir (SatchelStore *store, gint64 bucket)
{
  const Stirred stirred = { bucket, store->s };

  if (GPOINTER_TO_SIZE (g_hash_table_lookup (store->stirred, GSIZE_TO_POINTER (bucket))) == (gsize)store->s)
    return;
  g_hash_table_insert (store->stirred, GSIZE_TO_POINTER (bucket), GSIZE_TO_POINTER (store->s));
  g_array_append_val (store->stirred_order, stirred);
}

/* The s that are given back are given again. */
void
satchel_members_take_back (SatchelStore *store, guint n)
{
  for (guint i = n; i < store->stirred_order->len; i++)
    g_hash_table_remove (store->stirred,
                         GSIZE_TO_POINTER (g_array_index (store->stirred_order, Stirred, i).bucket));
  g_array_set_size (store->stirred_order, n);
}

/* Of a bucket; both NULL when it is gone. */
typedef struct {
  char *entity, *atom;
} BucketName;

static void
bucket_name_free (gpointer data)
{
  BucketName *name = data;

  g_free (name->entity);
  g_free (name->atom);
  g_free (name);
}

static BucketName *
write_s (SatchelStore *store, const Stirred *stirred, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "UPDATE bucket SET s = ?2 WHERE bucket = ?1 RETURNING entity, atom", error);
  BucketName *name;
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, stirred->bucket);
  satchel_statement_bind_integer (statement, 2, stirred->s);
  if (!satchel_statement_step (statement, &row, error))
    return NULL;
  name = g_new0 (BucketName, 1);
  if (row) {
    name->entity = g_strdup (satchel_statement_get_text (statement, 0));
    name->atom = g_strdup (satchel_statement_get_text (statement, 1));
  }
  satchel_statement_reset (statement);
  return name;
}

/* A push of a thousand sets stirs few buckets, each many times: backwards, so that each is written once, with
 * its last s. */
gboolean
satchel_members_settle (SatchelStore *store, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (NULL, NULL, NULL, bucket_name_free);

  for (guint i = store->stirred_order->len; i-- > 0;) {
    const Stirred *stirred = &g_array_index (store->stirred_order, Stirred, i);
    const gpointer bucket = GSIZE_TO_POINTER (stirred->bucket);
    BucketName *name = g_hash_table_lookup (names, bucket);

    if (name == NULL) {
      name = write_s (store, stirred, error);
      if (name == NULL)
        return FALSE;
      g_hash_table_insert (names, bucket, name);
    }
    if (name->entity != NULL)
      satchel_ripple_add_bucket (store->ripple, stirred->s, name->entity, name->atom);
  }
  satchel_ripple_sort (store->ripple);
  return TRUE;
}

/* The atoms of rights of what moves: its unit, its owner, whom it is shared with. */
static char *
build_reach (const SatchelEntity *entity)
{
  const char *table = satchel_sql_table (entity);
  const SatchelField *unit = satchel_entity_unit_field (entity), *owner = satchel_entity_owner_field (entity);

  return g_strdup_printf ("SELECT 'unit:' || r.%s FROM temp.moving x JOIN %s r ON r.row = x.row"
                          " UNION SELECT 'owner:' || substr (r.%s, instr (r.%s, ':') + 1) FROM temp.moving x "
                          "JOIN %s r ON r.row = "
                          "x.row UNION SELECT 'shared:' || substr (h.f_principal, instr (h.f_principal, ':') "
                          "+ 1) FROM temp.moving x"
                          " CROSS JOIN e_share h ON h.f_record_id = x.id AND h.f_record_entity = '%s'",
                          satchel_sql_column (unit), table, satchel_sql_column (owner),
                          satchel_sql_column (owner), table, entity->name);
}

gboolean
satchel_members_reach_moving (SatchelStore *store, const SatchelEntity *entity, GError **error)
{
  static const char purpose[] = "reach";
  const char *sql = satchel_database_find_text (store->database, entity, purpose);
  SatchelStatement *statement;
  gboolean row;

  if (entity->ownership != SATCHEL_OWNERSHIP_USER) {
    satchel_ripple_add_bucket (store->ripple, store->s, entity->name, "org");
    return TRUE;
  }
  if (sql == NULL)
    sql = satchel_database_keep_text (store->database, entity, purpose, build_reach (entity));
  statement = satchel_database_prepare (store->database, sql, error);
  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    const char *atom;

    if (!row)
      return TRUE;
    atom = satchel_statement_get_text (statement, 0);
    if (atom != NULL)
      satchel_ripple_add_bucket (store->ripple, store->s, entity->name, atom);
  }
  return FALSE;
}

GArray *
satchel_members_list_stirred (SatchelStore *store, gint64 s, guint most, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT bucket FROM bucket WHERE s > ? LIMIT ?", error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, s);
  satchel_statement_bind_integer (statement, 2, most);
  return collect_buckets (statement, error);
}

gboolean
satchel_members_visit_new (SatchelStore *store, gint64 bucket, SatchelBucketFunc visit, gpointer data,
                           gboolean *whole, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT bucket, entity, atom FROM bucket WHERE bucket > ?", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  *whole = TRUE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (!visit (satchel_statement_get_integer (statement, 0), satchel_statement_get_text (statement, 1),
                satchel_statement_get_text (statement, 2), data)) {
      *whole = FALSE;
      satchel_statement_reset (statement);
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
satchel_members_last_bucket (SatchelStore *store, gint64 *bucket, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT coalesce (max (bucket), 0) FROM bucket", error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, bucket, error);
}

/* ---- members ---- */

/* Binds bucket, row and the s under way. */
static gboolean
run_member (SatchelStore *store, const char *sql, gint64 bucket, gint64 row, gboolean with_s, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  satchel_members_stir (store, bucket);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, row);
  if (with_s)
    satchel_statement_bind_integer (statement, 3, store->s);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_members_enter (SatchelStore *store, gint64 bucket, gint64 row, GError **error)
{
  return run_member (store,
                     "INSERT INTO member (bucket, row, since, entered, s) VALUES (?1, ?2, ?3, ?3, ?3)"
                     " ON CONFLICT (bucket, row) DO UPDATE SET entered = excluded.entered, s = excluded.s",
                     bucket, row, TRUE, error);
}

gboolean
satchel_members_touch (SatchelStore *store, gint64 bucket, gint64 row, GError **error)
{
  return run_member (store, "UPDATE member SET s = ?3 WHERE bucket = ?1 AND row = ?2", bucket, row, TRUE,
                     error);
}

/* Read first, and not by INSERT … SELECT: a statement that may write several rows has a journal of its own,
 * and SQLite (3.39 and later) walks all that the savepoint has put aside when that ends: a set of thousands
 * would cost the square. */
gboolean
satchel_members_leave (SatchelStore *store, gint64 bucket, gint64 row, const char *record, const char *why,
                       GError **error)
{
  SatchelStatement *statement;
  SatchelMember member;
  gboolean found;

  if (!satchel_members_read (store, bucket, row, &member, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  statement = satchel_database_prepare (
      store->database, "INSERT INTO departed (bucket, s, since, record, why) VALUES (?, ?, ?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, store->s);
  satchel_statement_bind_integer (statement, 3, member.since);
  satchel_statement_bind_text (statement, 4, record);
  satchel_statement_bind_text (statement, 5, why);
  return satchel_statement_run (statement, error) &&
         run_member (store, "DELETE FROM member WHERE bucket = ?1 AND row = ?2", bucket, row, FALSE, error);
}

gboolean
satchel_members_contain (SatchelStore *store, gint64 bucket, gint64 row, gboolean *contained, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT 1 FROM member WHERE bucket = ? AND row = ?", error);
  gint64 found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, row);
  if (!satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *contained = found == 1;
  return TRUE;
}

static gboolean
take_member (SatchelStatement *statement, gint64 row, SatchelMember *member, gboolean *found, GError **error)
{
  if (!satchel_statement_step (statement, found, error))
    return FALSE;
  if (!*found)
    return TRUE;
  *member = (SatchelMember){ row, satchel_statement_get_integer (statement, 0),
                             satchel_statement_get_integer (statement, 1) };
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_members_read (SatchelStore *store, gint64 bucket, gint64 row, SatchelMember *member, gboolean *found,
                      GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT since, entered FROM member WHERE bucket = ? AND row = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, row);
  return take_member (statement, row, member, found, error);
}

gboolean
satchel_members_read_in_unit (SatchelStore *store, const SatchelEntity *entity, gint64 row,
                              SatchelMember *member, gboolean *found, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT m.since, m.entered FROM %s r JOIN bucket b ON b.entity = '%s' AND b.atom = 'unit:' || r.f_unit"
      " JOIN member m ON m.bucket = b.bucket AND m.row = r.row WHERE r.row = ?",
      satchel_sql_table (entity), entity->name);
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, row);
  return take_member (statement, row, member, found, error);
}

GArray *
satchel_members_list_changed (SatchelStore *store, gint64 bucket, gint64 s, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT row, since, entered FROM member WHERE bucket = ? AND s > ? ORDER BY s", error);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (SatchelMember));
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, s);
  while (satchel_statement_step (statement, &row, error)) {
    SatchelMember member;

    if (!row)
      return g_steal_pointer (&members);
    member.row = satchel_statement_get_integer (statement, 0);
    member.since = satchel_statement_get_integer (statement, 1);
    member.entered = satchel_statement_get_integer (statement, 2);
    g_array_append_val (members, member);
  }
  return NULL;
}

gboolean
satchel_members_visit_departed (SatchelStore *store, gint64 bucket, gint64 s, SatchelDepartedFunc visit,
                                gpointer data, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT record, why, since FROM departed WHERE bucket = ? AND s > ? ORDER BY s",
      error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, s);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (!visit (satchel_statement_get_text (statement, 0), satchel_statement_get_text (statement, 1),
                satchel_statement_get_integer (statement, 2), data, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_members_drop_atom (SatchelStore *store, const char *atom, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "DELETE FROM member WHERE bucket IN (SELECT bucket FROM bucket WHERE atom = "
                                "?1 OR atom LIKE '%/' || ?1)",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, atom);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_members_forget_departed (SatchelStore *store, gint64 s, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "DELETE FROM departed WHERE s <= ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  return satchel_statement_run (statement, error);
}
