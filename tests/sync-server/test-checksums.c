/* Checksums kept with rows: equal to the values after every kind of write; what alters a value behind the
 * store's back is found, named, and stays visible until a person accepts it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/checksum.h"
#include "sync-server/customising.h"
#include "sync-server/scope/audit.h"
#include "sync-server/server-private.h"
#include "sync-server/store/checksums.h"
#include "sync-server/store/rows.h"
#include "tests/sync-server/office.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  Office *office;
  char *keeper_id, *seller_id;
  Desk *keeper, *seller; /* the keeper reads the class "credit", the seller does not */
  char *account, *task;
} World;

static void
set_up (World *world, gconstpointer data)
{
  Office *office = world->office = office_new ();
  g_autofree char *to_account = NULL, *owner = NULL;

  world->keeper_id = office_hire (office, "keeper", "back-office", office->north);
  world->seller_id = office_hire (office, "seller", "salesperson", office->north);
  world->keeper = desk_new (office, "keeper");
  world->seller = desk_new (office, "seller");
  world->account = new_id (world->keeper);
  world->task = new_id (world->keeper);
  to_account = g_strdup_printf ("\"%s\"", world->account);
  owner = g_strdup_printf ("\"user:%s\"", world->seller_id);
  assert_applied (desk_create (world->keeper, "account", world->account, "name", "\"Acme Textile\"", "city",
                               "\"Cluj\"", "owner", owner, "credit_hold", "1", NULL));
  assert_applied (desk_create (world->keeper, "task", world->task, "subject", "\"Call\"", "account",
                               to_account, "owner", owner, NULL));
  desk_pull (world->keeper);
  desk_pull (world->seller);
}

static void
tear_down (World *world, gconstpointer data)
{
  desk_free (world->keeper);
  desk_free (world->seller);
  g_free (world->keeper_id);
  g_free (world->seller_id);
  g_free (world->account);
  g_free (world->task);
  office_free (world->office);
}

/* ---- what is kept ---- */

typedef struct {
  const SatchelRecord *record;
  guint64 expected;
  guint n;
} Expected;

static gboolean
compare_cb (gint64 row, guint64 tail, guint64 sum, gpointer data, GError **error)
{
  Expected *expected = data;

  g_assert_cmphex (sum, ==, expected->expected);
  g_assert_cmphex (tail, ==, satchel_checksum_tail (expected->record->id));
  expected->n++;
  return TRUE;
}

/* What a reader who may see no class of @hidden, or the classes, gets of @record. */
static void
assert_sum (SatchelStore *store, const SatchelRecord *record, GPtrArray *hidden, guint64 sum)
{
  Expected expected = { record, sum, 0 };
  g_auto (SatchelConditions) select = { 0 };
  g_autoptr (GError) error = NULL;

  satchel_conditions_init (&select);
  g_string_append_printf (select.sql, "SELECT row FROM e_%s WHERE id = ?", record->entity->name);
  satchel_conditions_add_text (&select, g_strdup (record->id));
  must (satchel_checksums_visit (store, record->entity, hidden, &select, compare_cb, &expected, &error));
  g_assert_cmpuint (expected.n, ==, 1);
}

/* Of all rows, from the records themselves. */
static void
assert_kept (World *world)
{
  SatchelReader *reader = satchel_server_begin_read (world->office->server, NULL);
  SatchelStore *store = reader->store;
  g_autoptr (GPtrArray) none = g_ptr_array_new (), classes = g_ptr_array_new ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  g_ptr_array_add (classes, (gpointer) "credit");
  g_ptr_array_add (classes, (gpointer) "risk");
  for (guint i = 0; i < n_entities; i++) {
    g_autoptr (GPtrArray) records = satchel_rows_list (store, entities[i], NULL);

    for (guint j = 0; j < records->len; j++) {
      const SatchelRecord *record = records->pdata[j];

      assert_sum (store, record, none, satchel_checksum_row (record));
      assert_sum (store, record, classes, satchel_checksum_fragment (record, NULL));
    }
  }
  satchel_server_end_read (world->office->server, reader);
}

