/* A device does not get back what it wrote and knows: which sets are exact, and which rows stay out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/along.h"
#include "sync-server/scope/signature.h"
#include "tests/sync-server/office.h"

#include <string.h>

#define ACCOUNT "00000000-0000-7000-8000-0000000000a1"

typedef struct {
  Office *office;
  char *ana, *bea;
  Desk *mine, *hers;
} Fixture;

static void
fixture_init (Fixture *fixture)
{
  g_autoptr (SatchelOutcome) outcome = NULL;

  fixture->office = office_new ();
  fixture->ana = office_hire (fixture->office, "ana", "salesperson", fixture->office->north);
  fixture->bea = office_hire (fixture->office, "bea", "salesperson", fixture->office->north);
  fixture->mine = desk_new (fixture->office, "ana");
  fixture->hers = desk_new (fixture->office, "bea");
  outcome = desk_create (fixture->mine, "account", ACCOUNT, "name", "\"Acme\"", "phone", "\"1\"", NULL);
  g_assert_cmpint (outcome->state, ==, SATCHEL_OUTCOME_APPLIED);
  g_assert_cmpint (outcome->at_ms, ==, 0); /* the server adds to what a create says */
  desk_pull (fixture->mine);
  desk_pull (fixture->hers);
}

static void
fixture_clear (Fixture *fixture)
{
  desk_free (fixture->mine);
  desk_free (fixture->hers);
  office_free (fixture->office);
  g_free (fixture->ana);
  g_free (fixture->bea);
}

static gboolean
collect (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, bytes, (gssize)size);
  return TRUE;
}

/* What the desk would be sent, without taking it. Owned. */
static char *
ask (Desk *desk, const char *cursor, gint64 first, gint64 last)
{
  const gint64 bounds[] = { first, last };
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (gint64));
  SatchelPull request = { .cursor = (char *)cursor, .own = own };
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  g_array_append_vals (own, bounds, G_N_ELEMENTS (bounds));
  if (!satchel_server_pull (desk->office->server, &desk->caller, &request, collect, text, &error))
    g_error ("%s", error->message);
  return g_string_free (text, FALSE);
}

static void
assert_row (const char *stream, gboolean own, const char *columns)
{
  g_assert_cmpint (strstr (stream, "\"own\":true") != NULL, ==, own);
  if (columns != NULL)
    g_assert_nonnull (strstr (stream, columns));
  else
    g_assert_null (strstr (stream, "columns"));
}

static gint64
write_phone (Desk *desk, const char *text)
{
  g_autoptr (SatchelOutcome) outcome = desk_update (desk, "account", ACCOUNT, "phone", text, NULL);

  g_assert_cmpint (outcome->at_ms, >, 0);
  return outcome->s;
}

static void
test_left_out (void)
{
  Fixture fixture;
  g_autofree char *before = NULL, *own = NULL, *others = NULL, *both = NULL, *beyond = NULL, *hers = NULL,
                  *hers_before = NULL;
  gint64 first, last;

  fixture_init (&fixture);
  before = g_strdup (fixture.mine->cursor);
  hers_before = g_strdup (fixture.hers->cursor);
  first = write_phone (fixture.mine, "\"2\"");
  last = write_phone (fixture.mine, "\"3\"");
  own = ask (fixture.mine, before, first, last);
  assert_row (own, TRUE, NULL);
  /* One of the two is not named. */
  others = ask (fixture.mine, before, first, first);
  assert_row (others, TRUE, "\"phone\",\"modified_at\"");
  /* Not hers: naming them hides nothing from her, nor tells anything. */
  hers = ask (fixture.hers, hers_before, first, last);
  assert_row (hers, FALSE, "\"phone\",\"modified_at\"");
  beyond = ask (fixture.mine, before, first, last + 1);
  assert_row (beyond, FALSE, "\"phone\",\"modified_at\"");

  /* What somebody else changed brings all that changed. */
  desk_pull (fixture.hers);
  g_autoptr (SatchelOutcome) outcome =
      desk_update (fixture.hers, "account", ACCOUNT, "city", "\"Cluj\"", NULL);
  g_assert_cmpint (outcome->state, ==, SATCHEL_OUTCOME_APPLIED);
  both = ask (fixture.mine, before, first, last);
  assert_row (both, TRUE, "\"city\",\"phone\"");
  fixture_clear (&fixture);
}

