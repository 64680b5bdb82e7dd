/* Questions about what a device carries: previews, reasons, proofs; what a revocation writes; and what
 * strangers ask.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/checksum.h"
#include "protocol/limits.h"
#include "sync-server/scope/audit.h"
#include "sync-server/scope/preview.h"
#include "sync-server/server-private.h"
#include "sync-server/store/rows.h"
#include "tests/sync-server/office.h"

#include <string.h>

#define N_ACCOUNTS 120

typedef struct {
  Office *office;
  char *seller_id, *keeper_id;
  Desk *seller, *keeper,
      *stranger; /* a salesperson with her role's filters; back office without any; one of another unit */
  char *accounts[N_ACCOUNTS];
} Fixture;

static char *
as_owner (const char *id)
{
  return g_strdup_printf ("\"user:%s\"", id);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  f->seller_id = office_employ (office, "seller", "salesperson", office->north);
  f->keeper_id = office_employ (office, "keeper", "back-office", office->north);
  g_free (office_employ (office, "stranger", "salesperson", office->south));
  f->seller = desk_new (office, "seller");
  f->keeper = desk_new (office, "keeper");
  f->stranger = desk_new (office, "stranger");
  for (guint i = 0; i < N_ACCOUNTS; i++) {
    g_autofree char *owner = as_owner (i % 2 == 0 ? f->seller_id : f->keeper_id);

    f->accounts[i] = new_id (f->keeper);
    assert_applied (desk_create (f->keeper, "account", f->accounts[i], "name", "\"Acme\"", "city",
                                 i % 3 == 0 ? "\"Cluj\"" : "\"Iași\"", "owner", owner, NULL));
  }
  desk_pull (f->seller);
  desk_pull (f->keeper);
  desk_pull (f->stranger);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_check (f->seller);
  desk_check (f->keeper);
  desk_check (f->stranger);
  desk_free (f->seller);
  desk_free (f->keeper);
  desk_free (f->stranger);
  for (guint i = 0; i < N_ACCOUNTS; i++)
    g_free (f->accounts[i]);
  g_free (f->seller_id);
  g_free (f->keeper_id);
  office_free (f->office);
}

/* What a role brings: her own records, messages that she tracks, and appointments in which she takes part;
 * nothing for the back office, but what everyone carries. */
static void
test_defaults (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (desk_count (f->seller, "account"), ==, N_ACCOUNTS / 2);
  g_assert_cmpint (desk_count (f->seller, "offline_filter"), ==, 3);
  g_assert_cmpint (desk_count (f->keeper, "account"), ==, 0);
  g_assert_cmpint (desk_count (f->keeper, "user"), ==, 3);
  g_assert_cmpint (desk_count (f->stranger, "account"), ==, 0);
  /* The role's filters come once. */
  must (satchel_accounts_add_role (f->office->server, NULL, f->seller_id, "marketing", &error));
  must (satchel_accounts_add_role (f->office->server, NULL, f->keeper_id, "salesperson", &error));
  desk_pull (f->seller);
  desk_pull (f->keeper);
  g_assert_cmpint (desk_count (f->seller, "offline_filter"), ==, 3);
  g_assert_cmpint (desk_count (f->keeper, "account"), ==, N_ACCOUNTS / 2);
}

/* ---- previews ---- */

static gint64
preview (Desk *desk, const char *text, gint64 *bytes, GError **error)
{
  g_autoptr (SatchelPreviewRequest) request = satchel_preview_request_from_text (text, strlen (text), error);
  g_autofree char *answer = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (request != NULL)
    answer = satchel_server_preview (desk->office->server, &desk->caller, request, error);
  if (g_error_matches (*error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED)) {
    g_clear_error (error);
    g_assert_true (satchel_server_prepare (desk->office->server, &desk->caller, error));
    answer = satchel_server_preview (desk->office->server, &desk->caller, request, error);
  }
  if (answer == NULL)
    return -1;
  node = json_from_string (answer, NULL);
  *bytes = json_object_get_int_member (json_node_get_object (node), "bytes");
  return json_object_get_int_member (json_node_get_object (node), "records");
}