static void
apply (World *world, const char *text)
{
  SatchelMetadataDocument document = { "test.xml", text };
  g_autoptr (GError) error = NULL;
  gint64 version;

  must (satchel_server_customise (world->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version,
                                  &error));
}

static void
test_writes (World *world, gconstpointer data)
{
  g_autofree char *to_keeper = g_strdup_printf ("\"user:%s\"", world->keeper_id);
  g_autoptr (GError) error = NULL;

  assert_kept (world);
  assert_applied (
      desk_update (world->keeper, "account", world->account, "credit_hold", "0", "city", "\"Dej\"", NULL));
  assert_kept (world);
  /* Two who edit one field: a conflict is a row, too. */
  assert_conflicts (desk_update (world->seller, "account", world->account, "city", "\"Turda\"", NULL), 1);
  assert_kept (world);
  assert_applied (desk_act (world->keeper, "account", world->account, "assign", "owner", to_keeper, NULL));
  assert_kept (world);
  /* The cascade, and back. */
  desk_pull (world->keeper);
  assert_applied (desk_delete (world->keeper, "account", world->account));
  assert_kept (world);
  assert_applied (desk_act (world->keeper, "account", world->account, "restore", NULL));
  assert_kept (world);
  /* Far away: all that she owns goes along. */
  must (satchel_accounts_set_unit (world->office->server, NULL, world->keeper_id, world->office->south,
                                   &error));
  assert_kept (world);
  must (satchel_accounts_set_unit (world->office->server, NULL, world->keeper_id, world->office->north,
                                   &error));
  assert_kept (world);
}

/* A set that is rolled back leaves no sums. */
static void
test_parked (World *world, gconstpointer data)
{
  SatchelChangeSet *set = desk_set (world->keeper);
  g_autofree char *other = new_id (world->keeper), *missing = new_id (world->keeper);
  g_autofree char *nowhere = g_strdup_printf ("\"%s\"", missing);

  add_change (world->keeper, set, SATCHEL_CHANGE_UPDATE, "account", world->account, NULL, "city", "\"Turda\"",
              NULL);
  add_change (world->keeper, set, SATCHEL_CHANGE_CREATE, "task", other, NULL, "subject", "\"Call\"",
              "account", nowhere, NULL);
  assert_parked (desk_push (world->keeper, set), SATCHEL_ERROR_REFERENCE);
  assert_kept (world);
}

static guint64
sum_account (World *world)
{
  SatchelReader *reader = satchel_server_begin_read (world->office->server, NULL);
  const SatchelEntity *entity = satchel_registry_find (reader->store->registry, "account");
  g_autoptr (SatchelRecord) record = NULL;
  guint64 sum;

  g_assert_true (satchel_rows_read (reader->store, entity, world->account, &record, NULL));
  sum = satchel_checksum_row (record);
  satchel_server_end_read (world->office->server, reader);
  return sum;
}

/* An empty field counts nothing; one that is filled counts, whatever its class. */
static void
test_schema (World *world, gconstpointer data)
{
  const guint64 before = sum_account (world);

#define ADD_FIELD(attributes)                                                                                \
  "<satchel version='1'><entity name='account'><field " attributes "/></entity></satchel>"
  apply (world, ADD_FIELD ("name='loyalty' label='Loyalty' type='string'"));
  g_assert_cmphex (sum_account (world), ==, before);
  assert_kept (world);
  apply (world, ADD_FIELD ("name='level' label='Level' type='integer' required='yes' default='1'"));
  g_assert_cmphex (sum_account (world), !=, before);
  assert_kept (world);
  apply (world, ADD_FIELD ("name='hazard' label='Hazard' type='string' default='b' secured='risk'"));
  assert_kept (world);
  assert_applied (desk_update (world->keeper, "account", world->account, "level", "2", NULL));
  assert_kept (world);
}

/* A store whose rows have no sums yet gets them when its tables are made to follow the program's definitions.
 */
static void
test_without (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SatchelDatabase *database;

  must (satchel_server_begin_write (world->office->server, &error));
  database = world->office->server->writer->database;
  must (satchel_database_execute (database,
                                  "DROP TABLE k_account; DROP TABLE k_task;"
                                  "UPDATE organisation SET schema_digest = 'of old'",
                                  &error));
  must (satchel_server_end_write (world->office->server, TRUE, &error));
  office_reopen (world->office);
  assert_kept (world);
}

