/* Predicates bound to a person, what they depend on, what they turn on, and what is related: over the
 * metadata that is built in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/bind.h"

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/sqlite/entity-table.h"
#include "tests/lib/fixture.h"

#define ANA   "01900000-0000-7000-8000-00000000000a"
#define BEN   "01900000-0000-7000-8000-00000000000b"
#define PARTS "01900000-0000-7000-8000-000000000001"
#define TOOLS "01900000-0000-7000-8000-000000000002"
#define CLUJ  "01900000-0000-7000-8000-0000000000c1"

static SatchelPredicate *
parse (const char *entity_name, const char *text)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  const SatchelEntity *entity = satchel_registry_find (registry, entity_name);
  g_autoptr (GError) error = NULL;
  SatchelPredicate *predicate = satchel_predicate_parse (registry, entity, text, &error);

  if (predicate == NULL)
    g_error ("%s: %s", text, error->message);
  return predicate;
}

static void
test_bind (void)
{
  static const struct {
    const char *text, *bound, *of_nobody;
  } cases[] = {
    { "", "", "" },
    { "created_by = me", "created_by = " ANA, "created_by is empty and created_by is not empty" },
    { "created_by != me", "created_by != " ANA, "created_by is empty or created_by is not empty" },
    { "created_by in (me, " BEN ")", "created_by in (" ANA ", " BEN ")", "created_by = " BEN },
    { "created_by not in (" BEN ", me)", "created_by not in (" BEN ", " ANA ")", "created_by != " BEN },
    { "unit = my unit", "unit = " CLUJ, "unit is empty and unit is not empty" },
    { "not created_by.unit = my unit", "not created_by.unit = " CLUJ,
      "not created_by.(unit is empty and unit is not empty)" },
    { "revenue > 1 and created_at in this week", "revenue > 1 and created_at in this week",
      "revenue > 1 and created_at in this week" },
    { "exists contact.account (created_by = me)", "exists contact.account (created_by = " ANA ")",
      "exists contact.account (created_by is empty and created_by is not empty)" },
  };
  const char *const teams[] = { TOOLS, PARTS, NULL };
  const SatchelPredicateContext ana = { .user = ANA, .unit = CLUJ, .teams = teams };
  const SatchelPredicateContext nobody = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", cases[i].text);
    g_autoptr (SatchelPredicate) of_ana = satchel_predicate_bind (predicate, &ana, NULL);
    g_autoptr (SatchelPredicate) of_nobody = satchel_predicate_bind (predicate, &nobody, NULL);
    g_autofree char *bound = satchel_predicate_to_text (of_ana);
    g_autofree char *unbound = satchel_predicate_to_text (of_nobody);

    g_assert_cmpstr (bound, ==, cases[i].bound);
    g_assert_cmpstr (unbound, ==, cases[i].of_nobody);
  }
}

/* An owner may be a user or a team; the order of somebody's teams does not matter. */
static void
test_bind_teams (void)
{
  const char *const teams[] = { TOOLS, PARTS, NULL };
  const char *const same_teams[] = { PARTS, TOOLS, NULL };
  const SatchelPredicateContext ana = { .user = ANA, .teams = teams };
  const SatchelPredicateContext again = { .user = ANA, .teams = same_teams };
  g_autoptr (SatchelPredicate) predicate = parse ("share", "principal in (me, my teams)");
  g_autoptr (SatchelPredicate) bound = satchel_predicate_bind (predicate, &ana, NULL);
  g_autoptr (SatchelPredicate) bound_again = satchel_predicate_bind (predicate, &again, NULL);
  g_autofree char *text = satchel_predicate_to_text (bound);
  g_autofree char *text_again = satchel_predicate_to_text (bound_again);

  g_assert_cmpstr (text, ==, "principal in (user:" ANA ", team:" PARTS ", team:" TOOLS ")");
  g_assert_cmpstr (text_again, ==, text);
}

/* ---- for anyone ---- */

