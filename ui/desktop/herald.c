/* Reads in a job, keeps what will have been told, and only then tells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/desktop/herald.h"

#include <glib/gi18n.h>

#include "client/agent/names.h"
#include "ui/calendar/days.h"
#include "ui/desktop/tidings.h"
#include "ui/display.h"
#include "ui/sync/sync.h"
#include "ui/window.h"

#define LOOK_EVERY_S    30
#define MOST_ONE_BY_ONE 3 /* of a kind; more become one notification */

struct _SatchelHerald {
  GApplication *application;
  SatchelDesk *desk;
  SatchelSync *sync; /* borrowed of the desk */
  SatchelTidings *tidings;
  GCancellable *cancellable; /* gone with the herald */
  gint64 parked, conflicts;  /* how many were told; -1: not known yet */
  guint timer, name;
  gboolean reading, again;
};

/* ---- telling ---- */

/* The window that she looks at shows it: "none for what is seen". */
static gboolean
is_seen (SatchelHerald *herald, const char *link)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (herald->application));

  for (GList *item = windows; item != NULL; item = item->next) {
    SatchelRoute *route = SATCHEL_IS_WINDOW (item->data) ? satchel_window_get_route (item->data) : NULL;
    g_autofree char *text = route != NULL ? satchel_route_to_text (route) : NULL;

    if (gtk_window_is_active (item->data) && g_strcmp0 (text, link) == 0)
      return TRUE;
  }
  return FALSE;
}

static GNotification *
notification_new (const char *title, const char *body, const char *icon_name, const char *link)
{
  GNotification *notification = g_notification_new (title);
  g_autoptr (GIcon) icon = g_themed_icon_new (icon_name);

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  g_notification_set_default_action_and_target (notification, "app.open", "s", link);
  return notification;
}

/* Replaces what was sent with the same @id. */
static void
tell (SatchelHerald *herald, const char *id, GNotification *notification, const char *link)
{
  if (!is_seen (herald, link))
    g_application_send_notification (herald->application, id, notification);
}

/* ---- what waits for a decision ---- */

static void
tell_parked (SatchelHerald *herald)
{
  g_autoptr (GNotification) notification = notification_new (
      _ ("A Change Was Refused"),
      _ ("The server did not accept what you wrote. It is kept in the outbox, where you can correct it."),
      "satchel-outbox-symbolic", "satchel://outbox");

  g_notification_add_button_with_target (notification, _ ("Show Outbox"), "app.open", "s",
                                         "satchel://outbox");
  tell (herald, "parked", notification, "satchel://outbox");
}

static void
tell_conflict (SatchelHerald *herald)
{
  g_autoptr (GNotification) notification =
      notification_new (_ ("Two People Changed the Same"),
                        _ ("A colleague changed what you changed, too. Decide which value is to stand."),
                        "satchel-conflicts-symbolic", "satchel://conflicts");

  g_notification_add_button_with_target (notification, _ ("Decide"), "app.open", "s", "satchel://conflicts");
  tell (herald, "conflict", notification, "satchel://conflicts");
}

/* Told when it becomes more, withdrawn when nothing is left. What was there when the program began was told
 * by whoever was there. */
static void
follow (SatchelHerald *herald, gint64 *told, gint64 count, const char *id, void (*tell_it) (SatchelHerald *))
{
  if (*told >= 0 && count > *told)
    tell_it (herald);
  else if (count == 0)
    g_application_withdraw_notification (herald->application, id);
  *told = count;
}

static void
numbers_cb (SatchelHerald *herald)
{
  follow (herald, &herald->parked, satchel_sync_get_parked (herald->sync), "parked", tell_parked);
  follow (herald, &herald->conflicts, satchel_sync_get_conflicts (herald->sync), "conflict", tell_conflict);
}

/* ---- tidings ---- */

static char *
dup_body (const SatchelTiding *tiding, const SatchelEntity *entity)
{
  g_autoptr (GTimeZone) zone = NULL;
  g_autofree char *clock = NULL;

  if (tiding->kind == SATCHEL_TIDING_ASSIGNED)
    return *tiding->who != '\0'
               ? g_strdup_printf (_ ("%s assigned it to you: %s."), tiding->who, _ (entity->label))
               : g_strdup_printf (_ ("It was assigned to you: %s."), _ (entity->label));
  if (tiding->kind == SATCHEL_TIDING_TODAY)
    return g_strdup_printf (_ ("%s, due today"), _ (entity->label));
  zone = g_time_zone_new_local ();
  clock = satchel_minutes_format (satchel_day_minutes_of (tiding->start_ms, zone));
  return g_strdup_printf (_ ("%s at %s"), _ (entity->label), clock);
}

static void
tell_tiding (SatchelHerald *herald, const SatchelTiding *tiding)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (herald->desk), tiding->entity);
  g_autoptr (SatchelRoute) route = satchel_route_new_record (tiding->entity, tiding->id);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *link = satchel_route_to_text (route), *body = NULL, *icon = NULL, *id = NULL;

  if (entity == NULL)
    return;
  body = dup_body (tiding, entity);
  icon = satchel_display_dup_icon (entity);
  notification =
      notification_new (*tiding->title != '\0' ? tiding->title : _ (entity->label), body, icon, link);
  g_notification_add_button_with_target (notification, _ ("Open"), "app.open", "s", link);
  if (tiding->kind != SATCHEL_TIDING_ASSIGNED)
    g_notification_add_button_with_target (notification, _ ("Complete"), "app.complete", "(ss)",
                                           tiding->entity, tiding->id);
  if (tiding->kind == SATCHEL_TIDING_SOON)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  id = g_strdup_printf ("%s-%s", tiding->kind == SATCHEL_TIDING_ASSIGNED ? "assigned" : "due", tiding->id);
  tell (herald, id, notification, link);
}

