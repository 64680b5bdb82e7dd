/* Numbered schema steps, each with its version in one transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/migrate.h"

#include "protocol/error.h"

static gboolean
read_integer (SatchelDatabase *database, const char *sql, gint64 *value, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, value, error);
}

/* A file without mark is ours to take only while it is empty. */
static gboolean
check_mark (SatchelDatabase *database, guint32 application_id, gboolean *marked, GError **error)
{
  gint64 mark, n_tables;

  if (!read_integer (database, "PRAGMA application_id", &mark, error) ||
      !read_integer (database, "SELECT count(*) FROM sqlite_schema", &n_tables, error))
    return FALSE;
  *marked = (guint32)mark == application_id;
  if (*marked || (mark == 0 && n_tables == 0))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s is a database of another program",
               satchel_database_get_path (database));
  return FALSE;
}

static gboolean
check_version (SatchelDatabase *database, guint n_steps, gint64 *version, GError **error)
{
  if (!read_integer (database, "PRAGMA user_version", version, error))
    return FALSE;
  if (*version <= n_steps)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NEWER,
               "%s is of version %" G_GINT64_FORMAT "; this program knows up to %u",
               satchel_database_get_path (database), *version, n_steps);
  return FALSE;
}

static gboolean
run_step (SatchelDatabase *database, guint32 application_id, const char *sql, gint64 version, GError **error)
{
  g_autofree char *marks =
      g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT ";",
                       (int)application_id, version);

  return satchel_database_execute (database, sql, error) && satchel_database_execute (database, marks, error);
}

/* Another process may migrate at the same time: what to do is read again under the lock. */
static gboolean
run_steps (SatchelDatabase *database, guint32 application_id, const char *const *steps, guint n_steps,
           GError **error)
{
  gint64 version;
  gboolean marked;

  if (!check_mark (database, application_id, &marked, error) ||
      !check_version (database, n_steps, &version, error))
    return FALSE;
  for (; version < n_steps; version++)
    if (!run_step (database, application_id, steps[version], version + 1, error))
      return FALSE;
  return TRUE;
}

gboolean
satchel_migrate (SatchelDatabase *database, guint32 application_id, const char *const *steps, GError **error)
{
  guint n_steps = g_strv_length ((char **)steps);
  gint64 version;
  gboolean marked;

  if (!check_mark (database, application_id, &marked, error) ||
      !check_version (database, n_steps, &version, error))
    return FALSE;
  if (marked && version == n_steps)
    return TRUE;

  if (!satchel_database_begin (database, error))
    return FALSE;
  if (!run_steps (database, application_id, steps, n_steps, error)) {
    satchel_database_rollback (database);
    return FALSE;
  }
  return satchel_database_commit (database, error);
}
