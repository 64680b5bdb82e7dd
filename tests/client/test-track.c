/* Tracking on one device: what a message becomes, joins, and how it is taken back; suggestions and the user's
 * rule.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/track.h"

#include <string.h>

#include "client/mail/people.h"
#include "client/mail/rules.h"
#include "client/permits.h"
#include "client/replica/pull.h"
#include "client/replica/query.h"
#include "protocol/error.h"
#include "tests/client/device.h"

typedef struct {
  Device device;
  SatchelDeeds *deeds;
} Test;

#define HEAD                                                                                                 \
  "From: Ana Pop <ANA@x.ro>\nTo: me@x.ro, stranger@y.z\nSubject: Your offer\n"                               \
  "Date: Mon, 1 Jan 2024 10:00:00 +0000\n"
#define MAIL                                                                                                 \
  HEAD "Message-ID: <one@x>\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nWe accept it.\n--B\n"       \
       "Content-Type: application/pdf; name=a.pdf\n\nPDF\n--B\n"                                             \
       "Content-Type: text/plain; name=b.txt\nContent-Disposition: attachment\n\nwords\n--B--\n"
#define EMAILS                                                                                               \
  "{'entity':'email','columns':['id','s','subject','direction','message_id','priority','status','owner',"    \
  "'unit','tracked_by'],'whole':true}"
#define REPLY                                                                                                \
  "From: me@x.ro\nTo: ana@x.ro\nSubject: Re: Your offer\nMessage-ID: <two@x>\nIn-Reply-To: <gone@x>\n"       \
  "References: <one@x> <gone@x>\n\nThanks.\n"

static void
setup (Test *test)
{
  device_setup (&test->device, DEVICE_PRIMED);
  test->deeds = satchel_deeds_new ();
  WRITE (device_create (&test->device, "account", "acme", &problem, "name", "Acme", NULL));
  WRITE (device_create (&test->device, "contact", "ana", &problem, "first_name", "Ana", "last_name", "Pop",
                        "email", "Ana@X.ro", "account", device_id ("acme"), NULL));
  WRITE (device_create (&test->device, "lead", "lead", &problem, "topic", "Pumps", "last_name", "Pop",
                        "email", "ana@x.ro", NULL));
  WRITE (device_create (&test->device, "opportunity", "deal", &problem, "name", "40 pumps", "account",
                        device_id ("acme"), NULL));
}

static void
teardown (Test *test)
{
  satchel_deeds_free (test->deeds);
  device_teardown (&test->device);
}

static SatchelMessage *
read_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  SatchelMessage *message = satchel_message_read (bytes, &error);

  g_assert_no_error (error);
  return message;
}

/* Its id, owned. */
static char *
track (Test *test, const char *text, const SatchelTrackOptions *options, gboolean joined)
{
  g_autoptr (SatchelMessage) message = read_text (text);
  g_auto (SatchelTracked) tracked = { 0 };
  g_autoptr (GError) error = NULL;

  if (!satchel_mail_track (test->device.session, message, options, test->deeds, &tracked, &error))
    g_error ("%s", error->message);
  g_assert_true (tracked.joined == joined);
  return g_steal_pointer (&tracked.id);
}

static SatchelRecord *
find (Test *test, const char *message_id)
{
  g_autoptr (GError) error = NULL;
  SatchelRecord *record = satchel_mail_find_record (test->device.session, message_id, &error);

  g_assert_no_error (error);
  return record;
}

static char *
text_of (const SatchelRecord *record, const char *field)
{
  const SatchelField *known = satchel_entity_find_field (record->entity, field);

  return satchel_value_to_text (known, satchel_record_get (record, known));
}

#define assert_value(record, field, expected)                                                                \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autofree char *value_ = text_of (record, field);                                                       \
    g_assert_cmpstr (value_, ==, expected);                                                                  \
  }                                                                                                          \
  G_STMT_END

static gint64
count (Test *test, const char *entity)
{
  const SatchelQuery query = { .entity = device_entity (&test->device, entity), .limit = -1 };
  SatchelPredicateContext context;
  g_autoptr (GError) error = NULL;
  gint64 n;

  satchel_session_get_context (test->device.session, &context);
  g_assert_true (satchel_replica_count (test->device.replica, &query, &context, &n, &error));
  return n;
}

