/* Which record an item is of, and what a record's item is called, where nothing was noted or the record is
 * another one now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/calendar.h"
#include "protocol/rules/once.h"
#include "tests/eds/table-desk.h"

#define VISIT "visit@x"
#define EVENT                                                                                                \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:" VISIT "\r\nDTSTART:20261207T090000Z\r\n"          \
  "DTEND:20261207T100000Z\r\nSUMMARY:Visit\r\nORGANIZER:mailto:boss@x\r\n"                                   \
  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.com\r\nX-ROOM:7\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  for (; (text = strstr (text, what)) != NULL; text++)
    n++;
  return n;
}

/* ---- from a record to its item ---- */

/* What stands in place of an occurrence names the uid of its series, and has no claim to it, whichever id is
 * the smaller. */
static void
test_series (void)
{
  for (guint turn = 0; turn < 2; turn++) {
    const char *names[] = { "s1", "s2" };
    const gboolean swap = (strcmp (device_id (names[0]), device_id (names[1])) < 0) == (turn == 0);
    const char *series = names[swap], *moved = names[!swap];
    g_autofree char *lookup = g_strconcat ("appointment:", device_id (series), NULL);
    Desk desk;

    g_assert_cmpint (strcmp (device_id (moved), device_id (series)) < 0, ==, turn == 0);
    desk_setup (&desk, SATCHEL_MIRROR_APPOINTMENTS);
    WRITE (device_create (&desk.device, "appointment", series, &problem, "subject", "Weekly", "start",
                          "2026-12-07T09:00:00Z", "end", "2026-12-07T10:00:00Z", "recurrence",
                          "FREQ=WEEKLY;COUNT=4", "calendar_id", VISIT, NULL));
    WRITE (device_create (&desk.device, "appointment", moved, &problem, "subject", "Moved", "start",
                          "2026-12-14T15:00:00Z", "end", "2026-12-14T16:00:00Z", "original_start",
                          "2026-12-14T09:00:00Z", "series", lookup, "calendar_id", VISIT, NULL));
    desk_run (&desk);
    g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 1);
    g_assert_nonnull (desk_item (&desk, VISIT));
    g_assert_cmpuint (count (desk_item (&desk, VISIT), "BEGIN:VEVENT"), ==, 2);
    desk_assert_rest (&desk);
    desk_teardown (&desk);
  }
}

/* ---- from an item to its record ---- */

static void
put_card (Desk *desk, const char *uid, const char *name)
{
  g_autofree char *text = g_strdup_printf (
      "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;;;;\r\nEND:VCARD", uid, name, name);

  desk_put (desk, uid, text);
}

/* Nothing is noted any more: by the record's id as its uid, by the id that follows from its uid, whoever else
 * names that, by the uid that a record names. */
static void
test_found_again (void)
{
  Desk desk;
  g_autofree char *made = NULL;

  desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
  /* What an item is made into has its id by a name, as all records of tests. */
  made = g_strdup_printf ("mirror %s %s contact theirs", device_id ("organisation"), device_id ("me"));
  WRITE (device_create (&desk.device, "contact", "c1", &problem, "last_name", "One", NULL));
  WRITE (
      device_create (&desk.device, "contact", "c2", &problem, "last_name", "Two", "card_id", "named", NULL));
  put_card (&desk, "theirs", "Three");
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", made, "card_id", "theirs");
  WRITE (device_set (&desk.device, "contact", made, &problem, "card_id", "", NULL));
  WRITE (device_create (&desk.device, "contact", "c4", &problem, "last_name", "Four", "card_id", "theirs",
                        NULL));
  desk_forget (&desk);
  desk_run (&desk);
  g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 4);
  g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, 4);
  desk_assert_item (&desk, device_id ("c1"), "One");
  desk_assert_item (&desk, "named", "Two");
  desk_assert_item (&desk, "theirs", "Three");
  desk_assert_item (&desk, device_id ("c4"), "Four");
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* Of several that name its uid the item is the first's by their ids, whichever was made or is listed first.
 */
static void
test_first_of_several (void)
{
  for (guint turn = 0; turn < 4; turn++) {
    const char *names[] = { "c1", "c2" };
    const gboolean second = strcmp (device_id (names[0]), device_id (names[1])) > 0;
    g_autoptr (SatchelMirrored) note = NULL;
    Desk desk;

    desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
    for (guint i = 0; i < 2; i++)
      WRITE (device_create (&desk.device, "contact", names[(i + turn) % 2], &problem, "last_name",
                            (i + turn / 2) % 2 == 0 ? "Ant" : "Bee", "card_id", "u@x", NULL));
    put_card (&desk, "u@x", "Cow");
    desk_run (&desk);
    g_assert_true (satchel_mirror_state_find_uid (desk.state, "contact", "u@x", &note, NULL));
    g_assert_cmpstr (note->record, ==, device_id (names[second]));
    g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 2);
    desk_assert_rest (&desk);
    desk_teardown (&desk);
  }
}

/* A record that has an item of its own is not that of another which it names, whether that is noted or only
 * to be seen. */
