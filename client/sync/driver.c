/* The driver: feeds the machine, does what it says, turns what comes back into the next event. Everything
 * that can fail ends in fail(), which is an event as well.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/driver.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "client/blobs/courier.h"
#include "client/profile.h"
#include "client/replica/pull.h"
#include "client/replica/snapshot.h"
#include "client/sync/along.h"
#include "client/sync/fetch.h"
#include "client/sync/next-pull.h"
#include "client/sync/spool.h"
#include "protocol/wire/identity.h"
#include "protocol/wire/message.h"

#define MOST_STALE 3 /* rounds that a demanded audit may add on a busy server */

typedef struct {
  SatchelSyncEvent event;
  GError *error; /* FAILED, GO_OFFLINE */
  gint64 retry_after_ms;
} Input;

struct _SatchelSyncDriver {
  SatchelSession *session;
  SatchelTransport *transport;
  SatchelSyncCallbacks callbacks;
  gpointer data;

  SatchelSyncMachine machine;
  GQueue inputs; /* Input* */
  gboolean turning;
  GSource *timer; /* NULL: not armed, or the callbacks' business */

  SatchelSyncTotals totals;
  guint64 first_bytes_in, first_bytes_out; /* of the transport, when the driver was made */
  gint64 waiting;                          /* sets still to send */

  /* During a round. */
  SatchelProfileLock *lock;
  char *token;
  SatchelWireExchange *exchange;
  gint64 first_number; /* of the push under way; 0: no sets in it */
  guint n_sets;        /* of it */
  SatchelPush *next;   /* made while the server works on it, or NULL */
  SatchelAlong along;
  gboolean pulled; /* along with the last push of this round */

  SatchelPullSpool *spool;
  GError *spool_error;

  SatchelFetch *fetch; /* before the first pull */
  gboolean rows_only;  /* there is no image for us */

  SatchelCourier *courier; /* of attachments, after pulls */

  SatchelAudit *audit; /* after a pull, before the machine is told of it */
  gboolean audit_demanded, audited;
  guint n_stale; /* demanded audits in a row that came too late */
  SatchelAuditOutcome audit_outcome;
  GError *audit_error;

  GPtrArray *asked, *known; /* char*: while identifying */
  guint n_asked;            /* of asked, that were sent */
};

static void turn (SatchelSyncDriver *driver, SatchelSyncEvent event, GError *error, gint64 retry_after_ms);

/* Takes @error. */
static void
fail (SatchelSyncDriver *driver, GError *error)
{
  turn (driver, SATCHEL_SYNC_EVENT_FAILED, error, -1);
}

static void
start (SatchelSyncDriver *driver, const char *path, char *text, const SatchelExchangeHandler *handler)
{
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  g_assert (driver->exchange == NULL);
  driver->exchange = driver->transport->start (driver->transport, path, driver->token, body, handler, driver);
}

/* The exchange is over: its answer, or NULL after the failure was fed. */
static const char *
finish_exchange (SatchelSyncDriver *driver, GBytes *body, const GError *error, gint64 retry_after_ms,
                 gsize *length)
{
  static const char nothing[] = "";
  const char *text = nothing;

  driver->exchange = NULL;
  *length = 0;
  if (error != NULL) {
    turn (driver, SATCHEL_SYNC_EVENT_FAILED, g_error_copy (error), retry_after_ms);
    return NULL;
  }
  if (body != NULL)
    text = g_bytes_get_data (body, length);
  return text != NULL ? text : nothing;
}

static void
tell_progress (SatchelSyncDriver *driver)
{
  SatchelSyncTotals totals;

  if (driver->callbacks.progress == NULL)
    return;
  satchel_sync_driver_get_totals (driver, &totals);
  driver->callbacks.progress (driver->machine.state, &totals, driver->waiting, driver->data);
}

/* ---- what was pulled ---- */

