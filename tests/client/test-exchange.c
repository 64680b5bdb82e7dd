/* Files of vCards and calendars into a replica and out again: splitting hostile ones, duplicates, refusals,
 * the errors file; all real files where there are some, compared field by field.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/import.h"

#include <glib/gstdio.h>
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/contact.h"
#include "client/exchange/items.h"
#include "client/exchange/zones.h"
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

static gboolean
append_cb (const char *text, gsize length, gpointer data, GError **error)
{
  g_string_append_len (data, text, (gssize)length);
  return TRUE;
}

static char *
export_all (Device *device, const char *entity)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      satchel_exchange_export (device->session, entity_named (entity), NULL, append_cb, text, &error));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

typedef struct {
  gint64 created, updated, unchanged, rejected;
} Counts;

/* Imports, asserts the counts and returns what the errors file holds, or NULL. */
static char *
import (Device *device, const char *path, gboolean dry_run, const Counts *expected, gint64 *matched)
{
  g_autofree char *errors = g_build_filename (device->dir, "errors", NULL);
  const SatchelImportOptions options = { .errors_path = errors, .dry_run = dry_run };
  g_auto (SatchelImportSummary) summary = { 0 };
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gint64 n_matched;

  g_assert_true (
      satchel_exchange_import (device->session, NULL, path, &options, &summary, &n_matched, &error));
  g_assert_no_error (error);
  if (summary.errors_file != NULL)
    g_assert_true (g_file_get_contents (summary.errors_file, &text, NULL, NULL));
  for (const char *at = text; at != NULL && (at = strstr (at, "X-SATCHEL-REASON:")) != NULL; at++)
    g_test_message ("  refused: %.*s", (int)strcspn (at + 17, "\r"), at + 17);
  if (expected != NULL) {
    g_assert_cmpint (summary.created, ==, expected->created);
    g_assert_cmpint (summary.updated, ==, expected->updated);
    g_assert_cmpint (summary.unchanged, ==, expected->unchanged);
    g_assert_cmpint (summary.rejected, ==, expected->rejected);
  }
  g_assert_cmpint (summary.rows, ==,
                   summary.created + summary.updated + summary.unchanged + summary.rejected);
  if (matched != NULL)
    *matched = n_matched;
  return text;
}

static char *
import_text (Device *device, const char *text, const Counts *expected, gint64 *matched)
{
  g_autofree char *path = g_build_filename (device->dir, "import.vcf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return import (device, path, FALSE, expected, matched);
}

/* ---- splitting ---- */

static SatchelItems *
split (const char *text, gssize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size < 0 ? strlen (text) : (gsize)size);

  return satchel_items_split (bytes);
}

static guint
count_sound (const SatchelItems *items)
{
  guint n = 0;

  for (guint i = 0; i < items->items->len; i++)
    n += ((const SatchelItem *)items->items->pdata[i])->problem == NULL;
  return n;
}

#define CARD(name) "BEGIN:VCARD\r\nVERSION:3.0\r\nN:" name ";;;;\r\nEND:VCARD\r\n"