static void
test_widen (void)
{
  static const struct {
    const char *text, *wide;
  } cases[] = {
    { "", "" },
    { "not name = \"a\"", "not name = \"a\"" },
    { "parent.city = \"a\"", "parent.city = \"a\"" },
    { "parent.(not city = \"a\")", "parent.(not city = \"a\")" },
    { "not parent.city = \"a\"", "not (NEVER)" },
    { "city = \"b\" and not exists contact (city = \"a\")", "city = \"b\" and not (NEVER)" },
    { "not (city = \"b\" or parent.city = \"a\")", "not (city = \"b\" or NEVER)" },
    { "not (city = \"b\" and not parent.city = \"a\")", "not (city = \"b\" and not parent.city = \"a\")" },
    { "exists contact (not account.city = \"a\")", "exists contact (not (ON CONTACT))" },
  };
  const SatchelEntity *account = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelEntity *contact = satchel_registry_find (satchel_registry_builtin (), "contact");
  g_autofree char *never =
      g_strdup_printf ("%s is empty and %s is not empty", account->fields[0]->name, account->fields[0]->name);
  g_autofree char *on_contact =
      g_strdup_printf ("%s is empty and %s is not empty", contact->fields[0]->name, contact->fields[0]->name);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", cases[i].text);
    g_autoptr (SatchelPredicate) wide = satchel_predicate_widen (predicate);
    g_autoptr (GString) expected = g_string_new (cases[i].wide);
    g_autofree char *text = satchel_predicate_to_text (wide);

    g_string_replace (expected, "NEVER", never, 0);
    g_string_replace (expected, "ON CONTACT", on_contact, 0);
    /* One form for equal trees. */
    g_autoptr (SatchelPredicate) same = parse ("account", expected->str);
    g_autofree char *normal = satchel_predicate_to_text (same);

    g_assert_cmpstr (text, ==, normal);
  }
}

/* ---- dependencies ---- */

static void
append_dependency (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *path,
                   guint n_steps, gpointer data)
{
  GString *list = data;

  g_string_append (list, list->len > 0 ? ", " : "");
  for (guint i = 0; i < n_steps; i++)
    g_string_append_printf (list, "%s%s%s", path[i].backwards ? "<" : "", path[i].field->name,
                            path[i].backwards ? "<" : ">");
  g_string_append_printf (list, "%s.%s", entity->name, field != NULL ? field->name : "*");
}

static void
test_dependencies (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "city = \"Cluj\" or city is empty", "account.city, account.city" },
    { "parent.city is empty", "account.parent, parent>account.*, parent>account.city" },
    { "not exists task.regarding (due in past)",
      "<regarding<task.*, <regarding<task.regarding, <regarding<task.due" },
    { "parent.(exists contact.account)",
      "account.parent, parent>account.*, parent><account<contact.*, parent><account<contact.account" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", cases[i][0]);
    g_autoptr (GString) list = g_string_new (NULL);

    satchel_predicate_visit_dependencies (predicate, append_dependency, list);
    g_assert_cmpstr (list->str, ==, cases[i][1]);
    g_assert_cmpint (satchel_predicate_follows_relations (predicate), ==, strchr (list->str, '*') != NULL);
  }
}

static void
append_timed (SatchelPredicate *test, const SatchelDependencyStep *path, guint n_steps, gpointer data)
{
  GString *list = data;
  g_autofree char *text = satchel_predicate_to_text (test);

  g_string_append_printf (list, "%s%u %s %s", list->len > 0 ? ", " : "", n_steps,
                          satchel_predicate_get_entity (test)->name, text);
}

