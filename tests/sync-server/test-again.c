/* A pull that is answered from what was answered before: always as a reader would answer it then, and only
 * while nothing has happened.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/again.h"

#include <string.h>

#include "protocol/error.h"
#include "sync-server/customising.h"
#include "sync-server/http/handlers.h"
#include "sync-server/server-private.h"
#include "tests/sync-server/office.h"

#define TASK "00000000-0000-7000-8000-0000000000a1"

typedef struct {
  Office *office;
  char *ana, *bea;
  Desk *desk, *hers; /* Ana's and Bea's */
  char *body;        /* a pull of Ana's that brings nothing */
  SatchelAgain *again;
  gsize signature_bytes; /* of the last answer */
} Fixture;

static void
ask_anew (Fixture *f)
{
  g_free (f->body);
  desk_pull (f->desk);
  f->body = g_strdup_printf ("{\"cursor\":\"%s\"}", f->desk->cursor);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->office = office_new ();
  f->ana = office_hire (f->office, "ana", "salesperson", f->office->north);
  f->bea = office_hire (f->office, "bea", "salesperson", f->office->north);
  f->desk = desk_new (f->office, "ana");
  f->hers = desk_new (f->office, "bea");
  desk_pull (f->hers);
  ask_anew (f);
  f->again = satchel_again_new (f->office->dir, f->office->server, 64 * 1024);
  g_assert_nonnull (f->again);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  satchel_again_free (f->again);
  desk_free (f->desk);
  desk_free (f->hers);
  office_free (f->office);
  g_free (f->ana);
  g_free (f->bea);
  g_free (f->body);
}

/* ---- asking as the service does ---- */

static void
job_begin (Fixture *f, SatchelJob *job, const char *token, const char *body)
{
  *job = (SatchelJob){ .server = f->office->server,
                       .spool_dir = f->office->dir,
                       .token = (char *)token,
                       .accept = SATCHEL_ENCODING_IDENTITY,
                       .body = g_bytes_new (body, strlen (body)),
                       .pulse = -1 };
}

static void
job_clear (SatchelJob *job)
{
  g_bytes_unref (job->body);
  satchel_spool_free (job->answer);
  g_clear_pointer (&job->caller, satchel_caller_free);
  g_clear_pointer (&job->signature, satchel_signature_unref);
  if (job->message != NULL)
    job->free_message (job->message);
}

/* The error's name where it fails. */
static const char *
work (SatchelJob *job)
{
  g_autoptr (GError) error = NULL;

  if (satchel_handle_pull (job, &error))
    return NULL;
  if (!g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED))
    return satchel_error_name (satchel_error_code (error));
  g_clear_error (&error);
  must (satchel_server_prepare (job->server, job->caller, &error));
  must (satchel_handle_pull (job, &error));
  return NULL;
}

static char *
read_answer (SatchelJob *job)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GBytes *piece;

  while ((piece = satchel_spool_read (job->answer, &error)) != NULL) {
    g_string_append_len (text, g_bytes_get_data (piece, NULL), (gssize)g_bytes_get_size (piece));
    g_bytes_unref (piece);
  }
  g_assert_no_error (error);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What a reader says, which is what anybody must be told. */
static char *
tell (Fixture *f, const char *token, const char *body)
{
  SatchelJob job;
  const char *refused;
  char *text;

  job_begin (f, &job, token, body);
  refused = work (&job);
  text = refused != NULL ? g_strdup (refused) : read_answer (&job);
  if (job.signature != NULL)
    f->signature_bytes = satchel_signature_get_size_bytes (job.signature);
  job_clear (&job);
  return text;
}

static gboolean
ask (Fixture *f, const char *token, const char *body)
{
  g_autofree char *text = NULL, *truth = NULL;
  const char *refused = NULL;
  SatchelJob job;
  gboolean found;

  job_begin (f, &job, token, body);
  found = satchel_again_find (f->again, &job);
  g_assert_cmpint (found, ==, job.answer != NULL);
  if (!found && (refused = work (&job)) == NULL)
    satchel_again_keep (f->again, &job);
  text = refused != NULL ? g_strdup (refused) : read_answer (&job);
  if (found) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelCaller) caller = satchel_server_authenticate (f->office->server, token, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (job.caller->device, ==, caller->device);
    g_assert_cmpstr (job.caller->user, ==, caller->user);
    g_assert_nonnull (job.signature);
  }
  truth = tell (f, token, body);
  g_assert_cmpstr (text, ==, truth);
  job_clear (&job);
  return found;
}

