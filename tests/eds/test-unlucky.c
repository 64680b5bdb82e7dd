/* A hostile or unlucky world: series that both sides take apart, cut at every call; days that are not the
 * same everywhere; items under the ids of other records; too much of everything.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/contact.h"
#include "tests/eds/table-desk.h"

/* ---- series ---- */

/* What was told since the last time. */
static void
assert_told (Desk *desk, guint deleted, guint kept, guint too_late)
{
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  const char *reason;

  satchel_reconciler_take_notices (desk->reconciler, counts, &reason);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_DELETED], ==, deleted);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_KEPT], ==, kept);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_TOO_LATE], ==, too_late);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_REFUSED], ==, 0);
}

static void
add_moved (Desk *desk, const char *name, const char *day)
{
  g_autofree char *series = g_strconcat ("appointment:", device_id ("s"), NULL);
  g_autofree char *original = g_strdup_printf ("2026-12-%sT09:00:00Z", day);
  g_autofree char *start = g_strdup_printf ("2026-12-%sT15:00:00Z", day);
  g_autofree char *end = g_strdup_printf ("2026-12-%sT16:00:00Z", day);

  WRITE (device_create (&desk->device, "appointment", name, &problem, "subject", name, "start", start, "end",
                        end, "original_start", original, "series", series, NULL));
}

/* Every Monday from the 7th on; what is called "m14" and "m21" stands in place of those. */
static void
start_series (Desk *desk)
{
  desk_setup (desk, SATCHEL_MIRROR_APPOINTMENTS);
  WRITE (device_create (&desk->device, "appointment", "s", &problem, "subject", "Weekly", "start",
                        "2026-12-07T09:00:00Z", "end", "2026-12-07T10:00:00Z", "recurrence",
                        "FREQ=WEEKLY;COUNT=6", NULL));
  add_moved (desk, "m14", "14");
  add_moved (desk, "m21", "21");
  desk_run (desk);
  g_assert_cmpuint (g_hash_table_size (desk->table.items), ==, 1);
  desk_assert_rest (desk);
}

/* Takes out of the item what stands there under this summary. */
static void
drop_there (Desk *desk, const char *summary)
{
  g_autofree char *line = g_strdup_printf ("SUMMARY:%s\r\n", summary);
  g_autoptr (GString) text = g_string_new (desk_item (desk, device_id ("s")));
  const char *at = strstr (text->str, line), *begin, *end;

  g_assert_nonnull (at);
  begin = g_strrstr_len (text->str, at - text->str, "BEGIN:VEVENT");
  end = strstr (at, "END:VEVENT\r\n") + strlen ("END:VEVENT\r\n");
  g_string_erase (text, begin - text->str, end - begin);
  desk_put (desk, device_id ("s"), text->str);
}

/* Each side does something else to each part of it. */
static void
test_series_both (void)
{
  Desk desk;

  start_series (&desk);
  WRITE (device_set (&desk.device, "appointment", "s", &problem, "location", "Hall", NULL));
  WRITE (device_set (&desk.device, "appointment", "m14", &problem, "location", "Mill", NULL));
  WRITE (device_delete (&desk.device, "appointment", "m21", &problem));
  desk_edit (&desk, device_id ("s"), "SUMMARY:Weekly", "SUMMARY:Every week");
  desk_edit (&desk, device_id ("s"), "SUMMARY:m14", "SUMMARY:Moved");
  desk_edit (&desk, device_id ("s"), "END:VCALENDAR",
             "BEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID:20261228T090000Z\r\nDTSTART:20261228T110000Z\r\n"
             "DTEND:20261228T120000Z\r\nSUMMARY:Late\r\nEND:VEVENT\r\nEND:VCALENDAR");
  desk_run (&desk);
  device_assert_shown (&desk.device, "appointment", "s", "subject", "Every week");
  device_assert_shown (&desk.device, "appointment", "s", "location", "Hall");
  device_assert_shown (&desk.device, "appointment", "m14", "subject", "Moved");
  device_assert_shown (&desk.device, "appointment", "m14", "location", "Mill");
  device_assert_shown (&desk.device, "appointment", "m21", "subject", NULL);
  g_assert_cmpint (device_rows (&desk.device, "e_appointment"), ==, 3);
  desk_assert_item (&desk, device_id ("s"), "SUMMARY:Late");
  desk_assert_item (&desk, device_id ("s"), "LOCATION:Mill");
  g_assert_null (strstr (desk_item (&desk, device_id ("s")), "SUMMARY:m21"));
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* What was taken out of the series there goes here, and can be brought back; not what was changed here
 * meanwhile. */
static void
test_occurrence_dropped (void)
{
  g_autoptr (SatchelDeeds) deeds = NULL;
  g_autoptr (GError) error = NULL;
  Desk desk;

  start_series (&desk);
  WRITE (device_set (&desk.device, "appointment", "m14", &problem, "location", "Mill", NULL));
  drop_there (&desk, "m14");
  drop_there (&desk, "m21");
  desk_run (&desk);
  device_assert_shown (&desk.device, "appointment", "m14", "location", "Mill");
  device_assert_shown (&desk.device, "appointment", "m21", "subject", NULL);
  desk_assert_item (&desk, device_id ("s"), "LOCATION:Mill");
  assert_told (&desk, 1, 1, 0);
  desk_assert_rest (&desk);
  deeds = satchel_reconciler_take_deeds (desk.reconciler);
  g_assert_true (satchel_deeds_take_back (deeds, desk.device.session, &error));
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("s"), "SUMMARY:m21");
  desk_teardown (&desk);
}

