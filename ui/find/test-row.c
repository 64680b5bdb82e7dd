/* Field and operator in one line, the values below: room for 360 pixels.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/test-row.h"

#include <glib/gi18n.h>

#include "ui/find/field-chooser.h"
#include "ui/find/operand.h"
#include "ui/find/phrases.h"
#include "ui/tip.h"

struct _SatchelTestRow {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelRegistry *registry;
  SatchelClause *test;
  GtkWidget *box;
  GtkMenuButton *field;
  GtkLabel *field_label;
  GtkDropDown *phrase;
  GtkBox *values;
  gboolean showing; /* the drop-down is being filled */
};

G_DEFINE_FINAL_TYPE (SatchelTestRow, satchel_test_row, GTK_TYPE_WIDGET)

enum { CHANGED, REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void show_values (SatchelTestRow *row);

static void
say_changed (SatchelTestRow *row)
{
  g_signal_emit (row, signals[CHANGED], 0);
}

static GtkWidget *
make_icon_button (const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  satchel_tip (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

/* ---- values ---- */

static GQuark
index_quark (void)
{
  return g_quark_from_static_string ("satchel-find-index");
}

static guint
index_of (GtkWidget *widget)
{
  return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (widget), index_quark ()));
}

static void
operand_cb (SatchelOperandWidget *operand, SatchelTestRow *row)
{
  satchel_clause_set_word (row->test, index_of (GTK_WIDGET (operand)), satchel_operand_get_word (operand));
  say_changed (row);
}

/* A widget that begins with something chosen gives it to a clause that has nothing. */
static GtkWidget *
make_operand (SatchelTestRow *row, guint index)
{
  GtkWidget *operand = satchel_operand_new (row->desk, row->test->field, row->test->op);
  const char *word = satchel_clause_get_word (row->test, index);

  if (*word != '\0')
    satchel_operand_set_word (SATCHEL_OPERAND (operand), word);
  else
    satchel_clause_set_word (row->test, index, satchel_operand_get_word (SATCHEL_OPERAND (operand)));
  g_object_set_qdata (G_OBJECT (operand), index_quark (), GUINT_TO_POINTER (index));
  g_signal_connect (operand, "changed", G_CALLBACK (operand_cb), row);
  gtk_widget_set_hexpand (operand, TRUE);
  return operand;
}

static void
remove_word_cb (GtkButton *button, SatchelTestRow *row)
{
  satchel_clause_remove_word (row->test, index_of (GTK_WIDGET (button)));
  show_values (row);
  say_changed (row);
}

static void
add_word_cb (GtkButton *button, SatchelTestRow *row)
{
  satchel_clause_set_word (row->test, row->test->words->len, "");
  show_values (row);
  say_changed (row);
}

static void
add_list_item (SatchelTestRow *row, guint index)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *remove = make_icon_button ("list-remove-symbolic", _ ("Remove This Value"));

  g_object_set_qdata (G_OBJECT (remove), index_quark (), GUINT_TO_POINTER (index));
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_word_cb), row);
  gtk_widget_set_visible (remove, row->test->words->len > 1);
  gtk_box_append (GTK_BOX (line), make_operand (row, index));
  gtk_box_append (GTK_BOX (line), remove);
  gtk_box_append (row->values, line);
}

static void
add_list (SatchelTestRow *row)
{
  GtkWidget *more = gtk_button_new_with_label (_ ("Another Value"));
  guint n_words = MAX (row->test->words->len, 1);

  for (guint i = 0; i < n_words; i++)
    add_list_item (row, i);
  gtk_widget_add_css_class (more, "flat");
  gtk_widget_set_halign (more, GTK_ALIGN_START);
  g_signal_connect (more, "clicked", G_CALLBACK (add_word_cb), row);
  gtk_box_append (row->values, more);
}

static void
add_between (SatchelTestRow *row)
{
  GtkWidget *label = gtk_label_new (_ ("and"));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (row->values, make_operand (row, 0));
  gtk_box_append (row->values, label);
  gtk_box_append (row->values, make_operand (row, 1));
}

static void
show_values (SatchelTestRow *row)
{
  SatchelShape shape = satchel_operators[row->test->op].shape;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (row->values))) != NULL)
    gtk_box_remove (row->values, child);
  if (shape == SATCHEL_SHAPE_LIST)
    add_list (row);
  else if (shape == SATCHEL_SHAPE_TWO)
    add_between (row);
  else if (shape != SATCHEL_SHAPE_NONE)
    gtk_box_append (row->values, make_operand (row, 0));
  gtk_widget_set_visible (GTK_WIDGET (row->values), shape != SATCHEL_SHAPE_NONE);
}

/* ---- operator and field ---- */

