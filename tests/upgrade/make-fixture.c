/* make-fixture DIR: a store and a replica as this version of the program makes them, to be kept in
 * tests/fixtures/db. Run it once for each version that changes a format, and never again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <zstd.h>

#include "sync-server/customising.h"
#include "tests/upgrade/contents.h"

#define CUSTOMISING                                                                                          \
  "<satchel version='1'><entity name='account'>"                                                             \
  "<field name='loyalty' label='Loyalty' type='choice' default='none'><choices>"                             \
  "<choice key='none' label='None'/><choice key='gold' label='Gold'/>"                                       \
  "<choice key='tin' label='Tin' retired='yes'/></choices></field>"                                          \
  "<field name='sector' label='Industry' alias='industry'/></entity>"                                        \
  "<entity name='vehicle' label='Vehicle' plural='Vehicles' area='sales' ownership='user' title='plate' "    \
  "rights='account'><field name='plate' label='Plate' type='string' required='yes' search='text'/>"          \
  "<field name='account' label='Account' type='lookup' targets='account' carry='yes'/>"                      \
  "<field name='owner' label='Owner' type='lookup' targets='user team' default='me' policy='review' "        \
  "required='yes'/></entity>"                                                                                \
  "<views entity='vehicle'><view name='all' label='All' default='yes' sort='plate'>"                         \
  "<column field='plate' width='200'/></view></views></satchel>"

typedef struct {
  Office *office;
  Desk *desk; /* the device whose replica is kept */
  char *dir;  /* of its profile */
  SatchelSession *session;
} Making;

static void
customise (Making *making, const char *text)
{
  SatchelMetadataDocument document = { "fixture.xml", text };
  g_autoptr (GError) error = NULL;
  gint64 version;

  must (satchel_server_customise (making->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version,
                                  &error));
}

static void
open_session (Making *making)
{
  g_autoptr (GError) error = NULL;
  SatchelSignIn request = { .user = (char *)"ana",
                            .password = (char *)"correct horse",
                            .device_name = (char *)"laptop" };
  g_autoptr (SatchelSignInAnswer) answer =
      satchel_server_sign_in (making->office->server, &request, NULL, &error);
  gboolean in_file;

  g_assert_no_error (error);
  making->desk->caller.device = (g_free (making->desk->caller.device), g_strdup (answer->device));
  making->session = satchel_session_open (making->dir, CONTENTS_PROFILE, satchel_registry_builtin (),
                                          &making->office->clock.clock, &error);
  g_assert_no_error (error);
  must (satchel_session_enrol (making->session, "http://localhost:1", answer, &in_file, &error));
}

static gboolean
collect (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, (const guint8 *)bytes, (guint)size);
  return TRUE;
}

static void
pull (Making *making)
{
  SatchelReplica *replica = satchel_session_get_replica (making->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GInputStream) stream = NULL;
  GByteArray *array = g_byte_array_new ();
  SatchelPullResult result;
  SatchelPull request = { 0 };

  must (satchel_replica_dup_meta (replica, "cursor", &cursor, &error));
  request.cursor = cursor;
  if (cursor == NULL)
    request.schema = (char *)satchel_followed_get_digest (satchel_replica_get_followed (replica));
  must (satchel_server_prepare (making->office->server, &making->desk->caller, &error));
  must (
      satchel_server_pull (making->office->server, &making->desk->caller, &request, collect, array, &error));
  bytes = g_byte_array_free_to_bytes (array);
  stream = g_memory_input_stream_new_from_bytes (bytes);
  must (satchel_replica_apply_pull (replica, stream, making->office->clock.now_ms, &result, &error));
}

static void
push (Making *making)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (making->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPush) message = satchel_outbox_next_push (outbox, &error);
  SatchelPushJob job = { .caller = &making->desk->caller, .push = message };

  g_assert_no_error (error);
  satchel_server_push (making->office->server, &job, 1);
  g_assert_no_error (job.error);
  must (satchel_outbox_take_answer (outbox, job.answer, &error));
  satchel_push_answer_free (job.answer);
}

