/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/marks.h"

#include <e-util/e-util.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/marks-known.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

#define SETTINGS "org.gnome.evolution.mail"
#define COLOUR   "#1C71D8"
#define MOST     2000 /* ids that the agent takes at once */
#define SHOWN    8    /* folders that are looked through again when something changes */

/* Where a message was seen last. */
typedef struct {
  CamelFolder *folder;
  char *uid;
} Place;

static GHashTable *places;          /* Message-ID -> Place */
static GQueue shown = G_QUEUE_INIT; /* CamelFolder, the latest first */
static GThreadPool *writer;         /* one thread: marks are written in their order */

static void
free_place (gpointer data)
{
  Place *place = data;

  g_object_unref (place->folder);
  g_free (place->uid);
  g_free (place);
}

static Place *
make_place (CamelFolder *folder, const char *uid)
{
  Place *place = g_new (Place, 1);

  place->folder = g_object_ref (folder);
  place->uid = g_strdup (uid);
  return place;
}

gboolean
satchel_marks_has (CamelFolder *folder, const char *uid)
{
  g_autoptr (CamelMessageInfo) info = camel_folder_get_message_info (folder, uid);

  return info != NULL && camel_message_info_get_user_flag (info, SATCHEL_MARK);
}

/* ---- writing flags: a summary is a file, so not in the main loop; the last word holds ---- */

typedef struct {
  Place *place;
  gboolean tracked;
} Mark;

static void
write_in_thread (gpointer data, gpointer unused)
{
  g_autofree Mark *mark = data;
  const Place *place = mark->place;

  if (satchel_marks_has (place->folder, place->uid) != mark->tracked)
    camel_folder_set_message_user_flag (place->folder, place->uid, SATCHEL_MARK, mark->tracked);
  free_place (mark->place);
}

static void
write_mark (const Place *place, gboolean tracked)
{
  Mark *mark = g_new (Mark, 1);

  *mark = (Mark){ make_place (place->folder, place->uid), tracked };
  g_thread_pool_push (writer, mark, NULL);
}

/* ---- a whole folder ---- */

typedef struct {
  CamelFolder *folder;
  SatchelKnown *known;
} Look;

static void
free_look (gpointer data)
{
  Look *look = data;

  g_object_unref (look->folder);
  satchel_known_unref (look->known);
  g_free (look);
}

/* Stops where something changed meanwhile: it is begun again then. */
static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GPtrArray *uids = camel_folder_get_uids (look->folder);

  camel_folder_freeze (look->folder);
  for (guint i = 0; uids != NULL && i < uids->len && satchel_known_is_current (look->known); i++) {
    g_autoptr (CamelMessageInfo) info = camel_folder_get_message_info (look->folder, uids->pdata[i]);
    gboolean tracked;

    if (info != NULL && satchel_known_tell (look->known, info, &tracked) &&
        camel_message_info_get_user_flag (info, SATCHEL_MARK) != tracked)
      camel_message_info_set_user_flag (info, SATCHEL_MARK, tracked);
  }
  camel_folder_thaw (look->folder);
  if (uids != NULL)
    camel_folder_free_uids (look->folder, uids);
  g_task_return_boolean (task, satchel_known_is_current (look->known));
}

static void look_through (CamelFolder *folder);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    look_through (CAMEL_FOLDER (source));
}

static void
look_through (CamelFolder *folder)
{
  SatchelKnown *known = satchel_known_ref ();
  g_autoptr (GTask) task = NULL;
  Look *look;

  if (known == NULL || !satchel_known_is_current (known)) {
    g_clear_pointer (&known, satchel_known_unref);
    return; /* the answer that is under way brings it here again */
  }
  look = g_new (Look, 1);
  *look = (Look){ .folder = g_object_ref (folder), .known = known };
  task = g_task_new (folder, NULL, looked_cb, NULL);
  g_task_set_task_data (task, look, free_look);
  g_task_run_in_thread (task, look_in_thread);
}

static void
known_cb (void)
{
  for (GList *one = shown.head; one != NULL; one = one->next)
    look_through (one->data);
}

void
satchel_marks_show (CamelFolder *folder)
{
  GList *before = g_queue_find (&shown, folder);

  if (before != NULL) {
    g_object_unref (before->data);
    g_queue_delete_link (&shown, before);
  }
  g_queue_push_head (&shown, g_object_ref (folder));
  if (g_queue_get_length (&shown) > SHOWN)
    g_object_unref (g_queue_pop_tail (&shown));
  look_through (folder);
}

