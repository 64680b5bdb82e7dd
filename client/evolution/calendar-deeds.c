/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/calendar-deeds.h"

#include "client/evolution/agent-proxy.h"
#include "client/evolution/calendar-text.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/notices.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

typedef struct {
  gboolean regarding;
  char *entity, *id, *title;
  GPtrArray *items; /* SatchelItem */
  guint at;
  GPtrArray *uids; /* of those that are done */
  char *text;      /* of the one under way */
  GWeakRef sink;
  guint undos;
} Work;

static GHashTable *noted; /* UID -> SatchelItem: what was tracked in this run */

static void go_on (Work *work);
static void ask (Work *work);

SatchelItem *
satchel_item_new (ECalClient *client, const char *uid)
{
  SatchelItem *item = g_new (SatchelItem, 1);

  item->client = g_object_ref (client);
  item->uid = g_strdup (uid);
  return item;
}

void
satchel_item_free (gpointer data)
{
  SatchelItem *item = data;

  g_object_unref (item->client);
  g_free (item->uid);
  g_free (item);
}

static void
free_work (gpointer data)
{
  Work *work = data;

  g_free (work->entity);
  g_free (work->id);
  g_free (work->title);
  g_free (work->text);
  g_ptr_array_unref (work->items);
  g_ptr_array_unref (work->uids);
  g_weak_ref_clear (&work->sink);
  g_free (work);
}

/* ---- the category ---- */

static void
states_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_auto (GStrv) uids = data;
  g_autoptr (GVariant) states = NULL;

  if (!satchel_bus_mail1_call_item_state_finish (SATCHEL_BUS_MAIL1 (source), &states, result, NULL))
    return;
  for (guint i = 0; uids[i] != NULL; i++) {
    const SatchelItem *item = g_hash_table_lookup (noted, uids[i]);
    g_autoptr (GVariant) state = g_variant_lookup_value (states, uids[i], G_VARIANT_TYPE_VARDICT);
    gboolean tracked = FALSE;

    if (state != NULL)
      g_variant_lookup (state, "tracked", "b", &tracked);
    if (item != NULL)
      satchel_calendar_mark (item->client, item->uid, tracked);
  }
}

static void
changed_cb (SatchelAgentProxy *agent, const char *const *uids)
{
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (agent, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  GHashTableIter all;
  const char *uid;

  g_hash_table_iter_init (&all, noted);
  while (g_hash_table_iter_next (&all, (gpointer *)&uid, NULL))
    if (uids[0] == NULL || g_strv_contains (uids, uid))
      g_strv_builder_add (builder, uid);
  list = g_strv_builder_end (builder);
  if (bus != NULL && list[0] != NULL)
    satchel_bus_mail1_call_item_state (bus, SATCHEL_PROFILE, (const char *const *)list, NULL, states_cb,
                                       g_strdupv (list));
}

static void
note (const SatchelItem *item)
{
  if (noted == NULL) {
    noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, satchel_item_free);
    g_signal_connect (satchel_agent_proxy_get (), "items-changed", G_CALLBACK (changed_cb), NULL);
  }
  g_hash_table_insert (noted, g_strdup (item->uid), satchel_item_new (item->client, item->uid));
}

/* ---- what came of it ---- */

static void
finish (Work *work)
{
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&work->sink);
  guint n = work->uids->len;
  g_autofree char *words =
      work->title != NULL && *work->title != '\0'
          /* Translators: a number of appointments or tasks, and the record that they are about. */
          ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u item is tracked, regarding %s",
                                          "%u items are tracked, regarding %s", n),
                             n, work->title)
          : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u item is tracked", "%u items are tracked", n),
                             n);

  satchel_agent_proxy_announce (satchel_agent_proxy_get (), "items-changed", work->uids);
  satchel_notice_done (sink, words, work->undos, NULL);
  free_work (work);
}

static void
again_cb (gpointer data)
{
  go_on (data);
}

static void
fail (Work *work, GError *error)
{
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&work->sink);

  satchel_agent_proxy_announce (satchel_agent_proxy_get (), "items-changed", work->uids);
  satchel_notice_problem (sink,
                          satchel_agent_error_is (error, "Forbidden")
                              ? _ ("The item is private, or may not be tracked")
                              : _ ("The item is not tracked"),
                          error, satchel_agent_is_away (error) ? again_cb : NULL, work, free_work);
}

/* ---- one item ---- */

static void
finish_one (Work *work)
{
  const SatchelItem *item = g_ptr_array_index (work->items, work->at);

  work->undos++;
  note (item);
  g_ptr_array_add (work->uids, g_strdup (item->uid));
  g_clear_pointer (&work->text, g_free);
  work->at++;
  go_on (work);
}

static void
tracked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (satchel_bus_mail1_call_track_item_finish (SATCHEL_BUS_MAIL1 (source), NULL, NULL, result, &error))
    finish_one (work);
  else
    fail (work, error);
}

static void
track (Work *work)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (bus == NULL) {
    fail (work, error);
    return;
  }
  if (work->regarding && *work->entity != '\0')
    g_variant_dict_insert (&options, "regarding", "(ss)", work->entity, work->id);
  satchel_bus_mail1_call_track_item (bus, SATCHEL_PROFILE, work->text, g_variant_dict_end (&options), NULL,
                                     tracked_cb, work);
}

static void
regarded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (satchel_bus_mail1_call_set_item_regarding_finish (SATCHEL_BUS_MAIL1 (source), result, &error))
    finish_one (work);
  else if (satchel_agent_error_is (error, "NotFound") && *work->entity != '\0')
    track (work);
  else
    fail (work, error);
}

static void
ask (Work *work)
{
  const SatchelItem *item = g_ptr_array_index (work->items, work->at);
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);

  if (bus == NULL)
    fail (work, error);
  else if (work->regarding)
    satchel_bus_mail1_call_set_item_regarding (bus, SATCHEL_PROFILE, item->uid, work->entity, work->id, NULL,
                                               regarded_cb, work);
  else
    track (work);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  g_free (work->text);
  work->text = satchel_calendar_read_finish (result, &error);
  if (work->text == NULL)
    fail (work, error);
  else
    ask (work);
}

static void
go_on (Work *work)
{
  const SatchelItem *item;

  if (work->at >= work->items->len) {
    finish (work);
    return;
  }
  item = g_ptr_array_index (work->items, work->at);
  satchel_calendar_read (item->client, item->uid, read_cb, work);
}

void
satchel_items_do (const SatchelItemDeed *deed, GPtrArray *items, EAlertSink *sink)
{
  Work *work;

  if (items->len == 0)
    return;
  work = g_new0 (Work, 1);
  work->regarding = deed->regarding;
  work->entity = g_strdup (deed->entity);
  work->id = g_strdup (deed->id);
  work->title = g_strdup (deed->title);
  work->items = g_ptr_array_ref (items);
  work->uids = g_ptr_array_new_with_free_func (g_free);
  g_weak_ref_init (&work->sink, sink);
  go_on (work);
}