/* Fields and texts alternate, NULL-terminated. Returns the id, owned. */
static char *
create (Making *making, const char *entity_name, ...)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (making->session), entity_name);
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  const char *name;
  va_list fields;

  va_start (fields, entity_name);
  while ((name = va_arg (fields, const char *)) != NULL) {
    const SatchelField *field = satchel_entity_find_field (entity, name);
    g_autoptr (SatchelValue) value = NULL;

    must (satchel_value_from_text (field, va_arg (fields, const char *), &value, &error));
    satchel_record_set (record, field, value);
  }
  va_end (fields);
  fake_clock_advance (&making->office->clock, 1000);
  uuid = satchel_session_create (making->session, record, &error);
  g_assert_no_error (error);
  return g_strdup (record->id);
}

static void
change (Making *making, const char *id, const char *name, const char *text)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (making->session), "account");
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;

  change->field = satchel_entity_find_field (entity, name);
  must (satchel_value_from_text (change->field, text, &change->value, &error));
  g_ptr_array_add (changes, change);
  fake_clock_advance (&making->office->clock, 1000);
  uuid = satchel_session_update (making->session, entity, id, changes, &error);
  g_assert_no_error (error);
}

/* Something of everything: applied, changed, parked and pending, with definitions of the organisation's own.
 */
static void
fill (Making *making)
{
  g_autofree char *acme = NULL, *beta = NULL, *car = NULL, *waiting = NULL;

  pull (making);
  acme = create (making, "account", "name", "Acme", "city", "Cluj", "revenue", "1100.04", NULL);
  beta = create (making, "account", "name", "Bet\xc3\xa4 & Co", "city", "Turda", NULL);
  push (making);
  pull (making);
  customise (making, CUSTOMISING);
  pull (making);
  car = create (making, "vehicle", "plate", "CJ 01 ABC", "account", acme, NULL);
  change (making, acme, "loyalty", "gold");
  push (making);
  pull (making);
  change (making, beta, "city", "Dej");
  customise (
      making,
      "<satchel version='1'><entity name='account'><field name='city' retired='yes'/></entity></satchel>");
  push (making); /* parked */
  pull (making);
  change (making, acme, "phone", "+40 264 1");
  waiting = create (making, "task", "subject", "Call back", NULL);
}

static void
keep (const char *from, const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL), *copy = g_strconcat (path, ".copy", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelDatabase) database = satchel_database_open (from, SATCHEL_DATABASE_READ_WRITE, &error);
  g_autofree char *text = NULL, *packed = NULL;
  gsize size, room;

  g_assert_no_error (error);
  must (satchel_database_backup (database, copy, &error));
  must (g_file_get_contents (copy, &text, &size, &error));
  g_assert_cmpint (g_unlink (copy), ==, 0);
  room = ZSTD_compressBound (size);
  packed = g_malloc (room);
  size = ZSTD_compress (packed, room, text, size, 1);
  g_assert_false (ZSTD_isError (size));
  must (g_file_set_contents (path, packed, (gssize)size, &error));
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *store = NULL, *replica = NULL, *contents = NULL, *text = NULL;
  Making making = { 0 };

  if (argc != 2) {
    g_printerr ("usage: make-fixture DIR\n");
    return 2;
  }
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  making.office = office_new ();
  making.dir = fixture_dir_new ();
  g_free (office_hire (making.office, "ana", "salesperson", making.office->north));
  making.desk = desk_new (making.office, "ana");
  open_session (&making);
  fill (&making);
  satchel_session_close (making.session);
  g_clear_pointer (&making.office->server, satchel_server_close);

  g_assert_cmpint (g_mkdir_with_parents (argv[1], 0755), ==, 0);
  store = satchel_store_file (making.office->dir);
  replica = contents_replica_file (making.dir);
  keep (store, argv[1], "store.db.zst");
  keep (replica, argv[1], "replica.db.zst");
  contents_add_store (lines, making.office->dir, &making.office->clock.clock);
  contents_add_replica (lines, making.dir, &making.office->clock.clock);
  contents = g_build_filename (argv[1], "contents", NULL);
  text = contents_to_text (lines);
  must (g_file_set_contents (contents, text, -1, &error));

  desk_free (making.desk);
  fixture_dir_remove (making.dir);
  office_reopen (making.office);
  office_free (making.office);
  return 0;
}
