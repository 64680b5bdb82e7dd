/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/dispatch.h"

#include <glib/gi18n.h>

#include "client/mail/ledger.h"
#include "ui/act/refusal.h"
#include "ui/mail/errand.h"

struct _SatchelDispatch {
  GObject parent_instance;
  SatchelDesk *desk;
  char *id, *record, *problem;
  SatchelDispatchState state;
  gboolean tried;            /* here: what the ledger says is older */
  GCancellable *cancellable; /* of what is under way; NULL: nothing is */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelDispatch, satchel_dispatch, G_TYPE_OBJECT)

/* Takes @problem. */
static void
set_state (SatchelDispatch *dispatch, SatchelDispatchState state, char *problem)
{
  dispatch->state = state;
  g_free (dispatch->problem);
  dispatch->problem = problem;
  g_signal_emit (dispatch, signals[CHANGED], 0);
}

/* ---- what was before ---- */

static gpointer
look_job (SatchelSession *session, gpointer id, GCancellable *cancellable, GError **error)
{
  SatchelSending *sending = NULL;

  return satchel_ledger_find (session, "", id, &sending, error) ? sending : NULL;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelDispatch) dispatch = data;
  g_autoptr (SatchelSending) sending = satchel_desk_finish (SATCHEL_DESK (source), result, NULL);

  if (sending == NULL || dispatch->tried)
    return;
  if (sending->state == SATCHEL_SENDING_REFUSED)
    set_state (dispatch, SATCHEL_DISPATCH_FAILED, g_strdup (sending->words));
  else if (sending->state != SATCHEL_SENDING_SENT)
    set_state (dispatch, SATCHEL_DISPATCH_UNCERTAIN, g_strdup (sending->words));
}

/* ---- the errand ---- */

/* A program that died told nothing. Had it begun to send, the ledger has it; had it ended, the draft is gone.
 */
typedef struct {
  SatchelDispatch *dispatch;
  char *words; /* that it is said with, where it had not begun; owned */
} Settling;

typedef struct {
  SatchelSending *sending; /* NULL: the ledger has nothing */
  gboolean is_there;       /* the draft */
} Traces;

static void
traces_free (Traces *traces)
{
  satchel_sending_free (traces->sending);
  g_free (traces);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Traces, traces_free)

static gpointer
trace_job (SatchelSession *session, gpointer id, GCancellable *cancellable, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  g_autoptr (Traces) traces = g_new0 (Traces, 1);
  g_autoptr (SatchelRecord) draft = NULL;

  if (!satchel_ledger_find (session, "", id, &traces->sending, error) ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, id, &draft, error))
    return NULL;
  traces->is_there = draft != NULL;
  return g_steal_pointer (&traces);
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Settling *settling = data;
  g_autoptr (SatchelDispatch) dispatch = settling->dispatch;
  g_autofree char *words = settling->words;
  g_autoptr (Traces) traces = satchel_desk_finish (SATCHEL_DESK (source), result, NULL);

  g_clear_object (&dispatch->cancellable);
  if (traces != NULL && traces->sending == NULL)
    set_state (dispatch, traces->is_there ? SATCHEL_DISPATCH_FAILED : SATCHEL_DISPATCH_SENT,
               traces->is_there ? g_steal_pointer (&words) : NULL);
  else if (traces != NULL && traces->sending->state == SATCHEL_SENDING_REFUSED)
    set_state (dispatch, SATCHEL_DISPATCH_FAILED, g_strdup (traces->sending->words));
  else
    set_state (dispatch, SATCHEL_DISPATCH_UNCERTAIN, NULL);
}

static void
settle (SatchelDispatch *dispatch, const char *words)
{
  Settling *settling = g_new0 (Settling, 1);

  settling->dispatch = g_object_ref (dispatch);
  settling->words = g_strdup (words);
  satchel_desk_write (dispatch->desk, trace_job, g_strdup (dispatch->id), g_free, (GDestroyNotify)traces_free,
                      settled_cb, settling);
}

