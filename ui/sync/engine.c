/* Messages go both ways as sources of the other side's main context; what belongs to the thread is touched by
 * the thread only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sync/engine.h"

#include "client/agent/keeper.h"
#include "client/agent/link.h"
#include "client/agent/start.h"
#include "protocol/error.h"

/* An agent that leaves sooner than this is not started again. */
#define START_PAUSE_US (30 * G_USEC_PER_SEC)

struct _SatchelEngine {
  gatomicrefcount references; /* of messages under way, too */
  GThread *thread;
  GMainContext *home, *context; /* whoever made us; the thread's */
  GCancellable *stop;

  /* What was said at the beginning. */
  char *data_dir, *profile, *program;
  SatchelRegistry *registry;
  const SatchelClock *clock;
  gboolean lone;
  SatchelEngineEvents events;
  gpointer data;

  /* Of home. */
  gboolean closed;

  /* Of the thread. */
  GMainLoop *loop;
  SatchelAgentLink *link; /* at most one of the two */
  SatchelKeeper *keeper;
  gint64 started_us;  /* when an agent was last started; 0: never */
  gboolean wanted;    /* a sync was asked for before either was there */
  gboolean listening; /* as the agent last said */
};

static SatchelEngine *
engine_ref (SatchelEngine *engine)
{
  g_atomic_ref_count_inc (&engine->references);
  return engine;
}

static void
engine_unref (SatchelEngine *engine)
{
  if (!g_atomic_ref_count_dec (&engine->references))
    return;
  g_main_context_unref (engine->home);
  g_main_context_unref (engine->context);
  g_object_unref (engine->stop);
  g_free (engine->data_dir);
  g_free (engine->profile);
  g_free (engine->program);
  satchel_registry_unref (engine->registry);
  g_free (engine);
}

/* ---- from the thread ---- */

typedef enum {
  MESSAGE_STATE,
  MESSAGE_PROGRESS,
  MESSAGE_RESTED,
  MESSAGE_CHANGED,
  MESSAGE_INFORMED,
} MessageKind;

typedef struct {
  SatchelEngine *engine;
  MessageKind kind;
  char *state, *code, *reason;
  gboolean yes; /* listening, informed */
  SatchelSyncTotals moved;
  GHashTable *records;
} Message;

static void
message_free (Message *message)
{
  engine_unref (message->engine);
  g_free (message->state);
  g_free (message->code);
  g_free (message->reason);
  g_clear_pointer (&message->records, g_hash_table_unref);
  g_free (message);
}

static gboolean
deliver_cb (gpointer data)
{
  const Message *message = data;
  const SatchelEngine *engine = message->engine;

  if (engine->closed)
    return G_SOURCE_REMOVE;
  switch (message->kind) {
  case MESSAGE_STATE:
    engine->events.state (message->state, message->code, message->reason, message->yes, engine->data);
    break;
  case MESSAGE_PROGRESS:
    engine->events.progress (message->state, &message->moved, engine->data);
    break;
  case MESSAGE_RESTED:
    engine->events.rested (message->state, &message->moved, engine->data);
    break;
  case MESSAGE_CHANGED:
    engine->events.changed (message->records, engine->data);
    break;
  case MESSAGE_INFORMED:
    engine->events.informed (message->yes, engine->data);
    break;
  }
  return G_SOURCE_REMOVE;
}

static Message *
message_new (SatchelEngine *engine, MessageKind kind)
{
  Message *message = g_new0 (Message, 1);

  message->engine = engine_ref (engine);
  message->kind = kind;
  return message;
}

/* Takes @message. */
static void
tell (Message *message)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_cb, message, (GDestroyNotify)message_free);
  g_source_attach (source, message->engine->home);
}

static void
tell_state (SatchelEngine *engine, const char *state, const char *code, const char *reason,
            gboolean listening)
{
  Message *message = message_new (engine, MESSAGE_STATE);

  message->state = g_strdup (state);
  message->code = g_strdup (code);
  message->reason = g_strdup (reason);
  message->yes = listening;
  tell (message);
}

static void
tell_moved (SatchelEngine *engine, MessageKind kind, const char *state, const SatchelSyncTotals *moved)
{
  Message *message = message_new (engine, kind);

  message->state = g_strdup (state);
  message->moved = *moved;
  tell (message);
}

static void
tell_informed (SatchelEngine *engine, gboolean informed)
{
  Message *message = message_new (engine, MESSAGE_INFORMED);

  message->yes = informed;
  tell (message);
}

static void
tell_error (SatchelEngine *engine, const char *state, const GError *error, gboolean listening)
{
  tell_state (engine, state, error != NULL ? satchel_error_name (satchel_error_code (error)) : NULL,
              error != NULL ? error->message : NULL, listening);
}

/* ---- a keeper of our own ---- */

