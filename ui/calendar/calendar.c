/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/calendar.h"

#include "protocol/error.h"
#include "ui/act/refusal.h"
#include "ui/calendar/days.h"

struct _SatchelCalendar {
  GObject parent_instance;
  SatchelDesk *desk;
  GArray *slots;      /* SatchelSlot */
  GHashTable *hidden; /* names of entities */
  gboolean everyone;
  gboolean asked; /* there is a range */
  gint64 first_day, last_day;
  GPtrArray *events; /* SatchelEvent */
  gboolean cut;
  char *problem;
  GCancellable *reading; /* NULL: nothing is being read */
  gboolean anew;         /* something else is asked: the answer is another one, whatever it says */
};

G_DEFINE_FINAL_TYPE (SatchelCalendar, satchel_calendar, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- reading ---- */

typedef struct {
  SatchelEventsQuery query;
  GStrv hidden;
} Question;

typedef struct {
  GPtrArray *events;
  gboolean cut;
} Answer;

static void
question_free (gpointer data)
{
  g_strfreev (((Question *)data)->hidden);
  g_free (data);
}

static void
answer_free (gpointer data)
{
  g_clear_pointer (&((Answer *)data)->events, g_ptr_array_unref);
  g_free (data);
}

static gpointer
read_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  gboolean cut;
  GPtrArray *events = satchel_events_read (session, &question->query, cancellable, &cut, error);
  Answer *answer;

  if (events == NULL)
    return NULL;
  answer = g_new0 (Answer, 1);
  answer->events = events;
  answer->cut = cut;
  return answer;
}

/* Most of what is written elsewhere changes nothing here. Everything in one's hand and under the pointer
 * stays. */
static gboolean
is_same (const SatchelCalendar *calendar, const Answer *answer)
{
  if (calendar->anew || calendar->problem != NULL || calendar->cut != answer->cut ||
      calendar->events->len != answer->events->len)
    return FALSE;
  for (guint i = 0; i < answer->events->len; i++)
    if (!satchel_event_equal (calendar->events->pdata[i], answer->events->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelCalendar) calendar = data;
  g_autoptr (GError) error = NULL;
  Answer *answer = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  /* One that was overtaken by another question says nothing, and may have come too late to be stopped. */
  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED) || calendar->desk == NULL ||
      g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)))) {
    g_clear_pointer (&answer, answer_free);
    return;
  }
  g_clear_object (&calendar->reading);
  if (answer != NULL && is_same (calendar, answer)) {
    answer_free (answer);
    return;
  }
  calendar->anew = FALSE;
  g_clear_pointer (&calendar->problem, g_free);
  if (answer != NULL) {
    g_clear_pointer (&calendar->events, g_ptr_array_unref);
    calendar->events = g_steal_pointer (&answer->events);
    calendar->cut = answer->cut;
    answer_free (answer);
  } else
    calendar->problem = satchel_refusal_to_text (error);
  g_signal_emit (calendar, signals[CHANGED], 0);
}

static void
ask (SatchelCalendar *calendar)
{
  Question *question;

  if (!calendar->asked)
    return;
  if (calendar->reading != NULL)
    g_cancellable_cancel (calendar->reading);
  g_clear_object (&calendar->reading);
  calendar->reading = g_cancellable_new ();
  question = g_new0 (Question, 1);
  question->hidden = (GStrv)g_hash_table_get_keys_as_array (calendar->hidden, NULL);
  for (guint i = 0; question->hidden[i] != NULL; i++)
    question->hidden[i] = g_strdup (question->hidden[i]);
  question->query = (SatchelEventsQuery){ .first_day = calendar->first_day,
                                          .last_day = calendar->last_day,
                                          .everyone = calendar->everyone,
                                          .hidden = (const char *const *)question->hidden };
  satchel_desk_read (calendar->desk, read_job, question, question_free, answer_free, calendar->reading,
                     read_cb, g_object_ref (calendar));
}

/* ---- what is different ---- */

static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelCalendar *calendar)
{
  for (guint i = 0; i < calendar->slots->len; i++)
    if (satchel_desk_changes_touch (records, g_array_index (calendar->slots, SatchelSlot, i).entity, NULL)) {
      ask (calendar);
      return;
    }
}

static void
definitions_cb (SatchelDesk *desk, SatchelCalendar *calendar)
{
  g_array_unref (calendar->slots);
  calendar->slots = satchel_slots_list (satchel_desk_get_registry (desk));
  calendar->anew = TRUE;
  ask (calendar);
}

