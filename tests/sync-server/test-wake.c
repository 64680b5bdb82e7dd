/* Whom a commit wakes: everyone to whom its next pull brings something, and of the others few; never the
 * author alone.
 *
 * The core is asked for ripples and signatures without a network, as the service asks it; the service itself
 * is asked at the end, over sockets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "protocol/limits.h"
#include "sync-server/http/service.h"
#include "sync-server/http/wake.h"
#include "sync-server/scope/signature.h"
#include "tests/lib/chance.h"
#include "tests/sync-server/office.h"
#include "tests/sync-server/raw-client.h"

#define N_DESKS  8
#define N_STEPS  500
#define GRACE_MS 5000

static const struct {
  const char *login, *role;
  gboolean south;
  const char *entity, *where; /* what they choose; NULL: all */
  gboolean related;
} people[N_DESKS] = {
  { "one", "salesperson", FALSE, NULL, NULL, FALSE },
  { "two", "salesperson", FALSE, "account", "owner = me", TRUE },
  { "other", "salesperson", TRUE, NULL, NULL, FALSE },
  { "ana", "service", FALSE, "account", "city = \"Cluj\"", TRUE },
  { "ion", "sales-manager", TRUE, "account", "city = \"Cluj\"", FALSE },
  { "eva", "salesperson", TRUE, "task", "owner = me or regarding(account).(city = \"Cluj\")", FALSE },
  { "dan", "salesperson", FALSE, NULL, NULL, FALSE },
  { "admin", "system-administrator", TRUE, "lead", "topic = \"Name 7\"", FALSE },
};

typedef struct {
  Office *office;
  char *users[N_DESKS];
  Desk *desks[N_DESKS];
  SatchelSignature *signatures[N_DESKS]; /* as of the desk's last pull; NULL: of no use any more */
  gint64 known_s[N_DESKS];
  gboolean woken[N_DESKS]; /* since its last pull */
  GPtrArray *records[4];   /* ids, by entity */
  guint n_due, n_needless, n_spared;
} World;

static const char *const entities[] = { "account", "contact", "lead", "task" };
static const char *const titles[] = { "name", "last_name", "topic", "subject" };

static guint
below (guint bound)
{
  return (guint)g_test_rand_int_range (0, (gint32)bound);
}

/* ---- what the service does with a ripple, said once more ---- */

static gboolean
concerns (World *world, guint i, const SatchelRipple *ripple)
{
  const guint64 own[] = { satchel_ripple_person_key (world->desks[i]->caller.user),
                          satchel_ripple_person_key (world->desks[i]->caller.device) };
  gboolean renewed = ripple->everyone;

  for (guint j = 0; j < ripple->people->len; j++) {
    const guint64 key = g_array_index (ripple->people, guint64, j);

    renewed |= key == own[0] || key == own[1];
  }
  if (renewed)
    g_clear_pointer (&world->signatures[i], satchel_signature_unref);
  return world->signatures[i] == NULL || satchel_signature_is_stirred (world->signatures[i], ripple->stirs);
}

static void
committed_cb (const SatchelRipple *ripple, gpointer data)
{
  World *world = data;

  for (guint i = 0; i < N_DESKS; i++) {
    if (world->desks[i] != NULL && concerns (world, i, ripple) &&
        g_strcmp0 (ripple->author, world->desks[i]->caller.device) != 0)
      world->woken[i] = TRUE;
  }
}

/* ---- what a pull brings ---- */

/* What only stubs show wakes nobody: titles, and that one of them may not be read any more. @held: the rows
 * before the pull. */
