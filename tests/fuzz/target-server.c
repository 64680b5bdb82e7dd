/* What the server reads: heads and bodies of requests, and what stands in them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "protocol/limits.h"
#include "sync-server/admin/password-input.h"
#include "sync-server/http/compression.h"
#include "sync-server/http/handlers.h"
#include "sync-server/http/head.h"
#include "sync-server/http/tenant.h"
#include "sync-server/scope/cursor.h"
#include "tests/fuzz/fuzz.h"
#include "tests/sync-server/office.h"

/* However a head arrives, in pieces or with more behind it, it is judged alike. */
void
fuzz_head (const guint8 *bytes, gsize size)
{
  const gsize blank = satchel_head_count_blank (bytes, size);
  gsize head_size = 0;
  SatchelHead whole;

  bytes += blank;
  size -= blank;
  whole = satchel_head_find (bytes, size, &head_size);
  for (gsize length = 0; length < size; length++) {
    gsize part_size = 0;
    const SatchelHead part = satchel_head_find (bytes, length, &part_size);

    if (part == SATCHEL_HEAD_PARTIAL)
      continue;
    g_assert_cmpint (part, ==, whole);
    g_assert_true (part != SATCHEL_HEAD_COMPLETE || part_size == head_size);
    break;
  }
  if (whole != SATCHEL_HEAD_COMPLETE)
    return;
  g_assert_cmpuint (head_size, <=, size);
  g_assert_cmpint (bytes[head_size - 1], ==, '\n');
  g_assert_null (memchr (bytes, '\0', head_size));
}

/* ---- bodies ---- */

static gboolean
append_cb (const void *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, bytes, (guint)size);
  return TRUE;
}

void
fuzz_body (const guint8 *bytes, gsize size)
{
  const gsize most = 1 << 20;
  g_autoptr (GBytes) body = g_bytes_new (bytes, size);

  for (SatchelEncoding encoding = SATCHEL_ENCODING_IDENTITY; encoding <= SATCHEL_ENCODING_SATCHEL; encoding++) {
    g_autoptr (GByteArray) packed = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) hostile = satchel_decode (body, encoding, most, &error), own = NULL, back = NULL;
    SatchelEncoder *encoder;

    fuzz_check_error (hostile == NULL, error);
    g_clear_error (&error);
    if (hostile != NULL)
      g_assert_cmpuint (g_bytes_get_size (hostile), <=, most);
    if (encoding == SATCHEL_ENCODING_IDENTITY)
      continue;

    encoder = satchel_encoder_new (encoding, append_cb, packed);
    if (size % 2 == 1) /* as a long body, which is encoded in pieces */
      g_assert_true (satchel_encoder_write (encoder, bytes, size, &error));
    g_assert_true (satchel_encoder_finish (encoder, bytes, size % 2 == 1 ? 0 : size, &error));
    satchel_encoder_free (encoder);
    own = g_bytes_new (packed->data, packed->len);
    back = satchel_decode (own, encoding, most, &error);
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (body, back));
  }
}

void
fuzz_cursor (const guint8 *bytes, gsize size)
{
  static const guint8 secret[32] = { 1 };
  g_autofree char *text = g_strndup ((const char *)bytes, size);
  g_autoptr (GError) error = NULL;
  SatchelCursor cursor;

  fuzz_check_error (!satchel_cursor_from_text (text, secret, sizeof secret, "u", &cursor, &error), error);
  if (error == NULL) {
    g_autofree char *again = satchel_cursor_to_text (&cursor, secret, sizeof secret, "u");
    SatchelCursor back;

    g_assert_true (satchel_cursor_from_text (again, secret, sizeof secret, "u", &back, NULL));
    g_assert_cmpint (back.epoch, ==, cursor.epoch);
    g_assert_cmpint (back.s, ==, cursor.s);
    g_assert_cmpstr (back.buckets, ==, cursor.buckets);
    g_assert_cmpstr (back.schema, ==, cursor.schema);
  }
}

