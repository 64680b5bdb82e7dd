/* The stream of a pull: head, definitions, rows, removals, stubs, tail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull.h"

#include "protocol/error.h"
#include "sync-server/scope/cursor.h"
#include "sync-server/scope/pull-metadata.h"
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/members.h"
#include "sync-server/store/scopes.h"

#include <string.h>

#define PIECE_BYTES  (64 * 1024)
#define MOST_STIRRED 2000 /* buckets; some two microseconds a piece to look into */

/* ---- lines ---- */

static gboolean
flush (SatchelPulling *pull, GError **error)
{
  if (pull->text->len > 0 && !pull->write (pull->text->str, pull->text->len, pull->data, error))
    return FALSE;
  pull->n_written += pull->text->len > 0;
  g_string_truncate (pull->text, 0);
  return TRUE;
}

static gboolean
append_line (SatchelPulling *pull, const char *text, gsize size, GError **error)
{
  g_string_append_len (pull->text, text, size);
  g_string_append_c (pull->text, '\n');
  return pull->text->len < PIECE_BYTES || flush (pull, error);
}

gboolean
satchel_pulling_put_line (SatchelPulling *pull, const char *text, gsize size, GError **error)
{
  g_clear_pointer (&pull->section, g_free);
  return append_line (pull, text, size, error);
}

gboolean
satchel_pulling_put_row (SatchelPulling *pull, const char *header, const char *text, gsize size,
                         GError **error)
{
  if (g_strcmp0 (pull->section, header) != 0) {
    if (!satchel_pulling_put_line (pull, header, strlen (header), error))
      return FALSE;
    pull->section = g_strdup (header);
  }
  pull->n_rows++;
  return append_line (pull, text, size, error);
}

/* ---- where the device stands ---- */

void
satchel_pulling_clear (SatchelPulling *pull)
{
  g_clear_pointer (&pull->earlier, satchel_holdings_free);
  g_clear_pointer (&pull->stirred, g_hash_table_unref);
  g_clear_pointer (&pull->moved, g_hash_table_unref);
  g_clear_pointer (&pull->named, g_hash_table_unref);
  g_clear_pointer (&pull->guarded, g_hash_table_unref);
  g_clear_pointer (&pull->section, g_free);
  if (pull->text != NULL)
    g_string_free (pull->text, TRUE);
}
/* What must be told about restores, and what definitions the device lacks. *text: the list of an earlier
 * scope, NULL where it is the present one, or all begins anew. */
static gboolean
read_cursor (SatchelPulling *pull, const SatchelPull *request, const SatchelCursor *now,
             SatchelPullHead *head, char **metadata, char **text, GError **error)
{
  SatchelStore *store = pull->store;
  SatchelCursor cursor;
  gboolean known;

  pull->since = -1;
  head->restored_s = -1;
  head->reset = TRUE;
  /* A device without a cursor may have pushed before a restore all the same: it offers what came after the
   * first one again, and what is known does no harm. */
  if (request->cursor == NULL) {
    *metadata = satchel_pull_metadata_line (store, request, NULL);
    return satchel_store_get_restored_s (store, 0, &head->restored_s, error);
  }
  if (!satchel_cursor_from_text (request->cursor, store->secret, sizeof store->secret, pull->scope->user,
                                 &cursor, error) ||
      !satchel_store_get_restored_s (store, cursor.epoch, &head->restored_s, error))
    return FALSE;
  if (cursor.epoch > store->epoch || (cursor.epoch == store->epoch && cursor.s > store->s)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EPOCH, "the cursor lies ahead of the server");
    return FALSE;
  }
  *metadata = satchel_pull_metadata_line (store, request, &cursor);
  known = g_str_equal (cursor.buckets, now->buckets);
  if (!known && !satchel_scopes_read (store, cursor.buckets, text, error))
    return FALSE;
  head->reset = (!known && *text == NULL) || cursor.s < store->floor ||
                (head->restored_s >= 0 && cursor.s > head->restored_s);
  if (!head->reset)
    pull->since = cursor.s;
  return TRUE;
}

static gboolean
same_rights (SatchelPulling *pull)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (!satchel_holding_reads_like (satchel_holdings_get (pull->now, entities[i]),
                                     satchel_holdings_get (pull->then, entities[i])))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_holdings (SatchelPulling *pull, const char *text, GError **error)
{
  pull->now = satchel_access_get_holdings (pull->access, pull->scope, error);
  if (pull->now == NULL)
    return FALSE;
  pull->same_rights = TRUE;
  if (text == NULL) {
    pull->then = pull->since >= 0 ? pull->now : NULL;
    return TRUE;
  }
  pull->then = pull->earlier = satchel_holdings_new (pull->store, text, error);
  if (pull->then == NULL)
    return FALSE;
  pull->same_rights = same_rights (pull);
  return TRUE;
}

/* Where little happened since, the buckets in which it did lead to the entities; otherwise each bucket is
 * looked into. */
