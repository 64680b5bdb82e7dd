/* An array of row numbers, pages of records, slots.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/rows.h"

#include <string.h>

#include "protocol/error.h"
#include "ui/act/refusal.h"

#define PAGE_ROWS        64
#define CACHED_PAGES     32
#define HEAD_ROWS        64  /* asked for first: a screen and a little */
#define REFRESH_PAUSE_MS 120 /* what changes all the time is listed anew now and then */
#define GROWTH_ROWS      32  /* more a frame, up to as many as GTK has widgets for */
#define GROWN_ROWS       256
#define FRAME_MS         16

/* ---- rows ---- */

struct _SatchelRow {
  GObject parent_instance;
  SatchelRows *rows; /* NULL once the list has forgotten it */
  guint position;
  SatchelRecord *record;          /* of the replica */
  const SatchelOnlineRow *online; /* of the server, borrowed from rows->beyond */
};

static guint row_changed, renumbered;

G_DEFINE_FINAL_TYPE (SatchelRow, satchel_row, G_TYPE_OBJECT)

typedef struct {
  guint number;
  GPtrArray *rows; /* SatchelRow, owned */
  GList link;      /* in recent */
} Page;

typedef struct {
  SatchelOnlinePage *page; /* owned by rows->told */
  const SatchelOnlineRow *row;
} Beyond;

struct _SatchelRows {
  GObject parent_instance;
  SatchelDesk *desk;
  SatchelQuestion *question; /* NULL before the first */
  GArray *numbers;           /* guint32 */
  guint shown;    /* how many GTK knows of; those behind numbers are blank, until the rest has come */
  gboolean whole; /* numbers is all of the answer */
  guint growth_source;
  GPtrArray *told;           /* SatchelOnlinePage */
  GArray *beyond;            /* Beyond: behind all of numbers */
  gboolean forgetting;       /* the next answer is to another question than what was told */
  GHashTable *slots;         /* position → SatchelRow, borrowed: all that live */
  GHashTable *pages;         /* number → Page */
  GQueue recent;             /* Page, the last one used first */
  GCancellable *cancellable; /* of the question under way */
  guint refresh_source;
  gint64 count;
  gboolean loading;
  char *problem;
};

enum { PROP_0, PROP_COUNT, PROP_LOADING, PROP_PROBLEM, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void satchel_rows_list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SatchelRows, satchel_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, satchel_rows_list_model_init))

static void
satchel_row_dispose (GObject *object)
{
  SatchelRow *row = SATCHEL_ROW (object);

  if (row->rows != NULL)
    g_hash_table_remove (row->rows->slots, GUINT_TO_POINTER (row->position));
  row->rows = NULL;
  g_clear_pointer (&row->record, satchel_record_free);
  G_OBJECT_CLASS (satchel_row_parent_class)->dispose (object);
}

