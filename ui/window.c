/* Pages, and the way through them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window.h"

#include <glib/gi18n.h>

#include "ui/desktop/keeping.h"
#include "ui/form/begin.h"
#include "ui/navigation.h"
#include "ui/pages.h"
#include "ui/palette/palette.h"
#include "ui/palette/recent.h"
#include "ui/setup/first-sync.h"
#include "ui/setup/setup.h"
#include "ui/setup/sign-out.h"
#include "ui/spare.h"
#include "ui/sync/status.h"
#include "ui/toasts.h"

#define MOST_VISITS 64 /* that one can go back */
#define MOST_PAGES  12 /* that are kept alive */

typedef struct {
  SatchelRoute *route;
  SatchelPage *page; /* a reference; NULL: it was closed, and is made anew */
} Visit;

struct _SatchelWindow {
  AdwApplicationWindow parent_instance;
  AdwToastOverlay *toasts;
  GtkStack *states, *workspace;
  AdwStatusPage *problem, *waiting;
  GtkButton *way_out;
  AdwLeaflet *leaflet;
  AdwBin *setup;
  SatchelFirstSync *first_sync;
  SatchelNavigation *navigation;
  SatchelDesk *desk;   /* NULL: not open yet */
  SatchelRoute *first; /* asked for before there was a desk; NULL: nothing */
  GSettings *settings; /* NULL: nothing is kept */
  SatchelSpare *spare; /* with the desk */
  GPtrArray *visits;   /* Visit, in their order */
  guint here;          /* index of the one that is shown, once there is one */
  GQueue closed;       /* SatchelPage, borrowed from the workspace: to be taken down */
  guint close_tick, close_source;
  SatchelToasts *said; /* NULL: the window goes */
};

G_DEFINE_FINAL_TYPE (SatchelWindow, satchel_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- pages that nobody comes back to ---- */

static gboolean
take_down_cb (gpointer data)
{
  SatchelWindow *window = data;
  GtkWidget *page = g_queue_pop_head (&window->closed);

  if (page != NULL)
    gtk_stack_remove (window->workspace, page);
  if (!g_queue_is_empty (&window->closed))
    return G_SOURCE_CONTINUE;
  window->close_source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
closed_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);

  window->close_tick = 0;
  if (window->close_source == 0)
    window->close_source = g_idle_add_full (G_PRIORITY_LOW, take_down_cb, window, NULL);
  return G_SOURCE_REMOVE;
}

/* Some hundred widgets take as long to end as to make: the frame that shows another page comes first. */
static void
visit_close_page (SatchelWindow *window, Visit *visit)
{
  if (visit->page == NULL)
    return;
  satchel_page_leave (visit->page);
  gtk_widget_set_visible (GTK_WIDGET (visit->page), FALSE);
  g_queue_push_tail (&window->closed, visit->page);
  if (window->close_tick == 0)
    window->close_tick = gtk_widget_add_tick_callback (GTK_WIDGET (window), closed_frame_cb, NULL, NULL);
  g_clear_object (&visit->page);
}

/* ---- visits ---- */

static void
visit_free (gpointer data)
{
  Visit *visit = data;

  g_clear_object (&visit->page);
  satchel_route_unref (visit->route);
  g_free (visit);
}

static Visit *
get_here (SatchelWindow *window)
{
  return window->visits->len > 0 ? window->visits->pdata[window->here] : NULL;
}

/* Several visits may show one page: it goes with the last of them. */
static gboolean
is_shared (SatchelWindow *window, const Visit *visit)
{
  for (guint i = 0; i < window->visits->len; i++) {
    const Visit *other = window->visits->pdata[i];

    if (other != visit && other->page == visit->page)
      return TRUE;
  }
  return FALSE;
}

static void
forget_visit (SatchelWindow *window, guint i)
{
  Visit *visit = window->visits->pdata[i];

  if (visit->page != NULL && !is_shared (window, visit))
    visit_close_page (window, visit);
  g_ptr_array_remove_index (window->visits, i);
}

/* Those farthest from here go first. */
static void
close_far_pages (SatchelWindow *window)
{
  guint n_pages = 0;

  for (guint i = window->visits->len; i-- > 0;) {
    Visit *visit = window->visits->pdata[i];

    if (visit->page != NULL && ++n_pages > MOST_PAGES && i != window->here && !is_shared (window, visit))
      visit_close_page (window, visit);
  }
}

