/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/marks-known.h"

#include "client/evolution/agent-proxy.h"
#include "client/satchel-mail-bus.h"

/* Never changed, since threads look into it: another one takes its place. */
struct _SatchelKnown {
  int era;
  gboolean whole; /* what is not in it is not tracked */
  GArray *hashes; /* guint64, sorted */
};

static SatchelKnown *latest; /* NULL: the agent did not tell yet */
static int era;              /* counts what changed */
static gboolean asking;
static void (*tell_changed) (void);

static void
clear (gpointer data)
{
  SatchelKnown *known = data;

  g_array_unref (known->hashes);
}

void
satchel_known_unref (SatchelKnown *known)
{
  g_atomic_rc_box_release_full (known, clear);
}

SatchelKnown *
satchel_known_ref (void)
{
  return latest != NULL ? g_atomic_rc_box_acquire (latest) : NULL;
}

gboolean
satchel_known_is_current (const SatchelKnown *known)
{
  return g_atomic_int_get (&era) == known->era;
}

static int
compare_cb (gconstpointer one, gconstpointer other)
{
  const guint64 a = *(const guint64 *)one, b = *(const guint64 *)other;

  return a < b ? -1 : a > b;
}

static void
replace (GArray *hashes, gboolean whole)
{
  SatchelKnown *known = g_atomic_rc_box_new0 (SatchelKnown);

  known->era = g_atomic_int_get (&era);
  known->whole = whole;
  known->hashes = hashes;
  g_clear_pointer (&latest, satchel_known_unref);
  latest = known;
}

/* ---- telling ---- */

void
satchel_known_put (const char *message_id, gboolean tracked)
{
  const guint64 hash = camel_folder_search_util_hash_message_id (message_id, FALSE);
  gboolean had;
  GArray *hashes;
  guint at = 0;

  had = latest != NULL && g_array_binary_search (latest->hashes, &hash, compare_cb, &at);
  if (latest != NULL && had == tracked)
    return;
  g_atomic_int_inc (&era); /* an answer that is under way may be of before */
  if (latest == NULL)
    return;
  hashes = g_array_copy (latest->hashes);
  if (had) {
    g_array_remove_index (hashes, at);
  } else {
    g_array_append_val (hashes, hash);
    g_array_sort (hashes, compare_cb);
  }
  replace (hashes, latest->whole);
}

gboolean
satchel_known_tell (const SatchelKnown *known, const CamelMessageInfo *info, gboolean *tracked)
{
  const guint64 hash = camel_message_info_get_message_id (info);

  *tracked = hash != 0 && g_array_binary_search (known->hashes, &hash, compare_cb, NULL);
  return hash != 0 && (*tracked || known->whole);
}

/* ---- asking ---- */

static void
told_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  const gboolean current = g_atomic_int_get (&era) == GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;
  gboolean whole = FALSE;
  GArray *hashes;

  asking = FALSE;
  if (!satchel_bus_mail1_call_tracked_finish (SATCHEL_BUS_MAIL1 (source), &ids, &whole, result, &error)) {
    g_debug ("nothing is known: %s", error->message); /* the marks stay as they were */
    return;
  }
  if (!current) {
    satchel_known_ask ();
    return;
  }
  hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; ids[i] != NULL; i++) {
    const guint64 hash = camel_folder_search_util_hash_message_id (ids[i], FALSE);

    g_array_append_val (hashes, hash);
  }
  g_array_sort (hashes, compare_cb);
  replace (hashes, whole);
  tell_changed ();
}

void
satchel_known_ask (void)
{
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), NULL);

  g_atomic_int_inc (&era);
  if (bus == NULL || asking)
    return; /* the answer that is under way is of before, and has it asked again */
  asking = TRUE;
  satchel_bus_mail1_call_tracked (bus, SATCHEL_PROFILE, NULL, told_cb,
                                  GINT_TO_POINTER (g_atomic_int_get (&era)));
}

void
satchel_known_start (void (*changed) (void))
{
  tell_changed = changed;
  g_signal_connect (satchel_agent_proxy_get (), "changed", G_CALLBACK (satchel_known_ask), NULL);
  satchel_known_ask ();
}
