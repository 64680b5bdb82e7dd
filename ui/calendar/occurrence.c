/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/occurrence.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/permits.h"
#include "protocol/error.h"
#include "ui/act/undo.h"
#include "ui/calendar/booking.h"
#include "ui/form/begin.h"
#include "ui/page.h"

/* What is meant by one of a series. */
typedef enum { MEANT_RECORD, MEANT_ONE, MEANT_ALL } Meant;

/* Events go when the calendar is read anew: what is needed of one is kept. */
typedef struct {
  GtkWidget *from; /* a reference */
  SatchelDesk *desk;
  const char *entity; /* interned */
  char *id;
  SatchelSpan at, to;
  gboolean moves; /* else it is opened */
} Gesture;

static void
gesture_free (gpointer data)
{
  Gesture *gesture = data;

  g_object_unref (gesture->from);
  g_object_unref (gesture->desk);
  g_free (gesture->id);
  g_free (gesture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gesture, gesture_free)

static Gesture *
gesture_new (GtkWidget *from, SatchelDesk *desk, const SatchelEvent *event)
{
  Gesture *gesture = g_new0 (Gesture, 1);

  gesture->from = g_object_ref (from);
  gesture->desk = g_object_ref (desk);
  gesture->entity = event->entity;
  gesture->id = g_strdup (event->id);
  gesture->at = gesture->to = event->span;
  return gesture;
}

/* ---- moving ---- */

/* The arguments of a job must not hold widgets: it ends in a thread. */
typedef struct {
  const char *entity;
  char *id;
  SatchelSpan from, to;
  Meant meant;
} Move;

static void
move_free (gpointer data)
{
  g_free (((Move *)data)->id);
  g_free (data);
}

static gboolean
move (SatchelDeeds *deeds, SatchelSession *session, const Move *move, GError **error)
{
  g_autofree char *id = NULL;

  switch (move->meant) {
  case MEANT_RECORD:
    return satchel_booking_move (deeds, session, move->entity, move->id, &move->to, error);
  case MEANT_ALL:
    return satchel_booking_move_series (deeds, session, move->entity, move->id, &move->from, &move->to,
                                        error);
  case MEANT_ONE:
    id = satchel_booking_detach (deeds, session, move->entity, move->id, &move->from, &move->to, error);
    return id != NULL;
  }
  g_assert_not_reached ();
}

static gpointer
move_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();

  if (move (deeds, session, data, error))
    return g_steal_pointer (&deeds);
  (void)!satchel_deeds_take_back (deeds, session, NULL); /* all of it, or nothing; @error says why */
  return NULL;
}

typedef struct {
  GtkWidget *from; /* a reference */
  Meant meant;
} Mover;

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const words[] = { N_ ("Moved in the calendar"), N_ ("Only this one was moved"),
                                       N_ ("All of the series was moved") };
  g_autofree Mover *mover = data;
  g_autoptr (GtkWidget) from = mover->from;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelDeeds) deeds = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (deeds != NULL && satchel_deeds_get_n (deeds) > 0)
    satchel_undo_offer_deeds (from, SATCHEL_DESK (source), _ (words[mover->meant]), g_steal_pointer (&deeds));
  else if (error != NULL && !g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED))
    satchel_toast_error (from, error);
}

static void
start_move (const Gesture *gesture, Meant meant)
{
  Move *order = g_new0 (Move, 1);
  Mover *mover = g_new0 (Mover, 1);

  mover->from = g_object_ref (gesture->from);
  mover->meant = order->meant = meant;
  order->entity = gesture->entity;
  order->id = g_strdup (gesture->id);
  order->from = gesture->at;
  order->to = gesture->to;
  satchel_desk_write (gesture->desk, move_job, order, move_free, (GDestroyNotify)satchel_deeds_free, moved_cb,
                      mover);
}

/* ---- opening ---- */

static void
open_record (const Gesture *gesture)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_record (gesture->entity, gesture->id);

  satchel_go (gesture->from, route);
}

static void
open_alone (const Gesture *gesture)
{
  SatchelSession *session = satchel_desk_get_session (gesture->desk);
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (gesture->desk), gesture->entity);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) values = session != NULL && entity != NULL
                                     ? satchel_booking_list_detached (session, gesture->entity, gesture->id,
                                                                      &gesture->at, &gesture->at, &error)
                                     : NULL;

  if (values != NULL)
    satchel_begin_new (gesture->from, gesture->desk, entity, values);
  else if (error != NULL)
    satchel_toast_error (gesture->from, error);
}

/* ---- which one ---- */

static void
do_gesture (const Gesture *gesture, Meant meant)
{
  if (gesture->moves)
    start_move (gesture, meant);
  else if (meant == MEANT_ONE)
    open_alone (gesture);
  else
    open_record (gesture);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer gesture)
{
  if (g_str_equal (response, "one"))
    do_gesture (gesture, MEANT_ONE);
  else if (g_str_equal (response, "all"))
    do_gesture (gesture, MEANT_ALL);
}

static gboolean
may_create (const Gesture *gesture)
{
  SatchelSession *session = satchel_desk_get_session (gesture->desk);
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (gesture->desk), gesture->entity);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;

  return entity != NULL && satchel_permits_may_create (permits, entity);
}

static void
forget_cb (gpointer gesture, GClosure *closure)
{
  gesture_free (gesture);
}

/* Takes @gesture. */
static void
ask (Gesture *gesture, const char *title)
{
  GtkRoot *root = gtk_widget_get_root (gesture->from);
  GtkWidget *widget = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, title,
                                              gesture->moves ? _ ("It repeats. What is to be moved?")
                                                             : _ ("It repeats. What is to be opened?"));
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "all", _ ("_All of the Series"), "one",
                                    _ ("_Only This One"), NULL);
  adw_message_dialog_set_response_enabled (dialog, "one", may_create (gesture));
  adw_message_dialog_set_default_response (dialog, "one");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), gesture, forget_cb, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
begin (Gesture *gesture, const SatchelEvent *event)
{
  g_autoptr (Gesture) own = gesture;

  if (event->repeats)
    ask (g_steal_pointer (&own), *event->title != '\0' ? event->title : _ ("Untitled"));
  else
    do_gesture (own, MEANT_RECORD);
}

void
satchel_occurrence_open (GtkWidget *from, SatchelDesk *desk, const SatchelEvent *event)
{
  begin (gesture_new (from, desk, event), event);
}

void
satchel_occurrence_move (GtkWidget *from, SatchelDesk *desk, const SatchelEvent *event, const SatchelSpan *to)
{
  Gesture *gesture = gesture_new (from, desk, event);

  gesture->to = *to;
  gesture->moves = TRUE;
  begin (gesture, event);
}