static void
update_actions (SatchelWindow *window)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.back",
                                 window->here > 0 || adw_leaflet_get_folded (window->leaflet));
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.forward",
                                 window->visits->len > 0 && window->here + 1 < window->visits->len);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.print",
                                 get_here (window) != NULL && get_here (window)->page != NULL &&
                                     satchel_page_can_print (get_here (window)->page));
  gtk_widget_action_set_enabled (
      GTK_WIDGET (window), "win.pin",
      get_here (window) != NULL && satchel_route_get_kind (get_here (window)->route) == SATCHEL_ROUTE_RECORD);
}

static void
update_title (SatchelWindow *window)
{
  Visit *visit = get_here (window);
  const char *title = visit != NULL && visit->page != NULL ? satchel_page_get_title (visit->page) : "";
  g_autofree char *text = *title != '\0' ? g_strdup_printf (_ ("%s — Satchel"), title) : g_strdup ("Satchel");

  gtk_window_set_title (GTK_WINDOW (window), text);
}

static void
title_cb (SatchelPage *page, GParamSpec *spec, SatchelWindow *window)
{
  update_title (window);
}

/* A page that goes elsewhere by itself takes its visit along: back does not lead through every view of a
 * list. */
static void
route_cb (SatchelPage *page, GParamSpec *spec, SatchelWindow *window)
{
  Visit *visit = get_here (window);

  if (visit == NULL || visit->page != page)
    return;
  satchel_route_unref (visit->route);
  visit->route = satchel_route_ref (satchel_page_get_route (page));
}

/* A stack alone would leave its other pages in the accessible tree. */
static void
hide_others (SatchelWindow *window, SatchelPage *page)
{
  for (guint i = 0; i < window->visits->len; i++) {
    const Visit *other = window->visits->pdata[i];

    if (other->page != NULL && other->page != page)
      gtk_widget_set_visible (GTK_WIDGET (other->page), FALSE);
  }
}

static void
show_visit (SatchelWindow *window)
{
  Visit *visit = get_here (window);

  gtk_widget_set_visible (GTK_WIDGET (visit->page), TRUE);
  gtk_stack_set_visible_child (window->workspace, GTK_WIDGET (visit->page));
  hide_others (window, visit->page);
  adw_leaflet_set_visible_child (window->leaflet, GTK_WIDGET (window->workspace));
  satchel_recent_visit (satchel_recent_get (window->desk), visit->route);
  satchel_navigation_show (window->navigation, visit->route);
  satchel_spare_follow (window->spare, visit->route);
  update_actions (window);
  update_title (window);
}

/* Makes the visit's page where there is none. FALSE, and the user is told: there is nothing to show. */
static gboolean
ensure_page (SatchelWindow *window, Visit *visit)
{
  g_autoptr (GError) error = NULL;

  if (visit->page != NULL)
    return TRUE;
  visit->page = satchel_spare_open (window->spare, visit->route, &error);
  if (visit->page == NULL) {
    satchel_toast_error (GTK_WIDGET (window), error);
    return FALSE;
  }
  g_object_ref_sink (visit->page);
  g_signal_connect_object (visit->page, "notify::title", G_CALLBACK (title_cb), window, 0);
  g_signal_connect_object (visit->page, "notify::route", G_CALLBACK (route_cb), window, 0);
  if (gtk_widget_get_parent (GTK_WIDGET (visit->page)) == NULL)
    gtk_stack_add_child (window->workspace, GTK_WIDGET (visit->page));
  return TRUE;
}

static void
move_to (SatchelWindow *window, guint index)
{
  Visit *before = get_here (window), *visit = window->visits->pdata[index];

  if (!ensure_page (window, visit))
    return;
  if (before != visit && before->page != NULL)
    satchel_page_leave (before->page);
  window->here = index;
  show_visit (window);
  close_far_pages (window);
}

