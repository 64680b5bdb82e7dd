/* All that was ever queued at a device, and what has become of it: invariants 1, 2, 7, 11 and 12.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/blobs/uses.h"
#include "tests/simulation/join.h"
#include "tests/simulation/merge.h"
#include "tests/simulation/read.h"

typedef struct {
  SatchelChangeSet *set;
  guint place;       /* in the order of writing */
  gboolean given_up; /* retried under another UUID, or discarded: the server need not know it */
} Entry;

struct _SimLedger {
  GHashTable *entries; /* uuid → Entry */
  GHashTable *parked;  /* uuids, as the inbox was last seen */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  satchel_change_set_free (entry->set);
  g_free (entry);
}

static GHashTable *
uuids_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

SimLedger *
sim_ledger_new (void)
{
  SimLedger *ledger = g_new0 (SimLedger, 1);
  ledger->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  return ledger;
}

static SatchelChangeSet *
copy_set (const SatchelChangeSet *set)
{
  SatchelChangeSet *copy = satchel_change_set_new (set->uuid, set->number, set->made_at_ms);
  for (guint c = 0; c < set->changes->len; c++) {
    const SatchelChange *change = g_ptr_array_index (set->changes, c);
    SatchelChange *to = satchel_change_set_add (copy, change->kind, change->entity, change->record,
                                                change->seen, change->action);
    for (guint e = 0; e < change->edits->len; e++) {
      const SatchelEdit *edit = g_ptr_array_index (change->edits, e);
      satchel_change_add_edit (to, edit->field, json_node_copy (edit->value),
                               edit->base != NULL ? json_node_copy (edit->base) : NULL);
    }
  }
  return copy;
}

SimLedger *
sim_ledger_copy (const SimLedger *ledger)
{
  SimLedger *copy = sim_ledger_new ();
  GHashTableIter iter;
  gpointer uuid, value;
  g_hash_table_iter_init (&iter, ledger->entries);
  while (g_hash_table_iter_next (&iter, &uuid, &value)) {
    Entry *entry = g_memdup2 (value, sizeof *entry);
    entry->set = copy_set (entry->set);
    g_hash_table_insert (copy->entries, g_strdup (uuid), entry);
  }
  return copy;
}

void
sim_ledger_free (SimLedger *ledger)
{
  g_hash_table_unref (ledger->entries);
  g_clear_pointer (&ledger->parked, g_hash_table_unref);
  g_free (ledger);
}

/* ---- noting ---- */

static GPtrArray *
list_sets (SimDevice *device, SatchelSetState state)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *sets =
      satchel_outbox_list (satchel_session_get_outbox (device->session), 1u << state, -1, &error);
  sim_check (device->world, sets != NULL, error, "listing the outbox");
  return sets;
}

static GHashTable *
list_parked (SimDevice *device)
{
  g_autoptr (GPtrArray) sets = list_sets (device, SATCHEL_SET_PARKED);
  GHashTable *uuids = uuids_new ();
  for (guint i = 0; i < sets->len; i++)
    g_hash_table_add (uuids, g_strdup (((SatchelQueuedSet *)g_ptr_array_index (sets, i))->set->uuid));
  return uuids;
}

void
sim_ledger_note (SimDevice *device)
{
  SimLedger *ledger = device->ledger;
  g_autoptr (GPtrArray) sets = list_sets (device, SATCHEL_SET_PENDING);
  for (guint i = 0; i < sets->len; i++) {
    const SatchelChangeSet *set = ((SatchelQueuedSet *)g_ptr_array_index (sets, i))->set;
    if (g_hash_table_contains (ledger->entries, set->uuid))
      continue;
    Entry *entry = g_new0 (Entry, 1);
    entry->set = copy_set (set);
    entry->place = g_hash_table_size (ledger->entries);
    g_hash_table_insert (ledger->entries, g_strdup (set->uuid), entry);
  }
  g_clear_pointer (&ledger->parked, g_hash_table_unref);
  ledger->parked = list_parked (device);
}

