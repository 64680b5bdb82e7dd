/* Desks and their server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

#include <string.h>

#define MOST_PREPARED 3 /* as often does a service try (http/service.c) */

#include "protocol/metadata/succession.h"
#include "protocol/rules/validate.h"
#include "sync-server/server-private.h"

/* ---- the office ---- */

Office *
office_new (void)
{
  Office *office = g_new0 (Office, 1);
  g_autoptr (GError) error = NULL;

  office->dir = fixture_dir_new ();
  fake_clock_init (&office->clock, 7);
  office->registry = satchel_registry_builtin ();
  must (satchel_server_create (office->dir, "Dealer", office->registry, &office->clock.clock, &error));
  office_reopen (office);
  office->north = satchel_accounts_add_unit (office->server, NULL, "North", NULL, &error);
  g_assert_no_error (error);
  office->south = satchel_accounts_add_unit (office->server, NULL, "South", NULL, &error);
  g_assert_no_error (error);
  return office;
}

void
office_reopen (Office *office)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&office->server, satchel_server_close);
  office->server = satchel_server_open (office->dir, office->registry, &office->clock.clock, &error);
  g_assert_no_error (error);
}

void
office_free (Office *office)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_server_check (office->server, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *)problems->pdata[i]);
  g_assert_cmpint (problems->len, ==, 0);
  satchel_server_close (office->server);
  fixture_dir_remove (office->dir);
  g_free (office->north);
  g_free (office->south);
  g_free (office);
}

char *
office_employ (Office *office, const char *login, const char *role, const char *unit)
{
  const char *roles[] = { role, NULL };
  const SatchelNewUser user = { .login = login, .password = OFFICE_PASSWORD, .unit = unit, .roles = roles };
  g_autoptr (GError) error = NULL;
  char *id = satchel_accounts_add_user (office->server, NULL, &user, &error);

  g_assert_no_error (error);
  return id;
}

static void
set_text (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);

  satchel_record_set_by_name (record, field, value);
}

char *
office_choose (Office *office, const char *user, const char *entity, const char *where, gboolean related)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (SatchelValue) with = satchel_value_new_boolean (related),
                           owner = satchel_value_new_lookup ("user", user);
  char *id = satchel_id_new (&office->clock.clock);
  SatchelRecord *record = satchel_record_new (satchel_registry_find (office->registry, "offline_filter"), id);
  g_autoptr (GError) error = NULL;

  set_text (record, "entity", entity);
  if (*where != '\0')
    set_text (record, "predicate", where);
  satchel_record_set_by_name (record, "related", with);
  satchel_record_set_by_name (record, "owner", owner);
  g_ptr_array_add (records, record);
  must (satchel_server_load (office->server, user, records, office->clock.now_ms, &error));
  return id;
}

char *
office_hire (Office *office, const char *login, const char *role, const char *unit)
{
  char *id = office_employ (office, login, role, unit);

  g_free (office_choose (office, id, "*", "", FALSE));
  return id;
}

/* ---- desks ---- */

static GHashTable *
rows_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
}

static GHashTable *
stubs_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

Desk *
desk_new (Office *office, const char *login)
{
  SatchelSignIn request = { .user = (char *)login,
                            .password = (char *)OFFICE_PASSWORD,
                            .device_name = (char *)"desk" };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSignInAnswer) answer = satchel_server_sign_in (office->server, &request, NULL, &error);
  Desk *desk = g_new0 (Desk, 1);

  g_assert_no_error (error);
  desk->office = office;
  desk->caller.user = g_strdup (answer->user);
  desk->caller.device = g_strdup (answer->device);
  desk->token = g_strdup (answer->token);
  desk->next_number = answer->next_number;
  desk->rows = rows_new ();
  desk->stubs = stubs_new ();
  return desk;
}

void
desk_free (Desk *desk)
{
  g_free (desk->caller.user);
  g_free (desk->caller.device);
  g_free (desk->token);
  g_free (desk->cursor);
  g_clear_pointer (&desk->registry, satchel_registry_unref);
  g_hash_table_unref (desk->rows);
  g_hash_table_unref (desk->stubs);
  g_free (desk->stream);
  g_free (desk);
}

char *
new_id (Desk *desk)
{
  fake_clock_advance (&desk->office->clock, 1);
  return satchel_id_new (&desk->office->clock.clock);
}

