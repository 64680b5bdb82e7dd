/* Numbers that the server gives: one after the other, none twice, none left out, whatever is refused, taken
 * back or restored.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "sync-server/store/numbers.h"
#include "tests/sync-server/office.h"

#define MINUTE_MS 60000 /* the clock goes on by itself, a little */

typedef struct {
  Office *office;
  Desk *ana, *ben;
  gint64 new_year_ms;
} Fixture;

static gint64
instant (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return g_date_time_to_unix (time) * 1000;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->office = office_new ();
  f->office->clock.now_ms = instant ("2026-12-30T12:00:00Z");
  f->new_year_ms = instant ("2027-01-01T00:00:00Z");
  g_free (office_hire (f->office, "ana", "salesperson", f->office->north));
  g_free (office_hire (f->office, "ben", "salesperson", f->office->north));
  f->ana = desk_new (f->office, "ana");
  f->ben = desk_new (f->office, "ben");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_free (f->ana);
  desk_free (f->ben);
  office_free (f->office);
}

static char *
create (Desk *desk, const char *entity)
{
  char *id = new_id (desk);

  assert_applied (desk_create (desk, entity, id, g_str_equal (entity, "case") ? "subject" : "name",
                               "\"Two machines\"", NULL));
  return id;
}

static void
assert_number (Desk *desk, const char *entity, const char *id, const char *expected)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", expected);

  desk_pull (desk);
  g_assert_cmpstr (desk_get (desk, entity, id, "number"), ==, quoted);
}

static void
create_numbered (Desk *desk, const char *entity, const char *expected)
{
  g_autofree char *id = create (desk, entity);

  assert_number (desk, entity, id, expected);
}

/* Each entity counts for itself, whoever asks, and anew each year in UTC. */
static void
test_order (Fixture *f, gconstpointer data)
{
  create_numbered (f->ana, "quote", "Q-2026-000001");
  create_numbered (f->ben, "quote", "Q-2026-000002");
  create_numbered (f->ana, "case", "C-2026-000001");
  f->office->clock.now_ms = f->new_year_ms - MINUTE_MS;
  create_numbered (f->ana, "quote", "Q-2026-000003");
  f->office->clock.now_ms = f->new_year_ms;
  create_numbered (f->ana, "quote", "Q-2027-000001");
  create_numbered (f->ben, "case", "C-2027-000001");
  /* A clock that was wrong, and set back, takes up where that year was left. */
  f->office->clock.now_ms = f->new_year_ms - MINUTE_MS;
  create_numbered (f->ben, "quote", "Q-2026-000004");
}

/* What is refused gives back what it took, in a batch with others, too. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *quote = new_id (f->ana), *nobody = new_id (f->ana), *again = new_id (f->ana);
  g_autofree char *uuid = NULL;
  SatchelChangeSet *set;

  create_numbered (f->ana, "quote", "Q-2026-000001");
  set = desk_set (f->ana);
  uuid = g_strdup (set->uuid);
  add_change (f->ana, set, SATCHEL_CHANGE_CREATE, "quote", quote, NULL, "name", "\"One\"", NULL);
  add_change (f->ana, set, SATCHEL_CHANGE_CREATE, "quote", again, NULL, "name", "\"Two\"", NULL);
  add_change (f->ana, set, SATCHEL_CHANGE_UPDATE, "account", nobody, NULL, "city", "\"Cluj\"", NULL);
  assert_parked (desk_push (f->ana, set), SATCHEL_ERROR_NOT_FOUND);
  desk_release (f->ana, uuid);
  create_numbered (f->ana, "quote", "Q-2026-000002");
}

/* Nobody chooses a number, and a copy gets one of its own. */
static void
test_own (Fixture *f, gconstpointer data)
{
  g_autofree char *quote = create (f->ana, "quote"), *revised = new_id (f->ana), *order = new_id (f->ana);
  g_autofree char *forged = new_id (f->ana), *id = g_strdup_printf ("\"%s\"", revised);
  g_autofree char *order_id = g_strdup_printf ("\"%s\"", order);

  assert_parked (desk_create (f->ben, "quote", forged, "name", "\"x\"", "number", "\"Q-2026-000009\"", NULL),
                 SATCHEL_ERROR_FIELD_FORBIDDEN);
  assert_parked (desk_update (f->ana, "quote", quote, "number", "\"Q-2026-000009\"", NULL),
                 SATCHEL_ERROR_FIELD_FORBIDDEN);
  desk_free (f->ana);
  f->ana = desk_new (f->office, "ana");
  desk_pull (f->ana);
  assert_applied (desk_act (f->ana, "quote", quote, "activate", NULL));
  assert_applied (desk_act (f->ana, "quote", quote, "revise", "quote", id, NULL));
  assert_number (f->ana, "quote", quote, "Q-2026-000001");
  assert_number (f->ana, "quote", revised, "Q-2026-000002");
  assert_applied (desk_act (f->ana, "quote", revised, "win", "order", order_id, NULL));
  assert_number (f->ana, "order", order, "O-2026-000001");
}

/* A number that is deleted is not given again; restored, the record has it. */
static void
test_deleted (Fixture *f, gconstpointer data)
{
  g_autofree char *quote = create (f->ana, "quote");

  desk_pull (f->ana);
  assert_applied (desk_delete (f->ana, "quote", quote));
  create_numbered (f->ana, "quote", "Q-2026-000002");
  assert_applied (desk_act (f->ana, "quote", quote, "restore", NULL));
  assert_number (f->ana, "quote", quote, "Q-2026-000001");
  create_numbered (f->ben, "quote", "Q-2026-000003");
}

/* A restored backup counts on from where it was: what was lost with it is offered anew and numbered anew. */
static void
test_backup (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (f->office->dir, "before.db", NULL);

  create_numbered (f->ana, "quote", "Q-2026-000001");
  must (satchel_server_backup (f->office->server, file, &error));
  create_numbered (f->ana, "quote", "Q-2026-000002");
  create_numbered (f->ana, "quote", "Q-2026-000003");
  g_clear_pointer (&f->office->server, satchel_server_close);
  must (satchel_server_restore (f->office->dir, file, &f->office->clock.clock, &error));
  office_reopen (f->office);
  desk_free (f->ana);
  f->ana = desk_new (f->office, "ana");
  create_numbered (f->ana, "quote", "Q-2026-000002");
  g_assert_cmpuint (desk_count (f->ana, "quote"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                                  \
  g_test_add ("/sync-server/numbers/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("order", test_order);
  ADD ("refused", test_refused);
  ADD ("own", test_own);
  ADD ("deleted", test_deleted);
  ADD ("backup", test_backup);
  return g_test_run ();
}
