/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/mail-deeds.h"

#include "client/evolution/agent-proxy.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/marks.h"
#include "client/evolution/notices.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

typedef struct {
  SatchelDeedKind kind;
  char *entity, *id, *title;
  gboolean attachments;
  gboolean sent;       /* a message that leaves: it is in no folder */
  CamelFolder *folder; /* NULL: it is sent */
  GPtrArray *uids;
  guint at;                   /* which of them is under way */
  SatchelMessageFacts *facts; /* its */
  GPtrArray *ids;             /* Message-IDs of those that are done */
  guint undos;                /* steps that the agent remembers of it */
  guint joined;               /* that a colleague tracked before */
  char *made;                 /* CONVERT: id of the new record */
  GWeakRef sink;
  EActivity *activity;
  GCancellable *cancellable;
} Work;

static void go_on (Work *work);
static void ask (Work *work);

static void
free_work (gpointer data)
{
  Work *work = data;

  g_free (work->entity);
  g_free (work->id);
  g_free (work->title);
  g_clear_object (&work->folder);
  g_ptr_array_unref (work->uids);
  satchel_message_facts_free (work->facts);
  g_ptr_array_unref (work->ids);
  g_free (work->made);
  g_weak_ref_clear (&work->sink);
  g_clear_object (&work->activity);
  g_clear_object (&work->cancellable);
  g_free (work);
}

static void
end_activity (Work *work, EActivityState state)
{
  if (work->activity != NULL)
    e_activity_set_state (work->activity, state);
  g_clear_object (&work->activity);
}

/* ---- what came of it ---- */

static char *
describe (const Work *work)
{
  guint n = work->ids->len;

  switch (work->kind) {
  case SATCHEL_DEED_UNTRACK:
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u message is not tracked any more",
                                         "%u messages are not tracked any more", n),
                            n);
  case SATCHEL_DEED_CONVERT:
    /* Translators: the kind of a record: opportunity, case… */
    return g_strdup_printf (_ ("New record: %s"), satchel_words_get_kind (work->entity));
  case SATCHEL_DEED_REGARDING:
  case SATCHEL_DEED_TRACK:
  default:
    if (work->title != NULL && *work->title != '\0')
      /* Translators: a number of messages, and the record that they are about. */
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u message is tracked, regarding %s",
                                           "%u messages are tracked, regarding %s", n),
                              n, work->title);
    if (n == 1 && work->joined == 1)
      return g_strdup (_ ("The message is tracked, together with a colleague"));
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u message is tracked", "%u messages are tracked", n), n);
  }
}

static void
told_link_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&work->sink);
  g_autofree char *link = NULL, *words = describe (work);

  satchel_bus_mail1_call_link_finish (SATCHEL_BUS_MAIL1 (source), &link, result, NULL); /* it goes without */
  satchel_notice_done (sink, words, work->undos, link);
  free_work (work);
}

static void
finish (Work *work)
{
  SatchelAgentProxy *agent = satchel_agent_proxy_get ();
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (agent, NULL);
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&work->sink);
  g_autofree char *words = NULL;

  end_activity (work, E_ACTIVITY_COMPLETED);
  satchel_agent_proxy_announce (agent, "messages-changed", work->ids);
  if (work->made != NULL && bus != NULL) {
    satchel_bus_mail1_call_link (bus, SATCHEL_PROFILE, work->entity, work->made, NULL, told_link_cb, work);
    return;
  }
  if (work->ids->len > 0) {
    words = describe (work);
    satchel_notice_done (sink ? sink : satchel_notice_get_sink (), words, work->undos, NULL);
  }
  free_work (work);
}

/* The agent is there again: what was read and not done comes first. */
static void
again_cb (gpointer data)
{
  Work *work = data;

  if (work->facts != NULL)
    ask (work);
  else
    go_on (work);
}

/* What is done stays done; where the agent went away, the rest waits for it. */
static void
fail (Work *work, GError *error)
{
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&work->sink);
  EAlertSink *where = sink ? sink : satchel_notice_get_sink ();
  g_autofree char *alone = work->facts != NULL && work->uids->len <= 1 ? g_strdup (work->facts->id) : NULL;
  const char *words = work->kind == SATCHEL_DEED_UNTRACK   ? _ ("The message is still tracked")
                      : work->kind == SATCHEL_DEED_CONVERT ? _ ("No record was created")
                      : work->sent ? _ ("The message is sent, but it is not tracked yet")
                                   : _ ("The message is not tracked");

  satchel_agent_proxy_announce (satchel_agent_proxy_get (), "messages-changed", work->ids);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    end_activity (work, E_ACTIVITY_CANCELLED);
    free_work (work);
    return;
  }
  end_activity (work, E_ACTIVITY_COMPLETED);
  satchel_notice_problem (where, words, error, satchel_agent_is_away (error) ? again_cb : NULL, work,
                          free_work);
  if (alone != NULL)
    satchel_notice_until (where, alone);
}

/* ---- one message ---- */

static void
finish_one (Work *work)
{
  g_ptr_array_add (work->ids, g_strdup (work->facts->id));
  if (work->folder != NULL)
    satchel_marks_set (work->folder, g_ptr_array_index (work->uids, work->at), work->facts->id,
                       work->kind != SATCHEL_DEED_UNTRACK);
  g_clear_pointer (&work->facts, satchel_message_facts_free);
  work->at++;
  go_on (work);
}

static void
untracked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (satchel_bus_mail1_call_untrack_finish (SATCHEL_BUS_MAIL1 (source), result, &error))
    work->undos++;
  else if (!satchel_agent_error_is (error, "NotFound")) { /* what is not tracked is what she wants */
    fail (work, error);
    return;
  }
  finish_one (work);
}

