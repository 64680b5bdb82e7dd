/* Writing and asking the change table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/feed.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "protocol/wire/message.h"
#include "sync-server/store/texts.h"

#include <string.h>

#define SHIFT              20 /* change = s << SHIFT | n */
#define MOST_HISTORY_BYTES (4 * 1024 * 1024)

gboolean
satchel_feed_begin (SatchelStore *store, SatchelCommit *commit, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "INSERT INTO commits (s, at_ms, made_at_ms, user, device, op) VALUES (?, ?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  commit->s = ++store->s;
  commit->n = 0;
  satchel_statement_bind_integer (statement, 1, commit->s);
  satchel_statement_bind_integer (statement, 2, commit->at_ms);
  satchel_statement_bind_integer (statement, 3, commit->made_at_ms);
  satchel_statement_bind_text (statement, 4, commit->user);
  satchel_statement_bind_text (statement, 5, commit->device);
  satchel_statement_bind_text (statement, 6, commit->op);
  return satchel_statement_run (statement, error);
}

/* The insert with all but old and new bound. */
static SatchelStatement *
prepare_insert (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record, const char *field,
                GError **error)
{
  SatchelStatement *statement;

  if (commit->n >= SATCHEL_FEED_MAX_CHANGES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "more than %d changes at once",
                 SATCHEL_FEED_MAX_CHANGES);
    return NULL;
  }
  statement = satchel_database_prepare (
      store->database,
      "INSERT INTO change (change, entity, record, field, old, new) VALUES (?, ?, ?, ?, ?, ?)", error);
  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, commit->s << SHIFT | commit->n++);
  satchel_statement_bind_text (statement, 2, record->entity->name);
  satchel_statement_bind_text (statement, 3, record->id);
  satchel_statement_bind_text (statement, 4, field);
  return statement;
}

gboolean
satchel_feed_add_field (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                        const SatchelField *field, const SatchelValue *old, const SatchelValue *new,
                        GError **error)
{
  SatchelStatement *statement = prepare_insert (store, commit, record, field->name, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_value (statement, 5, field, old);
  satchel_statement_bind_value (statement, 6, field, new);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_feed_add_created (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                          GError **error)
{
  SatchelStatement *statement = prepare_insert (store, commit, record, "", error);

  return statement != NULL && satchel_statement_run (statement, error);
}

gboolean
satchel_feed_add_deleted (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                          GError **error)
{
  const SatchelEntity *entity = record->entity;
  SatchelStatement *statement = prepare_insert (store, commit, record, "", error);
  JsonObject *values = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), values);
  g_autofree char *text = NULL;

  json_object_unref (values);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < entity->n_fields; i++) {
    if (record->values[i] != NULL)
      json_object_set_member (values, entity->fields[i]->name,
                              satchel_value_to_wire (entity->fields[i], record->values[i]));
  }
  text = satchel_json_print (node);
  satchel_statement_bind_text (statement, 5, text);
  return satchel_statement_run (statement, error);
}

/* ---- asking about what happened since ---- */

void
satchel_field_history_clear (SatchelFieldHistory *history)
{
  g_clear_pointer (&history->other_user, g_free);
  g_clear_pointer (&history->base, satchel_value_unref);
}

gboolean
satchel_feed_read_field (SatchelStore *store, const SatchelRecord *record, const SatchelField *field,
                         gint64 s, const char *device, SatchelFieldHistory *history, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT c.old, t.device, t.user, t.at_ms FROM change c JOIN commits t ON t.s = c.change >> 20"
      " WHERE c.record = ? AND c.change >= ? AND c.field = ? AND c.entity = ? ORDER BY c.change DESC",
      error);
  gboolean row;

  memset (history, 0, sizeof *history);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record->id);
  satchel_statement_bind_integer (statement, 2, (s + 1) << SHIFT);
  satchel_statement_bind_text (statement, 3, field->name);
  satchel_statement_bind_text (statement, 4, record->entity->name);
  while (satchel_statement_step (statement, &row, error)) {
    const char *by;
    gboolean is_device;

    if (!row)
      return TRUE;
    by = satchel_statement_get_text (statement, 1);
    is_device = by != NULL && g_str_equal (by, device);
    if (!history->changed)
      history->latest_is_device = is_device;
    if (!is_device && !history->others) {
      history->others = TRUE;
      history->other_user = g_strdup (satchel_statement_get_text (statement, 2));
      history->other_at_ms = satchel_statement_get_integer (statement, 3);
    }
    history->changed = TRUE;
    g_clear_pointer (&history->base, satchel_value_unref);
    if (!satchel_statement_get_value (statement, 0, field, &history->base, error)) {
      satchel_statement_reset (statement);
      break;
    }
  }
  satchel_field_history_clear (history);
  return FALSE;
}