static gboolean
brings_something (Desk *desk, GHashTable *held)
{
  g_auto (GStrv) lines = g_strsplit (desk->stream, "\n", -1);
  gboolean stubs = FALSE, gone = FALSE;
  g_autofree char *entity = NULL;

  for (guint i = 1; lines[i] != NULL && lines[i + 1] != NULL && *lines[i + 1] != '\0'; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], "\"", 5);

    if (lines[i][0] == '{') {
      stubs = strstr (lines[i], "\"stubs\":") != NULL;
      gone = strstr (lines[i], "\"gone\":") != NULL;
      g_free (entity);
      entity = g_strdup (words[3]);
      continue;
    }
    g_autofree char *key = g_strdup_printf ("%s/%s", entity, words[1]);

    if (!stubs && (!gone || g_hash_table_contains (held, key)))
      return TRUE;
  }
  return FALSE;
}

static GHashTable *
list_held (Desk *desk)
{
  GHashTable *held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (held, g_strdup (key));
  return held;
}

static void
learn (World *world, guint i)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&world->signatures[i], satchel_signature_unref);
  world->signatures[i] =
      satchel_server_describe (world->office->server, &world->desks[i]->caller, &world->known_s[i], &error);
  g_assert_no_error (error);
  world->woken[i] = FALSE;
}

/* Whoever is not woken would have got nothing. */
static void
pull (World *world, guint i, gboolean is_author)
{
  const gboolean woken = world->woken[i];
  g_autoptr (GHashTable) held = list_held (world->desks[i]);

  desk_pull (world->desks[i]);
  if (brings_something (world->desks[i], held)) {
    if (!woken && !is_author)
      g_test_message ("%s was not woken for %s", people[i].login, world->desks[i]->stream);
    g_assert_true (woken || is_author);
    world->n_due++;
  } else if (woken) {
    world->n_needless++;
  } else {
    world->n_spared++;
  }
  learn (world, i);
}

static void
forget (World *world, Desk *desk, SatchelOutcome *outcome)
{
  if (outcome->state == SATCHEL_OUTCOME_PARKED)
    desk_release (desk, outcome->uuid);
  satchel_outcome_free (outcome);
}

/* ---- what may happen ---- */

static const char *
pick (World *world, guint entity)
{
  return world->records[entity]->pdata[below (world->records[entity]->len)];
}

static void
create (World *world, Desk *desk)
{
  const guint entity = below (4);
  g_autofree char *account = g_strdup_printf ("\"%s\"", pick (world, 0));
  g_autofree char *subject = g_strdup_printf ("\"account:%s\"", pick (world, 0));
  g_autofree char *title = g_strdup_printf ("\"Name %u\"", below (10));
  char *id = new_id (desk);

  g_ptr_array_add (world->records[entity], id);
  if (entity == 0)
    forget (
        world, desk,
        desk_create (desk, "account", id, "name", title, "city", below (2) ? "\"Cluj\"" : "\"Iași\"", NULL));
  else if (entity == 1)
    forget (world, desk, desk_create (desk, "contact", id, "last_name", title, "account", account, NULL));
  else if (entity == 2)
    forget (world, desk, desk_create (desk, "lead", id, "topic", title, "last_name", title, NULL));
  else
    forget (world, desk, desk_create (desk, "task", id, "subject", title, "regarding", subject, NULL));
}

static void
edit (World *world, Desk *desk)
{
  const guint entity = below (4);
  g_autofree char *title = g_strdup_printf ("\"Name %u\"", below (10));

  if (entity == 0 && below (2))
    forget (
        world, desk,
        desk_update (desk, "account", pick (world, 0), "city", below (2) ? "\"Cluj\"" : "\"Iași\"", NULL));
  else
    forget (world, desk,
            desk_update (desk, entities[entity], pick (world, entity), titles[entity], title, NULL));
}

static void
assign (World *world, Desk *desk)
{
  const guint entity = below (4);
  g_autofree char *owner = g_strdup_printf ("\"user:%s\"", world->users[below (N_DESKS)]);

  forget (world, desk,
          desk_act (desk, entities[entity], pick (world, entity), "assign", "owner", owner, NULL));
}

