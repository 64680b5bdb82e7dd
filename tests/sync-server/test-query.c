/* Online work: what is listed, found, counted and opened is what may be read, page by page in one order, and
 * nothing else can be felt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "sync-server/query/question.h"
#include "sync-server/server-private.h"
#include "tests/sync-server/office.h"

typedef struct {
  Office *office;
  Desk *one, *other; /* in two units that do not see each other */
  Desk *office_desk; /* sees both */
  char *other_id;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->office = office_new ();
  g_free (office_hire (f->office, "one", "salesperson", f->office->north));
  f->other_id = office_hire (f->office, "other", "salesperson", f->office->south);
  f->one = desk_new (f->office, "one");
  f->other = desk_new (f->office, "other");
  g_free (office_hire (f->office, "back", "back-office", f->office->north));
  f->office_desk = desk_new (f->office, "back");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_free (f->one);
  desk_free (f->other);
  desk_free (f->office_desk);
  g_free (f->other_id);
  office_free (f->office);
}

/* ---- asking ---- */

typedef struct {
  GPtrArray *rows;    /* JsonNode*: arrays */
  GHashTable *titles; /* id → title */
  char *more;
  gint64 count;
} Page;

static void
page_free (Page *page)
{
  g_ptr_array_unref (page->rows);
  g_hash_table_unref (page->titles);
  g_free (page->more);
  g_free (page);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static gboolean
collect_cb (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, bytes, size);
  return TRUE;
}

static Page *
read_page (const char *text)
{
  Page *page = g_new0 (Page, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean stubs = FALSE;
  g_auto (SatchelListTail) tail = { 0 };
  g_autoptr (GError) error = NULL;

  page->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref);
  page->titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; *lines[i] != '\0'; i++) {
    g_autoptr (JsonNode) node = json_from_string (lines[i], &error);
    JsonObject *object;

    g_assert_no_error (error);
    if (JSON_NODE_HOLDS_ARRAY (node)) {
      JsonArray *row = json_node_get_array (node);

      if (stubs)
        g_hash_table_insert (page->titles, g_strdup (json_array_get_string_element (row, 0)),
                             g_strdup (json_array_get_string_element (row, 1)));
      else
        g_ptr_array_add (page->rows, g_steal_pointer (&node));
      continue;
    }
    object = json_node_get_object (node);
    stubs = json_object_has_member (object, "stubs");
    if (json_object_has_member (object, "rows"))
      must (satchel_list_tail_from_json (node, &tail, &error));
  }
  g_assert_cmpint (tail.rows, ==, page->rows->len);
  page->more = g_strdup (tail.more);
  page->count = tail.count;
  return page;
}

/* What @request brings, as JSON with ' for ". */
static Page *
try_list (Desk *desk, const char *request, GError **error)
{
  g_autofree char *json = g_strdelimit (g_strdup (request), "'", '"');
  g_autoptr (SatchelListRequest) parsed = satchel_list_request_from_text (json, strlen (json), error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (parsed == NULL ||
      !satchel_server_query (desk->office->server, &desk->caller, parsed, collect_cb, text, error))
    return NULL;
  return read_page (text->str);
}

static Page *
list (Desk *desk, const char *request)
{
  g_autoptr (GError) error = NULL;
  Page *page = try_list (desk, request, &error);

  g_assert_no_error (error);
  return page;
}

static void
assert_refused (Desk *desk, const char *request, SatchelErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Page) page = try_list (desk, request, &error);

  g_assert_null (page);
  g_assert_cmpstr (satchel_error_name (satchel_error_code (error)), ==, satchel_error_name (code));
}

/* The third column of each row, "-" when empty, joined by commas: the first two are id and s. */
static char *
column (const Page *page)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < page->rows->len; i++) {
    JsonNode *cell = json_array_get_element (json_node_get_array (page->rows->pdata[i]), 2);
    g_autofree char *printed = JSON_NODE_HOLDS_NULL (cell) ? g_strdup ("-") : json_to_string (cell, FALSE);

    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", printed);
  }
  for (char *quote; (quote = strchr (text->str, '"')) != NULL;)
    g_string_erase (text, quote - text->str, 1);
  return g_string_free (text, FALSE);
}

