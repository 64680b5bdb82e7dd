/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/arrivals.h"

#include <libebackend/libebackend.h>
#include <libemail-engine/libemail-engine.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/mail-deeds.h"
#include "client/evolution/marks.h"
#include "client/evolution/message.h"
#include "client/evolution/regarding-dialog.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

#define MOST                                                                                                 \
  500 /* of one arrival: who fetches a mailbox for the first time does not want all of it tracked */
#define RECENT_S 120

typedef struct {
  EExtension parent_instance;
  GHashTable *seen; /* "folder URI uid": looked at in this run */
} SatchelArrivalsExtension;
typedef EExtensionClass SatchelArrivalsExtensionClass;

GType satchel_arrivals_extension_get_type (void);
G_DEFINE_DYNAMIC_TYPE (SatchelArrivalsExtension, satchel_arrivals_extension, E_TYPE_EXTENSION)

/* One folder with new messages: looked at one after the other. */
typedef struct {
  CamelFolder *folder;
  char *uri;
  GPtrArray *uids;
  guint at;
  SatchelMessageFacts *facts;
} Arrival;

static void go_on (Arrival *arrival);

static void
free_arrival (Arrival *arrival)
{
  g_clear_object (&arrival->folder);
  g_free (arrival->uri);
  g_clear_pointer (&arrival->uids, g_ptr_array_unref);
  satchel_message_facts_free (arrival->facts);
  g_free (arrival);
}

static void
next (Arrival *arrival)
{
  g_clear_pointer (&arrival->facts, satchel_message_facts_free);
  arrival->at++;
  go_on (arrival);
}

/* ---- one message ---- */

static void
tracked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = data;
  g_autoptr (GError) error = NULL;

  if (satchel_bus_mail1_call_track_finish (SATCHEL_BUS_MAIL1 (source), NULL, NULL, NULL, NULL, result,
                                           &error))
    satchel_marks_set (arrival->folder, g_ptr_array_index (arrival->uids, arrival->at), arrival->facts->id,
                       TRUE);
  else
    g_debug ("not tracked by itself: %s",
             error->message); /* nobody asked for it: she may still track it herself */
  next (arrival);
}

static void
wanted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = data;
  gboolean wanted = FALSE;
  g_autoptr (GUnixFDList) bytes = NULL;

  if (satchel_bus_mail1_call_wanted_finish (SATCHEL_BUS_MAIL1 (source), &wanted, result, NULL) && wanted)
    bytes = satchel_message_dup_bytes (arrival->facts, NULL);
  if (bytes == NULL) {
    next (arrival);
    return;
  }
  satchel_bus_mail1_call_track (SATCHEL_BUS_MAIL1 (source), SATCHEL_PROFILE, g_variant_new_handle (0),
                                g_variant_new ("a{sv}", NULL), bytes, NULL, tracked_cb, arrival);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const nobody[] = { NULL };
  Arrival *arrival = data;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), NULL);
  g_autofree const char **addresses = NULL;
  g_auto (GStrv) references = NULL;

  arrival->facts = satchel_message_finish (result, NULL);
  if (arrival->facts == NULL || bus == NULL) {
    next (arrival);
    return;
  }
  addresses = satchel_regarding_list_addresses (arrival->facts->addresses);
  references = satchel_message_list_references (arrival->facts);
  satchel_bus_mail1_call_wanted (bus, SATCHEL_PROFILE, arrival->facts->id, arrival->facts->in_reply_to,
                                 (const char *const *)references, arrival->facts->has_sender ? addresses : nobody,
                                 arrival->uri, NULL, wanted_cb, arrival);
}

static void
go_on (Arrival *arrival)
{
  if (arrival->at >= arrival->uids->len)
    free_arrival (arrival);
  else
    satchel_message_load (arrival->folder, g_ptr_array_index (arrival->uids, arrival->at), TRUE, NULL,
                          read_cb, arrival);
}

/* ---- which are new ---- */

typedef struct {
  SatchelArrivalsExtension *self;
  CamelStore *store;
  char *name;
  guint new_messages;
  gint64 since; /* received then or later; 0: whenever */
} News;

static void
free_news (gpointer data)
{
  News *news = data;

  g_object_unref (news->self);
  g_object_unref (news->store);
  g_free (news->name);
  g_free (news);
}

static int
compare_received (gconstpointer a, gconstpointer b, gpointer folder)
{
  g_autoptr (CamelMessageInfo) one = camel_folder_get_message_info (folder, *(const char *const *)a);
  g_autoptr (CamelMessageInfo) other = camel_folder_get_message_info (folder, *(const char *const *)b);
  gint64 first = one != NULL ? camel_message_info_get_date_received (one) : 0;
  gint64 second = other != NULL ? camel_message_info_get_date_received (other) : 0;

  if (first == second) /* a folder that does not know: its ids grow */
    return camel_folder_cmp_uids (folder, *(const char *const *)b, *(const char *const *)a);
  return first < second ? 1 : -1;
}

/* When it was received is what its servers wrote into it; some write nothing. */
static gboolean
is_recent (CamelFolder *folder, const char *uid, gint64 since)
{
  g_autoptr (CamelMessageInfo) info = since > 0 ? camel_folder_get_message_info (folder, uid) : NULL;
  gint64 when = info != NULL ? camel_message_info_get_date_received (info) : 0;

  if (info != NULL && when <= 0)
    when = camel_message_info_get_date_sent (info);
  return since == 0 || when >= since;
}

/* The cache of folders tells how many came, not which: the unread that were received last, but for those
 * looked at before. */
