/* A refresh keeps the items that are the same at both ends, so that items_changed concerns what lies between.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/timeline-list.h"

#include "protocol/error.h"
#include "ui/act/refusal.h"

#define PAGE 50
#define ALL  ((1u << SATCHEL_MOMENT_N_KINDS) - 1)

/* ---- items ---- */

struct _SatchelTimelineItem {
  GObject parent_instance;
  SatchelDesk *desk;
  SatchelMoment moment; /* a copy */
  gboolean begins_day;
  gboolean looked;
  SatchelRecord *record;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelTimelineItem, satchel_timeline_item, G_TYPE_OBJECT)

const SatchelMoment *
satchel_timeline_item_get_moment (SatchelTimelineItem *item)
{
  return &item->moment;
}

const SatchelRecord *
satchel_timeline_item_get_record (SatchelTimelineItem *item)
{
  SatchelSession *session = satchel_desk_get_session (item->desk);
  const SatchelEntity *entity;

  if (item->looked || session == NULL || item->moment.kind == SATCHEL_MOMENT_CHANGE)
    return item->record;
  item->looked = TRUE;
  entity = satchel_registry_find (satchel_desk_get_registry (item->desk), item->moment.entity);
  /* One that cannot be read is shown as one that has gone; the list says why when it is asked anew. */
  if (entity != NULL && !satchel_replica_read (satchel_session_get_replica (session), entity, item->moment.id,
                                               &item->record, NULL))
    item->record = NULL;
  return item->record;
}

gboolean
satchel_timeline_item_begins_day (SatchelTimelineItem *item)
{
  return item->begins_day;
}

static void
satchel_timeline_item_finalize (GObject *object)
{
  SatchelTimelineItem *item = SATCHEL_TIMELINE_ITEM (object);

  g_clear_pointer (&item->record, satchel_record_free);
  g_free (item->moment.id);
  g_free (item->moment.text);
  g_object_unref (item->desk);
  G_OBJECT_CLASS (satchel_timeline_item_parent_class)->finalize (object);
}

static void
satchel_timeline_item_class_init (SatchelTimelineItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_timeline_item_finalize;
  signals[CHANGED] = g_signal_new ("changed", SATCHEL_TYPE_TIMELINE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
satchel_timeline_item_init (SatchelTimelineItem *item)
{
}

static SatchelTimelineItem *
item_new (SatchelDesk *desk, const SatchelMoment *moment, gboolean begins_day)
{
  SatchelTimelineItem *item = g_object_new (SATCHEL_TYPE_TIMELINE_ITEM, NULL);

  item->desk = g_object_ref (desk);
  item->moment = *moment;
  item->moment.id = g_strdup (moment->id);
  item->moment.text = g_strdup (moment->text);
  item->begins_day = begins_day;
  return item;
}

static gboolean
is_same (const SatchelTimelineItem *item, const SatchelMoment *moment)
{
  return item->moment.kind == moment->kind && item->moment.at_ms == moment->at_ms &&
         item->moment.entity == moment->entity && g_strcmp0 (item->moment.id, moment->id) == 0 &&
         g_strcmp0 (item->moment.text, moment->text) == 0;
}

/* The same moment in a new list: its record may have other values. */
static void
item_renew (SatchelTimelineItem *item, gboolean begins_day)
{
  item->begins_day = begins_day;
  item->looked = FALSE;
  g_clear_pointer (&item->record, satchel_record_free);
  g_signal_emit (item, signals[CHANGED], 0);
}

/* ---- the list ---- */

struct _SatchelTimelineList {
  GObject parent_instance;
  SatchelDesk *desk;
  const SatchelEntity *entity;
  char *id;
  guint kinds;
  GPtrArray *moments; /* SatchelMoment, all of them; NULL: not known yet */
  GPtrArray *shown;   /* those of the kinds; borrowed */
  GPtrArray *items;   /* SatchelTimelineItem, the first so many of shown */
  guint n_wanted;     /* items that somebody has scrolled to */
  GCancellable *loading;
  gboolean again; /* something changed while it was loading */
  char *problem;
};

enum { PROP_0, PROP_LOADING, PROP_PROBLEM, N_PROPS };
static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return SATCHEL_TYPE_TIMELINE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return SATCHEL_TIMELINE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = SATCHEL_TIMELINE_LIST (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SatchelTimelineList, satchel_timeline_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static gboolean
begins_day (const GPtrArray *shown, guint i)
{
  const SatchelMoment *moment = shown->pdata[i], *before = i > 0 ? shown->pdata[i - 1] : NULL;

  return before == NULL || satchel_moment_get_day (before->at_ms) != satchel_moment_get_day (moment->at_ms);
}

/* Brings the items to the first @n of what is to be shown. */
static void
update_items (SatchelTimelineList *list)
{
  GPtrArray *items = list->items, *shown = list->shown;
  const guint n = MIN (list->n_wanted, shown->len), n_before = items->len;
  guint head = 0, tail = 0;
  g_autoptr (GPtrArray) between = g_ptr_array_new ();

  while (head < MIN (n, n_before) && is_same (items->pdata[head], shown->pdata[head]))
    head++;
  while (tail < MIN (n, n_before) - head &&
         is_same (items->pdata[n_before - 1 - tail], shown->pdata[n - 1 - tail]))
    tail++;
  for (guint i = head; i < n - tail; i++)
    g_ptr_array_add (between, item_new (list->desk, shown->pdata[i], begins_day (shown, i)));
  if (n_before - tail > head)
    g_ptr_array_remove_range (items, head, n_before - tail - head);
  for (guint i = 0; i < between->len; i++)
    g_ptr_array_insert (items, (int)(head + i), between->pdata[i]);
  if (n_before - tail > head || between->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (list), head, n_before - tail - head, between->len);
  for (guint i = 0; i < items->len; i++)
    if (i < head || i >= n - tail)
      item_renew (items->pdata[i], begins_day (shown, i));
}

static void
set_moments (SatchelTimelineList *list, GPtrArray *moments)
{
  g_clear_pointer (&list->shown, g_ptr_array_unref);
  g_clear_pointer (&list->moments, g_ptr_array_unref);
  list->moments = moments;
  list->shown = satchel_moments_filter (moments, list->kinds);
  update_items (list);
}

/* ---- loading ---- */

typedef struct {
  char *entity, *id;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->entity);
  g_free (question->id);
  g_free (question);
}

static gpointer
collect_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), question->entity, error);

  return entity != NULL ? satchel_moments_collect (session, entity, question->id, cancellable, error) : NULL;
}