void
sim_ledger_give_up_one (SimLedger *ledger, const char *uuid)
{
  Entry *entry = g_hash_table_lookup (ledger->entries, uuid);
  if (entry != NULL)
    entry->given_up = TRUE;
}

void
sim_ledger_give_up (SimLedger *ledger, const SimLedger *kept)
{
  GHashTableIter iter;
  gpointer uuid, value;
  g_hash_table_iter_init (&iter, ledger->entries);
  while (g_hash_table_iter_next (&iter, &uuid, &value))
    if (kept == NULL || !g_hash_table_contains (kept->entries, uuid))
      ((Entry *)value)->given_up = TRUE;
}

void
sim_ledger_give_up_lost (SimDevice *device)
{
  GHashTableIter iter;
  gpointer uuid, value;
  g_hash_table_iter_init (&iter, device->ledger->entries);
  while (g_hash_table_iter_next (&iter, &uuid, &value))
    if (sim_read_integer (device->world, sim_server_handle (device->world),
                          "SELECT 1 FROM outcome WHERE uuid = ?1", uuid) < 0 &&
        sim_read_integer (device->world, sim_device_handle (device),
                          "SELECT 1 FROM set_queue WHERE uuid = ?1 UNION ALL"
                          " SELECT 1 FROM set_retained WHERE uuid = ?1",
                          uuid) < 0)
      ((Entry *)value)->given_up = TRUE;
}

/* Whoever is not parked any more was given up. The inbox was noted just before (sim_ledger_note). */
void
sim_ledger_note_inbox (SimDevice *device)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&device->ledger->parked);
  sim_ledger_note (device);
  GHashTableIter iter;
  gpointer uuid;
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &uuid, NULL)) {
    Entry *entry = g_hash_table_lookup (device->ledger->entries, uuid);
    if (!g_hash_table_contains (device->ledger->parked, uuid))
      entry->given_up = TRUE;
  }
}

/* ---- 2: every accepted value is kept somewhere ---- */

/* Everything the server still knows of a record: its row, its changes, its conflicts, and those that were
 * deleted with it: history keeps their values. */
static char *
everything_known (SimWorld *world, sqlite3 *db, const SatchelEntity *entity, const char *id)
{
  GString *row = g_string_new ("SELECT ''");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (row, "||' '||ifnull(f_%s, '')", entity->fields[i]->name);
  g_string_append_printf (row, " FROM e_%s WHERE id = ?1", entity->name);
  g_autofree char *row_sql = g_string_free (row, FALSE);
  const char *const queries[] = {
    row_sql,
    "SELECT ifnull(old, '')||' '||ifnull(new, '') FROM change WHERE record = ?1",
    "SELECT ifnull(f_base, '')||' '||ifnull(f_mine, '')||' '||ifnull(f_theirs, '') FROM e_conflict"
    " WHERE f_record_id = ?1",
    "SELECT old FROM change WHERE entity = 'conflict' AND field = '' AND old ->> 'record_id' = ?1",
  };
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *lines = sim_read_lines (world, db, queries[i], id);
    g_string_append (text, lines);
  }
  g_string_replace (text, "\\\"", "\"", 0); /* deleted rows are kept as JSON */
  g_string_replace (text, "\\n", "\n", 0);
  return g_string_free (text, FALSE);
}

