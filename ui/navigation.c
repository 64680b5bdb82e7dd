/* Two lists: places, areas.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/navigation.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/palette/recent.h"
#include "ui/setup/demo.h"
#include "ui/setup/profiles.h"
#include "ui/sync/status.h"

struct _SatchelNavigation {
  GtkWidget parent_instance;
  AdwWindowTitle *title;
  GtkListBox *list, *areas;
  GtkExpander *switcher;
  SatchelStatus *status;
  GtkMenuButton *menu_button;
  GMenu *profiles;
  SatchelDesk *desk;
  const char *area;    /* static */
  SatchelRoute *here;  /* where the window is; NULL: nowhere yet */
  GPtrArray *at_hand;  /* SatchelRoute, pinned and recent ones that are listed */
  guint n_pinned;      /* the first of them */
  char *at_hand_names; /* what they are called, to see whether that is different */
  guint look_again;
};

G_DEFINE_FINAL_TYPE (SatchelNavigation, satchel_navigation, GTK_TYPE_WIDGET)

typedef struct {
  const char *name; /* as in the definitions */
  const char *label;
  const char *icon;
} Area;

static const Area areas[] = {
  { "workplace", N_ ("Workplace"), "satchel-workplace-symbolic" },
  { "sales", N_ ("Sales"), "satchel-sales-symbolic" },
  { "marketing", N_ ("Marketing"), "satchel-marketing-symbolic" },
  { "service", N_ ("Service"), "satchel-service-symbolic" },
  { "settings", N_ ("Settings"), "satchel-settings-symbolic" },
};

static GQuark
route_quark (void)
{
  return g_quark_from_static_string ("satchel-route");
}

static GtkWidget *
make_row (const char *icon, const char *label)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *text = gtk_label_new (label);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  if (icon != NULL)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), text);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return row;
}

static GQuark
section_quark (void)
{
  return g_quark_from_static_string ("satchel-section");
}

/* @section: the words above the first of them, or NULL. A list that is shown asks for headers at once. */
static void
add_route (SatchelNavigation *navigation, const char *icon, const char *label, SatchelRoute *route,
           const char *section)
{
  GtkWidget *row = make_row (icon, label);

  g_object_set_qdata_full (G_OBJECT (row), route_quark (), route, (GDestroyNotify)satchel_route_unref);
  g_object_set_qdata (G_OBJECT (row), section_quark (), (gpointer)section);
  gtk_list_box_append (navigation->list, row);
}

static gboolean
is_listed (const SatchelEntity *entity, const char *area)
{
  return !entity->retired && !entity->part && g_str_equal (entity->area, area);
}

static gint
compare_plurals (gconstpointer a, gconstpointer b)
{
  const SatchelEntity *const *one = a, *const *other = b;

  return g_utf8_collate (_ ((*one)->plural), _ ((*other)->plural));
}

/* In the order of the language. */
static GPtrArray *
list_entities (SatchelRegistry *registry, const char *area)
{
  guint n_entities;
  const SatchelEntity *const *all = satchel_registry_get_entities (registry, &n_entities);
  GPtrArray *entities = g_ptr_array_new ();

  for (guint i = 0; i < n_entities; i++)
    if (is_listed (all[i], area))
      g_ptr_array_add (entities, (gpointer)all[i]);
  g_ptr_array_sort (entities, compare_plurals);
  return entities;
}

/* ---- records at hand ---- */

#define MOST_AT_HAND 6 /* pinned, and as many recent */

/* Appends to @routes those of @list that are still here, and what they are called to @names, a line each. */
static void
take_named (SatchelNavigation *navigation, GPtrArray *list, GPtrArray *routes, GString *names)
{
  guint n_taken = 0;

  for (guint i = 0; i < list->len && n_taken < MOST_AT_HAND; i++) {
    g_autofree char *title = satchel_recent_dup_title (navigation->desk, list->pdata[i]);
    g_autofree char *link = title != NULL ? satchel_route_to_text (list->pdata[i]) : NULL;

    if (title == NULL)
      continue;
    g_ptr_array_add (routes, satchel_route_ref (list->pdata[i]));
    g_string_append_printf (names, "%s %s\n", link, g_strdelimit (title, "\n", ' '));
    n_taken++;
  }
}

