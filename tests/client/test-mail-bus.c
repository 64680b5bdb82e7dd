/* Mail1, method by method.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "client/permits.h"
#include "tests/client/mail-office.h"

static void
test_track (void)
{
  g_autoptr (GVariant) first = NULL, second = NULL, third = NULL, stopped = NULL, last = NULL,
                       taken_back = NULL;
  g_autofree char *id = NULL, *again = NULL;
  Office office;

  office_open (&office);
  g_assert_null (office_state (&office, "State", "<offer@example.com>"));
  id = office_track (&office, office_offer, office_regarding ("opportunity", "soon"), FALSE);
  again = office_track (&office, office_offer, NULL, TRUE);
  g_assert_cmpstr (id, ==, again);
  first = office_state (&office, "State", "offer@example.com"); /* with or without brackets */
  g_assert_cmpstr (office_text (first, "id"), ==, id);
  g_assert_cmpstr (office_text (first, "entity"), ==, "email");
  g_assert_cmpstr (office_text (first, "title"), ==, "Offer for the crane");
  g_assert_cmpstr (office_text (first, "regarding"), ==, "Crane, soon");
  g_assert_cmpstr (office_text (first, "regarding-entity"), ==, "opportunity");
  g_assert_true (
      g_str_has_suffix (office_text (first, "regarding-link"), office_text (first, "regarding-id")));
  g_assert_true (office_truth (first, "tracked") && office_truth (first, "waiting"));
  g_assert_null (office_text (first, "problem"));

  office_forget (office_ask (&office, "SetRegarding", "(ssss)", PROFILE, "<offer@example.com>", "account",
                             device_id ("acme")));
  second = office_state (&office, "State", "<offer@example.com>");
  g_assert_cmpstr (office_text (second, "regarding"), ==, "Acme");
  office_undo (&office, "regarding", "offer@example.com");
  office_forget (office_ask (&office, "SetRegarding", "(ssss)", PROFILE, "<offer@example.com>", "", ""));
  third = office_state (&office, "State", "<offer@example.com>");
  g_assert_null (office_text (third, "regarding"));

  office_forget (office_ask (&office, "Untrack", "(ss)", PROFILE, "offer@example.com"));
  stopped = office_state (&office, "State", "<offer@example.com>");
  g_assert_true (office_truth (stopped, "stopped") && !office_truth (stopped, "tracked"));
  g_assert_null (office_text (stopped, "id"));
  office_undo (&office, "untrack", "offer@example.com");
  last = office_state (&office, "State", "<offer@example.com>");
  g_assert_true (office_truth (last, "tracked") && !g_variant_lookup (last, "stopped", "b", NULL));
  office_undo (&office, "regarding", "offer@example.com");
  office_undo (&office, "track", "offer@example.com");
  taken_back = office_state (&office, "State", "<offer@example.com>");
  g_assert_true (office_truth (taken_back, "stopped")); /* nor does any rule track it again */
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Undo", "(s)", PROFILE);
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Untrack", "(ss)", PROFILE, "offer@example.com");
  office_close (&office);
}

static void
assert_tracked (Office *office, const char *expected)
{
  g_autoptr (GVariant) answer = office_ask (office, "Tracked", "(s)", PROFILE);
  g_autofree const char **ids = NULL;
  g_autofree char *joined = NULL;
  gboolean whole = FALSE;

  g_variant_get (answer, "(^a&sb)", &ids, &whole);
  joined = g_strjoinv (" ", (char **)ids);
  g_assert_cmpstr (joined, ==, expected);
  g_assert_true (whole);
}

/* Hers alone: what a colleague tracks is not told, though she may read it. */
static void
test_tracked (void)
{
  g_autofree char *offer = NULL, *stranger = NULL;
  Office office;

  office_open (&office);
  device_pull (&office.device, 30,
               "{'entity':'email','columns':['id','s','subject','direction','message_id','priority',"
               "'status','owner','tracked_by'],'whole':true}",
               "['~theirs~',30,'Theirs','incoming','theirs@example.com','normal','completed','user:~you~',"
               "'[{\\'role\\':\\'tracker\\',\\'entity\\':\\'user\\',\\'id\\':\\'~you~\\'}]']",
               NULL);
  assert_tracked (&office, "");
  stranger = office_track (&office, office_stranger, NULL, FALSE);
  offer = office_track (&office, office_offer, NULL, FALSE);
  assert_tracked (&office, "offer@example.com hello@elsewhere.example");
  office_forget (office_ask (&office, "Untrack", "(ss)", PROFILE, "offer@example.com"));
  assert_tracked (&office, "hello@elsewhere.example");
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Tracked", "(s)", "nobody");
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Tracked", "(s)", "../" PROFILE);
  office_close (&office);
}