static void
satchel_row_class_init (SatchelRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_row_dispose;
  row_changed =
      g_signal_new ("changed", SATCHEL_TYPE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_row_init (SatchelRow *row)
{
}

guint
satchel_row_get_position (SatchelRow *row)
{
  return row->position;
}

const SatchelRecord *
satchel_row_get_record (SatchelRow *row)
{
  return row->online != NULL ? row->online->record : row->record;
}

const SatchelOnlineRow *
satchel_row_get_online (SatchelRow *row)
{
  return row->online;
}

/* ---- pages ---- */

static void
page_free (gpointer data)
{
  Page *page = data;

  g_ptr_array_unref (page->rows);
  g_free (page);
}

static void
drop_page (SatchelRows *rows, Page *page)
{
  g_queue_unlink (&rows->recent, &page->link);
  g_hash_table_remove (rows->pages, GUINT_TO_POINTER (page->number));
}

static void
drop_pages (SatchelRows *rows)
{
  g_queue_init (&rows->recent);
  g_hash_table_remove_all (rows->pages);
}

static guint
count_items (const SatchelRows *rows)
{
  return rows->shown + (rows->shown == rows->numbers->len ? rows->beyond->len : 0);
}

/* Gives each of @list (SatchelRow, borrowed) the record that stands at its position now. A replica that
 * cannot be read leaves them without one. */
static void
fill_rows (SatchelRows *rows, GPtrArray *list)
{
  SatchelSession *session = satchel_desk_get_session (rows->desk);
  g_autofree guint32 *numbers = g_new (guint32, list->len);
  g_autoptr (GPtrArray) records = NULL;
  guint n_numbers = 0;

  for (guint i = 0; i < list->len; i++) {
    SatchelRow *row = list->pdata[i];

    g_clear_pointer (&row->record, satchel_record_free);
    row->online = row->position < rows->shown
                      ? NULL
                      : g_array_index (rows->beyond, Beyond, row->position - rows->shown).row;
    if (row->online == NULL && row->position < rows->numbers->len)
      numbers[n_numbers++] = g_array_index (rows->numbers, guint32, row->position);
  }
  if (session != NULL && rows->question != NULL)
    records = satchel_replica_read_rows (satchel_session_get_replica (session), rows->question->entity,
                                         numbers, n_numbers, NULL);
  for (guint i = 0, next = 0; i < list->len && records != NULL; i++) {
    SatchelRow *row = list->pdata[i];

    if (row->online == NULL && row->position < rows->numbers->len)
      row->record = g_steal_pointer (&records->pdata[next++]);
  }
}

static SatchelRow *
take_slot (SatchelRows *rows, guint position, GPtrArray *new_rows)
{
  SatchelRow *row = g_hash_table_lookup (rows->slots, GUINT_TO_POINTER (position));

  if (row != NULL)
    return g_object_ref (row);
  row = g_object_new (SATCHEL_TYPE_ROW, NULL);
  row->rows = rows;
  row->position = position;
  g_hash_table_insert (rows->slots, GUINT_TO_POINTER (position), row);
  g_ptr_array_add (new_rows, row);
  return row;
}

static Page *
load_page (SatchelRows *rows, guint number)
{
  g_autoptr (GPtrArray) new_rows = g_ptr_array_new ();
  Page *page = g_new0 (Page, 1);
  guint end = MIN ((number + 1) * PAGE_ROWS, count_items (rows));

  page->number = number;
  page->link.data = page;
  page->rows = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint position = number * PAGE_ROWS; position < end; position++)
    g_ptr_array_add (page->rows, take_slot (rows, position, new_rows));
  fill_rows (rows, new_rows);
  g_hash_table_insert (rows->pages, GUINT_TO_POINTER (number), page);
  g_queue_push_head_link (&rows->recent, &page->link);
  while (rows->recent.length > CACHED_PAGES)
    drop_page (rows, rows->recent.tail->data);
  return page;
}

static GType
get_item_type (GListModel *model)
{
  return SATCHEL_TYPE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return count_items (SATCHEL_ROWS (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  SatchelRows *rows = SATCHEL_ROWS (model);
  Page *page;

  if (position >= count_items (rows))
    return NULL;
  page = g_hash_table_lookup (rows->pages, GUINT_TO_POINTER (position / PAGE_ROWS));
  if (page != NULL && position % PAGE_ROWS >= page->rows->len) {
    drop_page (rows, page); /* made when the list was shorter */
    page = NULL;
  }
  if (page == NULL)
    page = load_page (rows, position / PAGE_ROWS);
  else if (rows->recent.head != &page->link) {
    g_queue_unlink (&rows->recent, &page->link);
    g_queue_push_head_link (&rows->recent, &page->link);
  }
  return g_object_ref (page->rows->pdata[position % PAGE_ROWS]);
}

static void
satchel_rows_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

/* ---- answers ---- */

static GPtrArray *
list_live (SatchelRows *rows)
{
  GPtrArray *live = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, rows->slots);
  while (g_hash_table_iter_next (&iter, NULL, &row)) {
    if (SATCHEL_ROW (row)->position < count_items (rows))
      g_ptr_array_add (live, g_object_ref (row));
    else {
      SATCHEL_ROW (row)->rows = NULL;
      SATCHEL_ROW (row)->online = NULL;
      g_hash_table_iter_remove (&iter);
    }
  }
  return live;
}

/* The rows that somebody holds get what stands there now, and say so; the end is made longer or shorter.
 * @before: rows of ours, and items in all, that GTK knows of. */
static void
tell_items (SatchelRows *rows, guint shown_before, guint before)
{
  guint now = count_items (rows), common = MIN (shown_before, rows->shown);
  g_autoptr (GPtrArray) live = NULL;

  drop_pages (rows);
  live = list_live (rows);
  fill_rows (rows, live);
  for (guint i = 0; i < live->len; i++)
    g_signal_emit (live->pdata[i], row_changed, 0);
  if (before != now || shown_before != rows->shown)
    g_list_model_items_changed (G_LIST_MODEL (rows), common, before - common, now - common);
}

static void set_state (SatchelRows *rows, gboolean loading, gint64 count, const char *problem);

static gboolean
grow_cb (gpointer data)
{
  SatchelRows *rows = data;
  guint shown = rows->shown, before = count_items (rows);

  rows->shown = shown < GROWN_ROWS ? MIN (shown + GROWTH_ROWS, rows->numbers->len) : rows->numbers->len;
  if (rows->shown == rows->numbers->len)
    rows->growth_source = 0;
  g_object_ref (rows);
  g_list_model_items_changed (G_LIST_MODEL (rows), shown, before - shown, count_items (rows) - shown);
  if (rows->growth_source == 0 && rows->count >= 0)
    set_state (rows, FALSE, rows->count, rows->problem);
  g_object_unref (rows);
  return rows->growth_source != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* What the server told of and has come to be carried is a row of ours now. */
static void
drop_carried (SatchelRows *rows)
{
  SatchelSession *session = satchel_desk_get_session (rows->desk);

  for (guint i = rows->beyond->len; session != NULL && i-- > 0;) {
    const SatchelRecord *told = g_array_index (rows->beyond, Beyond, i).row->record;
    g_autoptr (SatchelRecord) record = NULL;

    if (satchel_replica_read (satchel_session_get_replica (session), rows->question->entity, told->id,
                              &record, NULL) &&
        record != NULL)
      g_array_remove_index (rows->beyond, i);
  }
}

/* Pages are given back once no row shows them any more. */
static void
forget_beyond (SatchelRows *rows, GPtrArray **told)
{
  g_array_set_size (rows->beyond, 0);
  *told = rows->told;
  rows->told = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_online_page_free);
}

/* Takes @numbers. At least @held stay shown. */
static void
set_numbers (SatchelRows *rows, GArray *numbers, guint held)
{
  guint shown = rows->shown, before = count_items (rows);
  g_autoptr (GArray) replaced = rows->numbers;
  g_autoptr (GPtrArray) told = NULL;

  rows->numbers = numbers;
  if (rows->forgetting)
    forget_beyond (rows, &told);
  rows->forgetting = FALSE;
  drop_carried (rows);
  if (shown >= GROWN_ROWS || numbers->len <= shown + GROWTH_ROWS)
    rows->shown = numbers->len;
  else
    rows->shown = shown + GROWTH_ROWS;
  rows->shown = MAX (rows->shown, held);
  g_clear_handle_id (&rows->growth_source, g_source_remove);
  if (rows->shown < numbers->len)
    rows->growth_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, FRAME_MS, grow_cb, rows, NULL);
  tell_items (rows, shown, before);
  g_signal_emit (rows, renumbered, 0, replaced);
}

static void
set_state (SatchelRows *rows, gboolean loading, gint64 count, const char *problem)
{
  g_object_freeze_notify (G_OBJECT (rows));
  if (rows->loading != loading) {
    rows->loading = loading;
    g_object_notify_by_pspec (G_OBJECT (rows), properties[PROP_LOADING]);
  }
  if (rows->count != count) {
    rows->count = count;
    g_object_notify_by_pspec (G_OBJECT (rows), properties[PROP_COUNT]);
  }
  if (g_strcmp0 (rows->problem, problem) != 0) {
    g_free (rows->problem);
    rows->problem = g_strdup (problem);
    g_object_notify_by_pspec (G_OBJECT (rows), properties[PROP_PROBLEM]);
  }
  g_object_thaw_notify (G_OBJECT (rows));
}

/* The rest of an answer does not come. */
static void
drop_blank (SatchelRows *rows)
{
  guint shown = rows->shown, before = count_items (rows);

  if (shown <= rows->numbers->len)
    return;
  rows->shown = rows->numbers->len;
  tell_items (rows, shown, before);
}

typedef struct {
  SatchelQuestion *question;
  gint64 limit;
} Ask;

static void
ask_free (gpointer data)
{
  satchel_question_unref (((Ask *)data)->question);
  g_free (data);
}

static gpointer
list_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Ask *ask = data;

  return satchel_question_list (ask->question, session, ask->limit, cancellable, error);
}

