/* Two lists of links, as two facts of the replica.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/palette/recent.h"

#define MOST_VISITS 30
#define MOST_PINNED 30

struct _SatchelRecent {
  GObject parent_instance;
  SatchelDesk *desk;           /* borrowed: it owns this */
  GPtrArray *visited, *pinned; /* SatchelRoute */
};

G_DEFINE_FINAL_TYPE (SatchelRecent, satchel_recent, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- lists as text: links, one a line ---- */

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_route_unref);
}

static GPtrArray *
list_from_text (const char *text)
{
  GPtrArray *list = list_new ();
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_autoptr (SatchelRoute) route = satchel_route_from_text (*line, NULL);

    if (route != NULL && satchel_route_get_kind (route) == SATCHEL_ROUTE_RECORD)
      g_ptr_array_add (list, g_steal_pointer (&route));
  }
  return list;
}

static char *
list_to_text (const GPtrArray *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++) {
    g_autofree char *link = satchel_route_to_text (list->pdata[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", link);
  }
  return g_string_free (text, FALSE);
}

static gboolean
find (const GPtrArray *list, const SatchelRoute *route, guint *index)
{
  for (guint i = 0; i < list->len; i++)
    if (satchel_route_equal (list->pdata[i], route)) {
      *index = i;
      return TRUE;
    }
  return FALSE;
}

/* ---- keeping ---- */

typedef struct {
  char *visited, *pinned;
} Texts;

static void
texts_free (gpointer data)
{
  Texts *texts = data;

  g_free (texts->visited);
  g_free (texts->pinned);
  g_free (texts);
}

static gpointer
keep_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  const Texts *texts = data;

  return satchel_replica_set_meta (replica, "visited", texts->visited, error) &&
                 satchel_replica_set_meta (replica, "pinned", texts->pinned, error)
             ? GINT_TO_POINTER (TRUE)
             : NULL;
}

/* What cannot be kept now is kept with the next visit; it is nothing to bother somebody with. */
static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (source), result, &error);
}

static void
keep (SatchelRecent *recent)
{
  Texts *texts = g_new0 (Texts, 1);

  texts->visited = list_to_text (recent->visited);
  texts->pinned = list_to_text (recent->pinned);
  satchel_desk_write (recent->desk, keep_job, texts, texts_free, NULL, kept_cb, NULL);
  g_signal_emit (recent, signals[CHANGED], 0);
}

/* ---- what people do ---- */

void
satchel_recent_visit (SatchelRecent *recent, SatchelRoute *route)
{
  guint index;

  g_return_if_fail (SATCHEL_IS_RECENT (recent));
  if (satchel_route_get_kind (route) != SATCHEL_ROUTE_RECORD)
    return;
  if (find (recent->visited, route, &index)) {
    if (index == 0)
      return;
    g_ptr_array_remove_index (recent->visited, index);
  }
  g_ptr_array_insert (recent->visited, 0, satchel_route_ref (route));
  if (recent->visited->len > MOST_VISITS)
    g_ptr_array_set_size (recent->visited, MOST_VISITS);
  keep (recent);
}

gboolean
satchel_recent_is_pinned (SatchelRecent *recent, SatchelRoute *route)
{
  guint index;

  g_return_val_if_fail (SATCHEL_IS_RECENT (recent), FALSE);
  return find (recent->pinned, route, &index);
}

void
satchel_recent_set_pinned (SatchelRecent *recent, SatchelRoute *route, gboolean pinned)
{
  guint index;
  gboolean found;

  g_return_if_fail (SATCHEL_IS_RECENT (recent));
  found = find (recent->pinned, route, &index);
  if (satchel_route_get_kind (route) != SATCHEL_ROUTE_RECORD || found == pinned)
    return;
  if (found)
    g_ptr_array_remove_index (recent->pinned, index);
  else
    g_ptr_array_add (recent->pinned, satchel_route_ref (route));
  if (recent->pinned->len > MOST_PINNED)
    g_ptr_array_remove_index (recent->pinned, 0);
  keep (recent);
}

static GPtrArray *
copy_without (const GPtrArray *list, const GPtrArray *others)
{
  GPtrArray *copy = list_new ();
  guint index;

  for (guint i = 0; i < list->len; i++)
    if (others == NULL || !find (others, list->pdata[i], &index))
      g_ptr_array_add (copy, satchel_route_ref (list->pdata[i]));
  return copy;
}

GPtrArray *
satchel_recent_list_pinned (SatchelRecent *recent)
{
  g_return_val_if_fail (SATCHEL_IS_RECENT (recent), NULL);
  return copy_without (recent->pinned, NULL);
}

GPtrArray *
satchel_recent_list (SatchelRecent *recent)
{
  g_return_val_if_fail (SATCHEL_IS_RECENT (recent), NULL);
  return copy_without (recent->visited, recent->pinned);
}

char *
satchel_recent_dup_title (SatchelDesk *desk, SatchelRoute *route)
{
  SatchelSession *session = satchel_desk_get_session (desk);

  if (session == NULL ||
      satchel_registry_find (satchel_desk_get_registry (desk), satchel_route_get_entity (route)) == NULL)
    return NULL;
  return satchel_replica_dup_name (satchel_route_get_entity (route), satchel_route_get_id (route),
                                   satchel_session_get_replica (session));
}

/* ---- the object ---- */

static void
satchel_recent_finalize (GObject *object)
{
  SatchelRecent *recent = SATCHEL_RECENT (object);

  g_clear_pointer (&recent->visited, g_ptr_array_unref);
  g_clear_pointer (&recent->pinned, g_ptr_array_unref);
  G_OBJECT_CLASS (satchel_recent_parent_class)->finalize (object);
}

static void
satchel_recent_class_init (SatchelRecentClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_recent_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_RECENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_recent_init (SatchelRecent *recent)
{
}

SatchelRecent *
satchel_recent_get (SatchelDesk *desk)
{
  static const char key[] = "satchel-recent";
  SatchelRecent *recent = g_object_get_data (G_OBJECT (desk), key);
  SatchelSession *session = satchel_desk_get_session (desk);
  SatchelReplica *replica = session != NULL ? satchel_session_get_replica (session) : NULL;

  if (recent != NULL)
    return recent;
  recent = g_object_new (SATCHEL_TYPE_RECENT, NULL);
  recent->desk = desk;
  recent->visited = list_from_text (replica != NULL ? satchel_replica_peek_meta (replica, "visited") : NULL);
  recent->pinned = list_from_text (replica != NULL ? satchel_replica_peek_meta (replica, "pinned") : NULL);
  g_object_set_data_full (G_OBJECT (desk), key, recent, g_object_unref);
  return recent;
}