static void
keeper_state_cb (SatchelKeeper *keeper, gpointer engine)
{
  tell_error (engine, satchel_keeper_get_state (keeper), satchel_keeper_get_problem (keeper),
              satchel_keeper_is_listening (keeper));
}

/* The names of entities are of a registry, the ids of the caller: both are copied. */
static void
keeper_changed_cb (SatchelKeeper *keeper, GHashTable *records, gpointer engine)
{
  Message *message = message_new (engine, MESSAGE_CHANGED);
  GHashTableIter iter;
  gpointer entity, ids;

  if (records != NULL) {
    message->records =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_hash_table_iter_init (&iter, records);
    while (g_hash_table_iter_next (&iter, &entity, &ids)) {
      GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < ((GPtrArray *)ids)->len; i++)
        g_ptr_array_add (copy, g_strdup (((GPtrArray *)ids)->pdata[i]));
      g_hash_table_insert (message->records, g_strdup (entity), copy);
    }
  }
  tell (message);
}

static void
keeper_progress_cb (SatchelKeeper *keeper, gint64 waiting, const SatchelSyncTotals *moved, gpointer engine)
{
  tell_moved (engine, MESSAGE_PROGRESS, satchel_keeper_get_state (keeper), moved);
}

static void
keeper_rested_cb (SatchelKeeper *keeper, const GError *error, const SatchelSyncTotals *moved, gpointer engine)
{
  tell_moved (engine, MESSAGE_RESTED, satchel_keeper_get_state (keeper), moved);
}

/* Its state says the same. */
static void
keeper_attention_cb (SatchelKeeper *keeper, const char *code, const char *reason, gpointer engine)
{
}

static void
keeper_done_cb (const GError *error, const SatchelSyncTotals *moved, gpointer engine)
{
}

static void
keep (SatchelEngine *engine)
{
  static const SatchelKeeperEvents events = { .state = keeper_state_cb,
                                              .changed = keeper_changed_cb,
                                              .progress = keeper_progress_cb,
                                              .rested = keeper_rested_cb,
                                              .attention = keeper_attention_cb };

  engine->keeper = satchel_keeper_new (engine->data_dir, engine->profile, engine->registry, engine->clock,
                                       &events, engine);
  tell_informed (engine, TRUE);
}

/* ---- the agent ---- */

static void begin (SatchelEngine *engine);

static void
agent_status_cb (const char *state, const char *code, const char *reason, gboolean listening, gpointer data)
{
  SatchelEngine *engine = data;

  if (state == NULL)
    return; /* it has left, and that is told, too; or it does not know the profile yet */
  engine->listening = listening;
  tell_state (engine, state, code, reason, listening);
}

static void
ask_agent (SatchelEngine *engine)
{
  satchel_agent_link_get_status (engine->link, engine->profile, agent_status_cb, engine);
}

static void
agent_progress_cb (const char *state, gint64 waiting, const SatchelSyncTotals *moved, gpointer engine)
{
  tell_moved (engine, MESSAGE_PROGRESS, state, moved);
}

static void
agent_rested_cb (const char *state, const GError *error, const SatchelSyncTotals *moved, gpointer data)
{
  SatchelEngine *engine = data;

  tell_error (engine, state, error, engine->listening);
  tell_moved (engine, MESSAGE_RESTED, state, moved);
  ask_agent (engine); /* whether it is called */
}

static void
agent_changed_cb (GVariant *variant, gpointer engine)
{
  Message *message = message_new (engine, MESSAGE_CHANGED);
  GVariantIter iter;
  const char *entity;
  GVariant *ids;

  if (g_variant_n_children (variant) > 0)
    message->records =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "{&s@as}", &entity, &ids)) {
    GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

    for (gsize i = 0; i < g_variant_n_children (ids); i++) {
      char *id;

      g_variant_get_child (ids, i, "s", &id);
      g_ptr_array_add (copy, id);
    }
    g_hash_table_insert (message->records, g_strdup (entity), copy);
    g_variant_unref (ids);
  }
  tell (message);
}

static void
agent_attention_cb (const char *code, const char *reason, gpointer engine)
{
  ask_agent (engine);
}

/* One that has come back and left again is told twice, perhaps before the first time is dealt with. */
static gboolean
agent_left_cb (gpointer data)
{
  SatchelEngine *engine = data;

  if (engine->link == NULL)
    return G_SOURCE_REMOVE;
  g_clear_pointer (&engine->link, satchel_agent_link_free);
  begin (engine);
  return G_SOURCE_REMOVE;
}

/* The link cannot be freed while it calls. */
static void
agent_gone_cb (gpointer data)
{
  SatchelEngine *engine = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  tell_informed (engine, FALSE);
  g_source_set_callback (source, agent_left_cb, engine_ref (engine), (GDestroyNotify)engine_unref);
  g_source_attach (source, engine->context);
}

