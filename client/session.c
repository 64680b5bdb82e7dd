/* One profile: its directory, replica, outbox, identity, and the writes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/session.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <unistd.h>

#include "client/queue/queue.h"
#include "client/profile.h"
#include "client/replica/drafts.h"
#include "client/replica/rescue.h"
#include "client/secrets.h"
#include "client/set-ids.h"
#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/validate.h"

struct _SatchelSession {
  char *directory;
  const SatchelClock *clock;
  SatchelVault *vault; /* NULL: an ordinary file */
  SatchelReplica *replica;
  SatchelDatabase *database; /* the replica's */
  SatchelOutbox *outbox;
  GTimeZone *zone;
  gboolean batch;
  SatchelSetIds set_ids;
  char *token;            /* as it was looked up, which takes a while; NULL: not yet */
  const char *token_mark; /* the sign-in that it is of; interned */
};

/* The replica in session->vault, or as an ordinary file. */
static gboolean
open_replica (SatchelSession *session, const char *path, SatchelRegistry *registry, GError **error)
{
  session->replica = satchel_replica_open_in (path, session->vault, registry, error);
  if (session->replica == NULL)
    return FALSE;
  session->database = satchel_replica_get_database (session->replica);
  session->outbox = satchel_outbox_new (session->replica, session->clock);
  return TRUE;
}

static SatchelSession *
new_session (const char *data_dir, const char *profile, const SatchelClock *clock, char **path,
             GError **error)
{
  g_autoptr (SatchelSession) session = g_new0 (SatchelSession, 1);

  session->clock = clock;
  session->zone = g_time_zone_new_local ();
  session->directory = satchel_profile_ensure_directory (data_dir, profile, error);
  if (session->directory == NULL)
    return NULL;
  *path = g_build_filename (session->directory, "replica.db", NULL);
  return g_steal_pointer (&session);
}

SatchelSession *
satchel_session_open (const char *data_dir, const char *profile, SatchelRegistry *registry,
                      const SatchelClock *clock, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (SatchelSession) session = new_session (data_dir, profile, clock, &path, error);

  if (session == NULL || !open_replica (session, path, registry, error))
    return NULL;
  return g_steal_pointer (&session);
}

SatchelSession *
satchel_session_open_sealed (const char *data_dir, const char *profile, SatchelRegistry *registry,
                             const SatchelClock *clock, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (SatchelSession) session = new_session (data_dir, profile, clock, &path, error);
  gboolean opened;
  int lock;

  if (session == NULL)
    return NULL;
  opened = satchel_sealing_find (session->directory, path, &session->vault, &lock, error) &&
           open_replica (session, path, registry, error);
  if (lock >= 0)
    close (lock);
  return opened ? g_steal_pointer (&session) : NULL;
}

gboolean
satchel_session_salvage (const char *data_dir, const char *profile, SatchelRegistry *registry, gboolean *lost,
                         GError **error)
{
  g_autofree char *directory = satchel_profile_ensure_directory (data_dir, profile, error);
  g_autofree char *path = directory != NULL ? g_build_filename (directory, "replica.db", NULL) : NULL;
  g_autoptr (SatchelProfileLock) turn = directory != NULL ? satchel_profile_lock (directory, error) : NULL;
  g_autoptr (SatchelVault) vault = NULL;
  gboolean salvaged;
  int lock;

  *lost = FALSE;
  if (turn == NULL)
    return FALSE;
  salvaged = satchel_sealing_find (directory, path, &vault, &lock, error) &&
             satchel_replica_salvage (path, vault, registry, lost, error);
  if (lock >= 0)
    close (lock);
  return salvaged;
}

SatchelSealing
satchel_session_get_sealing (SatchelSession *session)
{
  if (session->vault == NULL)
    return SATCHEL_SEALING_NONE;
  return satchel_secret_is_in_file (SATCHEL_SECRET_KEY, session->directory) ? SATCHEL_SEALING_KEY_THERE
                                                                            : SATCHEL_SEALING_SEALED;
}

void
satchel_session_hand_over (SatchelSession *session)
{
  satchel_database_hand_over (satchel_replica_get_database (session->replica));
}

void
satchel_session_close (SatchelSession *session)
{
  if (session == NULL)
    return;
  g_clear_pointer (&session->outbox, satchel_outbox_free);
  satchel_replica_close (session->replica);
  satchel_vault_free (session->vault);
  g_time_zone_unref (session->zone);
  g_free (session->token);
  g_free (session->directory);
  satchel_set_ids_clear (&session->set_ids);
  g_free (session);
}