/* What was changed there and deleted here goes, and that is told. */
static void
test_occurrence_too_late (void)
{
  Desk desk;

  start_series (&desk);
  WRITE (device_delete (&desk.device, "appointment", "m14", &problem));
  desk_edit (&desk, device_id ("s"), "SUMMARY:m14", "SUMMARY:Moved");
  desk_run (&desk);
  device_assert_shown (&desk.device, "appointment", "m14", "subject", NULL);
  g_assert_null (strstr (desk_item (&desk, device_id ("s")), "SUMMARY:Moved"));
  assert_told (&desk, 0, 0, 1);
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* EDS dies at any call, before and after it has done its work. */
static void
test_series_cut (void)
{
  for (guint halfway = 0; halfway < 2; halfway++) {
    gboolean done = FALSE;

    for (guint at = 1; !done; at++) {
      Desk desk;

      start_series (&desk);
      WRITE (device_set (&desk.device, "appointment", "m14", &problem, "location", "Mill", NULL));
      add_moved (&desk, "m28", "28");
      drop_there (&desk, "m21");
      desk_edit (&desk, device_id ("s"), "SUMMARY:m14", "SUMMARY:Moved");
      desk.table.calls = 0;
      desk.table.dies_at = at;
      desk.table.halfway = halfway;
      done = satchel_reconciler_run (desk.reconciler, FALSE, NULL);
      desk.table.dies_at = 0;
      /* Another program writes before the agent is there again. */
      desk_edit (&desk, device_id ("s"), "SUMMARY:Weekly", "SUMMARY:Every week");
      desk_close (&desk);
      desk_open (&desk);
      desk_run (&desk);
      device_assert_shown (&desk.device, "appointment", "s", "subject", "Every week");
      device_assert_shown (&desk.device, "appointment", "m14", "subject", "Moved");
      device_assert_shown (&desk.device, "appointment", "m14", "location", "Mill");
      device_assert_shown (&desk.device, "appointment", "m21", "subject", NULL);
      g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, 1);
      desk_assert_item (&desk, device_id ("s"), "LOCATION:Mill");
      desk_assert_item (&desk, device_id ("s"), "SUMMARY:m28");
      g_assert_null (strstr (desk_item (&desk, device_id ("s")), "SUMMARY:m21"));
      desk_assert_rest (&desk);
      desk_teardown (&desk);
      g_assert_cmpuint (at, <, 20);
    }
  }
}

/* ---- under others' ids ---- */

static void
put_card (Desk *desk, const char *uid, const char *name)
{
  g_autoptr (EContact) card = e_contact_new ();
  g_autofree char *text = NULL;

  e_contact_set (card, E_CONTACT_UID, uid);
  e_contact_set (card, E_CONTACT_FULL_NAME, name);
  e_contact_set (card, E_CONTACT_FAMILY_NAME, name);
  text = e_vcard_to_string (E_VCARD (card), EVC_FORMAT_VCARD_30);
  desk_put (desk, uid, text);
}

