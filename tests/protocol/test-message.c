/* Messages: there and back, cut anywhere, and bounded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/message.h"

#include <gio/gio.h>
#include <string.h>
#include <zstd.h>

#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/wire/permits.h"
#include "tests/lib/chance.h"

#define ID "0192a3b4-c5d6-7000-8000-000000000001"

/* A parser as all messages have it, in one shape: the text again, or NULL. */
typedef char *(*Echo) (const char *text, gsize length, GError **error);

#define DEFINE_ECHO(name, Type)                                                                              \
  static char *echo_##name (const char *text, gsize length, GError **error)                                  \
  {                                                                                                          \
    g_autoptr (Type) message = satchel_##name##_from_text (text, length, error);                             \
                                                                                                             \
    return message != NULL ? satchel_##name##_to_text (message) : NULL;                                      \
  }

DEFINE_ECHO (sign_in, SatchelSignIn)
DEFINE_ECHO (sign_in_answer, SatchelSignInAnswer)
DEFINE_ECHO (push, SatchelPush)
DEFINE_ECHO (push_answer, SatchelPushAnswer)
DEFINE_ECHO (pull, SatchelPull)
DEFINE_ECHO (permits, SatchelPermits)

static char *
echo_pull_head (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelPullHead head;

  if (node == NULL || !satchel_pull_head_from_json (node, &head, error))
    return NULL;
  return satchel_pull_head_to_text (&head);
}

static char *
echo_pull_tail (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_auto (SatchelPullTail) tail = { 0 };

  if (node == NULL || !satchel_pull_tail_from_json (node, &tail, error))
    return NULL;
  return satchel_pull_tail_to_text (&tail);
}

static const struct {
  Echo echo;
  const char *text;
} messages[] = {
  { echo_sign_in, "{\"user\":\"ana\",\"password\":\"s3\\\"cret\",\"device_name\":\"laptop\"}" },
  { echo_sign_in, "{\"user\":\"ana\",\"password\":\"x\",\"device_name\":\"laptop\",\"device\":\"" ID "\"}" },
  { echo_sign_in_answer,
    "{\"organisation\":\"" ID "\",\"organisation_name\":\"Söhne\",\"user\":\"" ID
    "\",\"user_name\":\"Ana\",\"device\":\"" ID "\",\"token\":\"t\",\"next_number\":8}" },
  { echo_push, "{\"acknowledged\":0,\"sets\":[]}" },
  { echo_push, "{\"acknowledged\":6,\"released\":[\"" ID "\"],\"cursors\":[\"1.2\",\"1.3\"],\"sets\":["
               "{\"id\":\"" ID "\",\"n\":7,\"at\":5,\"c\":[{\"k\":\"update\",\"e\":\"account\",\"r\":\"" ID
               "\",\"seen\":0,\"f\":{\"phone\":[\"1\"]}}]},"
               "{\"id\":\"" ID "\",\"n\":8,\"at\":6,\"c\":[{\"k\":\"delete\",\"e\":\"task\",\"r\":\"" ID
               "\",\"seen\":1}]}]}" },
  { echo_push, "{\"acknowledged\":6,\"cursors\":[\"1.3\",\"1.2\"],\"pull\":{\"cursor\":0,\"own\":[[4,4],[6,9]"
               "]},\"sets\":["
               "{\"id\":\"" ID "\",\"n\":7,\"at\":5,\"c\":[{\"k\":\"update\",\"e\":\"account\",\"r\":\"" ID
               "\",\"seen\":1,\"f\":{\"phone\":[\"1\"]}}]}]}" },
  { echo_push_answer, "{\"outcomes\":[]}" },
  { echo_push_answer,
    "{\"outcomes\":[{\"n\":[7,49],\"s\":[2001,2043]},"
    "{\"n\":50,\"id\":\"" ID
    "\",\"state\":\"parked\",\"code\":\"reference\",\"reason\":\"r\",\"field\":\"account\"},"
    "{\"n\":51,\"id\":\"" ID "\",\"state\":\"applied\",\"s\":2045,\"conflicts\":1}]}" },
  { echo_pull, "{\"schema\":\"abc\"}" },
  { echo_pull, "{\"cursor\":\"1.2.3\",\"schema\":\"abc\"}" },
  { echo_pull, "{\"cursor\":\"1.2.3\"}" },
  { echo_pull, "{\"cursor\":\"1.2.3\",\"rights\":\"\"}" },
  { echo_permits,
    "{\"unit\":\"" ID "\",\"units\":[\"" ID "\"],\"teams\":[],\"direct\":[\"" ID "\"],\"indirect\":[],"
    "\"entities\":{\"account\":\"-oubaaaa\"},\"classes\":{\"finance\":\"r\"}}" },
  { echo_pull_head, "{}" },
  { echo_pull_head, "{\"reset\":true,\"restored_s\":0,\"backed_up_s\":880}" },
  { echo_pull_tail, "{\"s\":1043,\"rows\":0}" },
  { echo_pull_tail, "{\"cursor\":\"1.1043\",\"s\":1043,\"rows\":3}" },
};

