/* What the engine says and what the profile counts, as properties.
 *
 * What waits is counted in the profile itself, whoever syncs it: the agent does not tell what this program
 * writes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sync/sync.h"

#include "client/agent/world.h"
#include "client/tally.h"
#include "protocol/error.h"
#include "ui/sync/engine.h"
#include "ui/sync/first.h"
#include "ui/sync/program.h"
#include "ui/sync/words.h"

/* What a look into the profile finds. */
typedef struct {
  SatchelTally tally;
  gint64 last_sync;
  gboolean online, signed_in;
  SatchelFirst first;
} Count;

struct _SatchelSync {
  GObject parent_instance;
  SatchelDesk *desk; /* borrowed: we are its data */
  SatchelEngine *engine;
  SatchelWorld *world;
  GCancellable *cancellable;

  Count count;
  gboolean counting, again;

  char *told; /* state as the engine says; NULL: nothing yet */
  char *problem, *code;
  gboolean listening;
  SatchelSyncTotals moved;
  SatchelFirst first, first_kept; /* row by row */
  gboolean first_known;           /* what was kept of it was read */
  gint64 image; /* bytes of the image that the sync under way has brought, or brings; 0: none */
  SatchelStanding standing;
};

enum {
  PROP_STATE = 1,
  PROP_PENDING,
  PROP_PARKED,
  PROP_CONFLICTS,
  PROP_LAST_SYNC,
  PROP_PROBLEM,
  PROP_PROBLEM_CODE,
  PROP_ONLINE,
  PROP_LISTENING,
  PROP_PROGRESS,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (SatchelSync, satchel_sync, G_TYPE_OBJECT)

/* ---- how it stands ---- */

static gboolean
is_told (SatchelSync *sync, const char *state)
{
  return g_strcmp0 (sync->told, state) == 0;
}

static gboolean
is_under_way (SatchelSync *sync)
{
  static const SatchelSyncState busy[] = { SATCHEL_SYNC_PUSHING, SATCHEL_SYNC_PULLING,
                                           SATCHEL_SYNC_IDENTIFYING, SATCHEL_SYNC_FILES };

  for (guint i = 0; i < G_N_ELEMENTS (busy); i++)
    if (is_told (sync, satchel_sync_state_name (busy[i])))
      return TRUE;
  return FALSE;
}

static gboolean
passes_by_itself (const char *code)
{
  static const SatchelErrorCode codes[] = { SATCHEL_ERROR_UNREACHABLE, SATCHEL_ERROR_OFFLINE,
                                            SATCHEL_ERROR_BUSY, SATCHEL_ERROR_RATE, SATCHEL_ERROR_CANCELLED };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (code, satchel_error_name (codes[i])) == 0)
      return TRUE;
  return FALSE;
}

static SatchelStanding
find_standing (SatchelSync *sync)
{
  if (!sync->count.signed_in || is_told (sync, satchel_sync_state_name (SATCHEL_SYNC_SIGNED_OUT)))
    return SATCHEL_STANDING_SIGNED_OUT;
  if (is_told (sync, "broken"))
    return SATCHEL_STANDING_TROUBLED;
  if (!sync->count.online)
    return SATCHEL_STANDING_OFFLINE;
  if (is_under_way (sync))
    return SATCHEL_STANDING_SYNCING;
  if (sync->code != NULL)
    return passes_by_itself (sync->code) ? SATCHEL_STANDING_UNREACHABLE : SATCHEL_STANDING_TROUBLED;
  return SATCHEL_STANDING_UP_TO_DATE;
}

static void
update_standing (SatchelSync *sync)
{
  SatchelStanding standing = find_standing (sync);

  if (standing == sync->standing)
    return;
  sync->standing = standing;
  g_object_notify_by_pspec (G_OBJECT (sync), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (sync), properties[PROP_PROGRESS]);
}

static void
set_problem (SatchelSync *sync, const char *code, const char *reason)
{
  g_autofree char *problem = code != NULL ? satchel_words_problem (code, reason) : NULL;

  if (g_strcmp0 (problem, sync->problem) == 0 && g_strcmp0 (code, sync->code) == 0)
    return;
  g_free (sync->problem);
  g_free (sync->code);
  sync->problem = g_steal_pointer (&problem);
  sync->code = g_strdup (code);
  g_object_notify_by_pspec (G_OBJECT (sync), properties[PROP_PROBLEM]);
  g_object_notify_by_pspec (G_OBJECT (sync), properties[PROP_PROBLEM_CODE]);
}

