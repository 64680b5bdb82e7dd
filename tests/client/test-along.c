/* The driver and what comes along with its pushes, over a transport that answers what the test says.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/wire/message.h"
#include "tests/client/driven.h"

/* One change, pushed by a device that stands at a cursor; the outcome that it waits for, owned. */
static char *
offer_along (Device *device)
{
  g_autoptr (GPtrArray) sets = NULL;

  device_make_accounts (device, 1);
  device_feed (device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  g_assert_nonnull (strstr (device->fake.pending->text, "\"pull\":{\"cursor\":0}"));
  sets = device_peek_pushed (device);
  g_assert_cmpuint (sets->len, ==, 1);
  return g_strdup_printf ("{\"outcomes\":[{\"n\":[%1$" G_GINT64_FORMAT ",%1$" G_GINT64_FORMAT
                          "],\"s\":[%1$" G_GINT64_FORMAT ",%1$" G_GINT64_FORMAT "]}]}",
                          ((SatchelChangeSet *)sets->pdata[0])->number);
}

static void
start_along (Device *device)
{
  device_init (device);
  device_enrol (device);
  device_feed (device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (device);
  device_assert_rest (device, SATCHEL_SYNC_IDLE, -1);
}

/* What comes along with the last push need not be pulled. */
static void
test_along (void)
{
  Device device;
  g_autofree char *outcome = NULL, *text = NULL, *cursor = NULL;

  start_along (&device);
  outcome = offer_along (&device);
  text = g_strconcat (outcome, "\n{}\n{\"cursor\":\"1.9.b.s.m\",\"s\":9,\"rows\":0}\n", NULL);
  device_answer_text (&device, "/v1/push", text, strlen (text));
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  cursor = device_dup_cursor (&device);
  g_assert_cmpstr (cursor, ==, "1.9.b.s.m");
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_RETAINED), ==, 1);
  /* The next round pulls. */
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  g_assert_cmpstr (device.fake.pending->path, ==, "/v1/pull");
  device_clear (&device);
}

/* What stands behind outcomes and is no whole pull takes nothing from them, and leaves no trace: a pull
 * follows. */
static void
test_odd_along (void)
{
  static const char along[] = "\n{}\n{\"cursor\":\"1.9.b.s.m\",\"s\":9,\"rows\":0}\n";
  static const char *const odd[] = { "\nnull\n", "\n[]\n", "\n{\"error\":\"busy\",\"message\":\"later\"}",
                                     "\n{}\n{\"cursor\":\"1.0.b.s.m\",\"s\":0,\"rows\":0}\n",
                                     "\n{}\n{\"cursor\":\"1.9.b.s.m\",\"s\":9,\"rows\":1}\n" };
  Device device;

  start_along (&device);
  for (gsize n = 0; n < strlen (along) - 1 + G_N_ELEMENTS (odd); n++) {
    g_autofree char *outcome = offer_along (&device), *cursor = NULL;
    g_autofree char *tail =
        n < strlen (along) - 1 ? g_strndup (along, n) : g_strdup (odd[n - (strlen (along) - 1)]);
    g_autofree char *text = g_strconcat (outcome, tail, NULL);

    device_answer_text (&device, "/v1/push", text, strlen (text));
    g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
    cursor = device_dup_cursor (&device);
    g_assert_cmpstr (cursor, ==, "1.1.b.s.m");
    device_answer_pull (&device);
    device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  }
  device_clear (&device);
}

/* ---- what comes along with a push that is not the last ---- */

#define MANY 2500

static void
start_many (Device *device)
{
  start_along (device);
  device_make_accounts (device, MANY);
  device_feed (device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
}

/* The pending push is to have @cursor go along with it; NULL: nothing. */
static void
assert_asks (Device *device, const char *cursor)
{
  g_autofree char *member = g_strdup_printf ("\"cursors\":[\"%s\"]", cursor);

  g_assert_cmpstr (device->fake.pending->path, ==, "/v1/push");
  g_assert_cmpint (strstr (device->fake.pending->text, "\"pull\":{\"cursor\":0}") != NULL, ==,
                   cursor != NULL);
  g_assert_cmpint (strstr (device->fake.pending->text, member) != NULL, ==, cursor != NULL);
}

/* All of the pending push is applied, at s = number + 1; @end: s of what comes along, 0: nothing does. */
static void
answer_many (Device *device, gint64 end, guint n_rows)
{
  g_autoptr (GPtrArray) sets = device_peek_pushed (device);
  const gint64 first = ((SatchelChangeSet *)sets->pdata[0])->number, last = first + sets->len - 1;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text,
                   "{\"outcomes\":[{\"n\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT
                   "],\"s\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]}]}",
                   first, last, first + 1, last + 1);
  if (end > 0)
    g_string_append_printf (text,
                            "\n{}\n{\"cursor\":\"1.%1$" G_GINT64_FORMAT ".b.s.m\",\"s\":%1$" G_GINT64_FORMAT
                            ",\"rows\":%2$u}\n",
                            end, n_rows);
  device_answer_text (device, "/v1/push", text->str, text->len);
}