void
satchel_window_go (SatchelWindow *window, SatchelRoute *route)
{
  Visit *before = get_here (window);
  g_autofree Visit *visit = NULL;

  g_return_if_fail (SATCHEL_IS_WINDOW (window) && window->desk != NULL);
  if (before != NULL && before->page != NULL && satchel_route_equal (before->route, route)) {
    adw_leaflet_set_visible_child (window->leaflet, GTK_WIDGET (window->workspace));
    return;
  }
  visit = g_new0 (Visit, 1);
  visit->route = satchel_route_ref (route);
  if (before != NULL && before->page != NULL && satchel_pages_share (before->route, route)) {
    visit->page = g_object_ref (before->page);
    satchel_page_visit (visit->page, route);
  }
  if (!ensure_page (window, visit)) {
    visit_free (g_steal_pointer (&visit));
    return;
  }
  while (window->visits->len > window->here + 1)
    forget_visit (window, window->visits->len - 1);
  if (window->visits->len == MOST_VISITS)
    forget_visit (window, 0);
  if (before != NULL && before->page != NULL && before->page != visit->page)
    satchel_page_leave (before->page);
  g_ptr_array_add (window->visits, g_steal_pointer (&visit));
  window->here = window->visits->len - 1;
  show_visit (window);
  close_far_pages (window);
}

/* ---- actions ---- */

static void
go_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRoute) route = satchel_route_from_text (g_variant_get_string (parameter, NULL), &error);

  if (route == NULL)
    satchel_toast_error (GTK_WIDGET (window), error);
  else if (window->desk != NULL)
    satchel_window_go (window, route);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);

  if (window->here > 0)
    move_to (window, window->here - 1);
  else
    adw_leaflet_set_visible_child (window->leaflet, GTK_WIDGET (window->navigation));
}

static void
forward_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);

  if (window->here + 1 < window->visits->len)
    move_to (window, window->here + 1);
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  Visit *visit = get_here (SATCHEL_WINDOW (widget));

  if (visit != NULL && visit->page != NULL)
    satchel_page_find (visit->page);
}

static void
print_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  satchel_page_print (get_here (SATCHEL_WINDOW (widget))->page);
}

static void
palette_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  satchel_window_search (SATCHEL_WINDOW (widget), "");
}

/* The record that is shown, among those that are always at hand; or not any more. */
static void
pin_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);
  Visit *visit = get_here (window);
  SatchelRecent *recent;
  gboolean pinned;

  if (visit == NULL || satchel_route_get_kind (visit->route) != SATCHEL_ROUTE_RECORD)
    return;
  recent = satchel_recent_get (window->desk);
  pinned = satchel_recent_is_pinned (recent, visit->route);
  satchel_recent_set_pinned (recent, visit->route, !pinned);
  satchel_window_toast (window, pinned ? _ ("No longer pinned.") : _ ("Pinned in the navigation."),
                        _ ("Undo"), "win.pin");
}

static void
folded_cb (AdwLeaflet *leaflet, GParamSpec *spec, SatchelWindow *window)
{
  update_actions (window);
}

/* ---- what the window shows ---- */

/* At @place; in front of it, where there is one, what was asked for. */
static void
begin (SatchelWindow *window, SatchelRoute *place)
{
  g_autoptr (SatchelRoute) first = g_steal_pointer (&window->first);
  Visit *visit;

  if (first == NULL) {
    satchel_window_go (window, place);
    return;
  }
  visit = g_new0 (Visit, 1);
  visit->route = satchel_route_ref (place);
  g_ptr_array_add (window->visits, visit);
  window->here = 0;
  satchel_window_go (window, first);
  if (get_here (window)->page != NULL)
    return;
  /* It cannot be shown: there is just the place. */
  forget_visit (window, 0);
  satchel_window_go (window, place);
}

static void
show_pages (SatchelWindow *window)
{
  g_autoptr (SatchelRoute) home = satchel_route_new (SATCHEL_ROUTE_WORKPLACE);
  g_autoptr (SatchelRoute) place =
      window->settings != NULL ? satchel_keeping_dup_place (window->settings) : satchel_route_ref (home);

  gtk_stack_set_visible_child_name (window->states, "desk");
  adw_bin_set_child (window->setup, NULL);
  if (get_here (window) == NULL)
    begin (window, place);
  /* It may not be there any more. */
  if (get_here (window) == NULL)
    satchel_window_go (window, home);
  satchel_begin_offer_kept (GTK_WIDGET (window), window->desk);
}

