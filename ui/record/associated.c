/* One model serves two grids: columns where there is room for them, else a card a row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/associated.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/permits.h"
#include "client/replica/query.h"
#include "protocol/rules/amounts.h"
#include "ui/act/refusal.h"
#include "ui/form/begin.h"
#include "ui/grid/columns.h"
#include "ui/page.h"
#include "ui/record/moments.h"
#include "ui/tip.h"

/* One list of the form, understood. */
typedef struct {
  const SatchelEntity *entity;
  const SatchelField *lookup; /* by which it refers to the record */
  const SatchelView *view;
  const char *label;
  char *where;  /* the view's condition, and that it refers to this record */
  char *about;  /* the latter alone */
  gint64 count; /* -1: not known yet */
} List;

typedef struct {
  GtkWidget *box; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *about; /* what is referred to */
  char *id;
  GtkWidget *add;
  GPtrArray *lists; /* List */
  guint current;
  SatchelRows *rows;
  GtkColumnView *wide, *narrow;
  GtkStack *states; /* "grid", "empty" */
  GtkDropDown *choice;
  GtkStringList *names;
  gboolean naming;   /* the names are being changed, not chosen */
  gboolean counting; /* under way */
  gboolean again;
} Associated;

static void
list_free (gpointer data)
{
  List *list = data;

  g_free (list->where);
  g_free (list->about);
  g_free (list);
}

static void
associated_free (gpointer data)
{
  Associated *associated = data;

  g_ptr_array_unref (associated->lists);
  g_object_unref (associated->rows);
  g_object_unref (associated->names);
  g_free (associated->id);
  g_object_unref (associated->desk);
  g_free (associated);
}

static List *
get_current (Associated *associated)
{
  return associated->lists->pdata[associated->current];
}

/* ---- the lists of the form ---- */

static void
add_list (GPtrArray *lists, SatchelRegistry *registry, const SatchelFormList *form,
          const SatchelEntity *about, const char *id)
{
  SatchelReference reference = { .entity = satchel_registry_find (registry, form->entity) };
  const SatchelView *view;
  List *list;

  reference.field =
      reference.entity != NULL ? satchel_entity_find_field (reference.entity, form->lookup) : NULL;
  if (reference.field == NULL || reference.entity->retired || reference.field->retired)
    return;
  view = form->view != NULL ? satchel_entity_find_view (reference.entity, form->view) : NULL;
  list = g_new0 (List, 1);
  list->entity = reference.entity;
  list->lookup = reference.field;
  list->view = view != NULL ? view : &reference.entity->views[0];
  list->label = form->label;
  list->about = satchel_reference_to_condition (&reference, about, id);
  list->where = *list->view->where != '\0' ? g_strdup_printf ("(%s) and %s", list->view->where, list->about)
                                           : g_strdup (list->about);
  list->count = -1;
  g_ptr_array_add (lists, list);
}

static GPtrArray *
list_all (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  GPtrArray *lists = g_ptr_array_new_with_free_func (list_free);
  const SatchelForm *form = satchel_entity_find_form (entity, NULL);

  for (guint i = 0; form != NULL && i < form->n_tabs; i++)
    for (guint j = 0; j < form->tabs[i].n_lists; j++)
      add_list (lists, satchel_desk_get_registry (desk), &form->tabs[i].lists[j], entity, id);
  return lists;
}

/* ---- names and counts ---- */

static char *
make_name (const List *list)
{
  if (list->count < 0)
    return g_strdup (_ (list->label));
  return g_strdup_printf (_ ("%s (%'d)"), _ (list->label), (int)list->count);
}

static void
show_names (Associated *associated)
{
  associated->naming = TRUE;
  for (guint i = 0; i < associated->lists->len; i++) {
    g_autofree char *name = make_name (associated->lists->pdata[i]);
    const char *const one[] = { name, NULL };
    const gboolean there = i < g_list_model_get_n_items (G_LIST_MODEL (associated->names));

    if (!there || !g_str_equal (gtk_string_list_get_string (associated->names, i), name))
      gtk_string_list_splice (associated->names, i, there ? 1 : 0, one);
  }
  gtk_drop_down_set_selected (associated->choice, associated->current);
  associated->naming = FALSE;
}

