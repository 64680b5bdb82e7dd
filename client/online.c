/* One exchange a question, as a GTask.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/online.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/online-page.h"
#include "client/sync/ask.h"
#include "protocol/error.h"
#include "protocol/wire/query.h"

static gboolean
is_page (gpointer tag)
{
  return tag == satchel_online_list || tag == satchel_online_open;
}

/* @data: our task, whose data is the registry that the question was asked with. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *text = satchel_ask_finish (result, NULL, &error);
  SatchelOnlinePage *page;

  if (text != NULL && !is_page (g_task_get_source_tag (task))) {
    g_task_return_pointer (task, g_steal_pointer (&text), g_free);
    return;
  }
  page = text != NULL ? satchel_online_page_parse (g_task_get_task_data (task), text, strlen (text), &error)
                      : NULL;
  if (page != NULL)
    g_task_return_pointer (task, page, (GDestroyNotify)satchel_online_page_free);
  else
    g_task_return_error (task, error);
}

/* Takes @text. */
static void
ask (SatchelSession *session, SatchelTransport *transport, const char *path, char *text, gpointer tag,
     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_autofree char *owned = text, *token = NULL;
  GError *error = NULL;

  g_task_set_task_data (task, satchel_registry_ref (satchel_session_get_registry (session)),
                        (GDestroyNotify)satchel_registry_unref);
  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE); /* what has come is given */
  if (satchel_session_get_offline (session) && !satchel_session_is_choosing (session)) {
    g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE, "%s",
                             _ (satchel_error_sentence (SATCHEL_ERROR_OFFLINE)));
    return;
  }
  token = satchel_session_dup_token (session, &error);
  if (token == NULL) {
    g_task_return_error (task, error);
    return;
  }
  satchel_ask_async (transport, path, token, g_steal_pointer (&owned), cancellable, answered_cb,
                     g_object_ref (task));
}

char *
satchel_online_dup_name (const char *entity, const char *id, gpointer data)
{
  const SatchelOnlinePage *page = data;
  g_autofree char *key = g_strdup_printf ("%s:%s", entity, id);

  return g_strdup (g_hash_table_lookup (page->titles, key));
}

/* ---- lists ---- */

void
satchel_online_list (SatchelSession *session, SatchelTransport *transport, const SatchelOnlineList *list,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autofree char *where = list->where != NULL ? satchel_predicate_to_text (list->where) : NULL;
  SatchelPredicateContext context;
  SatchelListRequest request = {
    .entity = (char *)list->entity->name,
    .where = where != NULL && *where != '\0' ? where : NULL,
    .find = (char *)list->find,
    .find_fields = (char **)list->find_fields,
    .sort = list->sort != NULL ? (char *)list->sort->name : NULL,
    .descending = list->descending,
    .columns = (char **)list->columns,
    .limit = list->limit,
    .after = (char *)list->after,
    .count = list->count,
  };

  satchel_session_get_context (session, &context);
  if (context.zone != NULL && strchr (g_time_zone_get_identifier (context.zone), '/') != NULL)
    request.zone = (char *)g_time_zone_get_identifier (context.zone);
  ask (session, transport, "/v1/query", satchel_list_request_to_text (&request), satchel_online_list,
       cancellable, callback, data);
}

void
satchel_online_open (SatchelSession *session, SatchelTransport *transport, const SatchelEntity *entity,
                     const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  const SatchelRecordRequest request = { (char *)entity->name, (char *)id };

  ask (session, transport, "/v1/record", satchel_record_request_to_text (&request), satchel_online_open,
       cancellable, callback, data);
}

SatchelOnlinePage *
satchel_online_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (is_page (g_task_get_source_tag (G_TASK (result))), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
related_free (SatchelOnlineList *list)
{
  g_clear_pointer (&list->where, satchel_predicate_unref);
  g_free (list);
}

GPtrArray *
satchel_online_related (SatchelSession *session, const SatchelEntity *entity, const char *id, gint64 limit,
                        GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify)related_free);
  guint n_references;
  const SatchelReference *references = satchel_registry_get_references (registry, entity, &n_references);

  for (guint i = 0; i < n_references; i++) {
    const SatchelField *field = references[i].field;
    g_autofree char *text = NULL;
    SatchelOnlineList *list;

    if (field->origin == SATCHEL_ORIGIN_SYSTEM) /* a user created half the world */
      continue;
    list = g_new0 (SatchelOnlineList, 1);
    g_ptr_array_add (lists, list);
    list->entity = references[i].entity;
    list->sort = field;
    list->limit = limit;
    text = g_strdup_printf ("%s = %s%s%s", field->name, field->n_targets > 1 ? entity->name : "",
                            field->n_targets > 1 ? ":" : "", id);
    list->where = satchel_predicate_parse (registry, list->entity, text, error);
    if (list->where == NULL)
      return NULL;
  }
  return g_steal_pointer (&lists);
}

/* ---- what is answered with a text ---- */

void
satchel_online_unpin (SatchelSession *session, SatchelTransport *transport, const SatchelEntity *entity,
                      const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  const SatchelRecordRequest request = { (char *)entity->name, (char *)id };

  ask (session, transport, "/v1/unpin", satchel_record_request_to_text (&request), satchel_online_unpin,
       cancellable, callback, data);
}

void
satchel_online_history (SatchelSession *session, SatchelTransport *transport, const SatchelEntity *entity,
                        const char *id, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer data)
{
  ask (session, transport, "/v1/history",
       g_strdup_printf ("{\"entity\":\"%s\",\"record\":\"%s\"}", entity->name, id), satchel_online_history,
       cancellable, callback, data);
}

char *
satchel_online_finish_text (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (!is_page (g_task_get_source_tag (G_TASK (result))), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