/* The other windows that wait for the same follow. */
static void
set_up_cb (SatchelSetup *setup, SatchelWindow *window)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (window));

  for (GList *link = gtk_application_get_windows (application); link != NULL; link = link->next) {
    SatchelWindow *other = SATCHEL_IS_WINDOW (link->data) ? link->data : NULL;

    if (other != NULL && other->desk == window->desk && adw_bin_get_child (other->setup) != NULL)
      show_pages (other);
  }
}

static void
show_setup (SatchelWindow *window)
{
  GtkWidget *setup = satchel_setup_new (window->desk);

  g_signal_connect_object (setup, "done", G_CALLBACK (set_up_cb), window, 0);
  g_signal_connect_object (setup, "left", G_CALLBACK (show_pages), window, G_CONNECT_SWAPPED);
  adw_bin_set_child (window->setup, setup);
  gtk_stack_set_visible_child_name (window->states, "setup");
}

static void
sign_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);

  if (window->desk != NULL)
    show_setup (window);
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelWindow) window = data;
  g_autoptr (GError) error = NULL;

  if (window->desk == NULL)
    return;
  if (satchel_sign_out_finish (SATCHEL_DESK (source), result, &error))
    satchel_window_toast (window, _ ("Signed out; your records and unsent changes stay here."),
                          _ ("Sign In…"), "win.sign-in");
  else
    satchel_toast_error (GTK_WIDGET (window), error);
}

static void
sign_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelWindow *window = SATCHEL_WINDOW (widget);

  if (window->desk != NULL)
    satchel_sign_out (window->desk, signed_out_cb, g_object_ref (window));
}

void
satchel_window_show_desk (SatchelWindow *window, SatchelDesk *desk)
{
  g_autoptr (GSimpleActionGroup) actions = NULL;

  g_return_if_fail (SATCHEL_IS_WINDOW (window) && window->desk == NULL);
  window->desk = g_object_ref (desk);
  window->spare = satchel_spare_new (window->workspace, desk);
  actions = satchel_sync_make_actions (satchel_sync_get (desk));
  gtk_widget_insert_action_group (GTK_WIDGET (window), "sync", G_ACTION_GROUP (actions));
  satchel_navigation_set_desk (window->navigation, desk);
  satchel_first_sync_set_desk (window->first_sync, desk);
  if (satchel_setup_is_due (desk))
    show_setup (window);
  else
    show_pages (window);
}

void
satchel_window_begin_at (SatchelWindow *window, SatchelRoute *route)
{
  g_return_if_fail (SATCHEL_IS_WINDOW (window) && window->desk == NULL);
  satchel_route_unref (window->first);
  window->first = satchel_route_ref (route);
}

void
satchel_window_show_waiting (SatchelWindow *window, const char *title, const char *description)
{
  adw_status_page_set_title (window->waiting, title);
  adw_status_page_set_description (window->waiting, description);
  gtk_widget_set_visible (GTK_WIDGET (window->waiting), TRUE);
  gtk_stack_set_visible_child_name (window->states, "opening");
}

void
satchel_window_show_problem (SatchelWindow *window, const char *title, const char *description,
                             const char *label, const char *action)
{
  g_autofree char *plain = g_markup_escape_text (description, -1); /* a path may be in it */

  adw_status_page_set_icon_name (window->problem, "dialog-warning-symbolic"); /* not read before it is seen */
  adw_status_page_set_title (window->problem, title);
  adw_status_page_set_description (window->problem, plain);
  gtk_widget_set_visible (GTK_WIDGET (window->way_out), action != NULL);
  gtk_button_set_label (window->way_out, label != NULL ? label : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (window->way_out), action);
  gtk_stack_set_visible_child_name (window->states, "problem");
}

void
satchel_window_keep (SatchelWindow *window, GSettings *settings)
{
  g_return_if_fail (window->settings == NULL && window->desk == NULL);
  window->settings = g_object_ref (settings);
  satchel_keeping_bind (settings, GTK_WINDOW (window));
  satchel_navigation_bind (window->navigation, settings);
}

void
satchel_window_search (SatchelWindow *window, const char *text)
{
  GtkWindow *palette;

  if (window->desk == NULL)
    return;
  palette = satchel_palette_new (GTK_WINDOW (window), window->desk);
  if (*text != '\0')
    satchel_palette_set_text (SATCHEL_PALETTE (palette), text);
  gtk_window_present (palette);
}