static void
check_kept (SimDevice *device, sqlite3 *db, const char *uuid, const SatchelChange *change,
            const SatchelEdit *edit, const char *record)
{
  SimWorld *world = device->world;
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), change->entity);
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, edit->field) : NULL;
  if (field == NULL)
    sim_fail (world, "2: device %u, set %s is applied and wrote %s.%s, which nobody knows", device->index,
              uuid, change->entity, edit->field);
  if (JSON_NODE_HOLDS_NULL (edit->value) || field->policy == SATCHEL_POLICY_MAX ||
      field->policy == SATCHEL_POLICY_MIN || field->policy == SATCHEL_POLICY_COUNTER)
    return; /* nothing typed, or kept as a part of another number */
  g_autofree char *known = everything_known (world, db, entity, record);
  g_autofree char *whole = json_node_get_value_type (edit->value) == G_TYPE_STRING
                               ? g_strdup (json_node_get_string (edit->value))
                               : satchel_json_print (edit->value);
  g_auto (GStrv) words = g_strsplit_set (whole, field->policy == SATCHEL_POLICY_TEXT ? " \n" : "|", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (known, words[i]) == NULL &&
        !(field->type == SATCHEL_TYPE_LOOKUP &&
          sim_join_names_own (known, words[i], satchel_session_get_user (device->session))))
      sim_fail (world, "2: device %u, set %s: “%s” typed into %s.%s of %s is nowhere", device->index, uuid,
                words[i], change->entity, edit->field, change->record);
}

/* ---- 1: effects ---- */

/* A plain edit's commit changes no entered field that the set does not name; a create makes its record there.
 */
static void
check_effect (SimDevice *device, sqlite3 *db, const Entry *entry, const SatchelChange *change,
              const char *record, gint64 s)
{
  SimWorld *world = device->world;
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), change->entity);
  g_autofree char *sql = g_strdup_printf ("SELECT field FROM change WHERE record = ?1 AND change >> 20 = "
                                          "%" G_GINT64_FORMAT " ORDER BY change",
                                          s);
  g_autofree char *lines = sim_read_lines (world, db, sql, record);
  if (change->kind == SATCHEL_CHANGE_CREATE && !g_str_equal (lines, "\n"))
    sim_fail (world, "1: device %u, set %s: its commit does not create %s but writes “%s”", device->index,
              entry->set->uuid, change->record, lines);
  if (change->kind != SATCHEL_CHANGE_UPDATE)
    return;
  g_auto (GStrv) fields = g_strsplit (lines, "\n", -1);
  for (guint i = 0; fields[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (entity, fields[i]);
    if (field != NULL && field->origin == SATCHEL_ORIGIN_ENTERED &&
        satchel_change_find_edit (change, fields[i]) == NULL)
      sim_fail (world, "1: device %u, set %s: its commit writes %s, which it does not name", device->index,
                entry->set->uuid, fields[i]);
  }
}

/* A conflict that an applied set resolved stays so, unless it is gone with its record. */
static void
check_resolved (SimDevice *device, sqlite3 *db, const SatchelChange *change)
{
  g_autofree char *status =
      sim_read_text (device->world, db, "SELECT f_status FROM e_conflict WHERE id = ?1", change->record);
  if (g_str_equal (change->action, "resolve") && status != NULL && !g_str_equal (status, "resolved"))
    sim_fail (device->world, "2: device %u has resolved conflict %s, which is %s", device->index,
              change->record, status);
}

/* What is joined to a record that was there may leave all of that as it is (join.h looks at it). */
static gboolean
is_joined (SimDevice *device, sqlite3 *db, const SatchelChange *change, const char *record, gint64 s)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), change->entity);
  return change->kind == SATCHEL_CHANGE_CREATE && entity != NULL && entity->once != NULL &&
         !sim_join_is_created (device->world, db, record, s);
}

static void
check_applied (SimDevice *device, sqlite3 *db, const Entry *entry, gint64 s)
{
  const SatchelChangeSet *set = entry->set;
  sim_merge_check (device, db, set, s);
  for (guint c = 0; c < set->changes->len; c++) {
    const SatchelChange *change = g_ptr_array_index (set->changes, c);
    if (change->kind == SATCHEL_CHANGE_ACTION) {
      check_resolved (device, db, change);
      continue;
    }
    g_autofree char *record = sim_join_find_meant (device->world, db, change->record,
                                                   satchel_session_get_user (device->session), s);
    if (is_joined (device, db, change, record, s))
      continue;
    check_effect (device, db, entry, change, record, s);
    for (guint e = 0; e < change->edits->len; e++)
      check_kept (device, db, set->uuid, change, g_ptr_array_index (change->edits, e), record);
  }
}

