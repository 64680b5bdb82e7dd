/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/quick-add.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "protocol/error.h"
#include "ui/act/undo.h"
#include "ui/calendar/booking.h"
#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/calendar/line.h"
#include "ui/page.h"

#define USUAL_MINUTES 60

struct _SatchelQuickAdd {
  GtkPopover parent_instance;
  SatchelCalendar *calendar;
  GtkWidget *page; /* weak */
  GtkEntry *entry;
  GtkLabel *title, *when; /* what it is understood as: a line each, so that it does not jump */
  GtkDropDown *kinds;
  GPtrArray *entities; /* names, as in @kinds: those that the person may make */
  GtkWidget *add;
  gboolean has_span;
  SatchelSpan span;
};

G_DEFINE_FINAL_TYPE (SatchelQuickAdd, satchel_quick_add, GTK_TYPE_POPOVER)

enum { ADDED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- what is meant ---- */

static const SatchelSlot *
get_slot (SatchelQuickAdd *add)
{
  guint chosen = gtk_drop_down_get_selected (add->kinds);

  return chosen < add->entities->len
             ? satchel_calendar_find_slot (add->calendar, add->entities->pdata[chosen])
             : NULL;
}

/* What the line does not say is that of the span that was drawn. */
static void
combine (SatchelQuickAdd *add, const SatchelLine *line, SatchelSpan *span)
{
  GTimeZone *zone = satchel_calendar_get_zone (add->calendar);
  gboolean timed = add->has_span && !add->span.all_day;
  gint64 length_ms =
      timed ? add->span.end_ms - add->span.start_ms : USUAL_MINUTES * G_GINT64_CONSTANT (60000);
  gint64 start_ms;

  if (line->minutes < 0 && (line->all_day || !timed)) {
    gint64 days =
        add->has_span && add->span.all_day && !line->has_day ? add->span.last_day - add->span.first_day : 0;

    satchel_span_set_days (span, line->day, line->day + days);
    return;
  }
  start_ms = satchel_day_to_ms (
      line->day, line->minutes >= 0 ? line->minutes : satchel_day_minutes_of (add->span.start_ms, zone),
      zone);
  if (line->duration_minutes > 0)
    length_ms = line->duration_minutes * G_GINT64_CONSTANT (60000);
  satchel_span_set_times (span, start_ms, start_ms + length_ms, zone);
}

gboolean
satchel_quick_add_understand (SatchelQuickAdd *add, char **title, SatchelSpan *span)
{
  gint64 today = satchel_calendar_get_today (add->calendar);
  const SatchelSlot *slot = get_slot (add);
  g_auto (SatchelLine) line = { 0 };

  satchel_line_parse (gtk_editable_get_text (GTK_EDITABLE (add->entry)), satchel_line_words_get (), today,
                      add->has_span ? add->span.first_day : today, &line);
  combine (add, &line, span);
  /* What has only a day keeps that. */
  if (slot != NULL && slot->start->type == SATCHEL_TYPE_DATE)
    satchel_span_set_days (span, span->first_day, span->last_day);
  *title = g_steal_pointer (&line.subject);
  return **title != '\0' && slot != NULL;
}

static void
update (SatchelQuickAdd *add)
{
  SatchelSpan span;
  g_autofree char *title = NULL, *day = NULL, *times = NULL, *when = NULL;
  gboolean ready = satchel_quick_add_understand (add, &title, &span);
  SatchelEvent event = { .span = span };

  day = satchel_day_format (span.first_day, _ ("%a %-e %b %Y"));
  times = satchel_event_dup_times (&event, satchel_calendar_get_zone (add->calendar));
  /* What is longer than a day tells its dates itself. */
  when = span.first_day == span.last_day ? g_strdup_printf ("%s, %s", day, times) : g_steal_pointer (&times);
  if (add->entities->len == 0)
    gtk_label_set_label (add->title, _ ("Your rights do not allow all of this"));
  else
    gtk_label_set_label (add->title, *title != '\0' ? title : _ ("What is it about?"));
  gtk_label_set_label (add->when, when);
  gtk_widget_set_sensitive (add->add, ready);
}

/* ---- making it ---- */

typedef struct {
  char *entity, *title;
  SatchelSpan span;
} Order;

static void
order_free (gpointer data)
{
  g_free (((Order *)data)->entity);
  g_free (((Order *)data)->title);
  g_free (data);
}

static gpointer
create_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autofree char *id =
      satchel_booking_create (deeds, session, order->entity, order->title, &order->span, error);

  return id != NULL ? g_steal_pointer (&deeds) : NULL;
}

typedef struct {
  SatchelQuickAdd *add; /* a reference, as to the page */
  GtkWidget *page;
  const char *entity; /* interned */
  gint64 day;
} Created;

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Created *created = data;
  g_autoptr (SatchelQuickAdd) add = created->add;
  g_autoptr (GtkWidget) page = created->page;
  g_autoptr (GError) error = NULL;
  SatchelDeeds *deeds = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (deeds != NULL) {
    satchel_undo_offer_deeds (page, SATCHEL_DESK (source), _ ("Added to the calendar"), deeds);
    g_signal_emit (add, signals[ADDED], 0, created->entity, created->day);
  } else if (!g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED))
    satchel_toast_error (page, error);
}