/* Looks which records are at hand. FALSE: the same as before, called the same. */
static gboolean
look_at_hand (SatchelNavigation *navigation)
{
  SatchelRecent *recent = satchel_recent_get (navigation->desk);
  g_autoptr (GPtrArray) pinned = satchel_recent_list_pinned (recent), visited = satchel_recent_list (recent);
  g_autoptr (GPtrArray) routes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_route_unref);
  g_autoptr (GString) names = g_string_new (NULL);

  take_named (navigation, pinned, routes, names);
  navigation->n_pinned = routes->len;
  g_string_append (names, "\n");
  take_named (navigation, visited, routes, names);
  if (g_strcmp0 (navigation->at_hand_names, names->str) == 0)
    return FALSE;
  g_clear_pointer (&navigation->at_hand, g_ptr_array_unref);
  navigation->at_hand = g_steal_pointer (&routes);
  g_free (navigation->at_hand_names);
  navigation->at_hand_names = g_strdup (names->str);
  return TRUE;
}

static void
add_at_hand (SatchelNavigation *navigation)
{
  for (guint i = 0; i < navigation->at_hand->len; i++) {
    SatchelRoute *route = navigation->at_hand->pdata[i];
    g_autofree char *title = satchel_recent_dup_title (navigation->desk, route);
    g_autofree char *icon = satchel_display_dup_icon (satchel_registry_find (
        satchel_desk_get_registry (navigation->desk), satchel_route_get_entity (route)));

    add_route (navigation, icon, title != NULL ? title : "…", satchel_route_ref (route),
               i < navigation->n_pinned ? N_ ("Pinned") : N_ ("Recent"));
  }
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const char *section = g_object_get_qdata (G_OBJECT (row), section_quark ());
  const char *last = before != NULL ? g_object_get_qdata (G_OBJECT (before), section_quark ()) : NULL;
  GtkWidget *header;

  if (section == last) {
    gtk_list_box_row_set_header (row, NULL);
    return;
  }
  header = gtk_label_new (_ (section));
  gtk_label_set_xalign (GTK_LABEL (header), 0);
  gtk_widget_add_css_class (header, "heading");
  gtk_widget_add_css_class (header, "dim-label");
  gtk_widget_set_margin_start (header, 12);
  gtk_widget_set_margin_top (header, 12);
  gtk_widget_set_margin_bottom (header, 3);
  gtk_list_box_row_set_header (row, header);
}

/* ---- places ---- */

/* A record is shown under the list of its entity. */
static gboolean
stands_for (const SatchelRoute *row, const SatchelRoute *route)
{
  if (satchel_route_get_kind (row) == SATCHEL_ROUTE_LIST)
    return g_strcmp0 (satchel_route_get_entity (row), satchel_route_get_entity (route)) == 0;
  return satchel_route_equal (row, route);
}

/* The row of the place where one is; NULL: it has none here. */
static GtkListBoxRow *
find_here (SatchelNavigation *navigation)
{
  GtkListBoxRow *row;

  for (int i = 0;
       navigation->here != NULL && (row = gtk_list_box_get_row_at_index (navigation->list, i)) != NULL; i++)
    if (stands_for (g_object_get_qdata (G_OBJECT (row), route_quark ()), navigation->here))
      return row;
  return NULL;
}

static GtkListBoxRow *
find_area (SatchelNavigation *navigation)
{
  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    if (g_strcmp0 (areas[i].name, navigation->area) == 0)
      return gtk_list_box_get_row_at_index (navigation->areas, (int)i);
  return NULL;
}

static void
select_only (GtkListBox *list, GtkListBoxRow *row)
{
  if (row != NULL)
    gtk_list_box_select_row (list, row);
  else
    gtk_list_box_unselect_all (list);
}

static void
mark (SatchelNavigation *navigation)
{
  select_only (navigation->list, find_here (navigation));
}