static void
test_preview (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *text;
    SatchelErrorCode code;
  } refused[] = {
    { "{}", SATCHEL_ERROR_INVALID },
    { "{\"entity\":\"account\",\"where\":\"\",\"more\":1}", SATCHEL_ERROR_INVALID },
    { "{\"entity\":\"acount\",\"where\":\"\"}", SATCHEL_ERROR_SCHEMA },
    { "{\"entity\":\"account\",\"where\":\"ctiy = 1\"}", SATCHEL_ERROR_INVALID },
    { "{\"entity\":\"*\",\"where\":\"city = \\\"Cluj\\\"\"}", SATCHEL_ERROR_INVALID },
    { "{\"whole\":false}", SATCHEL_ERROR_INVALID },
    { "{\"whole\":1}", SATCHEL_ERROR_INVALID },
    { "{\"whole\":true,\"related\":true}", SATCHEL_ERROR_INVALID },
    { "{\"whole\":true,\"where\":\"\"}", SATCHEL_ERROR_INVALID },
    { "{\"whole\":true,\"entity\":\"account\"}", SATCHEL_ERROR_INVALID },
    { "{\"whole\":true,\"entity\":\"account\",\"where\":\"ctiy = 1\"}", SATCHEL_ERROR_INVALID },
  };
  g_autofree char *chosen = NULL;
  g_autoptr (GError) error = NULL;
  const char *cluj = "{\"entity\":\"account\",\"where\":\"city = \\\"Cluj\\\"\",\"related\":true}";
  gint64 bytes, records = preview (f->seller, cluj, &bytes, &error);
  guint before = desk_count (f->seller, "account");

  g_assert_no_error (error);
  g_assert_cmpint (bytes, >, 0);
  chosen = office_choose (f->office, f->seller_id, "account", "city = \"Cluj\"", TRUE);
  desk_pull (f->seller);
  g_assert_false (f->seller->reset);
  g_assert_cmpint (desk_count (f->seller, "account") - before, ==, records);
  g_assert_cmpint (records, ==, N_ACCOUNTS / 6);
  g_assert_cmpint (f->seller->n_whole, ==, records + 1); /* and the filter itself */
  g_assert_cmpint (preview (f->seller, cluj, &bytes, &error), ==, 0);
  g_assert_cmpint (bytes, ==, 0);
  /* What one may not read is not counted. */
  g_assert_cmpint (preview (f->stranger, cluj, &bytes, &error), ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_assert_cmpint (preview (f->seller, refused[i].text, &bytes, &error), ==, -1);
    g_assert_error (error, SATCHEL_ERROR, (int)refused[i].code);
    g_clear_error (&error);
  }
}

/* What a first sync brings, before it is made: exactly its rows, and about its bytes. */
static void
test_whole (Fixture *f, gconstpointer data)
{
  const char *whole = "{\"whole\":true}";
  const char *with_cluj = "{\"entity\":\"account\",\"where\":\"city = \\\"Cluj\\\"\",\"whole\":true}";
  const char *on_top = "{\"entity\":\"account\",\"where\":\"city = \\\"Cluj\\\"\"}";
  g_autoptr (GError) error = NULL;
  gint64 records, top, bytes, top_bytes, more_bytes;
  Desk *fresh;

  /* A conflict about one of her accounts comes along, one about another's does not. */
  assert_applied (desk_update (f->seller, "account", f->accounts[0], "revenue", "200", NULL));
  assert_conflicts (desk_update (f->keeper, "account", f->accounts[0], "revenue", "300", NULL), 1);
  fresh = desk_new (f->office, "seller");
  records = preview (fresh, whole, &bytes, &error);
  g_assert_no_error (error);
  top = preview (fresh, on_top, &top_bytes, &error);
  g_assert_cmpint (top, ==, N_ACCOUNTS / 6);
  g_assert_cmpint (preview (fresh, with_cluj, &more_bytes, &error), ==, records + top);
  g_assert_cmpint (more_bytes, >, bytes);
  g_assert_cmpint (top_bytes, >, 0);
  desk_pull (fresh);
  g_assert_cmpint (records, ==, fresh->n_whole);
  /* It is the same for a device that has all of it. */
  g_assert_cmpint (preview (fresh, whole, &more_bytes, &error), ==, records);
  g_assert_cmpint (more_bytes, ==, bytes);
  desk_free (fresh);

  /* What one may not read is not counted, whatever is asked for. */
  fresh = desk_new (f->office, "stranger");
  records = preview (fresh, with_cluj, &bytes, &error);
  g_assert_no_error (error);
  desk_pull (fresh);
  g_assert_cmpint (records, ==, fresh->n_whole);
  g_assert_cmpint (desk_count (fresh, "account"), ==, 0);
  desk_free (fresh);
}