static gboolean
take_pull (SatchelSyncDriver *driver, GInputStream *lines, GError **error)
{
  SatchelPullResult result = { 0 };

  if (!satchel_replica_apply_pull (satchel_session_get_replica (driver->session), lines,
                                   satchel_clock_now_ms (satchel_session_get_clock (driver->session)),
                                   &result, error))
    return FALSE;
  driver->totals.pulled += result.rows;
  driver->totals.removed += result.removed;
  driver->totals.resets += result.reset;
  if (result.rows + result.removed + result.requeued > 0)
    satchel_courier_hope_again (driver->courier);
  if (result.requeued > 0) /* a restored server needs them again */
    turn (driver, SATCHEL_SYNC_EVENT_LOCAL_CHANGE, NULL, -1);
  return TRUE;
}

/* What came along with a push. Where it will not do, a pull of its own does, or tells why not. */
static void
settle_along (SatchelSyncDriver *driver)
{
  g_autoptr (GBytes) lines =
      satchel_along_take (&driver->along, satchel_session_get_replica (driver->session));
  g_autoptr (GInputStream) stream = lines != NULL ? g_memory_input_stream_new_from_bytes (lines) : NULL;

  driver->pulled = stream != NULL && take_pull (driver, stream, NULL);
}

/* ---- push ---- */

/* While the server works on a push. Where the next one cannot be made now, its own turn tells. */
static void
work_beside (gpointer data)
{
  SatchelSyncDriver *driver = data;

  settle_along (driver);
  if (driver->n_sets > 0)
    driver->next = satchel_outbox_next_push_behind (satchel_session_get_outbox (driver->session),
                                                    driver->first_number + driver->n_sets - 1, NULL);
}

static void
count_outcomes (SatchelSyncDriver *driver, const SatchelPushAnswer *answer)
{
  for (guint i = 0; i < answer->outcomes->len; i++) {
    const SatchelOutcome *outcome = g_ptr_array_index (answer->outcomes, i);

    driver->totals.pushed++;
    driver->totals.conflicts += outcome->n_conflicts;
    if (outcome->state == SATCHEL_OUTCOME_PARKED)
      driver->totals.parked++;
  }
}

static void
pushed_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelSyncDriver *driver = data;
  SatchelOutbox *outbox = satchel_session_get_outbox (driver->session);
  g_autoptr (SatchelPush) next = g_steal_pointer (&driver->next);
  g_autoptr (SatchelPushAnswer) answer = NULL;
  GError *problem = NULL;
  gsize length, own_length;
  const char *text, *end;

  if (satchel_along_stop (&driver->along))
    settle_along (driver);
  driver->pulled = FALSE;
  text = finish_exchange (driver, body, error, retry_after_ms, &length);
  if (text == NULL)
    return;
  end = memchr (text, '\n', length);
  own_length = end != NULL ? (gsize)(end + 1 - text) : length;
  answer = satchel_push_answer_from_text (text, own_length, &problem);
  if (answer == NULL) {
    fail (driver, problem);
    return;
  }
  /* An answer that leaves the first set open would be asked for again at once, and again. */
  if (driver->first_number > 0 &&
      (answer->outcomes->len == 0 ||
       ((SatchelOutcome *)g_ptr_array_index (answer->outcomes, 0))->number != driver->first_number)) {
    fail (driver, g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                               _ ("the server did not say what became of change set %" PRId64),
                               driver->first_number));
    return;
  }
  if (!satchel_outbox_take_answer (outbox, answer, &problem) ||
      !satchel_outbox_count (outbox, SATCHEL_SET_PENDING, &driver->waiting, &problem)) {
    fail (driver, problem);
    return;
  }
  count_outcomes (driver, answer);
  if (answer->outcomes->len == driver->n_sets) /* else what is open comes first */
    driver->next = g_steal_pointer (&next);
  satchel_along_keep (&driver->along, text + own_length, length - own_length);
  if (!driver->along.more || !satchel_along_can_wait (&driver->along))
    settle_along (driver);
  turn (driver, SATCHEL_SYNC_EVENT_PUSHED, NULL, -1);
}