SatchelReplica *
satchel_session_get_replica (SatchelSession *session)
{
  return session->replica;
}

SatchelOutbox *
satchel_session_get_outbox (SatchelSession *session)
{
  return session->outbox;
}

SatchelRegistry *
satchel_session_get_registry (SatchelSession *session)
{
  return satchel_replica_get_registry (session->replica);
}

const SatchelClock *
satchel_session_get_clock (SatchelSession *session)
{
  return session->clock;
}

const char *
satchel_session_get_directory (SatchelSession *session)
{
  return session->directory;
}

/* ---- identity ---- */

/* Few and long-lived, and callers keep them: interned. */
static const char *
get_fact (SatchelSession *session, const char *key)
{
  return g_intern_string (satchel_replica_peek_meta (session->replica, key));
}

const char *
satchel_session_get_url (SatchelSession *session)
{
  return get_fact (session, "url");
}

const char *
satchel_session_get_user (SatchelSession *session)
{
  return get_fact (session, "user");
}

const char *
satchel_session_get_user_name (SatchelSession *session)
{
  return get_fact (session, "user_name");
}

const char *
satchel_session_get_device (SatchelSession *session)
{
  return get_fact (session, "device");
}

static const char *
get_unit (SatchelSession *session, const char *user)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_replica_get_registry (session->replica), "user");
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, "unit") : NULL;
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *unit;

  if (user == NULL || field == NULL ||
      !satchel_replica_read (session->replica, entity, user, &record, NULL) || record == NULL)
    return NULL;
  unit = satchel_record_get (record, field);
  return unit != NULL ? g_intern_string (satchel_value_get_id (unit)) : NULL;
}

void
satchel_session_get_context (SatchelSession *session, SatchelPredicateContext *context)
{
  const char *user = satchel_session_get_user (session);

  *context = (SatchelPredicateContext){ .user = user,
                                        .unit = get_unit (session, user),
                                        .now_ms = satchel_clock_now_ms (session->clock),
                                        .zone = session->zone };
}

/* Ends a transaction that one function began: commits when @done, else undoes. */
static gboolean
end_transaction (SatchelSession *session, gboolean done, GError **error)
{
  if (done)
    return satchel_database_commit (session->database, error);
  satchel_database_rollback (session->database);
  return FALSE;
}

static gboolean
count_unsent (SatchelSession *session, gint64 *unsent, GError **error)
{
  gint64 parked, pending;
  g_autoptr (GPtrArray) unanswered = satchel_outbox_list_unanswered (session->outbox, error);

  if (unanswered == NULL || !satchel_outbox_count (session->outbox, SATCHEL_SET_PARKED, &parked, error))
    return FALSE;
  pending = unanswered->len;
  *unsent = pending + parked;
  return TRUE;
}

/* Another token than before: other processes see by it that theirs is stale. */
static gboolean
mark_sign_in (SatchelSession *session, GError **error)
{
  g_autofree char *mark = satchel_id_new (session->clock);

  return satchel_replica_set_meta (session->replica, "sign_in", mark, error);
}

const char *
satchel_session_get_sign_in (SatchelSession *session)
{
  return get_fact (session, "sign_in");
}

/* Facts of the application and the agent about one person in one organisation: what was looked at, told,
 * allowed. */
static gboolean
forget_person (SatchelReplica *replica, GError **error)
{
  static const char *const facts[] = { SATCHEL_META_RIGHTS, "visited",    "pinned",
                                       "workplace_seen_s",  "told_s",     "reminded_ms",
                                       "reminded_day",      "mail_rule",  "mail_folder",
                                       "first_all",         "first_here", "first_moved" };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    if (!satchel_replica_set_meta (replica, facts[i], NULL, error))
      return FALSE;
  return TRUE;
}

/* What another user, or another organisation, left here. */
static gboolean
wipe (SatchelSession *session, GError **error)
{
  gint64 unsent;

  if (!count_unsent (session, &unsent, error))
    return FALSE;
  if (unsent > 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS,
                 _ ("this profile holds %" PRId64
                    " unsent changes of another user or organisation; send or discard them, or use another "
                    "profile"),
                 unsent);
    return FALSE;
  }
  if (!satchel_database_begin (session->database, error) ||
      !end_transaction (session,
                        satchel_queue_clear (session->database, error) &&
                            satchel_drafts_clear (session->database, error) &&
                            forget_person (session->replica, error),
                        error))
    return FALSE;
  return satchel_replica_forget_base (session->replica, error);
}