static void listed_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
ask_for (SatchelRows *rows, gint64 limit)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->question = satchel_question_ref (rows->question);
  ask->limit = limit;
  satchel_desk_read (rows->desk, list_job, ask, ask_free, (GDestroyNotify)g_array_unref, rows->cancellable,
                     listed_cb, g_object_ref (rows->cancellable));
}

/* Finds the list by the cancellable: an answer that was superseded, or that nobody waits for any more, holds
 * nothing. */
static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GCancellable) asked = data;
  g_autoptr (GError) error = NULL;
  GArray *numbers = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  SatchelRows *rows = g_object_get_data (G_OBJECT (asked), "rows");
  gboolean complete;

  if (rows == NULL || rows->cancellable != asked) {
    g_clear_pointer (&numbers, g_array_unref);
    return;
  }
  if (numbers == NULL) {
    g_autofree char *reason = satchel_refusal_to_text (error);

    g_object_ref (rows);
    drop_blank (rows);
    set_state (rows, FALSE, rows->count, reason);
    g_object_unref (rows);
    return;
  }
  complete = numbers->len < HEAD_ROWS || !g_object_steal_data (G_OBJECT (asked), "head");
  rows->whole = complete;
  g_object_ref (rows);
  /* What would be taken out now and put in again with the rest costs more than all else that an answer does.
   */
  set_numbers (rows, numbers, complete ? 0 : MIN (rows->shown, GROWN_ROWS));
  set_state (rows, !complete || rows->growth_source != 0, complete ? (gint64)rows->numbers->len : -1, NULL);
  if (!complete && rows->cancellable == asked)
    ask_for (rows, -1);
  g_object_unref (rows);
}