static void
test_round_trip (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *again = messages[i].echo (messages[i].text, strlen (messages[i].text), &error);

    g_assert_no_error (error);
    g_assert_cmpstr (again, ==, messages[i].text);
  }
}

static void
test_truncated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    for (gsize length = 0; length < strlen (messages[i].text); length++) {
      /* An exact copy, so that a sanitizer sees a byte too far. */
      g_autofree char *cut = g_memdup2 (messages[i].text, MAX (length, 1));
      g_autoptr (GError) error = NULL;

      g_assert_null (messages[i].echo (cut, length, &error));
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    }
  }
}

/* Each member in turn gets a wrong type; then it is left out. What is then accepted must be an optional
 * member. */
static void
test_bent_members (void)
{
  static const char *const wrong[] = { "null", "[null]", "{\"a\":{}}", "true", "-2", "1.5", "\"?\"" };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    g_autoptr (JsonNode) node = satchel_json_parse (messages[i].text, strlen (messages[i].text), NULL);
    g_autoptr (GList) names = json_object_get_members (json_node_get_object (node));

    for (GList *name = names; name != NULL; name = name->next) {
      for (guint j = 0; j < G_N_ELEMENTS (wrong); j++) {
        g_autoptr (JsonNode) bent = satchel_json_parse (messages[i].text, strlen (messages[i].text), NULL);
        g_autofree char *text = NULL, *again = NULL;
        g_autoptr (GError) error = NULL;

        json_object_set_member (json_node_get_object (bent), name->data,
                                satchel_json_parse (wrong[j], strlen (wrong[j]), NULL));
        text = satchel_json_print (bent);
        again = messages[i].echo (text, strlen (text), &error);
        if (again == NULL)
          g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
        else
          g_assert_cmpstr (again, ==, text); /* a string where any string may stand */
      }
    }
  }
}

static void
test_unknown_members (void)
{
  static const struct {
    Echo echo;
    const char *text;
    gboolean accepted;
  } cases[] = {
    { echo_sign_in, "{\"user\":\"a\",\"password\":\"x\",\"device_name\":\"l\",\"admin\":true}", FALSE },
    { echo_push, "{\"sets\":[],\"later\":1}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{\"cursor\":0}}", TRUE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{}}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":true}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{\"cursor\":1}}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{\"cursor\":-1}}", FALSE },
    { echo_push, "{\"sets\":[],\"pull\":{\"cursor\":0}}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{\"cursor\":\"c\"}}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{\"cursor\":0,\"schema\":\"\"}}", FALSE },
    { echo_push, "{\"sets\":[],\"cursors\":[\"c\"],\"pull\":{\"cursor\":0,\"own\":[[2,1]]}}", FALSE },
    { echo_pull, "{\"schema\":\"a\",\"later\":1}", FALSE },
    { echo_push_answer, "{\"outcomes\":[{\"n\":[1,2],\"s\":[1,2],\"later\":1}],\"later\":{}}", TRUE },
    { echo_pull, "{}", FALSE },
    { echo_pull_head, "{\"reset\":true,\"restored_s\":-1,\"backed_up_s\":0,\"later\":1.5}", TRUE },
    { echo_pull_tail, "{\"cursor\":\"1\",\"s\":1,\"rows\":3,\"later\":[]}", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *again = cases[i].echo (cases[i].text, strlen (cases[i].text), NULL);

    g_assert_cmpint (again != NULL, ==, cases[i].accepted);
  }
}

