/* The run travels into the writer's thread with each piece; meanwhile the main thread does not touch what the
 * piece writes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/run.h"

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/rules/arguments.h"

#define PIECE 50 /* records a write: a few dozen milliseconds */

struct _SatchelRun {
  GObject parent_instance;
  SatchelDesk *desk;
  char *entity; /* by its name: the definitions may become others meanwhile */
  GPtrArray *ids;
  SatchelRunFunc func;
  gpointer data;
  GDestroyNotify free_data;
  guint looked, done; /* as of the last piece */
  gboolean stopped, finished;
  GPtrArray *refusals;
  SatchelDeeds *deeds;
  SatchelRoute *made; /* NULL: nothing, or nothing to go on with */
  GError *error;
};

enum { PROGRESS, FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelRun, satchel_run, G_TYPE_OBJECT)

static void
refusal_free (gpointer data)
{
  SatchelRefusal *refusal = data;

  g_free (refusal->id);
  g_free (refusal->title);
  g_clear_error (&refusal->error);
  g_free (refusal);
}

/* ---- what it is about ---- */

char *
satchel_run_describe (SatchelDesk *desk, const char *entity, const GPtrArray *ids)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  char *name = NULL;

  if (ids->len == 1 && session != NULL)
    name = satchel_replica_dup_name (entity, ids->pdata[0], satchel_session_get_replica (session));
  return name != NULL ? name
                      : g_strdup_printf (g_dngettext (NULL, "%u record", "%u records", ids->len), ids->len);
}

char *
satchel_run_dup_subject (SatchelRun *run)
{
  return satchel_run_describe (run->desk, run->entity, run->ids);
}

/* ---- in the writer's thread ---- */

/* From run->looked on. */
typedef struct {
  SatchelRun *run; /* owned */
  guint looked, done;
} Piece;

static void
refuse (SatchelRun *run, SatchelSession *session, const char *id, GError *error)
{
  SatchelRefusal *refusal = g_new0 (SatchelRefusal, 1);

  refusal->id = g_strdup (id);
  refusal->title = satchel_replica_dup_name (run->entity, id, satchel_session_get_replica (session));
  refusal->error = error;
  g_ptr_array_add (run->refusals, refusal);
}

static gpointer
piece_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Piece *piece = data;
  SatchelRun *run = piece->run;
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), run->entity, error);
  const guint end = MIN (piece->looked + PIECE, run->ids->len);
  const guint n_refused = run->refusals->len, n_deeds = satchel_deeds_get_n (run->deeds);

  if (entity == NULL || !satchel_session_begin_batch (session, error))
    return NULL;
  for (; piece->looked < end; piece->looked++) {
    const char *id = run->ids->pdata[piece->looked];
    GError *problem = NULL;

    if (run->func (run->deeds, session, entity, id, run->data, &problem)) {
      piece->done++;
    } else if (satchel_error_is_general (problem)) {
      satchel_session_rollback_batch (session);
      g_ptr_array_set_size (run->refusals, (int)n_refused);
      satchel_deeds_truncate (run->deeds, n_deeds);
      g_propagate_error (error, problem);
      return NULL;
    } else {
      refuse (run, session, id, problem);
    }
  }
  if (!satchel_session_commit_batch (session, error)) {
    g_ptr_array_set_size (run->refusals, (int)n_refused);
    satchel_deeds_truncate (run->deeds, n_deeds);
    return NULL;
  }
  return piece;
}

/* ---- in the main thread ---- */

static void next_piece (SatchelRun *run);

static void
finish (SatchelRun *run)
{
  run->finished = TRUE;
  g_signal_emit (run, signals[FINISHED], 0);
  g_object_unref (run);
}

static void
piece_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Piece *counts = data; /* nobody else has it any more */
  SatchelRun *run = counts->run;

  satchel_desk_finish (SATCHEL_DESK (source), result, &run->error);
  if (run->error == NULL) {
    run->looked = counts->looked;
    run->done += counts->done;
    g_signal_emit (run, signals[PROGRESS], 0);
  }
  g_object_unref (run);
  if (run->error != NULL || run->stopped || run->looked == run->ids->len)
    finish (run);
  else
    next_piece (run);
}

static void
next_piece (SatchelRun *run)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->run = g_object_ref (run);
  piece->looked = run->looked;
  satchel_desk_write (run->desk, piece_job, piece, NULL, NULL, piece_cb, piece);
}

void
satchel_run_start (SatchelRun *run)
{
  g_return_if_fail (SATCHEL_IS_RUN (run) && run->looked == 0 && !run->finished);
  next_piece (g_object_ref (run));
}

void
satchel_run_stop (SatchelRun *run)
{
  run->stopped = TRUE;
}

guint
satchel_run_get_n (SatchelRun *run)
{
  return run->ids->len;
}

