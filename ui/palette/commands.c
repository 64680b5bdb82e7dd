/* A table of actions, and what follows from the definitions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/palette/commands.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/permits.h"
#include "client/views.h"
#include "protocol/predicate/predicate.h"
#include "ui/display.h"
#include "ui/routes/route.h"
#include "ui/window.h"

static void
command_free (gpointer data)
{
  SatchelCommand *command = data;

  g_free (command->label);
  g_free (command->icon);
  g_free (command->action);
  g_free (command->target);
  g_free (command);
}

/* @label is taken. */
static void
add (GPtrArray *commands, SatchelCommandKind kind, char *label, const char *icon, const char *action,
     const char *target)
{
  SatchelCommand *command = g_new0 (SatchelCommand, 1);

  *command = (SatchelCommand){ .kind = kind,
                               .label = label,
                               .icon = g_strdup (icon),
                               .action = g_strdup (action),
                               .target = g_strdup (target) };
  g_ptr_array_add (commands, command);
}

/* @label and @route are taken. */
static void
add_place (GPtrArray *commands, SatchelCommandKind kind, char *label, const char *icon, SatchelRoute *route)
{
  g_autofree char *link = satchel_route_to_text (route);

  add (commands, kind, label, icon, "win.go", link);
  satchel_route_unref (route);
}

/* ---- actions ---- */

static const struct {
  const char *action, *label, *icon;
} actions[] = {
  { "app.sync", N_ ("Sync Now"), "emblem-synchronizing-symbolic" },
  { "win.pin", N_ ("Pin or Unpin This Record"), "view-pin-symbolic" },
  { "win.find", N_ ("Find in This Page"), "edit-find-symbolic" },
  { "win.undo", N_ ("Undo"), "edit-undo-symbolic" },
  { "app.preferences", N_ ("Preferences"), "preferences-system-symbolic" },
  { "app.new-window", N_ ("New Window"), "window-new-symbolic" },
  { "win.show-help-overlay", N_ ("Keyboard Shortcuts"), "preferences-desktop-keyboard-shortcuts-symbolic" },
  { "app.help", N_ ("Help"), "help-browser-symbolic" },
  { "app.about", N_ ("About Satchel"), "help-about-symbolic" },
  { "app.quit", N_ ("Quit"), "application-exit-symbolic" },
};

static gboolean
is_of_class (GtkWidget *widget, const char *name)
{
  const char *action;
  GType owner;
  const GVariantType *type;
  const char *property;

  for (guint i = 0;
       gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (widget), i, &owner, &action, &type, &property);
       i++)
    if (g_str_equal (action, name))
      return TRUE;
  return FALSE;
}

static gboolean
is_in (gpointer group, const char *name)
{
  return G_IS_ACTION_GROUP (group) && g_action_group_has_action (group, name) &&
         g_action_group_get_action_enabled (group, name);
}

static gboolean
shows_record (GtkWidget *window)
{
  SatchelRoute *route =
      SATCHEL_IS_WINDOW (window) ? satchel_window_get_route (SATCHEL_WINDOW (window)) : NULL;

  return route != NULL && satchel_route_get_kind (route) == SATCHEL_ROUTE_RECORD;
}

static gboolean
is_there (GtkWidget *window, const char *name)
{
  if (g_str_equal (name, "win.pin") && !shows_record (window))
    return FALSE;
  if (g_str_has_prefix (name, "app."))
    return is_in (g_application_get_default (), name + strlen ("app."));
  return is_of_class (window, name) || is_in (window, name + strlen ("win."));
}

static void
add_actions (GPtrArray *commands, GtkWidget *window)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (is_there (window, actions[i].action))
      add (commands, SATCHEL_COMMAND_ACTION, g_strdup (_ (actions[i].label)), actions[i].icon,
           actions[i].action, NULL);
}

/* ---- places ---- */

