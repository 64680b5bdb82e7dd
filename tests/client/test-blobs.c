/* Attachments of a profile: on its disk, in its outbox, over a link, and away again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "client/blobs/attach.h"
#include "client/blobs/courier.h"
#include "client/blobs/transfer.h"
#include "client/queue/queue.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/blob.h"
#include "tests/client/device.h"

#define PIECE SATCHEL_BLOB_PIECE_BYTES

/* ---- files ---- */

/* @size bytes that follow from @seed; owned. */
static GBytes *
make_bytes (gsize size, guint8 seed)
{
  guint8 *bytes = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)(seed + i * 31 + (i >> 12));
  return g_bytes_new_take (bytes, size);
}

static SatchelBlobStore *
store_of (Device *device)
{
  return satchel_replica_get_blobs (device->replica);
}

static char *
blob_path (Device *device, const char *hash, const char *suffix)
{
  g_autofree char *name = g_strconcat (hash, suffix, NULL);

  return g_build_filename (satchel_session_get_directory (device->session), "blobs", name, NULL);
}

/* Attaches @bytes as @name: the stored text of the value; *hash owned. */
static char *
attach (Device *device, const char *name, GBytes *bytes, char **hash)
{
  g_autofree char *path = g_build_filename (device->dir, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelValue) value = NULL;
  const char *digest, *shown, *media_type;
  gint64 size;

  g_assert_true (
      g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), &error));
  value = satchel_attach (device->replica, path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  satchel_value_get_file (value, &digest, &shown, &media_type, &size);
  g_assert_cmpstr (shown, ==, name);
  g_assert_cmpint (size, ==, g_bytes_get_size (bytes));
  if (hash != NULL)
    *hash = g_strdup (digest);
  return satchel_value_to_stored_text (satchel_entity_find_field (device_entity (device, "note"), "file"),
                                       value);
}

/* A note @name with a small file of its own; its hash, owned. */
static char *
create_note (Device *device, const char *name, guint8 seed)
{
  g_autoptr (GBytes) bytes = make_bytes (100, seed);
  g_autofree char *file_name = g_strconcat (name, ".bin", NULL);
  char *hash;
  g_autofree char *file = attach (device, file_name, bytes, &hash);

  WRITE (device_create (device, "note", name, &problem, "subject", name, "file", file, "owner",
                        device_user ("me"), NULL));
  return hash;
}

static void
assert_held (Device *device, const char *hash, gboolean held)
{
  g_assert_cmpint (satchel_blob_store_has (store_of (device), hash), ==, held);
}

/* "entity entity…" of what the next push offers; it is answered as applied. */
static char *
push_entities (Device *device, gint64 first_s)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPush) push = satchel_outbox_next_push (device->outbox, &error);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();
  GString *entities = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; push != NULL && i < push->sets->len; i++) {
    const SatchelChangeSet *set = push->sets->pdata[i];
    SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

    g_string_append_printf (entities, "%s%s", i > 0 ? " " : "",
                            ((SatchelChange *)set->changes->pdata[0])->entity);
    outcome->number = set->number;
    outcome->s = first_s + i;
    g_ptr_array_add (answer->outcomes, outcome);
  }
  if (push != NULL)
    g_assert_true (satchel_outbox_take_answer (device->outbox, answer, &error));
  g_assert_no_error (error);
  return g_string_free (entities, FALSE);
}

#define assert_push(device, s, expected)                                                                     \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autofree char *entities_ = push_entities (device, s);                                                  \
    g_assert_cmpstr (entities_, ==, expected);                                                               \
  }                                                                                                          \
  G_STMT_END

static void
sent (Device *device, const char *hash)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_outbox_take_file_sent (device->outbox, hash, &error));
  g_assert_no_error (error);
}

