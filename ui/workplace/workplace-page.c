/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/workplace/workplace-page.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "ui/act/undo.h"
#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/display.h"
#include "ui/inbox/lookout.h"
#include "ui/sync/sync.h"
#include "ui/tip.h"
#include "ui/workplace/columns-box.h"
#include "ui/workplace/today-list.h"
#include "ui/workplace/today.h"

#define TICK_S 60

struct _SatchelWorkplacePage {
  SatchelPage parent_instance;
  SatchelLookout *lookout;
  SatchelSync *sync;         /* borrowed of the desk */
  SatchelCalendar *calendar; /* for words about activities; it is not asked anything */
  SatchelTodayList *notices, *due, *overdue, *closing, *news;
  GtkWidget *seen; /* button: the news are known */
  gint64 since, s; /* of the news that are shown; since -1: not known yet */
  gint64 today;
  gint64 parked, conflicts;
  guint tick;
};

G_DEFINE_FINAL_TYPE (SatchelWorkplacePage, satchel_workplace_page, SATCHEL_TYPE_PAGE)

/* ---- rows ---- */

static const SatchelEntity *
find_entity (SatchelWorkplacePage *page, const char *name)
{
  return satchel_registry_find (satchel_desk_get_registry (satchel_page_get_desk (SATCHEL_PAGE (page))),
                                name);
}

#define DAYS_TO_COUNT 60 /* months are easier to grasp from here on */
#define DAYS_OF_MONTH 30
#define DAYS_OF_YEAR  365

/* "yesterday", "3 days ago", "4 months ago", "in 5 days"; owned. */
static char *
dup_distance (gint64 days)
{
  if (days == 0)
    return g_strdup (_ ("today"));
  if (days == -1)
    return g_strdup (_ ("yesterday"));
  if (days == 1)
    return g_strdup (_ ("tomorrow"));
  if (days <= -DAYS_OF_YEAR)
    return g_strdup (_ ("over a year ago"));
  if (days <= -DAYS_TO_COUNT) {
    const int months = (int)(-days / DAYS_OF_MONTH);

    return g_strdup_printf (ngettext ("%d month ago", "%d months ago", (gulong)months), months);
  }
  if (days < 0)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", (gulong)-days), (int)-days);
  return g_strdup_printf (ngettext ("in %d day", "in %d days", (gulong)days), (int)days);
}