static void
assert_cursor (Device *device, const char *expected)
{
  g_autofree char *cursor = device_dup_cursor (device);

  g_assert_cmpstr (cursor, ==, expected);
}

static void
turn_loop (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* It is applied while the server works on the next push, which goes on from where it leads. */
static void
test_along_many (void)
{
  Device device;

  start_many (&device);
  assert_asks (&device, "1.1.b.s.m");
  answer_many (&device, 1001, 0);
  assert_asks (&device, "1.1001.b.s.m");
  assert_cursor (&device, "1.1.b.s.m");
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_RETAINED), ==, 0);
  turn_loop ();
  assert_cursor (&device, "1.1001.b.s.m");
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_RETAINED), ==, 1000);
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_SENT), ==, 1500);

  /* Or when that is answered, if it comes to nothing else before. */
  answer_many (&device, 2001, 0);
  assert_asks (&device, "1.2001.b.s.m");
  answer_many (&device, 2501, 0);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_cursor (&device, "1.2501.b.s.m");
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_RETAINED), ==, MANY);
  turn_loop ();
  device_clear (&device);
}

/* What goes on from a pull that could not be applied is let go with it: one from the cursor brings all. */
static void
test_along_broken (void)
{
  Device device;

  start_many (&device);
  answer_many (&device, 1001, 1);
  assert_asks (&device, "1.1001.b.s.m");
  answer_many (&device, 2001, 0);
  assert_cursor (&device, "1.1.b.s.m");
  assert_asks (&device, "1.2001.b.s.m");
  answer_many (&device, 2501, 0);
  assert_cursor (&device, "1.1.b.s.m");
  g_assert_nonnull (strstr (device.fake.pending->text, "\"cursor\":\"1.1.b.s.m\""));
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* A push that fails takes nothing from what came along with the one before; a round that is broken off does,
 * and nothing of it turns up later. */
static void
test_along_interrupted (void)
{
  Device device;

  start_many (&device);
  answer_many (&device, 1001, 0);
  device_answer_error (&device, "/v1/push", SATCHEL_ERROR_UNREACHABLE, -1);
  device_assert_rest (&device, SATCHEL_SYNC_WAITING, SATCHEL_ERROR_UNREACHABLE);
  assert_cursor (&device, "1.1001.b.s.m");

  device_feed (&device, SATCHEL_SYNC_EVENT_TIMER);
  assert_asks (&device, "1.1001.b.s.m");
  answer_many (&device, 2001, 0);
  device_feed (&device, SATCHEL_SYNC_EVENT_GO_OFFLINE);
  turn_loop ();
  assert_cursor (&device, "1.1001.b.s.m");

  device_feed (&device, SATCHEL_SYNC_EVENT_GO_ONLINE);
  g_assert_nonnull (strstr (device.fake.pending->text, "\"pull\":{\"cursor\":0}"));
  answer_many (&device, 2501, 0);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_cursor (&device, "1.2501.b.s.m");
  device_clear (&device);
}

/* A server that could not answer once is asked again with the last push only; so is any while sets wait whose
 * effect would be foreseen anew after each pull. */
static void
test_along_spared (void)
{
  const SatchelEntity *task = satchel_registry_find (satchel_registry_builtin (), "task");
  Device device;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRecord) record = satchel_record_new (task, NULL);
  g_autoptr (SatchelValue) subject = satchel_value_new_string ("Call");
  g_autofree char *made = NULL, *deleted = NULL;

  start_many (&device);
  answer_many (&device, 0, 0);
  assert_asks (&device, NULL);
  answer_many (&device, 0, 0);
  assert_asks (&device, "1.1.b.s.m");
  answer_many (&device, 2501, 0);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);

  satchel_record_set (record, task->title, subject);
  made = satchel_session_create (device.session, record, &error);
  deleted = satchel_session_delete (device.session, task, record->id, &error);
  g_assert_no_error (error);
  device_make_accounts (&device, 1000);
  device_feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  assert_asks (&device, NULL);
  answer_many (&device, 0, 0);
  assert_asks (&device, "1.2501.b.s.m");
  answer_many (&device, 3503, 0);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* ---- the next push, made while the server works on one ---- */

static void
assert_first (Device *device, gint64 number)
{
  g_autoptr (GPtrArray) sets = device_peek_pushed (device);

  g_assert_cmpint (((SatchelChangeSet *)sets->pdata[0])->number, ==, number);
}

