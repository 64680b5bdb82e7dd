/* Ids that follow from what an item is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/match.h"

#include <string.h>

#include "client/exchange/calendar.h"
#include "protocol/rules/once.h"

struct _SatchelMatch {
  const SatchelMirrorKind *kind;
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelExchange *exchange;
  SatchelMirrorState *state;
  SatchelShown *shown;
  char *person;
  GHashTable *there;  /* borrowed, for a look at everything; or NULL */
  GHashTable *claims; /* uid → record that may have it; NULL: not asked for yet */
};

SatchelMatch *
satchel_match_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelExchange *exchange,
                   SatchelMirrorState *state, SatchelShown *shown)
{
  SatchelMatch *m = g_new0 (SatchelMatch, 1);

  m->kind = kind;
  m->session = session;
  m->replica = satchel_session_get_replica (session);
  m->exchange = exchange;
  m->state = state;
  m->shown = shown;
  m->person = g_strdup_printf ("%s %s", satchel_replica_peek_meta (m->replica, "organisation"),
                               satchel_session_get_user (session));
  return m;
}

void
satchel_match_free (SatchelMatch *m)
{
  if (m == NULL)
    return;
  satchel_match_end (m);
  g_free (m->person);
  g_free (m);
}

void
satchel_match_begin (SatchelMatch *m, GHashTable *there)
{
  m->there = there;
}

void
satchel_match_end (SatchelMatch *m)
{
  m->there = NULL;
  g_clear_pointer (&m->claims, g_hash_table_unref);
}

static gboolean
read_record (SatchelMatch *m, const char *id, SatchelRecord **record, GError **error)
{
  return satchel_replica_read (m->replica, satchel_shown_get_entity (m->shown), id, record, error);
}

/* NULL: hers alone. */
static char *
dup_shared_id (SatchelMatch *m, const char *text)
{
  return m->kind->shared_id != NULL && text != NULL ? m->kind->shared_id (m->exchange, text) : NULL;
}

/* ---- from an item to its record ---- */

/* The record was made of the item that it names: it is not that under its own id. */
static gboolean
is_made_of_named (SatchelMatch *m, const SatchelRecord *record)
{
  const SatchelValue *named = satchel_record_get_by_name (record, m->kind->uid_field);
  g_autofree char *made = NULL, *shared = NULL;

  if (named == NULL || m->there == NULL ||
      !g_hash_table_contains (m->there, satchel_value_get_string (named)))
    return FALSE;
  made = satchel_mirror_record_id (m->person, m->kind->entity, satchel_value_get_string (named));
  if (m->kind->shared_id != NULL)
    shared = satchel_calendar_record_id (m->exchange->organisation, record);
  return g_str_equal (record->id, made) || g_strcmp0 (record->id, shared) == 0;
}

/* Who knows the id of a record can call an item so: that of the record is the one that is noted, or that it
 * was made of. */
static gboolean
find_called (SatchelMatch *m, const char *uid, char **id, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelMirrored) taken = NULL;

  if (!satchel_id_is_valid (uid))
    return TRUE;
  if (!read_record (m, uid, &record, error) ||
      !satchel_mirror_state_find (m->state, m->kind->entity, uid, &taken, error))
    return FALSE;
  if (record != NULL &&
      (taken != NULL && !taken->gone ? g_str_equal (taken->uid, uid) : !is_made_of_named (m, record)))
    *id = g_strdup (uid);
  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const SatchelRecord *const *)a)->id, (*(const SatchelRecord *const *)b)->id);
}

/* Of those that name the uid the first, by their ids, that has no item of its own. What a colleague has of
 * the same event without her is the colleague's: her item would leave with it. */