static gboolean
store_identity (SatchelSession *session, const char *url, const SatchelSignInAnswer *answer, GError **error)
{
  SatchelReplica *replica = session->replica;
  gboolean same_device = g_strcmp0 (satchel_replica_peek_meta (replica, "device"), answer->device) == 0;

  /* A known device counts its numbers itself; where the server disagrees the next push finds out. */
  if (!same_device && !satchel_replica_set_meta_integer (replica, "next_number", answer->next_number, error))
    return FALSE;
  return mark_sign_in (session, error) && satchel_replica_set_meta (replica, "url", url, error) &&
         satchel_replica_set_meta (replica, "organisation", answer->organisation, error) &&
         satchel_replica_set_meta (replica, "organisation_name", answer->organisation_name, error) &&
         satchel_replica_set_meta (replica, "user", answer->user, error) &&
         satchel_replica_set_meta (replica, "user_name", answer->user_name, error) &&
         satchel_replica_set_meta (replica, "device", answer->device, error);
}

gboolean
satchel_session_enrol (SatchelSession *session, const char *url, const SatchelSignInAnswer *answer,
                       gboolean *told_file, GError **error)
{
  const char *user = satchel_session_get_user (session);
  gboolean same = user == NULL || (g_str_equal (user, answer->user) &&
                                   g_strcmp0 (get_fact (session, "organisation"), answer->organisation) == 0);

  if (!same && !wipe (session, error))
    return FALSE;
  /* First the token: without it the identity would be of no use, and the old one's token belongs to the old
   * device. */
  if (!satchel_secret_store (SATCHEL_SECRET_TOKEN, session->directory, answer->token, told_file, error))
    return FALSE;
  if (!satchel_database_begin (session->database, error))
    return FALSE;
  return end_transaction (session, store_identity (session, url, answer, error), error);
}

gboolean
satchel_session_adopt_device (SatchelSession *session, const char *device, const char *token, GError **error)
{
  gboolean in_file;

  return satchel_secret_store (SATCHEL_SECRET_TOKEN, session->directory, token, &in_file, error) &&
         mark_sign_in (session, error) &&
         satchel_replica_set_meta (session->replica, "device", device, error);
}

char *
satchel_session_dup_token (SatchelSession *session, GError **error)
{
  const char *mark = satchel_session_get_sign_in (session);

  if (session->token == NULL || session->token_mark != mark) {
    g_free (session->token);
    session->token = satchel_secret_lookup (SATCHEL_SECRET_TOKEN, session->directory, error);
    session->token_mark = mark;
  }
  return g_strdup (session->token);
}

gboolean
satchel_session_forget_token (SatchelSession *session, GError **error)
{
  return satchel_secret_forget (SATCHEL_SECRET_TOKEN, session->directory, error) &&
         mark_sign_in (session, error);
}

gboolean
satchel_session_get_offline (SatchelSession *session)
{
  return satchel_replica_peek_meta (session->replica, "offline") != NULL;
}

gboolean
satchel_session_set_offline (SatchelSession *session, gboolean offline, GError **error)
{
  return satchel_replica_set_meta (session->replica, "offline", offline ? "1" : NULL, error);
}

gboolean
satchel_session_is_choosing (SatchelSession *session)
{
  return satchel_session_get_user (session) != NULL &&
         satchel_replica_peek_meta (session->replica, "choosing") != NULL;
}

gboolean
satchel_session_set_choosing (SatchelSession *session, gboolean choosing, GError **error)
{
  return satchel_replica_set_meta (session->replica, "choosing", choosing ? "1" : NULL, error) &&
         satchel_session_set_offline (session, choosing, error);
}

/* ---- writing ---- */

void
satchel_field_value_free (SatchelFieldValue *value)
{
  satchel_value_unref (value->value);
  g_free (value);
}

void
satchel_seen_free (SatchelSeen *seen)
{
  if (seen == NULL)
    return;
  satchel_record_free (seen->record);
  g_free (seen->cursor);
  g_free (seen);
}

static gboolean
end_write (SatchelSession *session, gboolean done, GError **error)
{
  if (!session->batch)
    return end_transaction (session, done, error);
  if (done)
    return satchel_database_release (session->database, error);
  satchel_database_rollback_to (session->database);
  return FALSE;
}