/* ---- the store ---- */

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE };
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) bytes = make_bytes (sizes[i], (guint8)i);
    g_autoptr (GError) error = NULL;
    g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
    g_autofree char *hash = NULL, *file = NULL;
    gboolean claimed;

    file = attach (&device, "file", bytes, &hash);
    assert_held (&device, hash, FALSE);
    g_assert_true (satchel_blob_store_claim (store_of (&device), hash, &claimed, &error) && claimed);
    g_assert_true (satchel_blob_store_copy (store_of (&device), hash, (gint64)sizes[i], output, &error));
    g_assert_no_error (error);
    g_assert_cmpmem (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (output)),
                     g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (output)),
                     g_bytes_get_data (bytes, NULL), sizes[i]);
  }
  device_teardown (&device);
}

/* Flips the byte at @place of a file of the profile. */
static void
damage (Device *device, const char *hash, gsize place)
{
  g_autofree char *path = blob_path (device, hash, "");
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  text[MIN (place, length - 1)] ^= 1;
  g_assert_true (g_file_set_contents (path, text, (gssize)length, NULL));
}

static void
test_damage (void)
{
  Device device;
  g_autoptr (GBytes) bytes = make_bytes (2 * PIECE + 5, 1);
  g_autofree char *hash = NULL, *file = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;
  gboolean claimed;

  device_setup (&device, DEVICE_PRIMED);
  file = attach (&device, "file", bytes, &hash);
  g_assert_true (satchel_blob_store_claim (store_of (&device), hash, &claimed, &error));
  g_assert_true (satchel_blob_store_verify (store_of (&device), hash, 2 * PIECE + 5, &error));
  g_assert_false (satchel_blob_store_verify (store_of (&device), hash, 2 * PIECE + 4, NULL));
  damage (&device, hash, PIECE + 100);
  g_assert_false (satchel_blob_store_verify (store_of (&device), hash, 2 * PIECE + 5, &error));
  g_assert_cmpint (satchel_error_code (error), ==, SATCHEL_ERROR_CORRUPT);
  path = blob_path (&device, hash, "");
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (satchel_blob_store_read (store_of (&device), hash, 2 * PIECE + 5, 0, NULL));
  device_teardown (&device);
}

/* ---- a server ---- */

struct _SatchelWireExchange {
  SatchelTransport *transport;
  SatchelExchangeHandler handler;
  gpointer user_data;
  GSource *idle;
  GBytes *body;
  char *path;
};

typedef struct {
  SatchelTransport transport; /* first */
  GBytes *file;               /* what is downloaded; what an upload must become */
  gsize have;                 /* of an upload */
  guint n_requests, drop_at;  /* that request is cut; 0: none */
  gboolean known;             /* it has the file already */
  SatchelErrorCode refusal;   /* of begin and get; 0: none */
} FakeServer;

static void
exchange_free (SatchelWireExchange *exchange)
{
  g_source_destroy (exchange->idle);
  g_source_unref (exchange->idle);
  g_bytes_unref (exchange->body);
  g_free (exchange->path);
  g_free (exchange);
}

static GBytes *
answer_state (FakeServer *server)
{
  SatchelBlobState state = { (gint64)server->have,
                             server->known || server->have == g_bytes_get_size (server->file) };
  char *text = satchel_blob_state_to_text (&state);

  return g_bytes_new_take (text, strlen (text));
}

static GBytes *
answer_put (FakeServer *server, GBytes *body)
{
  g_autoptr (SatchelBlobPiece) piece = satchel_blob_piece_from_bytes (body, NULL);
  const guint8 *file = g_bytes_get_data (server->file, NULL);
  gsize length;
  const void *bytes;

  g_assert_nonnull (piece);
  g_assert_cmpint (piece->offset, ==, server->have);
  bytes = g_bytes_get_data (piece->bytes, &length);
  g_assert_cmpmem (bytes, length, file + piece->offset, length);
  server->have += length;
  return answer_state (server);
}

