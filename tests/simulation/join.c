/* The naive oracle of joining.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/join.h"

#include <string.h>

#include "protocol/id.h"
#include "protocol/wire/json.h"
#include "tests/simulation/read.h"
#include "tests/simulation/scope.h"

#define MOST_OWN          8
#define LEAST_PROOF_CHARS 32

typedef enum {
  FATE_NEW,    /* nothing has that id, or what had it is gone: it is made */
  FATE_JOINED, /* to what is there */
} Fate;

typedef struct {
  const SatchelChangeSet *set;
  const SatchelChange *change;
  char *user, *target; /* target: the record that it will be */
  gint64 s;            /* before the batch */
  Fate fate;
  SatchelRecord *expected; /* of FATE_JOINED */
} SimJoin;

static void
join_free (gpointer data)
{
  SimJoin *join = data;
  satchel_record_free (join->expected);
  g_free (join->user);
  g_free (join->target);
  g_free (join);
}

/* ---- ids ---- */

static char *
own_id (const char *id, const char *user)
{
  g_autofree char *name = g_strdup_printf ("once/%s/%s", id, user);
  return satchel_id_for_name (name);
}

static gint64
count_changes (SimWorld *world, sqlite3 *db, const char *id, gint64 s, const char *where)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM change WHERE record = ?1 AND change >> 20 = %" G_GINT64_FORMAT "%s", s, where);
  return sim_read_integer (world, db, sql, id);
}

gboolean
sim_join_is_created (SimWorld *world, sqlite3 *db, const char *id, gint64 s)
{
  return count_changes (world, db, id, s, " AND field = '' AND old IS NULL") > 0;
}

char *
sim_join_find_meant (SimWorld *world, sqlite3 *db, const char *id, const char *user, gint64 s)
{
  g_autofree char *at = g_strdup (id);
  for (guint i = 0; i < MOST_OWN && user != NULL; i++) {
    char *beside;
    if (count_changes (world, db, at, s, "") > 0)
      return g_steal_pointer (&at);
    beside = own_id (at, user);
    g_free (at);
    at = beside;
  }
  return g_strdup (id);
}

