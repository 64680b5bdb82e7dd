/* Conditions as trees that people change: every operator of every type there and back, and what becomes of
 * halves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "ui/find/clause.h"
#include "ui/find/moments.h"
#include "ui/find/phrases.h"

#define ID "01932f6a-0000-7000-8000-00000000000b"

static const SatchelEntity *
get_entity (const char *name)
{
  return satchel_registry_find (satchel_registry_builtin (), name);
}

static char *
canonical (const char *entity, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (satchel_registry_builtin (), get_entity (entity), text, &error);

  g_assert_no_error (error);
  return satchel_predicate_to_text (predicate);
}

static SatchelClause *
read_text (const char *entity, const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelClause *root =
      satchel_clause_from_text (satchel_registry_builtin (), get_entity (entity), text, &error);

  g_assert_no_error (error);
  return root;
}

static char *
write_text (const SatchelClause *root)
{
  g_autoptr (GError) error = NULL;
  char *text = satchel_clause_to_text (satchel_registry_builtin (), root, &error);

  g_assert_no_error (error);
  return text;
}

static void
assert_same (const char *entity, const char *text)
{
  g_autofree char *expected = canonical (entity, text);
  g_autoptr (SatchelClause) root = read_text (entity, text);
  g_autofree char *again = write_text (root);

  g_assert_cmpstr (again, ==, expected);
}

static const struct {
  const char *entity, *text;
} said[] = {
  { "account", "" },
  { "account", "name = \"Acme\"" },
  { "account", "not name contains \"a \\\"b\\\"\" or not name starts with \"x\" and name ends with \"y\"" },
  { "account", "not (name contains \"a\" or name contains \"b\")" },
  { "account", "not (name contains \"a\" and not name contains \"b\")" },
  { "account", "not not not name = \"Acme\"" },
  { "account", "not name != \"Acme\"" },
  { "account", "(owner = me or owner in (me, \"" ID
               "\")) and (city = \"Cluj\" or (city = \"Iași\" and name = \"\\\\\"))" },
  { "account", "owner(user).name = \"me\"" },
  { "account", "exists task.regarding (status = open and due < today)" },
  { "account", "not exists task.regarding" },
  { "account", "exists opportunity (exists task.regarding (due in next week) or stage = won)" },
  { "account", "not exists contact.account (not (last_name = \"A\" and first_name is empty))" },
  { "task", "account.(city = \"Cluj\" and exists opportunity.account (status = open))" },
  { "task", "not account.(city = \"Cluj\" or city is empty)" },
  { "task", "account.()" },
  { "task", "not regarding(account).owner in (me, my teams)" },
  { "task", "regarding = account:" ID " and regarding != contact:" ID },
  { "task", "regarding(contact).account.(name contains \"x\" or not name contains \"y\")" },
  { "task", "due in next half-year or due = today - 3 days or due between 2025-01-31 and end of quarter + 2 "
            "weeks - 1 day" },
  { "appointment", "start in past or start > now - 90 minutes or start < 2025-11-22T09:00:00Z" },
  { "appointment",
    "attendees has me or attendees has \"a@example.org\" or not attendees has any (me, contact:" ID
    ")" },
  { "task", "tags has all (a, b) and not tags has any (c) and tags has d and tags is not empty" },
};

static void
test_said (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    g_test_message ("%s", said[i].text);
    assert_same (said[i].entity, said[i].text);
  }
}

/* ---- every operator of every type ---- */

static const char *
word_of (const SatchelField *field, guint i)
{
  switch (field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    return i == 0 ? "\"x\\\"y\"" : "\"z\"";
  case SATCHEL_TYPE_BOOLEAN:
    return "yes";
  case SATCHEL_TYPE_DATE:
    return i == 0 ? "start of month - 3 days" : "2026-02-28";
  case SATCHEL_TYPE_DATETIME:
    return i == 0 ? "now" : "tomorrow";
  case SATCHEL_TYPE_CHOICE:
  case SATCHEL_TYPE_MULTICHOICE:
    return field->n_choices > 0 ? field->choices[i % field->n_choices].key : "tag";
  case SATCHEL_TYPE_LOOKUP:
  case SATCHEL_TYPE_PARTIES:
    return field->n_targets > 1 ? NULL : ID;
  default:
    return i == 0 ? "1" : "20";
  }
}