/* ---- reasons ---- */

static char *
why (Desk *desk, const char *entity, const char *record)
{
  g_autoptr (GError) error = NULL;
  char *answer = satchel_server_why (desk->office->server, &desk->caller, entity, record, &error);

  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED)) {
    g_clear_error (&error);
    must (satchel_server_prepare (desk->office->server, &desk->caller, &error));
    answer = satchel_server_why (desk->office->server, &desk->caller, entity, record, &error);
  }
  if (answer == NULL)
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  return answer != NULL ? answer : g_strdup (error->message);
}

static void
expect_why (Desk *desk, const char *entity, const char *record, const char *expected)
{
  g_autofree char *answer = why (desk, entity, record);

  if (strstr (answer, expected) == NULL)
    g_error ("“%s” does not say “%s”", answer, expected);
}

static void
test_why (Fixture *f, gconstpointer data)
{
  g_autofree char *nobody = new_id (f->seller), *broken = NULL, *unknown = NULL, *hidden = NULL;
  g_autofree char *task = new_id (f->keeper), *regarding = g_strdup_printf ("\"account:%s\"", f->accounts[0]);

  assert_applied (desk_create (f->keeper, "task", task, "subject", "\"Call\"", "regarding", regarding, NULL));
  expect_why (f->seller, "account", f->accounts[0], "The filter “owner = me” chooses it.");
  expect_why (f->seller, "task", task, "It belongs to a record that the filter “owner = me” chooses.");
  expect_why (f->seller, "user", f->keeper_id, "Every device carries all Users that may be read.");
  expect_why (f->seller, "account", f->accounts[1], "no filter chooses it");
  broken = office_choose (f->office, f->seller_id, "account", "ctiy = 1", FALSE);
  expect_why (f->seller, "account", f->accounts[1], "The filter “ctiy = 1” is left out");
  /* A broken filter stops nothing. */
  desk_pull (f->seller);
  g_assert_cmpint (desk_count (f->seller, "account"), ==, N_ACCOUNTS / 2);
  /* What one may not read is told apart from nothing by nobody. */
  hidden = why (f->stranger, "account", f->accounts[0]);
  unknown = why (f->stranger, "account", nobody);
  g_assert_cmpstr (hidden, ==, unknown);
}

/* ---- devices of one person ---- */

static gboolean
have_one_scope (const Desk *a, const Desk *b)
{
  SatchelReader *reader = satchel_server_begin_read (a->office->server, NULL);
  g_autoptr (GError) error = NULL;
  const SatchelScope *one =
      satchel_access_get_scope (reader->access, a->caller.user, a->caller.device, &error);
  const SatchelScope *other =
      satchel_access_get_scope (reader->access, b->caller.user, b->caller.device, &error);

  g_assert_no_error (error);
  satchel_server_end_read (a->office->server, reader);
  return one == other;
}