/* ---- 7: what is held back ---- */

/* Whether @later names something that @earlier would make, or writes a field that @earlier writes. */
static gboolean
change_builds_on (const SatchelChange *later, const SatchelChange *earlier)
{
  const char *made[8] = { 0 };
  guint n_made = 0;
  if (earlier->kind == SATCHEL_CHANGE_CREATE)
    made[n_made++] = earlier->record;
  for (guint e = 0; g_strcmp0 (earlier->action, "qualify") == 0 && e < earlier->edits->len; e++)
    made[n_made++] = json_node_get_string (((SatchelEdit *)g_ptr_array_index (earlier->edits, e))->value);
  for (guint m = 0; m < n_made; m++) {
    if (g_str_equal (later->record, made[m]))
      return TRUE;
    for (guint e = 0; e < later->edits->len; e++) {
      JsonNode *value = ((SatchelEdit *)g_ptr_array_index (later->edits, e))->value;
      g_autofree char *text = satchel_json_print (value);
      if (strstr (text, made[m]) != NULL)
        return TRUE;
    }
  }
  if (!g_str_equal (later->record, earlier->record))
    return FALSE;
  for (guint e = 0; e < earlier->edits->len; e++)
    if (satchel_change_find_edit (later, ((SatchelEdit *)g_ptr_array_index (earlier->edits, e))->field) !=
        NULL)
      return TRUE;
  return g_strcmp0 (earlier->action, "qualify") == 0 && satchel_change_find_edit (later, "status") != NULL;
}

static gboolean
set_builds_on (const SatchelChangeSet *later, const SatchelChangeSet *earlier)
{
  for (guint i = 0; i < later->changes->len; i++)
    for (guint j = 0; j < earlier->changes->len; j++)
      if (change_builds_on (g_ptr_array_index (later->changes, i), g_ptr_array_index (earlier->changes, j)))
        return TRUE;
  return FALSE;
}

/* A parked set, perhaps given up since, is the reason: an earlier one, unless a restored server has met them
 * in another order. */
static void
check_held_back (SimDevice *device, sqlite3 *db, const Entry *entry)
{
  GHashTableIter iter;
  gpointer uuid, value;
  g_hash_table_iter_init (&iter, device->ledger->entries);
  while (g_hash_table_iter_next (&iter, &uuid, &value)) {
    const Entry *other = value;
    gboolean before = other->place < entry->place;
    if ((before || device->world->n_restores > 0) && set_builds_on (entry->set, other->set) &&
        sim_read_integer (device->world, db, "SELECT s FROM outcome WHERE uuid = ?1", uuid) <= 0)
      return;
  }
  sim_fail (device->world, "7: device %u: set %s is held back by nothing", device->index, entry->set->uuid);
}

/* ---- at rest ---- */

static gboolean
names_file (const SatchelChangeSet *set)
{
  g_autoptr (GPtrArray) files = satchel_blobs_of_set (set);
  return files->len > 0;
}

/* What lacks its file at the server, and what depends on it, is queued anew under another UUID without
 * anybody's doing, once the file is there. */
static gboolean
may_be_queued_anew (SimDevice *device, const Entry *entry)
{
  GHashTableIter iter;
  gpointer value;
  gboolean may = names_file (entry->set);
  g_hash_table_iter_init (&iter, device->ledger->entries);
  while (!may && g_hash_table_iter_next (&iter, NULL, &value)) {
    const Entry *other = value;
    may = names_file (other->set) && set_builds_on (entry->set, other->set);
  }
  return may;
}