/* ---- asking ---- */

void
satchel_calendar_show (SatchelCalendar *calendar, gint64 first_day, gint64 last_day)
{
  g_return_if_fail (SATCHEL_IS_CALENDAR (calendar) && first_day <= last_day);
  if (calendar->asked && first_day == calendar->first_day && last_day == calendar->last_day)
    return;
  calendar->asked = calendar->anew = TRUE;
  calendar->first_day = first_day;
  calendar->last_day = last_day;
  ask (calendar);
}

void
satchel_calendar_set_everyone (SatchelCalendar *calendar, gboolean everyone)
{
  calendar->everyone = everyone;
  ask (calendar);
}

gboolean
satchel_calendar_get_everyone (SatchelCalendar *calendar)
{
  return calendar->everyone;
}

void
satchel_calendar_set_hidden (SatchelCalendar *calendar, const char *entity, gboolean hidden)
{
  if (hidden)
    g_hash_table_add (calendar->hidden, (gpointer)g_intern_string (entity));
  else
    g_hash_table_remove (calendar->hidden, entity);
  ask (calendar);
}

gboolean
satchel_calendar_get_hidden (SatchelCalendar *calendar, const char *entity)
{
  return g_hash_table_contains (calendar->hidden, entity);
}

const GPtrArray *
satchel_calendar_get_events (SatchelCalendar *calendar)
{
  return calendar->events;
}

gboolean
satchel_calendar_is_cut (SatchelCalendar *calendar)
{
  return calendar->cut;
}

const char *
satchel_calendar_get_problem (SatchelCalendar *calendar)
{
  return calendar->problem;
}

SatchelDesk *
satchel_calendar_get_desk (SatchelCalendar *calendar)
{
  return calendar->desk;
}

GTimeZone *
satchel_calendar_get_zone (SatchelCalendar *calendar)
{
  SatchelPredicateContext context;

  satchel_session_get_context (satchel_desk_get_session (calendar->desk), &context);
  return context.zone;
}

gint64
satchel_calendar_get_now_ms (SatchelCalendar *calendar)
{
  return satchel_clock_now_ms (satchel_session_get_clock (satchel_desk_get_session (calendar->desk)));
}

gint64
satchel_calendar_get_today (SatchelCalendar *calendar)
{
  return satchel_day_of (satchel_calendar_get_now_ms (calendar), satchel_calendar_get_zone (calendar));
}

const GArray *
satchel_calendar_get_slots (SatchelCalendar *calendar)
{
  return calendar->slots;
}

const SatchelSlot *
satchel_calendar_find_slot (SatchelCalendar *calendar, const char *entity)
{
  for (guint i = 0; i < calendar->slots->len; i++) {
    const SatchelSlot *slot = &g_array_index (calendar->slots, SatchelSlot, i);

    if (g_str_equal (slot->entity->name, entity))
      return slot;
  }
  return NULL;
}

/* ---- the object ---- */

static void
satchel_calendar_dispose (GObject *object)
{
  SatchelCalendar *calendar = SATCHEL_CALENDAR (object);

  if (calendar->reading != NULL)
    g_cancellable_cancel (calendar->reading);
  g_clear_object (&calendar->reading);
  g_clear_object (&calendar->desk);
  G_OBJECT_CLASS (satchel_calendar_parent_class)->dispose (object);
}

static void
satchel_calendar_finalize (GObject *object)
{
  SatchelCalendar *calendar = SATCHEL_CALENDAR (object);

  g_clear_pointer (&calendar->slots, g_array_unref);
  g_clear_pointer (&calendar->hidden, g_hash_table_unref);
  g_clear_pointer (&calendar->events, g_ptr_array_unref);
  g_free (calendar->problem);
  G_OBJECT_CLASS (satchel_calendar_parent_class)->finalize (object);
}

static void
satchel_calendar_class_init (SatchelCalendarClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_calendar_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_calendar_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_CALENDAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_calendar_init (SatchelCalendar *calendar)
{
  calendar->hidden = g_hash_table_new (g_str_hash, g_str_equal);
  calendar->events = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_event_free);
}

SatchelCalendar *
satchel_calendar_new (SatchelDesk *desk)
{
  SatchelCalendar *calendar = g_object_new (SATCHEL_TYPE_CALENDAR, NULL);

  calendar->desk = g_object_ref (desk);
  calendar->slots = satchel_slots_list (satchel_desk_get_registry (desk));
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), calendar, 0);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), calendar, 0);
  return calendar;
}
