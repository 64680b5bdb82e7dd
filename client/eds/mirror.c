/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/mirror.h"

#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/eds/homes.h"
#include "client/eds/private.h"
#include "client/eds/sources.h"
#include "protocol/error.h"

#define RETRY_FIRST_MS 250
#define RETRY_MOST_MS  (5 * 60 * 1000)
#define CALM_MS        3000 /* between two looks at everything that nobody asked for by name */
#define TOGETHER_US    (60 * G_USEC_PER_SEC) /* EDS tells bit by bit of what was deleted at once */
#define DAY_MS         (24 * 60 * 60 * 1000)

typedef struct {
  SatchelMirror *mirror;
  guint kind;
  SatchelShelf *shelf;
  SatchelReconciler *reconciler;
  GHashTable *uids, *records; /* what was touched: sets of char* */
  gboolean all;               /* anything may be different */
  gboolean emptied;           /* the source was made anew and is not filled yet */
  char *problem;              /* why this one kind stands still; NULL: it does not */
  guint failures;
  gint64 due_us; /* of the next try */
} Side;

struct _SatchelMirror {
  char *data_dir, *profile;
  SatchelMirrorEvents events;
  gpointer data;
  GMainContext *context;

  SatchelSession *session;
  const char *sign_in; /* interned: whose exchange and state these are */
  SatchelExchange *exchange;
  SatchelMirrorState *state;
  ESourceRegistry *registry;
  Side sides[SATCHEL_MIRROR_N_KINDS];
  GPtrArray *deleted; /* SatchelDeeds*: the last deletes, of all kinds */
  gint64 deleted_us;

  SatchelMirrorStatus status;
  SatchelMirrorWrites before; /* of reconcilers that are gone */
  GSource *work, *calm, *day, *retry;
  gint64 looked_us; /* at everything */
  guint failures;
  gboolean
      busy; /* at work; what comes meanwhile, while EDS is waited for, must not take away what is in use */
  gboolean erase;     /* wanted meanwhile */
  gboolean erased;    /* with all that was private */
  gboolean dead;      /* EDS */
  gboolean reconnect; /* perhaps it is: begun anew with the next try of what stands still */
};

const char *
satchel_mirror_condition_name (SatchelMirrorCondition condition)
{
  static const char *const names[] = { "off", "signed-out", "unavailable", "waiting", "failed", "running" };

  return names[condition];
}

const char *
satchel_mirror_get_profile (SatchelMirror *mirror)
{
  return mirror->profile;
}

/* ---- telling ---- */

static void
tell (SatchelMirror *mirror, SatchelMirrorCondition condition, const char *reason)
{
  SatchelMirrorStatus *status = &mirror->status;

  status->condition = condition;
  status->writes = mirror->before;
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    const Side *side = &mirror->sides[i];

    status->items[i] = 0;
    if (mirror->state != NULL)
      (void)!satchel_mirror_state_count (mirror->state, satchel_mirror_kinds[i].entity, &status->items[i],
                                         NULL);
    if (side->reconciler != NULL) {
      status->writes.there += satchel_reconciler_get_writes (side->reconciler).there;
      status->writes.here += satchel_reconciler_get_writes (side->reconciler).here;
    }
  }
  g_free (status->reason);
  status->reason = g_strdup (reason);
  mirror->events.status (mirror, status, mirror->data);
}

/* Undo takes all of it back. */
static void
keep_deletes (SatchelMirror *mirror, SatchelDeeds *deeds)
{
  const gint64 now_us = g_get_monotonic_time ();

  if (deeds == NULL)
    return;
  if (now_us - mirror->deleted_us > TOGETHER_US)
    g_ptr_array_set_size (mirror->deleted, 0);
  g_ptr_array_add (mirror->deleted, deeds);
  mirror->deleted_us = now_us;
}

static void
tell_notices (SatchelMirror *mirror, Side *side)
{
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  const char *reason;

  keep_deletes (mirror, satchel_reconciler_take_deeds (side->reconciler));
  satchel_reconciler_take_notices (side->reconciler, counts, &reason);
  for (guint i = 0; i < SATCHEL_MIRROR_N_NOTICES; i++) {
    if (counts[i] > 0)
      mirror->events.notice (mirror, i, counts[i], reason, mirror->data);
  }
}

/* ---- EDS ---- */

static gboolean work_cb (gpointer data);

