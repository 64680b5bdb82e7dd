/* A profile without a server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"

#include <string.h>

#include "protocol/wire/json.h"

/* The tests run once with ordinary files, and once in a vault. */
SatchelSession *
device_open_another (Device *device)
{
  g_autoptr (GError) error = NULL;
  SatchelSession *session;

  if (g_getenv ("SATCHEL_TEST_SEALED") != NULL)
    session =
        satchel_session_open_sealed (device->dir, "test", device->registry, &device->clock.clock, &error);
  else
    session = satchel_session_open (device->dir, "test", device->registry, &device->clock.clock, &error);
  g_assert_no_error (error);
  return session;
}

void
device_open (Device *device)
{
  device->session = device_open_another (device);
  device->replica = satchel_session_get_replica (device->session);
  device->outbox = satchel_session_get_outbox (device->session);
}

static void
enrol (Device *device)
{
  g_autoptr (GError) error = NULL;
  SatchelSignInAnswer answer = { .organisation = (char *)device_id ("organisation"),
                                 .organisation_name = (char *)"Test",
                                 .user = (char *)device_id ("me"),
                                 .user_name = (char *)"me",
                                 .device = (char *)device_id ("device"),
                                 .token = (char *)"token",
                                 .next_number = 1 };
  gboolean in_file;

  g_assert_true (satchel_session_enrol (device->session, "http://localhost:1", &answer, &in_file, &error));
  g_assert_no_error (error);
}

void
device_setup (Device *device, DeviceState state)
{
  if (g_strcmp0 (g_getenv ("XDG_RUNTIME_DIR"), "/nonexistent") != 0) {
    g_unsetenv ("DBUS_SESSION_BUS_ADDRESS"); /* the keyring of whoever runs this is not ours */
    g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  }
  fake_clock_init (&device->clock, 1);
  device->dir = fixture_dir_new ();
  device->registry = satchel_registry_builtin ();
  device_open (device);
  enrol (device);
  if (state == DEVICE_PRIMED)
    device_pull (device, 10, "{'entity':'business_unit','columns':['id','s','name'],'whole':true}",
                 "['~unit~',1,'Unit']",
                 "{'entity':'user','columns':['id','s','name','unit','active'],'whole':true}",
                 "['~me~',2,'Me','~unit~',1]", "['~you~',3,'You','~unit~',1]", NULL);
}

void
device_teardown (Device *device)
{
  satchel_session_close (device->session);
  fixture_dir_remove (device->dir);
}

void
device_reopen (Device *device)
{
  satchel_session_close (device->session);
  device_open (device);
}

const char *
device_id (const char *name)
{
  g_autofree char *id = satchel_id_for_name (name);

  return g_intern_string (id);
}

const char *
device_user (const char *name)
{
  g_autofree char *text = g_strconcat ("user:", device_id (name), NULL);

  return g_intern_string (text);
}

/* ---- pulls ---- */

void
pull_begin (PullText *pull, const char *head)
{
  pull->text = g_string_new (NULL);
  pull->rows = 0;
  pull_line (pull, head != NULL ? head : "{'reset':false,'restored_s':-1,'backed_up_s':0}");
}

/* Ids are not interned: whoever makes thousands of them would hold them, and what GLib kept them in before,
 * for good. */
void
pull_line (PullText *pull, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "~", -1);

  if (line[0] == '[')
    pull->rows++;
  for (guint i = 0; parts[i] != NULL; i++) {
    g_autofree char *plain =
        i % 2 == 1 ? satchel_id_for_name (parts[i]) : g_strdelimit (g_strdup (parts[i]), "'", '"');

    g_string_append (pull->text, plain);
  }
  g_string_append_c (pull->text, '\n');
}

void
pull_end (PullText *pull, gint64 s)
{
  g_string_append_printf (pull->text,
                          "{\"cursor\":\"c%" G_GINT64_FORMAT "\",\"s\":%" G_GINT64_FORMAT
                          ",\"rows\":%" G_GINT64_FORMAT "}\n",
                          s, s, pull->rows);
}

void
pull_clear (PullText *pull)
{
  g_string_free (pull->text, TRUE);
}

gboolean
device_try_pull (Device *device, const char *text, gsize length, SatchelPullResult *result, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);

  return satchel_replica_apply_pull (device->replica, stream, device->clock.now_ms, result, error);
}