/* What a server refuses is told with its reason. */
static void
test_refused (void)
{
  g_autoptr (GVariant) parked = NULL;
  g_autofree char *id = NULL;
  Office office;

  office_open (&office);
  id = office_track (&office, office_offer, NULL, FALSE);
  device_push_parked (&office.device, SATCHEL_ERROR_FORBIDDEN, NULL);
  parked = office_state (&office, "State", "offer@example.com");
  g_assert_nonnull (office_text (parked, "problem"));
  office_close (&office);
}

/* Undo is each caller's own, and ends with the caller. */
static void
test_callers (void)
{
  g_autoptr (GDBusConnection) other = NULL;
  g_autoptr (GVariant) answer = NULL, state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  Office office;

  office_open (&office);
  id = office_track (&office, office_offer, NULL, FALSE);
  other = office_connect (office.address);
  answer = office_call_as (other, &office, "Undo", g_variant_new ("(s)", PROFILE), NULL, &error);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  office_disconnect (&other);
  state = office_state (&office, "State", "offer@example.com");
  g_assert_nonnull (state);
  office_undo (&office, "track", "offer@example.com");
  office_close (&office);
}

static void
assert_member (GVariant *list, guint index, const char *name, const char *expected)
{
  g_autoptr (GVariant) members = g_variant_get_child_value (list, index);

  g_assert_cmpstr (office_text (members, name), ==, expected);
}

static void
test_pane (void)
{
  static const char *const ana[] = { "Ana Pop <Ana@Example.com>", "nobody@example.com", NULL };
  static const char *const you[] = { "you@our.example", NULL };
  g_autoptr (GVariant) pane = NULL, colleague = NULL, link = NULL, people = NULL, opportunities = NULL,
                       activities = NULL, nothing = NULL;
  g_autofree char *expected = g_strdup_printf ("satchel://contact/%s", device_id ("ana")), *id = NULL;
  const char *text;
  Office office;

  office_open (&office);
  id = office_track (&office, office_offer, office_regarding ("contact", "ana"), FALSE);
  pane = office_ask (&office, "Pane", "(s^as)", PROFILE, ana);
  people = office_list (pane, 0, 2);
  assert_member (people, 0, "title", "Ana Pop");
  assert_member (people, 0, "entity", "contact");
  assert_member (people, 0, "address", ana[0]);
  assert_member (people, 0, "account", "Acme");
  assert_member (people, 0, "account-id", device_id ("acme"));
  assert_member (people, 0, "job-title", "Buyer");
  assert_member (people, 0, "link", expected);
  assert_member (people, 1, "entity", "lead");
  opportunities = office_list (pane, 1, 2);
  assert_member (opportunities, 0, "title", "Crane, soon");
  assert_member (opportunities, 1, "title", "Crane, late");
  assert_member (opportunities, 1, "stage", "Proposal");
  assert_member (opportunities, 1, "close", "2026-03-01");
  assert_member (opportunities, 1, "amount", "1100.04");
  activities = office_list (pane, 2, 3);
  assert_member (activities, 0, "title", "Call Ana");
  assert_member (activities, 0, "kind", "Task");
  assert_member (activities, 1, "title", "Offer for the crane");
  assert_member (activities, 2, "title", "Met Ana");
  assert_member (activities, 2, "owner", "You");

  colleague = office_ask (&office, "Pane", "(s^as)", PROFILE, you);
  g_variant_unref (office_list (colleague, 0, 1));
  g_variant_unref (office_list (colleague, 1, 0));
  g_variant_unref (office_list (colleague, 2, 0));
  nothing = office_ask (&office, "Pane", "(s^as)", PROFILE, you + 1);
  g_variant_unref (office_list (nothing, 0, 0));
  link = office_ask (&office, "Link", "(sss)", PROFILE, "contact", device_id ("ana"));
  g_variant_get (link, "(&s)", &text);
  g_assert_cmpstr (text, ==, expected);
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Link", "(sss)", PROFILE, "contact", device_id ("nobody"));
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Link", "(sss)", PROFILE, "no_such", "x");
  office_close (&office);
}