static void
test_time (void)
{
  static const struct {
    const char *text, *timed;
    gboolean clock;
  } cases[] = {
    { "city = \"now\" and created_at > 2026-01-01", "", FALSE },
    { "created_at > today - 1 week", "0 account created_at > today - 1 week", FALSE },
    { "created_at > now - 1 week", "0 account created_at > now - 1 week", TRUE },
    { "created_at in past", "0 account created_at in past", TRUE },
    { "not exists task.regarding (due in past or due = 2026-01-01)", "1 task due in past", FALSE },
    { "parent.created_at in last month or parent.parent.created_at in future",
      "1 account created_at in last month, 2 account created_at in future", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", cases[i].text);
    g_autoptr (GString) list = g_string_new (NULL);

    satchel_predicate_visit_timed (predicate, append_timed, list);
    g_assert_cmpstr (list->str, ==, cases[i].timed);
    g_assert_cmpint (satchel_predicate_depends_on_clock (predicate), ==, cases[i].clock);
    g_assert_cmpint (satchel_predicate_depends_on_time (predicate), ==, list->len > 0);
  }
}

/* ---- pivots ---- */

static void
test_pivots (void)
{
#define X "created_by = " ANA
#define Y "created_by = " BEN
  static const struct {
    const char *text, *pivot, *tests, *template;
  } cases[] = {
    { X, ANA, "account.created_by", "created_by = " TOOLS },
    { "city is empty and " X, ANA, "account.created_by", "city is empty and created_by = " TOOLS },
    { "city is empty or " X, NULL, NULL, NULL },
    { "not " X, NULL, NULL, NULL },
    { "created_by != " ANA, NULL, NULL, NULL },
    { "created_by in (" ANA ", " BEN ")", ANA " " BEN, "account.created_by", "created_by = " TOOLS },
    { X " or " Y, NULL, NULL, NULL },
    { X " or parent." X, ANA, "account.created_by, parent>account.created_by",
      "created_by = " TOOLS " or parent.created_by = " TOOLS },
    { "exists contact.account (" X ") and parent.(not " X ")", ANA, "<account<contact.created_by",
      "exists contact.account (created_by = " TOOLS ") and parent.(not created_by = " TOOLS ")" },
    /* a person, not the records of one organisation */
    { "parent = " CLUJ " and (" X " and revenue > 1)", ANA, "account.created_by",
      "parent = " CLUJ " and created_by = " TOOLS " and revenue > 1" },
    { "parent = " CLUJ, CLUJ, "account.parent", NULL },
  };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_value_unref);

  g_ptr_array_add (nobody, satchel_value_new_lookup ("user", TOOLS));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", cases[i].text);
    g_autoptr (GPtrArray) pivots = satchel_predicate_list_pivots (predicate);
    g_autoptr (GString) ids = g_string_new (NULL), tests = g_string_new (NULL);

    if (pivots == NULL) {
      g_assert_null (cases[i].pivot);
      continue;
    }
    for (guint j = 0; j < pivots->len; j++)
      g_string_append_printf (ids, "%s%s", j > 0 ? " " : "", satchel_value_get_id (pivots->pdata[j]));
    g_assert_cmpstr (ids->str, ==, cases[i].pivot);
    satchel_predicate_visit_pivots (predicate, pivots, append_dependency, tests);
    g_assert_cmpstr (tests->str, ==, cases[i].tests);
    if (cases[i].template != NULL) {
      g_autoptr (SatchelPredicate) template = satchel_predicate_replace (predicate, pivots, nobody);
      g_autoptr (SatchelPredicate) again = satchel_predicate_replace (template, nobody, pivots);
      g_autofree char *text = satchel_predicate_to_text (template);
      g_autofree char *text_again = satchel_predicate_to_text (again);

      g_assert_cmpstr (text, ==, cases[i].template);
      g_autofree char *text_before = satchel_predicate_to_text (predicate);

      g_assert_cmpstr (text_again, ==, text_before);
    }
  }
}

/* ---- related ---- */

static const char *
find_related (GPtrArray *list, const char *entity)
{
  for (guint i = 0; i < list->len; i++) {
    if (g_str_equal (satchel_predicate_get_entity (list->pdata[i])->name, entity)) {
      g_autofree char *text = satchel_predicate_to_text (list->pdata[i]);
      return g_intern_string (text);
    }
  }
  return NULL;
}