/* A record has one item: another one that is called by its id is another contact. */
static void
test_planted_uid (void)
{
  for (guint touched = 0; touched < 2; touched++) {
    Desk desk;
    g_autofree char *made = NULL;

    desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
    made = g_strdup_printf ("mirror %s %s contact theirs", device_id ("organisation"), device_id ("me"));
    put_card (&desk, "theirs", "Rus");
    desk_run (&desk);
    device_assert_shown (&desk.device, "contact", made, "last_name", "Rus");
    put_card (&desk, device_id (made), "Trap");
    if (touched)
      desk_look (&desk, device_id (made), NULL);
    desk_run (&desk);
    desk_assert_item (&desk, "theirs", "Rus");
    desk_assert_item (&desk, device_id (made), "Trap");
    device_assert_shown (&desk.device, "contact", made, "last_name", "Rus");
    g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, 2);
    desk_assert_rest (&desk);
    desk_forget (&desk);
    desk_run (&desk);
    g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, 2);
    desk_assert_item (&desk, "theirs", "Rus");
    desk_assert_item (&desk, device_id (made), "Trap");
    desk_assert_rest (&desk);
    desk_teardown (&desk);
  }
}

/* The same of an invitation, whose record's id all who are invited can work out. */
static void
test_planted_invitation (void)
{
  static const char event[] =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTART:20261207T090000Z\r\n"
      "DTEND:20261207T100000Z\r\nSUMMARY:%s\r\nORGANIZER:mailto:boss@x\r\n"
      "ATTENDEE:mailto:me@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  g_autofree char *visit = g_strdup_printf (event, "visit@x", "Visit"), *trap = NULL;
  g_autoptr (SatchelMirrored) note = NULL, again = NULL;
  Desk desk;

  desk_setup (&desk, SATCHEL_MIRROR_APPOINTMENTS);
  desk_put (&desk, "visit@x", visit);
  desk_run (&desk);
  g_assert_true (satchel_mirror_state_find_uid (desk.state, "appointment", "visit@x", &note, NULL));
  trap = g_strdup_printf (event, note->record, "Trap");
  desk_put (&desk, note->record, trap);
  for (guint forgotten = 0; forgotten < 2; forgotten++) {
    if (forgotten)
      desk_forget (&desk);
    desk_run (&desk);
    g_clear_pointer (&again, satchel_mirrored_free);
    g_assert_true (satchel_mirror_state_find_uid (desk.state, "appointment", "visit@x", &again, NULL));
    g_assert_cmpstr (again->record, ==, note->record);
    desk_assert_item (&desk, "visit@x", "SUMMARY:Visit");
    desk_assert_item (&desk, note->record, "SUMMARY:Trap");
    g_assert_cmpint (device_rows (&desk.device, "e_appointment"), ==, 2);
    desk_assert_rest (&desk);
  }
  desk_teardown (&desk);
}

/* The id of what is not carried, of another kind of record, of one that is not shown; uids that no condition
 * can hold. */
static void
test_odd_uids (void)
{
  g_autofree char *wide = g_strnfill (5000, 'u');
  const char *uids[] = { device_id ("nobody"), device_id ("acme"), "a\"b", "a\\b", wide, "ü", " ", "me" };
  Desk desk;

  desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
  WRITE (device_create (&desk.device, "account", "acme", &problem, "name", "Acme", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (uids); i++)
    put_card (&desk, uids[i], "Odd");
  desk_run (&desk);
  g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, G_N_ELEMENTS (uids));
  g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, G_N_ELEMENTS (uids));
  desk_assert_rest (&desk);
  desk_forget (&desk);
  desk_run (&desk);
  g_assert_cmpuint (g_hash_table_size (desk.table.items), ==, G_N_ELEMENTS (uids));
  g_assert_cmpint (device_rows (&desk.device, "e_contact"), ==, G_N_ELEMENTS (uids));
  desk_teardown (&desk);
}

/* ---- too much ---- */

/* As the text of an item, which is what deep or long ones have in common. */
static char *
dup_event (const char *uid, const char *line, const char *end, guint n)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text,
                   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTART:"
                   "20261207T090000Z\r\nSUMMARY:Much\r\n",
                   uid);
  for (guint i = 0; i < n; i++)
    g_string_append (text, line);
  for (guint i = 0; i < n; i++)
    g_string_append (text, end);
  g_string_append (text, "END:VEVENT\r\nEND:VCALENDAR\r\n");
  return g_string_free (text, FALSE);
}