gboolean
sim_join_names_own (const char *text, const char *lookup, const char *user)
{
  const char *colon = strchr (lookup, ':');
  g_autofree char *at = g_strdup (colon != NULL ? colon + 1 : lookup);
  for (guint i = 0; i < MOST_OWN && user != NULL; i++) {
    char *beside = own_id (at, user);
    g_free (at);
    at = beside;
    if (strstr (text, at) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* ---- what somebody shows ---- */

/* Letters and digits, whatever their case. */
static char *
squeeze (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);
  g_autoptr (GRegex) others = g_regex_new ("[^\\p{L}\\p{N}]+", 0, 0, NULL);
  g_autofree char *squeezed = g_regex_replace_literal (
      others, value != NULL ? satchel_value_get_string (value) : "", -1, 0, "", 0, NULL);
  return g_utf8_strdown (squeezed, -1);
}

/* Long enough, and one is the other with a little added. Here it is added at the end alone. */
static gboolean
agree (const SatchelRecord *one, const SatchelRecord *other, const char *field)
{
  g_autofree char *a = squeeze (one, field), *b = squeeze (other, field);
  const char *shorter = strlen (a) < strlen (b) ? a : b, *longer = shorter == a ? b : a;
  return g_utf8_strlen (shorter, -1) >= LEAST_PROOF_CHARS && g_str_has_prefix (longer, shorter) &&
         strlen (shorter) * 5 >= strlen (longer) * 4;
}

/* Many have the same file: hers is the same attachment when the message is hers to read. */
static gboolean
shows (const SatchelRecord *created, const SatchelRecord *stored, SimView *view, const SimTruth *truth)
{
  g_autofree char *one = NULL, *other = NULL;
  if (g_str_equal (created->entity->name, "note")) {
    const SatchelValue *email = satchel_record_get_by_name (stored, "email");
    const SimRow *row = email != NULL ? sim_truth_find (truth, satchel_value_get_id (email)) : NULL;
    return row != NULL && sim_view_reads (view, row);
  }
  one = squeeze (created, "subject");
  other = squeeze (stored, "subject");
  return g_str_equal (one, other) &&
         (agree (created, stored, "body_text") || agree (created, stored, "body_html"));
}

static gboolean
is_same (const SatchelRecord *created, const SatchelRecord *stored)
{
  const SatchelField *field = created->entity->once;
  return stored->entity == created->entity && satchel_record_get (created, field) != NULL &&
         satchel_value_equal (satchel_record_get (created, field), satchel_record_get (stored, field));
}

/* ---- what is joined ---- */

typedef struct {
  const SatchelParty *items;
  guint n;
} Parties;

static Parties
parties_of (const SatchelValue *value)
{
  Parties parties = { NULL, 0 };
  if (value != NULL)
    parties.items = satchel_value_get_parties (value, &parties.n);
  return parties;
}

/* The same person or address in the same role. */
static gboolean
has_party (Parties parties, const SatchelParty *wanted)
{
  for (guint i = 0; i < parties.n; i++) {
    const SatchelParty *party = &parties.items[i];
    if (g_strcmp0 (party->role, wanted->role) == 0 && g_strcmp0 (party->id, wanted->id) == 0 &&
        (party->id != NULL || g_strcmp0 (party->address, wanted->address) == 0))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_somebodys (const SatchelParty *bare, Parties parties)
{
  for (guint i = 0; bare->id == NULL && i < parties.n; i++)
    if (parties.items[i].id != NULL && parties.items[i].address != NULL &&
        g_strcmp0 (parties.items[i].role, bare->role) == 0 &&
        g_ascii_strcasecmp (parties.items[i].address, bare->address) == 0)
      return TRUE;
  return FALSE;
}

/* @user NULL: all of @added, else only she. */
static SatchelValue *
unite (const SatchelValue *there, const SatchelValue *added, const char *user)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  const Parties before = parties_of (there), more = parties_of (added);
  for (guint i = 0; i < before.n; i++)
    g_array_append_vals (all, &before.items[i], 1);
  for (guint i = 0; i < more.n; i++)
    if (!has_party (before, &more.items[i]) && (user == NULL || g_strcmp0 (more.items[i].id, user) == 0))
      g_array_append_vals (all, &more.items[i], 1);
  for (guint i = all->len; user == NULL && i > 0; i--)
    if (is_somebodys (&g_array_index (all, SatchelParty, i - 1),
                      (Parties){ (const SatchelParty *)(gpointer)all->data, all->len }))
      g_array_remove_index (all, i - 1);
  return satchel_value_new_parties ((const SatchelParty *)(gpointer)all->data, all->len);
}

static void
expect_joined (SimJoin *join, SimView *view, const SimRow *there, const SatchelRecord *created)
{
  const gboolean writes = sim_view_may (view, there, SATCHEL_PRIVILEGE_WRITE);
  const gboolean names = writes && sim_view_may (view, there, SATCHEL_PRIVILEGE_APPEND);
  join->expected = satchel_record_copy (there->record);
  for (guint i = 0; i < created->entity->n_fields; i++) {
    const SatchelField *field = created->entity->fields[i];
    const SatchelValue *before = satchel_record_get (there->record, field),
                       *added = satchel_record_get (created, field);
    g_autoptr (SatchelValue) united = NULL;
    if (added == NULL)
      continue;
    if (g_str_equal (field->name, "tracked_by"))
      united = unite (before, added, join->user);
    else if (field->type == SATCHEL_TYPE_PARTIES && names)
      united = unite (before, added, NULL);
    else if (before == NULL && (field->type == SATCHEL_TYPE_LOOKUP ? names : writes) &&
             field->type != SATCHEL_TYPE_PARTIES)
      united = satchel_value_ref ((SatchelValue *)added);
    if (united != NULL)
      satchel_record_set (join->expected, field, united);
  }
}

/* ---- before ---- */

static SatchelRecord *
read_created (const SatchelEntity *entity, const SatchelChange *change)
{
  SatchelRecord *record = satchel_record_new (entity, change->record);
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    const SatchelField *field = satchel_entity_find_field (entity, edit->field);
    g_autoptr (SatchelValue) value = NULL;
    if (field != NULL && edit->value != NULL && satchel_value_from_wire (field, edit->value, &value, NULL))
      satchel_record_set (record, field, value);
  }
  return record;
}

/* Follows what the rules say until it is clear which record it will be. */
static void
foresee (SimWorld *world, SimJoin *join, SimView *view, const SatchelRecord *created)
{
  const SimTruth *truth = sim_truth_get (world);
  join->target = g_strdup (join->change->record);
  for (guint i = 0; i < MOST_OWN; i++) {
    const SimRow *there = sim_truth_find (truth, join->target);
    g_autoptr (SatchelRecord) gone =
        there == NULL ? sim_truth_read_gone (world, created->entity, join->target) : NULL;
    const SimRow past = { gone, NULL };
    const SimRow *stored = there != NULL ? there : gone != NULL ? &past : NULL;
    g_autoptr (SimView) now = sim_view_new (world, truth, join->user, NULL);
    char *beside;
    join->fate = FATE_NEW;
    if (stored == NULL)
      return;
    if (is_same (created, stored->record) &&
        (sim_view_reads (now, stored) || shows (created, stored->record, now, truth))) {
      join->fate = there != NULL ? FATE_JOINED : FATE_NEW;
      if (there != NULL)
        expect_joined (join, view, there, created);
      return;
    }
    beside = own_id (join->target, join->user);
    g_free (join->target);
    join->target = beside;
  }
}

static void
expect_set (SimWorld *world, const SatchelPushJob *job, const SatchelChangeSet *set, GPtrArray *joins)
{
  const SimTruth *truth = sim_truth_get (world);
  sqlite3 *db = sim_server_handle (world);
  if (sim_read_integer (world, db, "SELECT s FROM outcome WHERE uuid = ?1", set->uuid) >= 0)
    return;
  for (guint i = 0; i < set->changes->len; i++) {
    const SatchelChange *change = set->changes->pdata[i];
    const SatchelEntity *entity = satchel_registry_find (truth->registry, change->entity);
    if (change->kind != SATCHEL_CHANGE_CREATE || entity == NULL || entity->once == NULL)
      continue;
    g_autoptr (SatchelRecord) created = read_created (entity, change);
    g_autoptr (SimView) view = sim_view_new (world, truth, job->caller->user, NULL);
    SimJoin *join = g_new0 (SimJoin, 1);
    join->set = set;
    join->change = change;
    join->user = g_strdup (job->caller->user);
    join->s = sim_read_integer (world, db, "SELECT s FROM clock", NULL);
    if (satchel_record_get (created, entity->once) != NULL) {
      foresee (world, join, view, created);
      g_ptr_array_add (joins, join);
    } else {
      join_free (join);
    }
  }
}

GPtrArray *
sim_join_expect (SimWorld *world, const SatchelPushJob *jobs, guint n_jobs)
{
  GPtrArray *joins = g_ptr_array_new_with_free_func (join_free);
  for (guint j = 0; j < n_jobs; j++)
    for (guint i = 0; i < jobs[j].push->sets->len; i++)
      expect_set (world, &jobs[j], jobs[j].push->sets->pdata[i], joins);
  return joins;
}

/* ---- after ---- */

/* Others of the batch, or of the same set, have touched what it is about. */
static gboolean
is_disturbed (SimWorld *world, sqlite3 *db, const SimJoin *join, gint64 s)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT 1 FROM change WHERE change >> 20 > %" G_GINT64_FORMAT " AND change >> 20 <> %" G_GINT64_FORMAT
      " AND (record IN ('%s', ?1) OR entity IN ('share', 'user', 'team', 'team_member', 'business_unit'))"
      " LIMIT 1",
      join->s, s, join->target);
  for (guint i = 0; i < join->set->changes->len; i++) {
    const SatchelChange *other = join->set->changes->pdata[i];
    if (other != join->change &&
        (g_str_equal (other->record, join->change->record) || other->kind == SATCHEL_CHANGE_CREATE))
      return TRUE;
  }
  return sim_read_integer (world, db, sql, join->change->record) > 0;
}

