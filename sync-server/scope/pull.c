/* The stream of a pull: head, rows, removals, tail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull.h"

#include "protocol/error.h"
#include "sync-server/scope/cursor.h"
#include "sync-server/scope/pull-metadata.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/members.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/texts.h"

#include <string.h>

#define PIECE_BYTES (64 * 1024)

typedef struct {
  SatchelStore *store;
  const SatchelBucketList *list;
  SatchelWriteFunc write;
  gpointer data;
  GString *text; /* not written yet */
  gint64 since;  /* the device holds its rows as of this S; -1: nothing */
  gint64 n_rows;
  gboolean announced; /* the segment under way has its header */
} Pull;

/* The device's buckets of one entity, with the rows that have come or changed. */
typedef struct {
  GArray *buckets;        /* gint64; those that show all of a row */
  GArray *author_buckets; /* gint64; those that blank the other side */
} Buckets;

static gboolean
flush (Pull *pull, GError **error)
{
  if (pull->text->len > 0 && !pull->write (pull->text->str, pull->text->len, pull->data, error))
    return FALSE;
  g_string_truncate (pull->text, 0);
  return TRUE;
}

static gboolean
put_line (Pull *pull, const char *text, gsize size, GError **error)
{
  g_string_append_len (pull->text, text, size);
  g_string_append_c (pull->text, '\n');
  return pull->text->len < PIECE_BYTES || flush (pull, error);
}

static gboolean
put_row (const char *text, gsize size, gpointer data, GError **error)
{
  Pull *pull = data;

  pull->n_rows++;
  return put_line (pull, text, size, error);
}

static void
put_header (Pull *pull, const SatchelEntity *entity, const SatchelField *const *fields, guint n_fields)
{
  g_autofree char *columns = satchel_texts_columns (entity, fields, n_fields);

  g_string_append_printf (pull->text, "{\"entity\":\"%s\",\"columns\":%s,\"whole\":%s}\n", entity->name,
                          columns, fields == NULL ? "true" : "false");
}

/* ---- everything ---- */

typedef struct {
  Pull *pull;
  const SatchelEntity *entity;
} Whole;

/* A header only where there are rows. */
static gboolean
put_whole_row (const char *text, gsize size, gpointer data, GError **error)
{
  Whole *whole = data;

  if (!whole->pull->announced)
    put_header (whole->pull, whole->entity, NULL, 0);
  whole->pull->announced = TRUE;
  return put_row (text, size, whole->pull, error);
}

static gboolean
is_in (Pull *pull, GArray *buckets, gint64 row, gboolean *is, GError **error)
{
  *is = FALSE;
  for (guint i = 0; i < buckets->len && !*is; i++) {
    if (!satchel_members_contain (pull->store, g_array_index (buckets, gint64, i), row, is, error))
      return FALSE;
  }
  return TRUE;
}

