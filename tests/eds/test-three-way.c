/* The mirror without EDS: what to do, what says the same, what is kept, and everything three-way.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/essence.h"
#include "client/eds/plan.h"
#include "tests/eds/table-desk.h"

/* ---- the plan ---- */

static void
test_plan (void)
{
  /* Nobody's change is overwritten by a delete, and what may not be seen any more goes. */
  for (int there = 0; there < SATCHEL_THERE_N; there++) {
    g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_BOTH, there, SATCHEL_HERE_ABSENT), !=,
                     SATCHEL_STEP_CREATE);
    for (int here = 0; here < SATCHEL_HERE_N; here++) {
      g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_NEVER, there, here), !=, SATCHEL_STEP_DELETE);
      g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_GONE, there, here), !=, SATCHEL_STEP_DELETE);
    }
  }
  g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_BOTH, SATCHEL_THERE_ABSENT, SATCHEL_HERE_SAME), ==,
                   SATCHEL_STEP_DELETE);
  g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_BOTH, SATCHEL_THERE_ABSENT, SATCHEL_HERE_CHANGED), ==,
                   SATCHEL_STEP_COME_BACK);
  g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_BOTH, SATCHEL_THERE_SAME, SATCHEL_HERE_SAME), ==,
                   SATCHEL_STEP_NOTHING);
  g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_BOTH, SATCHEL_THERE_SAME, SATCHEL_HERE_UNWANTED), ==,
                   SATCHEL_STEP_REMOVE);
  g_assert_cmpint (satchel_mirror_plan (SATCHEL_NOTED_NEVER, SATCHEL_THERE_PRIVATE, SATCHEL_HERE_ABSENT), ==,
                   SATCHEL_STEP_SET_ASIDE);
  g_assert_false (satchel_mirror_is_loss (9, 9));
  g_assert_true (satchel_mirror_is_loss (10, 10));
  g_assert_false (satchel_mirror_is_loss (10, 20));
  g_assert_true (satchel_mirror_is_loss (11, 20));
}

static void
assert_same (const char *a, const char *b, gboolean same)
{
  g_autofree char *first = satchel_essence (a), *second = satchel_essence (b);

  g_assert_cmpint (g_str_equal (first, second), ==, same);
}

static void
test_essence (void)
{
  assert_same ("A:1\r\nREV:1\r\nB:2\r\n", "A:1\nB:2\nREV:2\n", TRUE);
  assert_same ("UID:1\nA:1\nB:2\n", "A:1\nB:2\nUID:1\n", TRUE);
  assert_same ("NOTE:a long\r\n  line\r\n", "NOTE:a long line\r\n", TRUE);
  assert_same ("TEL;TYPE=WORK;X=\"a;b:c\":1\n", "TEL;X=\"a;b:c\";TYPE=WORK:1\n", TRUE);
  assert_same ("TEL;TYPE=WORK;X=\"a;b:c\":1\n", "TEL;X=\"a;b:d\";TYPE=WORK:1\n", FALSE);
  assert_same ("TEL;X-EVOLUTION-E164=1,\"+4\":1\n", "TEL:1\n", TRUE);
  assert_same ("BEGIN:VTIMEZONE\nTZID:a\nEND:VTIMEZONE\nA:1\n", "A:1\n", TRUE);
  assert_same ("A:1\n", "A:2\n", FALSE);
  assert_same ("A:1\nA:1\n", "A:1\n", FALSE);
  assert_same ("", "\r\n", TRUE);
  assert_same ("no colon;\"", "no colon;\"x", FALSE);
}

static void
add_item (Desk *desk, const char *uid, const char *name)
{
  g_hash_table_replace (
      desk->table.items, g_strdup (uid),
      g_strdup_printf ("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;;;;\r\nEND:VCARD", uid, name,
                       name));
}

static void
test_both_ways (void)
{
  Desk desk;

  desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
  WRITE (
      device_create (&desk.device, "contact", "c1", &problem, "first_name", "Ana", "last_name", "Pop", NULL));
  add_item (&desk, "theirs", "Rus");
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("c1"), "Pop;Ana");
  g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, 2);

  /* Both sides at once; what no field is for stays; and then there is rest. */
  WRITE (device_set (&desk.device, "contact", "c1", &problem, "phone", "111", NULL));
  desk_edit (&desk, device_id ("c1"), "END:VCARD", "NICKNAME:Anuca\r\nX-HOBBY:chess\r\nEND:VCARD");
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("c1"), "X-HOBBY:chess");
  desk_assert_item (&desk, device_id ("c1"), "111");
  device_assert_shown (&desk.device, "contact", "c1", "nickname", "Anuca");
  desk_assert_rest (&desk);

  /* Deleted there, deleted here, and taken back. */
  g_hash_table_remove (desk.table.items, device_id ("c1"));
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", "c1", "nickname", NULL);
  {
    g_autoptr (SatchelDeeds) deeds = satchel_reconciler_take_deeds (desk.reconciler);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (deeds);
    g_assert_true (satchel_deeds_take_back (deeds, desk.device.session, &error));
  }
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("c1"), "X-HOBBY:chess");
  desk_teardown (&desk);
}

