/* The thread owns the mirrors; statuses are shared under a lock; all else goes to and fro as calls in the
 * other one's main context.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/mirrors.h"

#include "client/eds/sources.h"

#define PATIENCE_US (2 * G_USEC_PER_SEC) /* with an EDS that does not answer, when the program ends */

struct _SatchelMirrors {
  gatomicrefcount references; /* the thread's and the owner's */
  char *data_dir;
  SatchelMirrorsNotice notice;
  gpointer data;
  GMainContext *context;
  GMainLoop *loop;
  GHashTable *mirrors; /* profile → SatchelMirror; the thread's */

  GMutex lock;
  GCond ended_cond;
  gboolean ended, closed; /* the thread has; the owner has */
  GHashTable *statuses;   /* profile → SatchelMirrorStatus */
};

static void
status_free (SatchelMirrorStatus *status)
{
  g_free (status->reason);
  g_free (status->rescued);
  g_free (status);
}

static void
unref (SatchelMirrors *mirrors)
{
  if (!g_atomic_ref_count_dec (&mirrors->references))
    return;
  g_hash_table_unref (mirrors->statuses);
  g_main_loop_unref (mirrors->loop);
  g_main_context_unref (mirrors->context);
  g_mutex_clear (&mirrors->lock);
  g_cond_clear (&mirrors->ended_cond);
  g_free (mirrors->data_dir);
  g_free (mirrors);
}

/* ---- in the thread ---- */

static void
status_cb (SatchelMirror *mirror, const SatchelMirrorStatus *status, gpointer data)
{
  SatchelMirrors *mirrors = data;
  SatchelMirrorStatus *copy = g_memdup2 (status, sizeof *status);

  copy->reason = g_strdup (status->reason);
  copy->rescued = g_strdup (status->rescued);
  g_mutex_lock (&mirrors->lock);
  g_hash_table_replace (mirrors->statuses, g_strdup (satchel_mirror_get_profile (mirror)), copy);
  g_mutex_unlock (&mirrors->lock);
}

typedef struct {
  SatchelMirrors *mirrors; /* a reference, where it goes to the owner */
  char *profile, *reason;
  SatchelMirrorNotice notice;
  guint count;
  GHashTable *records; /* entity → set of ids */
} Message;

static void
message_free (Message *message)
{
  g_clear_pointer (&message->records, g_hash_table_unref);
  g_free (message->profile);
  g_free (message->reason);
  g_free (message);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Message, message_free)

static gboolean
tell_cb (gpointer data)
{
  Message *message = data;
  SatchelMirrors *mirrors = message->mirrors;

  if (!mirrors->closed)
    mirrors->notice (message->profile, message->notice, message->count, message->reason, mirrors->data);
  return G_SOURCE_REMOVE;
}

static void
told_cb (gpointer data)
{
  Message *message = data;

  unref (message->mirrors);
  message_free (message);
}

static void
notice_cb (SatchelMirror *mirror, SatchelMirrorNotice notice, guint count, const char *reason, gpointer data)
{
  SatchelMirrors *mirrors = data;
  Message *message = g_new0 (Message, 1);

  g_atomic_ref_count_inc (&mirrors->references);
  message->mirrors = mirrors;
  message->profile = g_strdup (satchel_mirror_get_profile (mirror));
  message->reason = g_strdup (reason);
  message->notice = notice;
  message->count = count;
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, tell_cb, message, told_cb);
}

static SatchelMirror *
ensure (SatchelMirrors *mirrors, const char *profile)
{
  static const SatchelMirrorEvents events = { status_cb, notice_cb };
  SatchelMirror *mirror = g_hash_table_lookup (mirrors->mirrors, profile);

  if (mirror == NULL) {
    mirror = satchel_mirror_new (mirrors->data_dir, profile, &events, mirrors);
    g_hash_table_insert (mirrors->mirrors, (gpointer)satchel_mirror_get_profile (mirror), mirror);
  }
  return mirror;
}

static gboolean
orphans_cb (gpointer data)
{
  SatchelMirrors *mirrors = data;
  g_autoptr (GPtrArray) profiles = satchel_sources_list_profiles ();

  for (guint i = 0; i < profiles->len; i++) {
    g_autofree char *folder = g_build_filename (mirrors->data_dir, profiles->pdata[i], NULL);

    if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
      satchel_mirror_erase (ensure (mirrors, profiles->pdata[i]));
  }
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  SatchelMirrors *mirrors = data;

  g_main_context_push_thread_default (mirrors->context);
  mirrors->mirrors =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)satchel_mirror_free);
  g_main_loop_run (mirrors->loop);
  g_hash_table_unref (mirrors->mirrors);
  g_main_context_pop_thread_default (mirrors->context);
  g_mutex_lock (&mirrors->lock);
  mirrors->ended = TRUE;
  g_cond_signal (&mirrors->ended_cond);
  g_mutex_unlock (&mirrors->lock);
  unref (mirrors);
  return NULL;
}