static void
test_split (void)
{
  static const struct {
    const char *text;
    guint n, sound;
  } CASES[] = {
    { "", 0, 0 },
    { "nothing\n", 0, 0 },
    { CARD ("A") CARD ("B"), 2, 2 },
    { "BEGIN:VCARD\r\nN:Lost;;;;\r\n" CARD ("B"), 2, 1 },
    { CARD ("A") "BEGIN:VCARD\r\nN:Cut", 2, 1 },
    { "begin:vcard\nN:A;;;;\nAGENT:\nBEGIN:VCARD\nN:B;;;;\nEND:VCARD\nend:vcard\n" CARD ("C"), 2, 2 },
    { "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nEND:VEVENT\nBEGIN:VTODO\nEND:VTODO\nEND:"
      "VCALENDAR\n",
      2, 1 },
    { "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:"
      "VCALENDAR\n",
      2, 1 },
    { "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\nEND:VCALENDAR\n", 0, 0 },
    { "END:VCARD\nEND:VCALENDAR\n" CARD ("A"), 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (SatchelItems) items = split (CASES[i].text, -1);

    g_assert_cmpuint (items->items->len, ==, CASES[i].n);
    g_assert_cmpuint (count_sound (items), ==, CASES[i].sound);
  }
}

static void
test_null (void)
{
  static const char TEXT[] = "BEGIN:VCARD\r\nN:A\0B;;;;\r\nEND:VCARD\r\n" CARD ("C");
  g_autoptr (SatchelItems) items = split (TEXT, sizeof TEXT - 1);

  g_assert_cmpuint (items->items->len, ==, 2);
  g_assert_cmpuint (count_sound (items), ==, 1);
}

/* A hundred thousand within each other, and a neighbour. */
static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n");
  g_autoptr (SatchelItems) items = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "BEGIN:X-DEEP\n");
  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "END:X-DEEP\n");
  g_string_append (text, "END:VEVENT\nBEGIN:VEVENT\nUID:2\nEND:VEVENT\nEND:VCALENDAR\n");
  items = split (text->str, -1);
  g_assert_cmpuint (items->items->len, ==, 2);
  g_assert_cmpuint (count_sound (items), ==, 1);
}

/* ---- importing ---- */

static void
test_cards (Device *device, gconstpointer data)
{
  gint64 matched;
  g_autofree char *errors = import_text (device,
                                         "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nN:Pop;Ana;;;\r\nORG:"
                                         "Acme\r\nEMAIL:ana@example.com\r\nTEL:CALL ME\r\nEND:VCARD\r\n"
                                         "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nN:Rus;Ion;;;\r\nORG:Acme;"
                                         "Sales\r\nEMAIL:ion@example.com\r\nEND:VCARD\r\n"
                                         "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:1\r\nEND:VCARD\r\n",
                                         &(Counts){ 1, 0, 0, 2 }, NULL);
  g_autofree char *again = NULL, *text = NULL;

  g_assert_nonnull (strstr (errors, "X-SATCHEL-REASON:“Business Phone” is not"));
  g_assert_nonnull (strstr (errors, "X-SATCHEL-REASON:it has no name"));
  /* Mended, the errors file goes in. */
  memcpy (strstr (errors, "TEL:CALL ME"), "TEL:0264 12", 11);
  again = import_text (device, errors, &(Counts){ 1, 0, 0, 1 }, NULL);
  g_clear_pointer (&again, g_free);
  /* The same once more; another card of the same person; more about her. */
  again = import_text (
      device,
      "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nN:Rus;Ion;;;\r\nEMAIL:ion@example.com\r\nEND:VCARD\r\n"
      "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Pop;Ana;;;\r\nEMAIL:other@example.com\r\nEMAIL:ana@example."
      "com\r\nTITLE:Buyer\r\nEND:VCARD\r\n",
      &(Counts){ 0, 1, 1, 0 }, &matched);
  g_assert_cmpint (matched, ==, 1);
  text = export_all (device, "contact");
  g_assert_nonnull (strstr (text, "ORG:Acme;Sales"));
  g_assert_nonnull (strstr (text, "TITLE:Buyer"));
  g_assert_null (strstr (text, "Ana\r\nN:Pop;Ana;;;\r\nN:"));
}

/* What the organisation keeps no more is left out, of what is new and of what is here. */
static void
test_retired (Device *device, gconstpointer data)
{
  g_autofree char *errors = NULL, *text = NULL;

  device_follow (
      device, 20,
      "<satchel version='1'><entity name='contact'><field name='nickname' retired='yes'/></entity></satchel>",
      NULL);
  errors = import_text (device,
                        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Pop;Ana;;;\r\nNICKNAME:Anuca\r\n"
                        "EMAIL:ana@example.com\r\nEND:VCARD\r\n"
                        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Pop;Ana;;;\r\nNICKNAME:A\r\nTITLE:Buyer\r\n"
                        "EMAIL:ana@example.com\r\nEND:VCARD\r\n",
                        &(Counts){ 1, 1, 0, 0 }, NULL);
  g_assert_null (errors);
  text = export_all (device, "contact");
  g_assert_nonnull (strstr (text, "TITLE:Buyer"));
  g_assert_null (strstr (text, "NICKNAME"));
}

