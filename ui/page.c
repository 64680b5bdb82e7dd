/* Header bar, title and content.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/page.h"

#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/tip.h"
#include "ui/window.h"

typedef struct {
  SatchelDesk *desk;
  SatchelRoute *route;
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkBox *box;
  GtkWidget *content; /* borrowed; NULL: none yet */
} SatchelPagePrivate;

enum { PROP_0, PROP_DESK, PROP_ROUTE, PROP_TITLE, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SatchelPage, satchel_page, ADW_TYPE_BIN)

#define PRIVATE(page) ((SatchelPagePrivate *)satchel_page_get_instance_private (page))

SatchelDesk *
satchel_page_get_desk (SatchelPage *page)
{
  return PRIVATE (page)->desk;
}

SatchelRoute *
satchel_page_get_route (SatchelPage *page)
{
  return PRIVATE (page)->route;
}

void
satchel_page_set_route (SatchelPage *page, SatchelRoute *route)
{
  SatchelPagePrivate *private = PRIVATE (page);
  SatchelRoute *before = private->route;

  private->route = satchel_route_ref (route);
  satchel_route_unref (before);
  g_object_notify_by_pspec (G_OBJECT (page), properties[PROP_ROUTE]);
}

void
satchel_page_set_title (SatchelPage *page, const char *title, const char *subtitle)
{
  adw_window_title_set_title (PRIVATE (page)->title, title);
  adw_window_title_set_subtitle (PRIVATE (page)->title, subtitle);
  g_object_notify_by_pspec (G_OBJECT (page), properties[PROP_TITLE]);
}

const char *
satchel_page_get_title (SatchelPage *page)
{
  return adw_window_title_get_title (PRIVATE (page)->title);
}

void
satchel_page_pack_start (SatchelPage *page, GtkWidget *widget)
{
  adw_header_bar_pack_start (PRIVATE (page)->header, widget);
}

void
satchel_page_pack_end (SatchelPage *page, GtkWidget *widget)
{
  adw_header_bar_pack_end (PRIVATE (page)->header, widget);
}

void
satchel_page_set_content (SatchelPage *page, GtkWidget *content)
{
  SatchelPagePrivate *private = PRIVATE (page);

  if (private->content != NULL)
    gtk_box_remove (private->box, private->content);
  private->content = content;
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (private->box, content);
}

void
satchel_page_find (SatchelPage *page)
{
  if (SATCHEL_PAGE_GET_CLASS (page)->find != NULL)
    SATCHEL_PAGE_GET_CLASS (page)->find (page);
}

void
satchel_page_visit (SatchelPage *page, SatchelRoute *route)
{
  if (SATCHEL_PAGE_GET_CLASS (page)->visit != NULL)
    SATCHEL_PAGE_GET_CLASS (page)->visit (page, route);
}

gboolean
satchel_page_can_print (SatchelPage *page)
{
  return SATCHEL_PAGE_GET_CLASS (page)->print != NULL;
}

void
satchel_page_print (SatchelPage *page)
{
  g_return_if_fail (satchel_page_can_print (page));
  SATCHEL_PAGE_GET_CLASS (page)->print (page);
}

void
satchel_page_leave (SatchelPage *page)
{
  if (SATCHEL_PAGE_GET_CLASS (page)->leave != NULL)
    SATCHEL_PAGE_GET_CLASS (page)->leave (page);
}

void
satchel_go (GtkWidget *from, SatchelRoute *route)
{
  g_autofree char *text = satchel_route_to_text (route);

  gtk_widget_activate_action (from, "win.go", "s", text);
}

void
satchel_toast (GtkWidget *from, const char *message, const char *label, const char *action)
{
  GtkRoot *root = gtk_widget_get_root (from);

  if (SATCHEL_IS_WINDOW (root))
    satchel_window_toast (SATCHEL_WINDOW (root), message, label, action);
}

void
satchel_close_with_escape (GtkWidget *window)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
}

static void
shown_cb (GtkWidget *widget, GtkWidget *content)
{
  gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD);
}

void
satchel_focus_first (GtkWidget *widget, GtkWidget *content)
{
  g_signal_connect_object (widget, "map", G_CALLBACK (shown_cb), content, G_CONNECT_AFTER);
}

void
satchel_toast_error (GtkWidget *from, const GError *error)
{
  g_autofree char *text = satchel_refusal_to_text (error);

  satchel_toast (from, text, NULL, NULL);
}

static void
satchel_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  SatchelPagePrivate *private = PRIVATE (SATCHEL_PAGE (object));

  switch (id) {
  case PROP_DESK:
    g_value_set_object (value, private->desk);
    break;
  case PROP_ROUTE:
    g_value_set_boxed (value, private->route);
    break;
  case PROP_TITLE:
    g_value_set_string (value, adw_window_title_get_title (private->title));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
satchel_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  SatchelPagePrivate *private = PRIVATE (SATCHEL_PAGE (object));

  switch (id) {
  case PROP_DESK:
    private
    ->desk = g_value_dup_object (value);
    break;
  case PROP_ROUTE:
    private
    ->route = g_value_dup_boxed (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
satchel_page_finalize (GObject *object)
{
  SatchelPagePrivate *private = PRIVATE (SATCHEL_PAGE (object));

  satchel_route_unref (private->route);
  g_clear_object (&private->desk);
  G_OBJECT_CLASS (satchel_page_parent_class)->finalize (object);
}

static void
satchel_page_class_init (SatchelPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags given = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = satchel_page_get_property;
  object_class->set_property = satchel_page_set_property;
  object_class->finalize = satchel_page_finalize;
  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, SATCHEL_TYPE_DESK, given);
  properties[PROP_ROUTE] = g_param_spec_boxed ("route", NULL, NULL, SATCHEL_TYPE_ROUTE, given);
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
satchel_page_init (SatchelPage *page)
{
  SatchelPagePrivate *private = PRIVATE (page);
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");

  private->title = ADW_WINDOW_TITLE (adw_window_title_new ("", ""));
  private->header = ADW_HEADER_BAR (adw_header_bar_new ());
  private->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "win.back");
  satchel_tip_name (back, _ ("Back"));
  adw_header_bar_set_title_widget (private->header, GTK_WIDGET (private->title));
  adw_header_bar_pack_start (private->header, back);
  gtk_box_append (private->box, GTK_WIDGET (private->header));
  adw_bin_set_child (ADW_BIN (page), GTK_WIDGET (private->box));
}