static gboolean
read_stirred (SatchelPulling *pull, GError **error)
{
  g_autoptr (GArray) stirred = NULL;

  if (pull->since < 0)
    return TRUE;
  stirred = satchel_members_list_stirred (pull->store, pull->since, MOST_STIRRED + 1, error);
  if (stirred == NULL || stirred->len > MOST_STIRRED)
    return stirred != NULL;
  pull->stirred = g_hash_table_new (NULL, NULL);
  pull->moved = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < stirred->len; i++) {
    const gint64 bucket = g_array_index (stirred, gint64, i);
    const SatchelEntity *owner = satchel_holdings_find_owner (pull->now, bucket);

    if (owner == NULL)
      continue;
    g_hash_table_add (pull->stirred, GSIZE_TO_POINTER (bucket));
    g_hash_table_add (pull->moved, (gpointer)owner);
  }
  return TRUE;
}

gboolean
satchel_pulling_is_stirred (SatchelPulling *pull, gint64 bucket)
{
  return pull->stirred == NULL || g_hash_table_contains (pull->stirred, GSIZE_TO_POINTER (bucket));
}

/* With the same list nothing can have happened to an entity of which no bucket is stirred. */
static gboolean
has_moved (SatchelPulling *pull, const SatchelEntity *entity)
{
  return pull->then != pull->now || pull->moved == NULL || g_hash_table_contains (pull->moved, entity);
}

/* ---- the stream ---- */

static gboolean
put_rows (SatchelPulling *pull, const char *text, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  /* Nothing happened, and the list is the same. */
  if (pull->since == pull->store->s && text == NULL)
    return TRUE;
  if (!read_holdings (pull, text, error) || !read_stirred (pull, error))
    return FALSE;
  for (guint i = 0; i < n_entities; i++) {
    if (!has_moved (pull, entities[i]))
      continue;
    if (!(pull->since < 0 ? satchel_pulling_put_all (pull, entities[i], error)
                          : satchel_pulling_put_changes (pull, entities[i], error)))
      return FALSE;
  }
  return pull->then == pull->now || pull->then == NULL ? satchel_pulling_put_stubs (pull, error)
                                                       : satchel_pulling_put_all_stubs (pull, error);
}

/* All that the rows follow from with an unaltered list, but for S: filters are asked as of a time that alters
 * by a commit alone; rights, pins and filters stand in the list as what they let be read and choose. */
static char *
make_key (const SatchelPulling *pull)
{
  const SatchelStore *store = pull->store;

  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s", store->epoch, pull->since,
                          satchel_registry_get_digest (store->registry), pull->scope->digest,
                          pull->scope->user);
}

/* Most devices of a person ask for the same. Who names commits of its own asks for less than others, and
 * what was written in pieces is too long to keep. */
static gboolean
put_rows_once (SatchelPulling *pull, SatchelDeltas *deltas, const char *text, GError **error)
{
  const gint64 s = pull->store->s;
  const guint n_written = pull->n_written;
  const gsize start = pull->text->len;
  g_autoptr (GBytes) lines = NULL;
  g_autofree char *key = NULL;

  if (pull->since < 0 || pull->since == s || text != NULL || pull->own != NULL)
    return put_rows (pull, text, error);
  key = make_key (pull);
  lines = satchel_deltas_find (deltas, s, key, &pull->n_rows);
  if (lines != NULL) {
    g_string_append_len (pull->text, g_bytes_get_data (lines, NULL), (gssize)g_bytes_get_size (lines));
    return TRUE;
  }
  if (!put_rows (pull, text, error))
    return FALSE;
  if (pull->n_written == n_written)
    satchel_deltas_keep (deltas, s, key, pull->text->str + start, pull->text->len - start, pull->n_rows);
  return TRUE;
}

static gboolean
is_prepared (SatchelAccess *access, const SatchelScope *scope, gint64 now_ms, GError **error)
{
  gint64 due_ms;

  if (!satchel_access_get_due (access, &due_ms, error))
    return FALSE;
  if (scope->complete && due_ms > now_ms)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED,
                       "what the device carries must be stored first");
  return FALSE;
}

/* What is known before the first line. */
typedef struct {
  SatchelCursor now;
  SatchelPullHead head;
  char *metadata; /* a line, or NULL */
  char *rights;   /* likewise */
  char *text;     /* of the earlier list, where it differs */
} Beginning;

