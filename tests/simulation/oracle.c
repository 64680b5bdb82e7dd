/* What must hold, written from the design's invariants and not from the code. This file compares what devices
 * hold with what the naive oracle of scope (scope.h) said when their pull was answered; flicker.c looks at
 * what is pending, ledger.c at what was typed, tap.c at what travels. Numbers are those of the design's list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/predicate.h"
#include "tests/simulation/files.h"
#include "tests/simulation/read.h"
#include "tests/simulation/remains.h"
#include "tests/simulation/scope.h"

#include <string.h>

#define MOST_PROMISES 12 /* more answers than that do not overtake each other */

/* What the device of an answered pull is to hold once it has applied it. */
typedef struct {
  char *cursor;
  GHashTable *carried; /* "entity/id" → text */
  GHashTable *stubs;   /* "entity/id" → title */
} Promise;

static void
promise_free (gpointer data)
{
  Promise *promise = data;
  g_hash_table_unref (promise->carried);
  g_hash_table_unref (promise->stubs);
  g_free (promise->cursor);
  g_free (promise);
}

static const Promise *
find_promise (const SimDevice *device, const char *cursor)
{
  for (GList *at = device->promised->head; at != NULL; at = at->next)
    if (g_str_equal (((Promise *)at->data)->cursor, cursor))
      return at->data;
  return NULL;
}

static Promise *
promise_new (SimDevice *device, const char *user, const char *id, const char *cursor)
{
  SimWorld *world = device->world;
  g_autoptr (SimView) view = sim_view_new (world, sim_truth_get (world), user, id);
  Promise *promise = g_new0 (Promise, 1);
  promise->cursor = g_strdup (cursor);
  promise->carried = sim_view_list_carried (view);
  promise->stubs = sim_view_list_stubs (view);
  return promise;
}

void
sim_oracle_promise (SimDevice *device, const SatchelCaller *caller, const char *cursor)
{
  g_queue_push_head (device->promised, promise_new (device, caller->user, caller->device, cursor));
  if (device->promised->length > MOST_PROMISES)
    promise_free (g_queue_pop_tail (device->promised));
}

void
sim_oracle_note_image (SimDevice *device, const SatchelCaller *caller, const char *id)
{
  SimWorld *world = device->world;

  if (!g_hash_table_contains (world->images, id))
    g_hash_table_insert (world->images, g_strdup (id),
                         promise_new (device, caller->user, caller->device, NULL));
}

GHashTable *
sim_oracle_promise_image (SimDevice *device, const char *id, const char *cursor)
{
  const Promise *image = g_hash_table_lookup (device->world->images, id);
  Promise *promise = g_new0 (Promise, 1);

  *promise =
      (Promise){ g_strdup (cursor), g_hash_table_ref (image->carried), g_hash_table_ref (image->stubs) };
  g_queue_push_head (device->promised, promise);
  return image->carried;
}

gboolean
sim_oracle_knows_image (SimWorld *world, const char *id)
{
  return g_hash_table_contains (world->images, id);
}

GHashTable *
sim_oracle_images_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, promise_free);
}

void
sim_oracle_copy (SimDevice *device, const SimDevice *from)
{
  for (GList *at = from->promised->head; at != NULL; at = at->next) {
    const Promise *promise = at->data;
    Promise *copy = g_new0 (Promise, 1);
    *copy = (Promise){ g_strdup (promise->cursor), g_hash_table_ref (promise->carried),
                       g_hash_table_ref (promise->stubs) };
    g_queue_push_tail (device->promised, copy);
  }
}

void
sim_oracle_forget (SimDevice *device)
{
  g_queue_free_full (g_steal_pointer (&device->promised), promise_free);
}

/* ---- what a device holds ---- */

static void
dump (SimDevice *device, const SatchelEntity *entity, const char *table, const char *where, GHashTable *rows)
{
  GString *sql = g_string_new ("SELECT id, s");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", quote(%s)", satchel_sql_column (entity->fields[i]));
  g_string_append_printf (sql, " FROM \"%s_%s\" WHERE %s", table, entity->name, where);
  sqlite3_stmt *statement = sim_prepare (device->world, sim_device_handle (device), sql->str);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (SimCell));
    for (guint i = 0; i < entity->n_fields; i++) {
      const SimCell cell = { (char *)entity->fields[i]->name,
                             (char *)sqlite3_column_text (statement, 2 + (int)i) };
      g_array_append_val (cells, cell);
    }
    g_hash_table_insert (rows, g_strdup_printf ("%s/%s", entity->name, sqlite3_column_text (statement, 0)),
                         sim_text_of (sqlite3_column_int64 (statement, 1), cells));
  }
  sqlite3_finalize (statement);
  g_string_free (sql, TRUE);
}

/* @rows against what the oracle says, both ways. */
static void
compare (SimDevice *device, GHashTable *rows, GHashTable *expected, const char *what)
{
  SimWorld *world = device->world;
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const char *ours = g_hash_table_lookup (rows, key);
    if (ours == NULL)
      sim_fail (world, "%s of device %u (%s): %s is missing", what, device->index, device->user, (char *)key);
    if (!g_str_equal (ours, value))
      sim_fail (world, "%s of device %u (%s): %s is\n#   %s, and should be\n#   %s", what, device->index,
                device->user, (char *)key, ours, (char *)value);
  }
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (expected, key))
      sim_fail (world, "%s of device %u (%s): %s should not be there", what, device->index, device->user,
                (char *)key);
}