static void
drop (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
work_in (SatchelMirror *mirror, guint ms)
{
  drop (&mirror->work);
  mirror->work = ms > 0 ? g_timeout_source_new (ms) : g_idle_source_new ();
  g_source_set_callback (mirror->work, work_cb, mirror, NULL);
  g_source_attach (mirror->work, mirror->context);
}

static void
close_side (SatchelMirror *mirror, Side *side)
{
  if (side->reconciler != NULL) {
    mirror->before.there += satchel_reconciler_get_writes (side->reconciler).there;
    mirror->before.here += satchel_reconciler_get_writes (side->reconciler).here;
  }
  g_clear_pointer (&side->reconciler, satchel_reconciler_free);
  g_clear_pointer (&side->shelf, satchel_shelf_free);
  g_hash_table_remove_all (side->uids);
  g_hash_table_remove_all (side->records);
  side->all = TRUE;
  side->due_us = 0;
}

static void
close_eds (SatchelMirror *mirror)
{
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    close_side (mirror, &mirror->sides[i]);
  if (mirror->registry != NULL)
    g_signal_handlers_disconnect_by_data (mirror->registry, mirror);
  g_clear_object (&mirror->registry);
  mirror->dead = mirror->reconnect = FALSE;
}

static void
touched_cb (const char *uid, gpointer data)
{
  Side *side = data;

  if (uid == NULL)
    side->mirror->dead = TRUE;
  else
    g_hash_table_add (side->uids, g_strdup (uid));
  if (side->mirror->work == NULL)
    work_in (side->mirror, 0);
}

/* Deleted by mistake, most likely; or the registry has died. Both begin with asking anew. */
static void
source_removed_cb (ESourceRegistry *registry, ESource *source, gpointer data)
{
  SatchelMirror *mirror = data;

  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    g_autofree char *uid = satchel_source_uid (mirror->profile, i);

    if (!g_str_equal (uid, e_source_get_uid (source)))
      continue;
    mirror->dead = TRUE;
    if (mirror->work == NULL)
      work_in (mirror, RETRY_FIRST_MS);
  }
}

/* Another of the person's calendars has come or gone, or was switched on: tracked items may live there. */
static void
homes_changed_cb (ESourceRegistry *registry, ESource *source, gpointer data)
{
  SatchelMirror *mirror = data;

  if (!satchel_homes_may_be (source))
    return;
  mirror->dead = TRUE;
  if (mirror->work == NULL)
    work_in (mirror, RETRY_FIRST_MS);
}

static char *
filled_fact (guint kind)
{
  return g_strconcat ("filled ", satchel_mirror_kinds[kind].entity, NULL);
}

/* That a source is new is noted before it is made, and forgotten when it is filled: what is missing in it
 * meanwhile was not deleted. */
static gboolean
open_side (SatchelMirror *mirror, Side *side, GError **error)
{
  g_autofree char *fact = filled_fact (side->kind), *filled = NULL;
  g_autoptr (ESource) source = satchel_source_find (mirror->registry, mirror->profile, side->kind);

  if (source == NULL &&
      (!satchel_mirror_state_set_fact (mirror->state, fact, NULL, error) ||
       (source = satchel_source_make (mirror->registry, mirror->profile, side->kind, error)) == NULL))
    return FALSE;
  if (!satchel_mirror_state_dup_fact (mirror->state, fact, &filled, error))
    return FALSE;
  side->emptied = filled == NULL;
  side->shelf = side->kind == SATCHEL_MIRROR_CONTACTS ? satchel_shelf_book_new (source, error)
                : side->kind == SATCHEL_MIRROR_APPOINTMENTS
                    ? satchel_shelf_calendar_new (source, E_SOURCE_EXTENSION_CALENDAR, error)
                    : satchel_shelf_calendar_new (source, E_SOURCE_EXTENSION_TASK_LIST, error);
  if (side->shelf != NULL && side->kind != SATCHEL_MIRROR_CONTACTS)
    side->shelf = satchel_homes_new (&satchel_mirror_kinds[side->kind], mirror->session, mirror->state,
                                     mirror->registry, side->shelf, error);
  if (side->shelf == NULL || !side->shelf->listen (side->shelf, touched_cb, side, error))
    return FALSE;
  side->reconciler = satchel_reconciler_new (&satchel_mirror_kinds[side->kind], mirror->session,
                                             mirror->exchange, mirror->state, side->shelf);
  side->all = TRUE;
  return TRUE;
}

