/* The organisation's own definitions: applied while serving, followed by devices without fetching rows again,
 * obeyed by edits of the past, and refused where they would break what is there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/record.h"
#include "sync-server/customising.h"
#include "tests/sync-server/office.h"

typedef struct {
  Office *office;
  Desk *desk;
  char *account; /* "Acme" in Cluj, pulled */
} World;

static void
setup (World *world, gconstpointer data)
{
  world->office = office_new ();
  g_free (office_hire (world->office, "ana", "salesperson", world->office->north));
  world->desk = desk_new (world->office, "ana");
  world->account = new_id (world->desk);
  desk_pull (world->desk);
  assert_applied (desk_create (world->desk, "account", world->account, "name", "\"Acme\"", "city", "\"Cluj\"",
                               "sector", "\"retail\"", NULL));
  desk_pull (world->desk);
}

static void
teardown (World *world, gconstpointer data)
{
  desk_free (world->desk);
  g_free (world->account);
  office_free (world->office);
}

#define SATCHEL(inner)    "<satchel version='1'>" inner "</satchel>"
#define ACCOUNT(inner)    SATCHEL ("<entity name='account'>" inner "</entity>")
#define FIELD(attributes) ACCOUNT ("<field " attributes "/>")
#define VEHICLE                                                                                              \
  SATCHEL ("<entity name='vehicle' label='Vehicle' plural='Vehicles' area='sales' ownership='user' "         \
           "title='plate' rights='account'>"                                                                 \
           "<field name='plate' label='Plate' type='string' required='yes' search='text'/>"                  \
           "<field name='account' label='Account' type='lookup' targets='account' carry='yes'/>"             \
           "<field name='owner' label='Owner' type='lookup' targets='user team' default='me' "               \
           "policy='review' required='yes'/></entity>"                                                       \
           "<views entity='vehicle'><view name='all' label='All' default='yes' sort='plate'>"                \
           "<column field='plate' width='200'/></view></views>")

static void
apply (World *world, const char *text)
{
  SatchelMetadataDocument document = { "test.xml", text };
  g_autoptr (GError) error = NULL;
  gint64 version;

  must (satchel_server_customise (world->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version,
                                  &error));
}

/* ---- what devices get ---- */

static void
test_added_field (World *world, gconstpointer data)
{
  Desk *late = desk_new (world->office, "ana");

  apply (world, FIELD ("name='loyalty' label='Loyalty' type='string' default='none'"));
  desk_pull (world->desk);
  g_assert_cmpint (world->desk->n_definitions, ==, 1);
  g_assert_false (world->desk->reset);
  g_assert_cmpint (world->desk->n_rows, ==, 0);
  g_assert_cmpstr (desk_get (world->desk, "account", world->account, "loyalty"), ==, "\"none\"");

  assert_applied (desk_update (world->desk, "account", world->account, "loyalty", "\"gold\"", NULL));
  desk_check (world->desk);
  g_assert_cmpint (world->desk->n_whole, ==, 0);
  g_assert_cmpint (world->desk->n_definitions, ==, 1);
  desk_check (late);
  g_assert_cmpstr (desk_get (late, "account", world->account, "loyalty"), ==, "\"gold\"");
  desk_free (late);
}

/* The row that needs the new field comes in the same pull as its definition. */
static void
test_field_with_row (World *world, gconstpointer data)
{
  Desk *other = desk_new (world->office, "ana");

  desk_pull (other);
  apply (world, FIELD ("name='loyalty' label='Loyalty' type='string'"));
  desk_pull (world->desk);
  assert_applied (desk_update (world->desk, "account", world->account, "loyalty", "\"gold\"", NULL));
  desk_check (other);
  g_assert_cmpint (other->n_definitions, ==, 1);
  g_assert_cmpint (other->n_whole, ==, 0);
  g_assert_cmpstr (desk_get (other, "account", world->account, "loyalty"), ==, "\"gold\"");
  desk_free (other);
}

