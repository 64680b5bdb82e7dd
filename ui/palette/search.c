/* One bounded query a kind.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/palette/search.h"

#include <string.h>

#include "client/replica/column.h"
#include "client/replica/query.h"
#include "ui/display.h"

#define MOST_LOOKED_AT 200 /* of one kind, to find those of them that are recent */

void
satchel_hit_free (SatchelHit *hit)
{
  g_free (hit->entity);
  g_free (hit->id);
  g_free (hit->title);
  g_free (hit->detail);
  g_free (hit);
}

/* The first column of the default view that is not the title. */
char *
satchel_search_describe (SatchelReplica *replica, const SatchelRecord *record)
{
  const SatchelView *view = &record->entity->views[0];

  for (guint i = 0; i < view->n_columns; i++) {
    g_autoptr (SatchelColumn) column = NULL;
    g_autoptr (SatchelValue) value = NULL;

    if (g_str_equal (view->columns[i].field, record->entity->title->name))
      continue;
    column = satchel_column_parse (satchel_replica_get_registry (replica), record->entity,
                                   view->columns[i].field, NULL);
    value = column != NULL ? satchel_column_get_value (column, replica, record) : NULL;
    if (value != NULL)
      return satchel_display_in (record, replica, satchel_column_get_field (column), value);
  }
  return g_strdup ("");
}

static SatchelHit *
hit_new (const SatchelRecord *record)
{
  const SatchelValue *title = satchel_record_get_by_name (record, record->entity->title->name);
  SatchelHit *hit = g_new0 (SatchelHit, 1);

  hit->entity = g_strdup (record->entity->name);
  hit->id = g_strdup (record->id);
  hit->title = g_strdup (title != NULL ? satchel_value_get_string (title) : record->id);
  return hit;
}

/* ---- one kind ---- */

typedef struct {
  SatchelReplica *replica;
  const char *typed;  /* folded */
  GHashTable *recent; /* id → its place, from 1 */
  GCancellable *cancellable;
  GPtrArray *hits;
  gboolean begins; /* the words begin a title */
} Kind;

static gboolean
row_cb (const SatchelRecord *record, gpointer data)
{
  Kind *kind = data;
  SatchelHit *hit = hit_new (record);
  g_autofree char *title = satchel_fold (hit->title);

  kind->begins = kind->begins || g_str_has_prefix (title, kind->typed);
  g_ptr_array_add (kind->hits, hit);
  return !g_cancellable_is_cancelled (kind->cancellable);
}

static guint
place_of (const SatchelHit *hit, GHashTable *recent)
{
  gpointer place = g_hash_table_lookup (recent, hit->id);

  return place != NULL ? GPOINTER_TO_UINT (place) : G_MAXUINT;
}

/* Stable: the rest stays in order of title. */
static int
compare_hits (gconstpointer a, gconstpointer b, gpointer data)
{
  guint one = place_of (*(SatchelHit *const *)a, data), other = place_of (*(SatchelHit *const *)b, data);

  return one < other ? -1 : one > other;
}

/* Only of those that are shown. */
static gboolean
describe_all (Kind *kind, const SatchelEntity *entity, GError **error)
{
  for (guint i = 0; i < kind->hits->len; i++) {
    SatchelHit *hit = kind->hits->pdata[i];
    g_autoptr (SatchelRecord) record = NULL;

    if (!satchel_replica_read (kind->replica, entity, hit->id, &record, error))
      return FALSE;
    hit->detail = record != NULL ? satchel_search_describe (kind->replica, record) : g_strdup ("");
  }
  return TRUE;
}

static gboolean
search_kind (SatchelSession *session, const SatchelEntity *entity, const char *typed, Kind *kind,
             GError **error)
{
  const SatchelQuery query = {
    .entity = entity, .find = typed, .sort = entity->title, .limit = MOST_LOOKED_AT
  };
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  kind->hits = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_hit_free);
  kind->begins = FALSE;
  if (!satchel_replica_query (kind->replica, &query, &context, row_cb, kind, error) ||
      g_cancellable_set_error_if_cancelled (kind->cancellable, error))
    return FALSE;
  g_ptr_array_sort_with_data (kind->hits, compare_hits, kind->recent);
  if (kind->hits->len > SATCHEL_MOST_HITS)
    g_ptr_array_set_size (kind->hits, SATCHEL_MOST_HITS);
  return describe_all (kind, entity, error);
}

/* ---- all of them ---- */

static GHashTable *
index_recent (const GPtrArray *recent)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < recent->len; i++)
    g_hash_table_insert (index, g_strdup (satchel_route_get_id (recent->pdata[i])), GUINT_TO_POINTER (i + 1));
  return index;
}

static gboolean
has_words (const char *typed)
{
  return typed[strspn (typed, " \t\n")] != '\0';
}

GPtrArray *
satchel_search_everything (SatchelSession *session, const char *typed, const GPtrArray *recent,
                           GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_hit_free);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_hit_free);
  g_autoptr (GHashTable) places = index_recent (recent);
  g_autofree char *folded = satchel_fold (typed);
  Kind kind = { .replica = satchel_session_get_replica (session),
                .typed = g_strstrip (folded),
                .recent = places,
                .cancellable = cancellable };
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (session), &n_entities);

  for (guint i = 0; i < n_entities && has_words (typed); i++) {
    gboolean found;

    if (entities[i]->retired || entities[i]->part)
      continue;
    found = search_kind (session, entities[i], typed, &kind, error);
    if (found)
      g_ptr_array_extend_and_steal (kind.begins ? hits : others, g_steal_pointer (&kind.hits));
    g_clear_pointer (&kind.hits, g_ptr_array_unref);
    if (!found)
      return NULL;
  }
  g_ptr_array_extend_and_steal (hits, g_steal_pointer (&others));
  return g_steal_pointer (&hits);
}
