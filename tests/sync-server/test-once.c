/* One message is one record, whoever tracks it, and tells nobody what she did not have.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/once.h"
#include "tests/sync-server/office.h"

#define TEXT "\"Dear Ana, as discussed on Monday we accept your offer of 40 pumps.\""

/* Two sellers of one unit, and two of another one, who cannot read each other's records. */
typedef struct {
  Office *office;
  char *users[4];
  Desk *ana, *ben, *cai, *dan;
} World;

static void
setup (World *world)
{
  Office *office = world->office = office_new ();

  world->users[0] = office_hire (office, "ana", "salesperson", office->north);
  world->users[1] = office_hire (office, "ben", "salesperson", office->north);
  world->users[2] = office_hire (office, "cai", "salesperson", office->south);
  world->users[3] = office_hire (office, "dan", "salesperson", office->south);
  world->ana = desk_new (office, "ana");
  world->ben = desk_new (office, "ben");
  world->cai = desk_new (office, "cai");
  world->dan = desk_new (office, "dan");
}

static void
teardown (World *world)
{
  Desk *desks[] = { world->ana, world->ben, world->cai, world->dan };

  for (gsize i = 0; i < G_N_ELEMENTS (desks); i++) {
    desk_check (desks[i]);
    desk_free (desks[i]);
    g_free (world->users[i]);
  }
  office_free (world->office);
}

static SatchelOutcome *
track_as (Desk *desk, const char *id, const char *message_id, const char *subject, const char *text,
          const char *to)
{
  g_autofree char *trackers = g_strdup_printf (
      "\"[{\\\"role\\\":\\\"tracker\\\",\\\"entity\\\":\\\"user\\\",\\\"id\\\":\\\"%s\\\"}]\"",
      desk->caller.user);
  g_autofree char *parties =
      g_strdup_printf ("\"[{\\\"role\\\":\\\"to\\\",\\\"address\\\":\\\"%s\\\"}]\"", to);

  return desk_create (desk, "email", id, "message_id", message_id, "subject", subject, "body_text", text,
                      "status", "\"completed\"", "tracked_by", trackers, "to", parties, NULL);
}

static SatchelOutcome *
track (Desk *desk, const char *id)
{
  return track_as (desk, id, "\"m@x\"", "\"Your offer\"", TEXT, "ana@x.ro");
}

static void
pull_all (World *world)
{
  desk_pull (world->ana);
  desk_pull (world->ben);
  desk_pull (world->cai);
  desk_pull (world->dan);
}

/* Whether @desk's record says that the user @of tracks it. */
static gboolean
says_tracked (Desk *desk, const char *id, Desk *of)
{
  const char *text = desk_get (desk, "email", id, "tracked_by");

  g_assert_nonnull (text);
  return strstr (text, of->caller.user) != NULL;
}

static void
test_colleagues (void)
{
  World world;
  g_autofree char *id = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (track (world.ana, id));
  assert_applied (track_as (world.ben, id, "\"m@x\"", "\"Your offer\"", TEXT, "ben@x.ro"));
  pull_all (&world);
  g_assert_cmpuint (desk_count (world.ana, "email"), ==, 1);
  g_assert_true (says_tracked (world.ana, id, world.ana) && says_tracked (world.ana, id, world.ben));
  g_assert_nonnull (strstr (desk_get (world.ana, "email", id, "to"), "ana@x.ro"));
  g_assert_nonnull (strstr (desk_get (world.ana, "email", id, "to"), "ben@x.ro"));
  g_assert_false (desk_has (world.cai, "email", id));

  /* The same again changes nothing. */
  assert_applied (track (world.ana, id));
  pull_all (&world);
  g_assert_cmpuint (desk_count (world.ben, "email"), ==, 1);
  teardown (&world);
}