/* Alternatives go along a lookup once, and turn on the same pivot as each of them. */
static void
test_any (void)
{
  static const char *const texts[] = {
    "regarding(account).owner = user:" ANA,
    "regarding(contact).account.owner = user:" ANA " or regarding(contact).owner = user:" ANA,
    "regarding(contact).account.owner = user:" BEN " or due is empty",
    "not regarding(contact).owner = user:" ANA,
  };
  g_autoptr (GPtrArray) some = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_predicate_unref);
  g_autofree char *text = NULL, *alone = NULL;
  g_autoptr (SatchelPredicate) one = NULL, two = NULL, all = NULL;
  g_autoptr (GPtrArray) pivots = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_ptr_array_add (some, parse ("task", texts[i]));
    if (i == 0)
      one = satchel_predicate_any (some, NULL);
    else if (i == 1)
      two = satchel_predicate_any (some, NULL);
  }
  alone = satchel_predicate_to_text (one);
  g_assert_cmpstr (alone, ==, texts[0]);
  pivots = satchel_predicate_list_pivots (two);
  g_assert_cmpuint (pivots->len, ==, 1);
  g_assert_cmpstr (satchel_value_get_id (pivots->pdata[0]), ==, ANA);
  all = satchel_predicate_any (some, NULL);
  text = satchel_predicate_to_text (all);
  g_assert_cmpstr (text, ==,
                   "regarding(account).owner = user:" ANA " or regarding(contact).(account.(owner = user:" ANA
                   " or owner = user:" BEN ") or owner = user:" ANA
                   ") or due is empty or not regarding(contact).owner = user:" ANA);
}

static void
test_related (void)
{
  g_autoptr (SatchelPredicate) all = parse ("account", "");
  g_autoptr (SatchelPredicate) some = parse ("account", "city = \"Cluj\" and employees > 3");
  g_autoptr (SatchelPredicate) contacts = parse ("contact", "city = \"Cluj\"");
  g_autoptr (GPtrArray) of_all = satchel_predicate_list_related (all, NULL);
  g_autoptr (GPtrArray) of_some = satchel_predicate_list_related (some, NULL);
  g_autoptr (GPtrArray) of_contacts = satchel_predicate_list_related (contacts, NULL);

  g_assert_cmpstr (find_related (of_all, "contact"), ==, "account.()");
  g_assert_cmpstr (find_related (of_some, "contact"), ==, "account.(city = \"Cluj\" and employees > 3)");
  g_assert_nonnull (
      strstr (find_related (of_some, "task"), "regarding(account).(city = \"Cluj\" and employees > 3)"));
  g_assert_nonnull (strstr (find_related (of_some, "task"),
                            "regarding(contact).account.(city = \"Cluj\" and employees > 3)"));
  g_assert_null (find_related (of_some, "account"));
  g_assert_null (find_related (of_some, "product"));
  /* Downwards only: a contact brings its tasks, not its account. */
  g_assert_null (find_related (of_contacts, "account"));
  g_assert_nonnull (strstr (find_related (of_contacts, "task"), "regarding(contact).city = \"Cluj\""));
}

/* The deepest condition that may be written with @open again and again. */
static char *
write_deep (const char *open, const char *close)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  char *deepest = NULL;

  for (guint n = 1;; n++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (SatchelPredicate) predicate = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append (text, open);
    g_string_append (text, "revenue not in (1, 2)");
    for (guint i = 0; i < n; i++)
      g_string_append (text, close);
    predicate =
        satchel_predicate_parse (registry, satchel_registry_find (registry, "account"), text->str, NULL);
    if (predicate == NULL)
      return deepest;
    g_free (deepest);
    deepest = g_strdup (text->str);
  }
}

static void
put_guard (const SatchelEntity *entity, const char *alias, GString *sql, gpointer data)
{
  g_string_append_printf (sql, "EXISTS (SELECT 1 FROM e_user m WHERE m.row IN (1, 2) AND m.row = %s.row)",
                          alias);
}