/* ---- the owner's side ---- */

static void
deliver_to (SatchelMirrors *mirrors, GSourceFunc deliver, const char *profile, GHashTable *records)
{
  Message *message = g_new0 (Message, 1);

  message->mirrors = mirrors;
  message->profile = g_strdup (profile);
  message->records = records;
  g_main_context_invoke_full (mirrors->context, G_PRIORITY_DEFAULT, deliver, message,
                              (GDestroyNotify)message_free);
}

static gboolean
touch_cb (gpointer data)
{
  Message *message = data;

  satchel_mirror_touch (ensure (message->mirrors, message->profile), message->records);
  return G_SOURCE_REMOVE;
}

static gboolean
erase_cb (gpointer data)
{
  Message *message = data;

  satchel_mirror_erase (ensure (message->mirrors, message->profile));
  return G_SOURCE_REMOVE;
}

static gboolean
undo_cb (gpointer data)
{
  Message *message = data;

  satchel_mirror_undo (ensure (message->mirrors, message->profile));
  return G_SOURCE_REMOVE;
}

void
satchel_mirrors_touch (SatchelMirrors *mirrors, const char *profile, GHashTable *records)
{
  GHashTable *copy = NULL;
  GHashTableIter iter;
  gpointer entity, ids;

  if (records != NULL) {
    copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    g_hash_table_iter_init (&iter, records);
    while (g_hash_table_iter_next (&iter, &entity, &ids)) {
      GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint i = 0; i < ((GPtrArray *)ids)->len; i++)
        g_hash_table_add (set, g_strdup (((GPtrArray *)ids)->pdata[i]));
      g_hash_table_insert (copy, g_strdup (entity), set);
    }
  }
  deliver_to (mirrors, touch_cb, profile, copy);
}

void
satchel_mirrors_erase (SatchelMirrors *mirrors, const char *profile)
{
  deliver_to (mirrors, erase_cb, profile, NULL);
}

void
satchel_mirrors_undo (SatchelMirrors *mirrors, const char *profile)
{
  deliver_to (mirrors, undo_cb, profile, NULL);
}

gboolean
satchel_mirrors_get_status (SatchelMirrors *mirrors, const char *profile, SatchelMirrorStatus *status)
{
  const SatchelMirrorStatus *known;

  g_mutex_lock (&mirrors->lock);
  known = g_hash_table_lookup (mirrors->statuses, profile);
  if (known != NULL) {
    *status = *known;
    status->reason = g_strdup (known->reason);
    status->rescued = g_strdup (known->rescued);
  }
  g_mutex_unlock (&mirrors->lock);
  return known != NULL;
}

SatchelMirrors *
satchel_mirrors_new (const char *data_dir, SatchelMirrorsNotice notice, gpointer data)
{
  SatchelMirrors *mirrors = g_new0 (SatchelMirrors, 1);

  g_atomic_ref_count_init (&mirrors->references);
  g_atomic_ref_count_inc (&mirrors->references);
  mirrors->data_dir = g_strdup (data_dir);
  mirrors->notice = notice;
  mirrors->data = data;
  mirrors->context = g_main_context_new ();
  mirrors->loop = g_main_loop_new (mirrors->context, FALSE);
  mirrors->statuses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)status_free);
  g_mutex_init (&mirrors->lock);
  g_cond_init (&mirrors->ended_cond);
  g_thread_unref (g_thread_new ("mirror", run, mirrors));
  g_main_context_invoke (mirrors->context, orphans_cb, mirrors);
  return mirrors;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
satchel_mirrors_free (SatchelMirrors *mirrors)
{
  const gint64 until_us = g_get_monotonic_time () + PATIENCE_US;

  mirrors->closed = TRUE;
  g_main_context_invoke (mirrors->context, quit_cb, mirrors->loop);
  g_mutex_lock (&mirrors->lock);
  while (!mirrors->ended && g_cond_wait_until (&mirrors->ended_cond, &mirrors->lock, until_us))
    continue;
  g_mutex_unlock (&mirrors->lock);
  unref (mirrors);
}