static void
assert_lists (Desk *desk, const char *request, const char *expected)
{
  g_autoptr (Page) page = list (desk, request);
  g_autofree char *found = column (page);

  g_assert_cmpstr (found, ==, expected);
}

static char *
add_account (Desk *desk, const char *name, const char *field, const char *value)
{
  char *id = new_id (desk);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", name);

  assert_applied (desk_create (desk, "account", id, "name", quoted, field, value, NULL));
  return id;
}

/* ---- rights ---- */

static void
test_rights (Fixture *f, gconstpointer data)
{
  g_autofree char *mine = add_account (f->one, "Mine", "phone", "\"+40 264 123 456\"");
  g_autofree char *theirs = add_account (f->other, "Theirs", "phone", "\"+40 264 123 457\"");
  g_autofree char *where =
      g_strdup_printf ("{'entity':'account','columns':['name'],'where':'not id_is_no_field = 1'}");

  assert_lists (f->one, "{'entity':'account','columns':['name']}", "Mine");
  assert_lists (f->other, "{'entity':'account','columns':['name']}", "Theirs");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'find':'their'}", "");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'find':'264 123'}", "Mine");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'find':'40264123457'}", "");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'where':'name starts with \\'T\\''}", "");
  assert_refused (f->one, where, SATCHEL_ERROR_INVALID);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Page) page = list (i == 0 ? f->one : f->other, "{'entity':'account','count':true,'find':'e'}");

    g_assert_cmpint (page->count, ==, 0);
  }
  g_autoptr (Page) page = list (f->one, "{'entity':'account','count':true,'limit':1}");
  g_assert_cmpint (page->count, ==, 1);
  g_assert_null (page->more);
}

/* A record that points to one that may not be read: neither its title nor anything behind it is told. */
static void
test_hops (Fixture *f, gconstpointer data)
{
  g_autofree char *mine = add_account (f->one, "Mine", "city", "\"Cluj\"");
  g_autofree char *contact = new_id (f->one);
  g_autofree char *account = g_strdup_printf ("\"%s\"", mine);
  g_autofree char *owner = g_strdup_printf ("\"user:%s\"", f->other_id);

  assert_applied (desk_create (f->one, "contact", contact, "last_name", "\"Pop\"", "account", account, NULL));
  assert_lists (f->one, "{'entity':'contact','columns':['account.city']}", "Cluj");
  assert_lists (f->one, "{'entity':'contact','columns':['last_name'],'where':'account.city = \\'Cluj\\''}",
                "Pop");
  {
    g_autoptr (Page) page = list (f->one, "{'entity':'contact'}");

    g_assert_cmpstr (g_hash_table_lookup (page->titles, mine), ==, "Mine");
  }
  desk_pull (f->office_desk);
  assert_applied (desk_act (f->office_desk, "contact", contact, "assign", "owner", owner, NULL));
  assert_lists (f->one, "{'entity':'contact','columns':['last_name']}", "");
  assert_lists (f->other, "{'entity':'contact','columns':['account.city']}", "-");
  assert_lists (f->other, "{'entity':'contact','columns':['last_name'],'where':'account.city = \\'Cluj\\''}",
                "");
  assert_lists (f->other, "{'entity':'contact','columns':['last_name'],'where':'account.city is empty'}", "");
  assert_lists (f->other,
                "{'entity':'contact','columns':['last_name'],'where':'not account.city = \\'Cluj\\''}",
                "Pop");
  {
    g_autoptr (Page) page = list (f->other, "{'entity':'contact'}");

    g_assert_false (g_hash_table_contains (page->titles, mine));
  }
}

/* ---- order and pages ---- */