/* The rows of an author's bucket that the device does not see whole: each row comes once. */
static gboolean
put_blanked (Pull *pull, const SatchelEntity *entity, const Buckets *buckets, gint64 bucket, Whole *whole,
             GError **error)
{
  g_autoptr (GArray) members = satchel_members_list_changed (pull->store, bucket, pull->since, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (members == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++) {
    const gint64 row = g_array_index (members, SatchelMember, i).row;
    gboolean is;

    if (!is_in (pull, buckets->buckets, row, &is, error))
      return FALSE;
    if (!is)
      g_array_append_val (rows, row);
  }
  return satchel_texts_visit_rows (pull->store, entity, rows, NULL, 0, TRUE, put_whole_row, whole, error);
}

static gboolean
put_all (Pull *pull, const SatchelEntity *entity, const Buckets *buckets, GError **error)
{
  Whole whole = { pull, entity };

  pull->announced = FALSE;
  for (guint i = 0; i < buckets->buckets->len; i++) {
    if (!satchel_texts_visit_bucket (pull->store, entity, g_array_index (buckets->buckets, gint64, i),
                                     put_whole_row, &whole, error))
      return FALSE;
  }
  for (guint i = 0; i < buckets->author_buckets->len; i++) {
    if (!put_blanked (pull, entity, buckets, g_array_index (buckets->author_buckets, gint64, i), &whole,
                      error))
      return FALSE;
  }
  return TRUE;
}

/* ---- what changed ---- */

/* Rows to send, sorted by what of them is sent. */
typedef struct {
  GArray *whole;     /* gint64 */
  GArray *blanked;   /* gint64: whole, but for the other side of a conflict */
  GHashTable *parts; /* "field,field" → GArray of gint64 */
  GHashTable *seen;  /* rows that are in here already */
} Batch;

static void
batch_init (Batch *batch)
{
  batch->whole = g_array_new (FALSE, FALSE, sizeof (gint64));
  batch->blanked = g_array_new (FALSE, FALSE, sizeof (gint64));
  batch->parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  batch->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
batch_clear (Batch *batch)
{
  g_array_unref (batch->whole);
  g_array_unref (batch->blanked);
  g_hash_table_unref (batch->parts);
  g_hash_table_unref (batch->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

/* A row that the device has had since its cursor: only the fields changed meanwhile. */
static gboolean
add_part (Pull *pull, const SatchelEntity *entity, gint64 row, Batch *batch, GError **error)
{
  g_autofree char *id = satchel_texts_dup_id (pull->store, entity, row, error);
  g_autofree char *fields = NULL;
  GArray *rows;

  if (id == NULL)
    return FALSE;
  fields = satchel_feed_list_fields (pull->store, entity->name, id, pull->since, error);
  if (fields == NULL)
    return FALSE;
  /* "" sorts first: deleted and restored meanwhile, so all of it. */
  if (*fields == '\0' || *fields == ',') {
    g_array_append_val (batch->whole, row);
    return TRUE;
  }
  rows = g_hash_table_lookup (batch->parts, fields);
  if (rows == NULL) {
    rows = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_hash_table_insert (batch->parts, g_steal_pointer (&fields), rows);
  }
  g_array_append_val (rows, row);
  return TRUE;
}

static gboolean
collect (Pull *pull, const SatchelEntity *entity, gint64 bucket, gboolean blank, Batch *batch, GError **error)
{
  g_autoptr (GArray) members = satchel_members_list_changed (pull->store, bucket, pull->since, error);

  if (members == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++) {
    const SatchelMember *member = &g_array_index (members, SatchelMember, i);

    if (!g_hash_table_add (batch->seen, g_memdup2 (&member->row, sizeof member->row)))
      continue;
    if (blank)
      g_array_append_val (batch->blanked, member->row);
    else if (member->entered > pull->since)
      g_array_append_val (batch->whole, member->row);
    else if (!add_part (pull, entity, member->row, batch, error))
      return FALSE;
  }
  return TRUE;
}

/* The fields named by @key, those that the registry still knows, and who changed them. */
static GPtrArray *
parse_fields (const SatchelEntity *entity, const char *key)
{
  g_auto (GStrv) names = g_strsplit (key, ",", -1);
  GPtrArray *fields = g_ptr_array_new ();

  for (guint i = 0; names[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (entity, names[i]);

    if (field != NULL)
      g_ptr_array_add (fields, (gpointer)field);
  }
  g_ptr_array_add (fields, (gpointer)satchel_entity_find_field (entity, "modified_at"));
  g_ptr_array_add (fields, (gpointer)satchel_entity_find_field (entity, "modified_by"));
  return fields;
}

static gboolean
put_batch (Pull *pull, const SatchelEntity *entity, const Batch *batch, GError **error)
{
  GHashTableIter iter;
  gpointer key, rows;

  if (batch->whole->len + batch->blanked->len > 0)
    put_header (pull, entity, NULL, 0);
  if (!satchel_texts_visit_rows (pull->store, entity, batch->blanked, NULL, 0, TRUE, put_row, pull, error) ||
      !satchel_texts_visit_rows (pull->store, entity, batch->whole, NULL, 0, FALSE, put_row, pull, error))
    return FALSE;
  g_hash_table_iter_init (&iter, batch->parts);
  while (g_hash_table_iter_next (&iter, &key, &rows)) {
    g_autoptr (GPtrArray) fields = parse_fields (entity, key);

    put_header (pull, entity, (const SatchelField *const *)fields->pdata, fields->len);
    if (!satchel_texts_visit_rows (pull->store, entity, rows, (const SatchelField *const *)fields->pdata,
                                   fields->len, FALSE, put_row, pull, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- what left ---- */

/* id → the last reason. */
static gboolean
note_departed (const char *record, const char *why, gpointer data, GError **error)
{
  g_hash_table_insert (data, g_strdup (record), g_strdup (why));
  return TRUE;
}

static gboolean
is_carried (Pull *pull, const Buckets *buckets, gint64 row, gboolean *carried, GError **error)
{
  return is_in (pull, buckets->buckets, row, carried, error) &&
         (*carried || is_in (pull, buckets->author_buckets, row, carried, error));
}

/* Those that left a bucket and are in no other one of the device. */
static gboolean
put_departed (Pull *pull, const SatchelEntity *entity, const Buckets *buckets, GError **error)
{
  g_autoptr (GHashTable) records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer record, why;
  gboolean announced = FALSE;

  for (guint i = 0; i < buckets->buckets->len + buckets->author_buckets->len; i++) {
    const gint64 bucket = i < buckets->buckets->len
                              ? g_array_index (buckets->buckets, gint64, i)
                              : g_array_index (buckets->author_buckets, gint64, i - buckets->buckets->len);

    if (!satchel_members_visit_departed (pull->store, bucket, pull->since, note_departed, records, error))
      return FALSE;
  }
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &record, &why)) {
    g_autofree char *line = NULL;
    gboolean carried = FALSE;
    gint64 row;

    if (!satchel_rows_find (pull->store, entity, record, &row, error) ||
        (row != 0 && !is_carried (pull, buckets, row, &carried, error)))
      return FALSE;
    if (carried)
      continue;
    if (!announced)
      g_string_append_printf (pull->text, "{\"entity\":\"%s\",\"gone\":true}\n", entity->name);
    announced = TRUE;
    line = g_strdup_printf ("[\"%s\",%" G_GINT64_FORMAT ",\"%s\"]", (const char *)record, pull->store->s,
                            (const char *)why);
    if (!put_row (line, strlen (line), pull, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_changes (Pull *pull, const SatchelEntity *entity, const Buckets *buckets, GError **error)
{
  g_auto (Batch) batch;

  batch_init (&batch);
  for (guint i = 0; i < buckets->buckets->len; i++) {
    if (!collect (pull, entity, g_array_index (buckets->buckets, gint64, i), FALSE, &batch, error))
      return FALSE;
  }
  for (guint i = 0; i < buckets->author_buckets->len; i++) {
    if (!collect (pull, entity, g_array_index (buckets->author_buckets, gint64, i), TRUE, &batch, error))
      return FALSE;
  }
  return put_batch (pull, entity, &batch, error) && put_departed (pull, entity, buckets, error);
}

/* ---- the stream ---- */

static gboolean
find_buckets (Pull *pull, const SatchelEntity *entity, Buckets *buckets, GError **error)
{
  for (guint i = 0; i < pull->list->ranges->len; i++) {
    const SatchelBucketRange *range = pull->list->ranges->pdata[i];
    g_autoptr (GArray) found = NULL;

    if (range->entity != entity)
      continue;
    found = satchel_members_list_buckets (pull->store, entity->name, range->atom, range->is_prefix, error);
    if (found == NULL)
      return FALSE;
    g_array_append_vals (range->is_author ? buckets->author_buckets : buckets->buckets, found->data,
                         found->len);
  }
  return TRUE;
}

static gboolean
put_entity (Pull *pull, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GArray) whole = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) blanking = g_array_new (FALSE, FALSE, sizeof (gint64));
  Buckets buckets = { whole, blanking };

  if (!find_buckets (pull, entity, &buckets, error))
    return FALSE;
  return pull->since < 0 ? put_all (pull, entity, &buckets, error)
                         : put_changes (pull, entity, &buckets, error);
}

/* Where the device stands, what it must be told about restores, and what definitions it lacks. */
static gboolean
read_cursor (Pull *pull, const char *user, const SatchelPull *request, const SatchelCursor *now,
             SatchelPullHead *head, char **metadata, GError **error)
{
  SatchelStore *store = pull->store;
  SatchelCursor cursor;

  pull->since = -1;
  head->restored_s = -1;
  head->reset = TRUE;
  /* A device without a cursor may have pushed before a restore all the same: it offers what came after the
   * first one again, and what is known does no harm. */
  if (request->cursor == NULL) {
    *metadata = satchel_pull_metadata_line (store, request, NULL);
    return satchel_store_get_restored_s (store, 0, &head->restored_s, error);
  }
  if (!satchel_cursor_from_text (request->cursor, store->secret, sizeof store->secret, user, &cursor,
                                 error) ||
      !satchel_store_get_restored_s (store, cursor.epoch, &head->restored_s, error))
    return FALSE;
  if (cursor.epoch > store->epoch || (cursor.epoch == store->epoch && cursor.s > store->s)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EPOCH, "the cursor lies ahead of the server");
    return FALSE;
  }
  *metadata = satchel_pull_metadata_line (store, request, &cursor);
  /* Another list of buckets starts anew. */
  head->reset = !g_str_equal (cursor.buckets, now->buckets) ||
                (head->restored_s >= 0 && cursor.s > head->restored_s);
  if (!head->reset)
    pull->since = cursor.s;
  return TRUE;
}

static gboolean
put_rows (Pull *pull, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  for (guint i = 0; i < n_entities && pull->since < pull->store->s; i++) {
    if (!put_entity (pull, entities[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_pull_write (SatchelStore *store, SatchelAccess *access, const char *user, const SatchelPull *request,
                    SatchelWriteFunc write, gpointer data, GError **error)
{
  g_autoptr (GString) text = g_string_sized_new (512);
  Pull pull = { .store = store, .write = write, .data = data, .text = text };
  SatchelCursor now = { .epoch = store->epoch, .s = store->s };
  g_auto (SatchelPullTail) tail = { .s = store->s };
  SatchelPullHead head;
  g_autofree char *head_line = NULL, *metadata_line = NULL, *tail_line = NULL;

  pull.list = satchel_access_get_buckets (access, user, error);
  if (pull.list == NULL)
    return FALSE;
  g_strlcpy (now.buckets, pull.list->digest, sizeof now.buckets);
  satchel_cursor_set_schema (&now, satchel_registry_get_digest (store->registry));
  if (!read_cursor (&pull, user, request, &now, &head, &metadata_line, error) ||
      !satchel_store_get_backed_up_s (store, &head.backed_up_s, error))
    return FALSE;

  head_line = satchel_pull_head_to_text (&head);
  if (!put_line (&pull, head_line, strlen (head_line), error) ||
      (metadata_line != NULL && !put_line (&pull, metadata_line, strlen (metadata_line), error)) ||
      !put_rows (&pull, error))
    return FALSE;
  tail.cursor = satchel_cursor_to_text (&now, store->secret, sizeof store->secret, user);
  if (g_strcmp0 (tail.cursor, request->cursor) == 0)
    g_clear_pointer (&tail.cursor, g_free);
  tail.rows = pull.n_rows;
  tail_line = satchel_pull_tail_to_text (&tail);
  return put_line (&pull, tail_line, strlen (tail_line), error) && flush (&pull, error);
}
