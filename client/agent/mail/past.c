/* A short queue for each caller, the last deed first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/past.h"

#include <glib/gi18n.h>

#include "protocol/error.h"

typedef struct {
  const char *kind;
  char *about;
  SatchelDeeds *deeds;
} Entry;

struct _SatchelPast {
  GHashTable *callers; /* name → GQueue of Entry* */
};

static void
entry_free (Entry *entry)
{
  satchel_deeds_free (entry->deeds);
  g_free (entry->about);
  g_free (entry);
}

static void
queue_free (gpointer queue)
{
  g_queue_free_full (queue, (GDestroyNotify)entry_free);
}

SatchelPast *
satchel_past_new (void)
{
  SatchelPast *past = g_new0 (SatchelPast, 1);

  past->callers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, queue_free);
  return past;
}

void
satchel_past_free (SatchelPast *past)
{
  if (past == NULL)
    return;
  g_hash_table_unref (past->callers);
  g_free (past);
}

void
satchel_past_add (SatchelPast *past, const char *caller, const char *kind, const char *about,
                  SatchelDeeds *deeds)
{
  GQueue *queue = g_hash_table_lookup (past->callers, caller);
  Entry *entry;

  if (satchel_deeds_get_n (deeds) == 0) {
    satchel_deeds_free (deeds);
    return;
  }
  if (queue == NULL) {
    queue = g_queue_new ();
    g_hash_table_insert (past->callers, g_strdup (caller), queue);
  }
  entry = g_new0 (Entry, 1);
  *entry = (Entry){ kind, g_strdup (about), deeds };
  g_queue_push_head (queue, entry);
  if (queue->length > SATCHEL_PAST_MOST)
    entry_free (g_queue_pop_tail (queue));
}

gboolean
satchel_past_undo (SatchelPast *past, const char *caller, SatchelSession *session, const char **kind,
                   char **about, GError **error)
{
  GQueue *queue = g_hash_table_lookup (past->callers, caller);
  Entry *entry = queue != NULL ? g_queue_peek_head (queue) : NULL;
  g_autoptr (GError) problem = NULL;

  if (entry == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is nothing to undo"));
    return FALSE;
  }
  if (satchel_deeds_take_back (entry->deeds, session, &problem)) {
    *kind = entry->kind;
    *about = g_strdup (entry->about);
    entry_free (g_queue_pop_head (queue));
    return TRUE;
  }
  if (satchel_error_code (problem) == SATCHEL_ERROR_STATE)
    entry_free (g_queue_pop_head (queue));
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

void
satchel_past_forget (SatchelPast *past, const char *caller)
{
  g_hash_table_remove (past->callers, caller);
}