static void
set_told (SatchelSync *sync, const char *state)
{
  if (is_told (sync, state))
    return;
  g_free (sync->told);
  sync->told = g_strdup (state);
}

/* ---- counting ---- */

static gpointer
count_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree Count *count = g_new0 (Count, 1);

  if (!satchel_session_count_waiting (session, &count->tally, error))
    return NULL;
  count->last_sync =
      satchel_replica_peek_meta_integer (satchel_session_get_replica (session), "last_sync_ms", -1);
  count->online = !satchel_session_get_offline (session);
  count->signed_in = satchel_session_get_user (session) != NULL;
  satchel_first_read (&count->first, satchel_session_get_replica (session));
  return g_steal_pointer (&count);
}

static void
notify_if (SatchelSync *sync, gboolean different, int property)
{
  if (different)
    g_object_notify_by_pspec (G_OBJECT (sync), properties[property]);
}

static gpointer
keep_job (SatchelSession *session, gpointer first, GCancellable *cancellable, GError **error)
{
  (void)!satchel_first_keep (first, satchel_session_get_replica (session), error); /* the error says it */
  return NULL;
}

/* That it cannot be kept costs a bar that is too short; whatever else is wrong with the disk, the sync says.
 */
static void
move_first (SatchelSync *sync)
{
  if (!sync->first_known || sync->first.all == 0 || sync->count.last_sync >= 0)
    return;
  satchel_first_move (&sync->first, sync->moved.bytes_in);
  if (!satchel_first_is_further (&sync->first, &sync->first_kept))
    return;
  sync->first_kept = sync->first;
  satchel_desk_write (sync->desk, keep_job, g_memdup2 (&sync->first, sizeof sync->first), g_free, NULL, NULL,
                      NULL);
}

static void
take_count (SatchelSync *sync, const Count *count)
{
  Count before = sync->count;

  sync->count = *count;
  if (!sync->first_known) {
    sync->first = sync->first_kept = count->first;
    sync->first_known = TRUE;
    move_first (sync);
  }
  notify_if (sync, before.tally.pending != count->tally.pending, PROP_PENDING);
  notify_if (sync, before.tally.parked != count->tally.parked, PROP_PARKED);
  notify_if (sync, before.tally.conflicts != count->tally.conflicts, PROP_CONFLICTS);
  notify_if (sync, before.last_sync != count->last_sync, PROP_LAST_SYNC);
  notify_if (sync, before.online != count->online, PROP_ONLINE);
  update_standing (sync);
}

static void count (SatchelSync *sync);

/* What cannot be counted stands as it did: the next sync says why. */
static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelSync) sync = data;
  g_autofree Count *counted = satchel_desk_finish (SATCHEL_DESK (source), result, NULL);

  sync->counting = FALSE;
  if (counted != NULL)
    take_count (sync, counted);
  if (sync->again && counted != NULL)
    count (sync);
}

static void
count (SatchelSync *sync)
{
  sync->again = sync->counting;
  if (sync->counting)
    return;
  sync->counting = TRUE;
  satchel_desk_read (sync->desk, count_job, NULL, NULL, g_free, sync->cancellable, counted_cb,
                     g_object_ref (sync));
}

static void
desk_changed_cb (SatchelDesk *desk, GHashTable *records, SatchelSync *sync)
{
  count (sync);
}

/* ---- the engine ---- */

static void
state_cb (const char *state, const char *code, const char *reason, gboolean listening, gpointer data)
{
  SatchelSync *sync = data;
  gboolean different = sync->listening != listening;

  set_told (sync, state);
  sync->listening = listening;
  set_problem (sync, code, reason);
  notify_if (sync, different, PROP_LISTENING);
  update_standing (sync);
  count (sync);
}

static void
progress_cb (const char *state, const SatchelSyncTotals *moved, gpointer data)
{
  SatchelSync *sync = data;

  set_told (sync, state);
  sync->moved = *moved;
  if (moved->image_bytes > 0)
    sync->image = moved->image_bytes;
  move_first (sync);
  g_object_notify_by_pspec (G_OBJECT (sync), properties[PROP_PROGRESS]);
  update_standing (sync);
  count (sync);
}