static void
take_answer (SatchelDispatch *dispatch, const SatchelErrandResult *told)
{
  JsonObject *answer = told->answers->len > 0 ? told->answers->pdata[0] : NULL;
  const char *state =
      answer != NULL ? json_object_get_string_member_with_default (answer, "state", "") : "draft";
  const char *words =
      g_cancellable_is_cancelled (dispatch->cancellable) ? _ ("Sending was given up.") : told->problem;

  if (answer == NULL && told->status < 0) {
    settle (dispatch, words);
    return;
  }
  g_clear_object (&dispatch->cancellable);
  if (g_str_equal (state, "sent")) {
    dispatch->record = g_strdup (json_object_get_string_member_with_default (answer, "id", NULL));
    set_state (dispatch, SATCHEL_DISPATCH_SENT, NULL);
  } else if (g_str_equal (state, "uncertain")) {
    set_state (dispatch, SATCHEL_DISPATCH_UNCERTAIN, g_strdup (told->problem));
  } else {
    set_state (dispatch, SATCHEL_DISPATCH_FAILED, g_strdup (words));
  }
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelDispatch) dispatch = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelErrandResult) told = satchel_errand_finish (result, &error);

  if (told != NULL) {
    take_answer (dispatch, told);
    return;
  }
  g_clear_object (&dispatch->cancellable);
  set_state (dispatch, SATCHEL_DISPATCH_FAILED, satchel_refusal_to_text (error));
}

void
satchel_dispatch_send (SatchelDispatch *dispatch, const char *account)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  if (dispatch->cancellable != NULL)
    return;
  g_strv_builder_add_many (builder, "write", "email", dispatch->id, "--send", NULL);
  if (account != NULL)
    g_strv_builder_add_many (builder, "--account", account, NULL);
  if (dispatch->state == SATCHEL_DISPATCH_UNCERTAIN)
    g_strv_builder_add (builder, "--again");
  words = g_strv_builder_end (builder);
  dispatch->tried = TRUE;
  dispatch->cancellable = g_cancellable_new ();
  set_state (dispatch, SATCHEL_DISPATCH_UNDER_WAY, NULL);
  satchel_errand_run (dispatch->desk, (const char *const *)words, dispatch->cancellable, NULL, sent_cb,
                      g_object_ref (dispatch));
}

void
satchel_dispatch_cancel (SatchelDispatch *dispatch)
{
  if (dispatch->cancellable != NULL)
    g_cancellable_cancel (dispatch->cancellable);
}

/* ---- asking ---- */

const char *
satchel_dispatch_get_id (SatchelDispatch *dispatch)
{
  return dispatch->id;
}

SatchelDispatchState
satchel_dispatch_get_state (SatchelDispatch *dispatch)
{
  return dispatch->state;
}

const char *
satchel_dispatch_get_problem (SatchelDispatch *dispatch)
{
  return dispatch->problem;
}

const char *
satchel_dispatch_get_record (SatchelDispatch *dispatch)
{
  return dispatch->record;
}

/* ---- the object ---- */

/* id → SatchelDispatch*, borrowed: those that somebody looks at, or that are under way. */
static GHashTable *
get_all (SatchelDesk *desk)
{
  static const char key[] = "satchel-dispatches";
  GHashTable *all = g_object_get_data (G_OBJECT (desk), key);

  if (all == NULL) {
    all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_object_set_data_full (G_OBJECT (desk), key, all, (GDestroyNotify)g_hash_table_unref);
  }
  return all;
}

SatchelDispatch *
satchel_dispatch_get (SatchelDesk *desk, const char *id)
{
  SatchelDispatch *dispatch = g_hash_table_lookup (get_all (desk), id);

  if (dispatch != NULL)
    return g_object_ref (dispatch);
  dispatch = g_object_new (SATCHEL_TYPE_DISPATCH, NULL);
  dispatch->desk = g_object_ref (desk);
  dispatch->id = g_strdup (id);
  g_hash_table_insert (get_all (desk), g_strdup (id), dispatch);
  /* By the writer: the ledger makes its table when it is first looked at. */
  satchel_desk_write (desk, look_job, g_strdup (id), g_free, (GDestroyNotify)satchel_sending_free, looked_cb,
                      g_object_ref (dispatch));
  return dispatch;
}

static void
satchel_dispatch_finalize (GObject *object)
{
  SatchelDispatch *dispatch = SATCHEL_DISPATCH (object);

  g_hash_table_remove (get_all (dispatch->desk), dispatch->id);
  g_object_unref (dispatch->desk);
  g_free (dispatch->id);
  g_free (dispatch->record);
  g_free (dispatch->problem);
  G_OBJECT_CLASS (satchel_dispatch_parent_class)->finalize (object);
}

static void
satchel_dispatch_class_init (SatchelDispatchClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_dispatch_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_DISPATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_dispatch_init (SatchelDispatch *dispatch)
{
}