static void
test_loss (void)
{
  Desk desk;
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  const char *reason;

  desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
  for (guint i = 0; i < 12; i++) {
    g_autofree char *name = g_strdup_printf ("c%u", i);

    WRITE (device_create (&desk.device, "contact", name, &problem, "last_name", name, NULL));
  }
  desk_run (&desk);
  desk_edit (&desk, device_id ("c3"), "END:VCARD", "X-HOBBY:chess\r\nEND:VCARD");
  desk_run (&desk);
  g_hash_table_remove_all (desk.table.items);
  desk_run (&desk);
  g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 12);
  desk_assert_item (&desk, device_id ("c3"), "X-HOBBY:chess");
  satchel_reconciler_take_notices (desk.reconciler, counts, &reason);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_LOST], ==, 1);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_DELETED], ==, 0);
  desk_teardown (&desk);
}

/* Two records name one uid: the first by its id has it, whichever was written first, and also when nothing is
 * known of it any more. */
static void
test_one_uid (void)
{
  for (guint turn = 0; turn < 2; turn++) {
    const char *names[] = { "c1", "c2" };
    const gboolean first = strcmp (device_id (names[0]), device_id (names[1])) > 0;
    g_autofree char *having = NULL;
    Desk desk;

    desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
    for (guint i = 0; i < 2; i++) {
      const char *name = names[(i + turn) % 2];

      WRITE (
          device_create (&desk.device, "contact", name, &problem, "last_name", name, "card_id", "u@x", NULL));
    }
    having = g_strdup_printf ("FN:%s", names[first]);
    for (guint round = 0; round < 2; round++) {
      desk_run (&desk);
      g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 2);
      g_assert_nonnull (strstr (g_hash_table_lookup (desk.table.items, "u@x"), having));
      g_assert_nonnull (g_hash_table_lookup (desk.table.items, device_id (names[!first])));
      desk_forget (&desk);
    }
    desk_assert_rest (&desk);
    desk_teardown (&desk);
  }
}

/* A change of both sides in the midst, cut at every call of EDS, before and after it has done its work, with
 * and without the notes of before: in the end each record has one item, and all that anybody wrote is there.
 */
static void
test_cut (void)
{
  for (guint round = 0; round < 3; round++) {
    for (guint at = 1;; at++) {
      Desk desk;
      guint cut_at;
      gboolean done;

      desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
      WRITE (device_create (&desk.device, "contact", "c1", &problem, "last_name", "One", NULL));
      WRITE (device_create (&desk.device, "contact", "c2", &problem, "last_name", "Two", NULL));
      desk_run (&desk);
      WRITE (device_set (&desk.device, "contact", "c1", &problem, "phone", "111", NULL));
      WRITE (device_create (&desk.device, "contact", "c3", &problem, "last_name", "Three", NULL));
      desk_edit (&desk, device_id ("c1"), "END:VCARD", "NICKNAME:Uno\r\nEND:VCARD");
      add_item (&desk, "theirs", "Four");
      g_hash_table_remove (desk.table.items, device_id ("c2"));

      desk.table.calls = 0;
      desk.table.dies_at = at;
      desk.table.halfway = round == 1;
      done = satchel_reconciler_run (desk.reconciler, FALSE, NULL);
      cut_at = desk.table.calls;
      desk.table.dies_at = 0;
      /* Another program writes before the agent is there again. */
      desk_edit (&desk, "theirs", "END:VCARD", "NICKNAME:Quattro\r\nEND:VCARD");
      /* A note of the delete is lost with all notes: the record's item comes back, if it was not deleted yet.
       */
      if (round == 2) {
        desk_forget (&desk);
      } else {
        desk_close (&desk);
        desk_open (&desk);
      }
      desk_run (&desk);
      desk_run (&desk);
      g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, g_hash_table_size (desk.table.items));
      desk_assert_item (&desk, device_id ("c1"), "111");
      desk_assert_item (&desk, device_id ("c3"), "Three");
      if (round < 2) {
        g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 3);
        device_assert_shown (&desk.device, "contact", "c1", "nickname", "Uno");
      }
      desk_teardown (&desk);
      if (done) {
        g_assert_cmpuint (cut_at, <, at);
        break;
      }
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eds/plan", test_plan);
  g_test_add_func ("/eds/essence", test_essence);
  g_test_add_func ("/eds/both-ways", test_both_ways);
  g_test_add_func ("/eds/loss", test_loss);
  g_test_add_func ("/eds/one-uid", test_one_uid);
  g_test_add_func ("/eds/cut", test_cut);
  return g_test_run ();
}