static void
test_renamed (World *world, gconstpointer data)
{
  const SatchelEntity *entity;
  const SatchelField *field;

  apply (world, SATCHEL ("<entity name='account' label='Customer' alias='customer'>"
                         "<field name='sector' label='Industry' alias='industry'/></entity>"));
  desk_pull (world->desk);
  g_assert_cmpint (world->desk->n_rows, ==, 0);
  entity = satchel_registry_require (world->desk->registry, "customer", NULL);
  g_assert_nonnull (entity);
  g_assert_cmpstr (entity->name, ==, "account");
  g_assert_cmpstr (entity->label, ==, "Customer");
  field = satchel_registry_require_field (world->desk->registry, entity, "industry", NULL);
  g_assert_nonnull (field);
  g_assert_cmpstr (field->name, ==, "sector");
  g_assert_cmpstr (field->label, ==, "Industry");

  /* The wire knows the name alone. */
  assert_applied (desk_update (world->desk, "account", world->account, "sector", "\"energy\"", NULL));
  assert_parked (desk_update (world->desk, "account", world->account, "industry", "\"retail\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  assert_parked (desk_update (world->desk, "customer", world->account, "name", "\"X\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  desk_check (world->desk);
}

static void
test_added_entity (World *world, gconstpointer data)
{
  g_autofree char *vehicle = new_id (world->desk);
  g_autofree char *account_json = g_strdup_printf ("\"%s\"", world->account);

  assert_parked (desk_create (world->desk, "vehicle", vehicle, "plate", "\"CJ 01\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  apply (world, VEHICLE);
  g_free (vehicle);
  vehicle = new_id (world->desk);
  assert_applied (
      desk_create (world->desk, "vehicle", vehicle, "plate", "\"CJ 02\"", "account", account_json, NULL));
  desk_check (world->desk);
  g_assert_cmpint (world->desk->n_definitions, ==, 1);
  g_assert_true (desk_has (world->desk, "vehicle", vehicle));
  g_assert_cmpstr (desk_get (world->desk, "vehicle", vehicle, "plate"), ==, "\"CJ 02\"");

  apply (world, SATCHEL ("<entity name='vehicle' retired='yes'/>"));
  assert_parked (desk_update (world->desk, "vehicle", vehicle, "plate", "\"CJ 03\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  desk_check (world->desk);
  g_assert_true (desk_has (world->desk, "vehicle", vehicle));
}

/* ---- edits of the past ---- */

static void
test_retired_field (World *world, gconstpointer data)
{
  Desk *other = desk_new (world->office, "ana");

  desk_pull (other);
  apply (world, FIELD ("name='city' retired='yes'"));
  assert_parked (
      desk_update (world->desk, "account", world->account, "city", "\"Turda\"", "name", "\"A\"", NULL),
      SATCHEL_ERROR_SCHEMA);
  assert_applied (desk_update (other, "account", world->account, "name", "\"Acme Ltd\"", NULL));
  desk_check (world->desk);
  /* The value and its history stay, and come back with the field. */
  g_assert_cmpstr (desk_get (world->desk, "account", world->account, "city"), ==, "\"Cluj\"");
  apply (world, FIELD ("name='city' retired='no'"));
  assert_applied (desk_update (other, "account", world->account, "city", "\"Turda\"", NULL));
  desk_check (world->desk);
  desk_free (other);
}

static void
test_retired_choice (World *world, gconstpointer data)
{
  g_autofree char *other = new_id (world->desk);

  apply (world, ACCOUNT ("<field name='tier' label='Tier' type='choice' default='a'><choices>"
                         "<choice key='a' label='A'/><choice key='b' label='B'/></choices></field>"));
  assert_applied (desk_update (world->desk, "account", world->account, "tier", "\"b\"", NULL));
  apply (world, ACCOUNT ("<field name='tier'><choices><choice key='b' retired='yes'/></choices></field>"));
  /* What has it keeps it, and its other fields may change. */
  assert_applied (desk_update (world->desk, "account", world->account, "city", "\"Turda\"", NULL));
  assert_parked (desk_create (world->desk, "account", other, "name", "\"B\"", "tier", "\"b\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  assert_applied (desk_update (world->desk, "account", world->account, "tier", "\"a\"", NULL));
  assert_parked (desk_update (world->desk, "account", world->account, "tier", "\"b\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  desk_check (world->desk);
}

static void
test_required_field (World *world, gconstpointer data)
{
  g_autofree char *other = new_id (world->desk);

  apply (world, FIELD ("name='level' label='Level' type='integer' required='yes' default='1'"));
  /* A device that does not know the field yet. */
  assert_applied (desk_create (world->desk, "account", other, "name", "\"B\"", NULL));
  desk_check (world->desk);
  g_assert_cmpstr (desk_get (world->desk, "account", other, "level"), ==, "1");
  g_assert_cmpstr (desk_get (world->desk, "account", world->account, "level"), ==, "1");
}

/* ---- one server, several processes ---- */

static void
test_other_process (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelServer) admin =
      satchel_server_open (world->office->dir, world->office->registry, &world->office->clock.clock, &error);
  SatchelMetadataDocument document = { "test.xml", VEHICLE };
  g_autofree char *vehicle = new_id (world->desk);
  gint64 version;

  g_assert_no_error (error);
  must (satchel_server_customise (admin, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version, &error));
  assert_applied (desk_create (world->desk, "vehicle", vehicle, "plate", "\"CJ 02\"", NULL));
  desk_check (world->desk);
  /* And back: what the serving process changes holds for the other one. */
  apply (world, FIELD ("name='loyalty' label='Loyalty' type='string'"));
  must (satchel_server_customise (admin, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version, &error));
  g_assert_cmpint (version, ==, 2);
}

typedef struct {
  World *world;
  guint n_pieces;
  GString *text;
} MidPull;

static gboolean
change_midway (const char *bytes, gsize size, gpointer data, GError **error)
{
  MidPull *mid = data;

  if (mid->n_pieces++ == 0)
    apply (mid->world, FIELD ("name='loyalty' label='Loyalty' type='string' default='none'"));
  g_string_append_len (mid->text, bytes, size);
  return TRUE;
}

/* A pull is of one S: what is changed under way comes with the next. */
/* Fields of records that were made by the definitions of before are numbered otherwise. */
static void
test_load (World *world, gconstpointer data)
{
  SatchelServer *server = world->office->server;
  const SatchelEntity *before = satchel_registry_find (satchel_server_get_registry (server), "account"), *now;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (SatchelValue) name = satchel_value_new_string ("Acme"),
                           owner = satchel_value_new_lookup ("user", world->desk->caller.user);
  g_autoptr (GError) error = NULL;

  apply (world, FIELD ("name='loyalty' label='Loyalty' type='string'"));
  desk_pull (world->desk);
  now = satchel_registry_find (satchel_server_get_registry (server), "account");
  for (guint i = 0; i < 2; i++) {
    g_autofree char *id = new_id (world->desk);
    SatchelRecord *record = satchel_record_new (i == 0 ? before : now, id);

    g_clear_error (&error);
    satchel_record_set_by_name (record, "name", name);
    satchel_record_set_by_name (record, "owner", owner);
    g_ptr_array_set_size (records, 0);
    g_ptr_array_add (records, record);
    if (satchel_server_load (server, NULL, records, world->office->clock.now_ms, &error))
      g_assert_cmpuint (i, ==, 1);
    else
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
    desk_check (world->desk);
    g_assert_cmpint (desk_has (world->desk, "account", id), ==, (i == 1));
  }
}

static void
test_mid_pull (World *world, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  MidPull mid = { world, 0, text };
  SatchelPull request = { 0 };
  g_autoptr (GError) error = NULL;

  request.schema = (char *)satchel_registry_get_digest (world->office->registry);
  must (satchel_server_pull (world->office->server, &world->desk->caller, &request, change_midway, &mid,
                             &error));
  g_assert_cmpint (mid.n_pieces, >=, 1);
  g_assert_null (strstr (text->str, "loyalty"));
  desk_check (world->desk);
  g_assert_cmpint (world->desk->n_definitions, ==, 1);
  g_assert_cmpstr (desk_get (world->desk, "account", world->account, "loyalty"), ==, "\"none\"");
}

static void
test_reopened (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL, *copy = NULL;

  apply (world, VEHICLE);
  before = satchel_server_export_customising (world->office->server, &error);
  office_reopen (world->office);
  after = satchel_server_export_customising (world->office->server, &error);
  g_assert_cmpstr (after, ==, before);
  desk_check (world->desk);

  /* A backup holds the definitions too. */
  copy = g_build_filename (world->office->dir, "copy.db", NULL);
  must (satchel_server_backup (world->office->server, copy, &error));
  apply (world, FIELD ("name='loyalty' label='Loyalty' type='string'"));
  g_clear_pointer (&world->office->server, satchel_server_close);
  must (satchel_server_restore (world->office->dir, copy, &world->office->clock.clock, &error));
  office_reopen (world->office);
  g_free (after);
  after = satchel_server_export_customising (world->office->server, &error);
  g_assert_cmpstr (after, ==, before);
}

/* A later program, which brings a field of its own. */
static SatchelRegistry *
make_later (World *world, const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelMetadataDocument document = { "later.xml", text };
  SatchelRegistry *later = satchel_registry_amend (world->office->registry, &document, 1, &error);

  g_assert_no_error (error);
  return later;
}

/* What the organisation has called so before is that field, if it can be; else nothing is touched. */
static void
test_later_program (World *world, gconstpointer data)
{
  Office *office = world->office;
  SatchelRegistry *own = office->registry;
  g_autoptr (SatchelRegistry) same = make_later (world, FIELD ("name='loyalty' label='Tier' type='string'"));
  g_autoptr (SatchelRegistry) other =
      make_later (world, FIELD ("name='loyalty' label='Tier' type='integer'"));
  g_autoptr (GError) error = NULL;

  apply (world, FIELD ("name='loyalty' label='Loyalty' type='string'"));
  assert_applied (desk_update (world->desk, "account", world->account, "loyalty", "\"gold\"", NULL));
  g_clear_pointer (&office->server, satchel_server_close);
  g_assert_null (satchel_server_open (office->dir, other, &office->clock.clock, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_nonnull (
      strstr (error->message, "“loyalty” of account is of type string here, and of type integer"));

  office->registry = same;
  office_reopen (office);
  g_assert_cmpstr (
      satchel_entity_find_field (
          satchel_registry_find (satchel_server_get_registry (office->server), "account"), "loyalty")
          ->label,
      ==, "Loyalty");
  desk_pull (world->desk);
  g_assert_cmpstr (desk_get (world->desk, "account", world->account, "loyalty"), ==, "\"gold\"");
  office->registry = own;
  office_reopen (office);
}

/* A configuration is a file: exported here and applied elsewhere it is the same. */
static void
test_export (World *world, gconstpointer data)
{
  Office *elsewhere = office_new ();
  World there = { .office = elsewhere };
  g_autoptr (GError) error = NULL;
  g_autofree char *exported = NULL, *again = NULL;

  apply (world, VEHICLE);
  apply (world, ACCOUNT ("<field name='sector' label='A &amp; &quot;B&quot; &lt;c&gt;'/>"));
  apply (world, FIELD ("name='city' retired='yes'"));
  exported = satchel_server_export_customising (world->office->server, &error);
  apply (&there, exported);
  again = satchel_server_export_customising (elsewhere->server, &error);
  g_assert_cmpstr (again, ==, exported);
  g_assert_cmpstr (satchel_registry_get_digest (satchel_server_get_registry (elsewhere->server)), ==,
                   satchel_registry_get_digest (satchel_server_get_registry (world->office->server)));
  office_free (elsewhere);
}

/* ---- refused ---- */

static const struct {
  const char *name;
  const char *text;
  const char *message; /* how it begins */
} refused[] = {
  { "not-xml", "hello", "test.xml:1:1: " },
  { "doctype", "<!DOCTYPE x [<!ENTITY a 'b'>]><satchel version='1'/>", "test.xml:1:1: only comments" },
  { "entity-expansion", SATCHEL ("<entity name='account' label='&a;'/>"), "test.xml:1:" },
  { "version", "<satchel version='2'/>", "test.xml:1:10: this program reads version “1”" },
  { "unknown-attribute", FIELD ("name='city' colour='red'"), "test.xml:1:64: unknown attribute “colour”" },
  { "deep", SATCHEL ("<entity name='account'><entity name='a'/></entity>"),
    "test.xml:1:45: unexpected element" },
  { "injection", FIELD ("name='x\"; DROP TABLE clock; --' label='X' type='string'"), "test.xml:1:" },
  { "upper-case", FIELD ("name='City' label='X' type='string'"), "test.xml:1:52: “City” is not a name" },
  { "reserved", FIELD ("name='and' label='X' type='string'"), "test.xml:1:52: “and” is a reserved name" },
  { "reserved-alias", FIELD ("name='city' alias='or'"), "test.xml:1:64: “or” is a reserved name" },
  { "system-field", FIELD ("name='created_at' label='X' type='datetime'"),
    "test.xml:1:52: field “created_at”" },
  { "alias-taken", FIELD ("name='city' alias='name'"), "test.xml:1:" },
  { "terminal", FIELD ("name='city' label='&#27;[2J'"), "test.xml:1:" },
  { "twice", ACCOUNT ("<field name='city'/><field name='city'/>"),
    "test.xml:1:72: <field> “city” is there twice" },
  { "shadow",
    SATCHEL ("<entity name='account_data' label='X' plural='X' area='sales' "
             "ownership='organisation' title='t'><field name='t' label='T' type='string'/></entity>"
             "<views entity='account_data'><view name='a' label='A' default='yes' sort='t'>"
             "<column field='t' width='100'/></view></views>"),
    "test.xml:1:30: beside the entity “account”" },
  { "no-view",
    SATCHEL ("<entity name='x' label='X' plural='X' area='sales' ownership='organisation' "
             "title='t'><field name='t' label='T' type='string'/></entity>"),
    "test.xml:1:22: entity “x” has no default view" },
  { "type", FIELD ("name='city' type='text' policy='last'"), "test.xml:1:64: “city” never changes its type" },
  { "unknown-target", FIELD ("name='x' label='X' type='lookup' targets='nothing'"), "test.xml:1:" },
  { "targets", FIELD ("name='primary_contact' targets='contact lead'"), "test.xml:1:" },
  { "policy", FIELD ("name='city' policy='review'"), "test.xml:1:64: “city” is merged as it was" },
  { "secured", FIELD ("name='fax' secured='money'"), "test.xml:1:63: “fax” keeps its field class" },
  { "required-without-default", FIELD ("name='x' label='X' type='string' required='yes'"),
    "test.xml:1:85: “x” is required and has no default" },
  { "loosened", FIELD ("name='name' required='no'"), "test.xml:1:64: “name” is required by the program" },
  { "retired-title", FIELD ("name='name' retired='yes'"), "test.xml:1:64: “name” is needed by every record" },
  { "retired-owner", FIELD ("name='owner' retired='yes'"),
    "test.xml:1:65: “owner” is needed by every record" },
  { "retired-user", SATCHEL ("<entity name='user' retired='yes'/>"), "test.xml:1:42: “user” is needed by" },
  { "retired-state",
    SATCHEL ("<entity name='task'><field name='status'><choices>"
             "<choice key='open' retired='yes'/></choices></field></entity>"),
    "test.xml:1:" },
  { "system-entity", SATCHEL ("<entity name='account' system='yes'/>"), "test.xml:1:45: “account” belongs" },
  { "ownership", SATCHEL ("<entity name='product' ownership='record'/>"), "test.xml:1:" },
  { "computed", FIELD ("name='x' label='X' type='string' compute='full-name'"), "test.xml:1:" },
  { "longer-than-allowed", FIELD ("name='x' label='X' type='string' length='100000'"), "test.xml:1:" },
  { "narrowed", FIELD ("name='city' length='3'"),
    "test.xml:1:64: 1 records hold what “city” would not take" },
};

static void
test_refused (World *world, gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  SatchelMetadataDocument document = { "test.xml", refused[i].text };
  g_autoptr (GError) error = NULL;
  g_autofree char *before = satchel_server_export_definitions (world->office->server, NULL), *after = NULL;
  const gint64 s = satchel_server_get_s (world->office->server);
  gint64 version;

  g_assert_false (satchel_server_customise (world->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY,
                                            &version, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  if (!g_str_has_prefix (error->message, refused[i].message))
    g_error ("“%s” instead of “%s…”", error->message, refused[i].message);
  after = satchel_server_export_definitions (world->office->server, NULL);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (satchel_server_get_s (world->office->server), ==, s);
  desk_check (world->desk);
  g_assert_cmpint (world->desk->n_definitions, ==, 0);
}

static void
test_huge (World *world, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("<satchel version='1'><entity name='account'>");
  SatchelMetadataDocument document = { "test.xml", NULL };
  g_autoptr (GError) error = NULL;
  gint64 version;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "<field name='f%u' label='F' type='string'/>", i);
  g_string_append (text, "</entity></satchel>");
  document.text = text->str;
  g_assert_false (satchel_server_customise (world->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY,
                                            &version, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);

  while (text->len <= 1024 * 1024)
    g_string_append (text, "<!-- more and more -->");
  document.text = text->str;
  g_assert_false (satchel_server_customise (world->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY,
                                            &version, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  desk_check (world->desk);
}

/* Nothing is different after a check. */
static void
test_check_only (World *world, gconstpointer data)
{
  SatchelMetadataDocument document = { "test.xml", VEHICLE };
  g_autoptr (GError) error = NULL;
  g_autofree char *vehicle = new_id (world->desk);
  gint64 version;

  must (satchel_server_customise (world->office->server, &document, 1, SATCHEL_CUSTOMISING_CHECK, &version,
                                  &error));
  assert_parked (desk_create (world->desk, "vehicle", vehicle, "plate", "\"CJ 01\"", NULL),
                 SATCHEL_ERROR_SCHEMA);
  desk_check (world->desk);
  g_assert_cmpint (world->desk->n_definitions, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/sync-server/schema/" name, World, NULL, setup, function, teardown)
  ADD ("added-field", test_added_field);
  ADD ("field-with-row", test_field_with_row);
  ADD ("renamed", test_renamed);
  ADD ("added-entity", test_added_entity);
  ADD ("retired-field", test_retired_field);
  ADD ("retired-choice", test_retired_choice);
  ADD ("required-field", test_required_field);
  ADD ("other-process", test_other_process);
  ADD ("load", test_load);
  ADD ("mid-pull", test_mid_pull);
  ADD ("reopened", test_reopened);
  ADD ("later-program", test_later_program);
  ADD ("export", test_export);
  ADD ("huge", test_huge);
  ADD ("check-only", test_check_only);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strconcat ("/sync-server/schema/refused/", refused[i].name, NULL);
    g_test_add (path, World, GUINT_TO_POINTER (i), setup, test_refused, teardown);
  }
  return g_test_run ();
}