/* The answer to a push that made @s at @at_ms, with a pull from @cursor along with it; @token's device asks.
 * Owned. */
static char *
push_along (Desk *desk, const char *token, const char *cursor, const SatchelOutcome *outcome)
{
  SatchelPull request = { .cursor = (char *)cursor };
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();
  SatchelOutcome *told = g_memdup2 (outcome, sizeof *outcome);
  g_autoptr (SatchelCaller) caller = NULL;
  g_autoptr (SatchelSignature) signature = NULL;
  SatchelVisit *visit = satchel_server_enter (desk->office->server, token, &caller, NULL);
  g_autofree char *outcomes = NULL;
  gint64 s;
  char *text;

  told->uuid = g_strdup (outcome->uuid);
  told->reason = told->field = NULL;
  g_ptr_array_add (answer->outcomes, told);
  satchel_pull_add_own (&request, answer);
  outcomes = satchel_push_answer_to_text (answer);
  text = satchel_server_pull_along (desk->office->server, visit, caller, &request, outcomes, &signature, &s);
  g_array_unref (request.own);
  g_assert_true (g_str_has_prefix (text, outcomes));
  memmove (text, text + strlen (outcomes), strlen (text + strlen (outcomes)) + 1);
  return text;
}

static void
test_along (void)
{
  Fixture fixture;
  g_autofree char *mine = NULL, *hers = NULL, *forged = NULL, *others = NULL, *strangers = NULL, *both = NULL,
                  *large = NULL, *value = NULL, *text = NULL;
  g_autoptr (SatchelOutcome) outcome = NULL, outcome_of_hers = NULL, outcome_of_long = NULL;

  fixture_init (&fixture);
  mine = g_strdup (fixture.mine->cursor);
  hers = g_strdup (fixture.hers->cursor);
  outcome = desk_update (fixture.mine, "account", ACCOUNT, "phone", "\"2\"", NULL);
  text = push_along (fixture.mine, fixture.mine->token, mine, outcome);
  g_assert_true (g_str_has_prefix (text, "\n{\"own\":true}\n{\"cursor\":\""));
  assert_row (text, TRUE, NULL);

  /* A cursor of somebody else's, or of nobody's, and a token that is none, bring nothing but the outcomes. */
  others = push_along (fixture.mine, fixture.mine->token, hers, outcome);
  g_assert_cmpstr (others, ==, "");
  forged = g_strdup (mine);
  forged[strlen (forged) - 1] ^= 1;
  strangers = push_along (fixture.mine, fixture.mine->token, forged, outcome);
  g_assert_cmpstr (strangers, ==, "");
  g_free (strangers);
  strangers = push_along (fixture.mine, "none", mine, outcome);
  g_assert_cmpstr (strangers, ==, "");

  /* What is not her own commit hides nothing from her. */
  g_free (others);
  others = push_along (fixture.hers, fixture.hers->token, hers, outcome);
  assert_row (others, FALSE, "\"phone\",\"modified_at\"");

  /* What others did meanwhile comes along, with all that changed; if it is little. */
  desk_pull (fixture.hers);
  outcome_of_hers = desk_update (fixture.hers, "account", ACCOUNT, "city", "\"Cluj\"", NULL);
  both = push_along (fixture.mine, fixture.mine->token, mine, outcome);
  assert_row (both, TRUE, "\"city\",\"phone\"");
  value = g_strnfill (SATCHEL_MAX_ALONG_BYTES, 'x');
  g_free (text);
  text = g_strdup_printf ("\"%s\"", value);
  outcome_of_long = desk_update (fixture.hers, "account", ACCOUNT, "description", text, NULL);
  large = push_along (fixture.mine, fixture.mine->token, mine, outcome);
  g_assert_cmpstr (large, ==, "");
  fixture_clear (&fixture);
}