/* They share what is computed for them, and nothing of what one of them has for itself. */
static void
test_devices (Fixture *f, gconstpointer data)
{
  Desk *second = desk_new (f->office, "keeper"), *third = desk_new (f->office, "keeper");
  SatchelRecordRequest request = { .entity = (char *)"account", .id = f->accounts[1] };
  g_autofree char *filter = new_id (f->keeper), *device = NULL;
  g_autoptr (GError) error = NULL;

  desk_pull (second);
  desk_pull (third);
  g_assert_true (have_one_scope (f->keeper, second));
  g_assert_true (have_one_scope (second, third));

  must (satchel_server_pin (f->office->server, &second->caller, &request, &error));
  device = g_strdup_printf ("\"%s\"", third->caller.device);
  assert_applied (desk_create (f->keeper, "offline_filter", filter, "entity", "\"account\"", "predicate",
                               "\"city = \\\"Cluj\\\"\"", "device", device, NULL));
  desk_pull (f->keeper);
  desk_pull (second);
  desk_pull (third);
  g_assert_false (have_one_scope (f->keeper, second));
  g_assert_false (have_one_scope (second, third));
  g_assert_false (have_one_scope (f->keeper, third));
  g_assert_cmpint (desk_count (f->keeper, "account"), ==, 0);
  g_assert_cmpint (desk_count (second, "account"), ==, 1);
  g_assert_cmpint (desk_count (third, "account"), ==, N_ACCOUNTS / 3);
  desk_free (second);
  desk_free (third);
}

/* ---- what is denied of others ---- */

/* A contact of the account, shared with the stranger, who may not read the account. */
static char *
share_contact (Fixture *f, const char *account)
{
  g_autofree char *named = g_strdup_printf ("\"%s\"", account);
  g_autofree char *with = as_owner (f->stranger->caller.user);
  char *contact = new_id (f->keeper);

  assert_applied (
      desk_create (f->keeper, "contact", contact, "last_name", "\"Pop\"", "account", named, NULL));
  assert_applied (
      desk_act (f->keeper, "contact", contact, "share", "with", with, "rights", "\"read\"", NULL));
  return contact;
}

/* She carries both, wherever their accounts are: not even what she is not sent tells her. */
static void
expect_both (Fixture *f, const char *in_cluj, const char *elsewhere)
{
  desk_pull (f->stranger);
  g_assert_true (desk_has (f->stranger, "contact", in_cluj));
  g_assert_true (desk_has (f->stranger, "contact", elsewhere));
}

static void
test_denied (Fixture *f, gconstpointer data)
{
  static const char *const conditions[] = { "not account.city = \"Cluj\"",
                                            "not (account.city = \"Cluj\" or account.city = \"Dej\")",
                                            "not not not account.city = \"Cluj\"" };
  g_autofree char *in_cluj = share_contact (f, f->accounts[1]);
  g_autofree char *elsewhere = share_contact (f, f->accounts[3]);
  g_autofree char *stranger = as_owner (f->stranger->caller.user);
  g_autoptr (GError) error = NULL;

  assert_applied (desk_update (f->keeper, "account", f->accounts[1], "city", "\"Cluj\"", NULL));
  assert_applied (desk_update (f->keeper, "account", f->accounts[3], "city", "\"Iași\"", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++) {
    g_autofree char *quoted = g_strescape (conditions[i], NULL);
    g_autofree char *asked = g_strdup_printf ("{\"entity\":\"contact\",\"where\":\"%s\"}", quoted);
    g_autofree char *filter = NULL;
    gint64 bytes;

    g_assert_cmpint (preview (f->stranger, asked, &bytes, &error), ==, 2);
    filter = office_choose (f->office, f->stranger->caller.user, "contact", conditions[i], FALSE);
    expect_both (f, in_cluj, elsewhere);
    /* They change places, unseen. */
    assert_applied (desk_update (f->keeper, "account", f->accounts[1], "city", "\"Iași\"", NULL));
    assert_applied (desk_update (f->keeper, "account", f->accounts[3], "city", "\"Cluj\"", NULL));
    expect_both (f, in_cluj, elsewhere);
    assert_applied (desk_update (f->keeper, "account", f->accounts[1], "city", "\"Cluj\"", NULL));
    assert_applied (desk_update (f->keeper, "account", f->accounts[3], "city", "\"Iași\"", NULL));
    expect_both (f, in_cluj, elsewhere);
    assert_applied (desk_delete (f->stranger, "offline_filter", filter));
    desk_pull (f->stranger);
    g_assert_cmpint (desk_count (f->stranger, "contact"), ==, 0);
  }
  g_free (office_choose (f->office, f->stranger->caller.user, "contact", conditions[0], FALSE));
  expect_both (f, in_cluj, elsewhere);
  /* What she may read counts. */
  assert_applied (
      desk_act (f->keeper, "account", f->accounts[1], "share", "with", stranger, "rights", "\"read\"", NULL));
  desk_pull (f->stranger);
  g_assert_false (desk_has (f->stranger, "contact", in_cluj));
  assert_applied (desk_update (f->keeper, "account", f->accounts[1], "city", "\"Dej\"", NULL));
  expect_both (f, in_cluj, elsewhere);
}

/* ---- proofs ---- */

static char *
audit (Desk *desk, const char *rest)
{
  g_autofree char *text = g_strdup_printf ("{\"cursor\":\"%s\"%s}", desk->cursor, rest);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelAuditRequest) request = satchel_audit_request_from_text (text, strlen (text), &error);
  char *answer;

  g_assert_no_error (error);
  answer = satchel_server_audit (desk->office->server, &desk->caller, request, &error);
  g_assert_no_error (error);
  return answer;
}