SatchelDesk *
satchel_window_get_desk (SatchelWindow *window)
{
  return window->desk;
}

SatchelRoute *
satchel_window_get_route (SatchelWindow *window)
{
  Visit *visit = get_here (window);

  return visit != NULL ? visit->route : NULL;
}

/* A toast's title is markup; what people call their records is not. */
static void
set_words (AdwToast *toast, const char *message)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);

  adw_toast_set_title (toast, markup);
}

void
satchel_window_toast (SatchelWindow *window, const char *message, const char *label, const char *action)
{
  AdwToast *toast;

  if (window->said == NULL)
    return;
  toast = adw_toast_new ("");
  set_words (toast, message);
  if (action != NULL) {
    adw_toast_set_button_label (toast, label);
    adw_toast_set_detailed_action_name (toast, action);
  }
  satchel_toasts_say (window->said, toast);
}

void
satchel_window_add_toast (SatchelWindow *window, AdwToast *toast, const char *message)
{
  if (message != NULL)
    set_words (toast, message);
  if (window->said != NULL)
    satchel_toasts_offer (window->said, toast);
  else
    g_object_unref (toast);
}

void
satchel_window_drop_toast (SatchelWindow *window, AdwToast *toast)
{
  if (window->said != NULL)
    satchel_toasts_take_back (window->said, toast);
}

/* ---- the object ---- */

/* At once: no frame follows, and no page may look at a desk that is closed behind it. */
static void
end_pages (SatchelWindow *window)
{
  for (guint i = 0; i < window->visits->len; i++) {
    Visit *visit = window->visits->pdata[i];

    if (visit->page == NULL || gtk_widget_get_parent (GTK_WIDGET (visit->page)) == NULL)
      continue;
    satchel_page_leave (visit->page);
    gtk_stack_remove (window->workspace, GTK_WIDGET (visit->page));
  }
  if (window->close_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (window), window->close_tick);
  g_clear_handle_id (&window->close_source, g_source_remove);
  while (!g_queue_is_empty (&window->closed))
    gtk_stack_remove (window->workspace, g_queue_pop_head (&window->closed));
}

static void
satchel_window_dispose (GObject *object)
{
  SatchelWindow *window = SATCHEL_WINDOW (object);

  if (window->settings != NULL && window->visits != NULL && get_here (window) != NULL)
    satchel_keeping_set_place (window->settings, get_here (window)->route);
  g_clear_pointer (&window->said, satchel_toasts_free);
  g_clear_object (&window->settings);
  g_clear_pointer (&window->first, satchel_route_unref);
  if (window->visits != NULL)
    end_pages (window);
  g_clear_pointer (&window->visits, g_ptr_array_unref);
  g_clear_pointer (&window->spare, satchel_spare_free);
  g_clear_object (&window->desk);
  G_OBJECT_CLASS (satchel_window_parent_class)->dispose (object);
}

static void
satchel_window_class_init (SatchelWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_window_dispose;
  g_type_ensure (SATCHEL_TYPE_FIRST_SYNC);
  g_type_ensure (SATCHEL_TYPE_NAVIGATION);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, states);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, workspace);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, waiting);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, way_out);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, navigation);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, setup);
  gtk_widget_class_bind_template_child (widget_class, SatchelWindow, first_sync);
  gtk_widget_class_install_action (widget_class, "win.go", "s", go_action);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "win.forward", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "win.print", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "win.palette", NULL, palette_action);
  gtk_widget_class_install_action (widget_class, "win.pin", NULL, pin_action);
  gtk_widget_class_install_action (widget_class, "win.sign-in", NULL, sign_in_action);
  gtk_widget_class_install_action (widget_class, "win.sign-out", NULL, sign_out_action);
}

static void
satchel_window_init (SatchelWindow *window)
{
  window->visits = g_ptr_array_new_with_free_func (visit_free);
  g_queue_init (&window->closed);
  gtk_widget_init_template (GTK_WIDGET (window));
  window->said = satchel_toasts_new (window->toasts);
  g_signal_connect (window->leaflet, "notify::folded", G_CALLBACK (folded_cb), window);
  update_actions (window);
}

SatchelWindow *
satchel_window_new (AdwApplication *application)
{
  return g_object_new (SATCHEL_TYPE_WINDOW, "application", application, NULL);
}
