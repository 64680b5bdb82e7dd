/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/workplace/today-list.h"

#include <glib/gi18n.h>

#include "ui/tip.h"

#define FEW 7 /* rows that are shown at first */

struct _SatchelTodayList {
  GtkWidget parent_instance;
  GtkWidget *group;
  char *empty;
  GPtrArray *items; /* NULL: not known yet */
  GPtrArray *rows;  /* GtkWidget*, borrowed of the group */
  gboolean all;     /* not only the first few */
};

G_DEFINE_FINAL_TYPE (SatchelTodayList, satchel_today_list, GTK_TYPE_WIDGET)

enum { OPEN, COMPLETE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void show_rows (SatchelTodayList *list);

void
satchel_today_item_free (SatchelTodayItem *item)
{
  g_free (item->title);
  g_free (item->subtitle);
  g_free (item->icon);
  g_free (item->name);
  satchel_route_unref (item->route);
  g_free (item->entity);
  g_free (item->id);
  g_free (item);
}

static gboolean
item_equal (const SatchelTodayItem *a, const SatchelTodayItem *b)
{
  return g_strcmp0 (a->title, b->title) == 0 && g_strcmp0 (a->subtitle, b->subtitle) == 0 &&
         g_strcmp0 (a->icon, b->icon) == 0 && g_strcmp0 (a->name, b->name) == 0 &&
         g_strcmp0 (a->id, b->id) == 0 && a->urgent == b->urgent &&
         (a->route == NULL) == (b->route == NULL) &&
         (a->route == NULL || satchel_route_equal (a->route, b->route));
}

static gboolean
items_equal (const GPtrArray *a, const GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!item_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

/* ---- rows ---- */

static const char item_key[] = "satchel-today-item";

static void
activated_cb (GtkWidget *row, SatchelTodayList *list)
{
  const SatchelTodayItem *item = g_object_get_data (G_OBJECT (row), item_key);

  g_signal_emit (list, signals[OPEN], 0, item->route);
}

static void
toggled_cb (GtkCheckButton *box, SatchelTodayList *list)
{
  const SatchelTodayItem *item = g_object_get_data (G_OBJECT (box), item_key);

  if (gtk_check_button_get_active (box))
    g_signal_emit (list, signals[COMPLETE], 0, item->entity, item->id);
}

static void
all_cb (GtkWidget *row, SatchelTodayList *list)
{
  list->all = TRUE;
  show_rows (list);
}

static GtkWidget *
make_box (SatchelTodayList *list, SatchelTodayItem *item)
{
  GtkWidget *box = gtk_check_button_new ();
  g_autofree char *name = g_strdup_printf (_ ("Complete “%s”"), item->title);

  gtk_widget_add_css_class (box, "selection-mode");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  satchel_tip (box, _ ("Complete"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (box), item_key, item);
  g_signal_connect (box, "toggled", G_CALLBACK (toggled_cb), list);
  return box;
}

static void
set_texts (GtkWidget *row, const char *title, const char *subtitle)
{
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *subtitle_markup = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title_markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle_markup);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
}

static void
add_row (SatchelTodayList *list, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (list->group), row);
  g_ptr_array_add (list->rows, row);
}

static void
add_item (SatchelTodayList *list, SatchelTodayItem *item)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *name =
      item->name != NULL ? g_strdup (item->name) : g_strdup_printf ("%s, %s", item->title, item->subtitle);

  set_texts (row, item->title, item->subtitle);
  if (item->icon != NULL) {
    GtkWidget *icon = gtk_image_new_from_icon_name (item->icon);

    if (item->urgent)
      gtk_widget_add_css_class (icon, "warning");
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  }
  if (item->id != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), make_box (list, item));
  if (item->route != NULL) {
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    g_signal_connect (row, "activated", G_CALLBACK (activated_cb), list);
  }
  g_object_set_data (G_OBJECT (row), item_key, item);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  add_row (list, row);
}

