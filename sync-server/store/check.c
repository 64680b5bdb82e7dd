/* Checks, each a statement that counts what must not be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/check.h"

#include "protocol/predicate/predicate.h"
#include "sync-server/scope/filters.h"
#include "sync-server/store/checksums.h"

/* Of one entity, named one by one. */
#define MOST_NAMED 20

gboolean
satchel_check_file (SatchelStore *store, GPtrArray *problems, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, "PRAGMA integrity_check", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    const char *text;

    if (!row)
      return TRUE;
    text = satchel_statement_get_text (statement, 0);
    if (g_strcmp0 (text, "ok") != 0)
      g_ptr_array_add (problems, g_strdup (text));
  }
  return FALSE;
}

/* Takes @sql. */
static gboolean
expect_none (SatchelStore *store, char *sql, GPtrArray *problems, const char *entity, const char *what,
             GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  gint64 n = 0;

  g_free (sql);
  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &n, error))
    return FALSE;
  if (n > 0)
    g_ptr_array_add (problems, g_strdup_printf ("%s: %" G_GINT64_FORMAT " %s", entity, n, what));
  return TRUE;
}

/* Rows that lack the bucket whose atom is @atom, an SQL expression over r. */
static char *
unfiled_sql (const SatchelEntity *entity, const char *atom)
{
  return g_strdup_printf ("SELECT count(*) FROM %s r WHERE NOT EXISTS (SELECT 1 FROM bucket b JOIN member m"
                          " ON m.bucket = b.bucket AND m.row = r.row WHERE b.entity = '%s' AND b.atom = %s)",
                          satchel_sql_table (entity), entity->name, atom);
}

/* Members by right whose row is not there, or has another atom. */
static char *
misfiled_sql (const SatchelEntity *entity, const char *condition)
{
  return g_strdup_printf (
      "SELECT count(*) FROM bucket b JOIN member m ON m.bucket = b.bucket LEFT JOIN %s r"
      " ON r.row = m.row WHERE b.entity = '%s' AND (b.atom = 'org' OR b.atom GLOB 'unit:*'"
      " OR b.atom GLOB 'owner:*' OR b.atom GLOB 'shared:*') AND (r.row IS NULL OR NOT (%s))",
      satchel_sql_table (entity), entity->name, condition);
}

/* The shares h of the record r; the bucket that one files it in. */
#define SHARES      "h.f_record_id = r.id AND h.f_record_entity = '%s' AND instr (h.f_rights, '|read|')"
#define SHARED_ATOM "'shared:' || substr (h.f_principal, instr (h.f_principal, ':') + 1)"

/* The id of a record's owner, whose stored form begins with "user:" or "team:" where either may be it. */
static const char *
owner_id_sql (const SatchelEntity *entity)
{
  return satchel_entity_owner_field (entity)->n_targets > 1 ? "substr (r.f_owner, instr (r.f_owner, ':') + 1)"
                                                            : "r.f_owner";
}

/* Records that lie under another unit than the owner's. */
static char *
elsewhere_sql (const SatchelEntity *entity, const char *owners)
{
  return g_strdup_printf ("SELECT count(*) FROM %s r JOIN %s u ON u.id = %s"
                          " WHERE u.f_unit IS NOT NULL AND u.f_unit <> r.f_unit",
                          satchel_sql_table (entity), owners, owner_id_sql (entity));
}

static gboolean
check_owned (SatchelStore *store, const SatchelEntity *entity, GPtrArray *problems, GError **error)
{
  const char *name = entity->name;
  g_autofree char *owner = g_strconcat ("'owner:' || ", owner_id_sql (entity), NULL);
  g_autofree char *atoms =
      g_strdup_printf ("b.atom IN ('unit:' || r.f_unit, %s) OR (b.atom GLOB 'shared:*' AND EXISTS (SELECT 1 "
                       "FROM e_share h WHERE " SHARES " AND b.atom = " SHARED_ATOM "))",
                       owner, name);
  g_autofree char *unshared = g_strdup_printf ("SELECT count(*) FROM %s r JOIN e_share h ON " SHARES
                                               " WHERE NOT EXISTS (SELECT 1 FROM bucket b"
                                               " JOIN member m ON m.bucket = b.bucket AND m.row = r.row "
                                               "WHERE b.entity = '%s' AND b.atom = " SHARED_ATOM ")",
                                               satchel_sql_table (entity), name, name);
  const char *const owners[] = { "e_user", "e_team" };

  for (guint i = 0; i < satchel_entity_owner_field (entity)->n_targets; i++) {
    if (!expect_none (store, elsewhere_sql (entity, owners[i]), problems, name,
                      "rows have another unit than their owner", error))
      return FALSE;
  }
  return expect_none (store, unfiled_sql (entity, "'unit:' || r.f_unit"), problems, name,
                      "rows are not filed under their unit", error) &&
         expect_none (store, unfiled_sql (entity, owner), problems, name,
                      "rows are not filed under their owner", error) &&
         expect_none (store, misfiled_sql (entity, atoms), problems, name, "members are filed wrongly",
                      error) &&
         expect_none (store, g_steal_pointer (&unshared), problems, name,
                      "rows are not filed under whom they are shared with", error);
}

