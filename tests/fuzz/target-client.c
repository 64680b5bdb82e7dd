/* What the client reads: files of people, answers of a server, its own files after somebody else had them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "client/online-page.h"
#include "client/replica/query.h"
#include "client/transfer/csv.h"
#include "client/transfer/dates.h"
#include "client/transfer/import.h"
#include "client/vault/seal.h"
#include "protocol/value.h"
#include "tests/client/device.h"
#include "tests/fuzz/fuzz.h"

/* ---- files of people ---- */

static void
read_dates (const SatchelCsvRow *row)
{
  const char *format = row->cells->pdata[0];
  g_autofree char *iso = NULL, *text = NULL, *again = NULL;
  gint64 days;

  if (row->cells->len < 2 || !satchel_date_format_is_valid (format))
    return;
  iso = satchel_date_from_format (format, row->cells->pdata[1]);
  if (iso == NULL)
    return;
  g_assert_true (satchel_date_parse (iso, &days));
  text = satchel_date_to_format (format, iso);
  again = satchel_date_from_format (format, text);
  g_assert_cmpstr (iso, ==, again);
}

/* What was read is written so that it is read again as the same. */
void
fuzz_csv (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = satchel_text_decode ((const char *)bytes, size, NULL, &error);
  SatchelCsvReader reader;

  fuzz_check_error (text == NULL, error);
  if (text == NULL)
    return;
  satchel_csv_reader_init (&reader, text, strlen (text));
  while (TRUE) {
    g_auto (SatchelCsvRow) row = { 0 }, again = { 0 };
    g_autoptr (GString) out = g_string_new ("sep=,\r\n");
    SatchelCsvReader second;

    if (!satchel_csv_reader_next (&reader, &row))
      return;
    g_assert_cmpuint (row.cells->len, >, 0);
    if (row.problem != NULL)
      continue;
    read_dates (&row);
    satchel_csv_append_row (out, (const char *const *)row.cells->pdata, row.cells->len);
    satchel_csv_reader_init (&second, out->str, out->len);
    if (row.cells->len == 1 && *(const char *)row.cells->pdata[0] == '\0')
      continue; /* an empty line */
    g_assert_true (satchel_csv_reader_next (&second, &again));
    g_assert_null (again.problem);
    g_assert_cmpuint (again.cells->len, ==, row.cells->len);
    for (guint i = 0; i < row.cells->len; i++)
      g_assert_cmpstr (again.cells->pdata[i], ==, row.cells->pdata[i]);
  }
}

void
fuzz_map (const guint8 *bytes, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelMap) map = satchel_map_read (satchel_registry_builtin (), "fuzz.xml", text, &error);

  fuzz_check_error (map == NULL, error);
}

/* A device that is kept; what an input leaves on it is undone by whoever used it. */
static Device *
get_device (void)
{
  static Device *device;

  if (device == NULL) {
    device = g_new0 (Device, 1);
    device_setup (device, DEVICE_PRIMED);
  }
  return device;
}

void
fuzz_import (const guint8 *bytes, gsize size)
{
  Device *device = get_device ();
  g_autofree char *path = g_build_filename (device->dir, "import.csv", NULL);
  g_autofree char *errors = g_build_filename (device->dir, "errors.csv", NULL);
  const SatchelImportOptions options = { .errors_path = errors, .dry_run = TRUE };
  g_auto (SatchelImportSummary) summary = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean done;

  fuzz_write_file (path, bytes, size);
  done = satchel_import_file (device->session, device_entity (device, "account"), path, &options, &summary,
                              &error);
  fuzz_check_error (!done, error);
  if (done)
    g_assert_cmpint (summary.created + summary.updated + summary.unchanged + summary.rejected, ==,
                     summary.rows);
  g_assert_cmpint (device_rows (device, "set_queue"), ==, 0);
  g_unlink (errors);
}

/* ---- answers of a server ---- */

void
fuzz_page (const guint8 *bytes, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelOnlinePage) page =
      satchel_online_page_parse (satchel_registry_builtin (), text, size, &error);

  fuzz_check_error (page == NULL, error);
}

static gboolean
see_row (const SatchelRecord *record, gpointer data)
{
  g_autofree char *title = satchel_record_dup_title (record);

  return TRUE;
}

void
fuzz_read_all (SatchelSession *session)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_replica_get_registry (replica), &n_entities);
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  for (guint i = 0; i < n_entities; i++) {
    const SatchelQuery all = { .entity = entities[i], .limit = -1 };
    const SatchelQuery find = { .entity = entities[i], .find = "acme", .limit = -1 };
    g_autoptr (GError) error = NULL;

    (void)!satchel_replica_query (replica, &all, &context, see_row, NULL, &error);
    g_assert_no_error (error);
    (void)!satchel_replica_query (replica, &find, &context, see_row, NULL, &error);
    g_assert_no_error (error);
  }
}