static GBytes *
answer_get (FakeServer *server, GBytes *body)
{
  g_autoptr (SatchelBlobGet) get =
      satchel_blob_get_from_text (g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL);
  gsize size = g_bytes_get_size (server->file);

  g_assert_nonnull (get);
  g_assert_cmpint (get->offset, <, size);
  return g_bytes_new_from_bytes (server->file, (gsize)get->offset, MIN (PIECE, size - (gsize)get->offset));
}

static gboolean
answer_cb (gpointer data)
{
  SatchelWireExchange *exchange = data;
  FakeServer *server = (FakeServer *)exchange->transport;
  const SatchelExchangeHandler handler = exchange->handler;
  gpointer user_data = exchange->user_data;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (++server->n_requests == server->drop_at)
    error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "cut");
  else if (server->refusal != 0 && !g_str_has_suffix (exchange->path, "put"))
    error = g_error_new_literal (SATCHEL_ERROR, server->refusal, "refused");
  else if (g_str_equal (exchange->path, "/v1/blob/begin"))
    answer = answer_state (server);
  else if (g_str_equal (exchange->path, "/v1/blob/put"))
    answer = answer_put (server, exchange->body);
  else
    answer = answer_get (server, exchange->body);
  exchange_free (exchange);
  handler.done (answer, error, -1, user_data);
  return G_SOURCE_REMOVE;
}

static SatchelWireExchange *
start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
       const SatchelExchangeHandler *handler, gpointer user_data)
{
  SatchelWireExchange *exchange = g_new0 (SatchelWireExchange, 1);

  exchange->transport = transport;
  exchange->handler = *handler;
  exchange->user_data = user_data;
  exchange->body = g_bytes_ref (body);
  exchange->path = g_strdup (path);
  exchange->idle = g_idle_source_new ();
  g_source_set_callback (exchange->idle, answer_cb, exchange, NULL);
  g_source_attach (exchange->idle, NULL);
  return exchange;
}

static void
cancel (SatchelTransport *transport, SatchelWireExchange *exchange)
{
  exchange_free (exchange);
}

static void
server_init (FakeServer *server, GBytes *file)
{
  *server = (FakeServer){ .transport = { .start = start, .cancel = cancel }, .file = file };
}

/* ---- transfers ---- */

static gboolean
fetch (Device *device, FakeServer *server, const char *hash, gint64 size, GError **error)
{
  SatchelWantedFile wanted = {
    (char *)"note", (char *)device_id ("n1"), (char *)"file", { (char *)hash, size }
  };
  g_autoptr (SatchelTransfer) transfer =
      satchel_download_new (store_of (device), &server->transport, &wanted);

  return satchel_transfer_run (transfer, "token", NULL, NULL, error);
}

static void
test_download (void)
{
  g_autoptr (GBytes) bytes = make_bytes (3 * PIECE + 7, 1);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  const gint64 size = 3 * PIECE + 7;
  Device device;
  FakeServer server;
  g_autoptr (GError) error = NULL;
  g_autofree char *part = NULL, *text = NULL;
  gsize length;

  device_setup (&device, DEVICE_PRIMED);
  server_init (&server, bytes);
  server.drop_at = 3;
  g_assert_false (fetch (&device, &server, hash, size, &error));
  g_assert_cmpint (satchel_error_code (error), ==, SATCHEL_ERROR_UNREACHABLE);
  g_clear_error (&error);
  assert_held (&device, hash, FALSE);

  /* A crash tore the last piece: it is fetched once more, and only that. */
  part = blob_path (&device, hash, ".part");
  g_assert_true (g_file_get_contents (part, &text, &length, NULL));
  g_assert_true (g_file_set_contents (part, text, (gssize)length - 10, NULL));
  g_assert_true (fetch (&device, &server, hash, size, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (server.n_requests, ==, 3 + 3);
  g_assert_true (satchel_blob_store_verify (store_of (&device), hash, size, &error));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  device_teardown (&device);
}

/* Other bytes than those of the hash, or another size than was said, leave nothing behind. */
static void
test_wrong_bytes (void)
{
  g_autoptr (GBytes) bytes = make_bytes (PIECE + 7, 1), others = make_bytes (PIECE + 7, 2);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  static const gint64 sizes[] = { PIECE + 7, PIECE + 8, PIECE + 6, G_MAXINT64 };
  Device device;
  FakeServer server;
  g_autofree char *part = NULL;

  device_setup (&device, DEVICE_PRIMED);
  part = blob_path (&device, hash, ".part");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GError) error = NULL;

    server_init (&server, i == 0 ? others : bytes);
    g_assert_false (fetch (&device, &server, hash, sizes[i], &error));
    g_assert_cmpint (satchel_error_code (error), ==, SATCHEL_ERROR_INVALID);
    assert_held (&device, hash, FALSE);
  }
  server_init (&server, bytes);
  g_assert_true (fetch (&device, &server, hash, PIECE + 7, NULL));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  device_teardown (&device);
}