static void
push (SatchelSyncDriver *driver)
{
  static const SatchelExchangeHandler handler = { .done = pushed_cb };
  GError *problem = NULL;
  g_autoptr (SatchelPush) message = g_steal_pointer (&driver->next);

  if (message == NULL)
    message = satchel_outbox_next_push (satchel_session_get_outbox (driver->session), &problem);
  if (problem != NULL) {
    fail (driver, problem);
    return;
  }
  if (message == NULL) {
    if (driver->along.lines != NULL)
      settle_along (driver);
    turn (driver, SATCHEL_SYNC_EVENT_NOTHING_TO_PUSH, NULL, -1);
    return;
  }
  if (!satchel_along_ask (&driver->along, satchel_session_get_replica (driver->session),
                          satchel_session_get_outbox (driver->session), message, &problem)) {
    fail (driver, problem);
    return;
  }
  driver->n_sets = message->sets->len;
  driver->first_number = driver->n_sets > 0 ? ((SatchelChangeSet *)message->sets->pdata[0])->number : 0;
  start (driver, "/v1/push", satchel_push_to_text (message), &handler);
  satchel_along_wait (&driver->along, work_beside, driver);
}

/* ---- pull ---- */

static void
pull_data_cb (const char *bytes, gsize size, gpointer data)
{
  SatchelSyncDriver *driver = data;

  /* What comes after a full disk is let go; the failure is told when the exchange ends. */
  if (driver->spool_error == NULL &&
      satchel_pull_spool_write (driver->spool, bytes, size, &driver->spool_error))
    tell_progress (driver);
}

static gboolean
take_spool (SatchelSyncDriver *driver, SatchelPullSpool *spool, GError **error)
{
  g_autoptr (GInputStream) lines = satchel_pull_spool_read (spool, error);

  return lines != NULL && take_pull (driver, lines, error);
}

/* ---- attachments ---- */

/* Once rows are up to date. @idle: what is fed when there is nothing to move. */
static void
look_for_files (SatchelSyncDriver *driver, SatchelSyncEvent idle)
{
  GError *problem = NULL;
  gboolean found;

  if (!satchel_courier_find_work (driver->courier, &found, &problem))
    fail (driver, problem);
  else
    turn (driver, found ? SATCHEL_SYNC_EVENT_FILES_WAIT : idle, NULL, -1);
}

static void
piece_moved_cb (SatchelCourierNews news, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelSyncDriver *driver = data;

  switch (news) {
  case SATCHEL_COURIER_MORE:
    tell_progress (driver);
    look_for_files (driver, SATCHEL_SYNC_EVENT_FILES_DONE);
    break;
  case SATCHEL_COURIER_SENT:
    turn (driver, SATCHEL_SYNC_EVENT_FILE_SENT, NULL, -1);
    break;
  case SATCHEL_COURIER_FAILED:
    turn (driver, SATCHEL_SYNC_EVENT_FAILED, g_error_copy (error), retry_after_ms);
    break;
  }
}

/* ---- audit ---- */

/* What could not be audited now is tried again later: the pull itself was good. */
static void
audited_cb (SatchelAuditOutcome outcome, gint64 healed, const GError *error, gpointer data)
{
  SatchelSyncDriver *driver = data;

  g_clear_pointer (&driver->audit, satchel_audit_free);
  driver->audited = TRUE;
  driver->audit_outcome = outcome;
  g_clear_error (&driver->audit_error);
  driver->audit_error = error != NULL ? g_error_copy (error) : NULL;
  driver->totals.healed += healed;
  if (outcome == SATCHEL_AUDIT_LOST) {
    fail (driver, g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_CURSOR,
                                       _ ("too much here differs from what the server has")));
    return;
  }
  if (outcome != SATCHEL_AUDIT_STALE)
    driver->audit_demanded = FALSE;
  else if (driver->audit_demanded && driver->n_stale++ < MOST_STALE)
    turn (driver, SATCHEL_SYNC_EVENT_LOCAL_CHANGE, NULL, -1);
  look_for_files (driver, SATCHEL_SYNC_EVENT_PULLED);
}