SatchelChangeSet *
desk_set (Desk *desk)
{
  g_autofree char *uuid = new_id (desk);

  return satchel_change_set_new (uuid, desk->next_number++, desk->office->clock.now_ms);
}

static void
add_fields (SatchelChange *change, va_list fields)
{
  const char *field;

  while ((field = va_arg (fields, const char *)) != NULL) {
    JsonNode *value = json_from_string (va_arg (fields, const char *), NULL);

    g_assert_nonnull (value);
    satchel_change_add_edit (change, field, value, NULL);
  }
}

SatchelChange *
add_change (Desk *desk, SatchelChangeSet *set, SatchelChangeKind kind, const char *entity, const char *record,
            const char *action, ...)
{
  SatchelChange *change = satchel_change_set_add (
      set, kind, entity, record, kind == SATCHEL_CHANGE_CREATE ? NULL : desk->cursor, action);
  va_list fields;

  va_start (fields, action);
  add_fields (change, fields);
  va_end (fields);
  return change;
}

/* What travels: the push as text, so that every test goes over the wire form too. */
static SatchelPush *
over_the_wire (SatchelChangeSet *set)
{
  SatchelPush outgoing = { .acknowledged = 0, .released = g_ptr_array_new (), .sets = g_ptr_array_new () };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  SatchelPush *incoming;

  g_ptr_array_add (outgoing.sets, set);
  text = satchel_push_to_text (&outgoing);
  incoming = satchel_push_from_text (text, strlen (text), &error);
  g_assert_no_error (error);
  g_ptr_array_unref (outgoing.released);
  g_ptr_array_unref (outgoing.sets);
  return incoming;
}

SatchelOutcome *
desk_try (Desk *desk, SatchelChangeSet *set, GError **error)
{
  g_autoptr (SatchelPush) push = over_the_wire (set);
  SatchelPushJob job = { .caller = &desk->caller, .push = push };
  SatchelOutcome *outcome;

  fake_clock_advance (&desk->office->clock, 1000);
  satchel_server_push (desk->office->server, &job, 1);
  if (job.error != NULL) {
    g_propagate_error (error, job.error);
    return NULL;
  }
  g_assert_cmpint (job.answer->outcomes->len, ==, 1);
  outcome = g_ptr_array_steal_index (job.answer->outcomes, 0);
  satchel_push_answer_free (job.answer);
  return outcome;
}

SatchelOutcome *
desk_push (Desk *desk, SatchelChangeSet *set)
{
  g_autoptr (GError) error = NULL;
  SatchelOutcome *outcome = desk_try (desk, set, &error);

  g_assert_no_error (error);
  satchel_change_set_free (set);
  return outcome;
}

void
desk_release (Desk *desk, const char *uuid)
{
  g_autoptr (SatchelPush) push = satchel_push_new ();
  SatchelPushJob job = { .caller = &desk->caller, .push = push };

  g_ptr_array_add (push->released, g_strdup (uuid));
  satchel_server_push (desk->office->server, &job, 1);
  g_assert_no_error (job.error);
  satchel_push_answer_free (job.answer);
}

static SatchelOutcome *
push_one (Desk *desk, SatchelChangeKind kind, const char *entity, const char *record, const char *action,
          va_list fields)
{
  SatchelChangeSet *set = desk_set (desk);
  SatchelChange *change = add_change (desk, set, kind, entity, record, action, NULL);

  add_fields (change, fields);
  return desk_push (desk, set);
}

SatchelOutcome *
desk_create (Desk *desk, const char *entity, const char *record, ...)
{
  SatchelOutcome *outcome;
  va_list fields;

  va_start (fields, record);
  outcome = push_one (desk, SATCHEL_CHANGE_CREATE, entity, record, NULL, fields);
  va_end (fields);
  return outcome;
}

SatchelOutcome *
desk_update (Desk *desk, const char *entity, const char *record, ...)
{
  SatchelOutcome *outcome;
  va_list fields;

  va_start (fields, record);
  outcome = push_one (desk, SATCHEL_CHANGE_UPDATE, entity, record, NULL, fields);
  va_end (fields);
  return outcome;
}

SatchelOutcome *
desk_delete (Desk *desk, const char *entity, const char *record)
{
  SatchelChangeSet *set = desk_set (desk);

  add_change (desk, set, SATCHEL_CHANGE_DELETE, entity, record, NULL, NULL);
  return desk_push (desk, set);
}