/* ---- asking ---- */

static void
told_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_auto (GStrv) asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) states = NULL;

  if (!satchel_bus_mail1_call_state_finish (SATCHEL_BUS_MAIL1 (source), &states, result, &error)) {
    g_debug ("no state: %s", error->message); /* the marks stay as they were */
    return;
  }
  for (guint i = 0; asked[i] != NULL; i++) {
    const Place *place = g_hash_table_lookup (places, asked[i]);
    g_autoptr (GVariant) state = g_variant_lookup_value (states, asked[i], G_VARIANT_TYPE_VARDICT);
    gboolean tracked = FALSE;

    if (state != NULL)
      g_variant_lookup (state, "tracked", "b", &tracked);
    satchel_known_put (asked[i], tracked);
    if (place != NULL)
      write_mark (place, tracked);
  }
}

/* Takes the ids that were noted of @ids. */
static void
ask (const char *const *ids)
{
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) known = NULL;

  for (guint i = 0; ids[i] != NULL && i < MOST; i++)
    if (g_hash_table_contains (places, ids[i]))
      g_strv_builder_add (builder, ids[i]);
  known = g_strv_builder_end (builder);
  if (bus == NULL || known[0] == NULL)
    return;
  satchel_bus_mail1_call_state (bus, SATCHEL_PROFILE, (const char *const *)known, NULL, told_cb,
                                g_strdupv (known));
}

static void
changed_cb (SatchelAgentProxy *agent, const char *const *ids)
{
  g_autofree const char **all = NULL;

  gboolean unknown = ids[0] == NULL;

  for (guint i = 0; ids[i] != NULL; i++)
    unknown |= !g_hash_table_contains (places, ids[i]);
  if (unknown)
    satchel_known_ask ();
  if (ids[0] != NULL) {
    ask (ids);
  } else {
    all = (const char **)g_hash_table_get_keys_as_array (places, NULL);
    ask (all);
  }
}

static void
remember (CamelFolder *folder, const char *uid, const char *message_id)
{
  if (g_hash_table_size (places) >= MOST)
    g_hash_table_remove_all (places); /* they are noted again when they are seen again */
  g_hash_table_insert (places, g_strdup (message_id), make_place (folder, uid));
}

void
satchel_marks_note (CamelFolder *folder, const char *uid, const char *message_id)
{
  const char *ids[] = { message_id, NULL };

  if (*message_id == '\0')
    return;
  remember (folder, uid, message_id);
  ask (ids);
}

void
satchel_marks_set (CamelFolder *folder, const char *uid, const char *message_id, gboolean tracked)
{
  g_autofree Place *place = g_new (Place, 1);

  *place = (Place){ .folder = folder, .uid = (char *)uid };
  write_mark (place, tracked);
  if (*message_id != '\0') {
    satchel_known_put (message_id, tracked);
    remember (folder, uid, message_id);
  }
}

/* ---- the label ---- */

static void
add_label (void)
{
  g_autoptr (GSettings) settings = e_util_ref_settings (SETTINGS);
  g_auto (GStrv) labels = g_settings_get_strv (settings, "labels");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) more = NULL;
  g_autofree char *own = NULL;

  for (guint i = 0; labels[i] != NULL; i++)
    if (g_str_has_suffix (labels[i], "|" SATCHEL_MARK))
      return; /* hers, whatever she calls it */
  /* Translators: the label of messages that are tracked, in a mail program's list of labels. */
  own = g_strdup_printf ("%s:%s|%s", _ ("In CRM"), COLOUR, SATCHEL_MARK);
  g_strv_builder_addv (builder, (const char **)labels);
  g_strv_builder_add (builder, own);
  more = g_strv_builder_end (builder);
  g_settings_set_strv (settings, "labels", (const char *const *)more);
}

void
satchel_marks_start (void)
{
  if (places != NULL)
    return;
  places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_place);
  writer = g_thread_pool_new (write_in_thread, NULL, 1, FALSE, NULL);
  g_signal_connect (satchel_agent_proxy_get (), "messages-changed", G_CALLBACK (changed_cb), NULL);
  satchel_known_start (known_cb);
  add_label ();
}