/* What a job counts: entities by name and conditions. */
static gpointer
count_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  char **words = data; /* entity, condition, entity, condition… */
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (gint64));
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  for (; words[0] != NULL; words += 2) {
    SatchelQuery query = { .entity = satchel_registry_require (registry, words[0], error), .limit = -1 };
    g_autoptr (SatchelPredicate) where =
        query.entity != NULL ? satchel_predicate_parse (registry, query.entity, words[1], error) : NULL;
    gint64 count;

    query.where = where;
    if (where == NULL ||
        !satchel_replica_count (satchel_session_get_replica (session), &query, &context, &count, error))
      return NULL;
    g_array_append_val (counts, count);
  }
  return g_steal_pointer (&counts);
}

static void count_all (Associated *associated);
static void show_add (Associated *associated);

/* The first list that is not empty is shown at first. */
static void show_list (Associated *associated, guint index);

static void
take_counts (Associated *associated, const GArray *counts)
{
  const gboolean first = get_current (associated)->count < 0;

  for (guint i = 0; i < MIN (counts->len, associated->lists->len); i++)
    ((List *)associated->lists->pdata[i])->count = g_array_index (counts, gint64, i);
  for (guint i = 0; first && i < associated->lists->len; i++) {
    if (((const List *)associated->lists->pdata[i])->count > 0) {
      show_list (associated, i);
      break;
    }
  }
  show_names (associated);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) box = data;
  Associated *associated = g_object_get_data (G_OBJECT (box), "associated");
  g_autoptr (GArray) counts = satchel_desk_finish (SATCHEL_DESK (source), result, NULL);

  /* Without counts the names stand alone; why the list itself is not there its model says. */
  if (counts != NULL)
    take_counts (associated, counts);
  associated->counting = FALSE;
  if (associated->again)
    count_all (associated);
}

static void
count_all (Associated *associated)
{
  g_autoptr (GStrvBuilder) words = NULL;

  associated->again = associated->counting;
  if (associated->counting)
    return;
  words = g_strv_builder_new ();
  for (guint i = 0; i < associated->lists->len; i++) {
    const List *list = associated->lists->pdata[i];

    g_strv_builder_add (words, list->entity->name);
    g_strv_builder_add (words, list->where);
  }
  associated->counting = TRUE;
  satchel_desk_read (associated->desk, count_job, g_strv_builder_end (words), (GDestroyNotify)g_strfreev,
                     (GDestroyNotify)g_array_unref, NULL, counted_cb, g_object_ref (associated->box));
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, GObject *box)
{
  Associated *associated = g_object_get_data (box, "associated");

  if (satchel_desk_changes_touch (records, associated->about, associated->id))
    show_add (associated);
  for (guint i = 0; i < associated->lists->len; i++) {
    if (satchel_desk_changes_touch (records, ((const List *)associated->lists->pdata[i])->entity, NULL)) {
      count_all (associated);
      return;
    }
  }
}

/* ---- the one that is shown ---- */

static void
ask (Associated *associated, const List *list)
{
  g_auto (GStrv) sort = g_strsplit (list->view->sort, ":", 2);
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (satchel_desk_get_registry (associated->desk), list->entity, list->where, NULL);
  const SatchelRowsQuery query = { .entity = list->entity,
                                   .where = where,
                                   .sort = satchel_entity_find_field (list->entity, sort[0]),
                                   .descending = g_strcmp0 (sort[1], "desc") == 0 };

  /* Views are parsed when they are read, and an id needs no quoting. */
  g_return_if_fail (where != NULL);
  satchel_rows_ask (associated->rows, &query);
}

static void
clear_columns (GtkColumnView *grid)
{
  GListModel *columns = gtk_column_view_get_columns (grid);

  while (g_list_model_get_n_items (columns) > 0) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

    gtk_column_view_remove_column (grid, column);
  }
}

static gboolean
may_create (Associated *associated, const SatchelEntity *entity)
{
  SatchelSession *session = satchel_desk_get_session (associated->desk);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;

  return !entity->system && satchel_permits_may_create (permits, entity);
}