static void
rested_cb (const char *state, const SatchelSyncTotals *moved, gpointer data)
{
  ((SatchelSync *)data)->image = 0;
  progress_cb (state, moved, data);
}

static void
changed_cb (GHashTable *records, gpointer data)
{
  satchel_desk_tell (((SatchelSync *)data)->desk, records);
}

static void
informed_cb (gboolean informed, gpointer data)
{
  satchel_desk_set_informed (((SatchelSync *)data)->desk, informed);
}

static void
came_back_cb (gpointer data)
{
  satchel_engine_come_back (((SatchelSync *)data)->engine);
}

static void
start (SatchelSync *sync)
{
  static const SatchelEngineEvents events = { .state = state_cb,
                                              .progress = progress_cb,
                                              .rested = rested_cb,
                                              .changed = changed_cb,
                                              .informed = informed_cb };
  SatchelSession *session = satchel_desk_get_session (sync->desk);
  g_autofree char *data_dir = g_path_get_dirname (satchel_session_get_directory (session));
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "satchel", NULL);
  g_autofree char *program = satchel_program_find ("satchel-agent");

  sync->count.online = TRUE;
  sync->count.last_sync = -1;
  sync->count.signed_in = satchel_session_get_user (session) != NULL;
  sync->standing = find_standing (sync);
  sync->engine = satchel_engine_new (data_dir, satchel_desk_get_profile (sync->desk),
                                     satchel_registry_builtin (), satchel_session_get_clock (session),
                                     !g_str_equal (data_dir, usual), program, &events, sync);
  sync->world = satchel_world_new (came_back_cb, sync);
  g_signal_connect_object (sync->desk, "changed", G_CALLBACK (desk_changed_cb), sync, 0);
  count (sync);
}

SatchelSync *
satchel_sync_get (SatchelDesk *desk)
{
  static GQuark quark;
  SatchelSync *sync;

  g_return_val_if_fail (SATCHEL_IS_DESK (desk) && satchel_desk_get_session (desk) != NULL, NULL);
  if (quark == 0)
    quark = g_quark_from_static_string ("satchel-sync");
  sync = g_object_get_qdata (G_OBJECT (desk), quark);
  if (sync != NULL)
    return sync;
  sync = g_object_new (SATCHEL_TYPE_SYNC, NULL);
  sync->desk = desk;
  g_object_set_qdata_full (G_OBJECT (desk), quark, sync, g_object_unref);
  start (sync);
  return sync;
}

/* ---- what a person does ---- */

void
satchel_sync_now (SatchelSync *sync)
{
  g_return_if_fail (SATCHEL_IS_SYNC (sync));
  satchel_engine_sync (sync->engine);
}

static gpointer
offline_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  (void)!satchel_session_set_offline (session, GPOINTER_TO_INT (data), error);
  return NULL;
}

static void
switched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelSync) sync = data;
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  if (error != NULL && satchel_error_code (error) != SATCHEL_ERROR_CANCELLED) {
    set_problem (sync, satchel_error_name (satchel_error_code (error)), error->message);
    g_object_notify_by_pspec (G_OBJECT (sync), properties[PROP_ONLINE]); /* the switch goes back */
  }
  count (sync);
}

void
satchel_sync_set_offline (SatchelSync *sync, gboolean offline)
{
  g_return_if_fail (SATCHEL_IS_SYNC (sync));
  satchel_desk_write (sync->desk, offline_job, GINT_TO_POINTER (offline), NULL, NULL, switched_cb,
                      g_object_ref (sync));
}

/* ---- properties ---- */

SatchelStanding
satchel_sync_get_standing (SatchelSync *sync)
{
  return sync->standing;
}

gint64
satchel_sync_get_pending (SatchelSync *sync)
{
  return sync->count.tally.pending;
}

gint64
satchel_sync_get_parked (SatchelSync *sync)
{
  return sync->count.tally.parked;
}

gint64
satchel_sync_get_conflicts (SatchelSync *sync)
{
  return sync->count.tally.conflicts;
}

