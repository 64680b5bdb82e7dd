/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/mirror.h"

#include <string.h>

#include "client/eds/homes.h"
#include "client/eds/private.h"
#include "client/eds/side.h"
#include "client/eds/sources.h"
#include "protocol/error.h"

#define RETRY_FIRST_MS 250
#define CALM_MS        3000 /* between two looks at everything that nobody asked for by name */
#define TOGETHER_US    (60 * G_USEC_PER_SEC) /* EDS tells bit by bit of what was deleted at once */
#define DAY_MS         (24 * 60 * 60 * 1000)

struct _SatchelMirror {
  SatchelGround ground;
  SatchelMirrorEvents events;
  gpointer data;
  GMainContext *context;

  const char *sign_in; /* interned: whose exchange and state the ground has */
  SatchelSide *sides[SATCHEL_MIRROR_N_KINDS];
  GPtrArray *deleted; /* SatchelDeeds*: the last deletes, of all kinds */
  gint64 deleted_us;

  SatchelMirrorStatus status;
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
  return mirror->ground.profile;
}

/* ---- telling ---- */

static void
tell (SatchelMirror *mirror, SatchelMirrorCondition condition, const char *reason)
{
  SatchelMirrorStatus *status = &mirror->status;

  status->condition = condition;
  status->writes = (SatchelMirrorWrites){ 0 };
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    const SatchelMirrorWrites writes = satchel_side_get_writes (mirror->sides[i]);

    status->writes.there += writes.there;
    status->writes.here += writes.here;
    status->items[i] = 0;
    if (mirror->ground.state != NULL)
      (void)!satchel_mirror_state_count (mirror->ground.state, satchel_mirror_kinds[i].entity,
                                         &status->items[i], NULL);
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
tell_news (SatchelMirror *mirror, SatchelSide *side)
{
  g_auto (SatchelSideNews) news = { 0 };

  satchel_side_take_news (side, &news);
  keep_deletes (mirror, g_steal_pointer (&news.deeds));
  for (guint i = 0; i < SATCHEL_MIRROR_N_NOTICES; i++) {
    if (news.counts[i] > 0)
      mirror->events.notice (mirror, i, news.counts[i], news.reason, mirror->data);
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
close_eds (SatchelMirror *mirror)
{
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    satchel_side_close (mirror->sides[i]);
  if (mirror->ground.registry != NULL)
    g_signal_handlers_disconnect_by_data (mirror->ground.registry, mirror);
  g_clear_object (&mirror->ground.registry);
  mirror->dead = mirror->reconnect = FALSE;
}

static void
touched_cb (gboolean dead, gpointer data)
{
  SatchelMirror *mirror = data;

  mirror->dead |= dead;
  if (mirror->work == NULL)
    work_in (mirror, 0);
}

/* Deleted by mistake, most likely; or the registry has died. Both begin with asking anew. */
static void
source_removed_cb (ESourceRegistry *registry, ESource *source, gpointer data)
{
  SatchelMirror *mirror = data;

  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    g_autofree char *uid = satchel_source_uid (mirror->ground.profile, i);

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

/* Its kinds are opened when they are looked at, each for itself. */
static gboolean
open_eds (SatchelMirror *mirror, GError **error)
{
  static const char *const home_signals[] = { "source-added", "source-removed", "source-enabled",
                                              "source-disabled" };

  if (mirror->ground.registry != NULL)
    return TRUE;
  mirror->ground.registry = satchel_sources_connect (error);
  if (mirror->ground.registry == NULL)
    return FALSE;
  g_signal_connect (mirror->ground.registry, "source-removed", G_CALLBACK (source_removed_cb), mirror);
  for (guint i = 0; i < G_N_ELEMENTS (home_signals); i++)
    g_signal_connect (mirror->ground.registry, home_signals[i], G_CALLBACK (homes_changed_cb), mirror);
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
  g_clear_pointer (&mirror->ground.state, satchel_mirror_state_close);
  g_clear_pointer (&mirror->ground.exchange, satchel_exchange_free);
  g_clear_pointer (&mirror->ground.session, satchel_session_close);
}

static gboolean
has_replica (SatchelMirror *mirror)
{
  g_autofree char *path =
      g_build_filename (mirror->ground.data_dir, mirror->ground.profile, "replica.db", NULL);

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
  if (mirror->ground.session == NULL) {
    if (!has_replica (mirror))
      return TRUE;
    mirror->ground.session =
        satchel_session_open_sealed (mirror->ground.data_dir, mirror->ground.profile,
                                     satchel_registry_builtin (), satchel_clock_system (), error);
    if (mirror->ground.session == NULL)
      return FALSE;
  }
  replica = satchel_session_get_replica (mirror->ground.session);
  if (g_strcmp0 (satchel_replica_peek_meta (replica, SATCHEL_META_MIRROR), "off") == 0) {
    *condition = SATCHEL_MIRROR_OFF;
    return TRUE;
  }
  if (satchel_session_get_user (mirror->ground.session) == NULL ||
      satchel_replica_peek_meta (replica, "cursor") == NULL)
    return TRUE;
  token = satchel_session_dup_token (mirror->ground.session, &none);
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
  const char *sign_in = satchel_session_get_sign_in (mirror->ground.session);

  if (mirror->ground.state != NULL && mirror->sign_in == sign_in)
    return TRUE;
  /* Perhaps somebody else has signed in: begun anew with whose state it is. */
  close_eds (mirror);
  g_clear_pointer (&mirror->ground.state, satchel_mirror_state_close);
  g_clear_pointer (&mirror->ground.exchange, satchel_exchange_free);
  mirror->ground.state = satchel_mirror_state_open (mirror->ground.session, error);
  if (mirror->ground.state == NULL)
    return FALSE;
  mirror->ground.exchange = satchel_exchange_new (mirror->ground.session);
  mirror->ground.exchange->zones_are_known = TRUE; /* as those of the shelf are to us */
  mirror->sign_in = sign_in;
  return TRUE;
}

static gboolean
has_anything_there (SatchelMirror *mirror)
{
  g_autoptr (GPtrArray) profiles = satchel_sources_list_profiles ();

  return g_ptr_array_find_with_equal_func (profiles, mirror->ground.profile, g_str_equal, NULL);
}

/* Before they go. Whose notes the state has does not matter: it is asked for what was private in the CRM. */
static gboolean
rescue_private (SatchelMirror *mirror, ESourceRegistry *registry, GError **error)
{
  g_autofree char *directory = g_build_filename (mirror->ground.data_dir, mirror->ground.profile, NULL),
                  *told = NULL;
  SatchelPrivateItems rescued;

  if (mirror->ground.state == NULL && mirror->ground.session != NULL &&
      satchel_session_get_user (mirror->ground.session) != NULL)
    mirror->ground.state = satchel_mirror_state_open (mirror->ground.session, NULL);
  if (!satchel_private_rescue (registry, mirror->ground.profile, mirror->ground.state, directory, &rescued,
                               error))
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
  g_autofree char *path =
      g_build_filename (mirror->ground.data_dir, mirror->ground.profile, SATCHEL_MIRROR_FILE, NULL);

  close_eds (mirror);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    satchel_side_forget_problem (mirror->sides[i]);
  if (has_anything_there (mirror)) {
    if (satchel_sources_is_available () && (registry = satchel_sources_connect (error)) == NULL)
      return FALSE;
    if (rescue && !rescue_private (mirror, registry, error))
      return FALSE;
    if (!satchel_sources_remove (registry, mirror->ground.profile, error))
      return FALSE;
  }
  g_clear_pointer (&mirror->ground.state, satchel_mirror_state_close);
  satchel_database_remove_files (path);
  return TRUE;
}

/* ---- work ---- */

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

/* What came of trying. FALSE: no kind can go on. Takes @problem. */
static gboolean
judge_side (SatchelMirror *mirror, SatchelSide *side, GError *problem, GError **error)
{
  g_autoptr (GError) taken = problem;

  tell_news (mirror, side);
  if (taken == NULL) {
    satchel_side_went_well (side);
    return TRUE;
  }
  if (!is_of_one_kind (taken)) {
    g_propagate_error (error, g_steal_pointer (&taken));
    return FALSE;
  }
  mirror->reconnect |= satchel_error_code (taken) == SATCHEL_ERROR_UNREACHABLE;
  satchel_side_put_off (side, taken);
  return TRUE;
}

/* Contacts need nothing of what the others stand on: where everything of both is looked at, they are beside
 * them. */
static gboolean
goes_beside (SatchelMirror *mirror, guint kind)
{
  return kind == SATCHEL_MIRROR_CONTACTS && satchel_side_wants_all (mirror->sides[kind]) &&
         satchel_side_wants_all (mirror->sides[SATCHEL_MIRROR_APPOINTMENTS]);
}

static gboolean
try_side (SatchelMirror *mirror, guint kind, GError **error)
{
  SatchelSide *side = mirror->sides[kind];
  GError *problem = NULL;

  if (satchel_side_get_due_us (side) > g_get_monotonic_time ())
    return TRUE;
  if (satchel_side_open (side, &problem)) {
    if (goes_beside (mirror, kind)) {
      satchel_side_start (side);
      return TRUE;
    }
    (void)!satchel_side_look (side, &problem);
  }
  return judge_side (mirror, side, problem, error);
}

static gboolean
join_side (SatchelMirror *mirror, SatchelSide *side, GError **error)
{
  GError *problem = NULL;

  if (!satchel_side_is_under_way (side))
    return TRUE;
  (void)!satchel_side_join (side, &problem);
  return judge_side (mirror, side, problem, error);
}

/* What is under way ends in any case. */
static gboolean
try_sides (SatchelMirror *mirror, GError **error)
{
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS && problem == NULL; i++)
    (void)!try_side (mirror, i, &problem);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    (void)!join_side (mirror, mirror->sides[i], problem == NULL ? &problem : NULL);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean retry_cb (gpointer data);

/* Beside all other work, which does not wait for it. */
static void
retry_when_due (SatchelMirror *mirror)
{
  gint64 due_us = G_MAXINT64;

  drop (&mirror->retry);
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    if (satchel_side_get_problem (mirror->sides[i]) != NULL)
      due_us = MIN (due_us, satchel_side_get_due_us (mirror->sides[i]));
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
    const char *problem = satchel_side_get_problem (mirror->sides[i]);

    if (problem != NULL)
      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "; " : "", satchel_source_name (i), problem);
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
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    everything |=
        satchel_side_wants_all (mirror->sides[i]) && satchel_side_get_problem (mirror->sides[i]) == NULL;
  if (!try_sides (mirror, error))
    return FALSE;
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    still += satchel_side_get_problem (mirror->sides[i]) != NULL;
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
  work_in (mirror, satchel_side_back_off_ms (mirror->failures++));
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

void
satchel_mirror_touch (SatchelMirror *mirror, GHashTable *records)
{
  const gint64 waited_ms = (g_get_monotonic_time () - mirror->looked_us) / 1000;
  gboolean everything = FALSE;

  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++) {
    satchel_side_touch (mirror->sides[i], records);
    everything |= satchel_side_wants_all (mirror->sides[i]);
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

  if (mirror->deleted->len == 0 || mirror->ground.session == NULL)
    return;
  while (mirror->deleted->len > 0) {
    g_autoptr (SatchelDeeds) deeds = g_ptr_array_steal_index (mirror->deleted, mirror->deleted->len - 1);
    g_autoptr (GError) error = NULL;

    if (satchel_deeds_take_back (deeds, mirror->ground.session, &error))
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

  mirror->ground.data_dir = g_strdup (data_dir);
  mirror->ground.profile = g_strdup (profile);
  mirror->events = *events;
  mirror->data = data;
  mirror->context = g_main_context_ref_thread_default ();
  mirror->deleted = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_deeds_free);
  mirror->status.condition = SATCHEL_MIRROR_SIGNED_OUT;
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    mirror->sides[i] = satchel_side_new (i, &mirror->ground, touched_cb, mirror);
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
  for (guint i = 0; i < SATCHEL_MIRROR_N_KINDS; i++)
    satchel_side_free (mirror->sides[i]);
  g_main_context_unref (mirror->context);
  g_free (mirror->status.reason);
  g_free (mirror->status.rescued);
  g_free (mirror->ground.data_dir);
  g_free (mirror->ground.profile);
  g_free (mirror);
}
