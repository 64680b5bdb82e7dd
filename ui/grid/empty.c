/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/empty.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "ui/display.h"
#include "ui/routes/route.h"
#include "ui/sync/sync.h"

#define BINDING "satchel-binding" /* on the button: what shows and hides it */

/* An action of the page or its window; NULL: there is no way on from here. */
static void
offer (AdwStatusPage *page, const char *label, const char *action, const char *target)
{
  GtkWidget *button = adw_status_page_get_child (page);
  GBinding *binding = g_object_steal_data (G_OBJECT (button), BINDING);

  if (binding != NULL)
    g_binding_unbind (binding);
  gtk_widget_set_visible (button, action != NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), NULL); /* it is never that of another target */
  if (action == NULL)
    return;
  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button),
                                          target != NULL ? g_variant_new_string (target) : NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

/* Of a profile that has a server, from which nothing whole has come so far. */
static gboolean
awaits_first_sync (SatchelSession *session)
{
  return session != NULL && satchel_session_get_url (session) != NULL &&
         satchel_replica_peek_meta_integer (satchel_session_get_replica (session), "last_sync_ms", -1) < 0;
}

static void
show_waiting (AdwStatusPage *page, SatchelDesk *desk)
{
  GtkWidget *button = adw_status_page_get_child (page);

  adw_status_page_set_title (page, _ ("Nothing Here Yet"));
  adw_status_page_set_description (page, _ ("Records appear here as they come from the server."));
  /* While it comes, the strip below the pages tells how far that is. */
  offer (page, _ ("Go Online"), "sync.online", NULL);
  g_object_set_data (G_OBJECT (button), BINDING,
                     g_object_bind_property (satchel_sync_get (desk), "online", button, "visible",
                                             G_BINDING_INVERT_BOOLEAN | G_BINDING_SYNC_CREATE));
}

static void
show_none (AdwStatusPage *page, SatchelSession *session, const SatchelEntity *entity)
{
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;
  g_autoptr (SatchelRoute) route = satchel_route_new_draft (entity->name);
  g_autofree char *target = satchel_route_to_text (route),
                  *label = g_strdup_printf (_ ("New %s"), _ (entity->label));
  gboolean may_create = !entity->system && !entity->retired && satchel_permits_may_create (permits, entity);

  adw_status_page_set_title (page, _ ("No Records Here"));
  adw_status_page_set_description (page, _ ("This view shows no record that you carry."));
  offer (page, label, may_create ? "win.go" : NULL, target);
}

void
satchel_empty_show (AdwStatusPage *page, SatchelDesk *desk, const SatchelEntity *entity,
                    SatchelEmptyReason reason, const char *problem)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autofree char *icon = satchel_display_dup_icon (entity), *plain = NULL;

  switch (reason) {
  case SATCHEL_EMPTY_PROBLEM:
    adw_status_page_set_icon_name (page, "dialog-warning-symbolic");
    adw_status_page_set_title (page, _ ("This List Cannot Be Shown"));
    plain = g_markup_escape_text (problem, -1); /* a description is markup */
    adw_status_page_set_description (page, plain);
    offer (page, NULL, NULL, NULL);
    return;
  case SATCHEL_EMPTY_FILTERED:
    adw_status_page_set_icon_name (page, "edit-find-symbolic");
    adw_status_page_set_title (page, _ ("Nothing Found"));
    adw_status_page_set_description (
        page, _ ("No record of this view fulfils all filters and has all of these words."));
    offer (page, _ ("Clear Filters"), "list.clear", NULL);
    return;
  case SATCHEL_EMPTY_VIEW:
    adw_status_page_set_icon_name (page, icon);
    if (awaits_first_sync (session))
      show_waiting (page, desk);
    else
      show_none (page, session, entity);
    return;
  }
  g_assert_not_reached ();
}

GtkWidget *
satchel_empty_new (void)
{
  GtkWidget *page = adw_status_page_new (), *button = gtk_button_new_with_label (_ ("Clear Filters"));

  gtk_widget_set_visible (button, FALSE);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  adw_status_page_set_child (ADW_STATUS_PAGE (page), button);
  return page;
}
