/* Messages and attachments that are one record, and those who would take, block or learn something by it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/rules/once.h"
#include "sync-server/blobs/blobs.h"
#include "tests/sync-server/office.h"

#define TEXT    "\"Dear Ana, as discussed on Monday we accept your offer of 40 pumps.\""
#define SUBJECT "\"Your offer\""
#define LOGO    "a picture that everybody in the house has"

/* Two sellers of one unit, and one of another, who cannot read each other's records. */
typedef struct {
  Office *office;
  char *users[3];
  Desk *ana, *ben, *cai;
} World;

static void
setup (World *world)
{
  Office *office = world->office = office_new ();

  world->users[0] = office_hire (office, "ana", "salesperson", office->north);
  world->users[1] = office_hire (office, "ben", "salesperson", office->north);
  world->users[2] = office_hire (office, "cai", "salesperson", office->south);
  world->ana = desk_new (office, "ana");
  world->ben = desk_new (office, "ben");
  world->cai = desk_new (office, "cai");
}

static void
teardown (World *world)
{
  Desk *desks[] = { world->ana, world->ben, world->cai };

  for (gsize i = 0; i < G_N_ELEMENTS (desks); i++) {
    desk_check (desks[i]);
    desk_free (desks[i]);
    g_free (world->users[i]);
  }
  office_free (world->office);
}

/* Parties as JSON text of an edit. */
static char *
quote (const char *parties)
{
  g_autofree char *escaped = g_strescape (parties, NULL);

  return g_strdup_printf ("\"%s\"", escaped);
}

static void
add_track (Desk *desk, SatchelChangeSet *set, const char *id, const char *message_id, const char *text)
{
  g_autofree char *own =
      g_strdup_printf ("[{\"role\":\"tracker\",\"entity\":\"user\",\"id\":\"%s\"}]", desk->caller.user);
  g_autofree char *trackers = quote (own);

  add_change (desk, set, SATCHEL_CHANGE_CREATE, "email", id, NULL, "message_id", message_id, "subject",
              SUBJECT, "body_text", text, "status", "\"completed\"", "tracked_by", trackers, NULL);
}

static SatchelOutcome *
track_as (Desk *desk, const char *id, const char *message_id, const char *text)
{
  SatchelChangeSet *set = desk_set (desk);

  add_track (desk, set, id, message_id, text);
  return desk_push (desk, set);
}

static SatchelOutcome *
track (Desk *desk, const char *id)
{
  return track_as (desk, id, "\"m@x\"", TEXT);
}

static void
pull_all (World *world)
{
  desk_pull (world->ana);
  desk_pull (world->ben);
  desk_pull (world->cai);
}

static gboolean
says (Desk *desk, const char *id, const char *field, const char *what)
{
  const char *text = desk_get (desk, "email", id, field);

  return text != NULL && strstr (text, what) != NULL;
}

/* ---- crowds ---- */

/* As JSON text of an edit. */
static char *
write_parties (GArray *parties)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "email");
  g_autoptr (SatchelValue) value =
      satchel_value_new_parties ((const SatchelParty *)(gpointer)parties->data, parties->len);
  g_autofree char *text = satchel_value_to_stored_text (satchel_entity_find_field (entity, "to"), value);

  return quote (text);
}

/* @n bare addresses that begin with @word. */
static char *
crowd (const char *word, guint n)
{
  g_autoptr (GArray) parties = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    const SatchelParty party = { .role = "to", .address = g_strdup_printf ("%s%u@x.ro", word, i) };

    g_ptr_array_add (texts, (char *)party.address);
    g_array_append_val (parties, party);
  }
  return write_parties (parties);
}

static SatchelOutcome *
track_crowd (Desk *desk, const char *id, const char *word, guint n)
{
  g_autofree char *to = crowd (word, n);

  return desk_create (desk, "email", id, "message_id", "\"m@x\"", "subject", SUBJECT, "body_text", TEXT,
                      "status", "\"completed\"", "to", to, NULL);
}