/* Walks through all pages of @size rows and joins them. */
static char *
walk (Desk *desk, const char *sort, guint size)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *after = NULL;

  for (guint pages = 0; pages < 100; pages++) {
    SatchelListRequest request = { .entity = (char *)"account", .limit = size, .after = after };
    const char *columns[] = { "name", NULL };
    g_auto (GStrv) parts = g_strsplit (sort, ":", 2);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (Page) page = NULL;
    g_autofree char *names = NULL;
    g_autoptr (GError) error = NULL;

    request.columns = (char **)columns;
    request.sort = parts[0];
    request.descending = parts[1] != NULL;
    must (satchel_server_query (desk->office->server, &desk->caller, &request, collect_cb, text, &error));
    page = read_page (text->str);
    names = column (page);
    g_string_append_printf (all, "%s%s", all->len > 0 && *names != '\0' ? "," : "", names);
    g_clear_pointer (&after, g_free);
    if (page->more == NULL)
      return g_string_free (g_steal_pointer (&all), FALSE);
    after = g_strdup (page->more);
  }
  g_assert_not_reached ();
}

static void
test_pages (Fixture *f, gconstpointer data)
{
  static const char *const sorts[] = { "name",      "name:desc",      "city",
                                       "city:desc", "employees",      "employees:desc",
                                       "revenue",   "description",    "description:desc",
                                       "owner",     "created_at:desc" };
  static const char *const cities[] = { "\"Cluj\"",          "null",    "\"Arad\"", "\"Cluj\"", "null",
                                        "\"\xc8\x98imleu\"", "\"arad\"" };

  for (guint i = 0; i < 7; i++) {
    g_autofree char *id = new_id (f->one);
    g_autofree char *name = g_strdup_printf ("\"n%u\"", (i * 5) % 7);
    g_autofree char *number = i % 3 == 0 ? g_strdup ("null") : g_strdup_printf ("%u", 100 - i);
    g_autofree char *amount = i % 2 == 0 ? g_strdup ("null") : g_strdup_printf ("%u", 1000 + (i % 4));
    g_autofree char *long_text = g_strnfill (600, 'x');
    g_autofree char *description = g_strdup_printf ("\"%s%u\"", long_text, i);

    assert_applied (desk_create (f->one, "account", id, "name", name, "city", cities[i], "employees", number,
                                 "revenue", amount, "description", description, NULL));
  }
  assert_lists (f->one, "{'entity':'account','columns':['city'],'sort':'city'}",
                "-,-,Arad,Cluj,Cluj,arad,\xc8\x98imleu");
  assert_lists (f->one, "{'entity':'account','columns':['city'],'sort':'city:desc'}",
                "\xc8\x98imleu,arad,Cluj,Cluj,Arad,-,-");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'sort':':desc'}", "n6,n5,n4,n3,n2,n1,n0");
  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++) {
    g_autofree char *whole = walk (f->one, sorts[i], 100);

    for (guint size = 1; size <= 7; size++) {
      g_autofree char *pieces = walk (f->one, sorts[i], size);

      g_assert_cmpstr (pieces, ==, whole);
    }
  }
}

/* Rows that come and go between two pages neither shift nor repeat the others. */
static void
test_pages_while_writing (Fixture *f, gconstpointer data)
{
  g_autofree char *b = add_account (f->one, "b", "city", "null");
  g_autofree char *d = add_account (f->one, "d", "city", "null");
  g_autofree char *g = add_account (f->one, "g", "city", "null");
  g_autoptr (Page) page = list (f->one, "{'entity':'account','columns':['name'],'limit':2}");
  g_autofree char *escaped = g_strescape (page->more, NULL);
  g_autofree char *rest =
      g_strdup_printf ("{\"entity\":\"account\",\"columns\":[\"name\"],\"after\":\"%s\"}", escaped);
  g_autofree char *a = add_account (f->one, "a", "city", "null");
  g_autofree char *e = add_account (f->one, "e", "city", "null");

  assert_lists (f->one, rest, "e,g");
  assert_applied (desk_delete (f->one, "account", d));
  assert_lists (f->one, rest, "e,g");
  assert_lists (f->other, rest, "");
}

/* ---- hostile requests ---- */