static void
append_word (GString *text, const SatchelField *field, guint i)
{
  const char *word = word_of (field, i);

  if (word != NULL)
    g_string_append (text, word);
  else
    g_string_append_printf (text, "%s:%s", field->targets[0], ID);
}

static char *
make_test (const SatchelField *field, SatchelOperator op)
{
  GString *text = g_string_new (field->name);

  g_string_append_printf (text, " %s ", satchel_operators[op].text);
  switch (satchel_operators[op].shape) {
  case SATCHEL_SHAPE_NONE:
    break;
  case SATCHEL_SHAPE_ONE:
    append_word (text, field, 0);
    break;
  case SATCHEL_SHAPE_PERIOD:
    g_string_append (text, "last quarter");
    break;
  case SATCHEL_SHAPE_TWO:
    append_word (text, field, 0);
    g_string_append (text, " and ");
    append_word (text, field, 1);
    break;
  case SATCHEL_SHAPE_LIST:
    g_string_append_c (text, '(');
    append_word (text, field, 0);
    g_string_append (text, ", ");
    append_word (text, field, 1);
    g_string_append_c (text, ')');
    break;
  }
  return g_string_free (text, FALSE);
}

/* What people choose for a field says the same as what was written: the operator has its phrase. */
static void
assert_phrase (const SatchelEntity *entity, const SatchelField *field, SatchelOperator op, const char *text)
{
  g_autoptr (SatchelClause) written = read_text (entity->name, text);
  g_autoptr (SatchelClause) made = read_text (entity->name, "");
  const SatchelClause *from = written->children->pdata[0];
  SatchelClause *test =
      satchel_clause_add (satchel_registry_builtin (), made, SATCHEL_CLAUSE_TEST, field->name);
  g_autofree char *expected = canonical (entity->name, text), *chosen = NULL;

  g_assert_cmpint (satchel_phrases_find (field, op, FALSE), >=, 0);
  satchel_clause_set_operator (test, op, FALSE);
  for (guint i = 0; i < from->words->len; i++)
    satchel_clause_set_word (test, i, satchel_clause_get_word (from, i));
  chosen = write_text (made);
  g_assert_cmpstr (chosen, ==, expected);
}

static void
test_every_operator (void)
{
  guint n_entities, seen = 0;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_registry_builtin (), &n_entities);

  for (guint i = 0; i < n_entities; i++)
    for (guint j = 0; j < entities[i]->n_fields; j++)
      for (SatchelOperator op = 0; op < SATCHEL_N_OPERATORS; op++) {
        const SatchelField *field = entities[i]->fields[j];
        g_autofree char *text = NULL, *negated = NULL;

        if (!satchel_operator_applies (op, field->type))
          continue;
        seen |= 1u << field->type;
        text = make_test (field, op);
        negated = g_strdup_printf ("not %s", text);
        assert_same (entities[i]->name, text);
        assert_same (entities[i]->name, negated);
        assert_phrase (entities[i], field, op, text);
      }
  g_assert_cmpuint (seen, ==, (1u << (SATCHEL_TYPE_FILE + 1)) - 1);
}

/* ---- changing ---- */