/* What she named by the first id is her own record of it, which an earlier set of the same push may have
 * made. */
static gboolean
names_hers (const SimJoin *join, const SatchelField *field, const SatchelValue *expected,
            const SatchelValue *actual)
{
  return field->type == SATCHEL_TYPE_LOOKUP && expected != NULL && actual != NULL &&
         sim_join_names_own (satchel_value_get_id (actual), satchel_value_get_id (expected), join->user);
}

static gboolean
is_as_expected (const SatchelField *field, const SatchelValue *expected, const SatchelValue *actual)
{
  const Parties wanted = parties_of (field->type == SATCHEL_TYPE_PARTIES ? expected : NULL),
                held = parties_of (field->type == SATCHEL_TYPE_PARTIES ? actual : NULL);
  if (field->type != SATCHEL_TYPE_PARTIES)
    return satchel_value_equal (expected, actual);
  for (guint i = 0; i < wanted.n; i++)
    if (!has_party (held, &wanted.items[i]))
      return FALSE;
  return wanted.n == held.n;
}

static void
check_joined (SimWorld *world, const SimJoin *join)
{
  const SimTruth *truth = sim_truth_get (world);
  const SimRow *row = sim_truth_find (truth, join->target);
  g_autoptr (SimView) view = sim_view_new (world, truth, join->user, NULL);
  if (row == NULL)
    sim_fail (world, "1: set %s is joined to %s, which is gone", join->set->uuid, join->target);
  for (guint i = 0; i < row->record->entity->n_fields; i++) {
    const SatchelField *field = row->record->entity->fields[i];
    const SatchelField *before = satchel_entity_find_field (join->expected->entity, field->name);
    if (satchel_field_is_writable (field) && before != NULL &&
        !is_as_expected (field, satchel_record_get (join->expected, before),
                         satchel_record_get (row->record, field)) &&
        !names_hers (join, field, satchel_record_get (join->expected, before),
                     satchel_record_get (row->record, field)))
      sim_fail (world, "1: set %s of %s is joined to %s, whose %s should be another", join->set->uuid,
                join->user, join->target, field->name);
  }
  if (!sim_view_reads (view, row))
    sim_fail (world, "1: %s may not read %s, to which her set %s is joined", join->user, join->target,
              join->set->uuid);
}