static void
test_hostile (Fixture *f, gconstpointer data)
{
  g_autofree char *mine = add_account (f->one, "Mine", "city", "null");
  g_autoptr (GString) deep = g_string_new ("{'entity':'account','where':'");
  g_autoptr (GString) wide = g_string_new ("{'entity':'account','where':'name = x");
  static const char *const invalid[] = {
    "[]",
    "{}",
    "{'entity':7}",
    "{'entity':'account','limit':0}",
    "{'entity':'account','limit':1001}",
    "{'entity':'account','limit':9223372036854775808}",
    "{'entity':'account','offset':3}",
    "{'entity':'account','columns':[]}",
    "{'entity':'account','columns':[7]}",
    "{'entity':'account','columns':'name'}",
    "{'entity':'account','after':''}",
    "{'entity':'account','after':'x'}",
    "{'entity':'account','after':'[]'}",
    "{'entity':'account','after':'[1,2]'}",
    "{'entity':'account','zone':'Nowhere'}",
    "{'entity':'account','columns':['name.city']}",
    "{'entity':'account','where':'('}",
    "{'entity':'account','columns':['parent.parent.parent.parent.parent.name']}",
  };
  static const char *const unknown[] = {
    "{'entity':'nothing'}",
    "{'entity':'account','sort':'ctiy'}",
    "{'entity':'account','sort':''}",
    "{'entity':'account','sort':'name; DROP TABLE e_account'}",
    "{'entity':'account','columns':['']}",
    "{'entity':'account','columns':['parent.']}",
    "{'entity':'account','find':'x','find_fields':['no']}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    assert_refused (f->one, invalid[i], SATCHEL_ERROR_INVALID);
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    assert_refused (f->one, unknown[i], SATCHEL_ERROR_SCHEMA);
  for (guint i = 0; i < 100; i++)
    g_string_append (deep, "not (");
  g_string_append (deep, "'}");
  for (guint i = 0; i < 500; i++)
    g_string_append (wide, " or city = y");
  g_string_append (wide, "'}");
  assert_refused (f->one, deep->str, SATCHEL_ERROR_INVALID);
  assert_refused (f->one, wide->str, SATCHEL_ERROR_INVALID);
  /* A place of another order or of nowhere is only a place. */
  assert_lists (
      f->one,
      "{'entity':'account','columns':['name'],'after':'[\\'00000000-0000-7000-8000-000000000000\\',null]'}",
      "Mine");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'find':'\\\\\\\" OR x'}", "");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'find':'mine* NEAR('}", "");
  assert_lists (f->one, "{'entity':'account','columns':['name'],'find':'  '}", "Mine");
}

/* Thousands of long texts looked through hundreds of times: it ends, and the connection is good for the next
 * one. */
static void
test_slow (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) where = g_string_new ("{'entity':'account','where':'description contains q0");
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *description = g_strdup_printf ("\"%s\"", long_text);
  gint64 started;

  for (guint i = 0; i < 100; i++)
    g_free (add_account (f->one, "Long", "description", description));
  g_string_replace (where, "q0", "\\'q0\\'", 0);
  for (guint i = 1; i < 180; i++)
    g_string_append_printf (where, " or description contains \\'q%u\\'", i);
  g_string_append (where, "'}");
  started = g_get_monotonic_time ();
  assert_refused (f->one, where->str, SATCHEL_ERROR_TOO_LARGE);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 4 * SATCHEL_MAX_LIST_MS * 1000);
  assert_lists (f->one, "{'entity':'account','columns':['name'],'limit':1}", "Long");
}

/* ---- single records ---- */

static Page *
try_record (Desk *desk, const char *id, GError **error)
{
  SatchelRecordRequest request = { (char *)"account", (char *)id };
  g_autoptr (GString) text = g_string_new (NULL);

  if (!satchel_server_record (desk->office->server, &desk->caller, &request, collect_cb, text, error) ||
      !satchel_server_pin (desk->office->server, &desk->caller, &request, error))
    return NULL;
  return read_page (text->str);
}