static void
cancel (SatchelRows *rows)
{
  g_clear_handle_id (&rows->refresh_source, g_source_remove);
  if (rows->cancellable != NULL) {
    g_object_set_data (G_OBJECT (rows->cancellable), "rows", NULL);
    g_cancellable_cancel (rows->cancellable);
  }
  g_clear_object (&rows->cancellable);
}

/* @head: for somebody who looks at other rows until then. What was there already is not cut to its beginning
 * meanwhile. */
static void
begin (SatchelRows *rows, gboolean head)
{
  cancel (rows);
  rows->cancellable = g_cancellable_new ();
  g_object_set_data (G_OBJECT (rows->cancellable), "rows", rows);
  g_object_set_data (G_OBJECT (rows->cancellable), "head", GINT_TO_POINTER (head));
  set_state (rows, TRUE, rows->count, rows->problem);
  ask_for (rows, head ? HEAD_ROWS : -1);
}

void
satchel_rows_ask (SatchelRows *rows, const SatchelRowsQuery *query)
{
  g_return_if_fail (SATCHEL_IS_ROWS (rows));
  rows->forgetting = TRUE;
  if (rows->question != NULL && rows->question->entity != query->entity)
    set_numbers (rows, g_array_new (FALSE, FALSE, sizeof (guint32)), 0);
  satchel_question_unref (rows->question);
  rows->question = satchel_question_new (satchel_desk_get_registry (rows->desk), query);
  rows->forgetting = TRUE;
  begin (rows, TRUE);
}

static void
refresh_cb (gpointer data)
{
  SatchelRows *rows = data;

  rows->refresh_source = 0;
  begin (rows, FALSE);
}

void
satchel_rows_refresh (SatchelRows *rows)
{
  g_return_if_fail (SATCHEL_IS_ROWS (rows));
  if (rows->question != NULL && rows->refresh_source == 0)
    rows->refresh_source = g_timeout_add_once (REFRESH_PAUSE_MS, refresh_cb, rows);
}

/* Records that are named count, too: their titles are shown, and conditions look at them. */
static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelRows *rows)
{
  satchel_rows_refresh (rows);
}

const SatchelEntity *
satchel_rows_get_entity (SatchelRows *rows)
{
  return rows->question != NULL ? rows->question->entity : NULL;
}

gboolean
satchel_rows_is_whole (SatchelRows *rows)
{
  return rows->whole;
}

SatchelQuestion *
satchel_rows_get_question (SatchelRows *rows)
{
  return rows->question;
}