SatchelOutcome *
desk_act (Desk *desk, const char *entity, const char *record, const char *action, ...)
{
  SatchelOutcome *outcome;
  va_list fields;

  va_start (fields, action);
  outcome = push_one (desk, SATCHEL_CHANGE_ACTION, entity, record, action, fields);
  va_end (fields);
  return outcome;
}

/* ---- pulling ---- */

static gboolean
collect (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, bytes, size);
  return TRUE;
}

static GHashTable *
take_row (Desk *desk, const char *entity, const char *id, gboolean whole)
{
  char *key = g_strconcat (entity, "/", id, NULL);
  GHashTable *row = g_hash_table_lookup (desk->rows, key);

  if (whole || row == NULL) {
    /* Only some fields of a row that is not here: the server has forgotten to send it. */
    g_assert_true (whole);
    row = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert (desk->rows, key, row);
  } else {
    g_free (key);
  }
  return row;
}

typedef struct {
  char *entity;
  JsonArray *columns; /* NULL: a segment of removals or stubs */
  gboolean whole, stubs;
} Segment;

static void
read_row (Desk *desk, const Segment *segment, JsonArray *cells)
{
  const char *id = json_array_get_string_element (cells, 0);
  GHashTable *row;

  desk->n_rows++;
  if (segment->columns == NULL) {
    g_autofree char *key = g_strconcat (segment->entity, "/", id, NULL);

    if (segment->stubs) {
      g_hash_table_insert (desk->stubs, g_steal_pointer (&key),
                           satchel_json_print (json_array_get_element (cells, 1)));
      return;
    }
    desk->n_removed++;
    g_hash_table_remove (desk->rows, key);
    g_hash_table_remove (desk->stubs, key);
    return;
  }
  desk->n_whole += segment->whole;
  g_assert_cmpint (json_array_get_length (cells), ==, json_array_get_length (segment->columns));
  row = take_row (desk, segment->entity, id, segment->whole);
  for (guint i = 0; i < json_array_get_length (cells); i++)
    g_hash_table_insert (row, g_strdup (json_array_get_string_element (segment->columns, i)),
                         satchel_json_print (json_array_get_element (cells, i)));
}

/* A field that is new is in all rows that are here, with its default or empty. */
static void
add_field (Desk *desk, const SatchelEntity *entity, const SatchelField *field)
{
  g_autofree char *prefix = g_strconcat (entity->name, "/", NULL);
  g_autoptr (SatchelValue) value = satchel_rules_dup_fill (field);
  g_autoptr (JsonNode) node = satchel_value_to_wire (field, value);
  GHashTableIter iter;
  gpointer key, row;

  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, &row))
    if (g_str_has_prefix (key, prefix))
      g_hash_table_insert (row, g_strdup (field->name), satchel_json_print (node));
}

static void
read_definitions (Desk *desk, const char *text)
{
  SatchelRegistry *old = desk->registry != NULL ? desk->registry : desk->office->registry;
  SatchelMetadataDocument document = { "told", text };
  g_autoptr (GError) error = NULL;
  SatchelRegistry *new = satchel_registry_amend (NULL, &document, 1, &error);
  const SatchelEntity *const *entities;
  guint n_entities;

  g_assert_no_error (error);
  entities = satchel_registry_get_entities (new, &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    g_autoptr (GPtrArray) added = satchel_succession_list_added (old, entities[i]);

    for (guint j = 0; j < added->len; j++)
      add_field (desk, entities[i], added->pdata[j]);
  }
  g_clear_pointer (&desk->registry, satchel_registry_unref);
  desk->registry = new;
  desk->n_definitions++;
}

static void
erase_fields (Desk *desk, const char *entity, JsonArray *fields)
{
  g_autofree char *prefix = g_strconcat (entity, "/", NULL);
  GHashTableIter iter;
  gpointer key, row;

  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, &row)) {
    for (guint i = 0; g_str_has_prefix (key, prefix) && i < json_array_get_length (fields); i++)
      g_hash_table_remove (row, json_array_get_string_element (fields, i));
  }
}

static gboolean
has_prefix (gpointer key, gpointer row, gpointer prefix)
{
  return g_str_has_prefix (key, prefix);
}