static void
test_record (Fixture *f, gconstpointer data)
{
  g_autofree char *theirs = add_account (f->other, "Theirs", "city", "null");
  g_autofree char *nowhere = new_id (f->one);
  g_autoptr (GError) forbidden = NULL, missing = NULL, error = NULL;
  g_autoptr (Page) page = try_record (f->other, theirs, &error);

  g_assert_no_error (error);
  g_assert_cmpint (page->rows->len, ==, 1);
  g_assert_null (try_record (f->one, theirs, &forbidden));
  g_assert_null (try_record (f->one, nowhere, &missing));
  g_assert_cmpint (satchel_error_code (forbidden), ==, SATCHEL_ERROR_NOT_FOUND);
  g_assert_cmpint (satchel_error_code (missing), ==, SATCHEL_ERROR_NOT_FOUND);
  g_assert_cmpstr (forbidden->message, ==, missing->message);
}

static void
open_online (Desk *desk, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Page) page = try_record (desk, id, &error);

  g_assert_no_error (error);
}

static void
give (Desk *desk, const char *account, const char *user)
{
  g_autofree char *owner = g_strdup_printf ("\"user:%s\"", user);

  desk_pull (desk);
  assert_applied (desk_act (desk, "account", account, "assign", "owner", owner, NULL));
}

/* What was opened comes with the next pull, stays up to date, goes where it may not be read, and comes back.
 */