static void
share (World *world, Desk *desk)
{
  g_autofree char *with = g_strdup_printf ("\"user:%s\"", world->users[below (N_DESKS)]);

  forget (world, desk,
          desk_act (desk, "account", pick (world, 0), below (3) ? "share" : "unshare", "with", with, NULL));
}

static void
pin (World *world, Desk *desk)
{
  const guint entity = below (4);
  const SatchelRecordRequest request = { .entity = (char *)entities[entity],
                                         .id = (char *)pick (world, entity) };
  g_autoptr (GError) error = NULL;

  if (below (3) ? satchel_server_pin (world->office->server, &desk->caller, &request, &error)
                : satchel_server_unpin (world->office->server, &desk->caller, &request, &error))
    g_assert_no_error (error);
}

static void
choose (World *world)
{
  g_free (office_choose (world->office, world->users[below (N_DESKS)], entities[below (4)],
                         below (2) ? "owner = me" : "owner.unit = my unit", FALSE));
}

static void
grant (World *world)
{
  g_autoptr (GError) error = NULL;
  const char *user = world->users[below (N_DESKS - 1)];

  if (below (2))
    must (satchel_accounts_add_role (world->office->server, NULL, user, "marketing", &error));
  else
    (void)!satchel_accounts_remove_role (world->office->server, NULL, user, "marketing", &error);
}

static void
move_user (World *world)
{
  Office *office = world->office;
  g_autoptr (GError) error = NULL;

  must (satchel_accounts_set_unit (office->server, NULL, world->users[1 + below (5)],
                                   below (2) ? office->north : office->south, &error));
}

/* Mostly records: whoever's rights change hears of everything until she has pulled. */
static void
do_something (World *world, Desk *desk)
{
  const guint dice = below (200);

  if (dice < 50)
    create (world, desk);
  else if (dice < 120)
    edit (world, desk);
  else if (dice < 150)
    assign (world, desk);
  else if (dice < 165)
    share (world, desk);
  else if (dice < 175)
    forget (world, desk, desk_delete (desk, entities[1 + dice % 3], pick (world, 1 + dice % 3)));
  else if (dice < 195)
    pin (world, desk);
  else if (dice < 197)
    choose (world);
  else if (dice < 198)
    grant (world);
  else
    move_user (world);
}

/* ---- the world ---- */

static void
hire (World *world)
{
  for (guint i = 0; i < N_DESKS; i++) {
    Office *office = world->office;
    const char *unit = people[i].south ? office->south : office->north;

    world->users[i] = people[i].entity == NULL
                          ? office_hire (office, people[i].login, people[i].role, unit)
                          : office_employ (office, people[i].login, people[i].role, unit);
    if (people[i].entity != NULL)
      g_free (office_choose (office, world->users[i], people[i].entity, people[i].where, people[i].related));
  }
}

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);

  world->office = office_new ();
  hire (world);
  for (guint e = 0; e < G_N_ELEMENTS (entities); e++)
    world->records[e] = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < N_DESKS; i++)
    world->desks[i] = desk_new (world->office, people[i].login);
  satchel_server_set_committed (world->office->server, committed_cb, world);
  for (guint e = 0; e < G_N_ELEMENTS (entities); e++) {
    char *id = new_id (world->desks[0]);

    g_ptr_array_add (world->records[e], id);
    assert_applied (e == 2 ? desk_create (world->desks[0], "lead", id, "topic", "\"First\"", "last_name",
                                          "\"First\"", NULL)
                           : desk_create (world->desks[0], entities[e], id, titles[e], "\"First\"", NULL));
  }
  for (guint i = 0; i < N_DESKS; i++) {
    desk_pull (world->desks[i]);
    learn (world, i);
  }
  return world;
}