static char *
join (const char *a, const char *b, const char *c)
{
  GString *text = g_string_new (a);

  if (*b != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", b);
  if (*c != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", c);
  return g_string_free (text, FALSE);
}

static SatchelTodayItem *
item_new (SatchelWorkplacePage *page, const char *entity, const char *id, const char *title)
{
  SatchelTodayItem *item = g_new0 (SatchelTodayItem, 1);
  const SatchelEntity *definition = find_entity (page, entity);

  item->title = g_strdup (*title != '\0' ? title : _ ("Untitled"));
  item->icon = definition != NULL ? satchel_display_dup_icon (definition) : NULL;
  item->route = satchel_route_new_record (entity, id);
  return item;
}

static GPtrArray *
list_activities (SatchelWorkplacePage *page, const GPtrArray *events, gboolean overdue)
{
  GPtrArray *items = g_ptr_array_new ();
  GTimeZone *zone = satchel_calendar_get_zone (page->calendar);

  for (guint i = 0; i < events->len; i++) {
    const SatchelEvent *event = events->pdata[i];
    SatchelTodayItem *item = item_new (page, event->entity, event->id, event->title);
    const SatchelEntity *entity = find_entity (page, event->entity);
    g_autofree char *when = overdue               ? dup_distance (event->span.last_day - page->today)
                            : event->span.all_day ? g_strdup ("")
                                                  : satchel_event_dup_times (event, zone);

    item->subtitle = join (when, entity != NULL ? _ (entity->label) : "", event->detail);
    if (!event->repeats) { /* to complete one would close all of the series */
      item->entity = g_strdup (event->entity);
      item->id = g_strdup (event->id);
    }
    item->urgent = overdue;
    g_ptr_array_add (items, item);
  }
  return items;
}

static GPtrArray *
list_closing (SatchelWorkplacePage *page, const GPtrArray *closing)
{
  GPtrArray *items = g_ptr_array_new ();

  for (guint i = 0; i < closing->len; i++) {
    const SatchelClosing *deal = closing->pdata[i];
    SatchelTodayItem *item = item_new (page, deal->entity, deal->id, deal->title);
    g_autofree char *distance = dup_distance (deal->day - page->today);
    /* Translators: "today", "in 5 days", "3 days ago" */
    g_autofree char *when = g_strdup_printf (_ ("Expected %s"), distance);

    item->subtitle = join (when, deal->detail, "");
    item->urgent = deal->day < page->today;
    g_ptr_array_add (items, item);
  }
  return items;
}

static GPtrArray *
list_news (SatchelWorkplacePage *page, const GPtrArray *news)
{
  GPtrArray *items = g_ptr_array_new ();
  gint64 now_ms = satchel_calendar_get_now_ms (page->calendar);

  for (guint i = 0; i < news->len; i++) {
    const SatchelNews *one = news->pdata[i];
    SatchelTodayItem *item = item_new (page, one->entity, one->id, one->title);
    const SatchelEntity *entity = find_entity (page, one->entity);
    const char *who = *one->who != '\0' ? one->who : _ ("Somebody");
    g_autofree char *when = satchel_display_moment (one->at_ms, now_ms);
    /* Translators: a person's name */
    g_autofree char *what = g_strdup_printf (one->made ? _ ("Made by %s") : _ ("Changed by %s"), who);

    item->subtitle = join (what, entity != NULL ? _ (entity->label) : "", when);
    g_ptr_array_add (items, item);
  }
  return items;
}

static void
add_notice (GPtrArray *items, const char *icon, const char *title, const char *subtitle, SatchelRoute *route)
{
  SatchelTodayItem *item = g_new0 (SatchelTodayItem, 1);

  item->title = g_strdup (title);
  item->subtitle = g_strdup (subtitle);
  item->icon = g_strdup (icon);
  item->route = route;
  item->urgent = TRUE;
  g_ptr_array_add (items, item);
}

static void
show_notices (SatchelWorkplacePage *page)
{
  GPtrArray *items = g_ptr_array_new ();
  const char *problem = satchel_sync_get_problem (page->sync);
  const SatchelStanding standing = satchel_sync_get_standing (page->sync);

  if (page->parked > 0) {
    g_autofree char *text =
        g_strdup_printf (ngettext ("%d change was refused", "%d changes were refused", (gulong)page->parked),
                         (int)page->parked);

    add_notice (items, "satchel-outbox-symbolic", text, _ ("See why, and what can be done"),
                satchel_route_new (SATCHEL_ROUTE_OUTBOX));
  }
  if (page->conflicts > 0) {
    g_autofree char *text = g_strdup_printf (
        ngettext ("%d conflict to decide", "%d conflicts to decide", (gulong)page->conflicts),
        (int)page->conflicts);

    add_notice (items, "satchel-conflicts-symbolic", text, _ ("Somebody changed the same field"),
                satchel_route_new (SATCHEL_ROUTE_CONFLICTS));
  }
  /* Who works offline knows it, and what passes by itself needs nobody. */
  if (problem != NULL && (standing == SATCHEL_STANDING_TROUBLED || standing == SATCHEL_STANDING_SIGNED_OUT))
    add_notice (items, "dialog-warning-symbolic", _ ("Your records could not be synced"), problem, NULL);
  satchel_today_list_set_items (page->notices, items);
}

/* ---- looking ---- */

static gpointer
read_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return satchel_today_read (session, (gint64)(gintptr)data, cancellable, error);
}

static gpointer
seen_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  gboolean done = satchel_today_mark_seen (session, *(gint64 *)data, error);

  return GINT_TO_POINTER (done);
}

/* What could not be noted is news again the next time. */
static void
note_seen (SatchelWorkplacePage *page)
{
  if (page->s > 0)
    satchel_desk_write (satchel_page_get_desk (SATCHEL_PAGE (page)), seen_job,
                        g_memdup2 (&page->s, sizeof page->s), g_free, NULL, NULL, NULL);
}

static void
look (gpointer data)
{
  SatchelWorkplacePage *page = data;

  satchel_lookout_look (page->lookout, read_job, (gpointer)(gintptr)page->since,
                        (GDestroyNotify)satchel_today_free);
}

static void
looked (gpointer result, const GError *error, gpointer data)
{
  SatchelWorkplacePage *page = data;
  const SatchelToday *today = result;
  g_autofree char *date = NULL;
  gboolean first = page->since <= 0;

  if (today == NULL) {
    if (!g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED))
      satchel_toast_error (GTK_WIDGET (page), error);
    return;
  }
  page->today = today->today;
  page->since = today->since;
  page->s = today->s;
  page->parked = today->tally.parked;
  page->conflicts = today->tally.conflicts;
  date = satchel_day_format (today->today, _ ("%A, %-e %B %Y"));
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Today"), date);
  show_notices (page);
  satchel_today_list_set_items (page->due, list_activities (page, today->due, FALSE));
  satchel_today_list_set_items (page->overdue, list_activities (page, today->overdue, TRUE));
  satchel_today_list_set_items (page->closing, list_closing (page, today->closing));
  satchel_today_list_set_items (page->news, list_news (page, today->news));
  gtk_widget_set_visible (page->seen, today->news->len > 0);
  if (first)
    note_seen (page);
}

static gboolean
tick_cb (gpointer data)
{
  SatchelWorkplacePage *page = data;

  if (gtk_widget_get_mapped (GTK_WIDGET (page)) && satchel_calendar_get_today (page->calendar) != page->today)
    look (page);
  return G_SOURCE_CONTINUE;
}

/* ---- what people do here ---- */

static void
open_cb (SatchelTodayList *section, SatchelRoute *route, SatchelWorkplacePage *page)
{
  satchel_go (GTK_WIDGET (page), route);
}

typedef struct {
  char *entity, *id;
} Activity;

