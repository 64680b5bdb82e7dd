/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/list-menu.h"

#include <glib/gi18n.h>

#include "ui/act/act.h"
#include "ui/mail/write.h"
#include "ui/grid/columns.h"
#include "ui/grid/grid.h"

static GMenuModel *
make_orders (SatchelRegistry *registry, const SatchelEntity *entity, const GArray *columns,
             const SatchelField *sort, gboolean descending)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < columns->len; i++) {
    const SatchelField *field =
        satchel_columns_find_order (registry, entity, g_array_index (columns, SatchelViewColumn, i).field);
    g_autofree char *label = field == NULL ? NULL
                             : field != sort
                                 ? g_strdup (_ (field->label))
                                 : g_strdup_printf ("%s %s", _ (field->label), descending ? "↓" : "↑");
    g_autoptr (GMenuItem) item = label != NULL ? g_menu_item_new (label, NULL) : NULL;

    if (item != NULL) {
      g_menu_item_set_action_and_target (item, "list.sort", "s", field->name);
      g_menu_append_item (menu, item);
    }
  }
  return G_MENU_MODEL (menu);
}

GMenuModel *
satchel_list_menu_new (SatchelRegistry *registry, const SatchelEntity *entity, const GArray *columns,
                       const SatchelField *sort, gboolean descending, gboolean own)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) looks = g_menu_new (), rest = g_menu_new ();
  g_autoptr (GMenuModel) orders = make_orders (registry, entity, columns, sort, descending);

  g_menu_append_submenu (looks, _ ("Sort By"), orders);
  g_menu_append (looks, _ ("Columns…"), "list.columns");
  g_menu_append (looks, _ ("Preview"), "list.preview");
  g_menu_append (rest, own ? _ ("Change or Share This View…") : _ ("Advanced Find…"), "list.find");
  g_menu_append (rest, _ ("Clear Filters"), "list.clear");
  g_menu_append (rest, _ ("Select All"), "list.select-all");
  g_menu_append (rest, _ ("Export as CSV…"), "selected.export");
  g_menu_append (rest, _ ("Print…"), "win.print");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (looks));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  return G_MENU_MODEL (menu);
}

static void
unparent_cb (gpointer data)
{
  g_autoptr (GtkWidget) popover = data;

  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);
}

/* What was chosen is still to be activated. Keys concern the rows again: GTK would give the focus to whatever
 * comes next. */
static void
closed_cb (GtkPopover *popover, GtkWidget *grid)
{
  satchel_grid_focus (SATCHEL_GRID (grid));
  g_idle_add_once (unparent_cb, g_object_ref (popover));
}

void
satchel_list_menu_popup (GtkWidget *grid, const GdkRectangle *where, SatchelDesk *desk,
                         const SatchelEntity *entity, const SatchelRecord *record)
{
  g_autoptr (GMenuModel) actions = satchel_act_menu_new (desk, entity, record);
  g_autoptr (GMenu) menu = g_menu_new (), own = g_menu_new ();
  GtkWidget *popover;

  if (record != NULL)
    g_menu_append (own, C_ ("verb", "Open"), "list.open");
  g_menu_append (own, _ ("Preview"), "list.preview");
  g_menu_append (own, _ ("Edit a Field…"), "selected.edit");
  if (satchel_mail_can_write (desk, entity))
    g_menu_append (own, _ ("Write Email…"), "selected.write");
  g_menu_append (own, _ ("Export as CSV…"), "selected.export");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (own));
  g_menu_append_section (menu, NULL, actions);
  popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), where);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_widget_set_parent (popover, grid);
  g_signal_connect_object (popover, "closed", G_CALLBACK (closed_cb), grid, 0);
  gtk_popover_popup (GTK_POPOVER (popover));
}