static void
test_suggest (void)
{
  static const char *const ana[] = { "ana@example.com", NULL };
  g_autoptr (GVariant) by_person = NULL, typed = NULL, list = NULL, found = NULL;
  Office office;
  gboolean there = FALSE;

  office_open (&office);
  by_person = office_ask (&office, "Suggest", "(s^ass)", PROFILE, ana, "");
  list = g_variant_get_child_value (by_person, 0);
  g_assert_cmpuint (g_variant_n_children (list), >=, 3);
  /* Both open ones of the sender before all else, and none that is closed. */
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_str_equal (office_suggestion (list, i), device_id ("soon")) ||
                   g_str_equal (office_suggestion (list, i), device_id ("late")));
  typed = office_ask (&office, "Suggest", "(s^ass)", PROFILE, ana, "digg");
  found = g_variant_get_child_value (typed, 0);
  for (guint i = 0; i < g_variant_n_children (found); i++)
    there |= g_str_equal (office_suggestion (found, i), device_id ("else"));
  g_assert_true (there);
  office_close (&office);
}

static void
assert_converted (Office *office, const char *message_id, const char *entity, const char *const *expected)
{
  g_autoptr (GVariant) answer = office_ask (office, "Convert", "(sss)", PROFILE, message_id, entity);
  g_autoptr (SatchelRecord) record = NULL;
  const char *id;

  g_variant_get (answer, "(&s)", &id);
  g_assert_true (satchel_replica_read (office->device.replica, device_entity (&office->device, entity), id,
                                       &record, NULL));
  g_assert_nonnull (record);
  for (; *expected != NULL; expected += 2) {
    const SatchelField *field = satchel_entity_find_field (record->entity, expected[0]);
    g_autofree char *text = satchel_value_to_text (field, satchel_record_get (record, field));

    g_assert_cmpstr (text, ==, expected[1]);
  }
}

static void
test_convert (void)
{
  const char *opportunity[] = { "name",    "Offer for the crane", "account",     device_id ("acme"),
                                "contact", device_id ("ana"),     "description", "Please send it.\n",
                                NULL };
  const char *person[] = { "subject", "Offer for the crane", "account", device_id ("acme"),
                           "contact", device_id ("ana"),     "source",  "email",
                           NULL };
  const char *lead[] = { "topic",     "Hello",  "first_name",  "Max",
                         "last_name", "Muster", "email",       "max@elsewhere.example",
                         "company",   "",       "description", "We build houses.\n",
                         NULL };
  g_autofree char *regarding = g_strdup_printf ("contact:%s", device_id ("ana"));
  const char *task[] = { "subject", "Offer for the crane", "regarding", regarding, NULL };
  g_autofree char *one = NULL, *two = NULL;
  g_autoptr (GVariant) before = NULL, after = NULL, back = NULL, kept = NULL;
  Office office;

  office_open (&office);
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Convert", "(sss)", PROFILE, "offer@example.com", "task");
  one = office_track (&office, office_offer, NULL, FALSE);
  assert_converted (&office, "<offer@example.com>", "task", task);
  kept = office_state (&office, "State", "offer@example.com");
  g_assert_null (office_text (kept, "regarding")); /* a task is not what a message is about */
  assert_converted (&office, "<offer@example.com>", "opportunity", opportunity);
  before = office_state (&office, "State", "offer@example.com");
  g_assert_cmpstr (office_text (before, "regarding"), ==, "Offer for the crane");
  g_assert_cmpstr (office_text (before, "regarding-entity"), ==, "opportunity");
  assert_converted (&office, "<offer@example.com>", "case", person);
  after = office_state (&office, "State", "offer@example.com");
  g_assert_cmpstr (office_text (after, "regarding-entity"), ==, "case");
  office_undo (&office, "convert", "offer@example.com");
  office_undo (&office, "convert", "offer@example.com");
  back = office_state (&office, "State", "offer@example.com");
  g_assert_null (office_text (back, "regarding"));

  two = office_track (&office, office_stranger, NULL, FALSE);
  office_refuse (&office, SATCHEL_ERROR_REFERENCE, "Convert", "(sss)", PROFILE, "hello@elsewhere.example",
                 "opportunity");
  assert_converted (&office, "hello@elsewhere.example", "lead", lead);
  office_refuse (&office, SATCHEL_ERROR_INVALID, "Convert", "(sss)", PROFILE, "offer@example.com", "account");
  office_refuse (&office, SATCHEL_ERROR_INVALID, "Convert", "(sss)", PROFILE, "", "task");
  office_close (&office);
}