/* Why none can be added to the record as it stands: a line of a quote that was won. NULL: one can. */
static char *
explain_closed (Associated *associated, const List *list)
{
  SatchelSession *session = satchel_desk_get_session (associated->desk);
  g_autoptr (SatchelRecord) one = satchel_record_new (list->entity, NULL);
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (associated->about->name, associated->id);
  g_autoptr (GError) error = NULL;
  SatchelRecordSource source;

  if (session == NULL || satchel_amounts_head_field (list->entity) != list->lookup)
    return NULL;
  satchel_record_set (one, list->lookup, value);
  satchel_replica_init_source (satchel_session_get_replica (session), &source);
  return satchel_amounts_check_open (one, &source, &error) ? NULL : satchel_refusal_to_text (error);
}

static void
show_add (Associated *associated)
{
  const List *list = get_current (associated);
  g_autofree char *label = g_strdup_printf (_ ("New %s"), _ (list->entity->label));
  g_autofree char *reason = explain_closed (associated, list);

  gtk_widget_set_visible (associated->add, list->lookup->type == SATCHEL_TYPE_LOOKUP &&
                                               satchel_field_is_writable (list->lookup) &&
                                               may_create (associated, list->entity));
  gtk_widget_set_sensitive (associated->add, reason == NULL);
  satchel_tip_name (associated->add, label);
  if (reason != NULL)
    satchel_tip (associated->add, reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (associated->add), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  reason != NULL ? reason : "", -1);
}

static void
show_list (Associated *associated, guint index)
{
  const List *list = associated->lists->pdata[index];

  associated->current = index;
  show_add (associated);
  satchel_columns_set (associated->wide, associated->desk, list->entity, list->view);
  clear_columns (associated->narrow);
  gtk_column_view_column_set_expand (satchel_columns_append_card (associated->narrow, associated->desk,
                                                                  list->entity, list->view->columns,
                                                                  list->view->n_columns),
                                     TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (associated->wide), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (list->label), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (associated->narrow), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (list->label), -1);
  ask (associated, list);
}

static void
chosen_cb (GtkDropDown *choice, GParamSpec *spec, Associated *associated)
{
  const guint selected = gtk_drop_down_get_selected (choice);

  if (!associated->naming && selected < associated->lists->len && selected != associated->current)
    show_list (associated, selected);
}

static void
count_cb (SatchelRows *rows, GParamSpec *spec, GObject *box)
{
  Associated *associated = g_object_get_data (box, "associated");
  gint64 count;

  g_object_get (rows, "count", &count, NULL);
  gtk_stack_set_visible_child_name (associated->states, count == 0 ? "empty" : "grid");
}

static void
activated_cb (GtkColumnView *grid, guint position, Associated *associated)
{
  g_autoptr (SatchelRow) row = g_list_model_get_item (G_LIST_MODEL (associated->rows), position);
  const SatchelRecord *record = row != NULL ? satchel_row_get_record (row) : NULL;
  g_autoptr (SatchelRoute) route =
      record != NULL ? satchel_route_new_record (record->entity->name, record->id) : NULL;

  if (route != NULL)
    satchel_go (associated->box, route);
}

static void
open_cb (GtkButton *button, Associated *associated)
{
  const List *list = get_current (associated);
  g_autoptr (SatchelRoute) route = satchel_route_new_list (list->entity->name, list->view->name, list->about);

  satchel_go (associated->box, route);
}

/* Its whole condition, to be put together further. */
static void
find_cb (GtkButton *button, Associated *associated)
{
  const List *list = get_current (associated);
  g_autoptr (SatchelRoute) route = satchel_route_new_find (list->entity->name, NULL, list->where);

  satchel_go (associated->box, route);
}

/* A new one that refers to the record. */
static void
add_cb (GtkButton *button, Associated *associated)
{
  const List *list = get_current (associated);
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (associated->about->name, associated->id);
  SatchelFieldValue refers = { list->lookup, value };
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  g_ptr_array_add (values, &refers);
  satchel_begin_new (associated->box, associated->desk, list->entity, values);
}

/* ---- the widget ---- */

static GtkColumnView *
make_grid (Associated *associated, GtkSelectionModel *selection)
{
  GtkColumnView *grid = GTK_COLUMN_VIEW (gtk_column_view_new (g_object_ref (selection)));

  gtk_widget_add_css_class (GTK_WIDGET (grid), "data-table");
  g_signal_connect (grid, "activate", G_CALLBACK (activated_cb), associated);
  return grid;
}