/* Many at once are one notification, which leads to the workplace. */
static void
tell_many (SatchelHerald *herald, SatchelTidingKind kind, guint n)
{
  g_autofree char *title =
      kind == SATCHEL_TIDING_ASSIGNED
          ? g_strdup_printf (
                g_dngettext (NULL, "%u record was assigned to you", "%u records were assigned to you", n), n)
      : kind == SATCHEL_TIDING_SOON
          ? g_strdup_printf (g_dngettext (NULL, "%u activity begins soon", "%u activities begin soon", n), n)
          : g_strdup_printf (g_dngettext (NULL, "%u activity is due today", "%u activities are due today", n),
                             n);
  g_autofree char *id = g_strdup_printf ("many-%d", (int)kind);
  g_autoptr (GNotification) notification = notification_new (
      title, _ ("They are on your workplace."), "satchel-workplace-symbolic", "satchel://workplace");

  tell (herald, id, notification, "satchel://workplace");
}

static void
tell_all (SatchelHerald *herald, GPtrArray *found)
{
  guint end;

  for (guint begin = 0; begin < found->len; begin = end) {
    SatchelTidingKind kind = ((SatchelTiding *)found->pdata[begin])->kind;

    for (end = begin; end < found->len && ((SatchelTiding *)found->pdata[end])->kind == kind; end++)
      continue;
    if (end - begin > MOST_ONE_BY_ONE)
      tell_many (herald, kind, end - begin);
    for (guint i = begin; end - begin <= MOST_ONE_BY_ONE && i < end; i++)
      tell_tiding (herald, found->pdata[i]);
  }
}

/* ---- looking ---- */

/* One look, from the read to the notifications. The tidings belong to it meanwhile. */
typedef struct {
  SatchelHerald *herald; /* not to be looked at once cancelled */
  GCancellable *cancellable;
  SatchelTidings *tidings; /* taken when the herald has gone */
  GPtrArray *found;
} Look;

static void
look_end (Look *look)
{
  gboolean gone = g_cancellable_is_cancelled (look->cancellable);

  if (gone) {
    satchel_tidings_free (look->tidings);
  } else {
    look->herald->reading = FALSE;
    if (look->herald->again)
      satchel_herald_look (look->herald);
  }
  g_clear_pointer (&look->found, g_ptr_array_unref);
  g_object_unref (look->cancellable);
  g_free (look);
}

static gpointer
keep_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (satchel_tidings_keep (data, session, error));
}

/* What cannot be kept is not told: it would be again and again. */
static void
kept_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Look *look = data;
  gboolean kept = satchel_desk_finish (SATCHEL_DESK (desk), result, NULL) != NULL;

  if (kept && !g_cancellable_is_cancelled (look->cancellable))
    tell_all (look->herald, look->found);
  look_end (look);
}

static gpointer
read_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return satchel_tidings_read (data, session, cancellable, error);
}

static void
read_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Look *look = data;

  look->found = satchel_desk_finish (SATCHEL_DESK (desk), result, NULL);
  if (look->found != NULL && look->found->len > 0 && !g_cancellable_is_cancelled (look->cancellable))
    satchel_desk_write (look->herald->desk, keep_job, look->tidings, NULL, NULL, kept_cb, look);
  else
    look_end (look);
}

void
satchel_herald_look (SatchelHerald *herald)
{
  Look *look;

  herald->again = herald->reading;
  if (herald->reading)
    return;
  herald->reading = TRUE;
  look = g_new0 (Look, 1);
  look->herald = herald;
  look->cancellable = g_object_ref (herald->cancellable);
  look->tidings = herald->tidings;
  satchel_desk_read (herald->desk, read_job, look->tidings, NULL, (GDestroyNotify)g_ptr_array_unref,
                     herald->cancellable, read_cb, look);
}

static gboolean
timer_cb (gpointer data)
{
  satchel_herald_look (data);
  return G_SOURCE_CONTINUE;
}

/* ---- the herald ---- */

SatchelHerald *
satchel_herald_new (GApplication *application, SatchelDesk *desk)
{
  static const char *const numbers[] = { "notify::parked", "notify::conflicts" };
  SatchelHerald *herald = g_new0 (SatchelHerald, 1);
  GDBusConnection *bus = g_application_get_dbus_connection (application);

  herald->application = application;
  herald->desk = g_object_ref (desk);
  herald->sync = satchel_sync_get (desk);
  herald->tidings = satchel_tidings_new ();
  herald->cancellable = g_cancellable_new ();
  herald->parked = herald->conflicts = -1;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_signal_connect_swapped (herald->sync, numbers[i], G_CALLBACK (numbers_cb), herald);
  g_signal_connect_swapped (desk, "changed", G_CALLBACK (satchel_herald_look), herald);
  if (bus != NULL) {
    g_autofree char *name = satchel_herald_dup_name (satchel_desk_get_profile (desk));

    herald->name =
        g_bus_own_name_on_connection (bus, name, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  }
  herald->timer = g_timeout_add_seconds (LOOK_EVERY_S, timer_cb, herald);
  return herald;
}

void
satchel_herald_free (SatchelHerald *herald)
{
  if (herald == NULL)
    return;
  g_source_remove (herald->timer);
  if (herald->name != 0)
    g_bus_unown_name (herald->name);
  g_signal_handlers_disconnect_by_data (herald->sync, herald);
  g_signal_handlers_disconnect_by_data (herald->desk, herald);
  g_cancellable_cancel (herald->cancellable);
  if (!herald->reading)
    satchel_tidings_free (herald->tidings);
  g_object_unref (herald->cancellable);
  g_object_unref (herald->desk);
  g_free (herald);
}