static void
test_pins (Fixture *f, gconstpointer data)
{
  g_autofree char *light_id = office_employ (f->office, "light", "salesperson", f->office->north);
  Desk *light = desk_new (f->office, "light");
  g_autofree char *account = add_account (f->one, "Acme", "city", "\"Cluj\"");
  g_autofree char *second = add_account (f->one, "Second", "city", "null");
  g_autoptr (GError) error = NULL;

  desk_pull (light);
  g_assert_false (desk_has (light, "account", account));
  open_online (light, account);
  desk_check (light);
  g_assert_cmpstr (desk_get (light, "account", account, "city"), ==, "\"Cluj\"");
  open_online (light, second);
  desk_check (light);
  g_assert_true (desk_has (light, "account", second));

  desk_pull (f->one);
  assert_applied (desk_update (f->one, "account", account, "city", "\"Arad\"", NULL));
  desk_check (light);
  g_assert_cmpstr (desk_get (light, "account", account, "city"), ==, "\"Arad\"");

  give (f->office_desk, account, f->other_id);
  desk_check (light);
  g_assert_false (desk_has (light, "account", account));
  give (f->office_desk, account, f->one->caller.user);
  desk_check (light);
  g_assert_true (desk_has (light, "account", account));

  desk_pull (f->one);
  assert_applied (desk_delete (f->one, "account", second));
  desk_check (light);
  g_assert_false (desk_has (light, "account", second));

  g_assert_false (satchel_server_unpin (f->office->server, &light->caller,
                                        &(SatchelRecordRequest){ (char *)"acount", account }, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  g_clear_error (&error);
  must (satchel_server_unpin (f->office->server, &light->caller,
                              &(SatchelRecordRequest){ (char *)"account", account }, &error));
  desk_check (light);
  g_assert_false (desk_has (light, "account", account));
  desk_free (light);
}

/* Another user's unit moves, and all that she owns goes along: also what others have opened. */
static void
test_pins_follow (Fixture *f, gconstpointer data)
{
  g_autofree char *light_id = office_employ (f->office, "light", "salesperson", f->office->north);
  Desk *light = desk_new (f->office, "light"), *admin;
  g_autofree char *account = add_account (f->one, "Acme", "city", "null");
  g_autofree char *south = g_strdup_printf ("\"%s\"", f->office->south);
  g_autofree char *north = g_strdup_printf ("\"%s\"", f->office->north);

  g_free (office_hire (f->office, "admin", "system-administrator", f->office->north));
  admin = desk_new (f->office, "admin");
  open_online (light, account);
  desk_check (light);
  g_assert_true (desk_has (light, "account", account));
  desk_pull (admin);
  assert_applied (desk_update (admin, "user", f->one->caller.user, "unit", south, NULL));
  desk_check (light);
  g_assert_false (desk_has (light, "account", account));
  desk_pull (admin);
  assert_applied (desk_update (admin, "user", f->one->caller.user, "unit", north, NULL));
  desk_check (light);
  g_assert_true (desk_has (light, "account", account));
  desk_free (admin);
  desk_free (light);
}

/* Two people edit a phone number, the second without having seen the first. */
static void
disagree (Fixture *f, const char *account, const char *one, const char *two)
{
  desk_pull (f->one);
  desk_pull (f->office_desk);
  assert_conflicts (desk_update (f->one, "account", account, "phone", one, NULL), 0);
  assert_conflicts (desk_update (f->office_desk, "account", account, "phone", two, NULL), 1);
  desk_pull (f->one);
}

/* Conflicts and shares come with what was opened, those that were there and those that come later, and go
 * with it. */
static void
test_pins_satellites (Fixture *f, gconstpointer data)
{
  g_autofree char *light_id = office_employ (f->office, "light", "salesperson", f->office->north);
  Desk *light = desk_new (f->office, "light");
  g_autofree char *account = add_account (f->one, "Acme", "phone", "\"+40 1\"");
  g_autofree char *beside = add_account (f->one, "Beside", "phone", "\"+40 1\"");
  g_autofree char *with = g_strdup_printf ("\"user:%s\"", f->other_id);
  g_autofree char *with_light = g_strdup_printf ("\"user:%s\"", light_id);
  g_autoptr (GError) error = NULL;

  disagree (f, account, "\"+40 2\"", "\"+40 3\"");
  disagree (f, beside, "\"+40 2\"", "\"+40 3\"");
  assert_applied (desk_act (f->one, "account", beside, "share", "with", with, NULL));
  open_online (light, account);
  desk_check (light);
  g_assert_cmpuint (desk_count (light, "conflict"), ==, 1);
  g_assert_cmpuint (desk_count (light, "share"), ==, 0);

  desk_pull (f->one);
  assert_applied (desk_act (f->one, "account", account, "share", "with", with, NULL));
  desk_check (light);
  g_assert_cmpuint (desk_count (light, "share"), ==, 1);
  disagree (f, account, "\"+40 4\"", "\"+40 5\"");
  desk_check (light);
  g_assert_cmpuint (desk_count (light, "conflict"), ==, 2);

  assert_applied (desk_act (f->one, "account", account, "unshare", "with", with, NULL));
  desk_check (light);
  g_assert_cmpuint (desk_count (light, "share"), ==, 0);

  /* All of it goes where the record goes, and comes back when it is shared with her. */
  give (f->office_desk, account, f->other_id);
  desk_check (light);
  g_assert_cmpuint (desk_count (light, "account") + desk_count (light, "conflict"), ==, 0);
  desk_pull (f->office_desk);
  assert_applied (desk_act (f->office_desk, "account", account, "share", "with", with_light, NULL));
  desk_check (light);
  g_assert_true (desk_has (light, "account", account));
  g_assert_cmpuint (desk_count (light, "conflict"), ==, 2);
  g_assert_cmpuint (desk_count (light, "share"), ==, 1);

  must (satchel_server_unpin (f->office->server, &light->caller,
                              &(SatchelRecordRequest){ (char *)"account", account }, &error));
  desk_check (light);
  g_assert_cmpuint (
      desk_count (light, "account") + desk_count (light, "conflict") + desk_count (light, "share"), ==, 0);
  desk_free (light);
}

/* A device keeps so many, and gives up the oldest. */
static void
test_pins_bound (Fixture *f, gconstpointer data)
{
  g_autofree char *light_id = office_employ (f->office, "light", "salesperson", f->office->north);
  Desk *light = desk_new (f->office, "light");
  g_autofree char *first = NULL;

  for (guint i = 0; i < SATCHEL_MAX_PINS + 2; i++) {
    g_autofree char *id = add_account (f->one, "Acme", "city", "null");

    open_online (light, id);
    if (first == NULL)
      first = g_steal_pointer (&id);
  }
  desk_check (light);
  g_assert_cmpint (desk_count (light, "account"), ==, SATCHEL_MAX_PINS);
  g_assert_false (desk_has (light, "account", first));
  desk_free (light);
}

static void
test_history (Fixture *f, gconstpointer data)
{
  g_autofree char *theirs = add_account (f->other, "Theirs", "city", "null");
  g_autofree char *nowhere = new_id (f->one);
  g_autoptr (GError) forbidden = NULL, missing = NULL, error = NULL;
  g_autofree char *mine = NULL, *deleted = NULL;

  g_assert_null (satchel_server_history (f->office->server, &f->one->caller, "account", theirs, &forbidden));
  g_assert_null (satchel_server_history (f->office->server, &f->one->caller, "account", nowhere, &missing));
  g_assert_cmpstr (forbidden->message, ==, missing->message);
  mine = satchel_server_history (f->office->server, &f->other->caller, "account", theirs, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (mine, "\"by_name\":\"other\""));
  desk_pull (f->other);
  assert_applied (desk_delete (f->other, "account", theirs));
  deleted = satchel_server_history (f->office->server, &f->other->caller, "account", theirs, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (deleted, "\"name\":\"Theirs\""));
  g_clear_error (&forbidden);
  g_assert_null (satchel_server_history (f->office->server, &f->one->caller, "account", theirs, &forbidden));
  g_assert_cmpstr (forbidden->message, ==, missing->message);
}

/* ---- counting ---- */

static void
load_accounts (Fixture *f, guint n)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  const SatchelEntity *account = satchel_registry_find (f->office->registry, "account");
  g_autoptr (SatchelValue) owner = satchel_value_new_lookup ("user", f->other_id);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = new_id (f->other), *text = g_strdup_printf ("Account %u", i);
    g_autoptr (SatchelValue) name = satchel_value_new_string (text);
    SatchelRecord *record = satchel_record_new (account, id);

    satchel_record_set_by_name (record, "name", name);
    satchel_record_set_by_name (record, "owner", owner);
    g_ptr_array_add (records, record);
  }
  must (satchel_server_load (f->office->server, f->other_id, records, f->office->clock.now_ms, &error));
}

