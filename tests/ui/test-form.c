/* The form on a display: editors of all types, the page of a record, a new one, long names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/display.h"
#include "ui/form/cell.h"
#include "ui/form/create.h"
#include "ui/form/editor.h"
#include "ui/form/page.h"

static const SatchelField *
field_of (TestDesk *test, const char *entity, const char *name)
{
  return satchel_entity_find_field (satchel_registry_find (satchel_desk_get_registry (test->desk), entity),
                                    name);
}

static GtkWidget *
find_cell (GtkWidget *widget, const char *field)
{
  if (SATCHEL_IS_CELL (widget) && g_str_equal (satchel_cell_get_field (SATCHEL_CELL (widget))->name, field))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_cell (child, field);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
count_cb (SatchelEditor *editor, guint *n)
{
  (*n)++;
}

/* ---- editors ---- */

static gboolean
has_selectable (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_label_get_selectable (GTK_LABEL (widget)))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_selectable (child))
      return TRUE;
  return FALSE;
}

static void
assert_shows (TestDesk *test, const char *entity, const char *name, const char *text)
{
  const SatchelField *field = field_of (test, entity, name);
  GtkWidget *editor = g_object_ref_sink (satchel_editor_new (test->desk, field));
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (editor, "changed", G_CALLBACK (count_cb), &n);
  g_signal_connect (editor, "committed", G_CALLBACK (count_cb), &n);
  g_assert_null (satchel_editor_get_value (SATCHEL_EDITOR (editor)));
  g_assert_true (satchel_value_from_text (field, text, &value, &error));
  g_assert_no_error (error);
  satchel_editor_set_value (SATCHEL_EDITOR (editor), value);
  g_assert_true (satchel_value_equal (satchel_editor_get_value (SATCHEL_EDITOR (editor)), value));
  g_assert_null (satchel_editor_get_problem (SATCHEL_EDITOR (editor)));
  satchel_editor_set_read_only (SATCHEL_EDITOR (editor), TRUE);
  g_assert_true (has_selectable (editor));
  satchel_editor_set_value (SATCHEL_EDITOR (editor), NULL);
  g_assert_false (has_selectable (editor)); /* Tab passes what says nothing */
  g_assert_null (satchel_editor_get_value (SATCHEL_EDITOR (editor)));
  g_assert_cmpuint (n, ==, 0);
  g_assert_finalize_object (editor);
}

static void
test_editors (void)
{
  static const char *const values[][3] = {
    { "account", "name", "Ștefan & Fiii" },
    { "account", "description", "one\ntwo" },
    { "account", "revenue", "1200.5" },
    { "account", "employees", "12" },
    { "account", "blacklisted", "yes" },
    { "account", "type", "customer" },
    { "account", "tags", "a, b" },
    { "account", "founded", "1998-02-03" },
    { "opportunity", "criteria", "in_market" },
    { "account", "last_contacted_at", "2025-03-04T14:30:00Z" },
    { "account", "parent", "01932f6a-0000-7000-8000-0000000000aa" },
  };
  TestDesk test;

  test_desk_setup (&test);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    assert_shows (&test, values[i][0], values[i][1], values[i][2]);
  test_desk_teardown (&test);
}

static void
test_typing (void)
{
  TestDesk test;
  GtkWidget *editor;
  GtkEditable *entry;
  guint n_changed = 0, n_committed = 0;

  test_desk_setup (&test);
  editor = g_object_ref_sink (satchel_editor_new (test.desk, field_of (&test, "account", "revenue")));
  entry = GTK_EDITABLE (test_find_widget (editor, GTK_TYPE_ENTRY, NULL));
  g_signal_connect (editor, "changed", G_CALLBACK (count_cb), &n_changed);
  g_signal_connect (editor, "committed", G_CALLBACK (count_cb), &n_committed);
  gtk_editable_set_text (entry, "12x");
  g_assert_cmpuint (n_changed, >=, 1);
  g_assert_null (satchel_editor_get_value (SATCHEL_EDITOR (editor)));
  g_assert_nonnull (satchel_editor_get_problem (SATCHEL_EDITOR (editor)));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  gtk_editable_set_text (entry, "12");
  g_assert_null (satchel_editor_get_problem (SATCHEL_EDITOR (editor)));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);
  gtk_test_accessible_assert_property (entry, GTK_ACCESSIBLE_PROPERTY_LABEL, "Annual Revenue");
  g_signal_emit_by_name (entry, "activate");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpuint (n_committed, ==, 1);
  g_assert_finalize_object (editor);
  test_desk_teardown (&test);
}