/* SQLite takes it, in the midst of what a server asks besides. */
static void
assert_prepares (SatchelDatabase *database, SatchelPredicate *predicate)
{
  const SatchelEntity *entity = satchel_predicate_get_entity (predicate);
  const SatchelPredicateContext nobody = { 0 };

  for (guint form = 0; form < 2; form++) {
    g_auto (SatchelSqlCondition) condition = { 0 };
    g_autofree char *sql = NULL;
    g_autoptr (GError) error = NULL;

    if (form == 0)
      satchel_predicate_to_guarded_sql (predicate, &nobody, SATCHEL_SQL_SQLITE, 1, put_guard, NULL,
                                        &condition);
    else
      satchel_predicate_to_row_sql (predicate, &nobody, SATCHEL_SQL_SQLITE, 1, put_guard, NULL, &condition);
    sql = g_strdup_printf ("SELECT r.id FROM %s r WHERE (TRUE AND (FALSE OR (EXISTS (SELECT 1 FROM e_user m)"
                           " AND %s)))",
                           satchel_sql_table (entity), condition.sql);
    satchel_database_prepare (database, sql, &error);
    g_assert_no_error (error);
  }
}

/* What may be written may also be bound, have related records, be kept as JSON and be asked of SQLite. */
static void
test_room (void)
{
  static const char *const nested[][2] = {
    { "exists account.parent (city is empty and ", ")" },
    { "parent.(city is empty and (city is empty or ", "))" },
    { "not (city is empty or ", ")" },
    { "exists account.parent (not (city is empty and ", "))" },
    { "parent.", "" },
  };
  SatchelRegistry *registry = satchel_registry_builtin ();
  g_autofree char *dir = fixture_dir_new ();
  g_autofree char *file = g_build_filename (dir, "room.db", NULL);
  g_autoptr (SatchelDatabase) database = satchel_database_open (file, SATCHEL_DATABASE_READ_WRITE, NULL);
  const SatchelPredicateContext nobody = { 0 };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) wide = g_string_new ("city = \"a\"");
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    g_assert_true (satchel_entity_table_ensure (database, entities[i], "e", NULL));
  for (guint i = 0; i < 198; i++)
    g_string_append_printf (wide, " or city = \"a%u\"", i);
  g_ptr_array_add (texts, g_strdup (wide->str));
  for (guint i = 0; i < G_N_ELEMENTS (nested); i++)
    g_ptr_array_add (texts, write_deep (nested[i][0], nested[i][1]));

  for (guint turn = 0; turn < texts->len; turn++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", texts->pdata[turn]);
    g_autoptr (SatchelPredicate) bound = satchel_predicate_bind (predicate, &nobody, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) related = satchel_predicate_list_related (bound, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (related->len, >=, 4);
    assert_prepares (database, bound);
    for (guint i = 0; i < related->len; i++) {
      g_autoptr (JsonNode) json = satchel_predicate_to_json (related->pdata[i]);
      g_autoptr (SatchelPredicate) again = satchel_predicate_from_derived_json (
          registry, satchel_predicate_get_entity (related->pdata[i]), json, &error);

      g_assert_no_error (error);
      assert_prepares (database, again);
    }
  }
  g_clear_pointer (&database, satchel_database_close);
  fixture_dir_remove (g_steal_pointer (&dir));
}

/* Many teams, many times: refused in words, not cut off. */
static void
test_too_large (void)
{
  g_autoptr (GPtrArray) teams = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new ("principal in (my teams)");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (teams, g_strdup_printf ("01900000-0000-7000-8000-%012u", i));
  g_ptr_array_add (teams, NULL);
  for (guint i = 0; i < 190; i++)
    g_string_append (text, " or principal in (my teams)");
  g_autoptr (SatchelPredicate) predicate = parse ("share", text->str);
  const SatchelPredicateContext context = { .user = ANA, .teams = (const char *const *)teams->pdata };

  g_assert_null (satchel_predicate_bind (predicate, &context, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "with all that follows from it"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/bind/person", test_bind);
  g_test_add_func ("/protocol/bind/teams", test_bind_teams);
  g_test_add_func ("/protocol/bind/dependencies", test_dependencies);
  g_test_add_func ("/protocol/bind/widen", test_widen);
  g_test_add_func ("/protocol/bind/time", test_time);
  g_test_add_func ("/protocol/bind/pivots", test_pivots);
  g_test_add_func ("/protocol/bind/any", test_any);
  g_test_add_func ("/protocol/bind/related", test_related);
  g_test_add_func ("/protocol/bind/room", test_room);
  g_test_add_func ("/protocol/bind/too-large", test_too_large);
  return g_test_run ();
}