/* Together they are more than a list holds: who was there stays, and the joiner is not sent away. */
static void
test_crowd (void)
{
  World world;
  g_autofree char *id = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (track_crowd (world.ana, id, "a", SATCHEL_MAX_KEYS - 1));
  assert_applied (track_crowd (world.ben, id, "b", SATCHEL_MAX_KEYS - 1));
  assert_applied (track (world.ben, id));
  pull_all (&world);
  g_assert_true (says (world.ana, id, "to", "a0@x.ro") && says (world.ana, id, "to", "a198@x.ro"));
  g_assert_true (says (world.ana, id, "tracked_by", world.users[1]));
  teardown (&world);
}

/* Who may only read it comes into its list once, whatever she calls herself, and leaves room for others. */
static void
test_many_selves (void)
{
  World world;
  g_autoptr (GArray) parties = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *id = NULL, *selves = NULL;

  setup (&world);
  for (guint i = 0; i < SATCHEL_MAX_KEYS; i++) {
    const SatchelParty party = { .role = g_strdup_printf ("r%c%c", 'a' + i / 26, 'a' + i % 26),
                                 "user",
                                 world.users[2] };

    g_ptr_array_add (texts, (char *)party.role);
    g_array_append_val (parties, party);
  }
  selves = write_parties (parties);
  id = new_id (world.ana);
  assert_applied (track (world.ana, id));
  assert_applied (desk_create (world.cai, "email", id, "message_id", "\"m@x\"", "subject", SUBJECT,
                               "body_text", TEXT, "status", "\"completed\"", "tracked_by", selves, NULL));
  assert_applied (track (world.ben, id));
  pull_all (&world);
  g_assert_true (says (world.ana, id, "tracked_by", world.users[1]));
  g_assert_true (says (world.ana, id, "tracked_by", world.users[2]));
  g_assert_false (says (world.ana, id, "tracked_by", "rab"));
  teardown (&world);
}

/* ---- squatters ---- */

/* The id of a message that is taken for another one, by whom she cannot read or can: hers stands beside it.
 */
static void
test_taken_id (void)
{
  World world;
  g_autofree char *id = NULL, *own = NULL;

  setup (&world);
  for (guint i = 0; i < 2; i++) {
    Desk *squatter = i == 0 ? world.cai : world.ben;

    g_free (id);
    g_free (own);
    id = new_id (world.ana);
    own = satchel_once_own_id (id, world.users[0]);
    assert_applied (track_as (squatter, id, "\"junk@x\"", "\"junk\""));
    assert_applied (track (world.ana, id));
    /* What she does to it before she has heard of that is done to hers. */
    assert_applied (desk_act (world.ana, "email", id, "untrack", NULL));
    assert_applied (track (world.ana, id));
    pull_all (&world);
    g_assert_true (desk_has (world.ana, "email", own));
    g_assert_cmpstr (desk_get (world.ana, "email", own, "message_id"), ==, "\"m@x\"");
    g_assert_cmpstr (desk_get (squatter, "email", id, "message_id"), ==, "\"junk@x\"");
    g_assert_false (says (squatter, id, "tracked_by", world.users[0]));
  }
  teardown (&world);
}

/* ---- attachments ---- */

static char *
send (World *world, Desk *desk, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  const SatchelBlobBegin request = { hash, (gint64)strlen (content) };
  const SatchelBlobPiece piece = { hash, 0, bytes };
  SatchelBlobState state;
  g_autoptr (GError) error = NULL;
  gboolean complete;

  must (satchel_server_begin_blob (world->office->server, &desk->caller, &request, &state, &error));
  must (satchel_server_put_blob (world->office->server, &desk->caller, &piece, &state, &complete, &error));
  must (satchel_server_finish_blob (world->office->server, &desk->caller, hash, &error));
  return hash;
}

static void
add_note (World *world, Desk *desk, SatchelChangeSet *set, const char *note, const char *email)
{
  g_autofree char *hash = send (world, desk, LOGO), *file = NULL, *of = g_strdup_printf ("\"%s\"", email);
  g_autofree char *stored = g_strdup_printf (
      "{\"hash\":\"%s\",\"name\":\"logo.png\",\"media_type\":\"image/png\",\"size_bytes\":%zu}", hash,
      strlen (LOGO));

  file = quote (stored);
  add_change (desk, set, SATCHEL_CHANGE_CREATE, "note", note, NULL, "subject", "\"logo.png\"", "file", file,
              "email", of, NULL);
}