static gboolean
begin_write (SatchelSession *session, GError **error)
{
  gboolean begun;

  if (session->batch)
    begun = satchel_database_savepoint (session->database, error);
  else
    begun = satchel_database_begin (session->database, error);
  if (!begun || satchel_replica_peek_meta (session->replica, "user") != NULL)
    return begun;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, _ ("nobody has signed in yet"));
  return end_write (session, FALSE, NULL);
}

static SatchelChangeSet *
new_set (SatchelSession *session)
{
  g_autofree char *uuid = satchel_set_ids_make (&session->set_ids, session->clock);

  return satchel_change_set_new (uuid, 0, satchel_clock_now_ms (session->clock));
}

/* The result of a write: the set's UUID, or NULL. */
static char *
finish_write (SatchelSession *session, const SatchelChangeSet *set, gboolean done, GError **error)
{
  return end_write (session, done, error) ? g_strdup (set->uuid) : NULL;
}

static gboolean
check_writable (const SatchelField *field, GError **error)
{
  if (satchel_field_is_writable (field))
    return TRUE;
  if (field->retired)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA,
                 _ ("“%s” is retired: it is not written any more"), _ (field->label));
  else
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” cannot be entered"), _ (field->label));
  return FALSE;
}

static gboolean
add_create (SatchelSession *session, SatchelChangeSet *set, SatchelRecord *record, GError **error)
{
  SatchelChange *change;

  change = satchel_change_set_add (set, SATCHEL_CHANGE_CREATE, record->entity->name, record->id, NULL, NULL);
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];

    if (record->values[i] == NULL)
      continue;
    if (!check_writable (field, error))
      return FALSE;
    satchel_change_add_edit (change, field->name, satchel_value_to_wire (field, record->values[i]), NULL);
  }
  return satchel_outbox_add (session->outbox, set, error);
}

char *
satchel_session_create (SatchelSession *session, SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelChangeSet) set = new_set (session);

  if (!begin_write (session, error))
    return NULL;
  if (record->id == NULL)
    record->id = satchel_id_new (session->clock);
  satchel_rules_apply_defaults (record, satchel_session_get_user (session), set->made_at_ms);
  return finish_write (session, set, add_create (session, set, record, error), error);
}

SatchelSeen *
satchel_session_look (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (SatchelSeen) seen = g_new0 (SatchelSeen, 1);

  /* The cursor first: should another process pull between the two, it must not claim more than was seen. */
  if (!satchel_replica_dup_meta (session->replica, "cursor", &seen->cursor, error) ||
      !satchel_replica_read (session->replica, entity, id, &seen->record, error))
    return NULL;
  if (seen->record != NULL)
    return g_steal_pointer (&seen);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no %s %s here"), entity->name, id);
  return NULL;
}

static gboolean
is_overridden (GPtrArray *changes, guint index)
{
  const SatchelFieldValue *value = changes->pdata[index];

  for (guint i = index + 1; i < changes->len; i++)
    if (((SatchelFieldValue *)changes->pdata[i])->field == value->field)
      return TRUE;
  return FALSE;
}

/* The edits that differ from what was seen; an empty set when none does. */
static gboolean
add_edits (SatchelChangeSet *set, const SatchelSeen *seen, GPtrArray *changes, GError **error)
{
  const SatchelEntity *entity = seen->record->entity;
  SatchelChange *change = NULL;

  for (guint i = 0; i < changes->len; i++) {
    const SatchelFieldValue *value = changes->pdata[i];
    const SatchelValue *shown = satchel_record_get (seen->record, value->field);

    if (!check_writable (value->field, error))
      return FALSE;
    if (is_overridden (changes, i) || satchel_value_equal (value->value, shown))
      continue;
    if (change == NULL)
      change = satchel_change_set_add (set, SATCHEL_CHANGE_UPDATE, entity->name, seen->record->id,
                                       seen->cursor, NULL);
    satchel_change_add_edit (change, value->field->name, satchel_value_to_wire (value->field, value->value),
                             satchel_policy_needs_base (value->field->policy)
                                 ? satchel_value_to_wire (value->field, shown)
                                 : NULL);
  }
  return TRUE;
}

/* Within a write. */
static gboolean
queue_edits (SatchelSession *session, SatchelChangeSet *set, const SatchelSeen *seen, GPtrArray *changes,
             GError **error)
{
  if (!add_edits (set, seen, changes, error))
    return FALSE;
  return set->changes->len == 0 || satchel_outbox_add (session->outbox, set, error);
}