static void
assert_incomplete (const SatchelClause *root, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = satchel_clause_to_text (satchel_registry_builtin (), root, &error);

  g_assert_null (text);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_changes (void)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  g_autoptr (SatchelClause) root = read_text ("account", "");
  SatchelClause *test = satchel_clause_add (registry, root, SATCHEL_CLAUSE_TEST, "city"), *group, *tasks;
  g_autofree char *first = NULL, *second = NULL, *third = NULL, *fourth = NULL, *none = NULL;

  assert_incomplete (root, "City");
  satchel_clause_set_word (test, 0, "Cluj");
  satchel_clause_set_operator (test, SATCHEL_OPERATOR_IN, FALSE);
  satchel_clause_set_word (test, 1, "Iași");
  first = write_text (root);
  g_assert_cmpstr (first, ==, "city in (\"Cluj\", \"Iași\")");
  satchel_clause_set_operator (test, SATCHEL_OPERATOR_CONTAINS, TRUE);
  second = write_text (root);
  g_assert_cmpstr (second, ==, "not city contains \"Cluj\"");

  /* A group that is still empty says nothing; one within "all" is for "any". */
  group = satchel_clause_add (registry, root, SATCHEL_CLAUSE_GROUP, NULL);
  g_assert_true (group->any);
  tasks = satchel_clause_add (registry, root, SATCHEL_CLAUSE_EXISTS, "task.regarding");
  g_assert_true (tasks->within == get_entity ("task"));
  third = write_text (root);
  g_assert_cmpstr (third, ==, "not city contains \"Cluj\" and exists task.regarding");

  /* Another field: what was typed stays where it may be meant for that one, too. */
  g_assert_true (satchel_clause_set_path (registry, test, "name"));
  g_assert_cmpstr (satchel_clause_get_word (test, 0), ==, "Cluj");
  g_assert_true (satchel_clause_set_path (registry, test, "created_at"));
  g_assert_cmpstr (satchel_clause_get_word (test, 0), ==, "");
  g_assert_cmpint (test->op, ==, SATCHEL_OPERATOR_IN_PERIOD);
  satchel_clause_set_word (test, 0, "this week");
  satchel_clause_set_operator (test, SATCHEL_OPERATOR_LESS, FALSE);
  assert_incomplete (root, "Created");
  satchel_clause_set_word (test, 0, "nonsense");
  assert_incomplete (root, "nonsense");
  satchel_clause_set_word (test, 0, "today");
  fourth = write_text (root);
  g_assert_cmpstr (fourth, ==, "created_at < today and exists task.regarding");

  g_assert_false (satchel_clause_set_path (registry, test, "nowhere"));
  g_assert_null (satchel_clause_add (registry, root, SATCHEL_CLAUSE_TEST, "city.name"));
  g_assert_null (satchel_clause_add (registry, root, SATCHEL_CLAUSE_ALONG, "city"));
  g_assert_null (satchel_clause_add (registry, root, SATCHEL_CLAUSE_EXISTS, "product.name"));
  satchel_clause_remove (tasks);
  satchel_clause_remove (test);
  none = write_text (root);
  g_assert_cmpstr (none, ==, "");
}

/* As deep as the language goes: reading adds no level of its own. */
static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new ("name = \"a\"");

  for (guint i = 0; i < 14; i++)
    g_string_prepend (text, "not ");
  assert_same ("account", text->str);
}

static void
test_hostile (void)
{
  static const char *const texts[] = {
    "name =",         "nowhere = 1",        "name = \"a\" and",
    "exists product", "((((((((((((((((((", "revenue = \"; drop table e_account\"",
    "\xef\xbf\xbd"
  };
  g_autoptr (GString) deep = g_string_new ("name = \"a\"");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        satchel_clause_from_text (satchel_registry_builtin (), get_entity ("account"), texts[i], &error));
    g_assert_nonnull (error);
  }
  for (guint i = 0; i < 5000; i++)
    g_string_prepend (deep, "not ");
  g_assert_null (
      satchel_clause_from_text (satchel_registry_builtin (), get_entity ("account"), deep->str, NULL));
}

/* ---- moments ---- */

static void
test_moments (void)
{
  static const struct {
    const char *word, *again; /* NULL: more than widgets choose */
  } moments[] = {
    { "", "" },
    { "today", "today" },
    { "2024-02-29", "2024-02-29" },
    { "2024-02-29 + 1 year", "2024-02-29 + 1 year" },
    { "start of half-year - 12 days", "start of half-year - 12 day" },
    { "end of quarter + 3 weeks", "end of quarter + 3 week" },
    { "today + 1 week - 1 day", NULL },
  };
  SatchelMomentParts parts;

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    gboolean simple = satchel_moment_take_apart (moments[i].word, SATCHEL_TYPE_DATE, &parts);
    g_autofree char *again = simple ? satchel_moment_put_together (&parts) : NULL;

    g_assert_cmpstr (again, ==, moments[i].again);
  }
  g_assert_true (satchel_moment_take_apart ("now", SATCHEL_TYPE_DATETIME, &parts));
  g_assert_false (satchel_moment_take_apart ("now - 5 minutes", SATCHEL_TYPE_DATETIME, &parts));
  g_assert_false (satchel_moment_take_apart ("2025-11-22T09:00:00Z", SATCHEL_TYPE_DATETIME, &parts));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/find/clause/said", test_said);
  g_test_add_func ("/find/clause/every-operator", test_every_operator);
  g_test_add_func ("/find/clause/changes", test_changes);
  g_test_add_func ("/find/clause/depth", test_depth);
  g_test_add_func ("/find/clause/hostile", test_hostile);
  g_test_add_func ("/find/clause/moments", test_moments);
  return g_test_run ();
}