static char *
create_for (Office *office, const char *entity, const char *name, const char *address)
{
  g_autoptr (GVariant) answer = office_ask (office, "CreateFor", "(ssss)", PROFILE, entity, name, address);
  const char *id;

  g_variant_get (answer, "(&s)", &id);
  return g_strdup (id);
}

static void
assert_text (Office *office, const char *entity, const char *id, const char *field, const char *expected)
{
  g_autoptr (SatchelRecord) record = NULL;

  g_assert_true (satchel_replica_read (office->device.replica, device_entity (&office->device, entity), id,
                                       &record, NULL));
  g_assert_nonnull (record);
  g_assert_cmpstr (satchel_value_get_string (satchel_record_get_by_name (record, field)), ==, expected);
}

static void
test_create (void)
{
  g_autofree char *max = NULL, *again = NULL, *known = NULL, *comma = NULL, *bare = NULL, *lead = NULL,
                  *long_name = NULL, *cut = NULL;
  Office office;

  office_open (&office);
  max = create_for (&office, "contact", "Max Anton Muster", "max@elsewhere.example");
  assert_text (&office, "contact", max, "first_name", "Max Anton");
  assert_text (&office, "contact", max, "last_name", "Muster");
  again = create_for (&office, "contact", "", "Max@Elsewhere.Example"); /* twice is one */
  g_assert_cmpstr (again, ==, max);
  known = create_for (&office, "contact", "Somebody", "ana@example.com");
  g_assert_cmpstr (known, ==, device_id ("ana"));
  comma = create_for (&office, "contact", "Muster,  Eva", "eva@elsewhere.example");
  assert_text (&office, "contact", comma, "last_name", "Muster");
  bare = create_for (&office, "contact", "", "info@elsewhere.example");
  assert_text (&office, "contact", bare, "last_name", "info");
  lead = create_for (&office, "lead", "王小明", "wang@elsewhere.example");
  assert_text (&office, "lead", lead, "last_name", "王小明");
  long_name = g_strnfill (3000, 'x');
  cut = create_for (&office, "lead", long_name, "long@elsewhere.example");
  g_assert_nonnull (cut);
  office_refuse (&office, SATCHEL_ERROR_INVALID, "CreateFor", "(ssss)", PROFILE, "contact", "Max",
                 "no address");
  office_refuse (&office, SATCHEL_ERROR_INVALID, "CreateFor", "(ssss)", PROFILE, "contact", "Max", "");
  office_refuse (&office, SATCHEL_ERROR_INVALID, "CreateFor", "(ssss)", PROFILE, "user", "Max",
                 "m@example.com");
  office_undo (&office, "create", NULL);
  office_close (&office);
}

static gboolean
is_wanted (Office *office, const char *message_id, const char *in_reply_to, const char *address,
           const char *folder)
{
  const char *references[] = { in_reply_to, NULL }, *addresses[] = { address, NULL };
  g_autoptr (GVariant) answer =
      office_ask (office, "Wanted", "(sss^as^ass)", PROFILE, message_id, in_reply_to,
                  *in_reply_to != '\0' ? references : references + 1, addresses, folder);
  gboolean wanted;

  g_variant_get (answer, "(b)", &wanted);
  return wanted;
}