guint
satchel_run_get_looked (SatchelRun *run)
{
  return run->looked;
}

guint
satchel_run_get_done (SatchelRun *run)
{
  return run->done;
}

const GPtrArray *
satchel_run_get_refusals (SatchelRun *run)
{
  return run->refusals;
}

const GError *
satchel_run_get_error (SatchelRun *run)
{
  return run->error;
}

void
satchel_run_set_made (SatchelRun *run, const char *entity, const char *id)
{
  g_clear_pointer (&run->made, satchel_route_unref);
  run->made = satchel_route_new_record (entity, id);
}

SatchelRoute *
satchel_run_get_made (SatchelRun *run)
{
  return run->done > 0 ? run->made : NULL;
}

SatchelDeeds *
satchel_run_steal_deeds (SatchelRun *run)
{
  g_return_val_if_fail (run->finished && run->deeds != NULL, NULL);
  return g_steal_pointer (&run->deeds);
}

/* ---- the object ---- */

static void
satchel_run_finalize (GObject *object)
{
  SatchelRun *run = SATCHEL_RUN (object);

  if (run->free_data != NULL && run->data != NULL)
    run->free_data (run->data);
  g_clear_pointer (&run->deeds, satchel_deeds_free);
  g_clear_pointer (&run->made, satchel_route_unref);
  g_ptr_array_unref (run->refusals);
  g_ptr_array_unref (run->ids);
  g_clear_error (&run->error);
  g_clear_object (&run->desk);
  g_free (run->entity);
  G_OBJECT_CLASS (satchel_run_parent_class)->finalize (object);
}

static void
satchel_run_class_init (SatchelRunClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = satchel_run_finalize;
  signals[PROGRESS] =
      g_signal_new ("progress", SATCHEL_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FINISHED] =
      g_signal_new ("finished", SATCHEL_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_run_init (SatchelRun *run)
{
  run->ids = g_ptr_array_new_with_free_func (g_free);
  run->refusals = g_ptr_array_new_with_free_func (refusal_free);
  run->deeds = satchel_deeds_new ();
}

SatchelRun *
satchel_run_new (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids, SatchelRunFunc func,
                 gpointer data, GDestroyNotify free_data)
{
  SatchelRun *run = g_object_new (SATCHEL_TYPE_RUN, NULL);

  run->desk = g_object_ref (desk);
  run->entity = g_strdup (entity->name);
  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (run->ids, g_strdup (ids->pdata[i]));
  run->func = func;
  run->data = data;
  run->free_data = free_data;
  return run;
}

/* ---- the common ones ---- */

typedef struct {
  const char *action; /* interned */
  GHashTable *arguments;
} Action;

static void
action_free (gpointer data)
{
  Action *action = data;

  g_clear_pointer (&action->arguments, g_hash_table_unref);
  g_free (action);
}

static gboolean
do_action (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
           gpointer data, GError **error)
{
  const Action *action = data;

  return satchel_deeds_act (deeds, session, entity, id, action->action, action->arguments, error);
}

/* The record that the action makes beside its own gets its id here, so that one can go to it. */
static void
name_made (SatchelRun *run, const SatchelEntity *entity, Action *action)
{
  SatchelSession *session = satchel_desk_get_session (run->desk);
  SatchelRegistry *registry = satchel_desk_get_registry (run->desk);
  const SatchelAction *declared = satchel_action_find (action->action, entity);
  g_autoptr (GArray) arguments = NULL;

  if (session == NULL || declared == NULL || run->ids->len != 1)
    return;
  arguments = satchel_action_list_arguments (registry, entity, declared);
  for (guint i = 0; i < arguments->len; i++) {
    const SatchelArgument *argument = &g_array_index (arguments, SatchelArgument, i);
    g_autofree char *id = NULL;

    if (!argument->created || satchel_registry_find (registry, argument->name) == NULL)
      continue;
    id = satchel_id_new (satchel_session_get_clock (session));
    satchel_run_set_made (run, argument->name, id);
    if (action->arguments == NULL)
      action->arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    g_hash_table_insert (action->arguments, (gpointer)argument->name, g_steal_pointer (&id));
  }
}

SatchelRun *
satchel_run_new_action (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                        const char *name, GHashTable *arguments)
{
  Action *action = g_new0 (Action, 1);
  SatchelRun *run;

  action->action = g_intern_string (name);
  action->arguments = arguments;
  run = satchel_run_new (desk, entity, ids, do_action, action, action_free);
  name_made (run, entity, action);
  return run;
}

static gboolean
do_delete (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
           gpointer data, GError **error)
{
  return satchel_deeds_delete (deeds, session, entity, id, error);
}

SatchelRun *
satchel_run_new_delete (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids)
{
  return satchel_run_new (desk, entity, ids, do_delete, NULL, NULL);
}