/* What goes deeper than the library bears, or is longer than anybody writes, is refused and stays, also what
 * was ours before and changes here; nobody else waits for it. */
static void
test_too_much (void)
{
  g_autofree char *deep = dup_event ("deep", "BEGIN:VALARM\r\n", "END:VALARM\r\n", 200000);
  g_autofree char *lengthy = dup_event ("long", "X-MORE:1\r\n", "", 100000);
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  const char *reason;
  Desk desk;

  desk_setup (&desk, SATCHEL_MIRROR_APPOINTMENTS);
  WRITE (device_create (&desk.device, "appointment", "a1", &problem, "subject", "Visit", "start",
                        "2026-12-07T09:00:00Z", "end", "2026-12-07T10:00:00Z", NULL));
  desk_run (&desk);
  desk_put (&desk, "deep", deep);
  desk_put (&desk, "long", lengthy);
  desk_put (&desk, device_id ("a1"), deep);
  desk_put (&desk, "sound",
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:sound\r\nDTSTART:20261207T090000Z\r\n"
            "SUMMARY:Sound\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  desk_run (&desk);
  satchel_reconciler_take_notices (desk.reconciler, counts, &reason);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_REFUSED], ==, 3);
  g_assert_cmpint (device_rows (&desk.device, "e_appointment"), ==, 2);
  WRITE (device_set (&desk.device, "appointment", "a1", &problem, "location", "Mill", NULL));
  desk_run (&desk);
  g_assert_cmpstr (g_hash_table_lookup (desk.table.items, device_id ("a1")), ==, deep);
  satchel_reconciler_take_notices (desk.reconciler, counts, &reason);
  g_assert_cmpuint (counts[SATCHEL_MIRROR_REFUSED], ==, 0);
  g_assert_cmpuint (strlen (g_hash_table_lookup (desk.table.items, "deep")), ==, strlen (deep));
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* What was noted cannot be read any more, and the item is gone, while the record changes: it comes anew, and
 * the others are looked at. */
static void
test_unreadable_note (void)
{
  g_autofree char *lengthy = dup_event ("long", "X-MORE:1\r\n", "", 100000);
  g_autoptr (SatchelMirrored) note = NULL;
  g_autoptr (GError) error = NULL;
  Desk desk;

  desk_setup (&desk, SATCHEL_MIRROR_APPOINTMENTS);
  WRITE (device_create (&desk.device, "appointment", "a1", &problem, "subject", "Visit", "start",
                        "2026-12-07T09:00:00Z", "end", "2026-12-07T10:00:00Z", NULL));
  desk_run (&desk);
  g_assert_true (satchel_mirror_state_find (desk.state, "appointment", device_id ("a1"), &note, &error));
  g_free (note->text);
  note->text = g_steal_pointer (&lengthy);
  g_assert_true (satchel_mirror_state_put (desk.state, "appointment", note, &error));
  g_assert_true (satchel_mirror_state_settle (desk.state, "appointment", device_id ("a1"), &error));
  g_assert_no_error (error);
  g_hash_table_remove (desk.table.items, device_id ("a1"));
  WRITE (device_set (&desk.device, "appointment", "a1", &problem, "location", "Mill", NULL));
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("a1"), "LOCATION:Mill");
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* A photo of many megabytes comes in and stays in the card, through edits of both sides; no look at it writes
 * anything. */