/* ---- the courier ---- */

typedef struct {
  GString *news; /* m: more, s: sent, f: failed */
  GError *error;
} Log;

static void
news_cb (SatchelCourierNews news, const GError *error, gint64 retry_after_ms, gpointer data)
{
  Log *log = data;

  g_string_append_c (log->news, "msf"[news]);
  g_clear_error (&log->error);
  log->error = error != NULL ? g_error_copy (error) : NULL;
}

/* Works until there is nothing more to do, or it fails; what happened, owned. */
static char *
deliver (SatchelCourier *courier)
{
  Log log = { g_string_new (NULL), NULL };
  g_autoptr (GError) error = NULL;
  gboolean found = TRUE;

  while (log.error == NULL) {
    const gsize before = log.news->len;

    g_assert_true (satchel_courier_find_work (courier, &found, &error));
    g_assert_no_error (error);
    if (!found)
      break;
    satchel_courier_step (courier, "token", news_cb, &log);
    while (log.news->len == before)
      g_main_context_iteration (NULL, TRUE);
  }
  g_clear_error (&log.error);
  return g_string_free (log.news, FALSE);
}

#define assert_delivery(courier, expected)                                                                   \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autofree char *news_ = deliver (courier);                                                              \
    g_assert_cmpstr (news_, ==, expected);                                                                   \
  }                                                                                                          \
  G_STMT_END

static void
test_upload (void)
{
  g_autoptr (GBytes) bytes = make_bytes (2 * PIECE + 7, 1);
  g_autoptr (SatchelCourier) courier = NULL;
  g_autofree char *file = NULL, *hash = NULL;
  Device device;
  FakeServer server;

  device_setup (&device, DEVICE_PRIMED);
  server_init (&server, bytes);
  courier = satchel_courier_new (device.session, &server.transport);
  assert_delivery (courier, "");
  file = attach (&device, "big", bytes, &hash);
  assert_delivery (courier, ""); /* nothing names it yet */
  WRITE (device_create (&device, "note", "n1", &problem, "file", file, "owner", device_user ("me"), NULL));
  assert_push (&device, 11, "");
  server.drop_at = 3;
  assert_delivery (courier, "mmf");
  assert_delivery (courier, "mms"); /* asks how far it came, and goes on there */
  assert_push (&device, 11, "note");
  assert_delivery (courier, "");
  g_clear_pointer (&courier, satchel_courier_free);
  device_teardown (&device);
}

/* What the server lacked is sent, once, and the set goes again by itself. */
static void
test_lacking (void)
{
  g_autoptr (GBytes) bytes = make_bytes (100, 1);
  g_autoptr (SatchelCourier) courier = NULL;
  g_autofree char *hash = NULL;
  Device device;
  FakeServer server;

  device_setup (&device, DEVICE_PRIMED);
  hash = create_note (&device, "n1", 1);
  server_init (&server, bytes);
  courier = satchel_courier_new (device.session, &server.transport);
  sent (&device, hash);
  device_push_parked (&device, SATCHEL_ERROR_BLOB, "file");
  assert_delivery (courier, "ms");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 0);
  device_push_parked (&device, SATCHEL_ERROR_BLOB, "file");
  server.known = TRUE;
  assert_delivery (courier, "s");
  device_push_parked (&device, SATCHEL_ERROR_BLOB, "file"); /* the two do not agree: a person must look */
  assert_delivery (courier, "");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  g_clear_pointer (&courier, satchel_courier_free);
  device_teardown (&device);
}