static GHashTable *
strings_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
check_base (SimDevice *device, const Promise *promise)
{
  g_autoptr (GHashTable) rows = strings_new ();
  g_autoptr (GPtrArray) filled = sim_device_list_filled (device);
  for (guint i = 0; i < filled->len; i++) {
    const SatchelEntity *entity = filled->pdata[i];
    g_autofree char *where = g_strdup_printf ("id NOT IN (SELECT id FROM \"base_%s\")", entity->name);
    dump (device, entity, "e", where, rows);
    /* s = -1 says that the server has no such row. */
    dump (device, entity, "base", "s >= 0", rows);
  }
  compare (device, rows, promise->carried, "3, 5: base");
}

static void
check_shown (SimDevice *device, const Promise *promise)
{
  g_autoptr (GHashTable) rows = strings_new ();
  g_autoptr (GPtrArray) filled = sim_device_list_filled (device);
  for (guint i = 0; i < filled->len; i++) {
    const SatchelEntity *entity = filled->pdata[i];
    g_autofree char *where =
        g_strdup_printf ("id NOT IN (SELECT id FROM \"base_%s\" WHERE s < 0)", entity->name);
    dump (device, entity, "e", where, rows);
  }
  compare (device, rows, promise->carried, "3: what is shown");
}

/* Stubs: those that are due, with their titles. What a draft names may be known beside them. */
static void
check_stubs (SimDevice *device, const Promise *promise)
{
  g_autoptr (GHashTable) held = strings_new ();
  GHashTableIter iter;
  gpointer key, title;
  sqlite3_stmt *statement =
      sim_prepare (device->world, sim_device_handle (device), "SELECT entity||'/'||id, title FROM stub");
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_hash_table_insert (held, g_strdup ((const char *)sqlite3_column_text (statement, 0)),
                         g_strdup ((const char *)sqlite3_column_text (statement, 1)));
  sqlite3_finalize (statement);
  g_hash_table_iter_init (&iter, promise->stubs);
  while (g_hash_table_iter_next (&iter, &key, &title))
    if (g_strcmp0 (g_hash_table_lookup (held, key), title) != 0)
      sim_fail (device->world, "5: device %u (%s): the stub of %s is “%s”, and should be “%s”", device->index,
                device->user, (char *)key, (char *)g_hash_table_lookup (held, key), (char *)title);
  g_hash_table_iter_init (&iter, held);
  while (g_hash_table_iter_next (&iter, &key, &title))
    if (!g_hash_table_contains (promise->stubs, key) &&
        !sim_device_writes_about (device, strchr (key, '/') + 1))
      sim_fail (device->world, "8: device %u (%s): the stub “%s” of %s should not be there", device->index,
                device->user, (char *)title, (char *)key);
}

/* ---- a device, after every step ---- */

static char *
cursor_of (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  char *cursor = NULL;
  gboolean ok =
      satchel_replica_dup_meta (satchel_session_get_replica (device->session), "cursor", &cursor, &error);
  sim_check (device->world, ok, error, "reading the cursor");
  return cursor;
}

void
sim_oracle_check_device (SimDevice *device)
{
  g_autofree char *cursor = cursor_of (device);
  if (cursor != NULL && g_strcmp0 (cursor, device->last_cursor) != 0) {
    const Promise *promise = find_promise (device, cursor);
    if (promise == NULL)
      sim_fail (device->world, "5: device %u is at %s, which no answer gave", device->index, cursor);
    check_base (device, promise);
    check_stubs (device, promise);
    sim_remains_check (device);
    g_free (device->last_cursor);
    device->last_cursor = g_steal_pointer (&cursor);
  }
  sim_flicker_check (device);
}

/* ---- at rest ---- */

static void
check_quiet (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  SatchelOutbox *outbox = satchel_session_get_outbox (device->session);
  gint64 waiting = 0, sent = 0;
  gboolean ok = satchel_outbox_count (outbox, SATCHEL_SET_PENDING, &waiting, &error) &&
                satchel_outbox_count (outbox, SATCHEL_SET_SENT, &sent, &error);
  sim_check (device->world, ok, error, "counting the outbox");
  if (waiting + sent > 0)
    sim_fail (device->world, "13: device %u (%s): %" G_GINT64_FORMAT " sets still wait at rest",
              device->index, device->user, waiting + sent);
}

/* What the server thinks of its own tables. */
static void
check_server (SimWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_server_check (world->server, &error);
  sim_check (world, problems != NULL, error, "checking the server");
  if (problems->len > 0)
    sim_fail (world, "9: the server's check: %s", (char *)g_ptr_array_index (problems, 0));
}

void
sim_oracle_check_rest (SimWorld *world)
{
  sqlite3 *db = sim_server_handle (world);
  g_autofree char *now = sim_read_text (world, db, "SELECT epoch||'.'||s||'.' FROM clock", NULL);
  check_server (world);
  sim_ledger_check_once (world, db);
  for (guint i = 0; i < world->devices->len; i++) {
    SimDevice *device = g_ptr_array_index (world->devices, i);
    g_autofree char *cursor = cursor_of (device);
    Promise *promise;
    if (device->shut_out)
      continue;
    if (cursor == NULL || !g_str_has_prefix (cursor, now))
      sim_fail (world, "13: device %u is at %s, the server at %s", device->index,
                cursor != NULL ? cursor : "nothing", now);
    check_quiet (device);
    promise = promise_new (device, satchel_session_get_user (device->session),
                           satchel_session_get_device (device->session), cursor);
    check_base (device, promise);
    check_shown (device, promise);
    check_stubs (device, promise);
    sim_remains_check_file (device);
    sim_files_check (device);
    promise_free (promise);
    sim_ledger_check (device, db);
  }
}