char *
satchel_session_update_seen (SatchelSession *session, const SatchelSeen *seen, GPtrArray *changes,
                             GError **error)
{
  g_autoptr (SatchelChangeSet) set = new_set (session);

  if (!begin_write (session, error) ||
      !end_write (session, queue_edits (session, set, seen, changes, error), error))
    return NULL;
  return g_strdup (set->changes->len > 0 ? set->uuid : "");
}

char *
satchel_session_update_told (SatchelSession *session, const SatchelRecord *told, GPtrArray *changes,
                             GError **error)
{
  g_autoptr (SatchelChangeSet) set = new_set (session);
  const SatchelSeen seen = { .record = (SatchelRecord *)told };

  if (!begin_write (session, error) ||
      !end_write (session,
                  add_edits (set, &seen, changes, error) &&
                      (set->changes->len == 0 || satchel_outbox_add_untold (session->outbox, set, error)),
                  error))
    return NULL;
  return g_strdup (set->changes->len > 0 ? set->uuid : "");
}

char *
satchel_session_update (SatchelSession *session, const SatchelEntity *entity, const char *id,
                        GPtrArray *changes, GError **error)
{
  g_autoptr (SatchelChangeSet) set = new_set (session);
  g_autoptr (SatchelSeen) seen = NULL;
  gboolean done;

  if (!begin_write (session, error))
    return NULL;
  seen = satchel_session_look (session, entity, id, error);
  done = seen != NULL && queue_edits (session, set, seen, changes, error);
  if (!end_write (session, done, error))
    return NULL;
  return g_strdup (set->changes->len > 0 ? set->uuid : "");
}

char *
satchel_session_delete (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (SatchelChangeSet) set = new_set (session);

  if (!begin_write (session, error))
    return NULL;
  satchel_change_set_add (set, SATCHEL_CHANGE_DELETE, entity->name, id,
                          satchel_replica_peek_meta (session->replica, "cursor"), NULL);
  return finish_write (session, set, satchel_outbox_add (session->outbox, set, error), error);
}

/* ---- actions ---- */

/* In order of name, so that the same call makes the same set. An empty text is an empty argument. */
static void
add_arguments (SatchelChange *change, GHashTable *arguments)
{
  GList *names =
      arguments != NULL ? g_list_sort (g_hash_table_get_keys (arguments), (GCompareFunc)g_strcmp0) : NULL;

  for (GList *link = names; link != NULL; link = link->next) {
    const char *text = g_hash_table_lookup (arguments, link->data);
    JsonNode *node = json_node_alloc ();

    satchel_change_add_edit (change, link->data,
                             *text != '\0' ? json_node_init_string (node, text) : json_node_init_null (node),
                             NULL);
  }
  g_list_free (names);
}

static gboolean
add_new_ids (SatchelSession *session, const SatchelEntity *entity, SatchelChange *change, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree const char **names = NULL;

  if (!satchel_replica_read (session->replica, entity, change->record, &record, error))
    return FALSE;
  if (record == NULL) /* the plan says so, where it matters */
    return TRUE;
  names = satchel_action_list_new_ids (change, record);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *id = satchel_id_new (session->clock);

    satchel_change_add_edit (change, names[i], json_node_init_string (json_node_alloc (), id), NULL);
  }
  return TRUE;
}

char *
satchel_session_act (SatchelSession *session, const SatchelEntity *entity, const char *id, const char *action,
                     GHashTable *arguments, GError **error)
{
  g_autoptr (SatchelChangeSet) set = new_set (session);
  SatchelChange *change;

  if (!begin_write (session, error))
    return NULL;
  change = satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, entity->name, id,
                                   satchel_replica_peek_meta (session->replica, "cursor"), action);
  add_arguments (change, arguments);
  return finish_write (session, set,
                       add_new_ids (session, entity, change, error) &&
                           satchel_outbox_add (session->outbox, set, error),
                       error);
}

/* ---- batches ---- */

gboolean
satchel_session_begin_batch (SatchelSession *session, GError **error)
{
  g_assert (!session->batch);
  if (!satchel_database_begin (session->database, error))
    return FALSE;
  session->batch = TRUE;
  return TRUE;
}

gboolean
satchel_session_commit_batch (SatchelSession *session, GError **error)
{
  g_assert (session->batch);
  session->batch = FALSE;
  return satchel_database_commit (session->database, error);
}

void
satchel_session_rollback_batch (SatchelSession *session)
{
  if (!session->batch)
    return;
  session->batch = FALSE;
  satchel_database_rollback (session->database);
}
