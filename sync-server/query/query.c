/* The stream of a list: rows, the titles that they name, the end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/query/query.h"

#include "protocol/error.h"
#include "sync-server/query/question.h"
#include "sync-server/store/deadline.h"

#include <string.h>

#define PIECE_BYTES (64 * 1024)

typedef struct {
  SatchelStore *store;
  const SatchelQuestion *question;
  SatchelWriteFunc write;
  gpointer data;
  GString *text;     /* not written yet */
  gsize n_bytes;     /* of rows */
  GHashTable *named; /* SatchelEntity* → GHashTable of ids: what the rows name */
  SatchelListTail tail;
  gboolean counted; /* the count was asked for */
} Answer;

static void
answer_clear (Answer *answer)
{
  g_string_free (answer->text, TRUE);
  g_hash_table_unref (answer->named);
  satchel_list_tail_clear (&answer->tail);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static gboolean
flush (Answer *answer, GError **error)
{
  if (answer->text->len > 0 && !answer->write (answer->text->str, answer->text->len, answer->data, error))
    return FALSE;
  g_string_truncate (answer->text, 0);
  return TRUE;
}

static gboolean
put_line (Answer *answer, const char *text, GError **error)
{
  g_string_append (answer->text, text);
  g_string_append_c (answer->text, '\n');
  return answer->text->len < PIECE_BYTES || flush (answer, error);
}

/* ---- rows ---- */

static void
put_header (Answer *answer, gboolean whole)
{
  const SatchelList *list = &answer->question->list;
  GString *text = answer->text;

  g_string_append_printf (text, "{\"entity\":\"%s\",\"columns\":[\"id\",\"s\"", list->entity->name);
  for (guint i = 0; i < list->columns->len; i++)
    g_string_append_printf (text, ",\"%s\"", g_array_index (list->columns, SatchelListColumn, i).name);
  g_string_append_printf (text, "],\"whole\":%s}\n", whole ? "true" : "false");
}

/* @stored: "id", or "entity:id" where the lookup has several targets. */
static void
note_name (const SatchelField *field, const char *stored, gpointer data)
{
  Answer *answer = data;
  const char *colon = field->n_targets > 1 ? strchr (stored, ':') : NULL;
  g_autofree char *name = colon != NULL ? g_strndup (stored, colon - stored) : g_strdup (field->targets[0]);
  const SatchelEntity *entity = satchel_registry_find (answer->store->registry, name);
  GHashTable *ids;

  if (entity == NULL)
    return;
  ids = g_hash_table_lookup (answer->named, entity);
  if (ids == NULL) {
    ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert (answer->named, (gpointer)entity, ids);
  }
  g_hash_table_add (ids, g_strdup (colon != NULL ? colon + 1 : stored));
}

/* The page ends before its limit where it has become large; @more says that rows follow those that were
 * found. */
static gboolean
put_rows (Answer *answer, GArray *rows, gboolean more, GError **error)
{
  g_auto (SatchelListPlace) place = { 0 };

  for (guint i = 0; i < rows->len; i++) {
    g_autofree char *text = NULL;

    if (answer->n_bytes > SATCHEL_MAX_PAGE_BYTES) {
      more = TRUE;
      break;
    }
    text = satchel_lists_read (answer->store, &answer->question->list, g_array_index (rows, gint64, i),
                               &place, note_name, answer, error);
    if (text == NULL || !put_line (answer, text, error))
      return FALSE;
    answer->n_bytes += strlen (text);
    answer->tail.rows++;
  }
  if (more)
    answer->tail.more = satchel_place_to_text (&place);
  return TRUE;
}

/* ---- titles ---- */

static gboolean
put_titles_of (Answer *answer, const SatchelEntity *entity, GHashTable *ids, GError **error)
{
  const SatchelList *list = &answer->question->list;
  gboolean announced = FALSE;
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    g_autofree char *text = NULL;

    if (!satchel_lists_read_title (answer->store, entity, id, list->guard, list->guard_data, &text, error))
      return FALSE;
    if (text == NULL)
      continue;
    if (!announced)
      g_string_append_printf (answer->text, "{\"entity\":\"%s\",\"stubs\":true}\n", entity->name);
    announced = TRUE;
    if (!put_line (answer, text, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_titles (Answer *answer, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (answer->store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    GHashTable *ids = g_hash_table_lookup (answer->named, entities[i]);

    if (ids != NULL && !put_titles_of (answer, entities[i], ids, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- the whole ---- */

/* Last of all, in the time that is left: a page is not lost for its count. */
static gboolean
count (Answer *answer, GError **error)
{
  gboolean all;

  if (!answer->counted)
    return TRUE;
  if (!satchel_lists_count (answer->store, &answer->question->list, &answer->tail.count, &all, error))
    return FALSE;
  answer->tail.uncounted = !all;
  answer->tail.count = MAX (answer->tail.count, answer->tail.rows);
  return TRUE;
}

static gboolean
put_end (Answer *answer, GError **error)
{
  g_autofree char *text = NULL;

  if (!count (answer, error))
    return FALSE;
  text = satchel_list_tail_to_text (&answer->tail);
  return satchel_readable_check (answer->question->readable, error) && put_line (answer, text, error) &&
         flush (answer, error);
}

static gboolean
put_answer (Answer *answer, GArray *rows, gboolean whole, gboolean more, GError **error)
{
  put_header (answer, whole);
  return put_rows (answer, rows, more, error) && put_titles (answer, error) && put_end (answer, error);
}

static Answer
answer_new (SatchelStore *store, const SatchelQuestion *question, SatchelWriteFunc write, gpointer data)
{
  return (Answer){
    .store = store,
    .question = question,
    .write = write,
    .data = data,
    .text = g_string_new (NULL),
    .named = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref),
    .tail = { .count = -1 },
  };
}

static gboolean
write_list (SatchelStore *store, SatchelAccess *access, const char *user, const SatchelListRequest *request,
            gint64 now_ms, SatchelWriteFunc write, gpointer data, GError **error)
{
  g_auto (SatchelQuestion) question = { 0 };
  g_auto (Answer) answer = answer_new (store, &question, write, data);
  g_autoptr (GArray) rows = NULL;
  gboolean more;

  if (!satchel_question_init (&question, store, access, user, request, now_ms, error))
    return FALSE;
  /* One row beyond the page tells whether there is more. */
  rows = satchel_lists_find (store, &question.list, &question.place, request->limit + 1, error);
  if (rows == NULL)
    return FALSE;
  answer.counted = request->count;
  more = rows->len > request->limit;
  if (more)
    g_array_set_size (rows, (guint)request->limit);
  return put_answer (&answer, rows, request->columns == NULL, more, error);
}

gboolean
satchel_query_write (SatchelStore *store, SatchelAccess *access, const char *user,
                     const SatchelListRequest *request, gint64 now_ms, SatchelWriteFunc write, gpointer data,
                     GError **error)
{
  GError *problem = NULL;
  gboolean written;

  satchel_deadline_begin (store, SATCHEL_MAX_LIST_MS);
  written = write_list (store, access, user, request, now_ms, write, data, &problem);
  satchel_deadline_end (store, problem, error);
  return written;
}

gboolean
satchel_query_write_record (SatchelStore *store, SatchelAccess *access, const char *user,
                            const SatchelRecordRequest *request, SatchelWriteFunc write, gpointer data,
                            GError **error)
{
  const SatchelListRequest all = { .entity = request->entity };
  g_auto (SatchelQuestion) question = { 0 };
  g_auto (Answer) answer = answer_new (store, &question, write, data);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 row;

  if (!satchel_question_init (&question, store, access, user, &all, 0, error) ||
      !satchel_lists_find_readable (store, question.list.entity, request->id, question.list.guard,
                                    question.list.guard_data, &row, error))
    return FALSE;
  if (row == 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", request->entity);
    return FALSE;
  }
  g_array_append_val (rows, row);
  return put_answer (&answer, rows, TRUE, FALSE, error);
}