static void convert (Work *work);

static void
tracked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *entity = NULL, *id = NULL;
  gboolean joined = FALSE;

  if (!satchel_bus_mail1_call_track_finish (SATCHEL_BUS_MAIL1 (source), &entity, &id, &joined, NULL, result,
                                            &error)) {
    fail (work, error);
    return;
  }
  work->undos++;
  work->joined += joined;
  if (work->kind == SATCHEL_DEED_CONVERT)
    convert (work);
  else
    finish_one (work);
}

static void
track (Work *work)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);
  g_autoptr (GUnixFDList) bytes = bus != NULL ? satchel_message_dup_bytes (work->facts, &error) : NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (bytes == NULL) {
    fail (work, error);
    return;
  }
  if (work->kind != SATCHEL_DEED_CONVERT && work->entity != NULL && *work->entity != '\0')
    g_variant_dict_insert (&options, "regarding", "(ss)", work->entity, work->id);
  if (work->attachments)
    g_variant_dict_insert (&options, "attachments", "b", TRUE);
  if (work->sent)
    g_variant_dict_insert (&options, "direction", "s", "outgoing");
  satchel_bus_mail1_call_track (bus, SATCHEL_PROFILE, g_variant_new_handle (0), g_variant_dict_end (&options),
                                bytes, work->cancellable, tracked_cb, work);
}

static void
converted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (satchel_bus_mail1_call_convert_finish (SATCHEL_BUS_MAIL1 (source), &work->made, result, &error)) {
    work->undos++;
    finish_one (work);
  } else if (satchel_agent_error_is (error, "NotFound") && work->undos == 0) {
    track (work); /* first, and then once more */
  } else {
    fail (work, error);
  }
}

static void
convert (Work *work)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);

  if (bus == NULL)
    fail (work, error);
  else
    satchel_bus_mail1_call_convert (bus, SATCHEL_PROFILE, work->facts->id, work->entity, work->cancellable,
                                    converted_cb, work);
}

static void
regarded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  if (satchel_bus_mail1_call_set_regarding_finish (SATCHEL_BUS_MAIL1 (source), result, &error)) {
    work->undos++;
    finish_one (work);
  } else if (satchel_agent_error_is (error, "NotFound") && work->entity != NULL && *work->entity != '\0') {
    track (work); /* an unknown record is not found there again */
  } else {
    fail (work, error);
  }
}

/* What was read goes to the agent. */
static void
ask (Work *work)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);

  if (bus == NULL) {
    fail (work, error);
    return;
  }
  switch (work->kind) {
  case SATCHEL_DEED_TRACK:
    track (work);
    break;
  case SATCHEL_DEED_CONVERT:
    convert (work);
    break;
  case SATCHEL_DEED_REGARDING:
    satchel_bus_mail1_call_set_regarding (bus, SATCHEL_PROFILE, work->facts->id, work->entity, work->id,
                                          work->cancellable, regarded_cb, work);
    break;
  case SATCHEL_DEED_UNTRACK:
  default:
    satchel_bus_mail1_call_untrack (bus, SATCHEL_PROFILE, work->facts->id, work->cancellable, untracked_cb,
                                    work);
  }
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  work->facts = satchel_message_finish (result, &error);
  if (work->facts == NULL)
    fail (work, error);
  else
    ask (work);
}

static void
go_on (Work *work)
{
  if (work->folder == NULL || work->at >= work->uids->len) {
    finish (work);
    return;
  }
  if (work->activity != NULL && work->uids->len > 1)
    e_activity_set_percent (work->activity, 100.0 * work->at / work->uids->len);
  satchel_message_load (work->folder, g_ptr_array_index (work->uids, work->at),
                        work->kind != SATCHEL_DEED_UNTRACK, work->cancellable, read_cb, work);
}

/* ---- beginning ---- */

static Work *
make_work (const SatchelDeed *deed, EAlertSink *sink)
{
  Work *work = g_new0 (Work, 1);

  work->kind = deed->kind;
  work->entity = g_strdup (deed->entity);
  work->id = g_strdup (deed->id != NULL ? deed->id : "");
  work->title = g_strdup (deed->title);
  work->attachments = deed->attachments;
  work->uids = g_ptr_array_new_with_free_func (g_free);
  work->ids = g_ptr_array_new_with_free_func (g_free);
  g_weak_ref_init (&work->sink, sink);
  return work;
}

void
satchel_mail_do (const SatchelDeed *deed, CamelFolder *folder, const GPtrArray *uids, EAlertSink *sink,
                 EActivity *activity)
{
  Work *work = make_work (deed, sink);

  work->folder = g_object_ref (folder);
  for (guint i = 0; i < uids->len; i++)
    g_ptr_array_add (work->uids, g_strdup (g_ptr_array_index (uids, i)));
  if (activity != NULL) {
    work->activity = g_object_ref (activity);
    work->cancellable = e_activity_get_cancellable (activity);
    if (work->cancellable != NULL)
      g_object_ref (work->cancellable);
    e_activity_set_text (activity, deed->kind == SATCHEL_DEED_UNTRACK ? _ ("Removing from the CRM…")
                                                                      : _ ("Tracking in the CRM…"));
  }
  go_on (work);
}

void
satchel_mail_do_sent (const SatchelDeed *deed, CamelMimeMessage *message, EAlertSink *sink)
{
  Work *work = make_work (deed, sink);

  work->sent = TRUE;
  satchel_message_pack (message, read_cb, work);
}