gboolean
satchel_feed_changed_by_others (SatchelStore *store, const char *entity, const char *record, gint64 s,
                                const char *device, gboolean *changed, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT 1 FROM change c JOIN commits t ON t.s = c.change >> 20"
      " WHERE c.record = ? AND c.change >= ? AND c.entity = ? AND t.device IS NOT ? LIMIT 1",
      error);
  gint64 found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_integer (statement, 2, (s + 1) << SHIFT);
  satchel_statement_bind_text (statement, 3, entity);
  satchel_statement_bind_text (statement, 4, device);
  if (!satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *changed = found == 1;
  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
is_among (const GArray *ranges, gint64 s)
{
  for (guint i = 0; ranges != NULL && i < ranges->len; i += 2) {
    if (s >= g_array_index (ranges, gint64, i) && s <= g_array_index (ranges, gint64, i + 1))
      return TRUE;
  }
  return FALSE;
}

/* What was changed of one row, as it is read. */
typedef struct {
  gint64 row; /* 0: none yet */
  gboolean foreign;
  GPtrArray *names; /* char* */
  GString *text;
} Changed;

static void
changed_clear (Changed *changed)
{
  g_ptr_array_unref (changed->names);
  g_string_free (changed->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Changed, changed_clear)

/* Each once, in the order of bytes. */
static void
tell_changed (Changed *changed, SatchelFieldsFunc visit, gpointer data)
{
  GPtrArray *names = changed->names;

  g_string_truncate (changed->text, 0);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len && changed->foreign; i++) {
    if (i > 0 && g_str_equal (names->pdata[i], names->pdata[i - 1]))
      continue;
    if (i > 0)
      g_string_append_c (changed->text, ',');
    g_string_append (changed->text, names->pdata[i]);
  }
  if (changed->row != 0)
    visit (changed->row, changed->text->str, data);
  g_ptr_array_set_size (names, 0);
  changed->foreign = FALSE;
}

/* What is changed of the rows of a slice, in @list. */
static gboolean
visit_slice (SatchelStatement *statement, const char *list, gint64 s, const GArray *own, Changed *changed,
             SatchelFieldsFunc visit, gpointer data, GError **error)
{
  gboolean more;

  changed->row = 0;
  satchel_statement_bind_text (statement, 1, list);
  satchel_statement_bind_integer (statement, 2, (s + 1) << SHIFT);
  while (satchel_statement_step (statement, &more, error)) {
    const gint64 row = more ? satchel_statement_get_integer (statement, 0) : 0;

    if (row != changed->row) {
      tell_changed (changed, visit, data);
      changed->row = row;
    }
    if (!more)
      return TRUE;
    if (satchel_statement_is_null (statement, 2))
      continue;
    changed->foreign = changed->foreign || !is_among (own, satchel_statement_get_integer (statement, 1));
    g_ptr_array_add (changed->names, g_strdup (satchel_statement_get_text (statement, 2)));
  }
  return FALSE;
}

/* One statement for many of them; to begin one costs more than what it finds. Sorted here: SQLite would build
 * two trees for a handful of names. */
gboolean
satchel_feed_visit_fields (SatchelStore *store, const SatchelEntity *entity, const GArray *rows, gint64 s,
                           const GArray *own, SatchelFieldsFunc visit, gpointer data, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT r.row, c.change >> 20, c.field FROM json_each (?) j CROSS JOIN %s r ON r.row = j.value"
      " LEFT JOIN change c ON c.record = r.id AND c.change >= ? AND c.entity = '%s'",
      satchel_sql_table (entity), entity->name);
  g_auto (Changed)
      changed = { .names = g_ptr_array_new_with_free_func (g_free), .text = g_string_new (NULL) };

  for (guint first = 0; first < rows->len;) {
    g_autofree char *list = satchel_texts_print_slice (rows, &first);
    SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

    if (statement == NULL || !visit_slice (statement, list, s, own, &changed, visit, data, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_feed_count_commits (SatchelStore *store, const char *device, gint64 first, gint64 last, gint64 *n,
                            GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT count (*) FROM commits WHERE s BETWEEN ? AND ? AND device = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, first);
  satchel_statement_bind_integer (statement, 2, last);
  satchel_statement_bind_text (statement, 3, device);
  return satchel_statement_take_integer (statement, 0, n, error);
}

gboolean
satchel_feed_knows (SatchelStore *store, const char *record, gboolean *known, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT 1 FROM change WHERE record = ? LIMIT 1", error);
  gint64 found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  if (!satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *known = found == 1;
  return TRUE;
}

/* ---- deletes and commits, for restore ---- */

/* The record that add_deleted() wrote. Fields that the registry has lost meanwhile are left out. */
static SatchelRecord *
parse_deleted (const SatchelEntity *entity, const char *id, const char *text, GError **error)
{
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, id);
  g_autoptr (JsonNode) node = json_from_string (text, error);
  JsonObject *values;

  if (node == NULL)
    return NULL;
  values = json_node_get_object (node);
  for (guint i = 0; i < entity->n_fields; i++) {
    JsonNode *value = json_object_get_member (values, entity->fields[i]->name);

    if (value == NULL)
      continue;
    if (satchel_type_is_stored_integer (entity->fields[i]->type))
      record->values[i] = satchel_value_from_stored_integer (entity->fields[i], json_node_get_int (value));
    else if (!satchel_value_from_stored_text (entity->fields[i], json_node_get_string (value),
                                              &record->values[i], error))
      return NULL;
  }
  return g_steal_pointer (&record);
}

gboolean
satchel_feed_find_delete (SatchelStore *store, const SatchelEntity *entity, const char *record, gint64 *s,
                          SatchelRecord **deleted, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "SELECT change >> 20, old FROM change WHERE record = ? AND entity = ? AND "
                                "field = '' AND old IS NOT NULL"
                                " ORDER BY change DESC LIMIT 1",
                                error);
  gboolean row;

  *s = 0;
  *deleted = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity->name);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *s = satchel_statement_get_integer (statement, 0);
  *deleted = parse_deleted (entity, record, satchel_statement_get_text (statement, 1), error);
  satchel_statement_reset (statement);
  return *deleted != NULL;
}

void
satchel_feed_entry_free (SatchelFeedEntry *entry)
{
  g_free (entry->record);
  g_clear_pointer (&entry->deleted, satchel_record_free);
  satchel_value_unref (entry->old);
  satchel_value_unref (entry->new);
  g_free (entry);
}

static SatchelFeedEntry *
read_entry (SatchelStatement *statement, const SatchelEntity *entity, GError **error)
{
  SatchelFeedEntry *entry = g_new0 (SatchelFeedEntry, 1);
  const char *field = satchel_statement_get_text (statement, 2);
  gboolean read = TRUE;

  entry->entity = entity;
  entry->record = g_strdup (satchel_statement_get_text (statement, 1));
  if (*field != '\0') {
    entry->field = satchel_entity_find_field (entity, field);
    read = satchel_statement_get_value (statement, 3, entry->field, &entry->old, error) &&
           satchel_statement_get_value (statement, 4, entry->field, &entry->new, error);
  } else if (!satchel_statement_is_null (statement, 3)) {
    entry->deleted = parse_deleted (entity, entry->record, satchel_statement_get_text (statement, 3), error);
    read = entry->deleted != NULL;
  }
  if (!read)
    g_clear_pointer (&entry, satchel_feed_entry_free);
  return entry;
}

gboolean
satchel_feed_find_field (SatchelStore *store, const SatchelRecord *record, const char *field, gint64 *s,
                         GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT max (change) >> 20 FROM change WHERE record = ? AND entity = ? AND field = ?",
      error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record->id);
  satchel_statement_bind_text (statement, 2, record->entity->name);
  satchel_statement_bind_text (statement, 3, field);
  return satchel_statement_take_integer (statement, 0, s, error);
}