static void
test_track (void)
{
  Test test;
  g_autofree char *id = NULL, *again = NULL, *from = NULL, *to = NULL;
  g_autoptr (SatchelRecord) email = NULL;
  guint n;

  setup (&test);
  id = track (&test, MAIL, NULL, FALSE);
  email = find (&test, "<one@x>");
  g_assert_cmpstr (email->id, ==, id);
  g_assert_true (satchel_mail_is_tracked (test.device.session, email));
  assert_value (email, "subject", "Your offer");
  assert_value (email, "direction", "incoming");
  assert_value (email, "status", "completed");
  assert_value (email, "body_text", "We accept it.");
  assert_value (email, "message_id", "one@x");
  assert_value (email, "sent_at", "2024-01-01T10:00:00Z");
  /* Every match is kept, whatever the case; nobody's address as it is. */
  satchel_value_get_parties (satchel_record_get_by_name (email, "from"), &n);
  g_assert_cmpuint (n, ==, 2);
  from = text_of (email, "from");
  to = text_of (email, "to");
  g_assert_nonnull (strstr (from, device_id ("ana")));
  g_assert_nonnull (strstr (from, device_id ("lead")));
  g_assert_nonnull (strstr (to, "stranger@y.z"));
  again = track (&test, MAIL, NULL, TRUE);
  g_assert_cmpstr (again, ==, id);
  g_assert_cmpint (count (&test, "email"), ==, 1);
  g_assert_cmpint (count (&test, "note"), ==, 0);
  teardown (&test);
}