static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  News *news = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CamelFolder) folder =
      camel_store_get_folder_sync (news->store, news->name, 0, cancellable, &error);
  g_autoptr (GPtrArray) found = NULL;
  Arrival *arrival;

  if (folder != NULL)
    found = camel_folder_search_by_expression (
        folder, "(match-all (not (or (system-flag \"Seen\") (system-flag \"Deleted\"))))", cancellable,
        &error);
  if (found == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  arrival = g_new0 (Arrival, 1);
  arrival->folder = g_object_ref (folder);
  arrival->uri = e_mail_folder_uri_from_folder (folder);
  arrival->uids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_sort_with_data (found, compare_received, folder);
  for (guint i = 0; i < found->len && i < news->new_messages; i++)
    if (!satchel_marks_has (folder, g_ptr_array_index (found, i)) &&
        is_recent (folder, g_ptr_array_index (found, i), news->since))
      g_ptr_array_add (arrival->uids, g_strdup (g_ptr_array_index (found, i)));
  camel_folder_search_free (folder, g_steal_pointer (&found));
  g_task_return_pointer (task, arrival, (GDestroyNotify)free_arrival);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = g_task_propagate_pointer (G_TASK (result), NULL);
  News *news = g_task_get_task_data (G_TASK (result));

  if (arrival == NULL) /* the folder has gone again */
    return;
  for (guint i = arrival->uids->len; i-- > 0;)
    if (!g_hash_table_add (news->self->seen,
                           g_strconcat (arrival->uri, " ", g_ptr_array_index (arrival->uids, i), NULL)))
      g_ptr_array_remove_index (arrival->uids, i);
  go_on (arrival);
}

static void
look (News *news)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, found_cb, NULL);

  g_task_set_task_data (task, news, free_news);
  g_task_run_in_thread (task, find_in_thread);
}

/* With the rule "none" nothing is read at all: a message may have to be fetched for it. */
static void
rule_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  News *news = data;
  g_autofree char *rule = NULL, *folder = NULL;

  if (satchel_bus_mail1_call_get_rule_finish (SATCHEL_BUS_MAIL1 (source), &rule, &folder, result, NULL) &&
      g_strcmp0 (rule, "none") != 0)
    look (news);
  else
    free_news (news);
}

static gboolean
is_for_arrivals (SatchelArrivalsExtension *self, CamelStore *store, const char *name)
{
  EMailSession *session = E_MAIL_SESSION (e_extension_get_extensible (E_EXTENSION (self)));
  CamelFolderInfoFlags flags = 0;

  mail_folder_cache_get_folder_info_flags (e_mail_session_get_folder_cache (session), store, name, &flags);
  switch (flags & CAMEL_FOLDER_TYPE_MASK) {
  case CAMEL_FOLDER_TYPE_OUTBOX:
  case CAMEL_FOLDER_TYPE_TRASH:
  case CAMEL_FOLDER_TYPE_JUNK:
  case CAMEL_FOLDER_TYPE_SENT:
  case CAMEL_FOLDER_TYPE_DRAFTS:
    return FALSE;
  default:
    return (flags & CAMEL_FOLDER_VIRTUAL) == 0;
  }
}

static void
folder_changed_cb (SatchelArrivalsExtension *self, CamelStore *store, const char *name, int new_messages,
                   const char *uid, const char *sender, const char *subject)
{
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), NULL);
  News *news;

  if (bus == NULL || !is_for_arrivals (self, store, name))
    return;
  news = g_new0 (News, 1);
  news->self = g_object_ref (self);
  news->store = g_object_ref (store);
  news->name = g_strdup (name);
  /* What comes within the same second as the one before is not counted, nor what no server has signed. */
  news->new_messages = new_messages > 0 ? MIN (new_messages, MOST) : MOST;
  news->since = new_messages > 0 ? 0 : g_get_real_time () / G_USEC_PER_SEC - RECENT_S;
  satchel_bus_mail1_call_get_rule (bus, SATCHEL_PROFILE, NULL, rule_cb, news);
}

/* ---- making it ---- */

/* The session has its cache of folders once it is constructed, which is after its extensions. */
static gboolean
watch_cb (gpointer data)
{
  SatchelArrivalsExtension *self = data;
  EMailSession *session = E_MAIL_SESSION (e_extension_get_extensible (E_EXTENSION (self)));

  g_signal_connect_object (e_mail_session_get_folder_cache (session), "folder-changed",
                           G_CALLBACK (folder_changed_cb), self, G_CONNECT_SWAPPED);
  satchel_marks_start ();
  return G_SOURCE_REMOVE;
}

static void
satchel_arrivals_extension_constructed (GObject *object)
{
  G_OBJECT_CLASS (satchel_arrivals_extension_parent_class)->constructed (object);
  g_idle_add_full (G_PRIORITY_DEFAULT, watch_cb, g_object_ref (object), g_object_unref);
}

static void
satchel_arrivals_extension_finalize (GObject *object)
{
  g_hash_table_unref (((SatchelArrivalsExtension *)object)->seen);
  G_OBJECT_CLASS (satchel_arrivals_extension_parent_class)->finalize (object);
}

static void
satchel_arrivals_extension_class_init (SatchelArrivalsExtensionClass *class)
{
  G_OBJECT_CLASS (class)->constructed = satchel_arrivals_extension_constructed;
  G_OBJECT_CLASS (class)->finalize = satchel_arrivals_extension_finalize;
  class->extensible_type = E_TYPE_MAIL_SESSION;
}

static void
satchel_arrivals_extension_class_finalize (SatchelArrivalsExtensionClass *class)
{
}

static void
satchel_arrivals_extension_init (SatchelArrivalsExtension *self)
{
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
satchel_arrivals_register (GTypeModule *module)
{
  satchel_arrivals_extension_register_type (module);
}
