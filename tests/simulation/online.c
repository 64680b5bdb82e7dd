/* What people ask the server without carrying it, over the client's own door: lists, records that are then
 * pinned, history, why, previews. What is answered is checked where it leaves the server (questions.h), what
 * arrives here once more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/online.h"

#include <string.h>

#include "client/scope.h"
#include "protocol/error.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/tap.h"

static const char *const entities[] = { "account", "contact", "lead", "opportunity", "task", "note" };

/* Whoever asks waits for the answer; a device that dies asks no more. */
void
sim_online_stop (SimDevice *device)
{
  if (device->asking == NULL)
    return;
  g_cancellable_cancel (device->asking);
  while (device->asking != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* NULL: it asks already, or cannot. */
static GCancellable *
begin (SimDevice *device)
{
  if (device->asking != NULL || device->offline ||
      satchel_sync_driver_get_state (device->driver) == SATCHEL_SYNC_SIGNED_OUT)
    return NULL;
  device->asking = g_cancellable_new ();
  return device->asking;
}

static void
end (SimDevice *device)
{
  g_clear_object (&device->asking);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SimDevice *device = data;
  g_autoptr (SatchelOnlinePage) page = satchel_online_finish (result, NULL);
  for (guint i = 0; page != NULL && i < page->rows->len; i++) {
    const SatchelOnlineRow *row = g_ptr_array_index (page->rows, i);
    if (!sim_tap_knew (device->world, satchel_session_get_user (device->session), row->record->id))
      sim_fail (device->world, "4: device %u (%s) has got %s", device->index, device->user, row->record->id);
  }
  end (device);
}

void
sim_do_list_online (SimDevice *device)
{
  const char *where, *name = sim_condition_pick (device->world, &where);
  SatchelRegistry *registry = satchel_session_get_registry (device->session);
  SatchelOnlineList list = { .entity = satchel_registry_find (registry, name), .limit = 1000 };
  g_autoptr (SatchelPredicate) predicate =
      list.entity != NULL ? satchel_predicate_parse (registry, list.entity, where, NULL) : NULL;
  list.where = predicate;
  if (predicate != NULL && begin (device) != NULL)
    satchel_online_list (device->session, device->transport, &list, device->asking, page_cb, device);
}

/* The id of any record that there is. */
static const SatchelEntity *
pick_any (SimDevice *device, char **id)
{
  const char *name = entities[sim_random (device->world, G_N_ELEMENTS (entities))];
  const GPtrArray *rows = sim_truth_list (sim_truth_get (device->world), name);
  if (rows->len == 0)
    return NULL;
  *id = g_strdup (((const SimRow *)rows->pdata[sim_random (device->world, rows->len)])->record->id);
  return satchel_registry_find (satchel_session_get_registry (device->session), name);
}

void
sim_do_open_online (SimDevice *device)
{
  g_autofree char *id = NULL;
  const SatchelEntity *entity = pick_any (device, &id);
  if (entity != NULL && begin (device) != NULL)
    satchel_online_open (device->session, device->transport, entity, id, device->asking, page_cb, device);
}

static void
text_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_free (satchel_online_finish_text (result, NULL));
  end (data);
}

void
sim_do_unpin (SimDevice *device)
{
  GHashTableIter iter;
  gpointer key;
  g_autofree char *id = NULL;
  const char *own = satchel_session_get_device (device->session);
  g_hash_table_iter_init (&iter, sim_truth_get (device->world)->pins);
  while (own != NULL && g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, own) && (id == NULL || g_strcmp0 (id, (char *)key + 37) > 0)) {
      g_free (id);
      id = g_strdup ((char *)key + 37);
    }
  const SimRow *row = id != NULL ? sim_truth_find (sim_truth_get (device->world), id) : NULL;
  const SatchelEntity *entity =
      row != NULL
          ? satchel_registry_find (satchel_session_get_registry (device->session), row->record->entity->name)
          : NULL;
  if (entity != NULL && begin (device) != NULL)
    satchel_online_unpin (device->session, device->transport, entity, id, device->asking, text_cb, device);
}

/* ---- history ---- */

typedef struct {
  SimDevice *device;
  const SatchelEntity *entity;
  char *id, *cursor;
} LookBack;

/* Much may have happened meanwhile; the replica keeps it where that is right. */
static void
looked_back_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  LookBack *look = data;
  SimDevice *device = look->device;
  g_autofree char *text = satchel_online_finish_text (result, NULL);
  g_autoptr (GError) error = NULL;
  if (text != NULL)
    sim_check (device->world,
               satchel_replica_keep_history (satchel_session_get_replica (device->session), look->entity,
                                             look->id, look->cursor, text, &error),
               error, "keeping history");
  end (device);
  g_free (look->id);
  g_free (look->cursor);
  g_free (look);
}

void
sim_do_look_back (SimDevice *device)
{
  const char *name = entities[sim_random (device->world, G_N_ELEMENTS (entities))];
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (device->session), name);
  g_autofree char *id = sim_pick_record (device, entity, "true");
  g_autoptr (GError) error = NULL;
  LookBack *look;
  if (id == NULL || begin (device) == NULL)
    return;
  look = g_new0 (LookBack, 1);
  *look = (LookBack){ device, entity, g_strdup (id), NULL };
  sim_check (device->world,
             satchel_replica_dup_meta (satchel_session_get_replica (device->session), "cursor", &look->cursor,
                                       &error),
             error, "reading the cursor");
  satchel_online_history (device->session, device->transport, entity, id, device->asking, looked_back_cb,
                          look);
}

/* ---- questions without a door of their own ---- */

static void
heard_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
}

static void
post (SimDevice *device, const char *path, const char *text)
{
  static const SatchelExchangeHandler handler = { .done = heard_cb };
  g_autofree char *token = satchel_session_dup_token (device->session, NULL);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  if (token != NULL && !device->offline)
    device->transport->start (device->transport, path, token, body, &handler, device);
}

void
sim_do_ask_why (SimDevice *device)
{
  g_autofree char *id = NULL;
  const SatchelEntity *entity = pick_any (device, &id);
  g_autofree char *text =
      entity != NULL ? g_strdup_printf ("{\"entity\":\"%s\",\"record\":\"%s\"}", entity->name, id) : NULL;
  if (text != NULL)
    post (device, "/v1/why", text);
}

void
sim_do_preview (SimDevice *device)
{
  const char *where, *name = sim_condition_pick (device->world, &where);
  const SatchelScopeChoice choice = { .entity = name,
                                      .predicate = where,
                                      .related = sim_chance (device->world, 50) };
  g_autofree char *text = satchel_session_scope_preview_to_text (device->session, &choice, NULL);
  if (text != NULL)
    post (device, "/v1/preview", text);
}