static gboolean
is_audit_due (SatchelSyncDriver *driver)
{
  return driver->audit_demanded ||
         satchel_audit_is_due (satchel_session_get_replica (driver->session),
                               satchel_clock_now_ms (satchel_session_get_clock (driver->session)));
}

static void
finish_pull (SatchelSyncDriver *driver)
{
  GError *problem = NULL;

  if (!is_audit_due (driver)) {
    look_for_files (driver, SATCHEL_SYNC_EVENT_PULLED);
    return;
  }
  driver->audit =
      satchel_audit_start (driver->session, driver->transport, driver->token, audited_cb, driver, &problem);
  if (driver->audit == NULL)
    fail (driver, problem);
}

static void
pulled_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelSyncDriver *driver = data;
  g_autoptr (SatchelPullSpool) spool =
      g_steal_pointer (&driver->spool); /* what is fed may begin another pull */
  GError *problem = g_steal_pointer (&driver->spool_error);
  gsize length;

  if (problem != NULL) {
    driver->exchange = NULL;
    fail (driver, problem);
    return;
  }
  if (finish_exchange (driver, body, error, retry_after_ms, &length) == NULL)
    return;
  if (take_spool (driver, spool, &problem))
    finish_pull (driver);
  else
    fail (driver, problem);
}

static void
pull_rows (SatchelSyncDriver *driver, SatchelNextPullStart start_from)
{
  static const SatchelExchangeHandler handler = { .data = pull_data_cb, .done = pulled_cb };
  GError *problem = NULL;
  g_autoptr (SatchelPull) message =
      satchel_next_pull_new (satchel_session_get_replica (driver->session), start_from, &problem);

  if (message != NULL)
    driver->spool = satchel_pull_spool_new (satchel_session_get_directory (driver->session), &problem);
  if (driver->spool == NULL) {
    fail (driver, problem);
    return;
  }
  start (driver, "/v1/pull", satchel_pull_to_text (message), &handler);
}

/* ---- the first sync ---- */

static void
fetched_cb (const SatchelPullResult *result, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelSyncDriver *driver = data;

  if (error != NULL) {
    GError *problem = g_error_copy (error); /* it may be the fetch's own */

    g_clear_pointer (&driver->fetch, satchel_fetch_free);
    turn (driver, SATCHEL_SYNC_EVENT_FAILED, problem, retry_after_ms);
    return;
  }
  driver->rows_only = result == NULL;
  if (result != NULL) {
    driver->totals.pulled += result->rows;
    driver->totals.resets += result->reset;
  }
  g_clear_pointer (&driver->fetch, satchel_fetch_free);
  pull_rows (driver, SATCHEL_NEXT_PULL_GO_ON);
}

static void
moved_cb (gpointer data)
{
  tell_progress (data);
}

/* An image first where nothing is here yet; what has changed since comes as rows. */
static void
pull (SatchelSyncDriver *driver)
{
  GError *problem = NULL;
  gboolean wanted = FALSE;

  if (driver->pulled) {
    driver->pulled = FALSE;
    finish_pull (driver);
    return;
  }
  if (!driver->rows_only &&
      !satchel_snapshot_is_wanted (satchel_session_get_replica (driver->session), &wanted, &problem)) {
    fail (driver, problem);
    return;
  }
  if (wanted)
    driver->fetch =
        satchel_fetch_start (driver->session, driver->transport, driver->token, fetched_cb, moved_cb, driver);
  else
    pull_rows (driver, SATCHEL_NEXT_PULL_GO_ON);
}

/* ---- a new identity ----
 * First which sets the server knows, then a device, then both are stored. The new numbers are stored before
 * the new identity: a program that dies between the two is found out as cloned again and starts over. */

static void ask_known (SatchelSyncDriver *driver);