static void
test_has_its_own (void)
{
  for (guint forgotten = 0; forgotten < 2; forgotten++) {
    Desk desk;

    desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
    WRITE (device_create (&desk.device, "contact", "c1", &problem, "last_name", "One", NULL));
    desk_run (&desk);
    WRITE (device_set (&desk.device, "contact", "c1", &problem, "card_id", "late", NULL));
    put_card (&desk, "late", "Two");
    if (forgotten)
      desk_forget (&desk);
    else
      desk_look (&desk, "late", NULL);
    desk_run (&desk);
    g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 2);
    g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, 2);
    desk_assert_item (&desk, device_id ("c1"), "One");
    desk_assert_item (&desk, "late", "Two");
    desk_assert_rest (&desk);
    desk_teardown (&desk);
  }
}

/* ---- beside the colleagues' ---- */

/* The record that all who are invited share; what she made of it is at the server, which has it not for her.
 */
static char *
dup_shared (Desk *desk)
{
  g_autoptr (GPtrArray) records = satchel_mirror_kinds[SATCHEL_MIRROR_APPOINTMENTS].read (
      desk->exchange, desk_item (desk, VISIT), NULL, NULL, NULL);

  return satchel_calendar_record_id (desk->exchange->organisation, records->pdata[0]);
}

/* An appointment with this id comes. */
static void
bring (Desk *desk, gint64 s, const char *id, const char *owner, const char *maker, const char *place)
{
  g_autofree char *row = g_strdup_printf (
      "['%s',%" G_GINT64_FORMAT ",'Visit',1796979600000,1796983200000,'%s','user:~%s~','~%s~','" VISIT
      "',0,'busy',0,'normal','open']",
      id, s, place, owner, maker);

  device_pull (
      &desk->device, s,
      "{'entity':'appointment','columns':['id','s','subject','start','end','location','owner','created_by',"
      "'calendar_id','all_day','show_as','private','priority','status'],'whole':true}",
      row, NULL);
}

/* A colleague has the event and invited her not: hers is another record, and her item stays. */
static void
test_not_invited (void)
{
  Desk desk;
  g_autofree char *shared = NULL;

  desk_setup (&desk, SATCHEL_MIRROR_APPOINTMENTS);
  desk_put (&desk, VISIT, EVENT);
  shared = dup_shared (&desk);
  bring (&desk, 20, shared, "you", "you", "Elsewhere");
  desk_run (&desk);
  g_assert_cmpint (device_rows (&desk.device, "e_appointment"), ==, 2);
  desk_assert_item (&desk, VISIT, "X-ROOM:7");
  g_assert_null (strstr (desk_item (&desk, VISIT), "Elsewhere"));
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* The item was of the record of all; the server let her not into that, and knows nothing of it for her. */
static char *
part (Desk *desk)
{
  char *shared;

  desk_setup (desk, SATCHEL_MIRROR_APPOINTMENTS);
  desk_put (desk, VISIT, EVENT);
  desk_run (desk);
  shared = dup_shared (desk);
  device_push_applied (&desk->device, 1, 20);
  return shared;
}

static void
assert_is_of (Desk *desk, const char *id)
{
  g_autoptr (SatchelMirrored) note = NULL;

  g_assert_true (satchel_mirror_state_find_uid (desk->state, "appointment", VISIT, &note, NULL));
  g_assert_nonnull (note);
  g_assert_cmpstr (note->record, ==, id);
  desk_assert_item (desk, VISIT, "X-ROOM:7");
  g_assert_cmpuint (g_hash_table_size (desk->table.items), ==, 1);
  desk_assert_rest (desk);
}

/* Her item is that of her own record then, whether everything is looked at or what came. */
static void
test_beside (void)
{
  for (guint touched = 0; touched < 2; touched++) {
    Desk desk;
    g_autofree char *shared = part (&desk);
    g_autofree char *own = satchel_once_own_id (shared, device_id ("me"));

    bring (&desk, 20, own, "me", "me", "Hall");
    if (touched)
      desk_look (&desk, NULL, own);
    else
      desk_run (&desk);
    desk_assert_item (&desk, VISIT, "LOCATION:Hall");
    assert_is_of (&desk, own);
    desk_teardown (&desk);
  }
}

/* A colleague, who can work out her ids, was there first: what he put there has an item of its own, hers is
 * that of the next step. */
static void
test_planted (void)
{
  for (guint touched = 0; touched < 2; touched++) {
    Desk desk;
    g_autofree char *shared = part (&desk);
    g_autofree char *own = satchel_once_own_id (shared, device_id ("me"));
    g_autofree char *next = satchel_once_own_id (own, device_id ("me"));

    bring (&desk, 20, next, "me", "me", "Hall");
    bring (&desk, 21, own, "me", "you", "Trap");
    if (touched)
      desk_look (&desk, NULL, next);
    else
      desk_run (&desk);
    desk_assert_item (&desk, VISIT, "LOCATION:Hall");
    desk_run (&desk);
    desk_assert_item (&desk, own, "LOCATION:Trap");
    g_hash_table_remove (desk.table.items, own);
    desk_run (&desk);
    assert_is_of (&desk, next);
    desk_teardown (&desk);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eds/match/series", test_series);
  g_test_add_func ("/eds/match/found-again", test_found_again);
  g_test_add_func ("/eds/match/first-of-several", test_first_of_several);
  g_test_add_func ("/eds/match/has-its-own", test_has_its_own);
  g_test_add_func ("/eds/match/not-invited", test_not_invited);
  g_test_add_func ("/eds/match/beside", test_beside);
  g_test_add_func ("/eds/match/planted", test_planted);
  return g_test_run ();
}
