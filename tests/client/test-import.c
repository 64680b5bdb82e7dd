/* Whole files into a replica and out again: dirty rows, order, keys, resuming, names, round trips; real files
 * where there are some.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/import.h"

#include <glib/gstdio.h>
#include <string.h>

#include "client/transfer/csv.h"
#include "client/transfer/export.h"
#include "protocol/error.h"
#include "tests/client/device.h"

static void
set_up (Device *device, gconstpointer data)
{
  device_setup (device, DEVICE_PRIMED);
}

static void
tear_down (Device *device, gconstpointer data)
{
  device_teardown (device);
}

/* ---- helpers ---- */

static const SatchelEntity *
entity_named (const char *name)
{
  return satchel_registry_find (satchel_registry_builtin (), name);
}

static void
import_path (Device *device, const char *entity, const char *path, const SatchelImportOptions *options,
             SatchelImportSummary *summary)
{
  const SatchelImportOptions plain = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_import_file (device->session, entity_named (entity), path,
                                      options != NULL ? options : &plain, summary, &error));
  g_assert_no_error (error);
}

static char *
write_file (Device *device, const char *name, const char *text)
{
  char *path = g_build_filename (device->dir, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_assert_no_error (error);
  return path;
}

static void
assert_counts (const SatchelImportSummary *summary, gint64 created, gint64 updated, gint64 unchanged,
               gint64 rejected)
{
  g_assert_cmpint (summary->created, ==, created);
  g_assert_cmpint (summary->updated, ==, updated);
  g_assert_cmpint (summary->unchanged, ==, unchanged);
  g_assert_cmpint (summary->rejected, ==, rejected);
  g_assert_cmpint (summary->rows, ==, created + updated + unchanged + rejected);
}

static void
import_text (Device *device, const char *entity, const char *text, gint64 created, gint64 updated,
             gint64 unchanged, gint64 rejected)
{
  g_autofree char *path = write_file (device, "input.csv", text);
  g_auto (SatchelImportSummary) summary = { 0 };

  import_path (device, entity, path, NULL, &summary);
  assert_counts (&summary, created, updated, unchanged, rejected);
}

static gboolean
append_cb (const char *text, gsize length, gpointer data, GError **error)
{
  g_string_append_len (data, text, (gssize)length);
  return TRUE;
}

static char *
export_text (Device *device, const char *entity, const char *map_name, const char *where_text,
             SatchelExportFormat format)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SatchelRegistry *registry = satchel_registry_builtin ();
  g_autoptr (SatchelMap) map = map_name != NULL ? satchel_map_load (registry, map_name, &error) : NULL;
  g_autoptr (SatchelPredicate) where =
      where_text != NULL ? satchel_predicate_parse (registry, entity_named (entity), where_text, &error)
                         : NULL;

  g_assert_no_error (error);
  g_assert_true (
      satchel_export (device->session, entity_named (entity), map, where, format, append_cb, text, &error));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

/* Rows by their first cell: GPtrArray of cells; "" is the header. */
static GHashTable *
rows_by_first_cell (const char *text)
{
  GHashTable *rows =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  SatchelCsvReader reader;

  satchel_csv_reader_init (&reader, text, strlen (text));
  for (guint n = 0;; n++) {
    SatchelCsvRow row = { 0 };

    if (!satchel_csv_reader_next (&reader, &row))
      return rows;
    g_assert_null (row.problem);
    g_hash_table_insert (rows, g_strdup (n == 0 ? "" : row.cells->pdata[0]), row.cells);
  }
}

/* Every row of @exported stands in @original with the same cells, as far as both have the column; returns how
 * many. */
static guint
assert_rows_equal (const char *original, const char *exported)
{
  g_autoptr (GHashTable) before = rows_by_first_cell (original), after = rows_by_first_cell (exported);
  GPtrArray *names = g_hash_table_lookup (before, ""), *columns = g_hash_table_lookup (after, "");
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    GPtrArray *cells = value, *wanted = g_hash_table_lookup (before, key);

    g_assert_nonnull (wanted);
    for (guint i = 0; i < columns->len; i++) {
      guint place;

      g_assert_true (g_ptr_array_find_with_equal_func (names, columns->pdata[i], g_str_equal, &place));
      g_assert_cmpstr (cells->pdata[i], ==, wanted->pdata[place]);
    }
  }
  return g_hash_table_size (after) - 1;
}

