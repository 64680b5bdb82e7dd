/* Images of replicas, from the store to the replica: what a device holds after one is what it holds after
 * rows. The real driver asks the real server, without a network between them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/image-office.h"

#include <glib/gstdio.h>
#include <string.h>

#include "client/session.h"
#include "client/sync/driver.h"
#include "protocol/limits.h"
#include "protocol/predicate/predicate.h"

typedef struct _Wire Wire;

struct _SatchelWireExchange {
  Wire *wire;
  GSource *source;
  char *path;
  GBytes *body;
  SatchelExchangeHandler handler;
  gpointer data;
};

struct _Wire {
  SatchelTransport transport; /* first */
  ImageOffice *f;
  const SatchelCaller *caller;
  guint n_gets, n_heads;
  gsize n_pulled; /* bytes of the last pull */
  guint cut_at;   /* the get that does not arrive, from 1 */
  gboolean no_images, damaged;
  gboolean slow;                   /* images come when the device has gone */
  void (*before_get) (Wire *wire); /* once */
};

typedef struct {
  char *dir;
  SatchelSession *session;
  SatchelSyncDriver *driver;
  Wire wire;
  SatchelSyncState state;
  gboolean rested;
} Device;

static gboolean
append (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, (const guint8 *)bytes, size);
  return TRUE;
}

static GBytes *
answer_push (Wire *wire, const char *text, gsize size, GError **error)
{
  g_autoptr (SatchelPush) push = satchel_push_from_text (text, size, error);
  SatchelPushJob job = { .caller = wire->caller, .push = push };
  char *answer;

  if (push == NULL)
    return NULL;
  satchel_server_push (wire->f->office->server, &job, 1);
  if (job.error != NULL) {
    g_propagate_error (error, job.error);
    return NULL;
  }
  answer = satchel_push_answer_to_text (job.answer);
  satchel_push_answer_free (job.answer);
  return g_bytes_new_take (answer, strlen (answer));
}

static GBytes *
answer_get (Wire *wire, const char *text, gsize size, GError **error)
{
  g_autoptr (SatchelSnapshotGet) request = satchel_snapshot_get_from_text (text, size, error);
  g_autoptr (GBytes) whole = NULL;
  gsize length;

  g_assert_nonnull (request);
  if (wire->before_get != NULL) {
    void (*before) (Wire *) = g_steal_pointer (&wire->before_get);

    before (wire);
  }
  if (++wire->n_gets == wire->cut_at) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "cut");
    return NULL;
  }
  whole = satchel_server_get_snapshot (wire->f->office->server, wire->caller, request, error);
  if (whole == NULL)
    return NULL;
  /* Small pieces make many. */
  length = MIN (g_bytes_get_size (whole), 50000);
  if (wire->damaged) {
    guint8 *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), length);

    bytes[length / 2] ^= 1;
    return g_bytes_new_take (bytes, length);
  }
  return g_bytes_new_from_bytes (whole, 0, length);
}

static GBytes *
answer_once (SatchelWireExchange *exchange, GError **error)
{
  Wire *wire = exchange->wire;
  SatchelServer *server = wire->f->office->server;
  gsize size;
  const char *text = g_bytes_get_data (exchange->body, &size);

  if (g_str_equal (exchange->path, "/v1/push"))
    return answer_push (wire, text, size, error);
  if (g_str_equal (exchange->path, "/v1/pull")) {
    g_autoptr (SatchelPull) pull = satchel_pull_from_text (text, size, error);
    g_autoptr (GByteArray) lines = g_byte_array_new ();

    g_assert_nonnull (pull);
    if (!satchel_server_pull (server, wire->caller, pull, append, lines, error))
      return NULL;
    wire->n_pulled = lines->len;
    return g_byte_array_free_to_bytes (g_steal_pointer (&lines));
  }
  if (g_str_equal (exchange->path, "/v1/snapshot") && !wire->no_images) {
    g_autoptr (SatchelSnapshotRequest) request = satchel_snapshot_request_from_text (text, size, error);
    gboolean lacking = FALSE;
    char *answer = satchel_server_snapshot (server, wire->caller, request, &lacking, error);

    if (lacking && !wire->slow) {
      g_autoptr (GError) problem = NULL;

      g_free (answer);
      g_assert_true (satchel_server_make_snapshot (server, wire->caller, NULL, &problem));
      answer = satchel_server_snapshot (server, wire->caller, request, &lacking, error);
    }
    wire->n_heads += answer != NULL;
    return answer != NULL ? g_bytes_new_take (answer, strlen (answer)) : NULL;
  }
  if (g_str_equal (exchange->path, "/v1/snapshot/get"))
    return answer_get (wire, text, size, error);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such thing");
  return NULL;
}