static void
test_dry_run (Device *device, gconstpointer data)
{
  g_autofree char *path = g_build_filename (device->dir, "import.vcf", NULL), *errors = NULL, *text = NULL;

  g_assert_true (g_file_set_contents (path, CARD ("A") CARD ("B"), -1, NULL));
  errors = import (device, path, TRUE, &(Counts){ 2, 0, 0, 0 }, NULL);
  text = export_all (device, "contact");
  g_assert_cmpstr (text, ==, "");
}

static void
test_calendar (Device *device, gconstpointer data)
{
  static const char TEXT[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                             "BEGIN:VEVENT\r\nUID:s\r\nRECURRENCE-ID:20261012T070000Z\r\nSUMMARY:"
                             "Moved\r\nDTSTART:20261012T090000Z\r\nEND:VEVENT\r\n"
                             "BEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Weekly\r\nDTSTART:20261005T070000Z\r\nRRULE:"
                             "FREQ=WEEKLY\r\nEND:VEVENT\r\n"
                             "BEGIN:VEVENT\r\nUID:lost\r\nRECURRENCE-ID:20261012T070000Z\r\nSUMMARY:"
                             "Moved\r\nDTSTART:20261012T090000Z\r\nEND:VEVENT\r\n"
                             "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:Done\r\nSTATUS:COMPLETED\r\nCOMPLETED:"
                             "20261001T100000Z\r\nEND:VTODO\r\n"
                             "BEGIN:VJOURNAL\r\nUID:j\r\nSUMMARY:x\r\nEND:VJOURNAL\r\n"
                             "END:VCALENDAR\r\n";
  g_autofree char *errors = import_text (device, TEXT, &(Counts){ 3, 0, 0, 2 }, NULL), *again = NULL,
                  *text = NULL;

  g_assert_nonnull (strstr (errors, "VJOURNAL: only"));
  g_assert_nonnull (strstr (errors, "the series is not here"));
  again = import_text (device, TEXT, &(Counts){ 0, 0, 3, 2 }, NULL);
  text = export_all (device, "appointment");
  g_assert_nonnull (strstr (text, "RECURRENCE-ID:20261012T070000Z"));
  g_assert_nonnull (strstr (text, "RRULE:FREQ=WEEKLY"));
  g_clear_pointer (&text, g_free);
  text = export_all (device, "task");
  g_assert_nonnull (strstr (text, "STATUS:COMPLETED"));
}

/* ---- real files ---- */

static char *
shared_folder (const char *name)
{
  const char *shared = g_getenv ("SATCHEL_SHARED_DATA");
  char *path = shared != NULL ? g_build_filename (shared, name, NULL)
                              : g_build_filename (FIXTURES, "..", "..", "..", "shared", "data", name, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    g_clear_pointer (&path, g_free);
  return path;
}

static char *
to_text (const SatchelField *field, const SatchelRecord *record)
{
  return satchel_value_to_text (field, satchel_record_get (record, field));
}

static gboolean
note_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

static GPtrArray *
list_records (Device *device, const char *entity)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  const SatchelQuery query = { .entity = entity_named (entity), .limit = -1 };
  SatchelPredicateContext context;

  satchel_session_get_context (device->session, &context);
  g_assert_true (satchel_replica_query (satchel_session_get_replica (device->session), &query, &context,
                                        note_cb, records, NULL));
  return records;
}

/* What was imported and exported is read again, upon a record that knows nothing but its id, and has the same
 * fields. */
static guint
assert_round_trip (Device *device, const char *entity, const char *const *fields)
{
  g_autoptr (SatchelExchange) x = satchel_exchange_new (device->session);
  g_autoptr (GPtrArray) records = list_records (device, entity);

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];
    g_autoptr (SatchelRecord) again = satchel_record_new (record->entity, record->id);
    g_autoptr (GError) error = NULL;

    if (g_str_equal (entity, "contact")) {
      g_autoptr (EContact) card = satchel_contact_write (x, record, NULL), parsed = NULL;
      g_autofree char *text = e_vcard_to_string (E_VCARD (card), EVC_FORMAT_VCARD_30);

      parsed = e_contact_new_from_vcard (text);
      g_assert_true (satchel_contact_read (x, parsed, again, &error));
    } else {
      gboolean event = g_str_equal (entity, "appointment");
      g_autoptr (ICalComponent) calendar =
          event ? satchel_event_write (x, &record, 1, NULL) : satchel_todo_write (x, record, NULL);
      g_autofree char *text = i_cal_component_as_ical_string (calendar);
      g_autoptr (ICalComponent) parsed = i_cal_component_new_from_string (text);
      g_autoptr (GPtrArray) parts =
          satchel_calendar_list (parsed, event ? I_CAL_VEVENT_COMPONENT : I_CAL_VTODO_COMPONENT);

      g_assert_cmpuint (parts->len, ==, 1);
      g_assert_true (event ? satchel_event_read (x, parsed, parts->pdata[0], again, &error)
                           : satchel_todo_read (x, parsed, parts->pdata[0], again, &error));
    }
    g_assert_no_error (error);
    for (guint j = 0; fields[j] != NULL; j++) {
      const SatchelField *field = satchel_entity_find_field (record->entity, fields[j]);
      g_autofree char *before = to_text (field, record), *after = to_text (field, again);

      /* One without a zone is written in UTC. */
      if (g_str_equal (fields[j], "zone") && *before == '\0')
        continue;
      if (!g_str_equal (before, after))
        g_error ("%s of %s is “%s”, not “%s”", fields[j],
                 satchel_record_get_by_name (record, "subject") ? "an item" : "a card", after, before);
    }
  }
  return records->len;
}

