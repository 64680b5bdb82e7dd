/* Attachments: sent in pieces, named by sets, read through records, counted, collected, backed up.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/blobs/blobs.h"

#include <glib/gstdio.h>

#include "protocol/limits.h"
#include "sync-server/blobs/files.h"
#include "sync-server/server-private.h"
#include "sync-server/store/blobs.h"
#include "tests/sync-server/office.h"

#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

typedef struct {
  Office *office;
  Desk *one, *two, *other;
  char *two_id;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  g_free (office_hire (office, "one", "salesperson", office->north));
  f->two_id = office_hire (office, "two", "salesperson", office->north);
  g_free (office_hire (office, "other", "salesperson", office->south));
  f->one = desk_new (office, "one");
  f->two = desk_new (office, "two");
  f->other = desk_new (office, "other");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_free (f->one);
  desk_free (f->two);
  desk_free (f->other);
  g_free (f->two_id);
  office_free (f->office);
}

static GBytes *
make_bytes (gsize size, guint32 seed)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = g_rand_int (chance);
  return g_bytes_new_take (bytes, size);
}

static char *
digest (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

static SatchelBlobState
begin (Fixture *f, Desk *desk, const char *hash, gint64 size)
{
  const SatchelBlobBegin request = { (char *)hash, size };
  SatchelBlobState state;
  g_autoptr (GError) error = NULL;

  must (satchel_server_begin_blob (f->office->server, &desk->caller, &request, &state, &error));
  return state;
}

/* As the service does it. */
static gboolean
put (Fixture *f, Desk *desk, const char *hash, gint64 offset, GBytes *bytes, SatchelBlobState *state,
     GError **error)
{
  const SatchelBlobPiece piece = { (char *)hash, offset, bytes };
  gboolean complete;

  if (!satchel_server_put_blob (f->office->server, &desk->caller, &piece, state, &complete, error) ||
      (complete && !satchel_server_finish_blob (f->office->server, &desk->caller, hash, error)))
    return FALSE;
  state->done |= complete;
  return TRUE;
}

/* All of it, in pieces of @piece bytes. */
static void
send (Fixture *f, Desk *desk, const char *hash, GBytes *bytes, gsize piece)
{
  SatchelBlobState state = begin (f, desk, hash, g_bytes_get_size (bytes));
  g_autoptr (GError) error = NULL;

  while (!state.done) {
    gsize left = g_bytes_get_size (bytes) - state.have_bytes;
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, state.have_bytes, MIN (piece, left));

    must (put (f, desk, hash, state.have_bytes, part, &state, &error));
  }
}

static SatchelOutcome *
attach (Desk *desk, const char *note, const char *hash, gint64 size)
{
  g_autofree char *stored = g_strdup_printf ("{\"hash\":\"%s\",\"name\":\"offer.pdf\",\"media_type\":"
                                             "\"application/pdf\",\"size_bytes\":%" G_GINT64_FORMAT "}",
                                             hash, size);
  g_autofree char *escaped = g_strescape (stored, NULL);
  g_autofree char *file = g_strconcat ("\"", escaped, "\"", NULL);

  return desk_create (desk, "note", note, "subject", "\"Offer\"", "file", file, NULL);
}

/* NULL: refused with @code. */
static GBytes *
get (Fixture *f, Desk *desk, const char *entity, const char *record, const char *field, const char *hash,
     gint64 offset, SatchelErrorCode *code)
{
  const SatchelBlobGet request = { (char *)entity, (char *)record, (char *)field, (char *)hash, offset };
  g_autoptr (GError) error = NULL;
  GBytes *bytes = satchel_server_get_blob (f->office->server, &desk->caller, &request, &error);

  *code = error != NULL ? satchel_error_code (error) : SATCHEL_ERROR_N_CODES;
  return bytes;
}

static void
assert_hidden (Fixture *f, Desk *desk, const char *record, const char *hash)
{
  SatchelErrorCode code;

  g_assert_null (get (f, desk, "note", record, "file", hash, 0, &code));
  g_assert_cmpstr (satchel_error_name (code), ==, "not-found");
}

/* Sent in pieces by one, read through the note by a colleague, piece by piece; not by the other unit. */
static void
test_round (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (SATCHEL_BLOB_PIECE_BYTES + 12345, 1);
  g_autofree char *hash = digest (bytes), *note = new_id (f->one), *name = NULL;
  g_autoptr (GBytes) first = NULL, second = NULL, behind = NULL;
  SatchelErrorCode code;

  send (f, f->one, hash, bytes, 300000);
  assert_applied (attach (f->one, note, hash, g_bytes_get_size (bytes)));
  first = get (f, f->two, "note", note, "file", hash, 0, &code);
  g_assert_nonnull (first);
  second = get (f, f->two, "note", note, "file", hash, SATCHEL_BLOB_PIECE_BYTES, &code);
  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), g_bytes_get_data (bytes, NULL),
                   SATCHEL_BLOB_PIECE_BYTES);
  g_assert_cmpuint (g_bytes_get_size (second), ==, 12345);
  behind = get (f, f->two, "note", note, "file", hash, G_MAXINT32, &code);
  g_assert_cmpuint (g_bytes_get_size (behind), ==, 0);

  assert_hidden (f, f->other, note, hash);
  /* The right record with a guessed hash, the wrong field, a field that is no file. */
  assert_hidden (f, f->two, note, "0000000000000000000000000000000000000000000000000000000000000000");
  g_assert_null (get (f, f->two, "note", note, "subject", hash, 0, &code));
  g_assert_null (get (f, f->two, "conflict", note, "file", hash, 0, &code));
}