static void
exchange_free (SatchelWireExchange *exchange)
{
  g_source_destroy (exchange->source);
  g_source_unref (exchange->source);
  g_free (exchange->path);
  g_bytes_unref (exchange->body);
  g_free (exchange);
}

static gboolean
answer_cb (gpointer data)
{
  SatchelWireExchange *exchange = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = answer_once (exchange, &error);
  const SatchelExchangeHandler handler = exchange->handler;
  gpointer user_data = exchange->data;

  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED)) {
    g_clear_error (&error);
    must (satchel_server_prepare (exchange->wire->f->office->server, exchange->wire->caller, &error));
    answer = answer_once (exchange, &error);
  }
  exchange_free (exchange);
  if (error == NULL && handler.data != NULL)
    handler.data (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), user_data);
  handler.done (error == NULL && handler.data == NULL ? answer : NULL, error, -1, user_data);
  return G_SOURCE_REMOVE;
}

static SatchelWireExchange *
wire_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
            const SatchelExchangeHandler *handler, gpointer user_data)
{
  SatchelWireExchange *exchange = g_new0 (SatchelWireExchange, 1);

  exchange->wire = (Wire *)transport;
  exchange->path = g_strdup (path);
  exchange->body = g_bytes_ref (body);
  exchange->handler = *handler;
  exchange->data = user_data;
  exchange->source = g_idle_source_new ();
  g_source_set_callback (exchange->source, answer_cb, exchange, NULL);
  g_source_attach (exchange->source, NULL);
  return exchange;
}

static void
wire_cancel (SatchelTransport *transport, SatchelWireExchange *exchange)
{
  exchange_free (exchange);
}

static void
rest_cb (SatchelSyncState state, const GError *error, gpointer data)
{
  Device *device = data;

  if (error != NULL)
    g_test_message ("%s", error->message);
  device->state = state;
  device->rested = TRUE;
}

static void
no_timer (gint64 delay_ms, gpointer data)
{
}

/* As another process would do it. */
static void
device_open (Device *device)
{
  static const SatchelSyncCallbacks callbacks = { .rest = rest_cb, .set_timer = no_timer };
  Office *office = device->wire.f->office;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("SATCHEL_TEST_SEALED") != NULL)
    device->session =
        satchel_session_open_sealed (device->dir, "test", office->registry, &office->clock.clock, &error);
  else
    device->session =
        satchel_session_open (device->dir, "test", office->registry, &office->clock.clock, &error);
  g_assert_no_error (error);
  device->driver =
      satchel_sync_driver_new (device->session, &device->wire.transport, &callbacks, device, &error);
  g_assert_no_error (error);
}

static void
device_close (Device *device)
{
  satchel_sync_driver_free (device->driver);
  satchel_session_close (device->session);
}

static void
device_init (Device *device, ImageOffice *f, Desk *desk)
{
  SatchelSignInAnswer answer = { .organisation = f->one_id, /* any id will do */
                                 .organisation_name = (char *)"Dealer",
                                 .user = desk->caller.user,
                                 .user_name = (char *)"one",
                                 .device = desk->caller.device,
                                 .token = desk->token,
                                 .next_number = 1 };
  g_autoptr (GError) error = NULL;
  gboolean in_file;

  *device = (Device){ .dir = fixture_dir_new () };
  device->wire = (Wire){ .f = f, .caller = &desk->caller };
  device->wire.transport.start = wire_start;
  device->wire.transport.cancel = wire_cancel;
  device_open (device);
  must (satchel_session_enrol (device->session, "http://localhost:1", &answer, &in_file, &error));
}

static void
device_clear (Device *device)
{
  device_close (device);
  fixture_dir_remove (device->dir);
}

static SatchelSyncState
device_sync (Device *device)
{
  device->rested = FALSE;
  satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_START);
  while (!device->rested)
    g_main_context_iteration (NULL, TRUE);
  return device->state;
}

/* The image was taken: what followed it was a small pull. */
#define assert_by_image(device) g_assert_cmpuint ((device)->wire.n_pulled, <, 10000)
#define assert_by_rows(device)  g_assert_cmpuint ((device)->wire.n_pulled, >, 100000)

static SatchelDatabase *
database_of (Device *device)
{
  return satchel_replica_get_database (satchel_session_get_replica (device->session));
}