/* The message and its attachment, as a device sends them: one set. */
static SatchelOutcome *
track_with (World *world, Desk *desk, const char *id, const char *note, const char *text)
{
  SatchelChangeSet *set = desk_set (desk);

  add_track (desk, set, id, "\"m@x\"", text);
  add_note (world, desk, set, note, id);
  return desk_push (desk, set);
}

/* Who has a file that many have, and guesses what it was attached to, does not learn that it was. */
static void
test_guessed_attachment (void)
{
  World world;
  g_autofree char *id = NULL, *note = NULL;

  setup (&world);
  id = new_id (world.ana);
  note = new_id (world.ana);
  assert_applied (track_with (&world, world.ana, id, note, TEXT));
  assert_applied (track_with (&world, world.cai, id, note, "\"a guess\""));
  pull_all (&world);
  g_assert_false (desk_has (world.cai, "email", id));
  g_assert_false (desk_has (world.cai, "note", note));
  g_assert_cmpuint (desk_count (world.cai, "note"), ==, 1);
  g_assert_cmpuint (desk_count (world.cai, "share"), ==, 0);
  g_assert_true (desk_has (world.ana, "note", note));
  teardown (&world);
}

/* Who has the message joins with what she attaches, be it there or not; nothing of hers is refused. */
static void
test_joined_attachments (void)
{
  World world;
  g_autofree char *id = NULL, *note = NULL, *more = NULL;

  setup (&world);
  id = new_id (world.ana);
  note = new_id (world.ana);
  more = new_id (world.ana);
  assert_applied (track_with (&world, world.ana, id, note, TEXT));
  assert_applied (track_with (&world, world.cai, id, note, TEXT));
  pull_all (&world);
  g_assert_true (desk_has (world.cai, "email", id));
  g_assert_true (desk_has (world.cai, "note", note));
  assert_applied (track_with (&world, world.cai, id, more, TEXT));
  pull_all (&world);
  g_assert_true (desk_has (world.cai, "note", more));
  teardown (&world);
}

/* An answer to a message that she was only let read is of its thread. */
static void
test_answer (void)
{
  World world;
  g_autofree char *id = NULL, *answer = NULL, *of = NULL;

  setup (&world);
  id = new_id (world.ana);
  answer = new_id (world.ana);
  of = g_strdup_printf ("\"%s\"", id);
  assert_applied (track (world.ana, id));
  assert_applied (track (world.cai, id));
  assert_applied (desk_create (world.cai, "email", answer, "message_id", "\"n@x\"", "subject", SUBJECT,
                               "in_reply_to", "\"m@x\"", "conversation", of, NULL));
  teardown (&world);
}

/* ---- invitations ---- */

#define AGENDA "\"We decide who is to leave the house, and what is paid: tell nobody before.\""

/* As the calendar of @desk holds it; @description NULL: none. Ana is said to have come to it as @role. */
static SatchelOutcome *
invite (World *world, Desk *desk, const char *id, const char *description, const char *role)
{
  g_autofree char *parties =
      g_strdup_printf ("[{\"role\":\"%s\",\"entity\":\"user\",\"id\":\"%s\"}]", role, world->users[0]);
  g_autofree char *attendees = quote (parties);

  return desk_create (desk, "appointment", id, "subject", "\"Review\"", "start", "1764579600000",
                      "calendar_id", "\"uid@x\"", "attendees", attendees,
                      description != NULL ? "description" : NULL, description, NULL);
}

/* Who knows a meeting's UID and its title, and guesses the rest, however little there is to guess, has one of
 * her own, and learns nothing of the other. */
static void
test_guessed_meeting (void)
{
  static const char *const guesses[] = {
    NULL,
    "\" \"",
    "\"----------------------------------------------------------------\"",
    "\"We decide\"",
    "\"We decide who is to leave the house\"",
    "\"tell nobody before\"",
  };
  static const char *const agendas[] = { NULL, "\"-\"", "\"We decide\"", AGENDA };

  for (guint i = 0; i < G_N_ELEMENTS (agendas); i++) {
    World world;
    g_autofree char *id = NULL;

    setup (&world);
    id = new_id (world.ana);
    assert_applied (invite (&world, world.ana, id, agendas[i], "required"));
    for (guint j = 0; j < G_N_ELEMENTS (guesses); j++) {
      assert_applied (invite (&world, world.cai, id, guesses[j], "required_declined"));
      desk_pull (world.cai);
      g_assert_false (desk_has (world.cai, "appointment", id));
      g_assert_cmpuint (desk_count (world.cai, "appointment"), ==, 1);
      g_assert_cmpuint (desk_count (world.cai, "share"), ==, 0);
    }
    pull_all (&world);
    g_assert_null (strstr (desk_get (world.ana, "appointment", id, "attendees"), "declined"));
    g_assert_cmpuint (desk_count (world.ana, "appointment"), ==, 1);
    teardown (&world);
  }
}