static void
assert_audit_refused (Desk *desk, const char *rest, SatchelErrorCode code)
{
  g_autofree char *text = g_strdup_printf ("{\"cursor\":\"%s\"%s}", desk->cursor, rest);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelAuditRequest) request = satchel_audit_request_from_text (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_null (satchel_server_audit (desk->office->server, &desk->caller, request, &error));
  g_assert_error (error, SATCHEL_ERROR, (int)code);
}

/* The sum over the records themselves of what the desk has. */
static char *
sum_desk (Desk *desk, const char *entity)
{
  SatchelReader *reader = satchel_server_begin_read (desk->office->server, NULL);
  g_autoptr (GPtrArray) records =
      satchel_rows_list (reader->store, satchel_registry_find (reader->store->registry, entity), NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 sum = 0;

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];

    if (desk_has (desk, entity, record->id))
      sum += satchel_checksum_row (record);
  }
  satchel_server_end_read (desk->office->server, reader);
  satchel_checksum_append (text, sum);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_audit (Fixture *f, gconstpointer data)
{
  g_autofree char *all = audit (f->seller, ""), *sum = sum_desk (f->seller, "account");
  g_autofree char *expected = g_strdup_printf ("[\"account\",\"%s\"]", sum);
  g_autofree char *part = g_strdup_printf (",\"entity\":\"account\",\"parts\":[\"%s\"]",
                                           f->accounts[0] + strlen (f->accounts[0]) - 2);
  g_autofree char *rows = audit (f->seller, part),
                  *whole = audit (f->seller, ",\"entity\":\"account\",\"parts\":[\"\"]");
  g_autofree char *late = NULL;

  if (strstr (all, expected) == NULL)
    g_error ("%s is not in %s", expected, all);
  g_assert_nonnull (strstr (rows, f->accounts[0]));
  g_assert_nonnull (strstr (whole, "{\"rows\":[[")); /* 60 rows are told at once */
  /* Somebody else's commit leaves the proof possible; something for this device does not. */
  assert_applied (desk_update (f->keeper, "account", f->accounts[1], "phone", "\"1\"", NULL));
  late = audit (f->seller, "");
  g_assert_cmpstr (late, ==, all);
  g_free (late);
  assert_applied (desk_update (f->keeper, "account", f->accounts[0], "phone", "\"1\"", NULL));
  late = audit (f->seller, "");
  g_assert_cmpstr (late, ==, "{\"stale\":true}");
}

static gboolean
take_text (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, bytes, size);
  return TRUE;
}