/* All cells, a line a row. */
static char *
dump (Device *device, const char *sql)
{
  g_autoptr (GError) error = NULL;
  SatchelStatement *statement = satchel_database_prepare (database_of (device), sql, &error);
  GString *text = g_string_new (NULL);
  gboolean row;

  g_assert_no_error (error);
  for (;;) {
    must (satchel_statement_step (statement, &row, &error));
    if (!row)
      return g_string_free (text, FALSE);
    for (int i = 0; i < satchel_statement_get_n_columns (statement); i++)
      g_string_append_printf (text, "%s|", satchel_statement_get_text (statement, i));
    g_string_append_c (text, '\n');
  }
}

static void
assert_same (Device *a, Device *b, const char *sql)
{
  g_autofree char *in_a = dump (a, sql), *in_b = dump (b, sql);

  g_assert_cmpstr (in_a, ==, in_b);
}

/* Rows, indexes and triggers, stubs, cursor, and what a search finds. */
static void
assert_equal (Device *a, Device *b)
{
  guint n;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (a->session), &n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GString) sql = g_string_new ("SELECT id, s");

    for (guint j = 0; j < entities[i]->n_fields; j++)
      g_string_append_printf (sql, ", %s", satchel_sql_column (entities[i]->fields[j]));
    g_string_append_printf (sql, " FROM %s ORDER BY id", satchel_sql_table (entities[i]));
    assert_same (a, b, sql->str);
  }
  assert_same (a, b, "SELECT id, entity, title FROM stub ORDER BY id");
  assert_same (a, b, "SELECT type, name, sql FROM sqlite_schema ORDER BY name");
  assert_same (a, b, "SELECT key, value FROM meta WHERE key IN ('cursor', 's', 'snapshot') ORDER BY key");
  assert_same (a, b,
               "SELECT id FROM e_account WHERE row IN (SELECT rowid FROM x_account"
               " WHERE x_account MATCH '\"北 京\"') ORDER BY id");
  assert_same (a, b,
               "SELECT id FROM e_contact WHERE row IN (SELECT rowid FROM x_contact"
               " WHERE x_contact MATCH 'bet*') ORDER BY id");
}

static void
assert_sound (Device *device)
{
  g_autofree char *sound = dump (device, "PRAGMA integrity_check");
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (sound, ==, "ok|\n");
  must (satchel_database_execute (database_of (device),
                                  "INSERT INTO x_account (x_account, rank) VALUES ('integrity-check', 1);"
                                  "INSERT INTO x_contact (x_contact, rank) VALUES ('integrity-check', 1)",
                                  &error));
}