void
sim_ledger_check (SimDevice *device, sqlite3 *db)
{
  SimWorld *world = device->world;
  g_autoptr (GHashTable) parked = list_parked (device);
  GHashTableIter iter;
  gpointer uuid, value;
  g_hash_table_iter_init (&iter, device->ledger->entries);
  while (g_hash_table_iter_next (&iter, &uuid, &value)) {
    const Entry *entry = value;
    gint64 s = sim_read_integer (world, db, "SELECT s FROM outcome WHERE uuid = ?1", uuid);
    gboolean given_up = entry->given_up || (s <= 0 && may_be_queued_anew (device, entry));
    if (s < 0 && !given_up)
      sim_fail (world, "11, 12: device %u: set %s has no outcome", device->index, (char *)uuid);
    g_autofree char *code = sim_read_text (world, db, "SELECT code FROM outcome WHERE uuid = ?1", uuid);
    if (s == 0 && !given_up && !g_hash_table_contains (parked, uuid))
      sim_fail (world, "2: device %u: set %s is parked and not in its inbox", device->index, (char *)uuid);
    if (s > 0 && g_hash_table_contains (parked, uuid))
      sim_fail (world, "2: device %u: set %s is applied and still in its inbox", device->index, (char *)uuid);
    if (s > 0)
      check_applied (device, db, entry, s);
    if (g_strcmp0 (code, "depends") == 0)
      check_held_back (device, db, entry);
  }
}

/* Effects that would stand twice: each query must find nothing. */
void
sim_ledger_check_once (SimWorld *world, sqlite3 *db)
{
  static const struct {
    const char *what, *sql;
  } doubled[] = {
    { "commits and applied sets differ",
      "SELECT s FROM commits WHERE device IS NOT NULL AND op NOT IN ('scope', 'pin', 'unpin')"
      " AND s NOT IN (SELECT s FROM outcome WHERE s > 0) UNION ALL SELECT s FROM outcome WHERE s > 0"
      " AND s NOT IN (SELECT s FROM commits WHERE device IS NOT NULL)"
      " UNION ALL SELECT s FROM outcome WHERE s > 0 GROUP BY s HAVING count(*) > 1" },
    { "one commit writes a field twice",
      "SELECT change >> 20||' '||record||' '||field FROM change GROUP BY change >> 20, record, field"
      " HAVING count(*) > 1" },
    { "a value does not follow from the one before it",
      "SELECT record||' '||field FROM (SELECT record, field, old, lag(new) OVER w AS before,"
      " lag(change) OVER w AS earlier, change FROM change WHERE field <> '' WINDOW w AS"
      " (PARTITION BY entity, record, field ORDER BY change)) c WHERE earlier IS NOT NULL AND old IS NOT "
      "before"
      " AND NOT EXISTS (SELECT 1 FROM change r WHERE r.record = c.record AND r.field = ''"
      " AND r.change > earlier AND r.change < c.change)"
      /* Records go along when their owner goes to another unit; that is the owner's history, not theirs. */
      " AND NOT (field = 'unit' AND EXISTS (SELECT 1 FROM change o WHERE o.entity IN ('user', 'team')"
      " AND o.field = 'unit' AND o.record <> c.record AND o.change > earlier AND o.change < c.change))" },
    { "a record is created twice without a delete between",
      "SELECT record FROM (SELECT record, old, lag(change) OVER w AS earlier, lag(old) OVER w AS before"
      " FROM change WHERE field = '' WINDOW w AS (PARTITION BY entity, record ORDER BY change))"
      " WHERE earlier IS NOT NULL AND (old IS NULL) = (before IS NULL)" },
    { "one set has filed one conflict twice",
      "SELECT f_set_id||' '||f_field FROM e_conflict GROUP BY f_set_id, f_record_id, f_field"
      " HAVING count(*) > 1" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (doubled); i++) {
    g_autofree char *lines = sim_read_lines (world, db, doubled[i].sql, NULL);
    if (*lines != '\0')
      sim_fail (world, "1: %s: %s", doubled[i].what, lines);
  }
}