static void
world_free (World *world)
{
  satchel_server_set_committed (world->office->server, NULL, NULL);
  for (guint i = 0; i < N_DESKS; i++) {
    desk_free (world->desks[i]);
    g_free (world->users[i]);
    g_clear_pointer (&world->signatures[i], satchel_signature_unref);
  }
  for (guint e = 0; e < G_N_ELEMENTS (entities); e++)
    g_ptr_array_unref (world->records[e]);
  office_free (world->office);
  g_free (world);
}

/* ---- exactness ---- */

/* Everyone pulls after each step, so that nothing hides behind an earlier call. */
static void
test_exact (void)
{
  World *world = world_new ();

  for (guint step = 0; step < N_STEPS; step++) {
    const guint actor = below (N_DESKS);

    do_something (world, world->desks[actor]);
    for (guint i = 0; i < N_DESKS; i++)
      pull (world, i, i == actor);
  }
  g_test_message ("%u pulls were due, %u needless, %u spared", world->n_due, world->n_needless,
                  world->n_spared);
  /* Precise, too: not one pull in ten is for nothing. */
  g_assert_cmpuint (world->n_due, >, N_STEPS / 2);
  g_assert_cmpuint (world->n_needless * 10, <, world->n_needless + world->n_spared);
  world_free (world);
}

/* ---- one at a time ---- */

static void
assert_woken (World *world, const char *logins)
{
  g_autoptr (GString) woken = g_string_new (NULL);

  for (guint i = 0; i < N_DESKS; i++) {
    if (world->woken[i])
      g_string_append_printf (woken, "%s%s", woken->len > 0 ? " " : "", people[i].login);
    world->woken[i] = FALSE;
  }
  g_assert_cmpstr (woken->str, ==, logins);
}

static void
settle (World *world)
{
  for (guint i = 0; i < N_DESKS; i++) {
    desk_pull (world->desks[i]);
    learn (world, i);
  }
}

static void
test_who (void)
{
  World *world = world_new ();
  Desk *one = world->desks[0], *other = world->desks[2], *admin = world->desks[7];
  g_autofree char *near = new_id (one), *far = new_id (other);
  const SatchelRecordRequest request = { .entity = (char *)"account", .id = far };
  g_autoptr (GError) error = NULL;

  /* The author's unit, as far as they have chosen it; not herself, nor who is in another unit. */
  assert_applied (desk_create (one, "account", near, "name", "\"Near\"", NULL));
  assert_woken (world, "dan");
  assert_applied (desk_create (other, "account", far, "name", "\"Far\"", NULL));
  assert_woken (world, "");
  assert_applied (desk_update (one, "account", near, "city", "\"Cluj\"", NULL));
  assert_woken (world, "ana dan"); /* Ion's filter has it, too, but he may not read it: he feels nothing */

  /* A pin calls its device alone, the first of an entity, too; and then what happens to the record calls it.
   */
  must (satchel_server_pin (world->office->server, &admin->caller, &request, &error));
  assert_woken (world, "admin");
  settle (world);
  assert_applied (desk_update (other, "account", far, "phone", "\"1\"", NULL));
  assert_woken (world, "admin");

  /* A filter is its owner's; as a record, an administrator's, who reads all of them. */
  g_free (office_choose (world->office, world->users[4], "lead", "owner = me", FALSE));
  assert_woken (world, "ion admin");

  /* Rights are everyone's, and so is everything until she has pulled. */
  settle (world);
  must (satchel_accounts_add_role (world->office->server, NULL, world->users[1], "marketing", &error));
  assert_woken (world, "one two other ana ion eva dan admin");
  desk_pull (world->desks[5]);
  learn (world, 5);
  assert_applied (desk_update (other, "account", far, "phone", "\"2\"", NULL));
  assert_woken (world, "one two ana ion dan admin");
  world_free (world);
}

static void
test_size (void)
{
  World *world = world_new ();
  gsize most = 0;

  for (guint i = 0; i < N_DESKS; i++)
    most = MAX (most, satchel_signature_get_size_bytes (world->signatures[i]));
  g_test_message ("%zu bytes a signature, %zu a device", most, satchel_wake_bytes_a_device (most));
  /* 24,000 of them in 64 MiB. */
  g_assert_cmpuint (satchel_wake_bytes_a_device (most), <, 64 * 1024 * 1024 / 24000);
  world_free (world);
}