static void
beginning_clear (Beginning *beginning)
{
  g_free (beginning->metadata);
  g_free (beginning->rights);
  g_free (beginning->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Beginning, beginning_clear)

static gboolean
begin (SatchelPulling *pull, SatchelAccess *access, const char *user, const char *device,
       const SatchelPull *request, Beginning *beginning, GError **error)
{
  SatchelStore *store = pull->store;
  SatchelCursor *now = &beginning->now;

  pull->text = g_string_sized_new (512);
  pull->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pull->guarded = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  pull->access = access;
  pull->scope = satchel_access_get_scope (access, user, device, error);
  if (pull->scope == NULL)
    return FALSE;
  *now = (SatchelCursor){ .epoch = store->epoch, .s = store->s };
  g_strlcpy (now->buckets, pull->scope->digest, sizeof now->buckets);
  satchel_cursor_set_schema (now, satchel_registry_get_digest (store->registry));
  return satchel_pull_rights_line (access, user, request, &beginning->rights, error) &&
         read_cursor (pull, request, now, &beginning->head, &beginning->metadata, &beginning->text, error) &&
         is_prepared (access, pull->scope, pull->now_ms, error);
}

gboolean
satchel_pull_write (SatchelStore *store, SatchelAccess *access, SatchelDeltas *deltas, const char *user,
                    const char *device, const SatchelPull *request, gint64 now_ms, SatchelWriteFunc write,
                    gpointer data, GError **error)
{
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms, .write = write, .data = data };
  g_auto (Beginning) beginning = { 0 };
  g_auto (SatchelPullTail) tail = { .s = store->s };
  g_autofree char *head_line = NULL, *tail_line = NULL;

  if (!begin (&pull, access, user, device, request, &beginning, error) ||
      !satchel_store_get_backed_up_s (store, &beginning.head.backed_up_s, error) ||
      (beginning.head.restored_s < 0 &&
       !satchel_pulling_take_own (&pull, device, request->own, &beginning.head.own, error)))
    return FALSE;
  head_line = satchel_pull_head_to_text (&beginning.head);
  if (!satchel_pulling_put_line (&pull, head_line, strlen (head_line), error) ||
      (beginning.metadata != NULL &&
       !satchel_pulling_put_line (&pull, beginning.metadata, strlen (beginning.metadata), error)) ||
      (beginning.rights != NULL &&
       !satchel_pulling_put_line (&pull, beginning.rights, strlen (beginning.rights), error)) ||
      !put_rows_once (&pull, deltas, beginning.head.reset ? NULL : beginning.text, error))
    return FALSE;
  tail.cursor = satchel_cursor_to_text (&beginning.now, store->secret, sizeof store->secret, user);
  if (g_strcmp0 (tail.cursor, request->cursor) == 0)
    g_clear_pointer (&tail.cursor, g_free);
  tail.rows = pull.n_rows;
  tail_line = satchel_pull_tail_to_text (&tail);
  return satchel_pulling_put_line (&pull, tail_line, strlen (tail_line), error) && flush (&pull, error);
}

/* ---- the state of a cursor ---- */

static gboolean
discard (const char *bytes, gsize size, gpointer data, GError **error)
{
  return TRUE;
}

gboolean
satchel_pull_is_current (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                         const char *cursor, gint64 now_ms, gboolean *current, gint64 *s, GError **error)
{
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms, .write = discard };
  g_auto (Beginning) beginning = { 0 };
  const SatchelPull request = { .cursor = (char *)cursor };

  *current = FALSE;
  if (!begin (&pull, access, user, device, &request, &beginning, error))
    return FALSE;
  if (beginning.head.reset || beginning.metadata != NULL || beginning.text != NULL)
    return TRUE;
  if (!put_rows (&pull, NULL, error))
    return FALSE;
  *current = pull.n_rows == 0;
  *s = pull.since;
  return TRUE;
}

gboolean
satchel_pulling_open (SatchelPulling *pull, SatchelAccess *access, const char *user, const char *device,
                      GError **error)
{
  g_auto (Beginning) beginning = { 0 };
  const SatchelPull request = { 0 };

  return begin (pull, access, user, device, &request, &beginning, error) && read_holdings (pull, NULL, error);
}

gboolean
satchel_pulling_close (SatchelPulling *pull, GError **error)
{
  return flush (pull, error);
}

/* ---- before ---- */

/* The scope is one of its own: what it learns here is void when the transaction is. Each time round one
 * filter less is asked for. */
static gboolean
make_scope (SatchelStore *store, SatchelCommit *commit, const SatchelRights *rights,
            const SatchelBucketList *list, const char *device, GError **error)
{
  gboolean refused;

  do {
    g_autoptr (SatchelScope) scope = satchel_scope_new (store, rights, list, device, error);

    refused = FALSE;
    if (scope == NULL || (!scope->complete && !satchel_scope_make (store, commit, scope, &refused, error)))
      return FALSE;
  } while (refused);
  return TRUE;
}

gboolean
satchel_pull_prepare (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                      gint64 now_ms, GError **error)
{
  SatchelCommit commit = {
    .at_ms = now_ms, .made_at_ms = now_ms, .user = user, .device = device, .op = "scope"
  };
  const SatchelRights *rights = satchel_access_get_rights (access, user, error);
  const SatchelBucketList *list = rights != NULL ? satchel_access_get_buckets (access, user, error) : NULL;
  gboolean changed;
  gint64 due_ms;

  if (list == NULL || !satchel_filters_next_due (store, &due_ms, error) ||
      !make_scope (store, &commit, rights, list, device, error))
    return FALSE;
  return due_ms > now_ms || ((commit.s != 0 || satchel_feed_begin (store, &commit, error)) &&
                             satchel_filters_pass (store, &commit, &changed, error));
}