static gboolean
find_named (SatchelMatch *m, const char *uid, char **id, GError **error)
{
  const SatchelField *field =
      satchel_entity_find_field (satchel_shown_get_entity (m->shown), m->kind->uid_field);
  g_autofree char *where = NULL;
  g_autoptr (GPtrArray) named = NULL;

  if (field == NULL || strpbrk (uid, "\"\\\n\t") != NULL || strlen (uid) > 200)
    return TRUE;
  where = g_strdup_printf ("%s = \"%s\"%s%s", field->name, uid, m->kind->hers != NULL ? " and " : "",
                           m->kind->hers != NULL ? m->kind->hers : "");
  if ((named = satchel_shown_list (m->shown, where, error)) == NULL)
    return FALSE;
  g_ptr_array_sort (named, compare_ids);
  for (guint i = 0; i < named->len && *id == NULL; i++) {
    const SatchelRecord *candidate = named->pdata[i];
    g_autoptr (SatchelMirrored) taken = NULL;

    if (m->there != NULL && g_hash_table_contains (m->there, candidate->id) &&
        !is_made_of_named (m, candidate))
      continue;
    if (!satchel_mirror_state_find (m->state, m->kind->entity, candidate->id, &taken, error))
      return FALSE;
    if (taken == NULL)
      *id = g_strdup (candidate->id);
  }
  return TRUE;
}

/* Under the id of all, unless a colleague's record without her stands there. */
static gboolean
make_id (SatchelMatch *m, const char *uid, const char *text, char **id, GError **error)
{
  g_autofree char *shared = dup_shared_id (m, text);
  g_autoptr (SatchelRecord) there = NULL;

  if (shared != NULL && !read_record (m, shared, &there, error))
    return FALSE;
  *id = shared != NULL && there == NULL ? g_steal_pointer (&shared)
                                        : satchel_mirror_record_id (m->person, m->kind->entity, uid);
  return TRUE;
}

gboolean
satchel_match_find_record (SatchelMatch *m, const char *uid, const char *text, char **id, GError **error)
{
  g_autofree char *own = satchel_mirror_record_id (m->person, m->kind->entity, uid);
  g_autoptr (SatchelRecord) record = NULL;

  *id = NULL;
  if (!find_called (m, uid, id, error))
    return FALSE;
  if (*id != NULL)
    return TRUE;
  if (!read_record (m, own, &record, error))
    return FALSE;
  if (record != NULL) {
    *id = g_steal_pointer (&own);
    return TRUE;
  }
  return find_named (m, uid, id, error) && (*id != NULL || make_id (m, uid, text, id, error));
}

char *
satchel_match_dup_next_id (SatchelMatch *m, const char *id, const char *uid)
{
  return satchel_mirror_record_id (m->person, id, uid);
}

/* ---- from a record to its item ---- */

typedef struct {
  SatchelMatch *match;
  GHashTable *noted; /* ids of records that have an item */
  GHashTable *claims;
} Claiming;

static gboolean
claim_cb (const SatchelRecord *record, gpointer data)
{
  Claiming *claiming = data;
  const char *uid =
      satchel_value_get_string (satchel_record_get_by_name (record, claiming->match->kind->uid_field));
  const char *other = g_hash_table_lookup (claiming->claims, uid);

  /* What stands in place of an occurrence has its series' uid, and is in its item. */
  if (satchel_shown_get_series (record) != NULL)
    return TRUE;
  if ((other == NULL || strcmp (record->id, other) < 0) &&
      !g_hash_table_contains (claiming->noted, record->id))
    g_hash_table_replace (claiming->claims, g_strdup (uid), g_strdup (record->id));
  return TRUE;
}

static gboolean
list_claims (SatchelMatch *m, GError **error)
{
  g_autofree char *where = g_strdup_printf ("%s is not empty and (%s)", m->kind->uid_field, m->kind->wanted);
  g_autoptr (GHashTable) claims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) noted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) notes = NULL;
  Claiming claiming = { m, noted, claims };

  if (m->claims != NULL)
    return TRUE;
  if ((notes = satchel_mirror_state_list (m->state, m->kind->entity, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < notes->len; i++)
    g_hash_table_add (noted, ((SatchelMirrored *)notes->pdata[i])->record);
  if (!satchel_shown_each (m->shown, where, claim_cb, &claiming, error))
    return FALSE;
  m->claims = g_steal_pointer (&claims);
  return TRUE;
}

gboolean
satchel_match_find_uid (SatchelMatch *m, const SatchelRecord *record, char **uid, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, m->kind->uid_field);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;
  g_autoptr (SatchelMirrored) taken = NULL;

  const char *named = value != NULL ? satchel_value_get_string (value) : NULL;

  if (named != NULL && (!list_claims (m, error) ||
                        !satchel_mirror_state_find_uid (m->state, m->kind->entity, named, &taken, error)))
    return FALSE;
  *uid = g_strdup (named != NULL && taken == NULL &&
                           g_strcmp0 (g_hash_table_lookup (m->claims, named), record->id) == 0
                       ? named
                       : record->id);
  return TRUE;
}