/* Conflicts and shares lie exactly where the records of @about lie that they are about. */
static gboolean
check_satellites (SatchelStore *store, const SatchelEntity *satellite, const SatchelEntity *about,
                  GPtrArray *problems, GError **error)
{
  const char *name = satellite->name, *subject = about->name;
  g_autofree char *own = g_strdup_printf ("(b.atom GLOB '%s/*' OR b.atom GLOB '%s+*/*')", subject, subject);
  g_autofree char *strayed = g_strdup_printf (
      "SELECT count(*) FROM bucket b JOIN member m ON m.bucket = b.bucket JOIN %s c ON c.row = m.row"
      " WHERE b.entity = '%s' AND %s AND NOT EXISTS (SELECT 1 FROM bucket o JOIN %s r JOIN member n"
      " ON n.bucket = o.bucket AND n.row = r.row WHERE o.entity = '%s'"
      " AND o.atom = substr (b.atom, instr (b.atom, '/') + 1) AND r.id = c.f_record_id)",
      satchel_sql_table (satellite), name, own, satchel_sql_table (about), subject);
  g_autofree char *lacking = g_strdup_printf (
      "SELECT count(*) FROM %s c JOIN %s r ON r.id = c.f_record_id JOIN bucket o ON o.entity = '%s'"
      " JOIN member n ON n.bucket = o.bucket AND n.row = r.row WHERE c.f_record_entity = '%s' AND NOT EXISTS"
      " (SELECT 1 FROM bucket b JOIN member m ON m.bucket = b.bucket AND m.row = c.row WHERE b.entity = '%s'"
      " AND %s AND substr (b.atom, instr (b.atom, '/') + 1) = o.atom)",
      satchel_sql_table (satellite), satchel_sql_table (about), subject, subject, name, own);

  return expect_none (store, g_steal_pointer (&strayed), problems, name,
                      "members lie apart from their record", error) &&
         expect_none (store, g_steal_pointer (&lacking), problems, name,
                      "rows are not filed with their record", error);
}

static gboolean
check_all_satellites (SatchelStore *store, const SatchelEntity *satellite, GPtrArray *problems,
                      GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership != SATCHEL_OWNERSHIP_RECORD &&
        !check_satellites (store, satellite, entities[i], problems, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_entity (SatchelStore *store, const SatchelEntity *entity, GPtrArray *problems, GError **error)
{
  const char *table = satchel_sql_table (entity), *name = entity->name;
  g_autofree char *late = g_strdup_printf ("SELECT count(*) FROM %s WHERE s > (SELECT s FROM clock)", table);
  g_autofree char *unknown = g_strdup_printf (
      "SELECT count(*) FROM %s r WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.record = r.id)", table);

  if (!expect_none (store, g_steal_pointer (&late), problems, name, "rows are newer than the clock", error) ||
      !expect_none (store, g_steal_pointer (&unknown), problems, name, "rows have no history", error))
    return FALSE;
  switch (entity->ownership) {
  case SATCHEL_OWNERSHIP_USER:
    return check_owned (store, entity, problems, error);
  case SATCHEL_OWNERSHIP_ORGANISATION:
    return expect_none (store, unfiled_sql (entity, "'org'"), problems, name, "rows are not filed", error) &&
           expect_none (store, misfiled_sql (entity, "b.atom = 'org'"), problems, name,
                        "members are filed wrongly", error);
  case SATCHEL_OWNERSHIP_RECORD:
    return check_all_satellites (store, entity, problems, error) &&
           (!g_str_equal (entity->name, "conflict") ||
            expect_none (store, unfiled_sql (entity, "'author:' || r.f_mine_by"), problems, name,
                         "rows are not filed under their author", error));
  }
  g_assert_not_reached ();
}

/* ---- checksums ---- */

typedef struct {
  GPtrArray *problems;
  guint n, n_lost;
} Damage;

static void
damaged_cb (const SatchelEntity *entity, const char *id, gpointer data)
{
  Damage *damage = data;

  if (id == NULL)
    damage->n_lost++;
  else if (damage->n++ < MOST_NAMED)
    g_ptr_array_add (damage->problems, g_strdup_printf ("%s: %s is not what was written", entity->name, id));
}

static gboolean
check_checksums (SatchelStore *store, const SatchelEntity *entity, GPtrArray *problems, GError **error)
{
  Damage damage = { problems };

  if (!satchel_checksums_check (store, entity, damaged_cb, &damage, error))
    return FALSE;
  if (damage.n > MOST_NAMED)
    g_ptr_array_add (problems, g_strdup_printf ("%s: %u more rows are not what was written", entity->name,
                                                damage.n - MOST_NAMED));
  if (damage.n_lost > 0)
    g_ptr_array_add (problems,
                     g_strdup_printf ("%s: %u rows that were written are gone", entity->name, damage.n_lost));
  return TRUE;
}

gboolean
satchel_check_contents (SatchelStore *store, GPtrArray *problems, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  if (!expect_none (store, g_strdup ("SELECT count(*) FROM commits WHERE s > (SELECT s FROM clock)"),
                    problems, "clock", "commits are newer", error) ||
      !expect_none (store, g_strdup ("SELECT max (0, (SELECT s FROM clock) - count(*)) FROM commits"),
                    problems, "clock", "commits are missing", error))
    return FALSE;
  for (guint i = 0; i < n_entities; i++) {
    if (!check_entity (store, entities[i], problems, error) ||
        !check_checksums (store, entities[i], problems, error))
      return FALSE;
  }
  return satchel_filters_check (store, problems, error);
}