gint64
satchel_sync_get_last_sync (SatchelSync *sync)
{
  return sync->count.last_sync;
}

const char *
satchel_sync_get_problem (SatchelSync *sync)
{
  return sync->problem;
}

const char *
satchel_sync_get_problem_code (SatchelSync *sync)
{
  return sync->code;
}

gboolean
satchel_sync_get_online (SatchelSync *sync)
{
  return sync->count.online;
}

gboolean
satchel_sync_get_listening (SatchelSync *sync)
{
  return sync->listening;
}

void
satchel_sync_get_moved (SatchelSync *sync, SatchelSyncTotals *moved)
{
  *moved = sync->moved;
}

void
satchel_sync_get_first (SatchelSync *sync, gint64 *here, gint64 *all)
{
  const SatchelSyncTotals *moved = &sync->moved;

  *all = sync->image > 0 ? sync->image : sync->first.all;
  if (sync->image > 0)
    *here = moved->image_bytes > 0 ? moved->image_here : sync->image;
  else
    *here = sync->first.all > 0 ? sync->first.here : moved->bytes_in;
}

void
satchel_sync_expect (SatchelSync *sync, gint64 bytes)
{
  sync->first = (SatchelFirst){ .all = bytes, .moved = sync->moved.bytes_in };
  sync->first_known = TRUE;
  move_first (sync);
}

static void
satchel_sync_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  SatchelSync *sync = SATCHEL_SYNC (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_int (value, (int)sync->standing);
    break;
  case PROP_PENDING:
    g_value_set_int64 (value, sync->count.tally.pending);
    break;
  case PROP_PARKED:
    g_value_set_int64 (value, sync->count.tally.parked);
    break;
  case PROP_CONFLICTS:
    g_value_set_int64 (value, sync->count.tally.conflicts);
    break;
  case PROP_LAST_SYNC:
    g_value_set_int64 (value, sync->count.last_sync);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, sync->problem);
    break;
  case PROP_PROBLEM_CODE:
    g_value_set_string (value, sync->code);
    break;
  case PROP_ONLINE:
    g_value_set_boolean (value, sync->count.online);
    break;
  case PROP_LISTENING:
    g_value_set_boolean (value, sync->listening);
    break;
  case PROP_PROGRESS:
    g_value_set_int64 (value, sync->standing == SATCHEL_STANDING_SYNCING ? sync->moved.bytes_in : 0);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

/* ---- the object ---- */

static void
satchel_sync_dispose (GObject *object)
{
  SatchelSync *sync = SATCHEL_SYNC (object);

  g_cancellable_cancel (sync->cancellable);
  g_clear_pointer (&sync->world, satchel_world_free);
  g_clear_pointer (&sync->engine, satchel_engine_free);
  G_OBJECT_CLASS (satchel_sync_parent_class)->dispose (object);
}

static void
satchel_sync_finalize (GObject *object)
{
  SatchelSync *sync = SATCHEL_SYNC (object);

  g_object_unref (sync->cancellable);
  g_free (sync->told);
  g_free (sync->problem);
  g_free (sync->code);
  G_OBJECT_CLASS (satchel_sync_parent_class)->finalize (object);
}

static GParamSpec *
new_count (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, -1, G_MAXINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
new_text (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
new_switch (const char *name)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
satchel_sync_class_init (SatchelSyncClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = satchel_sync_get_property;
  object_class->dispose = satchel_sync_dispose;
  object_class->finalize = satchel_sync_finalize;
  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, 0, SATCHEL_STANDING_UP_TO_DATE, SATCHEL_STANDING_SIGNED_OUT,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PENDING] = new_count ("pending");
  properties[PROP_PARKED] = new_count ("parked");
  properties[PROP_CONFLICTS] = new_count ("conflicts");
  properties[PROP_LAST_SYNC] = new_count ("last-sync");
  properties[PROP_PROBLEM] = new_text ("problem");
  properties[PROP_PROBLEM_CODE] = new_text ("problem-code");
  properties[PROP_ONLINE] = new_switch ("online");
  properties[PROP_LISTENING] = new_switch ("listening");
  properties[PROP_PROGRESS] = new_count ("progress");
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
satchel_sync_init (SatchelSync *sync)
{
  sync->cancellable = g_cancellable_new ();
}
