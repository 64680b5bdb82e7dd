/* Reasons.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/why.h"

#include "protocol/error.h"
#include "protocol/wire/json.h"
#include "sync-server/scope/guard.h"
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/members.h"
#include "sync-server/store/rows.h"

/* Whether the filter has the row, for this user. */
static gboolean
has_row (SatchelPulling *pull, const SatchelFilter *filter, gint64 row, gboolean *has, GError **error)
{
  const SatchelSource source = { filter->bucket, filter->atom, filter->entity };
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  *has = filter->atom == NULL; /* the empty condition */
  if (*has || !satchel_members_contain (pull->store, filter->bucket, row, has, error))
    return *has;
  if (!*has || !filter->follows)
    return TRUE;
  g_hash_table_add (rows, g_memdup2 (&row, sizeof row));
  if (!satchel_guard_retain (pull, filter->entity, &source, rows, error))
    return FALSE;
  *has = g_hash_table_size (rows) > 0;
  return TRUE;
}

/* *name NULL: no filter. */
static gboolean
find_filter (SatchelPulling *pull, const SatchelEntityScope *own, gint64 row, const SatchelChosen **found,
             GError **error)
{
  *found = NULL;
  for (guint i = 0; i < own->chosen->len && *found == NULL; i++) {
    const SatchelChosen *chosen = own->chosen->pdata[i];
    gboolean has;

    if (!has_row (pull, chosen->filter, row, &has, error))
      return FALSE;
    if (has)
      *found = chosen;
  }
  return TRUE;
}

static char *
explain_carried (SatchelPulling *pull, const SatchelEntity *entity, const SatchelVerdict *verdict,
                 GError **error)
{
  const SatchelEntityScope *own = satchel_scope_get (pull->scope, entity);
  const SatchelChosen *chosen;

  if (verdict->blank)
    return g_strdup ("You wrote one side of it; the record itself may not be read.");
  if (entity->carry == SATCHEL_CARRY_ALWAYS)
    return g_strdup_printf ("Every device carries all %s that may be read.", entity->plural);
  if (entity->ownership == SATCHEL_OWNERSHIP_RECORD)
    return g_strdup ("It is about a record that is carried.");
  if (!find_filter (pull, own, verdict->row, &chosen, error))
    return NULL;
  if (chosen == NULL)
    return g_strdup ("It was opened online on this device.");
  return g_strdup_printf (chosen->root != NULL ? "The filter “%s” chooses it."
                                               : "It belongs to a record that the filter “%s” chooses.",
                          chosen->name);
}

static char *
explain_absent (const SatchelScope *scope)
{
  GString *reason = g_string_new ("It may be read, but no filter chooses it.");

  for (guint i = 0; i < scope->unusable->len; i++) {
    const SatchelUnusable *unusable = scope->unusable->pdata[i];

    g_string_append_printf (reason, " The filter “%s” is left out: %s.", unusable->name, unusable->reason);
  }
  return g_string_free (reason, FALSE);
}

char *
satchel_why_answer (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                    const char *entity_name, const char *record, gint64 now_ms, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (store->registry, entity_name, error);
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms };
  SatchelVerdict verdict = { 0 };
  g_autofree char *reason = NULL;
  JsonObject *object;
  gint64 row;

  if (entity == NULL || !satchel_pulling_open (&pull, access, user, device, error) ||
      !satchel_rows_find (store, entity, record, &row, error) ||
      (row != 0 && !satchel_pulling_judge_one (&pull, entity, row, &verdict, error)))
    return NULL;
  if (!verdict.readable && !verdict.carried) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", entity->name);
    return NULL;
  }
  reason = verdict.carried ? explain_carried (&pull, entity, &verdict, error) : explain_absent (pull.scope);
  if (reason == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_boolean_member (object, "carried", verdict.carried);
  json_object_set_string_member (object, "reason", reason);
  return satchel_json_print_object (object);
}