#define assert_kept(f, token, body) g_assert_true (ask ((f), (token), (body)))
#define assert_anew(f, token, body) g_assert_false (ask ((f), (token), (body)))

static void
ask_twice (Fixture *f)
{
  ask (f, f->desk->token, f->body);
  assert_kept (f, f->desk->token, f->body);
}

/* ---- what tells one request from another ---- */

static void
test_same (Fixture *f, gconstpointer data)
{
  g_autofree char *padded = g_strconcat (f->body, " ", NULL);
  SatchelJob job;

  assert_anew (f, f->desk->token, f->body);
  assert_kept (f, f->desk->token, f->body);
  assert_kept (f, f->desk->token, f->body);

  job_begin (f, &job, f->desk->token, f->body);
  job.accept = SATCHEL_ENCODING_ZSTD;
  g_assert_false (satchel_again_find (f->again, &job));
  job.accept = SATCHEL_ENCODING_IDENTITY;
  job.encoding = SATCHEL_ENCODING_GZIP;
  g_assert_false (satchel_again_find (f->again, &job));
  job_clear (&job);

  /* A device's last answer alone. */
  assert_anew (f, f->desk->token, padded);
  assert_kept (f, f->desk->token, padded);
  assert_anew (f, f->desk->token, f->body);
}

/* The same bytes with a token of somebody else, of another device of hers, and of nobody. */
static void
test_foreign_tokens (Fixture *f, gconstpointer data)
{
  Desk *other = desk_new (f->office, "ana");
  g_autofree char *refused = NULL;

  ask_twice (f);
  for (guint i = 0; i < 2; i++) {
    assert_anew (f, f->hers->token, f->body);
    assert_anew (f, "nobody", f->body);
    assert_anew (f, "", f->body);
  }
  refused = tell (f, f->hers->token, f->body);
  g_assert_cmpstr (refused, ==, "cursor");
  assert_anew (f, other->token, f->body);
  assert_kept (f, other->token, f->body);
  assert_kept (f, f->desk->token, f->body);
  desk_free (other);
}

/* ---- what happens in between ---- */

static void
by_edit (Fixture *f)
{
  assert_applied (desk_create (f->hers, "task", TASK, "subject", "\"Call\"", NULL));
}

static void
by_other_unit (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  must (satchel_accounts_set_unit (f->office->server, NULL, f->ana, f->office->south, &error));
}

static void
by_role (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  must (satchel_accounts_add_role (f->office->server, NULL, f->ana, "service", &error));
}

static void
by_lost_role (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  must (satchel_accounts_remove_role (f->office->server, NULL, f->ana, "service", &error));
}

static void
by_definitions (Fixture *f)
{
  SatchelMetadataDocument document = { "test.xml", "<satchel version='1'><entity name='account'>"
                                                   "<field name='loyalty' label='Loyalty' type='string'/>"
                                                   "</entity></satchel>" };
  g_autoptr (GError) error = NULL;
  gint64 version;

  must (satchel_server_customise (f->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version,
                                  &error));
}

static void
by_backup (Fixture *f)
{
  g_autofree char *file = g_build_filename (f->office->dir, "backup", NULL);
  g_autoptr (GError) error = NULL;

  must (satchel_server_backup (f->office->server, file, &error));
}

static void
by_sign_in (Fixture *f)
{
  desk_free (desk_new (f->office, "bea"));
}

/* As an administrator's command does, from a process of its own. */
static void
by_other_process (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  SatchelServer *other =
      satchel_server_open (f->office->dir, f->office->registry, &f->office->clock.clock, &error);

  g_assert_no_error (error);
  must (satchel_accounts_revoke_device (other, NULL, f->hers->caller.device, &error));
  satchel_server_close (other);
}

static void
by_revocation (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  must (satchel_accounts_revoke_device (f->office->server, NULL, f->desk->caller.device, &error));
}

static void
test_commits (Fixture *f, gconstpointer data)
{
  static void (*const happen[]) (Fixture *) = { by_edit,        by_other_unit, by_role,    by_lost_role,
                                                by_definitions, by_backup,     by_sign_in, by_other_process };
  g_autofree char *refused = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (happen); i++) {
    ask_anew (f);
    ask_twice (f);
    happen[i](f);
    assert_anew (f, f->desk->token, f->body);
  }
  ask_anew (f);
  ask_twice (f);
  by_revocation (f);
  for (guint i = 0; i < 2; i++)
    assert_anew (f, f->desk->token, f->body);
  refused = tell (f, f->desk->token, f->body);
  g_assert_cmpstr (refused, ==, "unauthenticated");
}