static void
agent_synced_cb (const GError *error, const SatchelSyncTotals *moved, gboolean left, gpointer data)
{
  if (error != NULL && !left)
    ask_agent (data); /* what never began has no rest */
}

static gboolean
find_agent (SatchelEngine *engine)
{
  static const SatchelAgentEvents events = { .progress = agent_progress_cb,
                                             .rested = agent_rested_cb,
                                             .changed = agent_changed_cb,
                                             .attention = agent_attention_cb,
                                             .gone = agent_gone_cb };
  gint64 now_us = g_get_monotonic_time ();

  engine->link = satchel_agent_link_find (engine->data_dir);
  if (engine->link == NULL && (engine->started_us == 0 || now_us - engine->started_us > START_PAUSE_US)) {
    engine->started_us = now_us;
    if (satchel_agent_start (engine->program, engine->stop))
      engine->link = satchel_agent_link_find (engine->data_dir);
  }
  if (engine->link == NULL)
    return FALSE;
  satchel_agent_link_listen (engine->link, engine->profile, &events, engine);
  tell_informed (engine, TRUE);
  ask_agent (engine);
  return TRUE;
}

/* ---- the thread ---- */

static void
sync_now (SatchelEngine *engine)
{
  engine->wanted = engine->link == NULL && engine->keeper == NULL;
  if (engine->link != NULL)
    satchel_agent_link_sync (engine->link, engine->profile, agent_synced_cb, engine);
  else if (engine->keeper != NULL)
    satchel_keeper_sync (engine->keeper, keeper_done_cb, engine);
}

static void
begin (SatchelEngine *engine)
{
  gboolean found;

  if (g_cancellable_is_cancelled (engine->stop))
    return;
  found = !engine->lone && find_agent (engine);
  if (g_cancellable_is_cancelled (engine->stop))
    return;
  if (!found)
    keep (engine);
  if (engine->wanted)
    sync_now (engine);
}

static gpointer
run (gpointer data)
{
  SatchelEngine *engine = data;

  g_main_context_push_thread_default (engine->context);
  engine->loop = g_main_loop_new (engine->context, FALSE);
  begin (engine);
  if (!g_cancellable_is_cancelled (engine->stop))
    g_main_loop_run (engine->loop);
  g_clear_pointer (&engine->link, satchel_agent_link_free);
  g_clear_pointer (&engine->keeper, satchel_keeper_free);
  while (g_main_context_iteration (engine->context, FALSE))
    continue; /* what was cancelled lets go of what it holds; the word to quit may come only now */
  g_main_loop_unref (engine->loop);
  g_main_context_pop_thread_default (engine->context);
  engine_unref (engine);
  return NULL;
}

/* ---- from home ---- */

static void
invoke (SatchelEngine *engine, GSourceFunc run_there)
{
  g_main_context_invoke_full (engine->context, G_PRIORITY_DEFAULT, run_there, engine_ref (engine),
                              (GDestroyNotify)engine_unref);
}

static gboolean
sync_cb (gpointer data)
{
  sync_now (data);
  return G_SOURCE_REMOVE;
}

static gboolean
come_back_cb (gpointer data)
{
  SatchelEngine *engine = data;

  if (engine->keeper != NULL)
    satchel_keeper_come_back (engine->keeper); /* the agent knows by itself */
  return G_SOURCE_REMOVE;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (((SatchelEngine *)data)->loop);
  return G_SOURCE_REMOVE;
}

void
satchel_engine_sync (SatchelEngine *engine)
{
  invoke (engine, sync_cb);
}

void
satchel_engine_come_back (SatchelEngine *engine)
{
  invoke (engine, come_back_cb);
}

SatchelEngine *
satchel_engine_new (const char *data_dir, const char *profile, SatchelRegistry *registry,
                    const SatchelClock *clock, gboolean lone, const char *program,
                    const SatchelEngineEvents *events, gpointer data)
{
  SatchelEngine *engine = g_new0 (SatchelEngine, 1);

  g_atomic_ref_count_init (&engine->references);
  engine->home = g_main_context_ref_thread_default ();
  engine->context = g_main_context_new ();
  engine->stop = g_cancellable_new ();
  engine->data_dir = g_strdup (data_dir);
  engine->profile = g_strdup (profile);
  engine->program = g_strdup (program);
  engine->registry = satchel_registry_ref (registry);
  engine->clock = clock;
  engine->lone = lone;
  engine->events = *events;
  engine->data = data;
  engine->thread = g_thread_new ("sync", run, engine_ref (engine));
  return engine;
}

void
satchel_engine_free (SatchelEngine *engine)
{
  if (engine == NULL)
    return;
  engine->closed = TRUE;
  g_cancellable_cancel (engine->stop);
  invoke (engine, quit_cb);
  g_thread_join (engine->thread);
  engine_unref (engine);
}