/* ---- damage ---- */

/* What SQL does to the store, or a disk. */
G_GNUC_PRINTF (2, 3)
static void
damage (World *world, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = NULL;
  va_list arguments;

  va_start (arguments, format);
  sql = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  must (satchel_server_begin_write (world->office->server, &error));
  must (satchel_database_execute (world->office->server->writer->database, sql, &error));
  must (satchel_server_end_write (world->office->server, TRUE, &error));
}

static gint64
ask (World *world, const char *sql)
{
  SatchelReader *reader = satchel_server_begin_read (world->office->server, NULL);
  SatchelStatement *statement = satchel_database_prepare (reader->store->database, sql, NULL);
  gint64 value;

  g_assert_nonnull (statement);
  g_assert_true (satchel_statement_take_integer (statement, -1, &value, NULL));
  satchel_server_end_read (world->office->server, reader);
  return value;
}

/* @expected NULL: it is sound. */
static void
assert_found (World *world, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_server_check (world->office->server, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (char *)problems->pdata[i]);
  g_assert_cmpstr (text->str, ==, expected != NULL ? expected : "");
}

static void
assert_account_found (World *world)
{
  g_autofree char *expected = g_strdup_printf ("account: %s is not what was written", world->account);

  assert_found (world, expected);
}

static void
accept (World *world, guint expected)
{
  g_autoptr (GError) error = NULL;
  guint n;

  must (satchel_server_accept_rows (world->office->server, &n, &error));
  g_assert_cmpuint (n, ==, expected);
  assert_found (world, NULL);
}

static void
expect_log (void)
{
  g_test_expect_message ("satchel-checksums", G_LOG_LEVEL_MESSAGE, "account * is not what was written*");
}

/* Neither an edit beside the damage nor one over it hides that something was altered. */
static void
test_stays_visible (World *world, gconstpointer data)
{
  damage (world, "UPDATE e_account SET f_city = 'Wrong' WHERE id = '%s'", world->account);
  assert_account_found (world);
  expect_log ();
  assert_applied (desk_update (world->keeper, "account", world->account, "phone", "\"1\"", NULL));
  g_test_assert_expected_messages ();
  assert_account_found (world);
  desk_pull (world->keeper);
  expect_log ();
  assert_applied (desk_update (world->keeper, "account", world->account, "city", "\"Cluj\"", NULL));
  g_test_assert_expected_messages ();
  assert_account_found (world);
  accept (world, 1);
  g_assert_cmpint (
      ask (world, "SELECT count(*) FROM audit WHERE what = 'accepted' AND detail LIKE 'account %'"), ==, 1);
  assert_applied (desk_update (world->keeper, "account", world->account, "phone", "\"2\"", NULL));
  assert_kept (world);
}

/* Fields of each class, an empty one, one that was empty, a number. */
static void
test_found (World *world, gconstpointer data)
{
  static const char *const harms[] = { "f_city = NULL",           "f_phone = '1'",
                                       "f_employees = 7",         "f_credit_hold = 0",
                                       "f_credit_limit = '1.00'", "id = id, f_name = f_name || ' '" };

  for (guint i = 0; i < G_N_ELEMENTS (harms); i++) {
    damage (world, "UPDATE e_account SET %s WHERE id = '%s'", harms[i], world->account);
    assert_account_found (world);
    accept (world, 1);
  }
  /* The sum itself. */
  damage (world, "UPDATE k_account SET k = k + 1");
  assert_account_found (world);
  accept (world, 1);
  damage (world, "DELETE FROM k_account");
  assert_account_found (world);
  expect_log ();
  assert_applied (desk_update (world->keeper, "account", world->account, "phone", "\"2\"", NULL));
  g_test_assert_expected_messages ();
  assert_account_found (world);
  accept (world, 1);
}

