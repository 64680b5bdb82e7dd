/* Users, units, secrets, grants, attempts, audit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/people.h"

#define PERSON "id, f_login, f_name, f_unit, f_active"

void
satchel_person_free (SatchelPerson *person)
{
  g_free (person->id);
  g_free (person->login);
  g_free (person->name);
  g_free (person->unit);
  g_free (person);
}

static SatchelPerson *
get (SatchelStatement *statement)
{
  SatchelPerson *person = g_new0 (SatchelPerson, 1);

  person->id = g_strdup (satchel_statement_get_text (statement, 0));
  person->login = g_strdup (satchel_statement_get_text (statement, 1));
  person->name = g_strdup (satchel_statement_get_text (statement, 2));
  person->unit = g_strdup (satchel_statement_get_text (statement, 3));
  person->active = satchel_statement_get_integer (statement, 4) != 0;
  return person;
}

static gboolean
find (SatchelStore *store, const char *sql, const char *argument, SatchelPerson **person, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  gboolean row;

  *person = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, argument);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *person = get (statement);
    satchel_statement_reset (statement);
  }
  return TRUE;
}

gboolean
satchel_people_find_login (SatchelStore *store, const char *login, SatchelPerson **person, GError **error)
{
  /* The index serves those who type the login as it is; only the others cost a walk over the users. */
  if (!find (store, "SELECT " PERSON " FROM e_user WHERE f_login = ?", login, person, error))
    return FALSE;
  return *person != NULL ||
         find (store, "SELECT " PERSON " FROM e_user WHERE satchel_fold (f_login) = satchel_fold (?)", login,
               person, error);
}

gboolean
satchel_people_read (SatchelStore *store, const char *id, SatchelPerson **person, GError **error)
{
  return find (store, "SELECT " PERSON " FROM e_user WHERE id = ?", id, person, error);
}

GPtrArray *
satchel_people_list (SatchelStore *store, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT " PERSON " FROM e_user WHERE f_login IS NOT NULL ORDER BY f_login, id", error);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_person_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&people);
    g_ptr_array_add (people, get (statement));
  }
  return NULL;
}

SatchelUnits *
satchel_people_read_units (SatchelStore *store, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT id, f_parent FROM e_business_unit", error);
  g_autoptr (SatchelUnits) units = satchel_units_new ();
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&units);
    satchel_units_add (units, satchel_statement_get_text (statement, 0),
                       satchel_statement_get_text (statement, 1));
  }
  return NULL;
}

/* ---- where a user stands ---- */

char **
satchel_people_list_teams (SatchelStore *store, const char *user, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "SELECT DISTINCT t.id FROM e_team_member m JOIN e_team t ON t.id = m.f_team"
                                " WHERE m.f_user = ? AND t.f_active ORDER BY t.id",
                                error);
  g_autoptr (GStrvBuilder) teams = g_strv_builder_new ();
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, user);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_strv_builder_end (teams);
    g_strv_builder_add (teams, satchel_statement_get_text (statement, 0));
  }
  return NULL;
}

gboolean
satchel_people_read_reports (SatchelStore *store, const char *user, char ***direct, char ***indirect,
                             GError **error)
{
  /* UNION drops whom it has met already, so that a circle of managers ends. */
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "WITH RECURSIVE below (id) AS (SELECT id FROM e_user WHERE f_manager = ?1"
      " UNION SELECT u.id FROM below b JOIN e_user u ON u.f_manager = b.id)"
      " SELECT u.id, u.f_manager = ?1 FROM below b JOIN e_user u ON u.id = b.id WHERE u.id <> ?1",
      error);
  g_autoptr (GStrvBuilder) first = g_strv_builder_new (), rest = g_strv_builder_new ();
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row) {
      *direct = g_strv_builder_end (first);
      *indirect = g_strv_builder_end (rest);
      return TRUE;
    }
    g_strv_builder_add (satchel_statement_get_integer (statement, 1) != 0 ? first : rest,
                        satchel_statement_get_text (statement, 0));
  }
  return FALSE;
}

/* ---- grants ---- */