/* Who has the invitation may read it, and changes nothing in it where she may not write: nobody answers for
 * others. */
static void
test_shown_meeting (void)
{
  World world;
  g_autofree char *id = NULL, *before = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (invite (&world, world.ana, id, AGENDA, "required"));
  desk_pull (world.ana);
  before = g_strdup (desk_get (world.ana, "appointment", id, "attendees"));
  assert_applied (invite (&world, world.cai, id, AGENDA, "required_declined"));
  pull_all (&world);
  g_assert_true (desk_has (world.cai, "appointment", id));
  g_assert_cmpstr (desk_get (world.cai, "appointment", id, "attendees"), ==, before);
  assert_parked (desk_update (world.cai, "appointment", id, "attendees", "null", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  teardown (&world);
}

/* Ana and, if she was asked as @cai, Cai. */
static SatchelOutcome *
invite_two (World *world, Desk *desk, const char *id, const char *ana, const char *cai)
{
  g_autofree char *first =
      g_strdup_printf ("{\"role\":\"%s\",\"entity\":\"user\",\"id\":\"%s\"}", ana, world->users[0]);
  g_autofree char *second =
      cai != NULL
          ? g_strdup_printf ("{\"role\":\"%s\",\"entity\":\"user\",\"id\":\"%s\"}", cai, world->users[2])
          : NULL;
  g_autofree char *parties = second == NULL          ? g_strdup_printf ("[%s]", first)
                             : strcmp (ana, cai) < 0 ? g_strdup_printf ("[%s,%s]", first, second)
                                                     : g_strdup_printf ("[%s,%s]", second, first);
  g_autofree char *attendees = quote (parties);

  return desk_create (desk, "appointment", id, "subject", "\"Review\"", "start", "1764579600000",
                      "calendar_id", "\"uid@x\"", "attendees", attendees, "description", AGENDA, NULL);
}

/* Who was asked answers for herself, even where she may not write; for nobody else, and by no other name. */
static void
test_own_answer (void)
{
  World world;
  g_autofree char *id = NULL, *parties = NULL, *renamed = NULL;
  const char *attendees;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (invite_two (&world, world.ana, id, "required", "optional"));
  assert_applied (
      invite_two (&world, world.cai, id, "required_declined", "optional_boss")); /* is no answer */
  assert_applied (invite_two (&world, world.cai, id, "required_declined", "optional_accepted"));
  parties = g_strdup_printf ("[{\"role\":\"optional_accepted\",\"entity\":\"user\",\"id\":\"%s\","
                             "\"address\":\"boss@x.ro\",\"name\":\"The boss\"}]",
                             world.users[2]);
  renamed = quote (parties);
  assert_applied (desk_create (world.cai, "appointment", id, "subject", "\"Review\"", "start",
                               "1764579600000", "calendar_id", "\"uid@x\"", "attendees", renamed,
                               "description", AGENDA, NULL));
  pull_all (&world);
  attendees = desk_get (world.ana, "appointment", id, "attendees");
  g_assert_nonnull (strstr (attendees, "optional_accepted"));
  g_assert_null (strstr (attendees, "\"optional\""));
  g_assert_null (strstr (attendees, "declined"));
  g_assert_null (strstr (attendees, "boss"));
  g_assert_true (desk_has (world.cai, "appointment", id));
  teardown (&world);
}

/* Who was not asked by the first brings herself in where she may write; else she has a record of her own, and
 * the first one stays as it is: her calendar loses nothing, and nobody comes to a meeting by saying so. */
static void
test_left_out (void)
{
  World world;
  g_autofree char *id = NULL, *before = NULL;

  setup (&world);
  id = new_id (world.ana);
  assert_applied (invite_two (&world, world.ana, id, "required", NULL));
  desk_pull (world.ana);
  before = g_strdup (desk_get (world.ana, "appointment", id, "attendees"));
  assert_applied (invite_two (&world, world.cai, id, "required", "required_accepted"));
  pull_all (&world);
  g_assert_cmpstr (desk_get (world.ana, "appointment", id, "attendees"), ==, before);
  g_assert_cmpuint (desk_count (world.ana, "appointment"), ==, 1);
  g_assert_false (desk_has (world.cai, "appointment", id));
  g_assert_cmpuint (desk_count (world.cai, "appointment"), ==, 1);
  g_assert_cmpuint (desk_count (world.cai, "share"), ==, 0);
  teardown (&world);
}

/* What somebody put under the id of her own record takes nothing from her: hers has the next one, and what
 * she does to the first is done to that. */
static void
test_own_id_taken (void)
{
  World world;
  g_autofree char *id = NULL, *own = NULL, *next = NULL;

  setup (&world);
  id = new_id (world.ana);
  own = satchel_once_own_id (id, world.users[2]);
  next = satchel_once_own_id (own, world.users[2]);
  assert_applied (invite (&world, world.ana, id, AGENDA, "required"));
  assert_applied (
      desk_create (world.ana, "appointment", own, "subject", "\"Mine\"", "start", "1764579600000", NULL));
  assert_applied (invite (&world, world.cai, id, NULL, "required_accepted"));
  assert_applied (desk_update (world.cai, "appointment", id, "location", "\"Here\"", NULL));
  pull_all (&world);
  g_assert_false (desk_has (world.cai, "appointment", own));
  g_assert_cmpstr (desk_get (world.cai, "appointment", next, "location"), ==, "\"Here\"");
  g_assert_cmpstr (desk_get (world.ana, "appointment", own, "location"), ==, "null");
  g_assert_cmpstr (desk_get (world.ana, "appointment", id, "location"), ==, "null");
  g_assert_true (satchel_once_is_own_id (own, id, world.users[2]));
  g_assert_true (satchel_once_is_own_id (next, id, world.users[2]));
  g_assert_false (satchel_once_is_own_id (id, id, world.users[2]));
  g_assert_false (satchel_once_is_own_id (next, id, world.users[0]));
  teardown (&world);
}

/* A colleague whose records she may read works out her own id of an ordinary record, and is there first. */
static void
test_own_id_planted (void)
{
  World world;
  g_autofree char *id = NULL, *own = NULL;

  setup (&world);
  id = new_id (world.ana);
  own = satchel_once_own_id (id, world.users[0]);
  assert_applied (
      desk_create (world.ana, "appointment", id, "subject", "\"Hers\"", "start", "1764579600000", NULL));
  assert_applied (
      desk_create (world.ben, "appointment", own, "subject", "\"His\"", "start", "1764579600000", NULL));
  pull_all (&world);
  g_assert_true (desk_has (world.ana, "appointment", own));
  assert_applied (desk_update (world.ana, "appointment", id, "location", "\"Here\"", NULL));
  pull_all (&world);
  g_assert_cmpstr (desk_get (world.ana, "appointment", id, "location"), ==, "\"Here\"");
  g_assert_cmpstr (desk_get (world.ben, "appointment", own, "location"), ==, "null");
  teardown (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/once-hostile/crowd", test_crowd);
  g_test_add_func ("/once-hostile/many-selves", test_many_selves);
  g_test_add_func ("/once-hostile/taken-id", test_taken_id);
  g_test_add_func ("/once-hostile/guessed-attachment", test_guessed_attachment);
  g_test_add_func ("/once-hostile/joined-attachments", test_joined_attachments);
  g_test_add_func ("/once-hostile/answer", test_answer);
  g_test_add_func ("/once-hostile/guessed-meeting", test_guessed_meeting);
  g_test_add_func ("/once-hostile/shown-meeting", test_shown_meeting);
  g_test_add_func ("/once-hostile/own-answer", test_own_answer);
  g_test_add_func ("/once-hostile/left-out", test_left_out);
  g_test_add_func ("/once-hostile/own-id-taken", test_own_id_taken);
  g_test_add_func ("/once-hostile/own-id-planted", test_own_id_planted);
  return g_test_run ();
}