/* Its kinds are opened when they are looked at, each for itself. */
static gboolean
open_eds (SatchelMirror *mirror, GError **error)
{
  static const char *const home_signals[] = { "source-added", "source-removed", "source-enabled",
                                              "source-disabled" };

  if (mirror->registry != NULL)
    return TRUE;
  mirror->registry = satchel_sources_connect (error);
  if (mirror->registry == NULL)
    return FALSE;
  g_signal_connect (mirror->registry, "source-removed", G_CALLBACK (source_removed_cb), mirror);
  for (guint i = 0; i < G_N_ELEMENTS (home_signals); i++)
    g_signal_connect (mirror->registry, home_signals[i], G_CALLBACK (homes_changed_cb), mirror);
  return TRUE;
}

/* ---- the profile ---- */

static void
close_profile (SatchelMirror *mirror)
{
  close_eds (mirror);
  drop (&mirror->day);
  drop (&mirror->retry);
  g_ptr_array_set_size (mirror->deleted, 0);
  g_clear_pointer (&mirror->state, satchel_mirror_state_close);
  g_clear_pointer (&mirror->exchange, satchel_exchange_free);
  g_clear_pointer (&mirror->session, satchel_session_close);
}

static gboolean
has_replica (SatchelMirror *mirror)
{
  g_autofree char *path = g_build_filename (mirror->data_dir, mirror->profile, "replica.db", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Whether there is to be a mirror. An error: nobody can tell now. */
static gboolean
judge_profile (SatchelMirror *mirror, SatchelMirrorCondition *condition, GError **error)
{
  g_autoptr (GError) none = NULL;
  g_autofree char *token = NULL;
  SatchelReplica *replica;

  *condition = SATCHEL_MIRROR_SIGNED_OUT;
  if (mirror->session == NULL) {
    if (!has_replica (mirror))
      return TRUE;
    mirror->session = satchel_session_open_sealed (
        mirror->data_dir, mirror->profile, satchel_registry_builtin (), satchel_clock_system (), error);
    if (mirror->session == NULL)
      return FALSE;
  }
  replica = satchel_session_get_replica (mirror->session);
  if (g_strcmp0 (satchel_replica_peek_meta (replica, SATCHEL_META_MIRROR), "off") == 0) {
    *condition = SATCHEL_MIRROR_OFF;
    return TRUE;
  }
  if (satchel_session_get_user (mirror->session) == NULL ||
      satchel_replica_peek_meta (replica, "cursor") == NULL)
    return TRUE;
  token = satchel_session_dup_token (mirror->session, &none);
  if (token == NULL && satchel_error_code (none) != SATCHEL_ERROR_UNAUTHENTICATED) {
    g_propagate_error (error, g_steal_pointer (&none));
    return FALSE;
  }
  if (token != NULL)
    *condition = SATCHEL_MIRROR_RUNNING;
  return TRUE;
}

static gboolean
open_state (SatchelMirror *mirror, GError **error)
{
  const char *sign_in = satchel_session_get_sign_in (mirror->session);

  if (mirror->state != NULL && mirror->sign_in == sign_in)
    return TRUE;
  /* Perhaps somebody else has signed in: begun anew with whose state it is. */
  close_eds (mirror);
  g_clear_pointer (&mirror->state, satchel_mirror_state_close);
  g_clear_pointer (&mirror->exchange, satchel_exchange_free);
  mirror->state = satchel_mirror_state_open (mirror->session, error);
  if (mirror->state == NULL)
    return FALSE;
  mirror->exchange = satchel_exchange_new (mirror->session);
  mirror->sign_in = sign_in;
  return TRUE;
}

static gboolean
has_anything_there (SatchelMirror *mirror)
{
  g_autoptr (GPtrArray) profiles = satchel_sources_list_profiles ();

  return g_ptr_array_find_with_equal_func (profiles, mirror->profile, g_str_equal, NULL);
}

/* Before they go. Whose notes the state has does not matter: it is asked for what was private in the CRM. */
static gboolean
rescue_private (SatchelMirror *mirror, ESourceRegistry *registry, GError **error)
{
  g_autofree char *directory = g_build_filename (mirror->data_dir, mirror->profile, NULL), *told = NULL;
  SatchelPrivateItems rescued;

  if (mirror->state == NULL && mirror->session != NULL && satchel_session_get_user (mirror->session) != NULL)
    mirror->state = satchel_mirror_state_open (mirror->session, NULL);
  if (!satchel_private_rescue (registry, mirror->profile, mirror->state, directory, &rescued, error))
    return FALSE;
  told = satchel_private_describe (&rescued, directory);
  if (told == NULL)
    return TRUE;
  mirror->events.notice (mirror, SATCHEL_MIRROR_RESCUED, rescued.moved + rescued.filed, told, mirror->data);
  g_free (mirror->status.rescued);
  mirror->status.rescued = g_steal_pointer (&told);
  return TRUE;
}

/* Without EDS only its files, which are all that is left then. */
static gboolean
remove_there (SatchelMirror *mirror, gboolean rescue, GError **error)
{
  g_autoptr (ESourceRegistry) registry = NULL;
  g_autofree char *path = g_build_filename (mirror->data_dir, mirror->profile, SATCHEL_MIRROR_FILE, NULL);

  close_eds (mirror);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    g_clear_pointer (&mirror->sides[i].problem, g_free);
    mirror->sides[i].failures = 0;
  }
  if (has_anything_there (mirror)) {
    if (satchel_sources_is_available () && (registry = satchel_sources_connect (error)) == NULL)
      return FALSE;
    if (rescue && !rescue_private (mirror, registry, error))
      return FALSE;
    if (!satchel_sources_remove (registry, mirror->profile, error))
      return FALSE;
  }
  g_clear_pointer (&mirror->state, satchel_mirror_state_close);
  satchel_database_remove_files (path);
  return TRUE;
}

/* ---- work ---- */

static gboolean
look_at_side (SatchelMirror *mirror, Side *side, GError **error)
{
  g_autoptr (GHashTable) uids = g_steal_pointer (&side->uids), records = g_steal_pointer (&side->records);
  const gboolean all = side->all;
  g_autofree char *fact = NULL;
  gboolean done;

  side->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  side->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  side->all = FALSE;
  if (!all && g_hash_table_size (uids) + g_hash_table_size (records) == 0)
    return TRUE;
  done = all ? satchel_reconciler_run (side->reconciler, side->emptied, error)
             : satchel_reconciler_look (side->reconciler, uids, records, error);
  tell_notices (mirror, side);
  if (!done)
    side->all = TRUE;
  if (!done || !all || !side->emptied)
    return done;
  side->emptied = FALSE;
  fact = filled_fact (side->kind);
  return satchel_mirror_state_set_fact (mirror->state, fact, "1", error);
}

static gboolean day_cb (gpointer data);

/* What was recent is not for ever. */
static void
come_back_tomorrow (SatchelMirror *mirror)
{
  if (mirror->day != NULL)
    return;
  mirror->day = g_timeout_source_new (DAY_MS);
  g_source_set_callback (mirror->day, day_cb, mirror, NULL);
  g_source_attach (mirror->day, mirror->context);
}

/* Of EDS, or of what stands there: the other kinds go on. All else is our own files', and of all kinds. */
static gboolean
is_of_one_kind (const GError *error)
{
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_UNREACHABLE:
  case SATCHEL_ERROR_INVALID:
  case SATCHEL_ERROR_NOT_FOUND:
  case SATCHEL_ERROR_EXISTS:
  case SATCHEL_ERROR_BUSY:
    return TRUE;
  default:
    return FALSE;
  }
}