/* Those that are not in it are told apart, but for one in tens of millions: an edit stirs dozens, and
 * thousands listen. */
static void
test_keys (void)
{
  World *world = world_new ();
  guint n = 0;

  for (guint i = 0; i < 1000000; i++) {
    g_autofree char *atom = g_strdup_printf ("owner:%u", i);
    g_autoptr (SatchelRipple) ripple = satchel_ripple_new ();

    satchel_ripple_add_bucket (ripple, 1, "account", atom);
    n += satchel_signature_is_stirred (world->signatures[2], ripple->stirs);
  }
  g_test_message ("%u of a million", n);
  g_assert_cmpuint (n, <, 4);
  /* Satellites count as their record. */
  g_assert_cmpuint (satchel_ripple_key ("conflict", "account+money/owner:1", SATCHEL_RIPPLE_BUCKET), ==,
                    satchel_ripple_key ("account", "owner:1", SATCHEL_RIPPLE_BUCKET));
  g_assert_cmpuint (satchel_ripple_key ("account", "unit:", SATCHEL_RIPPLE_PREFIX), !=,
                    satchel_ripple_key ("account", "unit:", SATCHEL_RIPPLE_BUCKET));
  world_free (world);
}

/* ---- the service ---- */

typedef struct {
  Office *office;
  Desk *desks[2];
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SatchelServiceOptions options;
  SatchelService *service;
} Fixture;

static gpointer
run_thread (gpointer data)
{
  Fixture *f = data;

  g_main_context_push_thread_default (f->context);
  g_main_loop_run (f->loop);
  satchel_service_stop (f->service, GRACE_MS);
  g_main_context_pop_thread_default (f->context);
  return NULL;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->office = office_new ();
  g_free (office_hire (f->office, "one", "salesperson", f->office->north));
  g_free (office_hire (f->office, "two", "salesperson", f->office->south));
  f->desks[0] = desk_new (f->office, "one");
  f->desks[1] = desk_new (f->office, "two");
  f->context = g_main_context_new ();
  f->loop = g_main_loop_new (f->context, FALSE);
  f->options = satchel_service_defaults;
  f->options.server = f->office->server;
  f->options.dir = f->office->dir;
  f->options.port = 0;
  f->service = satchel_service_new (&f->options, f->context, &error);
  g_assert_no_error (error);
  f->thread = g_thread_new ("service", run_thread, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_main_loop_quit (f->loop);
  g_thread_join (f->thread);
  while (g_main_context_iteration (f->context, FALSE)) {
  }
  g_main_loop_unref (f->loop);
  g_main_context_unref (f->context);
  desk_free (f->desks[0]);
  desk_free (f->desks[1]);
  office_free (f->office);
}

static char *
dup_headers (Desk *desk)
{
  return g_strdup_printf ("Authorization: Bearer %s\r\n", desk->token);
}

static RawClient *
listen_as (Fixture *f, Desk *desk)
{
  RawClient *client = raw_client_new (satchel_service_get_port (f->service), RAW_PLAIN);
  g_autofree char *headers = dup_headers (desk);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, "GET", "/v1/wake", headers, NULL, 0);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  g_free (raw_client_read_chunk (client));
  return client;
}

static void
ask (Fixture *f, Desk *desk, const char *path, const char *body, guint status, const char *error)
{
  g_autoptr (RawClient) client = raw_client_new (satchel_service_get_port (f->service), RAW_PLAIN);
  g_autofree char *headers = dup_headers (desk);
  g_autofree char *name = NULL;
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, body != NULL ? "POST" : "GET", path, headers, body,
                      body != NULL ? strlen (body) : 0);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, status);
  name = error != NULL ? raw_answer_get_error (&answer) : NULL;
  g_assert_cmpstr (name, ==, error);
}