void
fuzz_password (const guint8 *bytes, gsize size)
{
  static char *dir;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  char *password;

  if (dir == NULL)
    dir = fixture_dir_new ();
  path = g_build_filename (dir, "password", NULL);
  fuzz_write_file (path, bytes, size);
  password = satchel_password_read (path, &error);
  fuzz_check_error (password == NULL, error);
  if (password != NULL) {
    g_assert_true (size >= strlen (password) && memcmp (bytes, password, strlen (password)) == 0);
    g_assert_true (g_utf8_strlen (password, -1) >= 8);
  }
  satchel_password_free (password);
}

/* ---- requests ---- */

static Office *office;
static Desk *desk;
static char *account;

static void
begin (void)
{
  if (office != NULL)
    return;
  office = office_new ();
  g_free (office_hire (office, "one", "salesperson", office->north));
  g_free (office_hire (office, "two", "salesperson", office->south));
  desk = desk_new (office, "one");
  account = new_id (desk);
  assert_applied (desk_create (desk, "account", account, "name", "\"Acme\"", "city", "\"Cluj\"", NULL));
  desk_pull (desk);
}

static void
end (void)
{
  g_clear_pointer (&desk, desk_free);
  g_clear_pointer (&office, office_free);
  g_clear_pointer (&account, g_free);
}

/* What only this organisation knows: "@C" is the desk's cursor, "@A" the account, "@U" her id, "@D" her
 * device. */
static char *
expand (const char *text)
{
  g_autoptr (GString) out = g_string_new (text);

  g_string_replace (out, "@C", desk->cursor, 4);
  g_string_replace (out, "@A", account, 8);
  g_string_replace (out, "@U", desk->caller.user, 4);
  g_string_replace (out, "@D", desk->caller.device, 4);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* As the service's threads do it (service.c, writer.c). */
static void
serve (SatchelJob *job)
{
  gboolean done = job->route->read == NULL || job->route->read (job, &job->error);

  if (!done && g_error_matches (job->error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED)) {
    g_clear_error (&job->error);
    g_assert_true (satchel_server_prepare (job->server, job->caller, &job->error));
    done = job->route->read (job, &job->error);
    g_assert_false (!done && g_error_matches (job->error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED));
  }
  if (done && job->route->write != NULL)
    done = job->route->write (job, &job->error);
  else if (done && job->route->answer == SATCHEL_ANSWER_PUSH)
    satchel_commit_pushes (&job, 1);
}

/* A tenant with nothing but its limits: the server is there already. */
static SatchelTenant *
get_tenant (void)
{
  static SatchelBudget jobs, bytes;
  static SatchelTenant tenant;

  if (tenant.jobs.budget == NULL) {
    satchel_budget_init (&jobs, 1);
    satchel_budget_init (&bytes, SATCHEL_MAX_REQUEST_BYTES);
    satchel_share_init (&tenant.jobs, &jobs);
    satchel_share_init (&tenant.bytes, &bytes);
  }
  tenant.dir = office->dir;
  return &tenant;
}

void
fuzz_request (const guint8 *bytes, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size), *path = NULL, *body = NULL;
  const char *end_of_path = strchr (text, '\n'), *allowed;
  const SatchelRoute *route;
  SatchelJob *job;

  path = end_of_path != NULL ? g_strndup (text, end_of_path - text) : NULL;
  route = path != NULL ? satchel_router_find ("POST", path, &allowed) : NULL;
  /* A hash of a password takes its time; making images is for a thread of the service. */
  if (route == NULL || route->work == SATCHEL_WORK_SIGN_IN || g_str_equal (path, "/v1/snapshot"))
    return;
  begin ();
  body = expand (end_of_path + 1);
  job = satchel_job_new (get_tenant (), route, size);
  job->server = office->server;
  job->caller = g_new0 (SatchelCaller, 1);
  job->caller->user = g_strdup (desk->caller.user);
  job->caller->device = g_strdup (desk->caller.device);
  job->token = g_strdup (desk->token);
  job->body = g_bytes_new (body, strlen (body));
  serve (job);
  g_assert_true ((job->answer == NULL) == (job->error != NULL) || job->route->write != NULL);
  if (job->error != NULL)
    fuzz_check_error (TRUE, job->error);
  /* What the disk says is no answer to a strange question. */
  g_assert_false (g_error_matches (job->error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE) ||
                  g_error_matches (job->error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT));
  satchel_job_free (job);
  if (satchel_route_writes (route))
    end (); /* the store is checked, and the next input finds it as this one did */
}