static guint
back_off_ms (guint failures)
{
  return MIN ((guint)RETRY_FIRST_MS << MIN (failures, 20), RETRY_MOST_MS);
}

static void
put_off (SatchelMirror *mirror, Side *side, const GError *error)
{
  mirror->reconnect |= satchel_error_code (error) == SATCHEL_ERROR_UNREACHABLE;
  close_side (mirror, side);
  g_free (side->problem);
  side->problem = g_strdup (error->message);
  side->due_us = g_get_monotonic_time () + (gint64)back_off_ms (side->failures++) * 1000;
}

/* When it can be opened again it may well be empty, and nothing of what it held was deleted. */
static gboolean
open_or_suspect (SatchelMirror *mirror, Side *side, GError **error)
{
  g_autofree char *fact = filled_fact (side->kind);
  g_autoptr (GError) problem = NULL;

  if (open_side (mirror, side, &problem))
    return TRUE;
  if (satchel_error_code (problem) != SATCHEL_ERROR_UNREACHABLE &&
      !satchel_mirror_state_set_fact (mirror->state, fact, NULL, error))
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* FALSE: no kind can go on. */
static gboolean
try_side (SatchelMirror *mirror, Side *side, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (side->due_us > g_get_monotonic_time ())
    return TRUE;
  if ((side->reconciler != NULL || open_or_suspect (mirror, side, &problem)) &&
      look_at_side (mirror, side, &problem)) {
    g_clear_pointer (&side->problem, g_free);
    side->failures = 0;
    side->due_us = 0;
    return TRUE;
  }
  if (!is_of_one_kind (problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  put_off (mirror, side, problem);
  return TRUE;
}

static gboolean retry_cb (gpointer data);

/* Beside all other work, which does not wait for it. */
static void
retry_when_due (SatchelMirror *mirror)
{
  gint64 due_us = G_MAXINT64;

  drop (&mirror->retry);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    if (mirror->sides[i].problem != NULL)
      due_us = MIN (due_us, mirror->sides[i].due_us);
  }
  if (due_us == G_MAXINT64)
    return;
  mirror->retry = g_timeout_source_new ((guint)(MAX (due_us - g_get_monotonic_time (), 0) / 1000) + 1);
  g_source_set_callback (mirror->retry, retry_cb, mirror, NULL);
  g_source_attach (mirror->retry, mirror->context);
}

/* Which kinds stand still, and why. Owned; NULL: none does. */
static char *
describe_problems (SatchelMirror *mirror)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    if (mirror->sides[i].problem != NULL)
      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "; " : "", satchel_source_name (i),
                              mirror->sides[i].problem);
  }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static gboolean