static Device *pulling;

static void
begin_anew (void)
{
  if (pulling != NULL)
    device_teardown (pulling);
  g_clear_pointer (&pulling, g_free);
}

static Device *
get_pulling (void)
{
  if (pulling != NULL)
    return pulling;
  pulling = g_new0 (Device, 1);
  device_setup (pulling, DEVICE_PRIMED);
  device_pull (pulling, 20, "{'entity':'account','columns':['id','s','name','owner'],'whole':true}",
               "['~a1~',11,'Acme','user:~me~']", "['~a2~',12,'Beta','user:~you~']", NULL);
  /* An edit lies on one of them. */
  WRITE (device_set (pulling, "account", "a1", &problem, "phone", "+40 1", NULL));
  return pulling;
}

void
fuzz_pull (const guint8 *bytes, gsize size)
{
  Device *device = get_pulling ();
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  fuzz_check_error (!device_try_pull (device, (const char *)bytes, size, &result, &error), error);
  if (error == NULL) {
    fuzz_read_all (device->session);
    g_assert_cmpint (device_rows (device, "set_queue") + device_rows (device, "set_retained"), ==, 1);
    begin_anew ();
    return;
  }
  g_assert_cmpint (satchel_replica_peek_meta_integer (device->replica, "s", -1), ==, 20);
  g_assert_cmpint (device_rows (device, "e_account"), ==, 2);
  g_assert_cmpint (device_rows (device, "e_user"), ==, 2);
  device_assert_shown (device, "account", "a1", "phone", "+40 1");
}

/* ---- sealed files ---- */

static const guint8 vault_key[SATCHEL_VAULT_KEY_BYTES] = { 7 };

/* Bytes that were not sealed here are never opened. */
static void
open_units (const guint8 *bytes, gsize size)
{
  for (SatchelSealKind kind = 0; kind < SATCHEL_SEAL_N_KINDS; kind++) {
    const gsize unit_size = kind == SATCHEL_SEAL_FRAME ? SATCHEL_FRAME_BYTES : SATCHEL_PAGE_BYTES;
    g_autofree guint8 *unit = g_malloc0 (unit_size), *before = NULL, *sealed = NULL;
    SatchelSeal seal;

    satchel_seal_init (&seal, vault_key, kind);
    memcpy (unit, bytes, MIN (size, unit_size));
    before = g_memdup2 (unit, unit_size);
    g_assert_false (satchel_seal_open (&seal, unit, SATCHEL_PAGE_BYTES));

    /* What was sealed is opened where it was, and not with one bit changed. */
    memcpy (unit, before, unit_size);
    memset (unit + unit_size - SATCHEL_RESERVED_BYTES, 0, SATCHEL_RESERVED_BYTES);
    memcpy (before, unit, unit_size);
    g_assert_true (satchel_seal_close (&seal, unit, 0));
    sealed = g_memdup2 (unit, unit_size);
    if (size > 0) {
      gsize at = (bytes[0] << 4 | bytes[size - 1]) % unit_size;

      unit[at] ^= 1;
      g_assert_false (satchel_seal_open (&seal, unit, 0));
    }
    memcpy (unit, sealed, unit_size);
    g_assert_true (satchel_seal_open (&seal, unit, 0));
    g_assert_cmpmem (unit, unit_size, before, unit_size);
    satchel_seal_clear (&seal);
  }
}

/* Somebody else's bytes instead of the file, or of its log. */
void
fuzz_vault (const guint8 *bytes, gsize size)
{
  static char *dir;
  static SatchelVault *vault;

  if (dir == NULL) {
    dir = fixture_dir_new ();
    vault = satchel_vault_new (vault_key, NULL);
  }
  open_units (bytes, size);

  g_autofree char *path = g_build_filename (dir, "hostile.db", NULL);
  g_autofree char *key = fuzz_dup_text (bytes, size);
  g_autoptr (GError) error = NULL;
  guint8 parsed[SATCHEL_VAULT_KEY_BYTES];

  if (key != NULL)
    (void)!satchel_vault_key_parse (key, parsed);
  fuzz_write_file (path, bytes, size);
  (void)satchel_vault_look (path);
  g_autoptr (SatchelReplica) replica =
      satchel_replica_open_in (path, vault, satchel_registry_builtin (), &error);
  fuzz_check_error (replica == NULL, error);
  /* Less than a page is what a crash leaves of a file that was never filled. */
  g_assert_true (size < SATCHEL_PAGE_BYTES || replica == NULL);
  g_clear_pointer (&replica, satchel_replica_close);
  for (guint i = 0; i < 3; i++) {
    static const char *const beside[] = { "", "-wal", "-shm" };
    g_autofree char *name = g_strconcat (path, beside[i], NULL);

    g_unlink (name);
  }
}