/* She has the message: she reads the record from now on, but writes nothing in it but herself. */
static void
test_strangers (void)
{
  World world;
  g_autofree char *id = NULL, *account = NULL, *about = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (track (world.ana, id));
  assert_applied (track_as (world.cai, id, "\"m@x\"", "\"RE: your  offer\"", TEXT, "evil@x.ro"));
  pull_all (&world);
  g_assert_false (desk_has (world.cai, "email", id)); /* another subject: hers stands alone */
  g_assert_cmpuint (desk_count (world.cai, "email"), ==, 1);
  g_assert_false (says_tracked (world.ana, id, world.cai));

  assert_applied (
      track_as (world.dan, id, "\"m@x\"", "\"your  OFFER\"",
                "\"> Dear Ana, as discussed on Monday\\n> we accept your offer of 40 pumps.\\nDisclaim\"",
                "evil@x.ro"));
  pull_all (&world);
  g_assert_true (desk_has (world.dan, "email", id));
  g_assert_true (says_tracked (world.ana, id, world.dan));
  g_assert_null (strstr (desk_get (world.ana, "email", id, "to"), "evil"));
  g_assert_cmpstr (desk_get (world.ana, "email", id, "body_text"), ==, TEXT);
  account = new_id (world.dan);
  about = g_strdup_printf ("\"account:%s\"", account);
  assert_applied (desk_create (world.dan, "account", account, "name", "\"Acme\"", NULL));
  assert_parked (desk_act (world.dan, "email", id, "regard", "regarding", about, NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  g_assert_true (desk_has (world.cai, "user", world.users[2]));
  teardown (&world);
}

/* Who knows the Message-ID, and even the subject, is answered like the first one to track it. */
static void
test_guessed (void)
{
  static const char *const texts[] = {
    "null", "\"Dear Ana\"", "\"we accept\"", "\"as discussed on Monday we accept your offer\"",
    "\"Dear Ana, nothing of this is what stands in there, but it is long enough\""
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    World world;
    g_autofree char *id = NULL, *own = NULL;

    setup (&world);
    id = new_id (world.ana);
    own = satchel_once_own_id (id, world.users[2]);
    assert_applied (track (world.ana, id));
    assert_applied (track_as (world.cai, id, "\"m@x\"", "\"Your offer\"", texts[i], "x@x.ro"));
    pull_all (&world);
    g_assert_false (desk_has (world.cai, "email", id));
    g_assert_true (desk_has (world.cai, "email", own));
    g_assert_cmpstr (desk_get (world.cai, "email", own, "body_text"), ==, texts[i]);
    g_assert_cmpuint (desk_count (world.cai, "share"), ==, 0);
    g_assert_false (says_tracked (world.ana, id, world.cai));
    /* What she does to it is done to hers; so is what she makes for it. */
    assert_applied (desk_act (world.cai, "email", id, "untrack", NULL));
    assert_applied (track_as (world.cai, id, "\"m@x\"", "\"Your offer\"", texts[i], "x@x.ro"));
    pull_all (&world);
    g_assert_true (desk_has (world.cai, "email", own));
    g_assert_true (desk_has (world.ana, "email", id));
    teardown (&world);
  }
}

/* A fake made first takes nothing from who tracks the true one, and she does not learn of it. */
static void
test_squatted (void)
{
  World world;
  g_autofree char *id = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (track_as (world.cai, id, "\"m@x\"", "\"Your offer\"",
                            "\"We decline, and never want to hear of you again.\"", "x@x.ro"));
  assert_applied (track (world.ana, id));
  pull_all (&world);
  g_assert_cmpuint (desk_count (world.ana, "email"), ==, 1);
  g_assert_false (desk_has (world.ana, "email", id));
  teardown (&world);
}

/* An id alone is no message: neither that of a record of another kind, nor of one with another Message-ID,
 * whose tracker's stands beside it. */
static void
test_other_records (void)
{
  World world;
  g_autofree char *id = NULL, *account = NULL;

  setup (&world);
  id = new_id (world.ana);
  account = new_id (world.ana);
  assert_applied (desk_create (world.ana, "account", account, "name", "\"Acme\"", NULL));
  assert_applied (track (world.ana, account));
  assert_applied (track (world.ana, id));
  assert_applied (track_as (world.ana, id, "\"n@x\"", "\"Your offer\"", TEXT, "ana@x.ro"));
  pull_all (&world);
  g_assert_cmpuint (desk_count (world.ana, "email"), ==, 3);
  g_assert_false (desk_has (world.ana, "email", account));
  g_assert_cmpstr (desk_get (world.ana, "email", id, "message_id"), ==, "\"m@x\"");
  assert_parked (desk_create (world.ben, "email", id, "subject", "\"Your offer\"", NULL),
                 SATCHEL_ERROR_EXISTS);
  teardown (&world);
}

static void
test_untrack (void)
{
  World world;
  g_autofree char *id = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (track (world.ana, id));
  assert_applied (track (world.ben, id));
  assert_applied (track (world.dan, id));
  assert_applied (desk_act (world.ana, "email", id, "untrack", NULL));
  assert_parked (desk_act (world.ana, "email", id, "untrack", NULL), SATCHEL_ERROR_STATE);
  pull_all (&world);
  g_assert_false (says_tracked (world.ana, id, world.ana));
  g_assert_true (says_tracked (world.ana, id, world.ben));
  assert_applied (desk_act (world.ana, "email", id, "track", NULL));
  assert_applied (desk_act (world.ana, "email", id, "untrack", NULL));
  assert_applied (desk_act (world.dan, "email", id, "untrack", NULL));
  assert_applied (desk_act (world.ben, "email", id, "untrack", NULL));
  pull_all (&world);
  g_assert_false (desk_has (world.ana, "email", id));

  /* Anew, by who could read it before, and by who could not. */
  assert_applied (track_as (world.cai, id, "\"m@x\"", "\"Your offer\"", "\"guess\"", "c@x.ro"));
  pull_all (&world);
  g_assert_false (desk_has (world.cai, "email", id));
  assert_applied (track (world.ben, id));
  pull_all (&world);
  g_assert_true (says_tracked (world.ana, id, world.ben));
  g_assert_false (says_tracked (world.ana, id, world.ana));
  teardown (&world);
}

/* The last to stop may not delete what she was only let read: it stays with those who may. */
static void
test_untrack_last (void)
{
  World world;
  g_autofree char *id = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (track (world.ana, id));
  assert_applied (track (world.cai, id));
  assert_applied (desk_act (world.ana, "email", id, "untrack", NULL));
  assert_applied (desk_act (world.cai, "email", id, "untrack", NULL));
  pull_all (&world);
  g_assert_cmpstr (desk_get (world.ana, "email", id, "tracked_by"), ==, "null");
  /* Nobody speaks for another. */
  assert_parked (desk_update (world.cai, "email", id, "tracked_by", "null", NULL), SATCHEL_ERROR_FORBIDDEN);
  teardown (&world);
}

/* What a message is about is set though it is closed; its attachments follow. */
static void
test_regard (void)
{
  World world;
  g_autofree char *id = NULL, *account = NULL, *note = NULL, *about = NULL, *of = NULL;

  setup (&world);
  id = new_id (world.ana);
  account = new_id (world.ana);
  note = new_id (world.ana);
  of = g_strdup_printf ("\"%s\"", id);
  about = g_strdup_printf ("\"account:%s\"", account);
  assert_applied (desk_create (world.ana, "account", account, "name", "\"Acme\"", NULL));
  assert_applied (track (world.ana, id));
  assert_applied (desk_create (world.ana, "note", note, "subject", "\"a.pdf\"", "email", of, NULL));
  desk_pull (world.ben);
  assert_parked (desk_update (world.ben, "email", id, "regarding", about, NULL), SATCHEL_ERROR_STATE);
  assert_applied (desk_act (world.ana, "email", id, "regard", "regarding", about, NULL));
  pull_all (&world);
  g_assert_cmpstr (desk_get (world.ana, "email", id, "regarding"), ==, about);
  g_assert_cmpstr (desk_get (world.ana, "note", note, "regarding"), ==, about);
  /* Who may not read the account cannot name it. */
  assert_applied (track_as (world.cai, id, "\"m@x\"", "\"x\"", "\"y\"", "c@x.ro"));
  assert_parked (desk_act (world.cai, "email", id, "regard", "regarding", about, NULL),
                 SATCHEL_ERROR_REFERENCE);
  assert_applied (desk_act (world.ana, "email", id, "regard", "regarding", "null", NULL));
  pull_all (&world);
  g_assert_cmpstr (desk_get (world.ana, "email", id, "regarding"), ==, "null");
  teardown (&world);
}

/* ---- invitations ---- */

#define ATTENDEE "{\\\"role\\\":\\\"%s\\\",\\\"entity\\\":\\\"user\\\",\\\"id\\\":\\\"%s\\\"}"

/* As the calendar of one of two who are invited holds it. */
static SatchelOutcome *
accept (Desk *desk, const char *id, const char *subject, const World *world, const char *ana, const char *ben)
{
  const gboolean ana_first = strcmp (ana, ben) < 0; /* in the order of their roles */
  const char *one = world->ana->caller.user, *other = world->ben->caller.user;
  g_autofree char *attendees =
      g_strdup_printf ("\"[" ATTENDEE "," ATTENDEE "]\"", ana_first ? ana : ben, ana_first ? one : other,
                       ana_first ? ben : ana, ana_first ? other : one);

  return desk_create (desk, "appointment", id, "subject", subject, "start", "1764579600000", "calendar_id",
                      "\"uid@x\"", "attendees", attendees, NULL);
}

/* One record, each answer by whom it is given; nobody else answers for her. */
static void
test_invitation (void)
{
  World world;
  g_autofree char *id = NULL;
  const char *attendees;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (accept (world.ana, id, "\"Review\"", &world, "required_accepted", "required"));
  assert_applied (accept (world.ben, id, "\"Review\"", &world, "required_declined", "required_tentative"));
  pull_all (&world);
  g_assert_cmpuint (desk_count (world.ana, "appointment"), ==, 1);
  attendees = desk_get (world.ana, "appointment", id, "attendees");
  g_assert_nonnull (strstr (attendees, "required_accepted"));
  g_assert_nonnull (strstr (attendees, "required_tentative"));
  g_assert_null (strstr (attendees, "required_declined"));
  g_assert_null (strstr (attendees, "\"required\""));

  /* Who may not read it has only guessed its UID: hers stands beside it, and neither sees the other's. */
  assert_applied (accept (world.cai, id, "\"Something else\"", &world, "required_declined", "required"));
  pull_all (&world);
  g_assert_cmpuint (desk_count (world.ana, "appointment"), ==, 1);
  g_assert_cmpuint (desk_count (world.cai, "appointment"), ==, 1);
  g_assert_false (desk_has (world.cai, "appointment", id));
  g_assert_null (strstr (desk_get (world.ana, "appointment", id, "attendees"), "required_declined"));
  teardown (&world);
}

/* ---- a list that is full ---- */

static void
test_full (void)
{
  World world;
  g_autoptr (GString) trackers = g_string_new ("\"[");
  g_autofree char *id = NULL;

  setup (&world);
  id = new_id (world.ana);
  for (guint i = 0; i < SATCHEL_MAX_KEYS; i++)
    g_string_append_printf (
        trackers, "%s{\\\"role\\\":\\\"tracker%c%c\\\",\\\"entity\\\":\\\"user\\\",\\\"id\\\":\\\"%s\\\"}",
        i > 0 ? "," : "", 'a' + (int)i / 26, 'a' + (int)i % 26, world.ana->caller.user);
  g_string_append (trackers, "]\"");
  assert_applied (desk_create (world.ana, "email", id, "message_id", "\"m@x\"", "subject", "\"Your offer\"",
                               "body_text", TEXT, "status", "\"completed\"", "tracked_by", trackers->str,
                               NULL));
  assert_applied (track (world.ben, id));
  assert_applied (desk_act (world.ben, "email", id, "track", NULL));
  assert_applied (desk_act (world.ben, "email", id, "untrack", NULL));
  pull_all (&world);
  g_assert_true (desk_has (world.ben, "email", id));
  g_assert_true (says_tracked (world.ben, id, world.ana));
  teardown (&world);
}

/* ---- templates ---- */

/* What a template names is looked at when it is saved, whoever the client is. */
static void
test_template (void)
{
  World world;
  g_autofree char *id = NULL, *other = NULL;

  setup (&world);
  id = new_id (world.ana);
  other = new_id (world.ana);
  assert_parked (desk_create (world.ana, "mail_template", id, "name", "\"Thanks\"", "subject",
                              "\"Dear {{frist_name}}\"", "entity", "\"contact\"", NULL),
                 SATCHEL_ERROR_RULE);
  assert_applied (desk_create (world.ana, "mail_template", other, "name", "\"Thanks\"", "subject",
                               "\"Dear {{first_name|customer}}\"", "entity", "\"contact\"", NULL));
  assert_parked (desk_update (world.ana, "mail_template", other, "entity", "\"account\"", NULL),
                 SATCHEL_ERROR_RULE);
  assert_applied (desk_update (world.ana, "mail_template", other, "body_text",
                               "\"{{account.name}}, {{me.name}}\"", NULL));
  pull_all (&world);
  teardown (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/once/colleagues", test_colleagues);
  g_test_add_func ("/once/strangers", test_strangers);
  g_test_add_func ("/once/guessed", test_guessed);
  g_test_add_func ("/once/squatted", test_squatted);
  g_test_add_func ("/once/other-records", test_other_records);
  g_test_add_func ("/once/untrack", test_untrack);
  g_test_add_func ("/once/untrack-last", test_untrack_last);
  g_test_add_func ("/once/regard", test_regard);
  g_test_add_func ("/once/invitation", test_invitation);
  g_test_add_func ("/once/full", test_full);
  g_test_add_func ("/once/template", test_template);
  return g_test_run ();
}