static void
forget_identifying (SatchelSyncDriver *driver)
{
  g_clear_pointer (&driver->asked, g_ptr_array_unref);
  g_clear_pointer (&driver->known, g_ptr_array_unref);
}

static void
device_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelSyncDriver *driver = data;
  SatchelOutbox *outbox = satchel_session_get_outbox (driver->session);
  g_autoptr (GPtrArray) known = g_steal_pointer (&driver->known);
  g_autoptr (SatchelDeviceAnswer) answer = NULL;
  GError *problem = NULL;
  gsize length;
  const char *text;

  forget_identifying (driver);
  text = finish_exchange (driver, body, error, retry_after_ms, &length);
  if (text == NULL)
    return;
  answer = satchel_device_answer_from_text (text, length, &problem);
  if (answer == NULL || !satchel_outbox_renumber (outbox, answer->next_number, known, &problem) ||
      !satchel_session_adopt_device (driver->session, answer->device, answer->token, &problem)) {
    fail (driver, problem);
    return;
  }
  g_free (driver->token);
  driver->token = g_strdup (answer->token);
  turn (driver, SATCHEL_SYNC_EVENT_IDENTIFIED, NULL, -1);
}

static void
known_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelSyncDriver *driver = data;
  g_autoptr (GPtrArray) answer = NULL;
  GError *problem = NULL;
  gsize length;
  const char *text;

  if (error != NULL)
    forget_identifying (driver);
  text = finish_exchange (driver, body, error, retry_after_ms, &length);
  if (text == NULL)
    return;
  answer = satchel_known_answer_from_text (text, length, &problem);
  if (answer == NULL) {
    forget_identifying (driver);
    fail (driver, problem);
    return;
  }
  g_ptr_array_extend_and_steal (driver->known, g_steal_pointer (&answer));
  ask_known (driver);
}

/* The next part of the question, or the device once all is asked. */
static void
ask_known (SatchelSyncDriver *driver)
{
  static const SatchelExchangeHandler known_handler = { .done = known_cb };
  static const SatchelExchangeHandler device_handler = { .done = device_cb };
  g_autoptr (GPtrArray) part = g_ptr_array_new ();

  if (driver->n_asked == driver->asked->len) {
    start (driver, "/v1/device", g_strdup ("{}"), &device_handler);
    return;
  }
  while (driver->n_asked < driver->asked->len && part->len < SATCHEL_MAX_KNOWN_SETS)
    g_ptr_array_add (part, g_ptr_array_index (driver->asked, driver->n_asked++));
  start (driver, "/v1/known", satchel_known_to_text (part), &known_handler);
}

static void
identify (SatchelSyncDriver *driver)
{
  GError *problem = NULL;

  driver->asked = satchel_outbox_list_unanswered (satchel_session_get_outbox (driver->session), &problem);
  if (driver->asked == NULL) {
    fail (driver, problem);
    return;
  }
  driver->known = g_ptr_array_new_with_free_func (g_free);
  driver->n_asked = 0;
  ask_known (driver);
}

/* ---- rounds ---- */

static gboolean
is_rest (SatchelSyncState state)
{
  return state == SATCHEL_SYNC_IDLE || state == SATCHEL_SYNC_WAITING || state == SATCHEL_SYNC_OFFLINE ||
         state == SATCHEL_SYNC_SIGNED_OUT;
}

/* What a round needs, taken at its first push; the switch is looked at there because another process may turn
 * it. */
static gboolean
enter_round (SatchelSyncDriver *driver, GError **error)
{
  if (driver->lock != NULL)
    return TRUE;
  if (satchel_session_get_offline (driver->session)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE, _ ("the profile is switched offline"));
    return FALSE;
  }
  driver->lock = satchel_profile_lock (satchel_session_get_directory (driver->session), error);
  if (driver->lock == NULL)
    return FALSE;
  driver->pulled = FALSE;
  driver->token = satchel_session_dup_token (driver->session, error);
  return driver->token != NULL && satchel_outbox_count (satchel_session_get_outbox (driver->session),
                                                        SATCHEL_SET_PENDING, &driver->waiting, error);
}