const guint32 *
satchel_rows_peek_numbers (SatchelRows *rows, guint *n_numbers)
{
  *n_numbers = rows->numbers->len;
  return (const guint32 *)(gpointer)rows->numbers->data;
}

gint64
satchel_rows_find (SatchelRows *rows, const char *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rows->slots);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SatchelRow *row = value;

    if (row->record != NULL && g_str_equal (row->record->id, id))
      return row->position;
  }
  return -1;
}

/* ---- beyond what is carried ---- */

void
satchel_rows_add_beyond (SatchelRows *rows, SatchelOnlinePage *page)
{
  guint before = count_items (rows);

  g_ptr_array_add (rows->told, page);
  for (guint i = 0; i < page->rows->len; i++) {
    const Beyond beyond = { page, page->rows->pdata[i] };

    g_array_append_val (rows->beyond, beyond);
  }
  drop_carried (rows);
  tell_items (rows, rows->shown, before);
}

guint
satchel_rows_count_beyond (SatchelRows *rows)
{
  return rows->beyond->len;
}

char *
satchel_row_dup_name (const char *entity, const char *id, gpointer data)
{
  SatchelRow *row = data;
  SatchelSession *session = row->rows != NULL ? satchel_desk_get_session (row->rows->desk) : NULL;
  char *name =
      session != NULL ? satchel_replica_dup_name (entity, id, satchel_session_get_replica (session)) : NULL;

  if (name != NULL || row->online == NULL || row->rows == NULL)
    return name;
  return satchel_online_dup_name (
      entity, id, g_array_index (row->rows->beyond, Beyond, row->position - row->rows->shown).page);
}

/* ---- the object ---- */

SatchelRows *
satchel_rows_new (SatchelDesk *desk)
{
  SatchelRows *rows = g_object_new (SATCHEL_TYPE_ROWS, NULL);

  rows->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), rows, 0);
  return rows;
}

static void
satchel_rows_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  SatchelRows *rows = SATCHEL_ROWS (object);

  switch (id) {
  case PROP_COUNT:
    g_value_set_int64 (value, rows->count);
    break;
  case PROP_LOADING:
    g_value_set_boolean (value, rows->loading);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, rows->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
satchel_rows_dispose (GObject *object)
{
  SatchelRows *rows = SATCHEL_ROWS (object);
  GHashTableIter iter;
  gpointer row;

  cancel (rows);
  g_clear_handle_id (&rows->growth_source, g_source_remove);
  drop_pages (rows);
  g_hash_table_iter_init (&iter, rows->slots);
  while (g_hash_table_iter_next (&iter, NULL, &row)) {
    SATCHEL_ROW (row)->rows = NULL;
    SATCHEL_ROW (row)->online = NULL;
  }
  g_hash_table_remove_all (rows->slots);
  g_clear_object (&rows->desk);
  G_OBJECT_CLASS (satchel_rows_parent_class)->dispose (object);
}

static void
satchel_rows_finalize (GObject *object)
{
  SatchelRows *rows = SATCHEL_ROWS (object);

  satchel_question_unref (rows->question);
  g_array_unref (rows->numbers);
  g_array_unref (rows->beyond);
  g_ptr_array_unref (rows->told);
  g_hash_table_unref (rows->slots);
  g_hash_table_unref (rows->pages);
  g_free (rows->problem);
  G_OBJECT_CLASS (satchel_rows_parent_class)->finalize (object);
}

static void
satchel_rows_class_init (SatchelRowsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = satchel_rows_dispose;
  object_class->finalize = satchel_rows_finalize;
  object_class->get_property = satchel_rows_get_property;
  properties[PROP_COUNT] = g_param_spec_int64 ("count", NULL, NULL, -1, G_MAXINT64, 0, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  renumbered = g_signal_new ("renumbered", SATCHEL_TYPE_ROWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                             G_TYPE_NONE, 1, G_TYPE_ARRAY);
}

static void
satchel_rows_init (SatchelRows *rows)
{
  rows->count = -1; /* not asked yet is not none */
  rows->numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  rows->beyond = g_array_new (FALSE, FALSE, sizeof (Beyond));
  rows->told = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_online_page_free);
  rows->slots = g_hash_table_new (NULL, NULL);
  rows->pages = g_hash_table_new_full (NULL, NULL, NULL, page_free);
  g_queue_init (&rows->recent);
}