static void
collected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelTimelineList) list = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *moments = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  g_clear_object (&list->loading);
  g_clear_pointer (&list->problem, g_free);
  if (moments != NULL)
    set_moments (list, moments);
  else if (error != NULL)
    list->problem = satchel_refusal_to_text (error);
  g_object_notify_by_pspec (G_OBJECT (list), properties[PROP_PROBLEM]);
  g_object_notify_by_pspec (G_OBJECT (list), properties[PROP_LOADING]);
  if (list->again)
    satchel_timeline_list_refresh (list);
}

void
satchel_timeline_list_refresh (SatchelTimelineList *list)
{
  Question *question;

  list->again = list->loading != NULL;
  if (list->again)
    return;
  question = g_new0 (Question, 1);
  question->entity = g_strdup (list->entity->name);
  question->id = g_strdup (list->id);
  list->loading = g_cancellable_new ();
  satchel_desk_read (list->desk, collect_job, question, question_free, (GDestroyNotify)g_ptr_array_unref,
                     list->loading, collected_cb, g_object_ref (list));
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelTimelineList *list)
{
  g_autoptr (GArray) sources = satchel_moments_list_sources (satchel_desk_get_registry (desk), list->entity);
  gboolean touched = satchel_desk_changes_touch (records, list->entity, list->id);

  for (guint i = 0; i < sources->len && !touched; i++)
    touched = satchel_desk_changes_touch (records, g_array_index (sources, SatchelReference, i).entity, NULL);
  if (touched)
    satchel_timeline_list_refresh (list);
}

void
satchel_timeline_list_set_kinds (SatchelTimelineList *list, guint mask)
{
  if (list->kinds == mask)
    return;
  list->kinds = mask;
  list->n_wanted = PAGE;
  if (list->moments == NULL)
    return;
  g_clear_pointer (&list->shown, g_ptr_array_unref);
  list->shown = satchel_moments_filter (list->moments, mask);
  update_items (list);
}

gboolean
satchel_timeline_list_grow (SatchelTimelineList *list)
{
  const guint n_before = list->items->len;

  if (list->shown == NULL || n_before >= list->shown->len)
    return FALSE;
  list->n_wanted = n_before + PAGE;
  for (guint i = n_before; i < MIN (list->n_wanted, list->shown->len); i++)
    g_ptr_array_add (list->items, item_new (list->desk, list->shown->pdata[i], begins_day (list->shown, i)));
  g_list_model_items_changed (G_LIST_MODEL (list), n_before, 0, list->items->len - n_before);
  return list->items->len < list->shown->len;
}

/* ---- the object ---- */

static void
satchel_timeline_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  SatchelTimelineList *list = SATCHEL_TIMELINE_LIST (object);

  switch (id) {
  case PROP_LOADING:
    g_value_set_boolean (value, list->moments == NULL && list->loading != NULL);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, list->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
satchel_timeline_list_dispose (GObject *object)
{
  SatchelTimelineList *list = SATCHEL_TIMELINE_LIST (object);

  g_clear_object (&list->loading);
  g_clear_pointer (&list->items, g_ptr_array_unref);
  g_clear_pointer (&list->shown, g_ptr_array_unref);
  g_clear_pointer (&list->moments, g_ptr_array_unref);
  g_clear_pointer (&list->problem, g_free);
  g_clear_pointer (&list->id, g_free);
  g_clear_object (&list->desk);
  G_OBJECT_CLASS (satchel_timeline_list_parent_class)->dispose (object);
}

static void
satchel_timeline_list_class_init (SatchelTimelineListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags told = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = satchel_timeline_list_get_property;
  object_class->dispose = satchel_timeline_list_dispose;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, told);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, told);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
satchel_timeline_list_init (SatchelTimelineList *list)
{
  list->kinds = ALL;
  list->n_wanted = PAGE;
  list->items = g_ptr_array_new_with_free_func (g_object_unref);
}

SatchelTimelineList *
satchel_timeline_list_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  SatchelTimelineList *list = g_object_new (SATCHEL_TYPE_TIMELINE_LIST, NULL);

  list->desk = g_object_ref (desk);
  list->entity = entity;
  list->id = g_strdup (id);
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), list, 0);
  satchel_timeline_list_refresh (list);
  return list;
}