/* Lines that take something back. */
static gboolean
read_withdrawal (Desk *desk, JsonObject *object)
{
  if (json_object_has_member (object, "clear")) {
    g_autofree char *prefix = g_strconcat (json_object_get_string_member (object, "entity"), "/", NULL);

    desk->n_removed += g_hash_table_foreach_remove (desk->rows, has_prefix, prefix);
    desk->n_cleared++;
  } else if (json_object_has_member (object, "erase")) {
    erase_fields (desk, json_object_get_string_member (object, "entity"),
                  json_object_get_array_member (object, "erase"));
  } else if (json_object_has_member (object, "stubs") && !json_object_has_member (object, "entity")) {
    g_hash_table_remove_all (desk->stubs);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* What no row names, or what is here itself, needs no stub. */
static void
drop_stubs (Desk *desk)
{
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter rows, fields;
  gpointer key, row, text;

  g_hash_table_iter_init (&rows, desk->rows);
  while (g_hash_table_iter_next (&rows, &key, &row)) {
    g_hash_table_iter_init (&fields, row);
    while (g_hash_table_iter_next (&fields, &key, &text)) {
      if (!g_str_equal (key, "id"))
        g_hash_table_add (named, text);
    }
  }
  g_hash_table_iter_init (&rows, desk->stubs);
  while (g_hash_table_iter_next (&rows, &key, NULL)) {
    g_auto (GStrv) words = g_strsplit (key, "/", 2);
    g_autofree char *bare = g_strdup_printf ("\"%s\"", words[1]),
                    *qualified = g_strdup_printf ("\"%s:%s\"", words[0], words[1]);

    if (g_hash_table_contains (desk->rows, key) ||
        (!g_hash_table_contains (named, bare) && !g_hash_table_contains (named, qualified)))
      g_hash_table_iter_remove (&rows);
  }
}

static void
read_object (Desk *desk, Segment *segment, JsonObject *object)
{
  if (json_object_has_member (object, "metadata")) {
    g_assert_cmpint (desk->n_rows, ==, 0);
    read_definitions (desk, json_object_get_string_member (object, "metadata"));
    return;
  }
  if (read_withdrawal (desk, object))
    return;
  g_clear_pointer (&segment->columns, json_array_unref);
  g_free (segment->entity);
  segment->stubs = json_object_has_member (object, "stubs");
  segment->entity = g_strdup (json_object_get_string_member (object, "entity"));
  if (json_object_has_member (object, "columns")) {
    segment->columns = json_array_ref (json_object_get_array_member (object, "columns"));
    segment->whole = json_object_get_boolean_member (object, "whole");
  }
}

static void
read_lines (Desk *desk, char **lines)
{
  const guint n = g_strv_length (lines) - 1; /* the text ends with a line end */
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) first = json_from_string (lines[0], &error),
                       last = json_from_string (lines[n - 1], &error);
  g_auto (SatchelPullTail) tail = { 0 };
  Segment segment = { 0 };
  SatchelPullHead head;

  g_assert_cmpstr (lines[n], ==, "");
  must (satchel_pull_head_from_json (first, &head, &error));
  must (satchel_pull_tail_from_json (last, &tail, &error));
  if (head.reset) {
    g_hash_table_remove_all (desk->rows);
    g_hash_table_remove_all (desk->stubs);
  }
  desk->n_rows = desk->n_removed = desk->n_whole = desk->n_cleared = 0;
  for (guint i = 1; i < n - 1; i++) {
    g_autoptr (JsonNode) node = json_from_string (lines[i], &error);

    g_assert_no_error (error);
    if (JSON_NODE_HOLDS_ARRAY (node))
      read_row (desk, &segment, json_node_get_array (node));
    else
      read_object (desk, &segment, json_node_get_object (node));
  }
  g_clear_pointer (&segment.columns, json_array_unref);
  g_free (segment.entity);
  g_assert_cmpint (desk->n_rows, ==, tail.rows);
  drop_stubs (desk);
  desk->reset = head.reset;
  desk->restored_s = head.restored_s;
  desk->backed_up_s = head.backed_up_s;
  desk->s = tail.s;
  if (tail.cursor == NULL)
    return;
  g_free (desk->cursor);
  desk->cursor = g_strdup (tail.cursor);
}

void
desk_pull (Desk *desk)
{
  SatchelPull request = { .cursor = desk->cursor,
                          .schema = desk->cursor == NULL
                                        ? (char *)satchel_registry_get_digest (desk->office->registry)
                                        : NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint tries = 0;
       !satchel_server_pull (desk->office->server, &desk->caller, &request, collect, text, &error); tries++) {
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED);
    g_assert_cmpuint (tries, <, MOST_PREPARED);
    g_clear_error (&error);
    g_string_truncate (text, 0);
    must (satchel_server_prepare (desk->office->server, &desk->caller, &error));
  }
  g_free (desk->stream);
  desk->stream = g_strdup (text->str);
  lines = g_strsplit (text->str, "\n", -1);
  read_lines (desk, lines);
}