/* Policies, and a file that cannot be had, which is not asked for again until something changes. */
static void
test_wanted (void)
{
  g_autoptr (GBytes) bytes = make_bytes (100, 1);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *row =
      g_strdup_printf ("['~n1~',11,'{\\'hash\\':\\'%s\\',\\'name\\':\\'a\\',\\'media_type\\':\\'a/b\\',"
                       "\\'size_bytes\\':100}']",
                       hash);
  static const char section[] = "{'entity':'note','columns':['id','s','file'],'whole':true}";
  g_autoptr (SatchelCourier) courier = NULL;
  Device device;
  FakeServer server;

  device_setup (&device, DEVICE_PRIMED);
  server_init (&server, bytes);
  courier = satchel_courier_new (device.session, &server.transport);
  g_assert_true (satchel_files_set_policy (device.replica, 99, NULL));
  device_pull (&device, 11, section, row, NULL);
  assert_delivery (courier, "");
  g_assert_true (satchel_files_set_policy (device.replica, SATCHEL_FILES_NEVER, NULL));
  assert_delivery (courier, "");
  g_assert_true (satchel_files_set_policy (device.replica, 100, NULL));
  server.refusal = SATCHEL_ERROR_NOT_FOUND;
  g_test_expect_message ("satchel-files", G_LOG_LEVEL_MESSAGE, "*cannot be fetched*");
  assert_delivery (courier, "m");
  g_test_assert_expected_messages ();
  assert_delivery (courier, "");
  server.refusal = 0;
  device_pull (&device, 12, section, row, NULL);
  satchel_courier_hope_again (courier);
  assert_delivery (courier, "m");
  assert_held (&device, hash, TRUE);
  assert_delivery (courier, "");
  g_clear_pointer (&courier, satchel_courier_free);
  device_teardown (&device);
}

/* ---- the outbox ---- */

static void
test_waiting (void)
{
  g_autofree char *first = NULL, *second = NULL, *rule = g_strnfill (100000, '-');
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  first = create_note (&device, "n1", 1);
  WRITE (device_set (&device, "note", "n1", &problem, "body", rule, NULL)); /* each hyphen might be an id's */
  WRITE (device_create (&device, "account", "a1", &problem, "name", "A", NULL));
  second = create_note (&device, "n2", 2);
  WRITE (device_delete (&device, "note", "n1", &problem));
  assert_push (&device, 11, "account");
  assert_push (&device, 12, "");
  sent (&device, second);
  assert_push (&device, 12, "note");
  assert_push (&device, 13, "");
  sent (&device, first);
  assert_push (&device, 13, "note note note");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 0);
  device_teardown (&device);
}

/* A draft whose attachment became another letter's is discarded: its deletion comes after what names it. */
static void
test_undercut (void)
{
  g_autofree char *hash = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  WRITE (device_create (&device, "email", "e1", &problem, "subject", "Draft", NULL));
  WRITE (device_create (&device, "email", "e2", &problem, "subject", "Sent", NULL));
  hash = create_note (&device, "n1", 1);
  WRITE (device_set (&device, "note", "n1", &problem, "email", device_id ("e1"), NULL));
  WRITE (device_set (&device, "note", "n1", &problem, "email", device_id ("e2"), NULL));
  WRITE (device_delete (&device, "email", "e1", &problem));
  WRITE (device_create (&device, "account", "a1", &problem, "name", "A", NULL));
  assert_push (&device, 11, "email email account");
  assert_push (&device, 12, "");
  sent (&device, hash);
  assert_push (&device, 12, "note note note email");
  device_teardown (&device);
}

