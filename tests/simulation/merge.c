/* Merge, told again from the change table: what a field held, who changed it since the author looked, and so
 * what it must hold now. Sets, parties and files are left to the tests of protocol; of merged texts it is
 * asked that no word is lost.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/merge.h"

#include <stdlib.h>
#include <string.h>

#include "tests/simulation/join.h"
#include "tests/simulation/read.h"
#include "tests/simulation/truth.h"

/* One edited field. Values are texts as they are stored; NULL: empty. */
typedef struct {
  SimDevice *device;
  sqlite3 *db;
  const SatchelChange *change;
  const SatchelField *field;
  gint64 s, seen;
  char *author; /* the device that wrote it */
  char *mine, *base, *theirs, *result;
  gboolean others, latest_is_others; /* changed it after @seen, and before @s */
} Case;

static void
case_clear (Case *one)
{
  g_free (one->author);
  g_free (one->mine);
  g_free (one->base);
  g_free (one->theirs);
  g_free (one->result);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

/* *is_text FALSE: not of the kinds that are looked at here. */
static char *
stored_text (JsonNode *value, gboolean *is_text)
{
  *is_text = value == NULL || !(JSON_NODE_HOLDS_ARRAY (value) || JSON_NODE_HOLDS_OBJECT (value));
  if (value == NULL || JSON_NODE_HOLDS_NULL (value) || !*is_text)
    return NULL;
  if (json_node_get_value_type (value) == G_TYPE_STRING)
    return json_node_dup_string (value);
  if (json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (value) ? "1" : "0");
  return satchel_json_print (value);
}

static sqlite3_stmt *
select_changes (const Case *one, const char *field, const char *where)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT CAST (old AS TEXT), CAST (new AS TEXT), (SELECT device FROM commits WHERE s = change >> 20)"
      " FROM change WHERE record = ?1 AND field = ?2 AND %s ORDER BY change",
      where);
  sqlite3_stmt *statement = sim_prepare (one->device->world, one->db, sql);
  sqlite3_bind_text (statement, 1, one->change->record, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, field, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, one->s);
  sqlite3_bind_int64 (statement, 4, one->seen);
  return statement;
}

/* What its commit made of the field; FALSE: it left it as it was. */
static gboolean
read_written (Case *one)
{
  sqlite3_stmt *statement = select_changes (one, one->field->name, "change >> 20 = ?3");
  gboolean written = sqlite3_step (statement) == SQLITE_ROW;
  if (written) {
    one->theirs = g_strdup ((const char *)sqlite3_column_text (statement, 0));
    one->result = g_strdup ((const char *)sqlite3_column_text (statement, 1));
  }
  sqlite3_finalize (statement);
  return written;
}

/* The value that it left: before the next change, or of now; FALSE: the record is gone. */
static gboolean
read_left (Case *one)
{
  sqlite3_stmt *statement = select_changes (one, one->field->name, "change >> 20 > ?3");
  const SimRow *row = sim_truth_find (sim_truth_get (one->device->world), one->change->record);
  gboolean known = sqlite3_step (statement) == SQLITE_ROW;
  if (known) {
    one->theirs = g_strdup ((const char *)sqlite3_column_text (statement, 0));
  } else if (row != NULL) {
    g_autofree char *sql = g_strdup_printf ("SELECT CAST (f_%s AS TEXT) FROM e_%s WHERE id = ?1",
                                            one->field->name, one->change->entity);
    one->theirs = sim_read_text (one->device->world, one->db, sql, one->change->record);
    known = TRUE;
  }
  sqlite3_finalize (statement);
  one->result = g_strdup (one->theirs);
  return known;
}

/* Deleted and restored meanwhile, a record's fields have no history that could be followed here. */
static gboolean
was_gone (const Case *one)
{
  return sim_read_integer (one->device->world, one->db,
                           "SELECT 1 FROM change WHERE record = ?1 AND field = ''"
                           " AND old IS NOT NULL LIMIT 1",
                           one->change->record) > 0;
}

static void
read_others (Case *one, const char *field)
{
  sqlite3_stmt *statement = select_changes (one, field, "change >> 20 < ?3 AND change >> 20 > ?4");
  gboolean latest = FALSE;
  while (sqlite3_step (statement) == SQLITE_ROW) {
    latest = g_strcmp0 ((const char *)sqlite3_column_text (statement, 2), one->author) != 0;
    one->others |= latest;
  }
  one->latest_is_others |= latest;
  sqlite3_finalize (statement);
}