/* An administrator in another process revokes one and gives the other up for lost: streams end within a look,
 * and nobody gets in again. */
static void
test_revoked (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) one = listen_as (f, f->desks[0]), two = listen_as (f, f->desks[1]);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelServer) elsewhere =
      satchel_server_open (f->office->dir, f->office->registry, &f->office->clock.clock, &error);
  const char *pull = "{\"schema\":\"x\"}";

  g_assert_no_error (error);
  ask (f, f->desks[0], "/v1/pull", pull, 200, NULL);
  must (satchel_accounts_revoke_device (elsewhere, NULL, f->desks[0]->caller.device, &error));
  ask (f, f->desks[0], "/v1/pull", pull, 401, "unauthenticated");
  g_assert_true (raw_client_read_end (one));
  ask (f, f->desks[0], "/v1/wake", NULL, 401, "unauthenticated");

  must (satchel_accounts_wipe_device (elsewhere, NULL, f->desks[1]->caller.device, &error));
  ask (f, f->desks[1], "/v1/pull", pull, 401, "wiped");
  g_assert_true (raw_client_read_end (two));
  ask (f, f->desks[1], "/v1/wake", NULL, 401, "wiped");
}

/* Who signs out does not go on listening. */
static void
test_signed_out (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) one = listen_as (f, f->desks[0]);

  ask (f, f->desks[0], "/v1/sign-out", "{}", 200, NULL);
  g_assert_true (raw_client_read_end (one));
}

/* Whoever has the token of before a device signed in again hears nothing any more; the others do. */
static void
test_signed_in_again (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) one = listen_as (f, f->desks[0]), two = listen_as (f, f->desks[1]), again = NULL;
  g_autoptr (RawClient) client = raw_client_new (satchel_service_get_port (f->service), RAW_PLAIN);
  g_autofree char *body =
      g_strdup_printf ("{\"user\":\"one\",\"password\":\"%s\",\"device_name\":\"one\",\"device\":\"%s\"}",
                       OFFICE_PASSWORD, f->desks[0]->caller.device);
  g_auto (RawAnswer) answer = { 0 };
  g_autoptr (SatchelSignInAnswer) signed_in = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelServer) elsewhere =
      satchel_server_open (f->office->dir, f->office->registry, &f->office->clock.clock, &error);
  g_autofree char *one_hears = NULL, *two_hears = NULL;

  g_assert_no_error (error);
  raw_client_request (client, "POST", "/v1/sign-in", "", body, strlen (body));
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_true (raw_client_read_end (one));
  ask (f, f->desks[0], "/v1/wake", NULL, 401, "unauthenticated");

  signed_in = satchel_sign_in_answer_from_text ((const char *)answer.body->data, answer.body->len, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (signed_in->device, ==, f->desks[0]->caller.device);
  g_free (f->desks[0]->token);
  f->desks[0]->token = g_strdup (signed_in->token);
  again = listen_as (f, f->desks[0]);
  must (satchel_accounts_add_role (elsewhere, NULL, f->desks[1]->caller.user, "customiser", &error));
  g_assert_nonnull (one_hears = raw_client_read_chunk (again));
  g_assert_nonnull (two_hears = raw_client_read_chunk (two));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wake/exact", test_exact);
  g_test_add_func ("/wake/who", test_who);
  g_test_add_func ("/wake/size", test_size);
  g_test_add_func ("/wake/keys", test_keys);
  g_test_add ("/wake/revoked", Fixture, NULL, set_up, test_revoked, tear_down);
  g_test_add ("/wake/signed-out", Fixture, NULL, set_up, test_signed_out, tear_down);
  g_test_add ("/wake/signed-in-again", Fixture, NULL, set_up, test_signed_in_again, tear_down);
  return g_test_run ();
}