/* It is what it would have been: in order, and without what another one must be offered before. */
static void
test_next_push (void)
{
  Device device;
  g_autoptr (GPtrArray) sets = NULL;
  g_autofree char *text = NULL;

  start_many (&device);
  turn_loop ();
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_SENT), ==, 2000);
  device_make_accounts (&device, 1);
  answer_many (&device, 1001, 0);
  assert_first (&device, 1001);
  turn_loop ();

  /* An answer that leaves some open: they come first. */
  sets = device_peek_pushed (&device);
  g_assert_cmpuint (sets->len, ==, 1000);
  text = g_strdup ("{\"outcomes\":[{\"n\":[1001,1999],\"s\":[1002,2000]}]}");
  device_answer_text (&device, "/v1/push", text, strlen (text));
  assert_first (&device, 2000);
  turn_loop ();

  /* A push that fails: the same again, whatever was made behind it. */
  device_answer_error (&device, "/v1/push", SATCHEL_ERROR_UNREACHABLE, -1);
  device_feed (&device, SATCHEL_SYNC_EVENT_TIMER);
  assert_first (&device, 2000);
  answer_many (&device, 2502, 0);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_RETAINED), ==, MANY + 1);
  device_clear (&device);
}

/* What is given up while a push is under way is offered with the next one, and not let go by the answer to
 * this. */
static void
test_next_push_releases (void)
{
  Device device;
  g_autoptr (GPtrArray) sets = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL, *text = NULL;

  start_along (&device);
  device_make_accounts (&device, 1);
  device_feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  sets = device_peek_pushed (&device);
  uuid = g_strdup (((SatchelChangeSet *)sets->pdata[0])->uuid);
  text = g_strdup_printf (
      "{\"outcomes\":[{\"n\":1,\"id\":\"%s\",\"state\":\"parked\",\"code\":\"rule\",\"reason\":"
      "\"no\"}]}\n{}\n{\"s\":1,\"rows\":0}\n",
      uuid);
  device_answer_text (&device, "/v1/push", text, strlen (text));
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);

  device_make_accounts (&device, 1500);
  device_feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  g_assert_null (strstr (device.fake.pending->text, uuid));
  g_assert_true (satchel_outbox_discard (satchel_session_get_outbox (device.session), uuid, &error));
  g_assert_no_error (error);
  turn_loop ();
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_SENT), ==, 1000);
  answer_many (&device, 1002, 0);
  g_assert_nonnull (strstr (device.fake.pending->text, uuid));
  device_clear (&device);
}

/* A server that was put back and says so along with a push needs what it was sent again, in the same round.
 */
static void
test_restored_along (void)
{
  static const char restored[] = "\n{\"reset\":true,\"restored_s\":0,\"backed_up_s\":0}\n"
                                 "{\"cursor\":\"2.1.b.s.m\",\"s\":1,\"rows\":0}\n";
  static const char usual[] = "\n{}\n{\"cursor\":\"2.9.b.s.m\",\"s\":9,\"rows\":0}\n";
  static const char nothing[] = "{}\n{\"s\":9,\"rows\":0}\n";
  Device device;
  g_autoptr (GPtrArray) sets = NULL;
  g_autofree char *outcome = NULL, *text = NULL, *last = NULL, *cursor = NULL;

  start_along (&device);
  outcome = offer_along (&device);
  text = g_strconcat (outcome, restored, NULL);
  device_answer_text (&device, "/v1/push", text, strlen (text));
  g_assert_nonnull (strstr (device.fake.pending->text, "\"cursors\":[\"2.1.b.s.m\"]"));
  sets = device_peek_pushed (&device);
  g_assert_cmpuint (sets->len, ==, 1);
  last = g_strconcat (outcome, usual, NULL);
  device_answer_text (&device, "/v1/push", last, strlen (last));
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_RETAINED), ==, 1);
  cursor = device_dup_cursor (&device);
  g_assert_cmpstr (cursor, ==, "2.9.b.s.m");
  /* It was said in a pull that there was more to do: the round is gone through once more. */
  device_answer_text (&device, "/v1/pull", nothing, strlen (nothing));
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/along/last", test_along);
  g_test_add_func ("/client/along/odd", test_odd_along);
  g_test_add_func ("/client/along/many", test_along_many);
  g_test_add_func ("/client/along/broken", test_along_broken);
  g_test_add_func ("/client/along/interrupted", test_along_interrupted);
  g_test_add_func ("/client/along/spared", test_along_spared);
  g_test_add_func ("/client/along/next-push", test_next_push);
  g_test_add_func ("/client/along/next-push-releases", test_next_push_releases);
  g_test_add_func ("/client/along/restored", test_restored_along);
  return g_test_run ();
}