/* While a reader is at it, before and after it has looked; others ask meanwhile. */
static void
test_midway (Fixture *f, gconstpointer data)
{
  SatchelJob job;

  for (guint i = 0; i < 2; i++) {
    ask_anew (f);
    job_begin (f, &job, f->desk->token, f->body);
    g_assert_false (satchel_again_find (f->again, &job));
    if (i == 0)
      by_edit (f);
    g_assert_null (work (&job));
    if (i == 1)
      assert_applied (desk_update (f->hers, "task", TASK, "subject", "\"Write\"", NULL));
    ask (f, f->hers->token, "{\"schema\":\"\"}");
    satchel_again_keep (f->again, &job);
    job_clear (&job);
    assert_anew (f, f->desk->token, f->body);
  }
}

/* Midnight passes, and nothing is committed until a reader has been asked. */
static void
test_midnight (Fixture *f, gconstpointer data)
{
  g_autofree char *dan = office_employ (f->office, "dan", "salesperson", f->office->north), *body = NULL,
                  *told = NULL;
  g_autofree char *filter = office_choose (f->office, dan, "task", "due = today", FALSE);
  Desk *his = desk_new (f->office, "dan");

  assert_applied (desk_create (f->hers, "task", TASK, "subject", "\"Call\"", "due", "\"2025-11-23\"", NULL));
  desk_pull (his);
  g_assert_false (desk_has (his, "task", TASK));
  body = g_strdup_printf ("{\"cursor\":\"%s\"}", his->cursor);
  ask (f, his->token, body);
  assert_kept (f, his->token, body);
  fake_clock_advance (&f->office->clock, 20 * 60 * 60 * 1000);
  assert_anew (f, his->token, body);
  told = tell (f, his->token, body);
  g_assert_nonnull (strstr (told, TASK));
  desk_free (his);
}

/* It is gone by when a filter may be due, and by when the scope was noted last. */
static void
test_clock (Fixture *f, gconstpointer data)
{
  ask_twice (f);
  fake_clock_advance (&f->office->clock, -1);
  assert_anew (f, f->desk->token, f->body);
  assert_kept (f, f->desk->token, f->body);
  fake_clock_advance (&f->office->clock, 10 * 60 * 1000);
  assert_anew (f, f->desk->token, f->body);
}

/* ---- bounds ---- */

static void
test_bounds (Fixture *f, gconstpointer data)
{
  Desk *other = desk_new (f->office, "ana"), *third = desk_new (f->office, "ana");
  g_autofree char *large = g_strdup_printf ("%s%600s", f->body, ""), *first = NULL;

  ask_twice (f);
  satchel_again_free (f->again);
  f->again = satchel_again_new (f->office->dir, f->office->server, 1400 + 2 * f->signature_bytes);
  ask_twice (f);
  ask (f, other->token, f->body);
  assert_kept (f, other->token, f->body);

  /* There is room for two; who floods takes nobody's but her own. */
  for (guint i = 0; i < 300; i++) {
    g_autofree char *body = g_strdup_printf ("%s%*s", f->body, (int)i % 50, "");

    ask (f, i % 2 == 0 ? third->token : other->token, body);
  }
  assert_anew (f, third->token, f->body);
  assert_anew (f, third->token, f->body);
  assert_kept (f, f->desk->token, f->body);

  /* Neither long requests nor long answers. */
  satchel_again_free (f->again);
  f->again = satchel_again_new (f->office->dir, f->office->server, 64 * 1024 * 1024);
  assert_anew (f, f->desk->token, large);
  assert_anew (f, f->desk->token, large);
  first = g_strdup_printf ("{\"schema\":\"%s\"}", satchel_registry_get_digest (f->office->registry));
  assert_anew (f, f->desk->token, first);
  assert_anew (f, f->desk->token, first);
  desk_free (other);
  desk_free (third);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                                  \
  g_test_add ("/sync-server/again/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("same", test_same);
  ADD ("foreign-tokens", test_foreign_tokens);
  ADD ("commits", test_commits);
  ADD ("midway", test_midway);
  ADD ("midnight", test_midnight);
  ADD ("clock", test_clock);
  ADD ("bounds", test_bounds);
  return g_test_run ();
}