/* What waited gets later numbers, and is offered after what was offered before it and not answered. */
static void
test_order (void)
{
  g_autofree char *hash = NULL;
  g_autoptr (SatchelPush) lost = NULL, push = NULL;
  g_autoptr (GError) error = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  hash = create_note (&device, "n1", 1);
  WRITE (device_create (&device, "account", "a1", &problem, "name", "A", NULL));
  lost = satchel_outbox_next_push (device.outbox, &error);
  g_assert_cmpuint (lost->sets->len, ==, 1);
  sent (&device, hash);
  push = satchel_outbox_next_push (device.outbox, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (push->sets->len, ==, 2);
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[0])->number, ==, 1);
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[1])->number, ==, 2);
  g_assert_cmpstr (((SatchelChangeSet *)push->sets->pdata[0])->uuid, ==,
                   ((SatchelChangeSet *)lost->sets->pdata[0])->uuid);
  device_teardown (&device);
}

static SatchelErrorCode
parked_code (Device *device, guint index)
{
  g_autoptr (GPtrArray) parked =
      satchel_outbox_list (device->outbox, SATCHEL_SET_BIT (SATCHEL_SET_PARKED), -1, NULL);

  g_assert_cmpuint (index, <, parked->len);
  return ((SatchelQueuedSet *)parked->pdata[index])->code;
}

static void
test_refused (void)
{
  g_autoptr (GBytes) bytes = make_bytes (100, 1);
  g_autoptr (SatchelCourier) courier = NULL;
  g_autoptr (GPtrArray) parked = NULL;
  g_autofree char *hash = NULL;
  Device device;
  FakeServer server;

  device_setup (&device, DEVICE_PRIMED);
  hash = create_note (&device, "n1", 1);
  WRITE (device_set (&device, "note", "n1", &problem, "body", "depends", NULL));
  server_init (&server, bytes);
  courier = satchel_courier_new (device.session, &server.transport);
  server.refusal = SATCHEL_ERROR_QUOTA;
  assert_delivery (courier, "m");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 2);
  g_assert_cmpint (parked_code (&device, 0), ==, SATCHEL_ERROR_QUOTA);
  g_assert_cmpint (parked_code (&device, 1), ==, SATCHEL_ERROR_DEPENDS);
  assert_push (&device, 11, "");
  device_assert_shown (&device, "note", "n1", "body", "depends"); /* a draft */
  assert_held (&device, hash, TRUE);

  /* The retry takes along what depends on it, and finds the file where it was. */
  parked = satchel_outbox_list (device.outbox, SATCHEL_SET_BIT (SATCHEL_SET_PARKED), -1, NULL);
  g_assert_true (
      satchel_outbox_retry (device.outbox, ((SatchelQueuedSet *)parked->pdata[0])->set->uuid, NULL));
  assert_push (&device, 11, "note note");
  device_teardown (&device);
}

static void
test_vanished (void)
{
  g_autoptr (GBytes) bytes = make_bytes (100, 1);
  g_autoptr (SatchelCourier) courier = NULL;
  g_autofree char *hash = NULL, *path = NULL;
  Device device;
  FakeServer server;

  device_setup (&device, DEVICE_PRIMED);
  hash = create_note (&device, "n1", 1);
  path = blob_path (&device, hash, "");
  g_assert_cmpint (g_unlink (path), ==, 0);
  server_init (&server, bytes);
  courier = satchel_courier_new (device.session, &server.transport);
  assert_delivery (courier, "m");
  g_assert_cmpuint (server.n_requests, ==, 0);
  g_assert_cmpint (parked_code (&device, 0), ==, SATCHEL_ERROR_BLOB);
  assert_delivery (courier, "");
  g_clear_pointer (&courier, satchel_courier_free);
  device_teardown (&device);
}

/* ---- dropping ---- */