static void
assert_same_row (const char *key, GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer field, text;

  g_assert_nonnull (b);
  g_assert_cmpint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &field, &text)) {
    if (g_strcmp0 (text, g_hash_table_lookup (b, field)) != 0)
      g_error ("%s.%s is %s at the desk, %s at the server", key, (char *)field, (char *)text,
               (char *)g_hash_table_lookup (b, field));
  }
}

void
desk_check (Desk *desk)
{
  Desk fresh = { .office = desk->office, .caller = desk->caller };
  GHashTableIter iter;
  gpointer key, row;

  desk_pull (desk);
  fresh.rows = rows_new ();
  fresh.stubs = stubs_new ();
  desk_pull (&fresh);
  g_assert_cmpstr (fresh.cursor, ==, desk->cursor);
  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, &row)) {
    if (!g_hash_table_contains (fresh.rows, key))
      g_error ("%s is still at the desk", (char *)key);
    assert_same_row (key, row, g_hash_table_lookup (fresh.rows, key));
  }
  g_assert_cmpint (g_hash_table_size (desk->rows), ==, g_hash_table_size (fresh.rows));
  g_hash_table_iter_init (&iter, fresh.stubs);
  while (g_hash_table_iter_next (&iter, &key, &row)) {
    if (g_strcmp0 (row, g_hash_table_lookup (desk->stubs, key)) != 0)
      g_error ("the title of %s is %s at the desk, %s at the server", (char *)key,
               (char *)g_hash_table_lookup (desk->stubs, key), (char *)row);
  }
  g_assert_cmpint (g_hash_table_size (desk->stubs), ==, g_hash_table_size (fresh.stubs));
  g_hash_table_unref (fresh.rows);
  g_hash_table_unref (fresh.stubs);
  g_free (fresh.stream);
  g_clear_pointer (&fresh.registry, satchel_registry_unref);
  g_free (fresh.cursor);
}

const char *
desk_get (Desk *desk, const char *entity, const char *record, const char *field)
{
  g_autofree char *key = g_strconcat (entity, "/", record, NULL);
  GHashTable *row = g_hash_table_lookup (desk->rows, key);

  return row != NULL ? g_hash_table_lookup (row, field) : NULL;
}

gboolean
desk_has (Desk *desk, const char *entity, const char *record)
{
  return desk_get (desk, entity, record, "id") != NULL;
}

guint
desk_count (Desk *desk, const char *entity)
{
  g_autofree char *prefix = g_strconcat (entity, "/", NULL);
  GHashTableIter iter;
  gpointer key;
  guint n = 0;

  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    n += g_str_has_prefix (key, prefix);
  return n;
}

const char *
desk_find_conflict (Desk *desk, const char *field, const char *status)
{
  g_autofree char *field_text = g_strdup_printf ("\"%s\"", field),
                  *status_text = g_strdup_printf ("\"%s\"", status);
  const char *found = NULL;
  GHashTableIter iter;
  gpointer key, row;

  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, &row)) {
    if (!g_str_has_prefix (key, "conflict/") ||
        g_strcmp0 (g_hash_table_lookup (row, "field"), field_text) != 0 ||
        g_strcmp0 (g_hash_table_lookup (row, "status"), status_text) != 0)
      continue;
    g_assert_null (found);
    found = (const char *)key + strlen ("conflict/");
  }
  g_assert_nonnull (found);
  return found;
}

gboolean
office_has_read (Office *office)
{
  gboolean read;

  g_mutex_lock (&office->server->lock);
  read = g_hash_table_size (office->server->used_scopes) > 0;
  g_hash_table_remove_all (office->server->used_scopes);
  g_mutex_unlock (&office->server->lock);
  return read;
}