GPtrArray *
satchel_feed_list_commit (SatchelStore *store, gint64 s, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT entity, record, field, old, new FROM change WHERE change >= ? AND change < ? ORDER BY change",
      error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_feed_entry_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, s << SHIFT);
  satchel_statement_bind_integer (statement, 2, (s + 1) << SHIFT);
  while (satchel_statement_step (statement, &row, error)) {
    const SatchelEntity *entity;
    const char *field;
    SatchelFeedEntry *entry;

    if (!row)
      return g_steal_pointer (&entries);
    entity = satchel_registry_find (store->registry, satchel_statement_get_text (statement, 0));
    field = satchel_statement_get_text (statement, 2);
    if (entity == NULL || (*field != '\0' && satchel_entity_find_field (entity, field) == NULL))
      continue;
    entry = read_entry (statement, entity, error);
    if (entry == NULL) {
      satchel_statement_reset (statement);
      return NULL;
    }
    g_ptr_array_add (entries, entry);
  }
  return NULL;
}

GPtrArray *
satchel_feed_list_old_values (SatchelStore *store, const SatchelEntity *entity, const char *record,
                              const char *field, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT old FROM change WHERE record = ? AND entity = ? AND field = ? AND old IS NOT NULL", error);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity->name);
  satchel_statement_bind_text (statement, 3, field);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&values);
    g_ptr_array_add (values, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return NULL;
}

