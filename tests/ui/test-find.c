/* Advanced find on a display: conditions by widgets and as text, counted and kept.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "client/views.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/find/find-page.h"
#include "ui/find/operand.h"
#include "ui/find/phrases.h"
#include "ui/find/predicate-editor.h"
#include "ui/find/test-row.h"

#define ID "01932f6a-0000-7000-8000-00000000000b"

typedef struct {
  TestDesk base;
  GtkWidget *window;
} TestFind;

static void
setup (TestFind *test)
{
  test_desk_setup (&test->base);
  test_desk_create_accounts (&test->base, 12);
  test->window = gtk_window_new ();
}

static void
teardown (TestFind *test)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  test_desk_teardown (&test->base);
}

static const SatchelEntity *
get_entity (TestFind *test, const char *name)
{
  return satchel_registry_find (satchel_desk_get_registry (test->base.desk), name);
}

static SatchelPredicateEditor *
show_editor (TestFind *test, const char *entity)
{
  GtkWidget *editor = satchel_predicate_editor_new (test->base.desk, get_entity (test, entity));

  gtk_window_set_child (GTK_WINDOW (test->window), editor);
  gtk_window_present (GTK_WINDOW (test->window));
  return SATCHEL_PREDICATE_EDITOR (editor);
}

/* ---- the editor ---- */

static void
count_cb (SatchelPredicateEditor *editor, guint *n_changes)
{
  (*n_changes)++;
}

static void
test_text (void)
{
  TestFind test;
  SatchelPredicateEditor *editor;
  GtkTextBuffer *buffer;
  guint n_changes = 0;

  setup (&test);
  editor = show_editor (&test, "account");
  g_signal_connect (editor, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_cmpstr (satchel_predicate_editor_get_text (editor), ==, "");
  satchel_predicate_editor_set_text (editor, "owner=me  and (city='Cluj' or not name contains 'x')");
  g_assert_cmpstr (satchel_predicate_editor_get_text (editor), ==,
                   "owner = me and (city = \"Cluj\" or not name contains \"x\")");
  g_assert_cmpuint (n_changes, ==, 0);

  /* Typed: what is wrong is told, and there is no condition meanwhile. */
  gtk_expander_set_expanded (GTK_EXPANDER (test_find_widget (GTK_WIDGET (editor), GTK_TYPE_EXPANDER, NULL)),
                             TRUE);
  buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (test_find_widget (GTK_WIDGET (editor), GTK_TYPE_TEXT_VIEW, NULL)));
  gtk_text_buffer_set_text (buffer, "city = ", -1);
  g_assert_null (satchel_predicate_editor_get_text (editor));
  g_autofree char *problem = NULL;
  g_object_get (editor, "problem", &problem, NULL);
  g_assert_nonnull (problem);
  gtk_text_buffer_set_text (buffer, "city = \"Bonn\"", -1);
  g_assert_cmpstr (satchel_predicate_editor_get_text (editor), ==, "city = \"Bonn\"");
  g_assert_cmpuint (n_changes, >=, 2);
  teardown (&test);
}

static void
test_widgets (void)
{
  TestFind test;
  SatchelPredicateEditor *editor;
  GtkWidget *row, *phrase, *entry;

  setup (&test);
  editor = show_editor (&test, "account");
  satchel_predicate_editor_set_text (editor, "city = \"Cluj\"");
  row = test_find_widget (GTK_WIDGET (editor), SATCHEL_TYPE_TEST_ROW, NULL);
  entry = test_find_widget (row, GTK_TYPE_ENTRY, "City");
  gtk_editable_set_text (GTK_EDITABLE (entry), "Iași");
  g_assert_cmpstr (satchel_predicate_editor_get_text (editor), ==, "city = \"Iași\"");
  phrase = test_find_widget (row, GTK_TYPE_DROP_DOWN, "Operator");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (phrase), 0);
  g_assert_cmpstr (satchel_predicate_editor_get_text (editor), ==, "city contains \"Iași\"");
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  g_assert_null (satchel_predicate_editor_get_text (editor));
  test_click (row, "Remove This Condition");
  g_assert_cmpstr (satchel_predicate_editor_get_text (editor), ==, "");
  teardown (&test);
}

/* ---- every kind of value, in its widget ---- */