/* Acknowledged and backed up: the outbox keeps nothing of it. */
static char *
settle_note (Device *device, const char *name, guint8 seed, gint64 s)
{
  char *hash = create_note (device, name, seed);
  g_autofree char *head =
      g_strdup_printf ("{'reset':false,'restored_s':-1,'backed_up_s':%" G_GINT64_FORMAT "}", s);
  g_autofree char *row = g_strdup_printf (
      "['~%s~',%" G_GINT64_FORMAT
      ",'{\\'hash\\':\\'%s\\',\\'name\\':\\'a\\',\\'media_type\\':\\'a/b\\',\\'size_bytes\\':100}']",
      name, s, hash);

  sent (device, hash);
  device_push_applied (device, 1, s);
  device_pull_with (device, head, s, "{'entity':'note','columns':['id','s','file'],'whole':true}", row, NULL);
  assert_held (device, hash, TRUE);
  return hash;
}

static void
test_dropped (void)
{
  g_autofree char *gone = NULL, *erased = NULL, *cleared = NULL, *waiting = NULL, *edited = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  gone = settle_note (&device, "n1", 1, 11);
  erased = settle_note (&device, "n2", 2, 12);
  device_pull (&device, 13, "{'entity':'note','columns':['id','s','file'],'whole':false}", "['~n2~',13,null]",
               NULL);
  assert_held (&device, erased, FALSE);
  assert_held (&device, gone, TRUE);
  device_pull (&device, 14, "{'entity':'note','gone':true}", "['~n1~',14,'left']", NULL);
  assert_held (&device, gone, FALSE);

  /* The server's row names it still, whatever an edit that waits puts in its place. */
  edited = settle_note (&device, "n3", 3, 15);
  cleared = settle_note (&device, "n5", 5, 16);
  WRITE (device_set (&device, "note", "n3", &problem, "file", "", NULL));
  waiting = create_note (&device, "n4", 4);
  device_pull (&device, 17, "{'entity':'note','columns':['id','s','subject'],'whole':true}",
               "['~n9~',17,'Other']", NULL);
  assert_held (&device, edited, TRUE);
  device_pull (&device, 18, "{'entity':'note','clear':true}", NULL);
  assert_held (&device, edited, FALSE);
  assert_held (&device, cleared, FALSE);
  assert_held (&device, waiting, TRUE);
  device_teardown (&device);
}

static void
test_discarded (void)
{
  g_autofree char *hash = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GBytes) bytes = make_bytes (100, 1);
  g_autoptr (SatchelCourier) courier = NULL;
  FakeServer server;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  hash = create_note (&device, "n1", 1);
  pending = satchel_outbox_list (device.outbox, SATCHEL_SET_WAITING, -1, NULL);
  g_assert_true (
      satchel_outbox_discard (device.outbox, ((SatchelQueuedSet *)pending->pdata[0])->set->uuid, NULL));
  server_init (&server, bytes);
  courier = satchel_courier_new (device.session, &server.transport);
  assert_delivery (courier, "");
  device_pull (&device, 11, NULL);
  assert_held (&device, hash, FALSE);
  g_clear_pointer (&courier, satchel_courier_free);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/blobs/round-trip", test_round_trip);
  g_test_add_func ("/client/blobs/damage", test_damage);
  g_test_add_func ("/client/blobs/download", test_download);
  g_test_add_func ("/client/blobs/wrong-bytes", test_wrong_bytes);
  g_test_add_func ("/client/blobs/upload", test_upload);
  g_test_add_func ("/client/blobs/lacking", test_lacking);
  g_test_add_func ("/client/blobs/wanted", test_wanted);
  g_test_add_func ("/client/blobs/waiting", test_waiting);
  g_test_add_func ("/client/blobs/undercut", test_undercut);
  g_test_add_func ("/client/blobs/order", test_order);
  g_test_add_func ("/client/blobs/refused", test_refused);
  g_test_add_func ("/client/blobs/vanished", test_vanished);
  g_test_add_func ("/client/blobs/dropped", test_dropped);
  g_test_add_func ("/client/blobs/discarded", test_discarded);
  return g_test_run ();
}