/* The keyboard selects what it passes; here the selection says where one is. */
static void
passed_cb (GtkListBox *list, GtkListBoxRow *row, SatchelNavigation *navigation)
{
  GtkListBoxRow *right = list == navigation->areas ? find_area (navigation) : find_here (navigation);

  if (row != right)
    select_only (list, right);
}

static void
fill (SatchelNavigation *navigation)
{
  SatchelRegistry *registry = satchel_desk_get_registry (navigation->desk);
  g_autoptr (GPtrArray) entities = list_entities (registry, navigation->area);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (navigation->list, 0)) != NULL)
    gtk_list_box_remove (navigation->list, GTK_WIDGET (row));
  if (g_str_equal (navigation->area, "workplace")) {
    add_route (navigation, "satchel-workplace-symbolic", _ ("Today"),
               satchel_route_new (SATCHEL_ROUTE_WORKPLACE), NULL);
    add_route (navigation, "satchel-calendar-symbolic", _ ("Calendar"),
               satchel_route_new (SATCHEL_ROUTE_CALENDAR), NULL);
    add_route (navigation, "satchel-dashboard-symbolic", _ ("Dashboard"),
               satchel_route_new (SATCHEL_ROUTE_DASHBOARD), NULL);
    add_route (navigation, "satchel-outbox-symbolic", _ ("Outbox"), satchel_route_new (SATCHEL_ROUTE_OUTBOX),
               NULL);
    add_route (navigation, "satchel-conflicts-symbolic", _ ("Conflicts"),
               satchel_route_new (SATCHEL_ROUTE_CONFLICTS), NULL);
  }
  for (guint i = 0; i < entities->len; i++) {
    const SatchelEntity *entity = entities->pdata[i];
    g_autofree char *icon = satchel_display_dup_icon (entity);

    add_route (navigation, icon, _ (entity->plural), satchel_route_new_list (entity->name, NULL, NULL), NULL);
  }
  add_at_hand (navigation);
  mark (navigation);
}

static void
show_area (SatchelNavigation *navigation, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (areas); i++) {
    if (!g_str_equal (areas[i].name, name))
      continue;
    if (navigation->area != NULL && g_str_equal (navigation->area, name))
      return;
    navigation->area = areas[i].name;
    adw_window_title_set_title (navigation->title, _ (areas[i].label));
    select_only (navigation->areas, find_area (navigation));
    fill (navigation);
  }
}

static void
area_cb (GtkListBox *list, GtkListBoxRow *row, SatchelNavigation *navigation)
{
  show_area (navigation, areas[gtk_list_box_row_get_index (row)].name);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, SatchelNavigation *navigation)
{
  g_autofree char *text = satchel_route_to_text (g_object_get_qdata (G_OBJECT (row), route_quark ()));

  gtk_widget_activate_action (GTK_WIDGET (navigation), "win.go", "s", text);
}

/* The places above them stay, and the focus in them. */
static void
fill_at_hand (SatchelNavigation *navigation)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (navigation->list, i)) != NULL;)
    if (g_object_get_qdata (G_OBJECT (row), section_quark ()) != NULL)
      gtk_list_box_remove (navigation->list, GTK_WIDGET (row));
    else
      i++;
  add_at_hand (navigation);
  mark (navigation);
}

/* Not at once: a row of the list may just be at work. Rows stay, and the focus in them, unless they are
 * others. */
static gboolean
look_again_cb (gpointer data)
{
  SatchelNavigation *navigation = data;

  navigation->look_again = 0;
  if (look_at_hand (navigation))
    fill_at_hand (navigation);
  return G_SOURCE_REMOVE;
}

static void
look_soon (SatchelNavigation *navigation)
{
  if (navigation->look_again == 0)
    navigation->look_again = g_idle_add_full (G_PRIORITY_LOW, look_again_cb, navigation, NULL);
}

static void
definitions_cb (SatchelDesk *desk, SatchelNavigation *navigation)
{
  fill (navigation);
}