/* Rows that the device carries come whole; what it does not carry is gone, whether it is there or not. */
static void
test_rows (Fixture *f, gconstpointer data)
{
  g_autofree char *nobody = new_id (f->seller);
  g_autofree char *text =
      g_strdup_printf ("{\"cursor\":\"%s\",\"entity\":\"account\",\"ids\":[\"%s\",\"%s\",\"%s\"]}",
                       f->seller->cursor, f->accounts[0], f->accounts[1], nobody);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelAuditRequest) request = satchel_rows_request_from_text (text, strlen (text), &error);
  g_autoptr (GString) stream = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  g_assert_no_error (error);
  must (satchel_server_rows (f->office->server, &f->seller->caller, request, take_text, stream, &error));
  lines = g_strsplit (stream->str, "\n", -1);
  g_assert_cmpint (g_strv_length (lines), ==, 8); /* head, header, row, header, two ids, tail, and the end */
  g_assert_true (g_str_has_prefix (lines[2] + 2, f->accounts[0]));
  g_assert_true (g_str_has_prefix (lines[4] + 2, f->accounts[1]));
  g_assert_true (g_str_has_suffix (lines[4], ",\"left\"]"));
  g_assert_true (g_str_has_prefix (lines[5] + 2, nobody));
  g_assert_true (g_str_has_suffix (lines[5], ",\"left\"]"));
}