static void
phrase_cb (GtkDropDown *drop_down, GParamSpec *spec, SatchelTestRow *row)
{
  guint n_phrases, selected = gtk_drop_down_get_selected (drop_down);
  const SatchelPhrase *phrases = satchel_phrases_for (row->test->field, &n_phrases);
  SatchelShape before = satchel_operators[row->test->op].shape;

  if (row->showing || selected >= n_phrases)
    return;
  satchel_clause_set_operator (row->test, phrases[selected].op, phrases[selected].negated);
  if (satchel_operators[row->test->op].shape != before)
    show_values (row);
  say_changed (row);
}

static void
show_phrases (SatchelTestRow *row)
{
  guint n_phrases;
  const SatchelPhrase *phrases = satchel_phrases_for (row->test->field, &n_phrases);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (guint i = 0; i < n_phrases; i++)
    gtk_string_list_append (labels, _ (phrases[i].label));
  row->showing = TRUE;
  gtk_drop_down_set_model (row->phrase, G_LIST_MODEL (labels));
  gtk_drop_down_set_selected (
      row->phrase, (guint)satchel_phrases_find (row->test->field, row->test->op, row->test->negated));
  row->showing = FALSE;
}

static void
show_field (SatchelTestRow *row)
{
  g_autofree char *label =
      satchel_path_describe (row->registry, row->test->entity, SATCHEL_CLAUSE_TEST, row->test->path);

  gtk_label_set_label (row->field_label, label);
  satchel_tip_name (GTK_WIDGET (row->field), label);
}

static void
show (SatchelTestRow *row)
{
  show_field (row);
  show_phrases (row);
  show_values (row);
}

static void
chosen_cb (SatchelFieldChooser *chooser, int kind, const char *path, SatchelTestRow *row)
{
  if (!satchel_clause_set_path (row->registry, row->test, path))
    return;
  show (row);
  say_changed (row);
}

static void
remove_cb (GtkButton *button, SatchelTestRow *row)
{
  g_signal_emit (row, signals[REMOVED], 0);
}

/* ---- the widget ---- */

static void
satchel_test_row_dispose (GObject *object)
{
  SatchelTestRow *row = SATCHEL_TEST_ROW (object);

  g_clear_pointer (&row->box, gtk_widget_unparent);
  g_clear_object (&row->desk);
  g_clear_pointer (&row->registry, satchel_registry_unref);
  G_OBJECT_CLASS (satchel_test_row_parent_class)->dispose (object);
}

static void
satchel_test_row_class_init (SatchelTestRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_test_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_TEST_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] =
      g_signal_new ("removed", SATCHEL_TYPE_TEST_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_test_row_init (SatchelTestRow *row)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *remove = make_icon_button ("user-trash-symbolic", _ ("Remove This Condition"));

  row->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  row->field = GTK_MENU_BUTTON (gtk_menu_button_new ());
  row->field_label = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_ellipsize (row->field_label, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (row->field_label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (row->field_label), TRUE);
  gtk_menu_button_set_child (row->field, GTK_WIDGET (row->field_label));
  gtk_menu_button_set_always_show_arrow (row->field, TRUE);
  gtk_widget_set_halign (gtk_widget_get_parent (GTK_WIDGET (row->field_label)),
                         GTK_ALIGN_FILL); /* as an entry */
  gtk_widget_set_hexpand (GTK_WIDGET (row->field), TRUE);
  row->phrase = GTK_DROP_DOWN (gtk_drop_down_new (NULL, NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->phrase), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Operator"),
                                  -1);
  g_signal_connect (row->phrase, "notify::selected", G_CALLBACK (phrase_cb), row);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), row);
  row->values = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (row->field));
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (row->phrase));
  gtk_box_append (GTK_BOX (top), remove);
  gtk_box_append (GTK_BOX (row->box), top);
  gtk_box_append (GTK_BOX (row->box), GTK_WIDGET (row->values));
  gtk_widget_set_parent (row->box, GTK_WIDGET (row));
}

GtkWidget *
satchel_test_row_new (SatchelDesk *desk, SatchelRegistry *registry, SatchelClause *test)
{
  SatchelTestRow *row = g_object_new (SATCHEL_TYPE_TEST_ROW, NULL);
  GtkWidget *chooser = satchel_field_chooser_new (registry, test->entity, SATCHEL_CHOOSE_FIELD);

  row->desk = g_object_ref (desk);
  row->registry = satchel_registry_ref (registry);
  row->test = test;
  g_signal_connect_object (chooser, "chosen", G_CALLBACK (chosen_cb), row, 0);
  gtk_menu_button_set_popover (row->field, chooser);
  show (row);
  return GTK_WIDGET (row);
}