/* Also of a message before the last one, which is not here. */
static void
test_thread (void)
{
  Test test;
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (SatchelRecord) reply = NULL, moved = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelTrackOptions about = { .regarding_entity = "opportunity", .regarding_id = device_id ("deal") };

  setup (&test);
  first = track (&test, MAIL, &about, FALSE);
  second = track (&test, REPLY, NULL, FALSE);
  reply = find (&test, "two@x");
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (reply, "regarding")), ==,
                   device_id ("deal"));
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (reply, "account")), ==,
                   device_id ("acme"));
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (reply, "conversation")), ==, first);

  g_assert_true (satchel_mail_set_regarding (test.device.session, "<two@x>", "account", device_id ("acme"),
                                             test.deeds, &error));
  moved = find (&test, "two@x");
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (moved, "regarding")), ==,
                   device_id ("acme"));
  g_assert_false (satchel_mail_set_regarding (test.device.session, "<none@x>", NULL, NULL, NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (
      satchel_mail_set_regarding (test.device.session, "<two@x>", "user", device_id ("me"), NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE);
  g_clear_error (&error);
  g_assert_false (
      satchel_mail_set_regarding (test.device.session, "<two@x>", "account", "no-id", NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  teardown (&test);
}

static void
test_attachments (void)
{
  Test test;
  static const char *const names[] = { "b.txt", NULL }, *const wrong[] = { "b.txt", "c.txt", NULL };
  const SatchelTrackOptions one = { .attach = SATCHEL_MAIL_ATTACH_NAMED, .attachment_names = names };
  const SatchelTrackOptions none = { .attach = SATCHEL_MAIL_ATTACH_NAMED, .attachment_names = wrong };
  const SatchelTrackOptions all = { .attach = SATCHEL_MAIL_ATTACH_ALL, .attach_source = TRUE };
  g_autoptr (SatchelMessage) message = read_text (MAIL);
  g_auto (SatchelTracked) tracked = { 0 };
  g_autoptr (GError) error = NULL;

  setup (&test);
  g_assert_false (satchel_mail_track (test.device.session, message, &none, test.deeds, &tracked, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (count (&test, "email"), ==, 0);
  g_assert_cmpuint (satchel_deeds_get_n (test.deeds), ==, 0);

  g_assert_true (satchel_mail_track (test.device.session, message, &one, test.deeds, &tracked, &error));
  g_assert_cmpuint (tracked.n_attachments, ==, 1);
  satchel_tracked_clear (&tracked);
  g_assert_true (satchel_mail_track (test.device.session, message, &all, test.deeds, &tracked, &error));
  g_assert_cmpuint (tracked.n_attachments, ==, 2); /* the one is there already */
  g_assert_cmpint (count (&test, "note"), ==, 3);
  teardown (&test);
}

static void
test_untrack (void)
{
  Test test;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  gboolean stopped;

  setup (&test);
  id = track (&test, MAIL, NULL, FALSE);
  g_assert_true (satchel_mail_untrack (test.device.session, "one@x", test.deeds, &error));
  g_assert_cmpint (count (&test, "email"), ==, 0);
  g_assert_true (satchel_mail_is_stopped (test.device.session, "<one@x>", &stopped, &error));
  g_assert_true (stopped);
  g_assert_false (satchel_mail_untrack (test.device.session, "one@x", test.deeds, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (satchel_deeds_take_back (test.deeds, test.device.session, &error));
  g_assert_cmpint (count (&test, "email"), ==, 0); /* the tracking, too */
  teardown (&test);
}

/* After the server has it: its reverse is untracking, and what untracked is brought back. */
static void
test_undo_sent (void)
{
  Test test;
  g_autofree char *id = NULL;
  g_autoptr (SatchelDeeds) untracking = satchel_deeds_new ();
  g_autoptr (GError) error = NULL;

  setup (&test);
  id = track (&test, MAIL, NULL, FALSE);
  device_push_applied (&test.device, 5, 100);
  g_assert_true (satchel_mail_untrack (test.device.session, "one@x", untracking, &error));
  g_assert_true (satchel_deeds_take_back (untracking, test.device.session, &error));
  g_assert_cmpint (count (&test, "email"), ==, 1);
  g_assert_true (satchel_deeds_take_back (test.deeds, test.device.session, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (&test, "email"), ==, 0);
  teardown (&test);
}

/* A colleague's record is joined here at once, and left again. */
static void
test_join (void)
{
  Test test;
  g_autoptr (SatchelMessage) message = read_text (MAIL);
  g_autoptr (SatchelRecord) before = NULL, joined = NULL, left = NULL;
  g_autofree char *name = NULL, *line = NULL, *id = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  setup (&test);
  name = satchel_mail_record_id (satchel_replica_peek_meta (test.device.replica, "organisation"), message);
  line =
      g_strdup_printf ("['%s',11,'Your offer','incoming','one@x','normal','completed','user:~you~','~unit~',"
                       "'[{\\'role\\':\\'tracker\\',\\'entity\\':\\'user\\',\\'id\\':\\'~you~\\'}]']",
                       name);
  device_pull (&test.device, 11, EMAILS, line, NULL);
  before = find (&test, "one@x");
  g_assert_nonnull (before);
  g_assert_false (satchel_mail_is_tracked (test.device.session, before));
  id = track (&test, MAIL, NULL, TRUE);
  g_assert_cmpstr (id, ==, name);
  joined = find (&test, "one@x");
  g_assert_true (satchel_mail_is_tracked (test.device.session, joined));
  satchel_value_get_parties (satchel_record_get_by_name (joined, "tracked_by"), &n);
  g_assert_cmpuint (n, ==, 2);
  assert_value (joined, "body_text", "We accept it.");
  g_assert_true (satchel_mail_untrack (test.device.session, "one@x", NULL, &error));
  left = find (&test, "one@x");
  g_assert_nonnull (left);
  g_assert_false (satchel_mail_is_tracked (test.device.session, left));
  teardown (&test);
}

/* Whoever got a message knows its id, and can give it to another one: that does not come into the first one's
 * record, nor do its attachments. */
static void
test_forged (void)
{
  Test test;
  const SatchelTrackOptions all = { .attach = SATCHEL_MAIL_ATTACH_ALL };
  g_autofree char *first = NULL, *forged = NULL, *again = NULL;
  g_autoptr (SatchelRecord) email = NULL;

  setup (&test);
  first = track (&test, MAIL, NULL, FALSE);
  forged =
      track (&test,
             "From: ana@x.ro\nTo: me@x.ro\nSubject: Your offer\nDate: Tue, 2 Jan 2024 10:00:00 +0000\n"
             "Message-ID: <one@x>\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\n"
             "Pay to another account.\n--B\nContent-Type: application/pdf; name=bill.pdf\n\nPDF\n--B--\n",
             &all, FALSE);
  g_assert_cmpstr (first, !=, forged);
  g_assert_cmpint (count (&test, "email"), ==, 2);
  g_assert_true (
      satchel_replica_read (test.device.replica, device_entity (&test.device, "email"), first, &email, NULL));
  assert_value (email, "body_text", "We accept it.");
  /* A copy that was given another Date on its way is the same message. */
  again = track (&test,
                 "From: ana@x.ro\nTo: me@x.ro\nSubject: Your  OFFER\nDate: Wed, 3 Jan 2024 10:00:00 +0000\n"
                 "Message-ID: <one@x>\n\n> We accept it.\n",
                 NULL, TRUE);
  g_assert_cmpstr (again, ==, first);
  teardown (&test);
}

/* Its id is that of something else here: it has one beside. */
static void
test_taken_id (void)
{
  Test test;
  g_autoptr (SatchelMessage) message = read_text (MAIL);
  g_autofree char *taken = NULL, *line = NULL, *id = NULL, *again = NULL;

  setup (&test);
  taken = satchel_mail_record_id (satchel_replica_peek_meta (test.device.replica, "organisation"), message);
  line = g_strdup_printf (
      "['%s',11,'Junk','incoming','junk@x','normal','completed','user:~you~','~unit~',null]", taken);
  device_pull (&test.device, 11, EMAILS, line, NULL);
  id = track (&test, MAIL, NULL, FALSE);
  g_assert_cmpstr (id, !=, taken);
  again = track (&test, MAIL, NULL, TRUE);
  g_assert_cmpstr (again, ==, id);
  teardown (&test);
}

/* She may read them, and not more: they are named by nothing that the server would refuse for it. */
static void
test_only_read (void)
{
  Test test;
  g_autoptr (SatchelPermits) permits = satchel_permits_new ();
  g_autofree char *text = NULL, *id = NULL, *answer = NULL, *from = NULL;
  g_autoptr (SatchelRecord) email = NULL, reply = NULL;
  g_autoptr (GError) error = NULL;

  setup (&test);
  device_pull (
      &test.device, 11,
      "{'entity':'contact','columns':['id','s','first_name','last_name','email','status','owner','unit'],"
      "'whole':true}",
      "['~ivy~',11,'Ivy','Rus','ivy@x.ro','active','user:~you~','~unit~']",
      "{'entity':'email','columns':['id','s','subject','direction','message_id','priority','status',"
      "'owner','unit','regarding'],'whole':true}",
      "['~theirs~',11,'Hello','incoming','theirs@x','normal','completed','user:~you~','~unit~',"
      "'contact:~ivy~']",
      NULL);
  for (SatchelPrivilege privilege = 0; privilege < SATCHEL_N_PRIVILEGES; privilege++) {
    satchel_permits_set_depth (permits, "email", privilege, SATCHEL_DEPTH_OWN);
    satchel_permits_set_depth (permits, "contact", privilege, SATCHEL_DEPTH_OWN);
    satchel_permits_set_depth (permits, "lead", privilege, SATCHEL_DEPTH_OWN);
    satchel_permits_set_depth (permits, "account", privilege, SATCHEL_DEPTH_OWN);
  }
  text = satchel_permits_to_text (permits);
  g_assert_true (satchel_replica_set_meta (test.device.replica, SATCHEL_META_RIGHTS, text, &error));
  answer = track (&test,
                  "From: ivy@x.ro\nTo: me@x.ro\nSubject: Re: Hello\nMessage-ID: <answer@x>\n"
                  "In-Reply-To: <theirs@x>\n\nYes.\n",
                  NULL, FALSE);
  reply = find (&test, "answer@x");
  from = text_of (reply, "from");
  g_assert_nonnull (strstr (from, "ivy@x.ro"));
  g_assert_null (strstr (from, device_id ("ivy")));
  g_assert_null (satchel_record_get_by_name (reply, "regarding"));
  g_assert_null (satchel_record_get_by_name (reply, "conversation"));
  /* Her own are. */
  id = track (&test, MAIL, NULL, FALSE);
  email = find (&test, "one@x");
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (email, "account")), ==,
                   device_id ("acme"));
  teardown (&test);
}

/* No word is lost without a word. */
static void
test_cut (void)
{
  Test test;
  g_autoptr (GString) text =
      g_string_new (HEAD "Message-ID: <long@x>\nContent-Type: text/plain; charset=utf-8\n\n");
  g_autoptr (SatchelMessage) message = NULL;
  g_autoptr (SatchelRecord) email = NULL;
  g_auto (SatchelTracked) tracked = { 0 };
  g_autoptr (GError) error = NULL;

  setup (&test);
  for (guint i = 0; i < 250000; i++)
    g_string_append (text, i % 50 == 49 ? "\n" : "€");
  message = read_text (text->str);
  g_assert_true (satchel_mail_track (test.device.session, message, NULL, NULL, &tracked, &error));
  g_assert_true (tracked.cut);
  email = find (&test, "long@x");
  g_assert_true (g_str_has_suffix (satchel_value_get_string (satchel_record_get_by_name (email, "body_text")),
                                   "whole.]"));
  teardown (&test);
}

static void
test_encrypted (void)
{
  Test test;
  g_autofree char *id = NULL;
  g_autoptr (SatchelRecord) email = NULL;

  setup (&test);
  id = track (&test,
              HEAD "Message-ID: <pgp@x>\n\n-----BEGIN PGP MESSAGE-----\nsecret\n-----END PGP MESSAGE-----\n",
              NULL, FALSE);
  email = find (&test, "pgp@x");
  assert_value (email, "body_text", "(Encrypted)");
  g_assert_cmpint (count (&test, "note"), ==, 0);
  teardown (&test);
}

static void
assert_suggested (Test *test, const char *address, const char *typed, const char *expected)
{
  const char *const addresses[] = { address, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = satchel_mail_suggest (test->device.session, addresses, typed, &error);
  g_autoptr (GString) titles = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? ", " : "",
                            ((SatchelMailSuggestion *)list->pdata[i])->title);
  g_assert_cmpstr (titles->str, ==, expected);
}

static void
test_suggest (void)
{
  Test test;

  setup (&test);
  assert_suggested (&test, "Ana <ana@x.ro>", NULL, "40 pumps, Ana Pop, Acme, Pumps");
  assert_suggested (&test, "ana@x.ro", "acm", "Acme");
  assert_suggested (&test, "nobody@x.ro", "", "");
  assert_suggested (&test, "nobody@x.ro", "40 pu", "40 pumps");
  assert_suggested (&test, "not an address", "\"') OR 1", "");
  teardown (&test);
}

static gboolean
decides_among (Test *test, const char *message_id, const char *in_reply_to, const char *const *addresses,
               const char *folder)
{
  const SatchelMailArrival arrival = { message_id, in_reply_to, NULL, addresses, folder };
  g_autoptr (GError) error = NULL;
  gboolean wanted;

  if (!satchel_mail_rule_decides (test->device.session, &arrival, &wanted, &error))
    g_error ("%s", error->message);
  return wanted;
}

static gboolean
decides (Test *test, const char *message_id, const char *in_reply_to, const char *address, const char *folder)
{
  const char *const addresses[] = { address, NULL };

  return decides_among (test, message_id, in_reply_to, addresses, folder);
}

/* Whoever stands beside the sender is his choice, and proves nothing; her own mail is hers. */
static void
test_rule_of_sender (void)
{
  static const char *const stranger[] = { "Who <who@x.ro>", "me@x.ro", "Ana <ana@x.ro>", NULL };
  static const char *const nobody[] = { "", "ana@x.ro", NULL };
  static const char *const forged[] = { "\"ana@x.ro\" <who@x.ro>", "ana@x.ro", NULL };
  static const char *const nothing[] = { NULL };
  static const char *const from_ana[] = { "ana@x.ro", "who@x.ro", NULL };
  static const char *const to_ana[] = { "Me <ME@x.ro>", "who@x.ro", "ana@x.ro", NULL };
  static const char *const to_others[] = { "me@x.ro", "who@x.ro", NULL };
  Test test;
  g_autoptr (GError) error = NULL;

  setup (&test);
  device_pull (&test.device, 11,
               "{'entity':'user','columns':['id','s','name','unit','active','email'],'whole':true}",
               "['~me~',11,'Me','~unit~',1,'me@x.ro']", NULL);
  g_assert_true (satchel_mail_rule_set (test.device.session, SATCHEL_MAIL_RULE_KNOWN, NULL, &error));
  g_assert_false (decides_among (&test, "new@x", NULL, stranger, NULL));
  g_assert_false (decides_among (&test, "new@x", NULL, nobody, NULL));
  g_assert_false (decides_among (&test, "new@x", NULL, forged, NULL));
  g_assert_false (decides_among (&test, "new@x", NULL, nothing, NULL));
  g_assert_true (decides_among (&test, "new@x", NULL, from_ana, NULL));
  g_assert_true (decides_among (&test, "new@x", NULL, to_ana, NULL));
  g_assert_false (decides_among (&test, "new@x", NULL, to_others, NULL));
  teardown (&test);
}

/* Folders as mail programs name them, and what a stranger could have set. */
static void
test_folder_titles (void)
{
  static const char *const titles[][2] = {
    { "folder://local/Offers/R%26D", "Offers/R&D" },
    { "folder://1234.5@host/Stra%C3%9Fe", "Straße" },
    { "INBOX/Clients", "INBOX/Clients" },
    { "folder://local/", "folder://local/" },
    { "folder://local", "folder://local" },
    { "folder://local/a%0Ab", "a b" },
    { "folder://local/%zz", "folder://local/%zz" },
    { "folder://local/a%FFb", "a\357\277\275b" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++) {
    g_autofree char *title = satchel_mail_folder_dup_title (titles[i][0]);

    g_assert_cmpstr (title, ==, titles[i][1]);
  }
}

static void
test_rules (void)
{
  Test test;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  setup (&test);
  id = track (&test, MAIL, NULL, FALSE);
  g_assert_false (decides (&test, "new@x", "<one@x>", "ana@x.ro", "Inbox"));
  g_assert_true (satchel_mail_rule_set (test.device.session, SATCHEL_MAIL_RULE_REPLIES, NULL, &error));
  g_assert_true (decides (&test, "new@x", "<one@x>", "who@x.ro", NULL));
  g_assert_false (decides (&test, "new@x", "<other@x>", "ana@x.ro", NULL));
  g_assert_false (decides (&test, "one@x", NULL, "ana@x.ro", NULL)); /* tracked */
  g_assert_true (satchel_mail_rule_set (test.device.session, SATCHEL_MAIL_RULE_KNOWN, NULL, &error));
  g_assert_true (decides (&test, "new@x", NULL, "Ana <ANA@x.ro>", NULL));
  g_assert_false (decides (&test, "new@x", NULL, "who@x.ro", NULL));
  g_assert_true (satchel_mail_stop (test.device.session, "<new@x>", &error));
  g_assert_false (decides (&test, "new@x", NULL, "ana@x.ro", NULL));
  g_assert_true (
      satchel_mail_rule_set (test.device.session, SATCHEL_MAIL_RULE_FOLDER, "mail://In/CRM", &error));
  g_assert_true (decides (&test, "other@x", NULL, "who@x.ro", "mail://In/CRM"));
  g_assert_false (decides (&test, "other@x", NULL, "who@x.ro", "mail://In"));
  g_assert_false (satchel_mail_rule_set (test.device.session, SATCHEL_MAIL_RULE_FOLDER, "", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  teardown (&test);
}

/* What the organisation keeps no more is left out; the message is tracked all the same. */
static void
test_retired (void)
{
  Test test;
  g_autofree char *id = NULL;
  g_autoptr (SatchelRecord) email = NULL;

  setup (&test);
  device_follow (
      &test.device, 30,
      "<satchel version='1'><entity name='email'><field name='body_text' retired='yes'/></entity></satchel>",
      NULL);
  id = track (&test, MAIL, NULL, FALSE);
  email = find (&test, "one@x");
  assert_value (email, "subject", "Your offer");
  assert_value (email, "body_text", "");
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track/track", test_track);
  g_test_add_func ("/track/thread", test_thread);
  g_test_add_func ("/track/attachments", test_attachments);
  g_test_add_func ("/track/untrack", test_untrack);
  g_test_add_func ("/track/undo-sent", test_undo_sent);
  g_test_add_func ("/track/join", test_join);
  g_test_add_func ("/track/forged", test_forged);
  g_test_add_func ("/track/taken-id", test_taken_id);
  g_test_add_func ("/track/only-read", test_only_read);
  g_test_add_func ("/track/cut", test_cut);
  g_test_add_func ("/track/retired", test_retired);
  g_test_add_func ("/track/encrypted", test_encrypted);
  g_test_add_func ("/track/suggest", test_suggest);
  g_test_add_func ("/track/rules", test_rules);
  g_test_add_func ("/track/folder-titles", test_folder_titles);
  g_test_add_func ("/track/rule-of-sender", test_rule_of_sender);
  return g_test_run ();
}
