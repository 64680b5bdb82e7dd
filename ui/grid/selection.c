/* A bitmap of row numbers between the rows and GTK.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/selection.h"

#include "protocol/error.h"

#define RESOLVED_AT_ONCE 500

struct _SatchelSelection {
  GObject parent_instance;
  SatchelRows *rows;
  GtkBitset *numbers;
};

enum { PROP_0, PROP_SIZE, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void satchel_selection_list_model_init (GListModelInterface *interface);
static void satchel_selection_selection_model_init (GtkSelectionModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SatchelSelection, satchel_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, satchel_selection_list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          satchel_selection_selection_model_init))

static GType
get_item_type (GListModel *model)
{
  return SATCHEL_TYPE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (SATCHEL_SELECTION (model)->rows));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (SATCHEL_SELECTION (model)->rows), position);
}

static void
satchel_selection_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

/* ---- GTK's side: positions ---- */

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);

  return position < n_numbers && gtk_bitset_contains (selection->numbers, numbers[position]);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  GtkBitset *positions = gtk_bitset_new_empty ();
  guint n_numbers, end;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);

  end = (guint)MIN ((guint64)position + n_items, n_numbers);
  if (gtk_bitset_is_empty (selection->numbers))
    return positions;
  for (guint i = position; i < end; i++)
    if (gtk_bitset_contains (selection->numbers, numbers[i]))
      gtk_bitset_add (positions, i);
  return positions;
}

static void
changed (SatchelSelection *selection)
{
  guint n_items = get_n_items (G_LIST_MODEL (selection));

  if (n_items > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (selection), 0, n_items);
  g_object_notify_by_pspec (G_OBJECT (selection), properties[PROP_SIZE]);
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);

  if (unselect_rest)
    gtk_bitset_remove_all (selection->numbers);
  if (position < n_numbers)
    gtk_bitset_add (selection->numbers, numbers[position]);
  changed (selection);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);

  if (position < n_numbers)
    gtk_bitset_remove (selection->numbers, numbers[position]);
  changed (selection);
  return TRUE;
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n_items, gboolean unselect_rest)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);

  if (unselect_rest)
    gtk_bitset_remove_all (selection->numbers);
  for (guint64 i = position; i < (guint64)position + n_items && i < n_numbers; i++)
    gtk_bitset_add (selection->numbers, numbers[i]);
  changed (selection);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);

  for (guint64 i = position; i < (guint64)position + n_items && i < n_numbers; i++)
    gtk_bitset_remove (selection->numbers, numbers[i]);
  changed (selection);
  return TRUE;
}

/* Also what the list has not grown to yet: it is all of the list. */
static gboolean
select_all (GtkSelectionModel *model)
{
  return select_range (model, 0, G_MAXUINT, FALSE);
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  gtk_bitset_remove_all (SATCHEL_SELECTION (model)->numbers);
  changed (SATCHEL_SELECTION (model));
  return TRUE;
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  SatchelSelection *selection = SATCHEL_SELECTION (model);
  guint n_numbers, position;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);
  GtkBitsetIter iter;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, mask, &position); more && position < n_numbers;
       more = gtk_bitset_iter_next (&iter, &position)) {
    if (gtk_bitset_contains (selected, position))
      gtk_bitset_add (selection->numbers, numbers[position]);
    else
      gtk_bitset_remove (selection->numbers, numbers[position]);
  }
  changed (selection);
  return TRUE;
}

static void
satchel_selection_selection_model_init (GtkSelectionModelInterface *interface)
{
  interface->is_selected = is_selected;
  interface->get_selection_in_range = get_selection_in_range;
  interface->select_item = select_item;
  interface->unselect_item = unselect_item;
  interface->select_range = select_range;
  interface->unselect_range = unselect_range;
  interface->select_all = select_all;
  interface->unselect_all = unselect_all;
  interface->set_selection = set_selection;
}

/* ---- the rows' side: row numbers ---- */

static void
items_changed_cb (GListModel *rows, guint position, guint removed, guint added, SatchelSelection *selection)
{
  g_list_model_items_changed (G_LIST_MODEL (selection), position, removed, added);
}