static void
leave_round (SatchelSyncDriver *driver)
{
  g_clear_pointer (&driver->lock, satchel_profile_unlock);
  g_clear_pointer (&driver->token, g_free);
  satchel_along_clear (&driver->along);
  g_clear_pointer (&driver->next, satchel_push_free);
}

static void
cancel (SatchelSyncDriver *driver)
{
  if (driver->exchange != NULL)
    driver->transport->cancel (driver->transport, g_steal_pointer (&driver->exchange));
  g_clear_pointer (&driver->fetch, satchel_fetch_free);
  satchel_courier_cancel (driver->courier);
  g_clear_pointer (&driver->audit, satchel_audit_free);
  g_clear_pointer (&driver->spool, satchel_pull_spool_free);
  g_clear_error (&driver->spool_error);
  forget_identifying (driver);
}

static gboolean
timer_cb (gpointer data)
{
  SatchelSyncDriver *driver = data;

  g_clear_pointer (&driver->timer, g_source_unref);
  turn (driver, SATCHEL_SYNC_EVENT_TIMER, NULL, -1);
  return G_SOURCE_REMOVE;
}

/* @delay_ms < 0 disarms. */
static void
set_timer (SatchelSyncDriver *driver, gint64 delay_ms)
{
  if (driver->callbacks.set_timer != NULL) {
    driver->callbacks.set_timer (delay_ms, driver->data);
    return;
  }
  if (driver->timer != NULL) {
    g_source_destroy (driver->timer);
    g_clear_pointer (&driver->timer, g_source_unref);
  }
  if (delay_ms < 0)
    return;
  driver->timer = g_timeout_source_new (delay_ms);
  g_source_set_callback (driver->timer, timer_cb, driver, NULL);
  g_source_attach (driver->timer, g_main_context_get_thread_default ());
}

static void
execute (SatchelSyncDriver *driver, const SatchelSyncStep *step)
{
  GError *problem = NULL;

  switch (step->action) {
  case SATCHEL_SYNC_DO_NOTHING:
    break;
  case SATCHEL_SYNC_DO_PUSH:
    if (enter_round (driver, &problem))
      push (driver);
    else
      fail (driver, problem);
    break;
  case SATCHEL_SYNC_DO_PULL:
    pull (driver);
    break;
  case SATCHEL_SYNC_DO_PULL_ALL:
    pull_rows (driver, SATCHEL_NEXT_PULL_ALL);
    break;
  case SATCHEL_SYNC_DO_IDENTIFY:
    identify (driver);
    break;
  case SATCHEL_SYNC_DO_SET_TIMER:
    set_timer (driver, step->delay_ms);
    break;
  case SATCHEL_SYNC_DO_CANCEL:
    cancel (driver);
    break;
  case SATCHEL_SYNC_DO_MOVE_FILES:
    satchel_courier_step (driver->courier, driver->token, piece_moved_cb, driver);
    break;
  }
}

/* One input. The machine is fed, the round left if it came to rest, and the callbacks told; then its step is
 * done. */
static void
take (SatchelSyncDriver *driver, const Input *input)
{
  SatchelSyncState before = driver->machine.state;
  SatchelErrorCode code = input->error != NULL ? satchel_error_code (input->error) : SATCHEL_ERROR_CANCELLED;
  SatchelSyncStep step =
      satchel_sync_machine_feed (&driver->machine, input->event, code, input->retry_after_ms,
                                 satchel_session_get_clock (driver->session));
  SatchelSyncState after = driver->machine.state;

  if (before == SATCHEL_SYNC_WAITING && after != before)
    set_timer (driver, -1);
  execute (driver, &step);
  if (after == before && step.action == SATCHEL_SYNC_DO_NOTHING)
    return;
  if (is_rest (after))
    leave_round (driver);
  tell_progress (driver);
  if (is_rest (after) && after != before && driver->callbacks.rest != NULL)
    driver->callbacks.rest (after, input->error, driver->data);
}

