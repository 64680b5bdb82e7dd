/* Which image a device is told of, when one is made, and who gets its pieces.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/image-office.h"

#include <string.h>

#include "protocol/limits.h"
#include "sync-server/server-private.h"

static void
test_cached (ImageOffice *f, gconstpointer data)
{
  g_autoptr (SatchelSnapshotHead) first = image_office_ask (f, f->one), second = NULL, third = NULL,
                                  few = image_office_ask (f, f->other);
  Desk *again;

  g_assert_nonnull (first->id);
  g_assert_cmpint (first->rows, >=, IMAGE_OFFICE_ACCOUNTS);
  g_assert_null (first->metadata);
  g_assert_null (few->id); /* rows are the better way */

  /* Another device of hers has the same; a few edits change nothing about that. */
  again = desk_new (f->office, "one");
  desk_pull (f->one);
  assert_applied (desk_update (f->one, "account", f->accounts->pdata[0], "phone", "\"+40 1\"", NULL));
  second = image_office_ask (f, again);
  g_assert_cmpstr (second->id, ==, first->id);
  g_assert_cmpint (second->s, ==, first->s);

  /* Many do. */
  image_office_load (f, f->one_id, IMAGE_OFFICE_ACCOUNTS / 3, "More");
  third = image_office_ask (f, again);
  g_assert_cmpstr (third->id, !=, first->id);
  g_assert_cmpint (third->s, >, first->s);
  g_assert_false (image_office_may_get (f, f->one, first->id));
  g_assert_true (image_office_may_get (f, f->one, third->id));
  desk_free (again);
}

/* One device alone gets no image of a few rows; two that carry the same do, and later ones, too. */
static void
test_worthwhile (ImageOffice *f, gconstpointer data)
{
  g_autoptr (SatchelSnapshotHead) first = NULL, again = NULL, second = NULL, last = NULL;
  Desk *other_device = desk_new (f->office, "one");
  gboolean lacking;

  satchel_snapshots_set_least_rows (f->office->server->snapshots, IMAGE_OFFICE_ACCOUNTS);
  first = image_office_ask (f, f->one);
  again = image_office_ask (f, f->one);
  g_assert_null (first->id);
  g_assert_null (again->id);
  second = image_office_ask (f, other_device);
  g_assert_nonnull (second->id);
  last = image_office_ask_once (f, f->one, &lacking);
  g_assert_false (lacking);
  g_assert_cmpstr (last->id, ==, second->id);
  desk_free (other_device);
}

/* One that is given up leaves nothing, and does not stand in the way of the next. */
static void
test_given_up (ImageOffice *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->office->dir, "snapshots", NULL);
  g_autoptr (SatchelSnapshotHead) none = NULL, head = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const gint stop = 1;
  gboolean lacking;

  none = image_office_ask_once (f, f->one, &lacking);
  g_assert_true (lacking);
  g_assert_false (satchel_server_make_snapshot (f->office->server, &f->one->caller, &stop, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  head = image_office_ask (f, f->one);
  g_assert_nonnull (head->id);
}

/* Nobody gets what another one carries, nor what is not there. */
static void
test_strangers (ImageOffice *f, gconstpointer data)
{
  static const char *const ids[] = { "",           ".",  "..",       "../satchel.db",
                                     "satchel.db", "%s", "\xc3\xa4", "00000000000000000000000000000000" };
  g_autoptr (SatchelSnapshotHead) head = image_office_ask (f, f->one);
  g_autoptr (GBytes) last = NULL, behind = NULL, far = NULL;
  g_autofree char *longer = g_strconcat (head->id, "0", NULL);

  g_assert_true (image_office_may_get (f, f->one, head->id));
  g_assert_false (image_office_may_get (f, f->two, head->id));
  g_assert_false (image_office_may_get (f, f->other, head->id));
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_false (image_office_may_get (f, f->one, ids[i]));
  g_assert_false (image_office_may_get (f, f->one, longer));
  last = image_office_get (f, f->one, head->id, head->bytes - 1);
  g_assert_cmpuint (g_bytes_get_size (last), ==, 1);
  behind = image_office_get (f, f->one, head->id, head->bytes);
  g_assert_cmpuint (g_bytes_get_size (behind), ==, 0);
  far = image_office_get (f, f->one, head->id, G_MAXINT64);
  g_assert_cmpuint (g_bytes_get_size (far), ==, 0);
}

/* An offset that is no offset never reaches the files. */
static void
test_hostile_messages (void)
{
  static const char *const gets[] = { "",
                                      "{}",
                                      "[]",
                                      "{\"id\":\"a\"}",
                                      "{\"id\":\"a\",\"offset\":-1}",
                                      "{\"id\":\"a\",\"offset\":1.5}",
                                      "{\"id\":1,\"offset\":1}",
                                      "{\"id\":\"a\",\"offset\":1,\"more\":1}" };
  static const char *const heads[] = {
    "", "[]", "{\"id\":\"a\"}",
    "{\"id\":\"a\",\"s\":1,\"bytes\":999999999999,\"image_bytes\":1,\"rows\":1,"
    "\"hash\":\"\",\"cursor\":\"c\"}",
    "{\"id\":\"a\",\"s\":1,\"bytes\":1,\"image_bytes\":1,\"rows\":1,"
    "\"hash\":\"../x\",\"cursor\":\"c\"}"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (gets); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_snapshot_get_from_text (gets[i], strlen (gets[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_snapshot_head_from_text (heads[i], strlen (heads[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

/* What left before somebody's rights were what they are is in no image of hers. */
static void
test_departed (ImageOffice *f, gconstpointer data)
{
  g_autoptr (SatchelSnapshotHead) first = image_office_ask (f, f->one), same = NULL, anew = NULL;

  desk_pull (f->one);
  for (guint i = 1; i < 5; i++)
    assert_applied (desk_delete (f->one, "account", f->accounts->pdata[i]));
  same = image_office_ask (f, f->one);
  g_assert_cmpstr (same->id, ==, first->id); /* she could read it then */
  g_free (office_hire (f->office, "later", "salesperson", f->office->south));
  anew = image_office_ask (f, f->one);
  g_assert_cmpstr (anew->id, !=, first->id);
  g_assert_cmpint (anew->rows, <, first->rows);
}

/* Another choice, another image: no further piece of the former. */
static void
test_scope_changed (ImageOffice *f, gconstpointer data)
{
  g_autoptr (SatchelSnapshotHead) head = image_office_ask (f, f->one);
  g_autoptr (SatchelSnapshotHead) other = NULL;

  g_free (office_choose (f->office, f->one_id, "account", "name = \"Beta 1\"", FALSE));
  g_assert_false (image_office_may_get (f, f->one, head->id));
  other = image_office_ask (f, f->one);
  g_assert_cmpstr (other->id, !=, head->id);
}

#define add(name, test)                                                                                      \
  g_test_add ("/image/" name, ImageOffice, NULL, image_office_set_up, test, image_office_tear_down)

int
main (int argc, char **argv)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS"); /* the keyring of whoever runs this is not ours */
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/hostile-messages", test_hostile_messages);
  add ("cached", test_cached);
  add ("strangers", test_strangers);
  add ("departed", test_departed);
  add ("scope-changed", test_scope_changed);
  add ("worthwhile", test_worthwhile);
  add ("given-up", test_given_up);
  return g_test_run ();
}
