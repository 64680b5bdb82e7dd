/* The tables of outcomes and of parked writes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/outcomes.h"

#include <string.h>

void
satchel_stored_outcome_free (SatchelStoredOutcome *stored)
{
  g_free (stored->outcome.uuid);
  g_free (stored->outcome.reason);
  g_free (stored->outcome.field);
  g_free (stored->device);
  g_free (stored);
}

gboolean
satchel_outcomes_read (SatchelStore *store, const char *uuid, SatchelStoredOutcome **stored, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT device, number, hash, s, conflicts, code, reason, field FROM outcome WHERE uuid = ?", error);
  SatchelOutcome *outcome;
  gconstpointer hash;
  gboolean row;
  gsize size;

  *stored = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, uuid);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;

  *stored = g_new0 (SatchelStoredOutcome, 1);
  (*stored)->device = g_strdup (satchel_statement_get_text (statement, 0));
  hash = satchel_statement_get_blob (statement, 2, &size);
  memcpy ((*stored)->hash, hash, MIN (size, SATCHEL_SET_HASH_BYTES));
  outcome = &(*stored)->outcome;
  outcome->uuid = g_strdup (uuid);
  outcome->number = satchel_statement_get_integer (statement, 1);
  outcome->s = satchel_statement_get_integer (statement, 3);
  outcome->n_conflicts = satchel_statement_get_integer (statement, 4);
  outcome->reason = g_strdup (satchel_statement_get_text (statement, 6));
  outcome->field = g_strdup (satchel_statement_get_text (statement, 7));
  if (!satchel_statement_is_null (statement, 5)) {
    outcome->state = SATCHEL_OUTCOME_PARKED;
    outcome->code = SATCHEL_ERROR_INVALID; /* unless the name is known */
    (void)!satchel_error_from_name (satchel_statement_get_text (statement, 5), &outcome->code);
  }
  satchel_statement_reset (statement);
  if (outcome->state == SATCHEL_OUTCOME_PARKED && outcome->reason == NULL)
    outcome->reason = g_strdup (satchel_error_sentence (outcome->code));
  return TRUE;
}

gboolean
satchel_outcomes_write (SatchelStore *store, const SatchelOutcome *outcome, const char *device,
                        const guint8 *hash, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "INSERT INTO outcome (uuid, device, number, hash, s, conflicts, code, reason, field)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, outcome->uuid);
  satchel_statement_bind_text (statement, 2, device);
  satchel_statement_bind_integer (statement, 3, outcome->number);
  satchel_statement_bind_blob (statement, 4, hash, SATCHEL_SET_HASH_BYTES);
  satchel_statement_bind_integer (statement, 5, outcome->s);
  satchel_statement_bind_integer (statement, 6, outcome->n_conflicts);
  if (outcome->state == SATCHEL_OUTCOME_PARKED)
    satchel_statement_bind_text (statement, 7, satchel_error_name (outcome->code));
  satchel_statement_bind_text (statement, 8, outcome->reason);
  satchel_statement_bind_text (statement, 9, outcome->field);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_outcomes_forget_reasons (SatchelStore *store, const char *device, gint64 from, gint64 to,
                                 GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "UPDATE outcome SET reason = NULL WHERE code IS NOT NULL AND device = ? AND number > ? AND number <= ?",
      error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, device);
  satchel_statement_bind_integer (statement, 2, from);
  satchel_statement_bind_integer (statement, 3, to);
  return satchel_statement_run (statement, error);
}

/* ---- parked writes ---- */

gboolean
satchel_parked_add (SatchelStore *store, const char *device, const char *uuid, const char *entity,
                    const char *record, const char *field, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "INSERT INTO parked_write (device, uuid, entity, record, field) VALUES (?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, device);
  satchel_statement_bind_text (statement, 2, uuid);
  satchel_statement_bind_text (statement, 3, entity);
  satchel_statement_bind_text (statement, 4, record);
  satchel_statement_bind_text (statement, 5, field);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_parked_release (SatchelStore *store, const char *device, const char *uuid, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "DELETE FROM parked_write WHERE device = ? AND uuid = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, device);
  satchel_statement_bind_text (statement, 2, uuid);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_parked_visit (SatchelStore *store, const char *device, SatchelParkedFunc visit, gpointer data,
                      GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT entity, record, field FROM parked_write WHERE device = ?", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, device);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    visit (satchel_statement_get_text (statement, 0), satchel_statement_get_text (statement, 1),
           satchel_statement_get_text (statement, 2), data);
  }
  return FALSE;
}