/* Of a list whose beginning alone is known nothing can be missing. */
static void
renumbered_cb (SatchelRows *rows, GArray *before, SatchelSelection *selection)
{
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (rows, &n_numbers);
  g_autoptr (GtkBitset) listed = NULL;

  if (gtk_bitset_is_empty (selection->numbers))
    return;
  if (!satchel_rows_is_whole (rows)) {
    changed (selection);
    return;
  }
  listed = gtk_bitset_new_empty ();
  for (guint i = 0; i < n_numbers; i++)
    gtk_bitset_add (listed, numbers[i]);
  gtk_bitset_intersect (selection->numbers, listed);
  changed (selection);
}

/* ---- what is done with it ---- */

guint
satchel_selection_get_size (SatchelSelection *selection)
{
  return (guint)gtk_bitset_get_size (selection->numbers);
}

gint64
satchel_selection_find_single (SatchelSelection *selection)
{
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);
  guint32 selected;

  if (satchel_selection_get_size (selection) != 1)
    return -1;
  selected = gtk_bitset_get_minimum (selection->numbers);
  for (guint i = 0; i < n_numbers; i++)
    if (numbers[i] == selected)
      return i < get_n_items (G_LIST_MODEL (selection)) ? (gint64)i : -1;
  return -1;
}

GArray *
satchel_selection_list_numbers (SatchelSelection *selection)
{
  guint n_numbers;
  const guint32 *numbers = satchel_rows_peek_numbers (selection->rows, &n_numbers);
  GArray *selected =
      g_array_sized_new (FALSE, FALSE, sizeof (guint32), satchel_selection_get_size (selection));

  for (guint i = 0; i < n_numbers; i++)
    if (gtk_bitset_contains (selection->numbers, numbers[i]))
      g_array_append_val (selected, numbers[i]);
  return selected;
}

GPtrArray *
satchel_selection_resolve (SatchelSession *session, const SatchelEntity *entity, GArray *numbers,
                           GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_full (numbers->len, g_free);

  for (guint i = 0; i < numbers->len; i += RESOLVED_AT_ONCE) {
    g_autoptr (GPtrArray) records = satchel_replica_read_rows (
        satchel_session_get_replica (session), entity, &g_array_index (numbers, guint32, i),
        MIN (numbers->len - i, RESOLVED_AT_ONCE), error);

    if (records == NULL)
      return NULL;
    if (g_cancellable_is_cancelled (cancellable)) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "cancelled");
      return NULL;
    }
    for (guint j = 0; j < records->len; j++)
      if (records->pdata[j] != NULL)
        g_ptr_array_add (ids, g_strdup (((SatchelRecord *)records->pdata[j])->id));
  }
  return g_steal_pointer (&ids);
}

/* ---- the object ---- */

SatchelRows *
satchel_selection_get_rows (SatchelSelection *selection)
{
  return selection->rows;
}

SatchelSelection *
satchel_selection_new (SatchelRows *rows)
{
  SatchelSelection *selection = g_object_new (SATCHEL_TYPE_SELECTION, NULL);

  selection->rows = g_object_ref (rows);
  g_signal_connect_object (rows, "items-changed", G_CALLBACK (items_changed_cb), selection, 0);
  g_signal_connect_object (rows, "renumbered", G_CALLBACK (renumbered_cb), selection, 0);
  return selection;
}

static void
satchel_selection_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SIZE)
    g_value_set_uint (value, satchel_selection_get_size (SATCHEL_SELECTION (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
satchel_selection_finalize (GObject *object)
{
  SatchelSelection *selection = SATCHEL_SELECTION (object);

  g_clear_object (&selection->rows);
  gtk_bitset_unref (selection->numbers);
  G_OBJECT_CLASS (satchel_selection_parent_class)->finalize (object);
}

static void
satchel_selection_class_init (SatchelSelectionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = satchel_selection_get_property;
  object_class->finalize = satchel_selection_finalize;
  properties[PROP_SIZE] =
      g_param_spec_uint ("size", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
satchel_selection_init (SatchelSelection *selection)
{
  selection->numbers = gtk_bitset_new_empty ();
}