static void
test_push_numbers (void)
{
#define SET(n)                                                                                               \
  "{\"id\":\"" ID "\",\"n\":" n ",\"at\":5,\"c\":[{\"k\":\"delete\",\"e\":\"task\",\"r\":\"" ID "\"}]}"
  static const char *const bad[] = {
    "{\"sets\":[" SET ("1") "," SET ("3") "]}",
    "{\"sets\":[" SET ("2") "," SET ("1") "]}",
    "{\"sets\":[" SET ("2") "," SET ("2") "]}",
    "{\"sets\":[" SET ("9223372036854775807") "," SET ("1") "]}",
    "{\"sets\":[" SET ("-1") "]}",
    "{\"released\":[\"x\"],\"sets\":[]}",
    "{\"cursors\":[1],\"sets\":[]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_push_from_text (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
#undef SET
}

static void
add_applied (SatchelPushAnswer *answer, gint64 number, gint64 s, guint n_conflicts)
{
  SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

  outcome->uuid = g_strdup (ID);
  outcome->number = number;
  outcome->s = s;
  outcome->n_conflicts = n_conflicts;
  g_ptr_array_add (answer->outcomes, outcome);
}

/* Runs become ranges; a gap in the numbers or in s, a conflict and a parked set end them. */
static void
test_ranges (void)
{
  static const struct {
    gint64 number, s;
    guint n_conflicts;
  } given[] = {
    { 1, 11, 0 }, { 2, 12, 0 }, { 3, 13, 0 }, { 4, 15, 0 },
    { 6, 16, 0 }, { 7, 17, 2 }, { 8, 18, 0 }, { 9, 19, 0 },
  };
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new (), again = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (given); i++)
    add_applied (answer, given[i].number, given[i].s, given[i].n_conflicts);
  text = satchel_push_answer_to_text (answer);
  g_assert_nonnull (strstr (text, "{\"n\":[1,3],\"s\":[11,13]}"));
  g_assert_nonnull (strstr (text, "{\"n\":[8,9],\"s\":[18,19]}"));

  again = satchel_push_answer_from_text (text, strlen (text), NULL);
  g_assert_cmpuint (again->outcomes->len, ==, G_N_ELEMENTS (given));
  for (guint i = 0; i < G_N_ELEMENTS (given); i++) {
    const SatchelOutcome *outcome = again->outcomes->pdata[i];

    g_assert_cmpint (outcome->state, ==, SATCHEL_OUTCOME_APPLIED);
    g_assert_cmpint (outcome->number, ==, given[i].number);
    g_assert_cmpint (outcome->s, ==, given[i].s);
    g_assert_cmpuint (outcome->n_conflicts, ==, given[i].n_conflicts);
  }
}

static void
test_hostile_answers (void)
{
  static const struct {
    const char *outcomes;
    SatchelErrorCode code;
  } cases[] = {
    { "[{\"n\":[1,9223372036854775807],\"s\":[0,9223372036854775806]}]", SATCHEL_ERROR_TOO_LARGE },
    { "[{\"n\":[1,100001],\"s\":[1,100001]}]", SATCHEL_ERROR_TOO_LARGE },
    { "[{\"n\":[1,60000],\"s\":[1,60000]},{\"n\":[60001,120000],\"s\":[60001,120000]}]",
      SATCHEL_ERROR_TOO_LARGE },
    { "[{\"n\":[5,4],\"s\":[5,4]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[0,4],\"s\":[0,4]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[1,4],\"s\":[1,5]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[1,4],\"s\":[-9,-6]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[1,4],\"s\":1}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[1],\"s\":[1]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[1,4]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":[1,4],\"s\":[1,4]},{\"n\":[4,5],\"s\":[5,6]}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":1,\"id\":\"" ID "\",\"state\":\"lost\",\"s\":1}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":1,\"id\":\"" ID "\",\"state\":\"applied\"}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":1,\"state\":\"applied\",\"s\":1}]", SATCHEL_ERROR_INVALID },
    { "[{\"n\":1,\"id\":\"" ID "\",\"state\":\"parked\",\"reason\":\"r\"}]", SATCHEL_ERROR_INVALID },
    { "[null]", SATCHEL_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"outcomes\":%s}", cases[i].outcomes);
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_null (satchel_push_answer_from_text (text, strlen (text), &error));
    g_assert_error (error, SATCHEL_ERROR, (int)cases[i].code);
  }
}

/* A newer server may park for a reason that this program has no code for. */
static void
test_unknown_code (void)
{
  static const char text[] =
      "{\"outcomes\":[{\"n\":1,\"id\":\"" ID
      "\",\"state\":\"parked\",\"code\":\"astrology\",\"reason\":\"The moon is wrong.\"}]}";
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_from_text (text, strlen (text), NULL);
  const SatchelOutcome *outcome = answer->outcomes->pdata[0];

  g_assert_cmpint (outcome->code, ==, SATCHEL_ERROR_INVALID);
  g_assert_cmpstr (outcome->reason, ==, "The moon is wrong.");
}