/* ---- a record of her own beside the colleagues' ---- */

/* Others can put something under her own ids, which they can work out. */
static gboolean
is_of_her_making (const SatchelMatch *m, const SatchelRecord *record)
{
  const SatchelValue *maker = satchel_record_get_by_name (record, "created_by");

  return maker != NULL && g_str_equal (satchel_value_get_id (maker), satchel_session_get_user (m->session));
}

gboolean
satchel_match_find_beside (SatchelMatch *m, const char *id, char **own, GError **error)
{
  g_autofree char *step = g_strdup (id);

  *own = NULL;
  for (guint i = 0; m->kind->shared_id != NULL && i < SATCHEL_ONCE_STEPS; i++) {
    char *next = satchel_once_own_id (step, satchel_session_get_user (m->session));
    g_autoptr (SatchelRecord) record = NULL;
    g_autoptr (SatchelMirrored) taken = NULL;

    g_free (step);
    step = next;
    if (!read_record (m, step, &record, error) ||
        !satchel_mirror_state_find (m->state, m->kind->entity, step, &taken, error))
      return FALSE;
    if (record != NULL && is_of_her_making (m, record)) {
      *own = taken == NULL ? g_steal_pointer (&step) : NULL;
      return TRUE;
    }
  }
  return TRUE;
}

gboolean
satchel_match_find_moved (SatchelMatch *m, const SatchelRecord *record, SatchelMirrored **note,
                          GError **error)
{
  const SatchelValue *uid = satchel_record_get_by_name (record, m->kind->uid_field);
  g_autoptr (SatchelMirrored) taken = NULL;

  *note = NULL;
  if (m->kind->shared_id == NULL || uid == NULL)
    return TRUE;
  if (!satchel_mirror_state_find_uid (m->state, m->kind->entity, satchel_value_get_string (uid), &taken,
                                      error))
    return FALSE;
  if (taken != NULL &&
      satchel_once_is_own_id (record->id, taken->record, satchel_session_get_user (m->session)))
    *note = g_steal_pointer (&taken);
  return TRUE;
}

gboolean
satchel_match_move (SatchelMatch *m, const char *id, const char *own, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;

  if (!satchel_mirror_state_find (m->state, m->kind->entity, id, &note, error))
    return FALSE;
  if (note == NULL)
    return TRUE;
  g_free (note->record);
  note->record = g_strdup (own);
  if (!satchel_mirror_state_begin (m->state, error))
    return FALSE;
  if (satchel_mirror_state_forget (m->state, m->kind->entity, id, error) &&
      satchel_mirror_state_put (m->state, m->kind->entity, note, error))
    return satchel_mirror_state_commit (m->state, error);
  satchel_mirror_state_rollback (m->state);
  return FALSE;
}

gboolean
satchel_match_adds_people (SatchelMatch *m, const char *text, const SatchelRecord *record)
{
  g_autofree char *shared = dup_shared_id (m, text);
  g_autoptr (GPtrArray) said = NULL;
  g_autoptr (SatchelRecord) after = NULL;

  if (g_strcmp0 (shared, record->id) != 0)
    return FALSE;
  said = m->kind->read (m->exchange, text, shared, NULL, NULL);
  if (said == NULL || !satchel_once_is_same (said->pdata[0], record))
    return FALSE;
  after = satchel_record_copy (record);
  satchel_once_join (after, said->pdata[0], satchel_session_get_user (m->session),
                     SATCHEL_ONCE_WRITE | SATCHEL_ONCE_ATTACH);
  return !satchel_value_equal (satchel_record_get_by_name (after, "attendees"),
                               satchel_record_get_by_name (record, "attendees"));
}