static gint64
count (Device *device, const char *sql)
{
  g_autofree char *text = dump (device, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

/* One by image, one by rows, and the same afterwards; then an edit, which both get as a row. */
static void
test_equal (ImageOffice *f, gconstpointer data)
{
  Device image, rows;
  SatchelSyncTotals totals;

  device_init (&image, f, f->one);
  device_init (&rows, f, f->one);
  rows.wire.no_images = TRUE;
  g_assert_cmpint (device_sync (&image), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpint (device_sync (&rows), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpuint (image.wire.n_gets, >, 1);
  assert_by_image (&image);
  assert_by_rows (&rows);
  g_assert_cmpuint (rows.wire.n_gets, ==, 0);
  satchel_sync_driver_get_totals (image.driver, &totals);
  g_assert_cmpint (totals.pulled, >=, IMAGE_OFFICE_ACCOUNTS);
  g_assert_cmpint (count (&image, "SELECT count(*) FROM stub"), ==, 3);
  assert_equal (&image, &rows);
  assert_sound (&image);

  desk_pull (f->one);
  assert_applied (desk_update (f->one, "account", f->accounts->pdata[5], "name", "\"Renamed 北京\"", NULL));
  assert_applied (desk_delete (f->one, "account", f->accounts->pdata[6]));
  g_assert_cmpint (device_sync (&image), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpint (device_sync (&rows), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpuint (image.wire.n_heads, ==, 1);
  assert_equal (&image, &rows);
  assert_sound (&image);
  device_clear (&image);
  device_clear (&rows);
}

/* Nobody waits for an image: the first device has rows by then, the next one takes it. */
static void
test_first_by_rows (ImageOffice *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Device first, next;

  device_init (&first, f, f->one);
  device_init (&next, f, f->one);
  first.wire.slow = TRUE;
  g_assert_cmpint (device_sync (&first), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpuint (first.wire.n_heads, ==, 1);
  assert_by_rows (&first);
  must (satchel_server_make_snapshot (f->office->server, &f->one->caller, NULL, &error));
  next.wire.slow = TRUE;
  g_assert_cmpint (device_sync (&next), ==, SATCHEL_SYNC_IDLE);
  assert_by_image (&next);
  assert_equal (&first, &next);
  device_clear (&first);
  device_clear (&next);
}

/* What changed after the image was made comes with the pull that follows. */
static void
test_later_changes (ImageOffice *f, gconstpointer data)
{
  g_autoptr (SatchelSnapshotHead) head = image_office_ask (f, f->one);
  Device image, rows;

  desk_pull (f->one);
  assert_applied (desk_update (f->one, "account", f->accounts->pdata[5], "name", "\"Renamed\"", NULL));
  assert_applied (desk_delete (f->one, "account", f->accounts->pdata[6]));
  device_init (&image, f, f->one);
  device_init (&rows, f, f->one);
  rows.wire.no_images = TRUE;
  g_assert_cmpint (device_sync (&image), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpint (device_sync (&rows), ==, SATCHEL_SYNC_IDLE);
  assert_by_image (&image);
  assert_by_rows (&rows);
  assert_equal (&image, &rows);
  device_clear (&image);
  device_clear (&rows);
}

/* Whether something of an image lies beside the replica. */
static gboolean
has_image_file (Device *device)
{
  g_autofree char *path =
      g_build_filename (satchel_session_get_directory (device->session), "replica.db-image", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A cut download goes on where it stopped, in another process, too. */
static void
test_resumed (ImageOffice *f, gconstpointer data)
{
  Device device, whole;
  guint n_whole;

  device_init (&whole, f, f->one);
  g_assert_cmpint (device_sync (&whole), ==, SATCHEL_SYNC_IDLE);
  n_whole = whole.wire.n_gets;
  g_assert_cmpuint (n_whole, >, 2);

  device_init (&device, f, f->one);
  device.wire.cut_at = 3;
  g_assert_cmpint (device_sync (&device), ==, SATCHEL_SYNC_WAITING);
  g_assert_true (has_image_file (&device));
  device_close (&device);
  device_open (&device);
  device.wire.cut_at = device.wire.n_gets = 0;
  g_assert_cmpint (device_sync (&device), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpuint (device.wire.n_gets, ==, n_whole - 2);
  g_assert_false (has_image_file (&device));
  assert_by_image (&device);
  assert_equal (&device, &whole);
  device_clear (&device);
  device_clear (&whole);
}

/* What has come of an image goes with everything else that the server sent. */
static void
test_forgotten (ImageOffice *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Device device;

  device_init (&device, f, f->one);
  device.wire.cut_at = 2;
  g_assert_cmpint (device_sync (&device), ==, SATCHEL_SYNC_WAITING);
  g_assert_true (has_image_file (&device));
  must (satchel_replica_forget_base (satchel_session_get_replica (device.session), &error));
  g_assert_false (has_image_file (&device));
  g_assert_cmpint (device_sync (&device), ==, SATCHEL_SYNC_IDLE);
  assert_by_image (&device);
  device_clear (&device);
}

static void
test_damaged (ImageOffice *f, gconstpointer data)
{
  Device device, rows;

  device_init (&device, f, f->one);
  device_init (&rows, f, f->one);
  device.wire.damaged = rows.wire.no_images = TRUE;
  g_assert_cmpint (device_sync (&device), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpint (device_sync (&rows), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpuint (device.wire.n_gets, >, 0);
  assert_by_rows (&device);
  g_assert_false (has_image_file (&device));
  assert_equal (&device, &rows);
  device_clear (&device);
  device_clear (&rows);
}

static void
choose_more (Wire *wire)
{
  g_free (office_choose (wire->f->office, wire->f->one_id, "account", "name = \"Beta 1\"", FALSE));
}

/* Between head and pieces: the device asks once more, and gets what it carries then. */
static void
test_changed_meanwhile (ImageOffice *f, gconstpointer data)
{
  Device device, rows;

  device_init (&device, f, f->one);
  device.wire.before_get = choose_more;
  g_assert_cmpint (device_sync (&device), ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpuint (device.wire.n_heads, ==, 2);
  assert_by_image (&device);
  device_init (&rows, f, f->one);
  rows.wire.no_images = TRUE;
  g_assert_cmpint (device_sync (&rows), ==, SATCHEL_SYNC_IDLE);
  assert_equal (&device, &rows);
  device_clear (&device);
  device_clear (&rows);
}

#define add(name, test)                                                                                      \
  g_test_add ("/snapshot/" name, ImageOffice, NULL, image_office_set_up, test, image_office_tear_down)

int
main (int argc, char **argv)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS"); /* the keyring of whoever runs this is not ours */
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("equal", test_equal);
  add ("later-changes", test_later_changes);
  add ("resumed", test_resumed);
  add ("forgotten", test_forgotten);
  add ("first-by-rows", test_first_by_rows);
  add ("damaged", test_damaged);
  add ("changed-meanwhile", test_changed_meanwhile);
  return g_test_run ();
}