static void
test_errors (void)
{
  static const struct {
    const char *text;
    guint status;
    SatchelErrorCode code;
    gint64 retry_after_ms;
  } cases[] = {
    { "{\"error\":\"rate\",\"message\":\"m\",\"retry_after_ms\":1500}", 429, SATCHEL_ERROR_RATE, 1500 },
    { "{\"error\":\"rate\",\"message\":\"m\"}", 500, SATCHEL_ERROR_RATE, -1 },
    { "{\"error\":\"brand-new\",\"message\":\"m\"}", 403, SATCHEL_ERROR_FORBIDDEN, -1 },
    { "{\"error\":\"rate\",\"message\":\"m\",\"retry_after_ms\":-5}", 503, SATCHEL_ERROR_BUSY, -1 },
    { "<html>Bad gateway</html>", 502, SATCHEL_ERROR_UNREACHABLE, -1 },
    { "", 401, SATCHEL_ERROR_UNAUTHENTICATED, -1 },
    { "[]", 418, SATCHEL_ERROR_INVALID, -1 },
    { "<html>Insufficient Storage</html>", 507, SATCHEL_ERROR_SERVER_STORAGE, -1 },
    { "{\"error\":\"server-storage\",\"message\":\"m\"}", 507, SATCHEL_ERROR_SERVER_STORAGE, -1 },
    { "{\"error\":\"storage\",\"message\":\"m\"}", 507, SATCHEL_ERROR_SERVER_STORAGE, -1 },
    { "{\"error\":\"corrupt\",\"message\":\"m\"}", 500, SATCHEL_ERROR_SERVER_CORRUPT, -1 },
  };
  g_autoptr (GError) io_error = g_error_new (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "cut \xff here");
  g_autofree char *text = satchel_error_to_text (io_error, 20);
  g_autoptr (GError) again = NULL;
  gint64 retry_after_ms;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error =
        satchel_error_from_text (cases[i].text, strlen (cases[i].text), cases[i].status, &retry_after_ms);

    g_assert_error (error, SATCHEL_ERROR, (int)cases[i].code);
    g_assert_cmpint (retry_after_ms, ==, cases[i].retry_after_ms);
  }
  again = satchel_error_from_text (text, strlen (text), 200, &retry_after_ms);
  g_assert_error (again, SATCHEL_ERROR, SATCHEL_ERROR_SERVER_STORAGE); /* the sender's disk, not the reader's */
  g_assert_cmpint (retry_after_ms, ==, 20);
}

/* An id as a device makes it, at a given time, with random bytes of the test's seed. */
static gint64
given_ms (gpointer data)
{
  return *(gint64 *)data;
}

static void
seeded_random (gpointer data, guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = g_test_rand_int ();
}

static char *
make_id (gint64 ms)
{
  const SatchelClock clock = { given_ms, given_ms, seeded_random, &ms };

  return satchel_id_new (&clock);
}

/* Five thousand edits made offline must cost no more than 220 kB on the way up: 44 bytes each, of which two
 * ids are the greater part. Here a program made them, 5 ms apart, on records that came into being over a
 * year. */
static void
test_push_size (void)
{
  const gint64 now_ms = 1732246561000, year_ms = 365 * 86400 * G_GINT64_CONSTANT (1000);
  g_autoptr (SatchelPush) push = satchel_push_new ();
  g_autofree char *text = NULL, *packed = NULL;
  gsize size;

  for (guint i = 0; i < SATCHEL_MAX_PUSH_SETS; i++) {
    gint64 at_ms = now_ms + 5 * i;
    g_autofree char *uuid = make_id (at_ms);
    g_autofree char *record = make_id (now_ms - (gint64)(year_ms * g_test_rand_double ()));
    g_autofree char *phone = g_strdup_printf ("+40 264 %06d", g_test_rand_int_range (0, 1000000));
    SatchelChangeSet *set = satchel_change_set_new (uuid, i + 1, at_ms);
    SatchelChange *change =
        satchel_change_set_add (set, SATCHEL_CHANGE_UPDATE, "account", record, "1.1041.9c4f.77aa", NULL);

    satchel_change_add_edit (change, "phone", json_node_init_string (json_node_alloc (), phone), NULL);
    g_ptr_array_add (push->sets, set);
  }
  text = satchel_push_to_text (push);
  size = ZSTD_compressBound (strlen (text));
  packed = g_malloc (size);
  size = ZSTD_compress (packed, size, text, strlen (text), 1);
  g_assert_false (ZSTD_isError (size));
  g_test_message ("%" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT " packed", strlen (text), size);
  g_assert_cmpuint (size, <=, 44 * SATCHEL_MAX_PUSH_SETS);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/message/round-trip", test_round_trip);
  g_test_add_func ("/protocol/message/truncated", test_truncated);
  g_test_add_func ("/protocol/message/bent-members", test_bent_members);
  g_test_add_func ("/protocol/message/unknown-members", test_unknown_members);
  g_test_add_func ("/protocol/message/push-numbers", test_push_numbers);
  g_test_add_func ("/protocol/message/ranges", test_ranges);
  g_test_add_func ("/protocol/message/hostile-answers", test_hostile_answers);
  g_test_add_func ("/protocol/message/unknown-code", test_unknown_code);
  g_test_add_func ("/protocol/message/errors", test_errors);
  g_test_add_func ("/protocol/message/push-size", test_push_size);
  return g_test_run ();
}