/* ---- the rules ---- */

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static gint64
number (const char *text)
{
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/* Every word that @mine has and @base has not is in @result. */
static gboolean
keeps_words (const Case *one)
{
  g_auto (GStrv) words = g_strsplit_set (one->mine != NULL ? one->mine : "", " \n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if ((one->base == NULL || strstr (one->base, words[i]) == NULL) &&
        (one->result == NULL || strstr (one->result, words[i]) == NULL))
      return FALSE;
  return TRUE;
}

static gboolean
is_right (const Case *one)
{
  const char *mine = one->mine, *theirs = one->theirs, *result = one->result;
  gboolean untouched = satchel_policy_needs_base (one->field->policy) ? !one->others : !one->latest_is_others;
  if (untouched || is (mine, theirs))
    return is (result, mine);
  if (one->field->group != NULL) /* the strictest of the group's fields decides */
    return is (result, mine) || is (result, theirs);
  switch (one->field->policy) {
  case SATCHEL_POLICY_LAST:
    return is (result, mine);
  case SATCHEL_POLICY_FIRST:
    return is (result, theirs != NULL ? theirs : mine);
  case SATCHEL_POLICY_REVIEW:
  case SATCHEL_POLICY_REFERENCE:
    return is (result, theirs);
  case SATCHEL_POLICY_COUNTER:
    return number (result) == number (theirs) + number (mine) - number (one->base);
  case SATCHEL_POLICY_MAX:
    return mine == NULL || theirs == NULL ? is (result, mine != NULL ? mine : theirs)
                                          : number (result) == MAX (number (mine), number (theirs));
  case SATCHEL_POLICY_MIN:
    return mine == NULL || theirs == NULL ? is (result, mine != NULL ? mine : theirs)
                                          : number (result) == MIN (number (mine), number (theirs));
  case SATCHEL_POLICY_STATE:
    return is (result, mine) || is (result, theirs);
  case SATCHEL_POLICY_TEXT:
  case SATCHEL_POLICY_APPEND:
    return is (result, theirs) || keeps_words (one);
  default:
    return TRUE;
  }
}

/* ---- one set ---- */

static void
check_edit (SimDevice *device, sqlite3 *db, const SatchelChangeSet *set, const SatchelChange *change,
            const SatchelEdit *edit, gint64 s, gint64 seen)
{
  SimWorld *world = device->world;
  const SatchelEntity *entity = satchel_registry_find (sim_truth_get (world)->registry, change->entity);
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, edit->field) : NULL;
  g_autofree char *commit = g_strdup_printf ("%" G_GINT64_FORMAT, s);
  g_auto (Case) one = { .device = device, .db = db, .change = change, .field = field, .s = s, .seen = seen };
  gboolean is_text, base_is_text;
  if (field == NULL || field->type == SATCHEL_TYPE_MULTICHOICE || was_gone (&one))
    return;
  one.mine = stored_text (edit->value, &is_text);
  one.base = stored_text (edit->base, &base_is_text);
  one.author = sim_read_text (world, db, "SELECT device FROM commits WHERE s = CAST (?1 AS INTEGER)", commit);
  if (!is_text || !base_is_text || (!read_written (&one) && !read_left (&one)))
    return;
  read_others (&one, field->name);
  for (guint i = 0; field->group != NULL && i < entity->n_fields; i++)
    if (entity->fields[i] != field && g_strcmp0 (entity->fields[i]->group, field->group) == 0)
      read_others (&one, entity->fields[i]->name);
  if (field->type == SATCHEL_TYPE_LOOKUP && one.mine != NULL && one.result != NULL &&
      sim_join_names_own (one.result, one.mine, satchel_session_get_user (device->session)))
    return; /* she names hers, which stands beside what has that id */
  if (!is_right (&one))
    sim_fail (world,
              "2: device %u, set %s at S %" G_GINT64_FORMAT ": %s.%s of %s, seen at %" G_GINT64_FORMAT
              " as “%s”, “%s” onto “%s” makes “%s”, %s",
              device->index, set->uuid, s, change->entity, field->name, change->record, seen, one.base,
              one.mine, one.theirs, one.result,
              one.others ? "changed meanwhile" : "which nobody else has touched");
}

/* "EPOCH.S.…": -1 where it is of an earlier epoch, of which a restored server knows less. */
static gint64
seen_s (SimWorld *world, sqlite3 *db, const char *cursor)
{
  g_auto (GStrv) parts = g_strsplit (cursor, ".", 3);
  g_autofree char *epoch = sim_read_text (world, db, "SELECT CAST (epoch AS TEXT) FROM clock", NULL);
  return g_strv_length (parts) == 3 && g_str_equal (parts[0], epoch) ? g_ascii_strtoll (parts[1], NULL, 10)
                                                                     : -1;
}

void
sim_merge_check (SimDevice *device, sqlite3 *db, const SatchelChangeSet *set, gint64 s)
{
  const SatchelChange *change = g_ptr_array_index (set->changes, 0);
  g_autofree char *meant =
      sim_join_find_meant (device->world, db, change->record, satchel_session_get_user (device->session), s);
  gint64 seen = -1;
  if (!g_str_equal (meant, change->record))
    return;
  if (set->changes->len == 1 && change->kind == SATCHEL_CHANGE_UPDATE && change->seen != NULL)
    seen = seen_s (device->world, db, change->seen);
  for (guint e = 0; seen >= 0 && e < change->edits->len; e++)
    check_edit (device, db, set, change, g_ptr_array_index (change->edits, e), s, seen);
}