static void
pull_lines (Device *device, const char *head, gint64 s, va_list lines)
{
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;
  const char *line;

  pull_begin (&pull, head);
  while ((line = va_arg (lines, const char *)) != NULL)
    pull_line (&pull, line);
  pull_end (&pull, s);
  device_try_pull (device, pull.text->str, pull.text->len, &result, &error);
  g_assert_no_error (error);
}

void
device_pull (Device *device, gint64 s, ...)
{
  va_list lines;

  va_start (lines, s);
  pull_lines (device, NULL, s, lines);
  va_end (lines);
}

void
device_pull_with (Device *device, const char *head, gint64 s, ...)
{
  va_list lines;

  va_start (lines, s);
  pull_lines (device, head, s, lines);
  va_end (lines);
}

/* ---- definitions ---- */

char *
device_dup_definitions (const char *change)
{
  SatchelMetadataDocument document = { "test.xml", change };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry =
      satchel_registry_amend (satchel_registry_builtin (), &document, 1, &error);

  g_assert_no_error (error);
  return g_strdup (satchel_registry_get_text (registry));
}

void
pull_definitions (PullText *pull, const char *text)
{
  JsonObject *object = json_object_new ();
  g_autofree char *line = NULL;

  json_object_set_string_member (object, "metadata", text);
  line = satchel_json_print_object (object);
  g_string_append_printf (pull->text, "%s\n", line);
}

void
device_follow_text (Device *device, gint64 s, const char *text, const char *const *lines,
                    SatchelPullResult *result)
{
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;

  pull_begin (&pull, NULL);
  pull_definitions (&pull, text);
  for (; lines != NULL && *lines != NULL; lines++)
    pull_line (&pull, *lines);
  pull_end (&pull, s);
  device_try_pull (device, pull.text->str, pull.text->len, result, &error);
  g_assert_no_error (error);
}

void
device_follow (Device *device, gint64 s, const char *change, const char *const *lines)
{
  g_autofree char *text = device_dup_definitions (change);
  SatchelPullResult result;

  device_follow_text (device, s, text, lines, &result);
  g_assert_false (result.reset);
}

/* ---- reading ---- */

const SatchelEntity *
device_entity (Device *device, const char *entity)
{
  const SatchelEntity *found = satchel_registry_find (satchel_replica_get_registry (device->replica), entity);

  g_assert_nonnull (found);
  return found;
}

static char *
field_text (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);

  return satchel_value_to_text (field, satchel_record_get (record, field));
}

char *
device_shown (Device *device, const char *entity, const char *name, const char *field)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_replica_read (device->replica, device_entity (device, entity), device_id (name),
                                       &record, &error));
  g_assert_no_error (error);
  return record != NULL ? field_text (record, field) : NULL;
}

char *
device_base (Device *device, const char *entity, const char *name, const char *field)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_replica_read_base (device->replica, device_entity (device, entity), device_id (name),
                                            &record, &error));
  g_assert_no_error (error);
  return record != NULL ? field_text (record, field) : NULL;
}

static gboolean
append_title (const SatchelRecord *record, gpointer data)
{
  GString *titles = data;
  g_autofree char *title = satchel_record_dup_title (record);

  g_string_append_printf (titles, "%s%s", titles->len > 0 ? ", " : "", title);
  return TRUE;
}

char *
device_find (Device *device, const char *entity, const char *find, const char *where)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate = NULL;
  GString *titles = g_string_new (NULL);
  SatchelPredicateContext context;
  SatchelQuery query = { .entity = device_entity (device, entity), .find = find, .limit = -1 };
  gint64 count;

  if (where != NULL)
    query.where = predicate = satchel_predicate_parse (device->registry, query.entity, where, &error);
  g_assert_no_error (error);
  satchel_session_get_context (device->session, &context);
  g_assert_true (satchel_replica_query (device->replica, &query, &context, append_title, titles, &error));
  g_assert_no_error (error);
  g_assert_true (satchel_replica_count (device->replica, &query, &context, &count, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count > 0, ==, titles->len > 0);
  return g_string_free (titles, FALSE);
}

gint64
device_count (Device *device, SatchelSetState state)
{
  g_autoptr (GError) error = NULL;
  gint64 count;

  g_assert_true (satchel_outbox_count (device->outbox, state, &count, &error));
  g_assert_no_error (error);
  return count;
}

