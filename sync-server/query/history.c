/* Rights first, then the change table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/query/history.h"

#include "protocol/error.h"
#include "sync-server/query/readable.h"
#include "sync-server/security/permission.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/lists.h"
#include "sync-server/store/rows.h"

#define MOST_ROWS 1000

/* A deleted record is in no bucket any more. */
static gboolean
may_read_deleted (SatchelStore *store, SatchelAccess *access, const char *user, const SatchelEntity *entity,
                  const char *id, gboolean *may, GError **error)
{
  const SatchelRights *rights = satchel_access_get_rights (access, user, error);
  g_autoptr (SatchelRecord) record = NULL;
  gint64 s, row;

  *may = FALSE;
  if (rights == NULL || !satchel_feed_find_delete (store, entity, id, &s, &record, error) ||
      !satchel_rows_find (store, entity, id, &row, error))
    return FALSE;
  return record == NULL || row != 0 ||
         satchel_permission_ask (store, rights, SATCHEL_PRIVILEGE_READ, record, may, error);
}

char *
satchel_history_read (SatchelStore *store, SatchelAccess *access, const char *user, const char *entity_name,
                      const char *record, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (store->registry, entity_name, error);
  const SatchelEntity *person = satchel_registry_find (store->registry, "user");
  const SatchelScope *scope = entity != NULL ? satchel_access_get_scope (access, user, NULL, error) : NULL;
  g_autoptr (SatchelReadable) readable = scope != NULL ? satchel_readable_new (store, scope) : NULL;
  g_autoptr (GString) guard = g_string_new (NULL);
  g_autofree char *history = NULL;
  gboolean may;
  gint64 row;

  if (readable == NULL ||
      !satchel_lists_find_readable (store, entity, record, satchel_readable_guard, readable, &row, error))
    return NULL;
  if (!satchel_readable_check (readable, error))
    return NULL;
  may = row != 0;
  if (!may && !may_read_deleted (store, access, user, entity, record, &may, error))
    return NULL;
  /* Satellites are written by the server, and read with their record. */
  if (!may || entity->ownership == SATCHEL_OWNERSHIP_RECORD) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", entity->name);
    return NULL;
  }
  satchel_readable_guard (person, "u", guard, readable);
  history = satchel_feed_history_json (store, entity, record, (const char *const *)scope->hidden_classes,
                                       guard->str, MOST_ROWS, error);
  return history != NULL ? g_strconcat ("{\"history\":", history, "}", NULL) : NULL;
}