/* "('name', 'phone')": the fields that may be told; what the registry has lost is not. */
static char *
visible_sql (const SatchelEntity *entity, const char *const *hidden_classes)
{
  GString *sql = g_string_new ("(NULL");

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (field->secured == NULL || !g_strv_contains (hidden_classes, field->secured))
      g_string_append_printf (sql, ", '%s'", field->name);
  }
  g_string_append_c (sql, ')');
  return g_string_free (sql, FALSE);
}

char *
satchel_feed_history_json (SatchelStore *store, const SatchelEntity *entity, const char *record,
                           const char *const *hidden_classes, const char *user_guard, gint64 limit,
                           GError **error)
{
  g_autofree char *visible = visible_sql (entity, hidden_classes);
  g_autofree char *sql = g_strdup_printf (
      "SELECT json_object ('s', c.change >> 20, 'field', c.field,"
      " 'old', CASE WHEN c.field = '' AND c.old IS NOT NULL THEN"
      " json ((SELECT json_group_object (j.key, j.value) FROM json_each (c.old) j WHERE j.key IN %s))"
      " ELSE c.old END, 'new', c.new, 'by', t.user, 'by_name', u.f_name, 'at', t.at_ms)"
      " FROM change c JOIN commits t ON t.s = c.change >> 20 LEFT JOIN e_user u ON u.id = t.user AND %s"
      " WHERE c.record = ? AND c.entity = ? AND (c.field = '' OR c.field IN %s)"
      " ORDER BY c.change DESC LIMIT ?",
      visible, user_guard, visible);
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  g_autoptr (GString) text = g_string_new ("[");
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity->name);
  satchel_statement_bind_integer (statement, 3, limit);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row || text->len > MOST_HISTORY_BYTES) {
      satchel_statement_reset (statement);
      g_string_append_c (text, ']');
      return g_string_free (g_steal_pointer (&text), FALSE);
    }
    if (text->len > 1)
      g_string_append_c (text, ',');
    g_string_append (text, satchel_statement_get_text (statement, 0));
  }
  return NULL;
}