static void
test_operands (void)
{
  static const struct {
    const char *entity, *field;
    SatchelOperator op;
    const char *word;
  } words[] = {
    { "account", "name", SATCHEL_OPERATOR_CONTAINS, "a \"b\" \\" },
    { "account", "owner", SATCHEL_OPERATOR_EQUAL, "me" },
    { "account", "owner", SATCHEL_OPERATOR_EQUAL, "user:" ID },
    { "account", "primary_contact", SATCHEL_OPERATOR_EQUAL, ID },
    { "account", "created_at", SATCHEL_OPERATOR_IN_PERIOD, "next half-year" },
    { "account", "created_at", SATCHEL_OPERATOR_LESS, "start of month - 3 days" },
    { "account", "created_at", SATCHEL_OPERATOR_LESS, "2025-11-22T09:00:00Z" },
    { "task", "due", SATCHEL_OPERATOR_EQUAL, "2024-02-29" },
    { "task", "priority", SATCHEL_OPERATOR_EQUAL, "high" },
    { "task", "percent", SATCHEL_OPERATOR_GREATER, "120" },
    { "task", "tags", SATCHEL_OPERATOR_HAS, "urgent" },
    { "task", "regarding", SATCHEL_OPERATOR_EQUAL, "lead:" ID },
    { "appointment", "attendees", SATCHEL_OPERATOR_HAS, "me" },
    { "appointment", "attendees", SATCHEL_OPERATOR_HAS, "a@example.org" },
    { "appointment", "attendees", SATCHEL_OPERATOR_HAS, "contact:" ID },
    { "opportunity", "amount", SATCHEL_OPERATOR_AT_LEAST, "-1234.50" },
  };
  TestFind test;

  setup (&test);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    const SatchelEntity *entity = get_entity (&test, words[i].entity);
    const SatchelField *field = satchel_entity_find_field (entity, words[i].field);
    g_autoptr (GtkWidget) operand = NULL;

    g_test_message ("%s.%s", words[i].entity, words[i].field);
    g_assert_nonnull (field);
    operand = g_object_ref_sink (satchel_operand_new (test.base.desk, field, words[i].op));
    satchel_operand_set_word (SATCHEL_OPERAND (operand), words[i].word);
    g_assert_cmpstr (satchel_operand_get_word (SATCHEL_OPERAND (operand)), ==, words[i].word);
  }
  teardown (&test);
}

/* Every operator of every field has widgets that say what was written. */
static void
test_every_row (void)
{
  TestFind test;
  guint n_entities;
  const SatchelEntity *const *entities;

  setup (&test);
  entities = satchel_registry_get_entities (satchel_desk_get_registry (test.base.desk), &n_entities);
  for (guint i = 0; i < n_entities; i++)
    for (guint j = 0; j < entities[i]->n_fields; j++) {
      g_autoptr (SatchelClause) root =
          satchel_clause_from_text (satchel_desk_get_registry (test.base.desk), entities[i], "", NULL);
      SatchelClause *clause = satchel_clause_add (satchel_desk_get_registry (test.base.desk), root,
                                                  SATCHEL_CLAUSE_TEST, entities[i]->fields[j]->name);
      g_autoptr (GtkWidget) row = NULL;
      GtkDropDown *phrase;
      guint n_phrases;

      satchel_phrases_for (entities[i]->fields[j], &n_phrases);
      row = g_object_ref_sink (
          satchel_test_row_new (test.base.desk, satchel_desk_get_registry (test.base.desk), clause));
      phrase = GTK_DROP_DOWN (test_find_widget (row, GTK_TYPE_DROP_DOWN, "Operator"));
      for (guint k = 0; k < n_phrases; k++)
        gtk_drop_down_set_selected (phrase, k);
    }
  teardown (&test);
}

/* ---- the page ---- */

static gboolean
is_kept (gpointer data)
{
  TestFind *test = data;
  g_autoptr (GPtrArray) views =
      satchel_session_list_views (satchel_desk_get_session (test->base.desk), NULL, NULL);

  return views != NULL && views->len > 0;
}

static gboolean
is_counted (gpointer data)
{
  GtkLabel *label = data;

  return g_str_has_prefix (gtk_label_get_label (label), "1 ");
}

static void
test_page (void)
{
  TestFind test;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRoute) route = satchel_route_new_find ("account", NULL, "name = \"Account 00007\"");
  g_autoptr (GPtrArray) views = NULL;
  SatchelPage *page;
  const char *id;

  setup (&test);
  page = satchel_find_page_new (test.base.desk, route, &error);
  g_assert_no_error (error);
  gtk_window_set_child (GTK_WINDOW (test.window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (test.window));
  test_desk_until (is_counted, test_find_widget (GTK_WIDGET (page), GTK_TYPE_LABEL, "Number of Records"));

  gtk_editable_set_text (GTK_EDITABLE (test_find_widget (GTK_WIDGET (page), ADW_TYPE_ENTRY_ROW, NULL)),
                         "Seven");
  test_click (GTK_WIDGET (page), "Keep as My View");
  test_desk_until (is_kept, &test);
  views = satchel_session_list_views (satchel_desk_get_session (test.base.desk), NULL, NULL);
  g_assert_cmpstr (satchel_saved_view_get_name (views->pdata[0]), ==, "Seven");
  g_assert_cmpstr (satchel_saved_view_get_predicate (views->pdata[0]), ==, "name = \"Account 00007\"");

  /* From its link it comes back, to be changed. */
  id = satchel_saved_view_get_id (views->pdata[0]);
  g_autoptr (SatchelRoute) again = satchel_route_new_find ("account", id, NULL);
  page = satchel_find_page_new (test.base.desk, again, &error);
  g_assert_no_error (error);
  gtk_window_set_child (GTK_WINDOW (test.window), GTK_WIDGET (page));
  g_assert_cmpstr (satchel_predicate_editor_get_text (SATCHEL_PREDICATE_EDITOR (
                       test_find_widget (GTK_WIDGET (page), SATCHEL_TYPE_PREDICATE_EDITOR, NULL))),
                   ==, "name = \"Account 00007\"");
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/find/editor/text", test_text);
  g_test_add_func ("/find/editor/widgets", test_widgets);
  g_test_add_func ("/find/operands", test_operands);
  g_test_add_func ("/find/every-row", test_every_row);
  g_test_add_func ("/find/page", test_page);
  return g_test_run ();
}