static void
add_cb (SatchelQuickAdd *add)
{
  SatchelSpan span;
  g_autofree char *title = NULL;
  Created *created;
  Order *order;

  if (!satchel_quick_add_understand (add, &title, &span) || add->page == NULL)
    return;
  created = g_new0 (Created, 1);
  created->add = g_object_ref (add);
  created->page = g_object_ref (add->page);
  created->entity = g_intern_string (get_slot (add)->entity->name);
  created->day = span.first_day;
  order = g_new0 (Order, 1);
  order->entity = g_strdup (get_slot (add)->entity->name);
  order->title = g_steal_pointer (&title);
  order->span = span;
  satchel_desk_write (satchel_calendar_get_desk (add->calendar), create_job, order, order_free,
                      (GDestroyNotify)satchel_deeds_free, created_cb, created);
  gtk_popover_popdown (GTK_POPOVER (add));
}

/* ---- the popover ---- */

static void
fill_kinds (SatchelQuickAdd *add)
{
  const GArray *slots = satchel_calendar_get_slots (add->calendar);
  SatchelSession *session = satchel_desk_get_session (satchel_calendar_get_desk (add->calendar));
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_ptr_array_set_size (add->entities, 0);
  for (guint i = 0; i < slots->len; i++) {
    const SatchelEntity *entity = g_array_index (slots, SatchelSlot, i).entity;

    if (!satchel_permits_may_create (permits, entity))
      continue;
    g_ptr_array_add (add->entities, g_strdup (entity->name));
    gtk_string_list_append (names, _ (entity->label));
  }
  /* The same kinds: what was chosen last stays. */
  if (g_list_model_get_n_items (gtk_drop_down_get_model (add->kinds)) != add->entities->len)
    gtk_drop_down_set_model (add->kinds, G_LIST_MODEL (names));
}

void
satchel_quick_add_begin (SatchelQuickAdd *add, const SatchelSpan *span)
{
  add->has_span = span != NULL;
  if (span != NULL)
    add->span = *span;
  fill_kinds (add);
  gtk_editable_set_text (GTK_EDITABLE (add->entry), "");
  update (add);
  gtk_popover_popup (GTK_POPOVER (add));
  gtk_widget_grab_focus (GTK_WIDGET (add->entry));
}

static void
satchel_quick_add_dispose (GObject *object)
{
  SatchelQuickAdd *add = SATCHEL_QUICK_ADD (object);

  g_clear_weak_pointer (&add->page);
  g_clear_object (&add->calendar);
  g_clear_pointer (&add->entities, g_ptr_array_unref);
  G_OBJECT_CLASS (satchel_quick_add_parent_class)->dispose (object);
}

static void
satchel_quick_add_class_init (SatchelQuickAddClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_quick_add_dispose;
  signals[ADDED] = g_signal_new ("added", SATCHEL_TYPE_QUICK_ADD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT64);
}

static GtkLabel *
make_line (void)
{
  GtkLabel *line = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_ellipsize (line, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (line, 0);
  gtk_widget_add_css_class (GTK_WIDGET (line), "dim-label");
  return line;
}

static void
satchel_quick_add_init (SatchelQuickAdd *add)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12),
            *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  add->entities = g_ptr_array_new_with_free_func (g_free);
  add->entry = GTK_ENTRY (gtk_entry_new ());
  add->title = make_line ();
  add->when = make_line ();
  add->kinds = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL));
  add->add = gtk_button_new_with_mnemonic (_ ("_Add"));
  gtk_entry_set_placeholder_text (add->entry, _ ("Meeting with Ana Thu 14:00 1h"));
  gtk_editable_set_width_chars (GTK_EDITABLE (add->entry), 28);
  gtk_accessible_update_property (GTK_ACCESSIBLE (add->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What, and when"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (add->kinds), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Kind"), -1);
  gtk_widget_add_css_class (add->add, "suggested-action");
  gtk_widget_set_hexpand (GTK_WIDGET (add->kinds), TRUE);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (add->kinds));
  gtk_box_append (GTK_BOX (row), add->add);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (add->entry));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (add->title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (add->when));
  gtk_box_append (GTK_BOX (box), row);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_popover_set_child (GTK_POPOVER (add), box);
  g_signal_connect_swapped (add->entry, "changed", G_CALLBACK (update), add);
  g_signal_connect_swapped (add->entry, "activate", G_CALLBACK (add_cb), add);
  g_signal_connect_swapped (add->kinds, "notify::selected", G_CALLBACK (update), add);
  g_signal_connect_swapped (add->add, "clicked", G_CALLBACK (add_cb), add);
}

SatchelQuickAdd *
satchel_quick_add_new (SatchelCalendar *calendar, GtkWidget *page)
{
  SatchelQuickAdd *add = g_object_new (SATCHEL_TYPE_QUICK_ADD, NULL);

  add->calendar = g_object_ref (calendar);
  g_set_weak_pointer (&add->page, page);
  return add;
}