static char *
fixture_path (const char *name)
{
  return g_build_filename (FIXTURES, "import", name, NULL);
}

static void
import_fixture (Device *device, const char *entity, const char *name, gint64 created, gint64 rejected)
{
  g_autofree char *path = fixture_path (name);
  g_auto (SatchelImportSummary) summary = { 0 };

  import_path (device, entity, path, NULL, &summary);
  assert_counts (&summary, created, 0, 0, rejected);
}

static gint64
count_pending (Device *device)
{
  gint64 count = -1;
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_outbox_count (satchel_session_get_outbox (device->session), SATCHEL_SET_PENDING,
                                       &count, &error));
  return count;
}

/* ---- tests ---- */

/* Each dirty row is reported with line, column, value and reason; the rest goes in, whatever the order. */
static void
test_dirty (Device *device, gconstpointer data)
{
  static const struct {
    const char *line;
    const char *column;
    const char *value;
    const char *reason;
  } WANTED[] = {
    { "6", "revenue", "12x", "not a decimal number" },
    { "7", "subsidiary_of", "Nobody", "no account is called “Nobody”" },
    { "8", "subsidiary_of", "Broken Revenue", "no account is called “Broken Revenue”" },
    { "9", "", "", "the row has 3 cells, the header 7" },
    { "10", "account", "Grand Mother", "the row in line 3 has the same key" },
  };
  g_autofree char *path = fixture_path ("accounts.csv"), *errors = NULL, *exported = NULL;
  g_auto (SatchelImportSummary) summary = { 0 };
  SatchelCsvReader reader;
  GStatBuf info;

  import_path (device, "account", path, NULL, &summary);
  assert_counts (&summary, 4, 0, 0, 5);
  g_assert_cmpstr (summary.map_name, ==, "crm-accounts");

  g_assert_cmpint (g_stat (summary.errors_file, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (summary.errors_file, &errors, NULL, NULL));
  satchel_csv_reader_init (&reader, errors, strlen (errors));
  for (guint i = 0; i < G_N_ELEMENTS (WANTED) + 1; i++) {
    g_auto (SatchelCsvRow) row = { 0 };

    g_assert_true (satchel_csv_reader_next (&reader, &row));
    if (i == 0)
      continue;
    g_assert_cmpstr (row.cells->pdata[0], ==, WANTED[i - 1].line);
    g_assert_cmpstr (row.cells->pdata[1], ==, WANTED[i - 1].column);
    g_assert_cmpstr (row.cells->pdata[2], ==, WANTED[i - 1].value);
    g_assert_nonnull (strstr (row.cells->pdata[3], WANTED[i - 1].reason));
  }

  exported =
      export_text (device, "account", "crm-accounts", "parent.name = \"Blue Daughter\"", SATCHEL_EXPORT_CSV);
  g_assert_cmpstr (exported, ==,
                   "account,sector,year_established,revenue,employees,office_location,subsidiary_of\r\n"
                   "\"Quote \"\"Q\"\" & Sons\",medical,1999,251.41,495,România,Blue Daughter\r\n");
}

/* The errors file, mended, is imported again; what it says in front is skipped. */
static void
test_mend (Device *device, gconstpointer data)
{
  g_autofree char *path = fixture_path ("accounts.csv"), *errors = NULL, *mended = NULL;
  g_auto (SatchelImportSummary) first = { 0 }, second = { 0 };
  g_autoptr (GString) text = NULL;

  import_path (device, "account", path, NULL, &first);
  g_assert_true (g_file_get_contents (first.errors_file, &errors, NULL, NULL));
  text = g_string_new (errors);
  g_string_replace (text, "12x,495", "12,495", 0);
  mended = write_file (device, "mended.csv", text->str);
  import_path (device, "account", mended, NULL, &second);
  g_assert_cmpstr (second.map_name, ==, "crm-accounts");
  /* Broken Revenue and its child go in; the second Grand Mother now is an update. */
  assert_counts (&second, 2, 1, 0, 2);
}

/* All four files of one customer, lookups between them, aliases, dates; out again equal (test_dirty:
 * accounts). */
static void
test_round_trip (Device *device, gconstpointer data)
{
  static const struct {
    const char *entity;
    const char *file;
    const char *map;
    const char *where;
    gint64 created, rejected;
  } FILES[] = {
    { "product", "products.csv", "crm-products", NULL, 2, 0 },
    { "user", "sales_teams.csv", "crm-sales-teams", "manager is not empty", 4, 0 },
    { "opportunity", "sales_pipeline.csv", "crm-sales-pipeline", NULL, 3, 4 },
  };

  import_fixture (device, "account", "accounts.csv", 4, 5);
  for (guint i = 0; i < G_N_ELEMENTS (FILES); i++) {
    g_autofree char *path = fixture_path (FILES[i].file), *original = NULL, *exported = NULL;

    import_fixture (device, FILES[i].entity, FILES[i].file, FILES[i].created, FILES[i].rejected);
    g_assert_true (g_file_get_contents (path, &original, NULL, NULL));
    exported = export_text (device, FILES[i].entity, FILES[i].map, FILES[i].where, SATCHEL_EXPORT_CSV);
    g_assert_cmpuint (assert_rows_equal (original, exported), ==, FILES[i].created);
  }
}

/* Units that a file names are made below the importer's own; managers in the unit of the row that names them.
 */
static void
test_create_missing (Device *device, gconstpointer data)
{
  g_autofree char *units = NULL, *managers = NULL;

  import_fixture (device, "user", "sales_teams.csv", 4, 0);
  units = export_text (device, "business_unit", NULL,
                       "parent.name = \"Unit\" and name in (\"Central\", \"East\")", SATCHEL_EXPORT_CSV);
  g_assert_nonnull (strstr (units, ",Central,Unit"));
  g_assert_nonnull (strstr (units, ",East,Unit"));
  managers =
      export_text (device, "user", NULL, "unit.name = \"East\" and manager is empty", SATCHEL_EXPORT_CSV);
  g_assert_nonnull (strstr (managers, ",Cara Losch,"));
  g_assert_null (strstr (managers, ",Dustin Brinkmann,"));
}

/* Importing twice, or going on after an interruption, doubles nothing and queues nothing. */
static guint rows_to_go;

static gboolean
interrupt_cb (void)
{
  return rows_to_go-- == 0;
}

static void
test_resume (Device *device, gconstpointer data)
{
  const SatchelImportOptions cut = { .interrupted = interrupt_cb };
  g_autoptr (GString) text = g_string_new ("name,city\n");
  g_autofree char *path = NULL;
  g_auto (SatchelImportSummary) first = { 0 }, second = { 0 }, third = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1200; i++)
    g_string_append_printf (text, "Company %u,Town %u\n", i, i % 7);
  path = write_file (device, "many.csv", text->str);
  rows_to_go = 700;
  g_assert_false (
      satchel_import_file (device->session, entity_named ("account"), path, &cut, &first, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  g_assert_cmpint (first.created, ==, 700);

  import_path (device, "account", path, NULL, &second);
  assert_counts (&second, 500, 0, 700, 0);
  g_assert_cmpint (count_pending (device), ==, 1200);
  import_path (device, "account", path, NULL, &third);
  assert_counts (&third, 0, 0, 1200, 0);
  g_assert_cmpint (count_pending (device), ==, 1200);
}

static void
test_update (Device *device, gconstpointer data)
{
  g_autofree char *exported = NULL;

  import_text (device, "product", "product,series,sales_price\nA,S,1\nB,S,2\n", 2, 0, 0, 0);
  import_text (device, "product", "product,series,sales_price\nB,S,2.50\nA,S,1\nC,,\n", 1, 1, 1, 0);
  /* An empty cell empties the field. */
  import_text (device, "product", "product,series,sales_price\nA,,1\n", 0, 1, 0, 0);
  exported = export_text (device, "product", "crm-products", NULL, SATCHEL_EXPORT_CSV);
  g_assert_cmpstr (exported, ==, "product,series,sales_price\r\nA,,1\r\nB,S,2.5\r\nC,,\r\n");
}

/* An export without a map goes in again by its ids. */
static void
test_by_id (Device *device, gconstpointer data)
{
  g_autofree char *exported = NULL, *again = NULL;
  g_autoptr (GString) text = NULL;

  import_text (device, "account", "name,city,parent\nX,Cluj,\nY,Iași,X\n", 2, 0, 0, 0);
  exported = export_text (device, "account", NULL, NULL, SATCHEL_EXPORT_CSV);
  import_text (device, "account", exported, 0, 0, 2, 0);
  text = g_string_new (exported);
  g_string_replace (text, "Iași", "Deva", 0);
  import_text (device, "account", text->str, 0, 1, 1, 0);
  again = export_text (device, "account", NULL, "city = \"Deva\"", SATCHEL_EXPORT_CSV);
  g_assert_nonnull (strstr (again, ",X,")); /* parent by name */
}

/* Rows may refer to each other in a circle, and to a name that two records share only by its exact spelling.
 */
static void
test_references (Device *device, gconstpointer data)
{
  g_autofree char *circle = NULL, *exact = NULL;

  import_text (device, "account", "name,parent\nHen,Egg\nEgg,Hen\n", 2, 0, 0, 0);
  circle =
      export_text (device, "account", NULL, "parent.name = \"Hen\" and name = \"Egg\"", SATCHEL_EXPORT_CSV);
  g_assert_nonnull (strstr (circle, "\r\n"));
  g_assert_nonnull (strstr (circle, ",Egg,"));
  import_text (device, "account", "name\nACME\nAcme\n", 2, 0, 0, 0);
  import_text (device, "account", "name,parent\nOne,acme\nTwo, ACME \n", 1, 0, 0, 1);
  exact =
      export_text (device, "account", NULL, "name = \"Two\" and parent.name = \"ACME\"", SATCHEL_EXPORT_CSV);
  g_assert_nonnull (strstr (exact, "Two"));
  /* An account that would be its own parent is refused by the rules. */
  import_text (device, "account", "name,parent\nSelf,Self\n", 0, 0, 0, 1);
}

static void
test_dry_run (Device *device, gconstpointer data)
{
  const SatchelImportOptions options = { .dry_run = TRUE };
  g_autofree char *path = fixture_path ("accounts.csv");
  g_auto (SatchelImportSummary) summary = { 0 };

  import_path (device, "account", path, &options, &summary);
  assert_counts (&summary, 4, 0, 0, 5);
  g_assert_cmpint (count_pending (device), ==, 0);
}

static void
test_refused (Device *device, gconstpointer data)
{
  static const char *const TEXTS[] = { "", "\n", "strange,columns\n1,2\n", "name,NAME\na,b\n", "a\0b" };
  const SatchelImportOptions options = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    g_autofree char *path = write_file (device, "input.csv", TEXTS[i]);
    g_auto (SatchelImportSummary) summary = { 0 };
    g_autoptr (GError) error = NULL;

    g_assert_false (
        satchel_import_file (device->session, entity_named ("account"), path, &options, &summary, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
  g_assert_cmpint (count_pending (device), ==, 0);
}

/* A rule's refusal is reported under the column that it is about. */
static void
test_rules (Device *device, gconstpointer data)
{
  g_autofree char *path = write_file (device, "input.csv", "city,Account Name\nCluj,\n"), *errors = NULL;
  g_auto (SatchelImportSummary) summary = { 0 };

  import_path (device, "account", path, NULL, &summary);
  assert_counts (&summary, 0, 0, 0, 1);
  g_assert_true (g_file_get_contents (summary.errors_file, &errors, NULL, NULL));
  g_assert_nonnull (strstr (errors, "\r\n2,Account Name,,“Account Name” is required,Cluj,\r\n"));
}

static void
test_json (Device *device, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  import_text (device, "product", "name,price\nA,1.5\nB,\n", 2, 0, 0, 0);
  text = export_text (device, "product", NULL, NULL, SATCHEL_EXPORT_JSON);
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, 2);
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (json_node_get_array (node), 0), "price"),
      ==, "1.5");
}

/* ---- real files ---- */

static char *
shared_file (const char *folder, const char *name)
{
  const char *shared = g_getenv ("SATCHEL_SHARED_DATA");
  char *path = shared != NULL
                   ? g_build_filename (shared, folder, name, NULL)
                   : g_build_filename (FIXTURES, "..", "..", "..", "shared", "data", folder, name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_clear_pointer (&path, g_free);
  return path;
}

static void
test_real (Device *device, gconstpointer data)
{
  static const struct {
    const char *entity;
    const char *folder;
    const char *file;
    const char *map;
    const char *where;
    gint64 created, rejected;
  } FILES[] = {
    { "account", "crm-csv", "accounts.csv", "crm-accounts", "ticker is empty", 85, 0 },
    { "product", "crm-csv", "products.csv", "crm-products", NULL, 7, 0 },
    { "user", "crm-csv", "sales_teams.csv", "crm-sales-teams", "manager is not empty", 35, 0 },
    { "opportunity", "crm-csv", "sales_pipeline.csv", "crm-sales-pipeline", NULL, 7375, 1425 },
    { "account", "companies", "constituents.csv", "sp500-companies", "ticker is not empty", 503, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (FILES); i++) {
    g_autofree char *path = shared_file (FILES[i].folder, FILES[i].file), *original = NULL, *exported = NULL;
    g_auto (SatchelImportSummary) summary = { 0 }, again = { 0 };

    if (path == NULL) {
      g_test_skip ("the real files are not here");
      return;
    }
    import_path (device, FILES[i].entity, path, NULL, &summary);
    assert_counts (&summary, FILES[i].created, 0, 0, FILES[i].rejected);
    g_assert_true (g_file_get_contents (path, &original, NULL, NULL));
    exported = export_text (device, FILES[i].entity, FILES[i].map, FILES[i].where, SATCHEL_EXPORT_CSV);
    g_assert_cmpuint (assert_rows_equal (original, exported), ==, FILES[i].created);
    import_path (device, FILES[i].entity, path, NULL, &again);
    assert_counts (&again, 0, 0, FILES[i].created, FILES[i].rejected);
  }
}

#define ADD(path, function) g_test_add (path, Device, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  /* No Secret Service in tests: the token goes into the profile's file. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("/client/import/dirty", test_dirty);
  ADD ("/client/import/mend", test_mend);
  ADD ("/client/import/round-trip", test_round_trip);
  ADD ("/client/import/create-missing", test_create_missing);
  ADD ("/client/import/resume", test_resume);
  ADD ("/client/import/update", test_update);
  ADD ("/client/import/by-id", test_by_id);
  ADD ("/client/import/references", test_references);
  ADD ("/client/import/dry-run", test_dry_run);
  ADD ("/client/import/refused", test_refused);
  ADD ("/client/import/rules", test_rules);
  ADD ("/client/import/json", test_json);
  ADD ("/client/import/real-files", test_real);
  return g_test_run ();
}