static char **
list_texts (SatchelStore *store, const char *sql, const char *argument, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, argument);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_strv_builder_end (texts);
    g_strv_builder_add (texts, satchel_statement_get_text (statement, 0));
  }
  return NULL;
}

char **
satchel_people_list_roles (SatchelStore *store, const char *user, GError **error)
{
  return list_texts (store, "SELECT role FROM grant_role WHERE user = ? ORDER BY role", user, error);
}

char **
satchel_people_list_holders (SatchelStore *store, const char *role, GError **error)
{
  return list_texts (store, "SELECT user FROM grant_role WHERE role = ? ORDER BY user", role, error);
}

gboolean
satchel_people_note_role_filter (SatchelStore *store, const char *role, const char *entity,
                                 const char *predicate, gboolean related, gboolean *is_new, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO role_filter (role, entity, predicate, related)"
                                " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, role);
  satchel_statement_bind_text (statement, 2, entity);
  satchel_statement_bind_text (statement, 3, predicate);
  satchel_statement_bind_integer (statement, 4, related);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  *is_new = satchel_database_get_changes (store->database) > 0;
  return TRUE;
}

static gboolean
run_two (SatchelStore *store, const char *sql, const char *first, const char *second, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, first);
  satchel_statement_bind_text (statement, 2, second);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_people_grant (SatchelStore *store, const char *user, const char *role, GError **error)
{
  satchel_store_rights_changed (store);
  return run_two (store, "INSERT INTO grant_role (user, role) VALUES (?, ?) ON CONFLICT DO NOTHING", user,
                  role, error);
}

gboolean
satchel_people_revoke (SatchelStore *store, const char *user, const char *role, GError **error)
{
  satchel_store_rights_changed (store);
  return run_two (store, "DELETE FROM grant_role WHERE user = ? AND role = ?", user, role, error);
}

/* ---- passwords and attempts ---- */

gboolean
satchel_people_read_password (SatchelStore *store, const char *user, char **hash, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT password_hash FROM secret WHERE user = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user);
  return satchel_statement_take_text (statement, hash, error);
}

gboolean
satchel_people_write_password (SatchelStore *store, const char *user, const char *hash, GError **error)
{
  return run_two (store,
                  "INSERT INTO secret (user, password_hash) VALUES (?, ?)"
                  " ON CONFLICT (user) DO UPDATE SET password_hash = excluded.password_hash",
                  user, hash, error);
}

gboolean
satchel_people_read_attempt (SatchelStore *store, const char *name, gint64 *failures, gint64 *locked_until_ms,
                             GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT failures, locked_until_ms FROM attempt WHERE name = ?", error);
  gboolean row;

  *failures = *locked_until_ms = 0;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, name);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *failures = satchel_statement_get_integer (statement, 0);
    *locked_until_ms = satchel_statement_get_integer (statement, 1);
    satchel_statement_reset (statement);
  }
  return TRUE;
}

gboolean
satchel_people_write_attempt (SatchelStore *store, const char *name, gint64 failures, gint64 locked_until_ms,
                              GError **error)
{
  SatchelStatement *statement;

  if (failures == 0)
    return run_two (store, "DELETE FROM attempt WHERE name = ?1 AND name = ?2", name, name, error);
  statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO attempt (name, failures, locked_until_ms) VALUES (?, ?, ?)"
                                " ON CONFLICT (name) DO UPDATE SET failures = excluded.failures,"
                                " locked_until_ms = excluded.locked_until_ms",
                                error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, name);
  satchel_statement_bind_integer (statement, 2, failures);
  satchel_statement_bind_integer (statement, 3, locked_until_ms);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_people_audit (SatchelStore *store, gint64 at_ms, const char *user, const char *device,
                      const char *what, const char *detail, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "INSERT INTO audit (at_ms, user, device, what, detail) VALUES (?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, at_ms);
  satchel_statement_bind_text (statement, 2, user);
  satchel_statement_bind_text (statement, 3, device);
  satchel_statement_bind_text (statement, 4, what);
  satchel_statement_bind_text (statement, 5, detail);
  return satchel_statement_run (statement, error);
}