static void
assert_rule (Office *office, const char *expected, const char *expected_folder)
{
  g_autoptr (GVariant) answer = office_ask (office, "GetRule", "(s)", PROFILE);
  const char *rule, *folder;

  g_variant_get (answer, "(&s&s)", &rule, &folder);
  g_assert_cmpstr (rule, ==, expected);
  g_assert_cmpstr (folder, ==, expected_folder);
}

/* Of a contact without an account, in a message that is about nothing: found by her being in it. */
static void
test_pane_parties (void)
{
  static const char *const max[] = { "max@elsewhere.example", NULL };
  g_autoptr (GVariant) pane = NULL, activities = NULL;
  g_autofree char *contact = NULL, *id = NULL;
  Office office;

  office_open (&office);
  contact = create_for (&office, "contact", "Max Muster", max[0]);
  id = office_track (&office, office_stranger, NULL, FALSE);
  pane = office_ask (&office, "Pane", "(s^as)", PROFILE, max);
  activities = office_list (pane, 2, 1);
  assert_member (activities, 0, "title", "Hello");
  office_close (&office);
}

static void
test_rule (void)
{
  g_autofree char *id = NULL;
  Office office;

  office_open (&office);
  assert_rule (&office, "none", "");
  id = office_track (&office, office_offer, NULL, FALSE);
  g_assert_false (is_wanted (&office, "<r@x>", "<offer@example.com>", "ana@example.com", "inbox"));
  office_forget (office_ask (&office, "SetRule", "(sss)", PROFILE, "replies", ""));
  assert_rule (&office, "replies", "");
  g_assert_true (is_wanted (&office, "<r@x>", "<offer@example.com>", "max@elsewhere.example", ""));
  g_assert_false (is_wanted (&office, "<s@x>", "", "ana@example.com", ""));
  office_forget (office_ask (&office, "SetRule", "(sss)", PROFILE, "known", ""));
  g_assert_true (is_wanted (&office, "<s@x>", "", "Ana <ana@example.com>", ""));
  g_assert_false (is_wanted (&office, "<s@x>", "", "max@elsewhere.example", ""));
  office_forget (office_ask (&office, "SetRule", "(sss)", PROFILE, "folder", "folder://local/CRM"));
  assert_rule (&office, "folder", "folder://local/CRM");
  g_assert_true (is_wanted (&office, "<s@x>", "", "max@elsewhere.example", "folder://local/CRM"));
  g_assert_false (is_wanted (&office, "<s@x>", "", "max@elsewhere.example", "folder://local/Inbox"));
  /* What she has, and what she took back, is left alone. */
  g_assert_false (is_wanted (&office, "<offer@example.com>", "", "ana@example.com", "folder://local/CRM"));
  office_undo (&office, "track", "offer@example.com");
  g_assert_false (is_wanted (&office, "<offer@example.com>", "", "ana@example.com", "folder://local/CRM"));
  office_refuse (&office, SATCHEL_ERROR_INVALID, "SetRule", "(sss)", PROFILE, "folder", "");
  office_refuse (&office, SATCHEL_ERROR_INVALID, "SetRule", "(sss)", PROFILE, "all", "");
  assert_rule (&office, "folder", "folder://local/CRM");
  office_close (&office);
}