/* ---- pages ---- */

static SatchelPage *
show_page (TestDesk *test, SatchelRoute *route, GtkWidget **window, int width)
{
  g_autoptr (GError) error = NULL;
  SatchelPage *page = satchel_record_page_new (test->desk, route, &error);

  g_assert_no_error (error);
  *window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (*window), width, 700);
  adw_window_set_content (ADW_WINDOW (*window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (*window));
  return page;
}

static gboolean
is_wide (gpointer data)
{
  return gtk_widget_get_width (data) > 1;
}

typedef struct {
  TestDesk *desk;
  const SatchelEntity *entity;
  char *id;
  const char *city;
} Stored;

static gboolean
is_stored (gpointer data)
{
  Stored *stored = data;
  g_autoptr (SatchelSeen) seen = satchel_session_look (stored->desk->other, stored->entity, stored->id, NULL);
  const SatchelValue *city = seen != NULL ? satchel_record_get_by_name (seen->record, "city") : NULL;

  return city != NULL && g_str_equal (satchel_value_get_string (city), stored->city);
}

/* Amounts have the digits of the currency, whatever was typed; nothing is rounded away. What is being edited
 * stands as it was typed. */
static void
test_amounts (void)
{
  static const struct {
    const char *entity, *field, *digits, *value, *shown;
  } cases[] = {
    { "account", "revenue", NULL, "1250000", "1250000.00" },
    { "account", "revenue", NULL, "0.5", "0.50" },
    { "quote", "discount_amount", "0", "1200", "1200" },
    { "quote", "discount_amount", "0", "0.5", "0.5" },
    { "quote", "discount_amount", "3", "1.2", "1.200" },
    { "quote", "discount_amount", NULL, "1.2345", "1.2345" },
  };
  TestDesk test;

  test_desk_setup (&test);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const SatchelField *field = field_of (&test, cases[i].entity, cases[i].field);
    GtkWidget *window = gtk_window_new (), *editor = satchel_editor_new (test.desk, field), *other;
    GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
    g_autoptr (SatchelRecord) record = satchel_record_new (
        satchel_registry_find (satchel_desk_get_registry (test.desk), cases[i].entity), NULL);
    g_autoptr (SatchelValue) digits = NULL, value = NULL;
    g_autofree char *shown = NULL;
    GtkEditable *entry;

    if (cases[i].digits != NULL) {
      digits = satchel_value_new_integer (*cases[i].digits - '0');
      satchel_record_set_by_name (record, "currency_digits", digits);
    }
    g_assert_true (satchel_value_from_text (field, cases[i].value, &value, NULL));
    satchel_record_set (record, field, value);
    shown = satchel_display_in (record, NULL, field, value);
    g_assert_cmpstr (shown, ==, cases[i].shown);
    other = gtk_button_new ();
    gtk_box_append (GTK_BOX (box), other);
    gtk_box_append (GTK_BOX (box), editor);
    gtk_window_set_child (GTK_WINDOW (window), box);
    gtk_window_set_focus (GTK_WINDOW (window), other);
    satchel_editor_set_record (SATCHEL_EDITOR (editor), record);
    satchel_editor_set_value (SATCHEL_EDITOR (editor), value);
    entry = GTK_EDITABLE (test_find_widget (editor, GTK_TYPE_ENTRY, NULL));
    g_assert_cmpstr (gtk_editable_get_text (entry), ==, cases[i].shown);
    gtk_widget_grab_focus (GTK_WIDGET (entry));
    g_assert_cmpstr (gtk_editable_get_text (entry), ==, cases[i].value);
    gtk_window_set_focus (GTK_WINDOW (window), other);
    g_assert_cmpstr (gtk_editable_get_text (entry), ==, cases[i].shown);
    g_assert_true (satchel_value_equal (satchel_editor_get_value (SATCHEL_EDITOR (editor)), value));
    gtk_window_destroy (GTK_WINDOW (window));
  }
  test_desk_teardown (&test);
}