static void
add_rest (SatchelTodayList *list)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = g_strdup_printf (_ ("Show All (%u)"), list->items->len);

  set_texts (row, text, "");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("pan-down-symbolic"));
  g_signal_connect (row, "activated", G_CALLBACK (all_cb), list);
  add_row (list, row);
}

static void
add_empty (SatchelTodayList *list)
{
  GtkWidget *row = adw_action_row_new ();

  set_texts (row, list->empty, "");
  gtk_widget_add_css_class (row, "dim-label");
  gtk_widget_set_can_focus (row, FALSE);
  add_row (list, row);
}

/* The place of the row with the focus, which the row that comes to stand there gets; -1. */
static int
find_focus (SatchelTodayList *list)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (list));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; focus != NULL && i < list->rows->len; i++)
    if (focus == list->rows->pdata[i] || gtk_widget_is_ancestor (focus, list->rows->pdata[i]))
      return (int)i;
  return -1;
}

static void
show_rows (SatchelTodayList *list)
{
  int focus = find_focus (list);
  /* One row more is no longer than a row that says so. */
  guint n = list->all || list->items->len <= FEW + 1 ? list->items->len : FEW;

  for (guint i = 0; i < list->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (list->group), list->rows->pdata[i]);
  g_ptr_array_set_size (list->rows, 0);
  for (guint i = 0; i < n; i++)
    add_item (list, list->items->pdata[i]);
  if (n < list->items->len)
    add_rest (list);
  if (list->items->len == 0 && list->empty != NULL)
    add_empty (list);
  gtk_widget_set_visible (GTK_WIDGET (list), list->items->len > 0 || list->empty != NULL);
  if (focus >= 0 && list->rows->len > 0)
    gtk_widget_grab_focus (list->rows->pdata[MIN ((guint)focus, list->rows->len - 1)]);
}

void
satchel_today_list_set_items (SatchelTodayList *list, GPtrArray *items)
{
  /* Rows borrow their items: the old ones go behind their rows. */
  g_autoptr (GPtrArray) before = list->items;

  g_ptr_array_set_free_func (items, (GDestroyNotify)satchel_today_item_free);
  if (items_equal (before, items)) {
    list->items = g_steal_pointer (&before);
    g_ptr_array_unref (items);
    return;
  }
  list->items = items;
  show_rows (list);
}

void
satchel_today_list_set_description (SatchelTodayList *list, const char *description)
{
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (list->group), description);
}

void
satchel_today_list_set_button (SatchelTodayList *list, GtkWidget *button)
{
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (list->group), button);
}

/* ---- the widget ---- */

static void
satchel_today_list_dispose (GObject *object)
{
  SatchelTodayList *list = SATCHEL_TODAY_LIST (object);

  g_clear_pointer (&list->group, gtk_widget_unparent);
  G_OBJECT_CLASS (satchel_today_list_parent_class)->dispose (object);
}

static void
satchel_today_list_finalize (GObject *object)
{
  SatchelTodayList *list = SATCHEL_TODAY_LIST (object);

  g_clear_pointer (&list->items, g_ptr_array_unref);
  g_ptr_array_unref (list->rows);
  g_free (list->empty);
  G_OBJECT_CLASS (satchel_today_list_parent_class)->finalize (object);
}

static void
satchel_today_list_class_init (SatchelTodayListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_today_list_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_today_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[OPEN] = g_signal_new ("open", SATCHEL_TYPE_TODAY_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, SATCHEL_TYPE_ROUTE);
  signals[COMPLETE] = g_signal_new ("complete", SATCHEL_TYPE_TODAY_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
satchel_today_list_init (SatchelTodayList *list)
{
  list->rows = g_ptr_array_new ();
  list->group = adw_preferences_group_new ();
  gtk_widget_set_parent (list->group, GTK_WIDGET (list));
  gtk_widget_set_visible (GTK_WIDGET (list), FALSE);
}

SatchelTodayList *
satchel_today_list_new (const char *title, const char *empty)
{
  SatchelTodayList *list = g_object_new (SATCHEL_TYPE_TODAY_LIST, NULL);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (list->group), title);
  list->empty = g_strdup (empty);
  return list;
}
