/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/decide.h"

#include <glib/gi18n.h>

#include "ui/act/undo.h"
#include "ui/page.h"

/* ---- in the writer's thread ---- */

typedef struct {
  char *id;
  SatchelDecision decision;
  SatchelValue *value;
} Choice;

/* What undo needs. */
typedef struct {
  char *id, *set;
  SatchelValue *before; /* what the field held when it was decided */
} Decided;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->id);
  satchel_value_unref (choice->value);
  g_free (choice);
}

static void
decided_free (gpointer data)
{
  Decided *decided = data;

  g_free (decided->id);
  g_free (decided->set);
  satchel_value_unref (decided->before);
  g_free (decided);
}

static gboolean
read_before (SatchelSession *session, const char *id, SatchelValue **before, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autoptr (SatchelRecord) conflict = NULL, record = NULL;
  const SatchelEntity *entity;
  const SatchelField *field;
  const char *about;

  if (!satchel_replica_read (replica, satchel_registry_find (registry, "conflict"), id, &conflict, error))
    return FALSE;
  entity = conflict != NULL ? satchel_dispute_find_entity (registry, conflict) : NULL;
  field = conflict != NULL ? satchel_dispute_find_subject (registry, conflict) : NULL;
  about = conflict != NULL ? satchel_dispute_get_text (conflict, "record_id") : NULL;
  if (field == NULL || about == NULL)
    return TRUE;
  if (!satchel_replica_read (replica, entity, about, &record, error))
    return FALSE;
  if (record != NULL)
    *before = satchel_value_ref (satchel_record_get (record, field));
  return TRUE;
}

static gpointer
decide_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Choice *choice = data;
  g_autoptr (SatchelValue) before = NULL;
  g_autofree char *set = NULL;
  Decided *decided;

  if (!read_before (session, choice->id, &before, error))
    return NULL;
  set = satchel_session_decide (session, choice->id, choice->decision, choice->value, error);
  if (set == NULL)
    return NULL;
  decided = g_new0 (Decided, 1);
  decided->id = g_strdup (choice->id);
  decided->set = g_steal_pointer (&set);
  decided->before = g_steal_pointer (&before);
  return decided;
}

static gpointer
undo_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Decided *decided = data;

  return GINT_TO_POINTER (
      satchel_session_undecide (session, decided->id, decided->set, decided->before, error));
}

/* The set that decides the conflict, found again: the program may have been started anew since. */
static gpointer
undecide_job (SatchelSession *session, gpointer id, GCancellable *cancellable, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (session);
  g_autoptr (GPtrArray) pending = satchel_outbox_list (outbox, 1u << SATCHEL_SET_PENDING, -1, error);

  for (guint i = 0; pending != NULL && i < pending->len; i++) {
    const SatchelChangeSet *set = ((SatchelQueuedSet *)pending->pdata[i])->set;

    if (g_str_equal (((SatchelChange *)set->changes->pdata[0])->record, id))
      return GINT_TO_POINTER (satchel_outbox_discard (outbox, set->uuid, error));
  }
  if (pending != NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                         _ ("The decision has gone to the server already. Change the record instead."));
  return NULL;
}

/* ---- on the main thread ---- */

typedef struct {
  GtkWidget *page;
  SatchelDesk *desk;
  void (*done) (gpointer owner);
  GObject *owner;
} Gesture;

static Gesture *
gesture_new (GtkWidget *from, SatchelDesk *desk, void (*done) (gpointer owner), gpointer owner)
{
  Gesture *gesture = g_new0 (Gesture, 1);

  gesture->page = g_object_ref (gtk_widget_get_ancestor (from, SATCHEL_TYPE_PAGE));
  gesture->desk = g_object_ref (desk);
  gesture->done = done;
  gesture->owner = g_object_ref (owner);
  return gesture;
}

static void
gesture_finish (Gesture *gesture)
{
  gesture->done (gesture->owner);
  g_object_unref (gesture->page);
  g_object_unref (gesture->desk);
  g_object_unref (gesture->owner);
  g_free (gesture);
}

static void
decided_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Gesture *gesture = data;
  g_autoptr (GError) error = NULL;
  Decided *decided = satchel_desk_finish (SATCHEL_DESK (desk), result, &error);

  if (decided != NULL)
    satchel_undo_offer (gesture->page, gesture->desk, _ ("Decided"), undo_job, decided, decided_free);
  else
    satchel_toast_error (gesture->page, error);
  gesture_finish (gesture);
}

void
satchel_decide (GtkWidget *from, SatchelDesk *desk, const SatchelDisagreement *disagreement,
                SatchelDecision decision, const SatchelValue *value, void (*done) (gpointer owner),
                gpointer owner)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->id = g_strdup (disagreement->id);
  choice->decision = decision;
  choice->value = satchel_value_ref (value);
  satchel_desk_write (desk, decide_job, choice, choice_free, decided_free, decided_cb,
                      gesture_new (from, desk, done, owner));
}

static void
undecided_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Gesture *gesture = data;
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (desk), result, &error);
  if (error != NULL)
    satchel_toast_error (gesture->page, error);
  gesture_finish (gesture);
}

void
satchel_undecide (GtkWidget *from, SatchelDesk *desk, const SatchelDisagreement *disagreement,
                  void (*done) (gpointer owner), gpointer owner)
{
  satchel_desk_write (desk, undecide_job, g_strdup (disagreement->id), g_free, NULL, undecided_cb,
                      gesture_new (from, desk, done, owner));
}
