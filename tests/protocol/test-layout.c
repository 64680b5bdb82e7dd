/* Forms, processes and rules as data: what is there for every entity, and what is refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/metadata/registry.h"
#include "protocol/rules/validate.h"

#include <string.h>

#define DOCUMENT(text) "<satchel version='1'>" text "</satchel>"
#define FORM(text)                                                                                           \
  DOCUMENT ("<forms entity='note'><form name='other' label='O'><tab name='t' label='T'>" text                \
            "</tab></form></forms>")
#define SECTION(text) "<section name='s' label='S' columns='2'>" text "</section>"
#define OWNED         "<section name='o' label='O'><cell field='owner'/></section>"

static SatchelRegistry *
amend (const char *text, GError **error)
{
  const SatchelMetadataDocument document = { "own.xml", text };
  return satchel_registry_amend (satchel_registry_builtin (), &document, 1, error);
}

/* Every entity that people write has a form; the loader has seen to it that nothing required is missing
 * there. */
static void
test_forms (void)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_registry_builtin (), &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    g_test_message ("%s", entities[i]->name);
    if (!entities[i]->system && !g_str_equal (entities[i]->name, "offline_filter"))
      g_assert_nonnull (satchel_entity_find_form (entities[i], "main"));
  }
  const SatchelForm *form =
      satchel_entity_find_form (satchel_registry_find (satchel_registry_builtin (), "quote"), NULL);
  g_assert_cmpstr (form->name, ==, "main");
  g_assert_cmpstr (form->tabs[0].lists[0].entity, ==, "quote_line");
  g_assert_null (
      satchel_entity_find_form (satchel_registry_find (satchel_registry_builtin (), "quote"), "none"));
}

static void
test_process (void)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "opportunity");
  const SatchelProcess *process = satchel_entity_find_process (entity, NULL);
  g_assert_cmpuint (process->n_stages, ==, 4);
  g_assert_cmpint (satchel_process_find_stage (process, "proposal"), ==, 3);
  g_assert_cmpint (satchel_process_find_stage (process, "won"), ==, -1);
  g_assert_nonnull (process->stages[0].criteria[0].holds);
}

static const struct {
  const char *name, *text, *message; /* the beginning */
} broken[] = {
  { "no-entity", DOCUMENT ("<forms entity='nowt'><form name='m' label='M'/></forms>"),
    "form “m” is for an entity" },
  { "no-field", FORM (OWNED SECTION ("<cell field='bdoy'/>")),
    "no field “bdoy” in note; did you mean “body”?" },
  { "twice", FORM (OWNED SECTION ("<cell field='owner'/>")), "field “owner” is on the form already" },
  { "required",
    DOCUMENT ("<forms entity='account'><form name='o' label='O'><tab name='t' label='T'/></form></forms>"),
    "“name” is required and has no default, but form “o” of account lacks it" },
  { "columns", FORM ("<section name='s' label='S' columns='5'/>"), "columns" },
  { "span", FORM (SECTION ("<cell field='owner' span='3'/>")), "span" },
  { "list-entity", FORM (OWNED "<list entity='nowt' lookup='x' label='L'/>"), "no entity “nowt”" },
  { "list-lookup", FORM (OWNED "<list entity='task' lookup='subject' label='L'/>"),
    "“subject” of task is no lookup" },
  { "list-target", FORM (OWNED "<list entity='task' lookup='regarding' label='L'/>"),
    "“regarding” of task is no lookup" },
  { "list-view",
    DOCUMENT ("<forms entity='account'><form name='o' label='O'><tab name='t' label='T'>"
              "<list entity='task' lookup='regarding' view='nowt' label='L'/></tab></form></forms>"),
    "no view “nowt” of task" },
  { "stages-of-text", DOCUMENT ("<process entity='note' name='p' label='P' field='body'/>"),
    "the stages of a process are a choice's" },
  { "no-stage",
    DOCUMENT ("<process entity='lead' name='p' label='P' field='status'><stage key='nowt'/></process>"),
    "“status” has no choice “nowt”" },
  { "criterion-kind",
    DOCUMENT ("<process entity='lead' name='p' label='P' field='status'><stage key='open'>"
              "<criterion name='c' kind='maybe' label='C'/></stage></process>"),
    "kind" },
  { "criterion-along",
    DOCUMENT ("<process entity='opportunity' name='p' label='P' field='stage'>"
              "<stage key='proposal'><criterion name='c' kind='exit' label='C' "
              "require='account.name is not empty'/></stage></process>"),
    "it looks at the record's own fields" },
};

static void
test_broken (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry = amend (broken[i].text, &error);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_null (registry);
  if (!g_str_equal (broken[i].name, "required")) /* that is told where the field is declared */
    g_assert_true (g_str_has_prefix (error->message, "own.xml:1:"));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, broken[i].message));
}

#define RULE(attributes)                                                                                     \
  "<entity name='note' label='Note' plural='Notes' area='workplace' ownership='user' title='subject'>"       \
  "<rule name='r' message='Say it' " attributes "/></entity>"

static void
assert_rule_refused (const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry = amend (text, &error);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_null (registry);
  g_assert_nonnull (strstr (error->message, message));
}

static void
set_text (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);
  satchel_record_set_by_name (record, field, value);
}

static void
test_rules (void)
{
  assert_rule_refused (DOCUMENT (RULE ("require='nowt is empty'")), "no field “nowt” in note");
  assert_rule_refused (DOCUMENT (RULE ("require='owner = me'")), "it looks at the record's own fields");
  assert_rule_refused (DOCUMENT (RULE ("require='created_at &lt; now'")),
                       "it looks at the record's own fields");
  assert_rule_refused (DOCUMENT (RULE ("require='exists note (body is empty)'")), "");
  assert_rule_refused (DOCUMENT (RULE ("require='body is empty' field='nowt'")), "no field “nowt” in note");

  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry =
      amend (DOCUMENT (RULE ("when='subject = \"Loss\"' require='body is not empty' field='body'")), &error);
  g_assert_no_error (error);
  const SatchelEntity *note = satchel_registry_find (registry, "note");
  g_autoptr (SatchelRecord) before = satchel_record_new (note, "01930000-0000-7000-8000-000000000001");
  satchel_rules_apply_defaults (before, "01930000-0000-7000-8000-000000000002", 0);
  set_text (before, "subject", "Gain");
  g_assert_true (satchel_rules_validate (before, NULL, NULL, NULL));
  g_autoptr (SatchelRecord) after = satchel_record_copy (before);
  set_text (after, "subject", "Loss");
  g_assert_false (satchel_rules_validate (after, before, NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_assert_cmpstr (error->message, ==, "Say it");
  g_assert_false (satchel_rules_validate (after, NULL, NULL, NULL));

  /* One that broke the rule before may change otherwise, and may be mended. */
  g_autoptr (SatchelRecord) still = satchel_record_copy (after);
  g_assert_true (satchel_rules_validate (still, after, NULL, NULL));
  set_text (still, "body", "Because");
  g_assert_true (satchel_rules_validate (still, after, NULL, NULL));
  g_assert_true (satchel_rules_validate (still, before, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/layout/forms", test_forms);
  g_test_add_func ("/protocol/layout/process", test_process);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *path = g_strconcat ("/protocol/layout/broken/", broken[i].name, NULL);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_broken);
  }
  g_test_add_func ("/protocol/layout/rules", test_rules);
  return g_test_run ();
}