static void
activity_free (gpointer data)
{
  g_free (((Activity *)data)->entity);
  g_free (((Activity *)data)->id);
  g_free (data);
}

static gpointer
complete_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Activity *activity = data;
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), activity->entity, error);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();

  if (entity == NULL || !satchel_deeds_act (deeds, session, entity, activity->id, "complete", NULL, error))
    return NULL;
  return g_steal_pointer (&deeds);
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelWorkplacePage) page = data;
  g_autoptr (GError) error = NULL;
  SatchelDeeds *deeds = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (deeds != NULL) {
    satchel_undo_offer_deeds (GTK_WIDGET (page), SATCHEL_DESK (source), _ ("Completed"), deeds);
    return;
  }
  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED) || page->lookout == NULL)
    return;
  satchel_toast_error (GTK_WIDGET (page), error);
  /* The boxes are what they were. */
  satchel_today_list_set_items (page->due, g_ptr_array_new ());
  satchel_today_list_set_items (page->overdue, g_ptr_array_new ());
  look (page);
}

static void
complete_cb (SatchelTodayList *section, const char *entity, const char *id, SatchelWorkplacePage *page)
{
  Activity *activity = g_new0 (Activity, 1);

  activity->entity = g_strdup (entity);
  activity->id = g_strdup (id);
  satchel_desk_write (satchel_page_get_desk (SATCHEL_PAGE (page)), complete_job, activity, activity_free,
                      (GDestroyNotify)satchel_deeds_free, completed_cb, g_object_ref (page));
}

static void
seen_cb (GtkButton *button, SatchelWorkplacePage *page)
{
  page->since = page->s;
  note_seen (page);
  look (page);
}

/* ---- the page ---- */

static void
satchel_workplace_page_leave (SatchelPage *page)
{
  note_seen (SATCHEL_WORKPLACE_PAGE (page));
}

static SatchelTodayList *
add_section (SatchelWorkplacePage *page, GtkWidget *box, const char *title, const char *empty,
             gboolean second)
{
  SatchelTodayList *section = satchel_today_list_new (title, empty);

  g_signal_connect (section, "open", G_CALLBACK (open_cb), page);
  g_signal_connect (section, "complete", G_CALLBACK (complete_cb), page);
  satchel_columns_box_append (SATCHEL_COLUMNS_BOX (box), GTK_WIDGET (section), second);
  return section;
}

static void
build (SatchelWorkplacePage *page)
{
  GtkWidget *box = satchel_columns_box_new (), *scrolled = gtk_scrolled_window_new ();

  page->notices = add_section (page, box, _ ("Needs You"), NULL, FALSE);
  page->due = add_section (page, box, _ ("Due Today"), _ ("Nothing is due today."), FALSE);
  page->overdue = add_section (page, box, _ ("Overdue"), NULL, FALSE);
  page->closing = add_section (page, box, _ ("Closing Soon"),
                               _ ("No deal of yours is to be closed within the next thirty days."), TRUE);
  page->news = add_section (page, box, _ ("Since You Last Looked"), _ ("Nobody has changed anything."), TRUE);
  page->seen = gtk_button_new_with_label (_ ("Seen"));
  gtk_widget_add_css_class (page->seen, "flat");
  satchel_tip (page->seen, _ ("Do not show these changes any more"));
  g_signal_connect (page->seen, "clicked", G_CALLBACK (seen_cb), page);
  satchel_today_list_set_button (page->news, page->seen);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  /* The keyboard comes to it while there is nothing in it yet. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Today"), -1);
  satchel_page_set_content (SATCHEL_PAGE (page), scrolled);
}

static void
satchel_workplace_page_dispose (GObject *object)
{
  SatchelWorkplacePage *page = SATCHEL_WORKPLACE_PAGE (object);

  g_clear_handle_id (&page->tick, g_source_remove);
  g_clear_pointer (&page->lookout, satchel_lookout_free);
  g_clear_object (&page->calendar);
  G_OBJECT_CLASS (satchel_workplace_page_parent_class)->dispose (object);
}

static void
satchel_workplace_page_class_init (SatchelWorkplacePageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_workplace_page_dispose;
  SATCHEL_PAGE_CLASS (class)->leave = satchel_workplace_page_leave;
}

static void
satchel_workplace_page_init (SatchelWorkplacePage *page)
{
  page->since = -1;
}

SatchelPage *
satchel_workplace_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelWorkplacePage *page = g_object_new (SATCHEL_TYPE_WORKPLACE_PAGE, "desk", desk, "route", route, NULL);

  page->sync = satchel_sync_get (desk);
  page->calendar = satchel_calendar_new (desk);
  build (page);
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Today"), "");
  page->lookout = satchel_lookout_new (desk, look, looked, page);
  g_signal_connect_object (page->sync, "notify::problem", G_CALLBACK (show_notices), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (page->sync, "notify::state", G_CALLBACK (show_notices), page, G_CONNECT_SWAPPED);
  page->tick = g_timeout_add_seconds (TICK_S, tick_cb, page);
  look (page);
  return SATCHEL_PAGE (page);
}