/* Profiles come and go by the hand of other programs: they are listed when the menu opens. */
static void
menu_cb (GtkPopover *popover, SatchelNavigation *navigation)
{
  g_autoptr (GPtrArray) profiles = satchel_profiles_list (NULL);

  g_menu_remove_all (navigation->profiles);
  for (guint i = 0; i < profiles->len; i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (profiles->pdata[i], NULL);

    g_menu_item_set_action_and_target (item, "app.open-profile", "s", profiles->pdata[i]);
    g_menu_append_item (navigation->profiles, item);
  }
  g_menu_append (navigation->profiles, _ ("_New Profile…"), "app.new-profile");
  if (navigation->desk != NULL &&
      g_str_equal (satchel_desk_get_profile (navigation->desk), SATCHEL_DEMO_PROFILE))
    g_menu_append (navigation->profiles, _ ("_About This Demo…"), "app.about-demo");
  else
    g_menu_append (navigation->profiles, _ ("Try the _Demo"), "app.demo");
}

void
satchel_navigation_set_desk (SatchelNavigation *navigation, SatchelDesk *desk)
{
  g_return_if_fail (SATCHEL_IS_NAVIGATION (navigation));
  g_set_object (&navigation->desk, desk);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), navigation, 0);
  g_signal_connect_object (desk, "changed", G_CALLBACK (look_soon), navigation, G_CONNECT_SWAPPED);
  g_signal_connect_object (satchel_recent_get (desk), "changed", G_CALLBACK (look_soon), navigation,
                           G_CONNECT_SWAPPED);
  look_at_hand (navigation);
  satchel_status_set_desk (navigation->status, desk);
  navigation->area = NULL;
  show_area (navigation, "workplace");
}

static const char *
area_of (SatchelNavigation *navigation, const SatchelRoute *route)
{
  const char *name = satchel_route_get_entity (route);
  const SatchelEntity *entity =
      name != NULL ? satchel_registry_find (satchel_desk_get_registry (navigation->desk), name) : NULL;

  return entity != NULL ? entity->area : "workplace";
}

void
satchel_navigation_show (SatchelNavigation *navigation, SatchelRoute *route)
{
  g_return_if_fail (SATCHEL_IS_NAVIGATION (navigation));
  satchel_route_unref (navigation->here);
  navigation->here = satchel_route_ref (route);
  show_area (navigation, area_of (navigation, route));
  mark (navigation);
}

static void
satchel_navigation_dispose (GObject *object)
{
  SatchelNavigation *navigation = SATCHEL_NAVIGATION (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (navigation))) != NULL)
    gtk_widget_unparent (child);
  g_clear_handle_id (&navigation->look_again, g_source_remove);
  g_clear_pointer (&navigation->at_hand, g_ptr_array_unref);
  g_clear_pointer (&navigation->at_hand_names, g_free);
  g_clear_pointer (&navigation->here, satchel_route_unref);
  g_clear_object (&navigation->desk);
  G_OBJECT_CLASS (satchel_navigation_parent_class)->dispose (object);
}

static void
satchel_navigation_class_init (SatchelNavigationClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_navigation_dispose;
  g_type_ensure (SATCHEL_TYPE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/navigation.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, title);
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, list);
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, areas);
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, switcher);
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, status);
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SatchelNavigation, profiles);
}

static void
satchel_navigation_init (SatchelNavigation *navigation)
{
  gtk_widget_init_template (GTK_WIDGET (navigation));
  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    gtk_list_box_append (navigation->areas, make_row (areas[i].icon, _ (areas[i].label)));
  g_signal_connect (gtk_menu_button_get_popover (navigation->menu_button), "show", G_CALLBACK (menu_cb),
                    navigation);
  gtk_list_box_set_header_func (navigation->list, header_cb, NULL, NULL);
  g_signal_connect (navigation->areas, "row-selected", G_CALLBACK (passed_cb), navigation);
  g_signal_connect (navigation->list, "row-selected", G_CALLBACK (passed_cb), navigation);
  g_signal_connect (navigation->areas, "row-activated", G_CALLBACK (area_cb), navigation);
  g_signal_connect (navigation->list, "row-activated", G_CALLBACK (row_cb), navigation);
}

void
satchel_navigation_bind (SatchelNavigation *navigation, GSettings *settings)
{
  g_settings_bind (settings, "areas", navigation->switcher, "expanded", G_SETTINGS_BIND_DEFAULT);
}