static void
check_one (SimWorld *world, sqlite3 *db, const SimJoin *join)
{
  const gint64 s = sim_read_integer (world, db, "SELECT s FROM outcome WHERE uuid = ?1", join->set->uuid);
  g_autofree char *code =
      sim_read_text (world, db, "SELECT code FROM outcome WHERE uuid = ?1", join->set->uuid);
  if (s < 0 || is_disturbed (world, db, join, s))
    return;
  if (s == 0 && g_strcmp0 (code, "exists") == 0)
    sim_fail (world, "1: set %s of %s is refused, and may be %s", join->set->uuid, join->user, join->target);
  if (s <= 0)
    return;
  if (sim_join_is_created (world, db, join->target, s) != (join->fate == FATE_NEW))
    sim_fail (world, "1: set %s of %s should have %s %s", join->set->uuid, join->user,
              join->fate == FATE_NEW ? "made" : "joined", join->target);
  if (!g_str_equal (join->target, join->change->record) &&
      count_changes (world, db, join->change->record, s, "") > 0)
    sim_fail (world, "4: set %s of %s writes %s, which she could not know", join->set->uuid, join->user,
              join->change->record);
  if (join->fate == FATE_JOINED)
    check_joined (world, join);
}

void
sim_join_check (SimWorld *world, const GPtrArray *expected)
{
  sqlite3 *db = sim_server_handle (world);
  for (guint i = 0; i < expected->len; i++)
    check_one (world, db, expected->pdata[i]);
}