static void
assert_inexact (SatchelOutcome *outcome)
{
  g_assert_cmpint (outcome->state, ==, SATCHEL_OUTCOME_APPLIED);
  g_assert_cmpint (outcome->at_ms, ==, 0);
  satchel_outcome_free (outcome);
}

static void
test_inexact (void)
{
  Fixture fixture;
  g_autofree char *owner = NULL;

  fixture_init (&fixture);
  /* A value that stood there already: nothing was modified. */
  assert_inexact (desk_update (fixture.mine, "account", ACCOUNT, "phone", "\"1\"", NULL));
  /* A name of something else may have to come with it; a unit follows an owner. */
  owner = g_strdup_printf ("\"user:%s\"", fixture.bea);
  assert_inexact (desk_update (fixture.mine, "account", ACCOUNT, "owner", owner, NULL));
  /* A value that another one gave way to is filed as a conflict. */
  write_phone (fixture.hers, "\"4\"");
  assert_inexact (desk_update (fixture.mine, "account", ACCOUNT, "phone", "\"5\"", NULL));
  fixture_clear (&fixture);
}

/* Deleted and restored between two pulls: its fields alone would leave out what came back unchanged, so all
 * of it comes, to her and to whoever did it, with what was edited before and after. */
static void
test_restored (void)
{
  Fixture fixture;
  g_autofree char *before = NULL, *own = NULL;
  gint64 first, last;

  fixture_init (&fixture);
  before = g_strdup (fixture.mine->cursor);
  first = write_phone (fixture.mine, "\"2\"");
  assert_applied (desk_delete (fixture.mine, "account", ACCOUNT));
  assert_applied (desk_act (fixture.mine, "account", ACCOUNT, "restore", NULL));
  desk_pull (fixture.hers);
  g_assert_false (fixture.hers->reset);
  g_assert_cmpuint (fixture.hers->n_whole, ==, 1);
  g_assert_cmpint (fixture.hers->n_removed, ==, 0);
  g_assert_cmpstr (desk_get (fixture.hers, "account", ACCOUNT, "phone"), ==, "\"2\"");
  g_assert_cmpstr (desk_get (fixture.hers, "account", ACCOUNT, "name"), ==, "\"Acme\"");
  desk_check (fixture.hers);

  /* Twice, and edited afterwards. */
  assert_applied (desk_delete (fixture.mine, "account", ACCOUNT));
  assert_applied (desk_act (fixture.mine, "account", ACCOUNT, "restore", NULL));
  assert_applied (desk_delete (fixture.mine, "account", ACCOUNT));
  assert_applied (desk_act (fixture.mine, "account", ACCOUNT, "restore", NULL));
  last = write_phone (fixture.mine, "\"3\"");
  desk_pull (fixture.hers);
  g_assert_cmpuint (fixture.hers->n_whole, ==, 1);
  g_assert_cmpstr (desk_get (fixture.hers, "account", ACCOUNT, "phone"), ==, "\"3\"");
  desk_check (fixture.hers);

  own = ask (fixture.mine, before, first, last);
  g_assert_nonnull (strstr (own, "\"whole\":true"));
  g_assert_nonnull (strstr (own, "\"Acme\""));
  desk_check (fixture.mine);
  fixture_clear (&fixture);
}

static void
test_hostile (void)
{
  static const char *const texts[] = {
    "[[2,1]]",     "[[0,1]]", "[[1,2],[2,3]]", "[[3,4],[1,2]]", "[1,2]", "[[1]]",
    "[[1,\"2\"]]", "{}",      "[[1,2,3]]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *text = g_strdup_printf ("{\"cursor\":\"c\",\"own\":%s}", texts[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_pull_from_text (text, strlen (text), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/own/left-out", test_left_out);
  g_test_add_func ("/own/along", test_along);
  g_test_add_func ("/own/inexact", test_inexact);
  g_test_add_func ("/own/restored", test_restored);
  g_test_add_func ("/own/hostile", test_hostile);
  return g_test_run ();
}
