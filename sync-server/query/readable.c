/* Buckets by entity, and "EXISTS (…)".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/query/readable.h"

#include "sync-server/store/members.h"

struct _SatchelReadable {
  SatchelStore *store;
  const SatchelScope *scope;
  GHashTable *buckets; /* SatchelEntity* → GArray of gint64 */
  GError *problem;     /* the first one that a guard met */
};

SatchelReadable *
satchel_readable_new (SatchelStore *store, const SatchelScope *scope)
{
  SatchelReadable *readable = g_new0 (SatchelReadable, 1);

  readable->store = store;
  readable->scope = scope;
  readable->buckets = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  return readable;
}

void
satchel_readable_free (SatchelReadable *readable)
{
  g_hash_table_unref (readable->buckets);
  g_clear_error (&readable->problem);
  g_free (readable);
}

const GArray *
satchel_readable_list_buckets (SatchelReadable *readable, const SatchelEntity *entity, GError **error)
{
  const GPtrArray *ranges = satchel_scope_get (readable->scope, entity)->readable;
  GArray *known = g_hash_table_lookup (readable->buckets, entity);
  g_autoptr (GArray) buckets = NULL;

  if (known != NULL)
    return known;
  buckets = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < ranges->len; i++) {
    const SatchelBucketRange *range = ranges->pdata[i];
    g_autoptr (GArray) found = NULL;

    if (range->is_author)
      continue;
    found =
        satchel_members_list_buckets (readable->store, entity->name, range->atom, range->is_prefix, error);
    if (found == NULL)
      return NULL;
    g_array_append_vals (buckets, found->data, found->len);
  }
  known = buckets;
  g_hash_table_insert (readable->buckets, (gpointer)entity, g_steal_pointer (&buckets));
  return known;
}

/* Every user's record is in its unit's bucket, every record of the organisation in the one for all. */
static gboolean
reads_all (SatchelReadable *readable, const SatchelEntity *entity)
{
  const GPtrArray *ranges = satchel_scope_get (readable->scope, entity)->readable;

  for (guint i = 0; i < ranges->len; i++) {
    const SatchelBucketRange *range = ranges->pdata[i];

    if ((entity->ownership == SATCHEL_OWNERSHIP_USER && range->is_prefix &&
         g_str_equal (range->atom, "unit:")) ||
        (entity->ownership == SATCHEL_OWNERSHIP_ORGANISATION && g_str_equal (range->atom, "org")))
      return TRUE;
  }
  return FALSE;
}

void
satchel_readable_guard (const SatchelEntity *entity, const char *alias, GString *sql, gpointer data)
{
  SatchelReadable *readable = data;
  const GArray *buckets;

  if (reads_all (readable, entity)) {
    g_string_append (sql, "TRUE");
    return;
  }
  buckets =
      satchel_readable_list_buckets (readable, entity, readable->problem == NULL ? &readable->problem : NULL);
  if (buckets == NULL || buckets->len == 0) {
    g_string_append (sql, "FALSE");
    return;
  }
  g_string_append (sql, "EXISTS (SELECT 1 FROM member m WHERE m.bucket IN (");
  for (guint i = 0; i < buckets->len; i++)
    g_string_append_printf (sql, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", g_array_index (buckets, gint64, i));
  g_string_append_printf (sql, ") AND m.row = %s.row)", alias);
}

gboolean
satchel_readable_check (SatchelReadable *readable, GError **error)
{
  if (readable->problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&readable->problem));
  return FALSE;
}