/* Takes @error. Inputs that come up while another is being worked on wait for their turn. */
static void
turn (SatchelSyncDriver *driver, SatchelSyncEvent event, GError *error, gint64 retry_after_ms)
{
  Input *input = g_new0 (Input, 1);

  input->event = event;
  input->error = error;
  input->retry_after_ms = retry_after_ms;
  g_queue_push_tail (&driver->inputs, input);
  if (driver->turning)
    return;
  driver->turning = TRUE;
  while ((input = g_queue_pop_head (&driver->inputs)) != NULL) {
    take (driver, input);
    g_clear_error (&input->error);
    g_free (input);
  }
  driver->turning = FALSE;
}

/* ---- the door ---- */

SatchelSyncDriver *
satchel_sync_driver_new (SatchelSession *session, SatchelTransport *transport,
                         const SatchelSyncCallbacks *callbacks, gpointer data, GError **error)
{
  SatchelSyncDriver *driver = g_new0 (SatchelSyncDriver, 1);

  driver->session = session;
  driver->transport = transport;
  driver->callbacks = *callbacks;
  driver->data = data;
  driver->first_bytes_in = transport->bytes_in;
  driver->first_bytes_out = transport->bytes_out;
  driver->courier = satchel_courier_new (session, transport);
  satchel_sync_machine_init (&driver->machine);
  g_queue_init (&driver->inputs);
  return driver;
}

void
satchel_sync_driver_free (SatchelSyncDriver *driver)
{
  if (driver == NULL)
    return;
  g_assert (!driver->turning);
  cancel (driver);
  set_timer (driver, -1);
  leave_round (driver);
  satchel_courier_free (driver->courier);
  g_clear_error (&driver->audit_error);
  g_free (driver);
}

void
satchel_sync_driver_feed (SatchelSyncDriver *driver, SatchelSyncEvent event)
{
  GError *reason = NULL;

  switch (event) {
  case SATCHEL_SYNC_EVENT_GO_OFFLINE:
    reason = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE,
                                  satchel_error_sentence (SATCHEL_ERROR_OFFLINE));
    break;
  case SATCHEL_SYNC_EVENT_START:
  case SATCHEL_SYNC_EVENT_LOCAL_CHANGE:
  case SATCHEL_SYNC_EVENT_WOKEN:
  case SATCHEL_SYNC_EVENT_TIMER:
  case SATCHEL_SYNC_EVENT_GO_ONLINE:
  case SATCHEL_SYNC_EVENT_SIGNED_IN:
    break;
  default: /* the others are the driver's own */
    g_assert_not_reached ();
  }
  turn (driver, event, reason, -1);
}

void
satchel_sync_driver_demand_audit (SatchelSyncDriver *driver)
{
  driver->audit_demanded = TRUE;
  driver->n_stale = 0;
}

gboolean
satchel_sync_driver_get_audit (SatchelSyncDriver *driver, SatchelAuditOutcome *outcome, const GError **error)
{
  *outcome = driver->audit_outcome;
  *error = driver->audit_error;
  return driver->audited;
}

SatchelSyncState
satchel_sync_driver_get_state (SatchelSyncDriver *driver)
{
  return driver->machine.state;
}

void
satchel_sync_driver_get_totals (SatchelSyncDriver *driver, SatchelSyncTotals *totals)
{
  SatchelCourierTotals files;

  satchel_courier_get_totals (driver->courier, &files);
  *totals = driver->totals;
  totals->files_sent = files.sent;
  totals->files_fetched = files.fetched;
  totals->bytes_in = driver->transport->bytes_in - driver->first_bytes_in;
  totals->bytes_out = driver->transport->bytes_out - driver->first_bytes_out;
  if (driver->fetch != NULL)
    satchel_fetch_get_size (driver->fetch, &totals->image_here, &totals->image_bytes);
}