static GtkWidget *
wrap (GtkColumnView *grid, GtkPolicyType horizontal)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), horizontal, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (grid));
  return scrolled;
}

static GtkWidget *
make_grids (Associated *associated)
{
  GtkWidget *squeezer = adw_squeezer_new ();
  g_autoptr (GtkSelectionModel) selection =
      GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (associated->rows))));

  associated->wide = make_grid (associated, selection);
  associated->narrow = make_grid (associated, selection);
  /* A card has no title: the first child is the row of titles. */
  gtk_widget_set_visible (gtk_widget_get_first_child (GTK_WIDGET (associated->narrow)), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), wrap (associated->wide, GTK_POLICY_NEVER));
  adw_squeezer_add (ADW_SQUEEZER (squeezer), wrap (associated->narrow, GTK_POLICY_EXTERNAL));
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  return squeezer;
}

static GtkWidget *
make_bar (Associated *associated)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *all = gtk_button_new_from_icon_name ("view-list-symbolic");
  GtkWidget *find = gtk_button_new_from_icon_name ("edit-find-symbolic");

  associated->add = gtk_button_new_from_icon_name ("list-add-symbolic");
  gtk_widget_add_css_class (associated->add, "flat");
  g_signal_connect (associated->add, "clicked", G_CALLBACK (add_cb), associated);
  associated->names = gtk_string_list_new (NULL);
  associated->choice =
      GTK_DROP_DOWN (gtk_drop_down_new (g_object_ref (G_LIST_MODEL (associated->names)), NULL));
  gtk_widget_set_hexpand (GTK_WIDGET (associated->choice), TRUE);
  gtk_widget_set_halign (GTK_WIDGET (associated->choice), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (associated->choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What refers to this record"), -1);
  g_signal_connect (associated->choice, "notify::selected", G_CALLBACK (chosen_cb), associated);
  gtk_widget_add_css_class (all, "flat");
  satchel_tip_name (all, _ ("Open as a List"));
  g_signal_connect (all, "clicked", G_CALLBACK (open_cb), associated);
  gtk_widget_add_css_class (find, "flat");
  satchel_tip_name (find, _ ("Advanced Find…"));
  g_signal_connect (find, "clicked", G_CALLBACK (find_cb), associated);
  gtk_widget_set_margin_start (bar, 12);
  gtk_widget_set_margin_end (bar, 12);
  gtk_widget_set_margin_top (bar, 6);
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (associated->choice));
  gtk_box_append (GTK_BOX (bar), associated->add);
  gtk_box_append (GTK_BOX (bar), find);
  gtk_box_append (GTK_BOX (bar), all);
  return bar;
}

gboolean
satchel_associated_is_any (SatchelDesk *desk, const SatchelEntity *entity)
{
  g_autoptr (GPtrArray) lists = list_all (desk, entity, "");

  return lists->len > 0;
}

GtkWidget *
satchel_associated_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  g_autoptr (GPtrArray) lists = list_all (desk, entity, id);
  Associated *associated;
  GtkWidget *empty;

  if (lists->len == 0)
    return NULL;
  associated = g_new0 (Associated, 1);
  associated->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  associated->desk = g_object_ref (desk);
  associated->about = entity;
  associated->id = g_strdup (id);
  associated->lists = g_steal_pointer (&lists);
  associated->rows = satchel_rows_new (desk);
  g_object_set_data_full (G_OBJECT (associated->box), "associated", associated, associated_free);
  associated->states = GTK_STACK (gtk_stack_new ());
  empty = adw_status_page_new ();
  gtk_widget_add_css_class (empty, "compact");
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "edit-find-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("None"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty),
                                   _ ("No record that you carry refers to this one here."));
  gtk_box_append (GTK_BOX (associated->box), make_bar (associated));
  gtk_stack_add_named (associated->states, make_grids (associated), "grid");
  gtk_stack_add_named (associated->states, empty, "empty");
  gtk_widget_set_vexpand (GTK_WIDGET (associated->states), TRUE);
  gtk_box_append (GTK_BOX (associated->box), GTK_WIDGET (associated->states));
  g_signal_connect_object (associated->rows, "notify::count", G_CALLBACK (count_cb), associated->box, 0);
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), associated->box, 0);
  show_list (associated, 0);
  show_names (associated);
  count_all (associated);
  return associated->box;
}