/* A set that names what was not sent waits; another's blob cannot be had by naming its hash. */
static void
test_unsent (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (5000, 2);
  g_autofree char *hash = digest (bytes), *mine = new_id (f->one), *stolen = new_id (f->other);
  SatchelBlobState state;

  assert_parked (attach (f->one, mine, hash, 5000), SATCHEL_ERROR_BLOB);
  send (f, f->one, hash, bytes, 1000);
  g_free (mine);
  mine = new_id (f->one);
  assert_applied (attach (f->one, mine, hash, 5000));

  assert_parked (attach (f->other, stolen, hash, 5000), SATCHEL_ERROR_BLOB);
  state = begin (f, f->other, hash, 5000);
  g_assert_false (state.done); /* all bytes, as if nobody had them */
  g_assert_cmpint (state.have_bytes, ==, 0);
  state = begin (f, f->two, hash, 5000);
  g_assert_true (state.done); /* who may read it need not send it */
}

static void
test_hostile (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (4000, 3), wrong = make_bytes (4000, 4), little = make_bytes (10, 5);
  g_autofree char *hash = digest (bytes);
  SatchelBlobState state;
  g_autoptr (GError) error = NULL;
  static const char *const hashes[] = { "../../satchel.db", "", "ABCDEF", "%2e%2e" };

  /* Nothing was announced. */
  g_assert_false (put (f, f->one, hash, 0, bytes, &state, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  (void)begin (f, f->one, hash, 4000);

  /* A hole, and a piece that came before, change nothing and tell where to go on. */
  must (put (f, f->one, hash, 100, little, &state, &error));
  g_assert_cmpint (state.have_bytes, ==, 0);
  must (put (f, f->one, hash, 0, little, &state, &error));
  must (put (f, f->one, hash, 0, little, &state, &error));
  g_assert_cmpint (state.have_bytes, ==, 10);

  /* More than was announced, and other bytes than the hash says: it begins anew. */
  g_assert_false (put (f, f->one, hash, 10, bytes, &state, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (put (f, f->one, hash, 0, wrong, &state, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);
  must (put (f, f->one, hash, 0, bytes, &state, &error));
  g_assert_true (state.done);

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++) {
    g_autofree char *text = g_strdup_printf ("{\"hash\":\"%s\",\"size\":1}", hashes[i]);

    g_assert_null (satchel_blob_begin_from_text (text, strlen (text), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_clear_error (&error);
  }
}

/* Bytes of the user that are announced count, whoever has the same file. */
static void
test_quota (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (600, 6), more = make_bytes (500, 7);
  g_autofree char *hash = digest (bytes), *another = digest (more);
  const SatchelBlobBegin request = { another, 500 };
  SatchelBlobState state;
  g_autoptr (GError) error = NULL;

  must (satchel_server_begin_write (f->office->server, &error));
  must (satchel_server_end_write (
      f->office->server, satchel_blobs_write_quota (f->office->server->writer, 1000, 0, &error), &error));
  send (f, f->one, hash, bytes, 1000);
  g_assert_false (satchel_server_begin_blob (f->office->server, &f->one->caller, &request, &state, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_QUOTA);
  send (f, f->two, another, more, 1000);
}

/* What nothing names goes after its time, what an undo may want stays for as long. */
static void
test_collect (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) used = make_bytes (100, 8), unused = make_bytes (100, 9);
  g_autofree char *used_hash = digest (used), *unused_hash = digest (unused), *note = new_id (f->one);
  g_autoptr (GError) error = NULL;
  SatchelServer *server = f->office->server;

  send (f, f->one, used_hash, used, 100);
  send (f, f->one, unused_hash, unused, 100);
  (void)begin (f, f->two, unused_hash, 100);
  assert_applied (attach (f->one, note, used_hash, 100));
  f->office->clock.now_ms += (SATCHEL_BLOB_KEPT_DAYS + 1) * DAY_MS;
  must (satchel_server_collect_blobs (server, &error));
  g_assert_true (satchel_blob_exists (server->dir, used_hash));
  g_assert_false (satchel_blob_exists (server->dir, unused_hash));

  desk_pull (f->one);
  assert_applied (desk_delete (f->one, "note", note));
  must (satchel_server_collect_blobs (server, &error));
  g_assert_true (satchel_blob_exists (server->dir, used_hash));
  f->office->clock.now_ms += (SATCHEL_BLOB_KEPT_DAYS + 1) * DAY_MS;
  must (satchel_server_collect_blobs (server, &error));
  g_assert_false (satchel_blob_exists (server->dir, used_hash));
}

/* A backup has them beside it; a damaged one is told. */
static void
test_backup (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (100, 10);
  g_autofree char *hash = digest (bytes), *note = new_id (f->one);
  g_autofree char *file = g_build_filename (f->office->dir, "backup", NULL);
  g_autofree char *there = g_build_filename (f->office->dir, "backup.blobs", hash, NULL);
  g_autofree char *part = g_strdup_printf ("%.2s", hash);
  g_autofree char *here = g_build_filename (f->office->server->dir, "blobs", part, hash, NULL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;

  send (f, f->one, hash, bytes, 100);
  assert_applied (attach (f->one, note, hash, 100));
  must (satchel_server_backup (f->office->server, file, &error));
  g_assert_true (g_file_test (there, G_FILE_TEST_IS_REGULAR));

  g_assert_cmpint (g_unlink (here), ==, 0);
  problems = satchel_server_check (f->office->server, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 1);
  must (satchel_blobs_restore (f->office->server->writer, f->office->server->dir, file, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                                  \
  g_test_add ("/sync-server/blobs/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("round", test_round);
  ADD ("unsent", test_unsent);
  ADD ("hostile", test_hostile);
  ADD ("quota", test_quota);
  ADD ("collect", test_collect);
  ADD ("backup", test_backup);
  return g_test_run ();
}