gint64
device_rows (Device *device, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM \"%s\"", table);
  SatchelStatement *statement;
  gint64 count;

  statement = satchel_database_prepare (satchel_replica_get_database (device->replica), sql, NULL);
  g_assert_true (satchel_statement_take_integer (statement, 0, &count, NULL));
  return count;
}

/* ---- writing ---- */

static SatchelValue *
parse (const SatchelField *field, const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelValue *value;

  g_assert_true (satchel_value_from_text (field, text, &value, &error));
  g_assert_no_error (error);
  return value;
}

char *
device_create (Device *device, const char *entity, const char *name, GError **error, ...)
{
  g_autoptr (SatchelRecord) record = satchel_record_new (device_entity (device, entity), device_id (name));
  const char *field_name;
  va_list pairs;

  va_start (pairs, error);
  while ((field_name = va_arg (pairs, const char *)) != NULL) {
    const SatchelField *field = satchel_entity_find_field (record->entity, field_name);
    g_autoptr (SatchelValue) value = parse (field, va_arg (pairs, const char *));

    satchel_record_set (record, field, value);
  }
  va_end (pairs);
  return satchel_session_create (device->session, record, error);
}

char *
device_set (Device *device, const char *entity_name, const char *name, GError **error, ...)
{
  const SatchelEntity *entity = device_entity (device, entity_name);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  const char *field_name;
  va_list pairs;

  va_start (pairs, error);
  while ((field_name = va_arg (pairs, const char *)) != NULL) {
    SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);

    change->field = satchel_entity_find_field (entity, field_name);
    change->value = parse (change->field, va_arg (pairs, const char *));
    g_ptr_array_add (changes, change);
  }
  va_end (pairs);
  return satchel_session_update (device->session, entity, device_id (name), changes, error);
}

char *
device_delete (Device *device, const char *entity, const char *name, GError **error)
{
  return satchel_session_delete (device->session, device_entity (device, entity), device_id (name), error);
}

char *
device_act (Device *device, const char *entity, const char *name, const char *action, GError **error, ...)
{
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  const char *argument;
  va_list pairs;

  va_start (pairs, error);
  while ((argument = va_arg (pairs, const char *)) != NULL)
    g_hash_table_insert (arguments, (gpointer)argument, va_arg (pairs, char *));
  va_end (pairs);
  return satchel_session_act (device->session, device_entity (device, entity), device_id (name), action,
                              arguments, error);
}

void
device_wrote (char *uuid, GError *problem)
{
  g_assert_no_error (problem);
  g_assert_nonnull (uuid);
  g_free (uuid);
}

/* ---- pushing ---- */

static SatchelPush *
next_push (Device *device, guint n_sets)
{
  g_autoptr (GError) error = NULL;
  SatchelPush *push = satchel_outbox_next_push (device->outbox, &error);

  g_assert_no_error (error);
  g_assert_nonnull (push);
  g_assert_cmpuint (push->sets->len, ==, n_sets);
  return push;
}

static void
take_answer (Device *device, const SatchelPushAnswer *answer)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_outbox_take_answer (device->outbox, answer, &error));
  g_assert_no_error (error);
}

static SatchelOutcome *
add_outcome (SatchelPushAnswer *answer, const SatchelChangeSet *set)
{
  SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

  outcome->number = set->number;
  g_ptr_array_add (answer->outcomes, outcome);
  return outcome;
}

void
device_push_applied (Device *device, guint n_sets, gint64 first_s)
{
  g_autoptr (SatchelPush) push = next_push (device, n_sets);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();

  for (guint i = 0; i < n_sets; i++)
    add_outcome (answer, push->sets->pdata[i])->s = first_s + i;
  take_answer (device, answer);
}

void
device_push_parked (Device *device, SatchelErrorCode code, const char *field)
{
  g_autoptr (SatchelPush) push = next_push (device, 1);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();
  const SatchelChangeSet *set = push->sets->pdata[0];
  SatchelOutcome *outcome = add_outcome (answer, set);

  outcome->uuid = g_strdup (set->uuid);
  outcome->state = SATCHEL_OUTCOME_PARKED;
  outcome->code = code;
  outcome->reason = g_strdup ("because");
  outcome->field = g_strdup (field);
  take_answer (device, answer);
}