look (SatchelMirror *mirror, SatchelMirrorCondition *condition, GError **error)
{
  gboolean everything = FALSE;
  guint still = 0;

  if (mirror->dead)
    close_eds (mirror);
  if (!judge_profile (mirror, condition, error))
    return FALSE;
  if (*condition != SATCHEL_MIRROR_RUNNING)
    return remove_there (mirror, !mirror->erased && has_replica (mirror), error);
  mirror->erased = FALSE;
  g_clear_pointer (&mirror->status.rescued, g_free);
  if (!open_state (mirror, error) || !open_eds (mirror, error))
    return FALSE;
  come_back_tomorrow (mirror);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    everything |= mirror->sides[i].all && mirror->sides[i].problem == NULL;
    if (!try_side (mirror, &mirror->sides[i], error))
      return FALSE;
    still += mirror->sides[i].problem != NULL;
  }
  if (everything)
    mirror->looked_us = g_get_monotonic_time ();
  if (still == SATCHEL_MIRROR_N_KINDS)
    *condition = SATCHEL_MIRROR_WAITING;
  retry_when_due (mirror);
  return TRUE;
}

static gboolean
work_cb (gpointer data)
{
  SatchelMirror *mirror = data;
  g_autoptr (GError) error = NULL;
  SatchelMirrorCondition condition = SATCHEL_MIRROR_RUNNING;
  g_autofree char *problems = NULL;
  gboolean done;

  if (mirror->busy) {
    work_in (mirror, RETRY_FIRST_MS);
    return G_SOURCE_REMOVE;
  }
  drop (&mirror->work);
  drop (&mirror->retry);
  mirror->busy = TRUE;
  done = look (mirror, &condition, &error);
  mirror->busy = FALSE;
  if (mirror->erase) {
    satchel_mirror_erase (mirror);
    return G_SOURCE_REMOVE;
  }
  if (done) {
    mirror->failures = 0;
    problems = describe_problems (mirror);
    tell (mirror, condition, problems);
    return G_SOURCE_REMOVE;
  }
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_NOT_FOUND:
    tell (mirror, SATCHEL_MIRROR_UNAVAILABLE, error->message);
    return G_SOURCE_REMOVE;
  case SATCHEL_ERROR_UNREACHABLE:
    close_eds (mirror);
    tell (mirror, SATCHEL_MIRROR_WAITING, error->message);
    break;
  default:
    close_profile (mirror);
    tell (mirror, SATCHEL_MIRROR_FAILED, error->message);
    break;
  }
  work_in (mirror, back_off_ms (mirror->failures++));
  return G_SOURCE_REMOVE;
}

static gboolean
retry_cb (gpointer data)
{
  SatchelMirror *mirror = data;

  drop (&mirror->retry);
  mirror->dead |= mirror->reconnect;
  if (mirror->work == NULL)
    work_in (mirror, 0);
  return G_SOURCE_REMOVE;
}

static gboolean
calm_cb (gpointer data)
{
  SatchelMirror *mirror = data;

  drop (&mirror->calm);
  if (mirror->work == NULL)
    work_in (mirror, 0);
  return G_SOURCE_REMOVE;
}