static void
test_large_photo (void)
{
  g_autoptr (GString) bytes = g_string_sized_new (6000000);
  g_autofree char *encoded = NULL, *card = NULL, *made = NULL;
  gsize before;
  Desk desk;

  g_string_append (bytes, "\xff\xd8\xff\xe0");
  while (bytes->len < 6000000)
    g_string_append_c (bytes, (char)('a' + bytes->len % 17));
  encoded = g_base64_encode ((const guchar *)bytes->str, bytes->len);
  card = g_strdup_printf ("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:big\r\nFN:Big\r\nN:Big;;;;\r\n"
                          "PHOTO;ENCODING=b;TYPE=JPEG:%s\r\nEND:VCARD",
                          encoded);
  desk_setup (&desk, SATCHEL_MIRROR_CONTACTS);
  made = g_strdup_printf ("mirror %s %s contact big", device_id ("organisation"), device_id ("me"));
  desk_put (&desk, "big", card);
  desk_run (&desk);
  desk_assert_rest (&desk);
  before = strlen (desk_item (&desk, "big"));
  g_assert_cmpuint (before, >, strlen (encoded));
  WRITE (device_set (&desk.device, "contact", made, &problem, "phone", "111", NULL));
  desk_edit (&desk, "big", "END:VCARD", "NICKNAME:B\r\nEND:VCARD");
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", made, "nickname", "B");
  desk_assert_item (&desk, "big", "TEL");
  g_assert_cmpuint (strlen (desk_item (&desk, "big")), >, before);
  desk_assert_rest (&desk);
  desk_forget (&desk);
  desk_run (&desk);
  g_assert_cmpuint (strlen (desk_item (&desk, "big")), >, before);
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* ---- what is nobody else's ---- */

/* Marked as private there, whatever happens here: neither side changes the other until that is taken back. */
static void
test_private_meanwhile (void)
{
  Desk desk;

  start_series (&desk);
  desk_edit (&desk, device_id ("s"), "SUMMARY:m14", "SUMMARY:Surgery\r\nCLASS:PRIVATE");
  WRITE (device_set (&desk.device, "appointment", "m21", &problem, "location", "Mill", NULL));
  WRITE (device_delete (&desk.device, "appointment", "m14", &problem));
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("s"), "SUMMARY:Surgery");
  desk_assert_item (&desk, device_id ("s"), "Not in CRM");
  g_assert_null (strstr (desk_item (&desk, device_id ("s")), "Mill"));
  desk_assert_rest (&desk);
  desk_edit (&desk, device_id ("s"), "CLASS:PRIVATE\r\n", "");
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("s"), "LOCATION:Mill");
  g_assert_null (strstr (desk_item (&desk, device_id ("s")), "Not in CRM"));
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* ---- days ---- */

/* A whole day is a day of its own zone, wherever she is who looks at it. */
static void
test_all_day (void)
{
  static const char *const ZONES[] = { "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Bucharest" };
  Desk desk;

  desk_setup (&desk, SATCHEL_MIRROR_APPOINTMENTS);
  WRITE (device_create (&desk.device, "appointment", "tokyo", &problem, "subject", "Fair", "start",
                        "2026-12-06T15:00:00Z", "end", "2026-12-07T15:00:00Z", "zone", "Asia/Tokyo",
                        "all_day", "yes", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ZONES); i++) {
    g_clear_pointer (&desk.exchange->zone, g_time_zone_unref);
    desk.exchange->zone = g_time_zone_new_identifier (ZONES[i]);
    desk_run (&desk);
    desk_assert_item (&desk, device_id ("tokyo"), "DTSTART;VALUE=DATE:20261207");
    desk_assert_rest (&desk);
    desk_forget (&desk);
    g_clear_pointer (&desk.exchange->zone, g_time_zone_unref);
    desk.exchange->zone = g_time_zone_new_identifier (ZONES[i]);
    desk_assert_rest (&desk);
  }
  desk_edit (&desk, device_id ("tokyo"), "DTSTART;VALUE=DATE:20261207", "DTSTART;VALUE=DATE:20261205");
  desk_run (&desk);
  device_assert_shown (&desk.device, "appointment", "tokyo", "start", "2026-12-04T15:00:00Z");
  device_assert_shown (&desk.device, "appointment", "tokyo", "end", "2026-12-07T15:00:00Z");
  device_assert_shown (&desk.device, "appointment", "tokyo", "zone", "Asia/Tokyo");
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eds/unlucky/series-both", test_series_both);
  g_test_add_func ("/eds/unlucky/occurrence-dropped", test_occurrence_dropped);
  g_test_add_func ("/eds/unlucky/occurrence-too-late", test_occurrence_too_late);
  g_test_add_func ("/eds/unlucky/series-cut", test_series_cut);
  g_test_add_func ("/eds/unlucky/planted-uid", test_planted_uid);
  g_test_add_func ("/eds/unlucky/planted-invitation", test_planted_invitation);
  g_test_add_func ("/eds/unlucky/odd-uids", test_odd_uids);
  g_test_add_func ("/eds/unlucky/too-much", test_too_much);
  g_test_add_func ("/eds/unlucky/unreadable-note", test_unreadable_note);
  g_test_add_func ("/eds/unlucky/large-photo", test_large_photo);
  g_test_add_func ("/eds/unlucky/private-meanwhile", test_private_meanwhile);
  g_test_add_func ("/eds/unlucky/all-day", test_all_day);
  return g_test_run ();
}