/* Each one is named up to a bound. */
static void
test_many (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autofree char *id = new_id (world->keeper);

    assert_applied (desk_create (world->keeper, "task", id, "subject", "\"Call\"", NULL));
  }
  damage (world, "UPDATE e_task SET f_subject = 'Wrong'");
  problems = satchel_server_check (world->office->server, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 21);
  g_assert_cmpstr (problems->pdata[20], ==, "task: 11 more rows are not what was written");
  accept (world, 31);
}

/* A damaged record that is deleted is remembered; so is a row that vanished, when its number is given anew.
 */
static void
test_gone (World *world, gconstpointer data)
{
  damage (world, "UPDATE e_account SET f_city = 'Wrong' WHERE id = '%s'", world->account);
  expect_log ();
  assert_applied (desk_delete (world->keeper, "account", world->account));
  g_test_assert_expected_messages ();
  assert_found (world, NULL);
  g_assert_cmpint (
      ask (world, "SELECT count(*) FROM audit WHERE what = 'damaged' AND detail LIKE 'account %'"), ==, 1);

  damage (world, "INSERT INTO k_note (row, tail, k) VALUES (1, 2, 3)");
  assert_found (world, "note: 1 rows that were written are gone");
  accept (world, 1);
  damage (world, "INSERT INTO k_note (row, tail, k) VALUES (1, 2, 3)");
  g_autofree char *note = new_id (world->keeper);
  assert_applied (desk_create (world->keeper, "note", note, "subject", "\"Hello\"", NULL));
  assert_found (world, NULL);
  g_assert_cmpint (ask (world, "SELECT count(*) FROM audit WHERE what = 'damaged' AND detail LIKE 'note %'"),
                   ==, 1);
}

/* A byte of the file. */
static void
test_flipped (World *world, gconstpointer data)
{
  g_autofree char *file = g_build_filename (world->office->dir, "satchel.db", NULL), *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_clear_pointer (&world->office->server, satchel_server_close);
  must (g_file_get_contents (file, &bytes, &size, &error));
  for (char *at = bytes; (at = memmem (at, size - (gsize)(at - bytes), "Cluj", 4)) != NULL; at++)
    *at = 'K';
  must (g_file_set_contents (file, bytes, (gssize)size, &error));
  office_reopen (world->office);
  assert_account_found (world);
  accept (world, 1);
}

/* ---- what devices are told ---- */

static char *
audit (Desk *desk)
{
  g_autofree char *text =
      g_strdup_printf ("{\"cursor\":\"%s\",\"entity\":\"account\",\"parts\":[\"\"]}", desk->cursor);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelAuditRequest) request = satchel_audit_request_from_text (text, strlen (text), &error);
  char *answer = satchel_server_audit (desk->office->server, &desk->caller, request, &error);

  g_assert_no_error (error);
  return answer;
}

/* Whoever holds what was written is right, whatever became of it here; and nobody learns of a class that she
 * may not read. */
static void
test_told (World *world, gconstpointer data)
{
  g_autofree char *keeper = audit (world->keeper), *seller = audit (world->seller);
  g_autofree char *keeper_later = NULL, *seller_later = NULL, *accepted = NULL;

  g_assert_cmpstr (keeper, !=, seller);
  damage (world, "UPDATE e_account SET f_credit_hold = 0, f_city = 'Wrong'");
  keeper_later = audit (world->keeper);
  seller_later = audit (world->seller);
  g_assert_cmpstr (keeper_later, ==, keeper);
  g_assert_cmpstr (seller_later, ==, seller);
  damage (world, "UPDATE e_account SET f_city = 'Cluj'");
  accept (world, 1);
  g_free (keeper_later);
  g_free (seller_later);
  keeper_later = audit (world->keeper);
  seller_later = audit (world->seller);
  g_assert_cmpstr (keeper_later, !=, keeper);
  g_assert_cmpstr (seller_later, ==, seller);
}

#define ADD(path, test) g_test_add ("/sync-server/checksums/" path, World, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("writes", test_writes);
  ADD ("parked", test_parked);
  ADD ("schema", test_schema);
  ADD ("without", test_without);
  ADD ("stays-visible", test_stays_visible);
  ADD ("found", test_found);
  ADD ("many", test_many);
  ADD ("gone", test_gone);
  ADD ("flipped", test_flipped);
  ADD ("told", test_told);
  return g_test_run ();
}