static void
test_real (Device *device, gconstpointer data)
{
  const char *name = data;
  g_autofree char *folder = shared_folder (name);
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *file;
  guint n = 0;

  if (dir == NULL) {
    g_test_skip ("the real files are not here");
    return;
  }
  while ((file = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, file, NULL), *errors = NULL;
    g_autofree char *bytes = NULL;
    g_autoptr (SatchelItems) items = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    items = split (bytes, (gssize)size);
    if (items->items->len == 0)
      continue;
    g_test_message ("%s: %u items", file, items->items->len);
    errors = import (device, path, FALSE, NULL, NULL);
    n++;
  }
  g_assert_cmpuint (n, >, 3);
  if (g_str_equal (name, "vcard")) {
    g_assert_cmpuint (assert_round_trip (device, "contact", satchel_contact_fields ()), >, 3);
  } else {
    g_assert_cmpuint (assert_round_trip (device, "appointment", satchel_event_fields ()), >, 50);
    assert_round_trip (device, "task", satchel_todo_fields ());
  }
}

#define ADD(path, function) g_test_add (path, Device, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/exchange/split", test_split);
  g_test_add_func ("/exchange/null", test_null);
  g_test_add_func ("/exchange/deep", test_deep);
  ADD ("/exchange/cards", test_cards);
  ADD ("/exchange/retired", test_retired);
  ADD ("/exchange/dry-run", test_dry_run);
  ADD ("/exchange/calendar", test_calendar);
  g_test_add ("/exchange/real-vcard", Device, "vcard", set_up, test_real, tear_down);
  g_test_add ("/exchange/real-ical", Device, "ical", set_up, test_real, tear_down);
  return g_test_run ();
}