static void
refuse_item (Office *office, SatchelErrorCode code, const char *text)
{
  office_refuse (office, code, "TrackItem", "(ss@a{sv})", PROFILE, text,
                 g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

static void
test_items (void)
{
  static const char todo[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:todo \"1\" x\r\n"
                             "SUMMARY:Write\r\nDUE;VALUE=DATE:20251205\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
  static const char series[] =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
      "BEGIN:VEVENT\r\nUID:weekly\r\nDTSTART:20251201T090000Z\r\nDTEND:20251201T100000Z\r\nSUMMARY:Weekly\r\n"
      "RRULE:FREQ=WEEKLY;COUNT=5\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nUID:weekly\r\nRECURRENCE-ID:20251208T090000Z\r\nDTSTART:20251208T110000Z\r\n"
      "DTEND:20251208T120000Z\r\nSUMMARY:Later\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  static const char alone[] =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
      "BEGIN:VEVENT\r\nUID:weekly\r\nDTSTART:20251201T090000Z\r\nDTEND:20251201T100000Z\r\nSUMMARY:Weekly\r\n"
      "RRULE:FREQ=WEEKLY;COUNT=5\r\nEXDATE:20251208T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  g_autofree char *id = NULL, *again = NULL, *task = NULL, *whole = NULL, *same = NULL, *later = NULL,
                  *dropped = NULL, *back = NULL;
  g_autoptr (GVariant) state = NULL, changed = NULL, todo_state = NULL;
  g_autoptr (GString) deep = g_string_new ("BEGIN:VCALENDAR\r\n");
  Office office;

  office_open (&office);
  id = office_track_item (&office, OFFICE_EVENT ("", "Visit"), office_regarding ("account", "acme"),
                          "appointment");
  state = office_state (&office, "ItemState", "meeting-1");
  g_assert_cmpstr (office_text (state, "id"), ==, id);
  g_assert_cmpstr (office_text (state, "regarding"), ==, "Acme");
  again = office_track_item (&office, OFFICE_EVENT ("", "Visit, moved"), NULL, "appointment");
  g_assert_cmpstr (again, ==, id);
  assert_text (&office, "appointment", id, "subject", "Visit, moved");
  office_undo (&office, "track-item", "meeting-1");
  assert_text (&office, "appointment", id, "subject", "Visit");
  office_forget (office_ask (&office, "SetItemRegarding", "(ssss)", PROFILE, "meeting-1", "opportunity",
                             device_id ("soon")));
  changed = office_state (&office, "ItemState", "meeting-1");
  g_assert_cmpstr (office_text (changed, "regarding"), ==, "Crane, soon");
  office_undo (&office, "item-regarding", "meeting-1");
  task = office_track_item (&office, todo, NULL, "task");
  todo_state = office_state (&office, "ItemState", "todo \"1\" x");
  g_assert_cmpstr (office_text (todo_state, "id"), ==, task);

  whole = office_track_item (&office, series, NULL, "appointment");
  same = office_track_item (&office, series, NULL, "appointment");
  g_assert_cmpstr (whole, ==, same);
  later = device_find (&office.device, "appointment", NULL, "original_start is not empty");
  g_assert_cmpstr (later, ==, "Later");

  /* What was dropped there goes here, and comes back with Undo. */
  g_free (office_track_item (&office, alone, NULL, "appointment"));
  dropped = device_find (&office.device, "appointment", NULL, "original_start is not empty");
  g_assert_cmpstr (dropped, ==, "");
  office_undo (&office, "track-item", "weekly");
  back = device_find (&office.device, "appointment", NULL, "original_start is not empty");
  g_assert_cmpstr (back, ==, "Later");

  refuse_item (&office, SATCHEL_ERROR_FORBIDDEN, OFFICE_EVENT ("CLASS:PRIVATE\r\n", "Doctor"));
  refuse_item (&office, SATCHEL_ERROR_FORBIDDEN, OFFICE_EVENT ("CLASS:CONFIDENTIAL\r\n", "Doctor"));
  refuse_item (&office, SATCHEL_ERROR_INVALID, "");
  refuse_item (&office, SATCHEL_ERROR_INVALID, "nothing of the kind");
  refuse_item (&office, SATCHEL_ERROR_INVALID, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
  for (guint i = 0; i < 9000; i++)
    g_string_append (deep, "BEG\r\n IN:VEVENT\r\n");
  refuse_item (&office, SATCHEL_ERROR_INVALID, deep->str);
  office_refuse (&office, SATCHEL_ERROR_REFERENCE, "SetItemRegarding", "(ssss)", PROFILE, "meeting-1", "user",
                 device_id ("me"));
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "SetItemRegarding", "(ssss)", PROFILE, "meeting-1",
                 "account", device_id ("nobody"));
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "SetItemRegarding", "(ssss)", PROFILE, "no such",
                 "account", device_id ("acme"));
  office_close (&office);
}

/* An occurrence that was dropped there, and that she may edit and not delete here. */
static void
test_items_cancelled (void)
{
  static const char master[] = "BEGIN:VEVENT\r\nUID:daily\r\nDTSTART:20251201T090000Z\r\n"
                               "DTEND:20251201T100000Z\r\nSUMMARY:Daily\r\nRRULE:FREQ=DAILY;COUNT=5\r\n";
  static const char instance[] =
      "BEGIN:VEVENT\r\nUID:daily\r\nRECURRENCE-ID:20251202T090000Z\r\nDTSTART:20251202T110000Z\r\n"
      "DTEND:20251202T120000Z\r\nSUMMARY:Later\r\nEND:VEVENT\r\n";
  g_autofree char *both = g_strdup_printf (
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n%sEND:VEVENT\r\n%sEND:VCALENDAR\r\n", master, instance);
  g_autofree char *alone = g_strdup_printf ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n%sEXDATE:20251202T090000Z\r\n"
                                            "END:VEVENT\r\nEND:VCALENDAR\r\n",
                                            master);
  g_autofree char *cancelled = NULL, *open = NULL, *rights = NULL;
  g_autoptr (SatchelPermits) permits = satchel_permits_new ();
  g_autoptr (GError) error = NULL;
  Office office;

  office_open (&office);
  g_free (office_track_item (&office, both, NULL, "appointment"));
  for (SatchelPrivilege privilege = 0; privilege < SATCHEL_N_PRIVILEGES; privilege++) {
    if (privilege != SATCHEL_PRIVILEGE_DELETE)
      satchel_permits_set_depth (permits, "appointment", privilege, SATCHEL_DEPTH_ORGANISATION);
  }
  rights = satchel_permits_to_text (permits);
  g_assert_true (satchel_replica_set_meta (office.device.replica, SATCHEL_META_RIGHTS, rights, &error));
  g_free (office_track_item (&office, alone, NULL, "appointment"));
  cancelled =
      device_find (&office.device, "appointment", NULL, "original_start is not empty and status = cancelled");
  g_assert_cmpstr (cancelled, ==, "Later");
  office_undo (&office, "track-item", "daily");
  open = device_find (&office.device, "appointment", NULL,
                      "original_start is not empty and status != cancelled");
  g_assert_cmpstr (open, ==, "Later");
  office_close (&office);
}

/* No profile is made by asking; an erased one is let go. */
static void
test_profiles (void)
{
  g_autofree char *empty = NULL, *folder = NULL, *moved = NULL;
  Office office;

  office_open (&office);
  office_forget (office_ask (&office, "GetRule", "(s)", "")); /* the only one */
  empty = g_build_filename (office.device.dir, "empty", NULL);
  g_assert_cmpint (g_mkdir_with_parents (empty, 0700), ==, 0);
  office_refuse (&office, SATCHEL_ERROR_UNAUTHENTICATED, "GetRule", "(s)", "empty");
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "GetRule", "(s)", ""); /* which? */
  office_forget (office_ask (&office, "GetRule", "(s)", PROFILE));
  folder = g_build_filename (office.device.dir, PROFILE, NULL);
  moved = g_build_filename (office.device.dir, "default", NULL);
  g_assert_cmpint (rename (folder, moved), ==, 0);
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "GetRule", "(s)", PROFILE);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  office_forget (office_ask (&office, "GetRule", "(s)", "")); /* the usual one */
  g_assert_cmpint (rename (moved, folder), ==, 0);
  office_close (&office);
}

int
main (int argc, char **argv)
{
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");

  g_test_init (&argc, &argv, NULL);
  if (program == NULL) {
    g_print ("1..0 # SKIP dbus-daemon is not installed\n");
    return 0;
  }
  g_test_add_func ("/mail-bus/track", test_track);
  g_test_add_func ("/mail-bus/tracked", test_tracked);
  g_test_add_func ("/mail-bus/refused", test_refused);
  g_test_add_func ("/mail-bus/callers", test_callers);
  g_test_add_func ("/mail-bus/pane", test_pane);
  g_test_add_func ("/mail-bus/pane-parties", test_pane_parties);
  g_test_add_func ("/mail-bus/suggest", test_suggest);
  g_test_add_func ("/mail-bus/convert", test_convert);
  g_test_add_func ("/mail-bus/create", test_create);
  g_test_add_func ("/mail-bus/rule", test_rule);
  g_test_add_func ("/mail-bus/items", test_items);
  g_test_add_func ("/mail-bus/items-cancelled", test_items_cancelled);
  g_test_add_func ("/mail-bus/profiles", test_profiles);
  return g_test_run ();
}