static void
add_places (GPtrArray *commands, SatchelDesk *desk)
{
  static const struct {
    SatchelRouteKind kind;
    const char *label, *icon;
  } places[] = {
    { SATCHEL_ROUTE_WORKPLACE, N_ ("Today"), "satchel-workplace-symbolic" },
    { SATCHEL_ROUTE_CALENDAR, N_ ("Calendar"), "satchel-calendar-symbolic" },
    { SATCHEL_ROUTE_DASHBOARD, N_ ("Dashboard"), "satchel-dashboard-symbolic" },
    { SATCHEL_ROUTE_OUTBOX, N_ ("Outbox"), "satchel-outbox-symbolic" },
    { SATCHEL_ROUTE_CONFLICTS, N_ ("Conflicts"), "satchel-conflicts-symbolic" },
  };
  SatchelRegistry *registry = satchel_desk_get_registry (desk);
  const SatchelDashboard *dashboard;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    add_place (commands, SATCHEL_COMMAND_PLACE, g_strdup (_ (places[i].label)), places[i].icon,
               satchel_route_new (places[i].kind));
  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (registry, i)) != NULL; i++)
    add_place (commands, SATCHEL_COMMAND_PLACE, g_strdup_printf (_ ("Dashboard: %s"), _ (dashboard->label)),
               "satchel-dashboard-symbolic", satchel_route_new_dashboard (dashboard->name));
}

/* ---- entities ---- */

static char *
name_view (const SatchelEntity *entity, const char *view)
{
  return g_strdup_printf (_ ("%s: %s"), _ (entity->plural), view);
}

static void
add_entity (GPtrArray *commands, const SatchelPermits *permits, const SatchelEntity *entity)
{
  g_autofree char *icon = satchel_display_dup_icon (entity);

  add_place (commands, SATCHEL_COMMAND_PLACE, g_strdup (_ (entity->plural)), icon,
             satchel_route_new_list (entity->name, NULL, NULL));
  for (guint i = 0; i < entity->n_views; i++)
    add_place (commands, SATCHEL_COMMAND_PLACE, name_view (entity, _ (entity->views[i].label)), icon,
               satchel_route_new_list (entity->name, entity->views[i].name, NULL));
  add_place (commands, SATCHEL_COMMAND_PLACE, name_view (entity, _ ("Advanced Find")), "edit-find-symbolic",
             satchel_route_new_find (entity->name, NULL, NULL));
  if (!entity->system && satchel_permits_may_create (permits, entity))
    add_place (commands, SATCHEL_COMMAND_NEW, g_strdup_printf (_ ("New: %s"), _ (entity->label)), icon,
               satchel_route_new_draft (entity->name));
}

static void
add_saved (GPtrArray *commands, SatchelDesk *desk)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (GPtrArray) views = session != NULL ? satchel_session_list_views (session, NULL, NULL) : NULL;

  for (guint i = 0; views != NULL && i < views->len; i++) {
    const SatchelEntity *entity = satchel_saved_view_get_entity (views->pdata[i]);
    g_autofree char *icon = satchel_display_dup_icon (entity);

    add_place (commands, SATCHEL_COMMAND_PLACE,
               name_view (entity, satchel_saved_view_get_name (views->pdata[i])), icon,
               satchel_route_new_list (entity->name, satchel_saved_view_get_id (views->pdata[i]), NULL));
  }
}

GPtrArray *
satchel_commands_list (GtkWidget *window, SatchelDesk *desk)
{
  GPtrArray *commands = g_ptr_array_new_with_free_func (command_free);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_desk_get_registry (desk), &n_entities);
  const SatchelEntity *email = satchel_registry_find (satchel_desk_get_registry (desk), "email");
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;

  add_actions (commands, window);
  add_places (commands, desk);
  add_saved (commands, desk);
  if (email != NULL && satchel_permits_may_create (permits, email))
    add_place (commands, SATCHEL_COMMAND_NEW, g_strdup (_ ("Write Email…")), "satchel-email-symbolic",
               satchel_route_new_draft (email->name));
  for (guint i = 0; i < n_entities; i++)
    if (!entities[i]->retired && !entities[i]->part)
      add_entity (commands, permits, entities[i]);
  return commands;
}

gboolean
satchel_commands_match (const char *label, const char *typed)
{
  g_autofree char *hay = satchel_fold (label), *needles = satchel_fold (typed);
  g_auto (GStrv) words = g_strsplit_set (needles, " \t\n", -1);

  for (char **word = words; *word != NULL; word++)
    if (strstr (hay, *word) == NULL)
      return FALSE;
  return TRUE;
}