static gboolean
day_cb (gpointer data)
{
  satchel_mirror_touch (data, NULL);
  return G_SOURCE_CONTINUE;
}

/* ---- what is told ---- */

/* An account's name stands in the cards of its people: which those are, a look at everything finds out. */
static void
touch_side (Side *side, GHashTable *records)
{
  const SatchelMirrorKind *kind = &satchel_mirror_kinds[side->kind];
  GHashTable *ids = records != NULL ? g_hash_table_lookup (records, kind->entity) : NULL;
  GHashTableIter iter;
  gpointer id;

  side->all |= records == NULL || (ids != NULL && g_hash_table_size (ids) == 0) ||
               (kind->account_field != NULL && g_hash_table_contains (records, "account"));
  if (ids == NULL)
    return;
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (side->records, g_strdup (id));
}

void
satchel_mirror_touch (SatchelMirror *mirror, GHashTable *records)
{
  const gint64 waited_ms = (g_get_monotonic_time () - mirror->looked_us) / 1000;
  gboolean everything = FALSE;

  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    touch_side (&mirror->sides[i], records);
    everything |= mirror->sides[i].all;
  }
  if (mirror->work != NULL)
    return;
  if (!everything || mirror->looked_us == 0 || waited_ms >= CALM_MS) {
    work_in (mirror, 0);
  } else if (mirror->calm == NULL) {
    mirror->calm = g_timeout_source_new ((guint)(CALM_MS - waited_ms));
    g_source_set_callback (mirror->calm, calm_cb, mirror, NULL);
    g_source_attach (mirror->calm, mirror->context);
  }
}

void
satchel_mirror_erase (SatchelMirror *mirror)
{
  g_autoptr (GError) error = NULL;
  gboolean removed;

  mirror->erase = mirror->busy;
  if (mirror->busy)
    return;
  close_profile (mirror);
  mirror->erased = TRUE;
  mirror->busy = TRUE;
  removed = remove_there (mirror, FALSE, &error);
  mirror->busy = FALSE;
  if (removed) {
    tell (mirror, SATCHEL_MIRROR_SIGNED_OUT, NULL);
    return;
  }
  tell (mirror, SATCHEL_MIRROR_FAILED, error->message);
  work_in (mirror, RETRY_FIRST_MS);
}

void
satchel_mirror_undo (SatchelMirror *mirror)
{
  guint refused = 0;
  g_autofree char *reason = NULL;

  if (mirror->deleted->len == 0 || mirror->session == NULL)
    return;
  while (mirror->deleted->len > 0) {
    g_autoptr (SatchelDeeds) deeds = g_ptr_array_steal_index (mirror->deleted, mirror->deleted->len - 1);
    g_autoptr (GError) error = NULL;

    if (satchel_deeds_take_back (deeds, mirror->session, &error))
      continue;
    refused++;
    g_free (reason);
    reason = g_strdup (error->message);
  }
  if (refused > 0)
    mirror->events.notice (mirror, SATCHEL_MIRROR_REFUSED, refused, reason, mirror->data);
  satchel_mirror_touch (mirror, NULL);
}

/* ---- the door ---- */

SatchelMirror *
satchel_mirror_new (const char *data_dir, const char *profile, const SatchelMirrorEvents *events,
                    gpointer data)
{
  SatchelMirror *mirror = g_new0 (SatchelMirror, 1);

  mirror->data_dir = g_strdup (data_dir);
  mirror->profile = g_strdup (profile);
  mirror->events = *events;
  mirror->data = data;
  mirror->context = g_main_context_ref_thread_default ();
  mirror->deleted = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_deeds_free);
  mirror->status.condition = SATCHEL_MIRROR_SIGNED_OUT;
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    Side *side = &mirror->sides[i];

    side->mirror = mirror;
    side->kind = i;
    side->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    side->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  return mirror;
}

void
satchel_mirror_free (SatchelMirror *mirror)
{
  if (mirror == NULL)
    return;
  drop (&mirror->work);
  drop (&mirror->calm);
  close_profile (mirror);
  drop (&mirror->retry);
  g_ptr_array_unref (mirror->deleted);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    g_hash_table_unref (mirror->sides[i].uids);
    g_hash_table_unref (mirror->sides[i].records);
    g_free (mirror->sides[i].problem);
  }
  g_main_context_unref (mirror->context);
  g_free (mirror->status.reason);
  g_free (mirror->status.rescued);
  g_free (mirror->data_dir);
  g_free (mirror->profile);
  g_free (mirror);
}