/* Typing and Enter is all it takes. */
static void
test_page (void)
{
  TestDesk test;
  Stored stored;
  g_autoptr (SatchelRoute) route = NULL;
  GtkWidget *window, *entry;
  SatchelPage *page;

  test_desk_setup (&test);
  stored = (Stored){ &test, satchel_registry_find (satchel_desk_get_registry (test.desk), "account"),
                     test_desk_create (&test, "account", "name", "Acme", NULL), "Cluj" };
  route = satchel_route_new_record ("account", stored.id);
  page = show_page (&test, route, &window, 1000);
  test_desk_until (is_wide, page);
  g_assert_cmpstr (satchel_page_get_title (page), ==, "Acme");
  entry = test_find_widget (find_cell (GTK_WIDGET (page), "city"), GTK_TYPE_ENTRY, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Cluj");
  g_signal_emit_by_name (entry, "activate");
  test_desk_until (is_stored, &stored);
  gtk_window_destroy (GTK_WINDOW (window));
  g_free (stored.id);
  test_desk_teardown (&test);
}

static gboolean
is_record (gpointer page)
{
  return satchel_route_get_kind (satchel_page_get_route (page)) == SATCHEL_ROUTE_RECORD;
}

static gboolean
has_side (gpointer page)
{
  GtkWidget *switcher = test_seek_widget (page, GTK_TYPE_STACK_SWITCHER, "Beside the form");

  return switcher != NULL && gtk_widget_get_width (switcher) > 1;
}

/* The form stays where it is when the record is there. */
static void
test_new (void)
{
  TestDesk test;
  g_autoptr (SatchelRoute) route = satchel_route_new_draft ("account");
  GtkWidget *window, *entry;
  graphene_rect_t before, after;
  SatchelPage *page;

  test_desk_setup (&test);
  page = show_page (&test, route, &window, 1000);
  test_desk_until (is_wide, page);
  entry = test_find_widget (find_cell (GTK_WIDGET (page), "name"), GTK_TYPE_ENTRY, NULL);
  gtk_test_accessible_assert_property (entry, GTK_ACCESSIBLE_PROPERTY_REQUIRED, TRUE);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Neu");
  g_assert_false (has_side (page));
  g_assert_true (gtk_widget_compute_bounds (entry, GTK_WIDGET (page), &before));
  g_signal_emit_by_name (entry, "activate");
  test_desk_until (is_record, page);
  test_desk_until (has_side, page);
  g_assert_true (gtk_widget_compute_bounds (entry, GTK_WIDGET (page), &after));
  g_assert_true (graphene_rect_equal (&before, &after));
  g_assert_cmpstr (satchel_page_get_title (page), ==, "Neu");
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

static gboolean
has_focus (gpointer widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

/* One types the first field of a new one at once, whatever had the focus before. */
static void
test_begin (void)
{
  static const char *const first[][2] = { { "appointment", "subject" },
                                          { "account", "name" },
                                          { "task", "subject" } };
  TestDesk test;
  GtkWidget *window, *stack = gtk_stack_new ();

  test_desk_setup (&test);
  window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (window), stack);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < G_N_ELEMENTS (first); i++) {
    g_autoptr (SatchelRoute) route = satchel_route_new_draft (first[i][0]);
    g_autoptr (GError) error = NULL;
    SatchelPage *page = satchel_record_page_new (test.desk, route, &error);

    g_assert_no_error (error);
    gtk_stack_add_child (GTK_STACK (stack), GTK_WIDGET (page));
    gtk_stack_set_visible_child (GTK_STACK (stack), GTK_WIDGET (page));
    test_desk_until (is_wide, page);
    g_assert_true (has_focus (find_cell (GTK_WIDGET (page), first[i][1])));
  }
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

static gboolean
is_folded (gpointer page)
{
  GtkWidget *leaflet = test_find_widget (page, ADW_TYPE_LEAFLET, NULL);
  GtkWidget *flip = test_find_widget (page, GTK_TYPE_TOGGLE_BUTTON, NULL);

  return adw_leaflet_get_folded (ADW_LEAFLET (leaflet)) && gtk_widget_get_mapped (flip) &&
         gtk_widget_get_width (flip) > 1;
}

/* Warnings are fatal here: of a header that changes while it is given its place, too. */
static void
test_fold (void)
{
  TestDesk test;
  g_autofree char *id = NULL;
  g_autoptr (SatchelRoute) route = NULL;
  GtkWidget *window;
  SatchelPage *page;

  test_desk_setup (&test);
  id = test_desk_create (&test, "account", "name", "Acme", NULL);
  route = satchel_route_new_record ("account", id);
  page = show_page (&test, route, &window, 360);
  test_desk_until (is_folded, page);
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

/* Every entity's form at 360 pixels, with a title as long as there is room for. */
static void
test_narrow (void)
{
  TestDesk test;
  guint n_entities;
  const SatchelEntity *const *entities;

  test_desk_setup (&test);
  entities = satchel_registry_get_entities (satchel_desk_get_registry (test.desk), &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    g_autoptr (SatchelRoute) route = satchel_route_new_draft (entities[i]->name);
    GtkWidget *window;
    SatchelPage *page;
    int least;

    if (entities[i]->system || entities[i]->retired)
      continue;
    page = show_page (&test, route, &window, 360);
    gtk_widget_measure (GTK_WIDGET (page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    g_test_message ("%s: %d", entities[i]->name, least);
    g_assert_cmpint (least, <=, 360);
    gtk_window_destroy (GTK_WINDOW (window));
  }
  test_desk_teardown (&test);
}

/* A page of each entity, of which some have no lists, no files, no stages. */
static void
test_every_entity (void)
{
  static const char *const makes[][2] = {
    { "task", "subject" }, { "phone_call", "subject" }, { "account", "name" }, { "competitor", "name" }
  };
  TestDesk test;

  test_desk_setup (&test);
  for (guint i = 0; i < G_N_ELEMENTS (makes); i++) {
    g_autofree char *id = test_desk_create (&test, makes[i][0], makes[i][1], "One", NULL);
    g_autoptr (SatchelRoute) route = satchel_route_new_record (makes[i][0], id);
    GtkWidget *window;
    SatchelPage *page = show_page (&test, route, &window, 1024);

    test_desk_until (is_wide, page);
    gtk_window_destroy (GTK_WINDOW (window));
  }
  test_desk_teardown (&test);
}

/* ---- made in passing ---- */

static void
created_cb (GObject *data, const char *entity, const char *id)
{
  g_object_set_data_full (data, entity, g_strdup (id), g_free);
}

static gboolean
has_contact (gpointer data)
{
  return g_object_get_data (data, "contact") != NULL;
}

static GtkWindow *
find_creation (const char *title)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (g_strcmp0 (gtk_window_get_title (window), title) == 0)
      return window;
  }
  return NULL;
}

static GtkEditable *
find_entry (GtkWindow *window, const char *field)
{
  return GTK_EDITABLE (test_find_widget (find_cell (GTK_WIDGET (window), field), GTK_TYPE_ENTRY, NULL));
}

/* The name that was typed is shown as it was understood; Enter creates. */
static void
test_create (void)
{
  TestDesk test;
  GtkWidget *window = gtk_window_new ();
  g_autoptr (GObject) data = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelEntity *entity;
  GtkWindow *dialog;

  test_desk_setup (&test);
  entity = satchel_registry_find (satchel_desk_get_registry (test.desk), "contact");
  gtk_window_present (GTK_WINDOW (window));
  satchel_create_show (window, test.desk, entity, "Ana Maria Pop", created_cb, data);
  dialog = find_creation ("New Contact");
  g_assert_cmpstr (gtk_editable_get_text (find_entry (dialog, "first_name")), ==, "Ana Maria");
  g_assert_cmpstr (gtk_editable_get_text (find_entry (dialog, "last_name")), ==, "Pop");
  g_assert_true (has_focus (find_cell (GTK_WIDGET (dialog), "first_name")));
  g_signal_emit_by_name (gtk_editable_get_delegate (find_entry (dialog, "last_name")), "activate");
  test_desk_until (has_contact, data);
  g_assert_true (satchel_replica_read (satchel_session_get_replica (test.other), entity,
                                       g_object_get_data (data, "contact"), &record, NULL));
  g_assert_cmpstr (satchel_value_get_string (satchel_record_get_by_name (record, "full_name")), ==,
                   "Ana Maria Pop");
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

typedef struct {
  GtkEditable *entry;
  const char *text;
} Typed;

static gboolean
says (gpointer data)
{
  const Typed *typed = data;

  return g_str_equal (gtk_editable_get_text (typed->entry), typed->text);
}

/* A hit is marked: it is proposed. */
static gboolean
is_marked (gpointer window)
{
  GtkWidget *list = test_seek_widget (window, GTK_TYPE_LIST_BOX, "Found");

  return list != NULL && gtk_widget_get_mapped (list) &&
         gtk_list_box_get_selected_row (GTK_LIST_BOX (list)) != NULL;
}

static gboolean
has_quote (gpointer data)
{
  return g_object_get_data (data, "quote") != NULL;
}

/* Enter on half a name: the first match is chosen, where there is none a new one is proposed; the dialog
 * goes on with neither, not even by its button. */
static void
test_create_half (void)
{
  TestDesk test;
  GtkWidget *window = gtk_window_new ();
  g_autofree char *account = NULL;
  g_autoptr (GObject) data = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelEntity *entity;
  GtkWindow *dialog;
  GtkEditable *entry;

  test_desk_setup (&test);
  account = test_desk_create (&test, "account", "name", "Acme", NULL);
  entity = satchel_registry_find (satchel_desk_get_registry (test.desk), "quote");
  gtk_window_present (GTK_WINDOW (window));
  satchel_create_show (window, test.desk, entity, "Mill", created_cb, data);
  dialog = find_creation ("New Quote");
  entry = find_entry (dialog, "account");
  gtk_editable_set_text (entry, "Nobody");
  g_signal_emit_by_name (entry, "activate");
  test_desk_until (is_marked, dialog);
  test_click (GTK_WIDGET (dialog), "_Create");
  gtk_editable_set_text (entry, "Acm");
  g_signal_emit_by_name (entry, "activate");
  test_desk_until (says, &(Typed){ entry, "Acme" });
  g_assert_true (find_creation ("New Quote") == dialog);
  g_assert_false (has_quote (data));
  g_signal_emit_by_name (entry, "activate");
  test_desk_until (has_quote, data);
  g_assert_true (satchel_replica_read (satchel_session_get_replica (test.other), entity,
                                       g_object_get_data (data, "quote"), &record, NULL));
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (record, "account")), ==, account);
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

/* ---- what is said above a form ---- */

typedef struct {
  SatchelPage *page;
  GType type;
  const char *name;
} Sought;

static gboolean
is_there (gpointer data)
{
  const Sought *sought = data;

  return test_seek_widget (GTK_WIDGET (sought->page), sought->type, sought->name) != NULL;
}

static void
until_there (SatchelPage *page, GType type, const char *name)
{
  Sought sought = { page, type, name };

  test_desk_until (is_there, &sought);
}

static void
test_closed (void)
{
  TestDesk test;
  g_autofree char *id = NULL;
  g_autoptr (SatchelRoute) route = NULL;
  GtkWidget *window;

  test_desk_setup (&test);
  id = test_desk_create (&test, "task", "subject", "Call", "status", "completed", NULL);
  route = satchel_route_new_record ("task", id);
  until_there (show_page (&test, route, &window, 1024), GTK_TYPE_LABEL,
               "Status: Completed. Only actions change it now.");
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

static gboolean
is_read_only (gpointer cell)
{
  gboolean read_only;

  g_object_get (test_find_widget (cell, SATCHEL_TYPE_EDITOR, NULL), "read-only", &read_only, NULL);
  return read_only;
}

/* A line of a quote that is won while somebody looks at it. */
static void
test_bound (void)
{
  TestDesk test;
  g_autofree char *quote = NULL, *id = NULL, *set = NULL;
  g_autoptr (SatchelRoute) route = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *window, *cell;
  SatchelPage *page;

  test_desk_setup (&test);
  quote = test_desk_create (&test, "quote", "name", "Mill", NULL);
  id = test_desk_create (&test, "quote_line", "quote", quote, "name", "Bucket", "quantity", "1", NULL);
  route = satchel_route_new_record ("quote_line", id);
  page = show_page (&test, route, &window, 1024);
  cell = find_cell (GTK_WIDGET (page), "quantity");
  g_assert_false (is_read_only (cell));
  set =
      satchel_session_act (test.other, satchel_registry_find (satchel_desk_get_registry (test.desk), "quote"),
                           quote, "win", NULL, &error);
  g_assert_no_error (error);
  until_there (page, GTK_TYPE_LABEL, "“Status” of the Quote is “Won”: its lines cannot be changed any more.");
  g_assert_true (is_read_only (cell));
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

/* As if the server had answered: the last set of the push is refused, those before it are taken. */
static void
refuse_last (TestDesk *test)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (test->other);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPush) push = satchel_outbox_next_push (outbox, &error);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();

  g_assert_no_error (error);
  for (guint i = 0; i < push->sets->len; i++) {
    const SatchelChangeSet *set = push->sets->pdata[i];
    SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

    outcome->uuid = g_strdup (set->uuid);
    outcome->number = set->number;
    outcome->s = (gint64)i + 1;
    if (i + 1 == push->sets->len) {
      outcome->state = SATCHEL_OUTCOME_PARKED;
      outcome->code = SATCHEL_ERROR_FORBIDDEN;
      outcome->reason = g_strdup ("no right to restore");
    }
    g_ptr_array_add (answer->outcomes, outcome);
  }
  g_assert_true (satchel_outbox_take_answer (outbox, answer, &error));
}

#define ASKED_AGAIN "This record was asked for again. It comes with the next exchange with the server."

/* What was deleted can be asked for again from its page, once; that it was is said when it is so, and what
 * the server answers. */
static void
test_restore (void)
{
  TestDesk test;
  g_autofree char *id = NULL, *set = NULL;
  g_autoptr (SatchelRoute) route = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *window;
  SatchelPage *page;
  gint64 before, after;

  test_desk_setup (&test);
  id = test_desk_create (&test, "task", "subject", "Call", NULL);
  route = satchel_route_new_record ("task", id);
  page = show_page (&test, route, &window, 1024);
  g_assert_null (test_seek_widget (GTK_WIDGET (page), GTK_TYPE_BUTTON, "Restore"));
  set = satchel_session_delete (
      test.other, satchel_registry_find (satchel_desk_get_registry (test.desk), "task"), id, &error);
  g_assert_no_error (error);
  until_there (page, GTK_TYPE_BUTTON, "Restore");
  g_assert_true (
      satchel_outbox_count (satchel_session_get_outbox (test.other), SATCHEL_SET_PENDING, &before, NULL));
  test_click (GTK_WIDGET (page), "Restore");
  g_assert_null (test_seek_widget (GTK_WIDGET (page), GTK_TYPE_LABEL, ASKED_AGAIN));
  g_assert_false (gtk_widget_is_sensitive (test_find_widget (GTK_WIDGET (page), GTK_TYPE_BUTTON, "Restore")));
  until_there (page, GTK_TYPE_LABEL, ASKED_AGAIN);
  g_assert_null (test_seek_widget (GTK_WIDGET (page), GTK_TYPE_BUTTON, "Restore"));
  g_assert_true (
      satchel_outbox_count (satchel_session_get_outbox (test.other), SATCHEL_SET_PENDING, &after, NULL));
  g_assert_cmpint (after, ==, before + 1);
  refuse_last (&test);
  until_there (page, GTK_TYPE_LABEL,
               "This record could not be restored: You do not have the right to do this.");
  g_assert_null (test_seek_widget (GTK_WIDGET (page), GTK_TYPE_LABEL, ASKED_AGAIN));
  gtk_window_destroy (GTK_WINDOW (window));
  test_desk_teardown (&test);
}

static void
test_not_here (void)
{
  TestDesk test;
  g_autoptr (SatchelRoute) route =
      satchel_route_new_record ("account", "01932f6a-0000-7000-8000-0000000000ff");
  g_autoptr (GError) error = NULL;

  test_desk_setup (&test);
  g_assert_null (satchel_record_page_new (test.desk, route, &error));
  g_assert_nonnull (error);
  test_desk_teardown (&test);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/form/editors", test_editors);
  g_test_add_func ("/form/typing", test_typing);
  g_test_add_func ("/form/amounts", test_amounts);
  g_test_add_func ("/form/page", test_page);
  g_test_add_func ("/form/new", test_new);
  g_test_add_func ("/form/begin", test_begin);
  g_test_add_func ("/form/fold", test_fold);
  g_test_add_func ("/form/narrow", test_narrow);
  g_test_add_func ("/form/create", test_create);
  g_test_add_func ("/form/create-half", test_create_half);
  g_test_add_func ("/form/closed", test_closed);
  g_test_add_func ("/form/bound", test_bound);
  g_test_add_func ("/form/restore", test_restore);
  g_test_add_func ("/form/not-here", test_not_here);
  g_test_add_func ("/form/every-entity", test_every_entity);
  return g_test_run ();
}