/* A count that takes too long ends with what was counted. */
static void
test_uncounted (Fixture *f, gconstpointer data)
{
  const SatchelListRequest request = { .entity = (char *)"account", .limit = 1 };
  const guint n = 3000;
  g_auto (SatchelQuestion) question = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelReader *reader;
  SatchelDatabase *database;
  gint64 count;
  gboolean all;

  load_accounts (f, n);
  reader = satchel_server_begin_read (f->office->server, &error);
  g_assert_no_error (error);
  database = reader->store->database;
  must (satchel_question_init (&question, reader->store, reader->access, f->office_desk->caller.user,
                               &request, f->office->clock.now_ms, &error));
  must (satchel_lists_count (reader->store, &question.list, &count, &all, &error));
  g_assert_true (all);
  g_assert_cmpint (count, ==, n);

  satchel_database_set_budget (database, 30000); /* the plan takes some of it */
  must (satchel_lists_count (reader->store, &question.list, &count, &all, &error));
  satchel_database_set_budget (database, 0);
  g_assert_false (all);
  g_assert_cmpint (count, <, n);
  satchel_server_end_read (f->office->server, reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/query/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("rights", test_rights);
  ADD ("hops", test_hops);
  ADD ("pages", test_pages);
  ADD ("pages-while-writing", test_pages_while_writing);
  ADD ("hostile", test_hostile);
  ADD ("slow", test_slow);
  ADD ("record", test_record);
  ADD ("pins", test_pins);
  ADD ("pins-follow", test_pins_follow);
  ADD ("pins-satellites", test_pins_satellites);
  ADD ("pins-bound", test_pins_bound);
  ADD ("history", test_history);
  ADD ("uncounted", test_uncounted);
  return g_test_run ();
}