static void
test_hostile (Fixture *f, gconstpointer data)
{
  static const char *const audits[] = {
    "",
    "[]",
    "{}",
    "{\"cursor\":1}",
    "{\"cursor\":\"x\",\"entity\":\"account\"}",
    "{\"cursor\":\"x\",\"parts\":[\"\"]}",
    "{\"cursor\":\"x\",\"entity\":\"account\",\"parts\":[\"g1\"]}",
    "{\"cursor\":\"x\",\"entity\":\"account\",\"parts\":[\"1\"]}",
    "{\"cursor\":\"x\",\"entity\":\"account\",\"parts\":[1]}",
    "{\"cursor\":\"x\",\"entity\":\"account' --\",\"parts\":[]}",
  };
  g_autoptr (GString) many = g_string_new ("{\"cursor\":\"x\",\"entity\":\"account\",\"ids\":[");
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelAuditRequest) forged = NULL;
  g_autofree char *text = g_strdup_printf ("{\"cursor\":\"%s\"}", f->keeper->cursor);

  for (guint i = 0; i < G_N_ELEMENTS (audits); i++) {
    g_assert_null (satchel_audit_request_from_text (audits[i], strlen (audits[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_clear_error (&error);
  }
  for (guint i = 0; i <= SATCHEL_MAX_AUDIT_IDS; i++)
    g_string_append_printf (many, "%s\"%s\"", i > 0 ? "," : "", f->accounts[0]);
  g_string_append (many, "]}");
  g_assert_null (satchel_rows_request_from_text (many->str, many->len, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  /* Somebody else's cursor. */
  forged = satchel_audit_request_from_text (text, strlen (text), &error);
  g_assert_null (satchel_server_audit (f->office->server, &f->seller->caller, forged, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CURSOR);
}

/* Ids are made by devices. One that makes all of hers alike gets no answer of any size for it. */
static void
test_alike (Fixture *f, gconstpointer data)
{
  enum { N_SETS = 21, N_EACH = 500 };
  g_autoptr (GString) parts = g_string_new (",\"entity\":\"task\",\"parts\":[\"aaaaaaaaaaaa\"");
  g_autofree char *sixteen = NULL, *few = NULL;

  for (guint i = 0; i < N_SETS; i++) {
    SatchelChangeSet *set = desk_set (f->seller);

    for (guint j = 0; j < N_EACH; j++) {
      g_autofree char *id = g_strdup_printf ("0192d3a0-%04x-7%03x-8000-aaaaaaaaaaaa", i, j);

      add_change (f->seller, set, SATCHEL_CHANGE_CREATE, "task", id, NULL, "subject", "\"alike\"", NULL);
    }
    assert_applied (desk_push (f->seller, set));
    if (i == 0) {
      desk_pull (f->seller);
      few = audit (f->seller, ",\"entity\":\"task\",\"parts\":[\"aaaaaaaaaaaa\"]");
      g_assert_cmpint (desk_count (f->seller, "task"), ==, N_EACH);
      g_assert_nonnull (strstr (few, "0192d3a0-0000-71f3-8000-aaaaaaaaaaaa"));
    }
  }
  desk_pull (f->seller);
  for (guint i = 1; i < SATCHEL_MAX_AUDIT_PARTS; i++)
    g_string_append (parts, ",\"aaaaaaaaaaaa\"");
  g_string_append_c (parts, ']');
  assert_audit_refused (f->seller, parts->str, SATCHEL_ERROR_TOO_LARGE);
  /* Sums go on being told. */
  sixteen = audit (f->seller, ",\"entity\":\"task\",\"parts\":[\"\"]");
  g_assert_nonnull (strstr (sixteen, "{\"sums\":"));
}

/* ---- lists that change ---- */

static int
count_writes (Office *office)
{
  return sqlite3_total_changes (satchel_database_get_handle (office->server->writer->database));
}

/* A right that is taken away, and given back, alters a list and no row. */
static void
test_revoke (Fixture *f, gconstpointer data)
{
  g_autofree char *all = office_choose (f->office, f->keeper_id, "account", "", FALSE);
  g_autoptr (GError) error = NULL;
  int before;

  must (satchel_accounts_add_role (f->office->server, NULL, f->keeper_id, "customiser", &error));
  desk_pull (f->keeper);
  g_assert_cmpint (desk_count (f->keeper, "account"), ==, N_ACCOUNTS);
  before = count_writes (f->office);
  must (satchel_accounts_remove_role (f->office->server, NULL, f->keeper_id, "back-office", &error));
  desk_pull (f->keeper);
  g_assert_cmpint (count_writes (f->office) - before, <=, 10);
  g_assert_cmpint (desk_count (f->keeper, "account"), ==, 0);
  g_assert_false (f->keeper->reset);
  g_assert_cmpint (f->keeper->n_cleared, ==, 1);
  /* Not one id of what she may not read any more. */
  for (guint i = 0; i < N_ACCOUNTS; i++)
    g_assert_null (strstr (f->keeper->stream, f->accounts[i]));
  before = count_writes (f->office);
  must (satchel_accounts_add_role (f->office->server, NULL, f->keeper_id, "back-office", &error));
  desk_pull (f->keeper);
  g_assert_cmpint (count_writes (f->office) - before, <=, 10);
  g_assert_cmpint (desk_count (f->keeper, "account"), ==, N_ACCOUNTS);
}

/* A device of so long ago begins anew; a younger one goes on; both have the same. */
static void
test_floor (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_applied (desk_delete (f->keeper, "account", f->accounts[0]));
  desk_pull (f->seller);
  fake_clock_advance (&f->office->clock, SATCHEL_DEPARTED_KEPT_MS + 1000);
  assert_applied (desk_update (f->keeper, "account", f->accounts[2], "phone", "\"1\"", NULL));
  must (satchel_server_tend (f->office->server, &error));
  desk_pull (f->stranger);
  g_assert_true (f->stranger->reset);
  desk_pull (f->seller);
  g_assert_false (f->seller->reset);
  g_assert_cmpstr (desk_get (f->seller, "account", f->accounts[2], "phone"), ==, "\"1\"");
}

#define ADD(path, test) g_test_add ("/sync-server/carrying/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("defaults", test_defaults);
  ADD ("preview", test_preview);
  ADD ("whole", test_whole);
  ADD ("why", test_why);
  ADD ("devices", test_devices);
  ADD ("denied", test_denied);
  ADD ("audit", test_audit);
  ADD ("rows", test_rows);
  ADD ("hostile", test_hostile);
  ADD ("alike", test_alike);
  ADD ("revoke", test_revoke);
  ADD ("floor", test_floor);
  return g_test_run ();
}
