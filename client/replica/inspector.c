/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/inspector.h"

#include "client/replica/inspect.h"

struct _SatchelInspector {
  char *uri;
  GAsyncQueue *entities; /* const SatchelEntity *; the inspector itself: no more */
  gint dropped;          /* atomic */
  GThread *thread;
  GError *error; /* the thread's, until it is joined */
};

static void
look (SatchelInspector *inspector, SatchelDatabase *database)
{
  const SatchelEntity *entity;

  while ((gpointer)(entity = g_async_queue_pop (inspector->entities)) != inspector) {
    if (inspector->error == NULL && !g_atomic_int_get (&inspector->dropped))
      (void)!satchel_inspect_rows (database, entity, &inspector->error);
  }
}

static gpointer
run (gpointer data)
{
  SatchelInspector *inspector = data;
  g_autoptr (SatchelDatabase) database =
      satchel_database_open (inspector->uri, SATCHEL_DATABASE_READ_ONLY, &inspector->error);

  look (inspector, database);
  return NULL;
}

SatchelInspector *
satchel_inspector_new (const char *uri)
{
  SatchelInspector *inspector = g_new0 (SatchelInspector, 1);

  inspector->uri = g_strdup (uri);
  inspector->entities = g_async_queue_new ();
  inspector->thread = g_thread_new ("inspector", run, inspector);
  return inspector;
}

static void
join (SatchelInspector *inspector)
{
  g_async_queue_push (inspector->entities, inspector);
  g_thread_join (g_steal_pointer (&inspector->thread));
}

void
satchel_inspector_free (SatchelInspector *inspector)
{
  if (inspector == NULL)
    return;
  g_atomic_int_set (&inspector->dropped, TRUE);
  if (inspector->thread != NULL)
    join (inspector);
  g_clear_error (&inspector->error);
  g_async_queue_unref (inspector->entities);
  g_free (inspector->uri);
  g_free (inspector);
}

void
satchel_inspector_add (SatchelInspector *inspector, const SatchelEntity *entity)
{
  g_async_queue_push (inspector->entities, (gpointer)entity);
}

gboolean
satchel_inspector_finish (SatchelInspector *inspector, GError **error)
{
  join (inspector);
  if (inspector->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&inspector->error));
  return FALSE;
}
