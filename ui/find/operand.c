/* By kinds: text, choices, records, what the field's own editor edits, moments, periods.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/operand.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/id.h"
#include "ui/find/moments.h"
#include "ui/form/editor.h"
#include "ui/tip.h"

struct _SatchelOperandWidget {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelType type;
  SatchelField
      field; /* what is edited: without bounds, entered, and a day of a moment, a record of a party list */
  SatchelOperator op;
  char *word;
  gboolean showing; /* set_word() is at work: what the widgets say is not a person's doing */
  GtkWidget *box;
  /* of those kinds that have them */
  GtkEditable *entry;
  GtkDropDown *choices;  /* keys, periods, anchors of moments, "me"… */
  GPtrArray *words;      /* what its items stand for */
  SatchelEditor *editor; /* a value of the field, or a day */
  GtkWidget *shift;      /* a box with the two */
  GtkSpinButton *amount;
  GtkDropDown *unit;
};

G_DEFINE_FINAL_TYPE (SatchelOperandWidget, satchel_operand, GTK_TYPE_WIDGET)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

typedef enum { KIND_TEXT, KIND_CHOICE, KIND_RECORD, KIND_VALUE, KIND_MOMENT, KIND_PERIOD } Kind;

static Kind
kind_of (const SatchelOperandWidget *operand)
{
  if (operand->op == SATCHEL_OPERATOR_IN_PERIOD)
    return KIND_PERIOD;
  switch (operand->type) {
  case SATCHEL_TYPE_DATE:
  case SATCHEL_TYPE_DATETIME:
    return KIND_MOMENT;
  case SATCHEL_TYPE_BOOLEAN:
  case SATCHEL_TYPE_CHOICE:
    return KIND_CHOICE;
  case SATCHEL_TYPE_MULTICHOICE:
    return operand->field.open ? KIND_TEXT : KIND_CHOICE;
  case SATCHEL_TYPE_LOOKUP:
  case SATCHEL_TYPE_PARTIES:
    return KIND_RECORD;
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    return KIND_TEXT;
  default:
    return KIND_VALUE;
  }
}

static void
take (SatchelOperandWidget *operand, char *word)
{
  g_autofree char *before = operand->word;

  operand->word = word;
  if (!operand->showing && g_strcmp0 (before, word) != 0)
    g_signal_emit (operand, signals[CHANGED], 0);
}

static void
add (SatchelOperandWidget *operand, GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (operand->box), widget);
}

/* ---- lists to choose from ---- */

static void
add_choice (SatchelOperandWidget *operand, const char *word, const char *label)
{
  g_ptr_array_add (operand->words, g_strdup (word));
  gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (operand->choices)), label);
}

static guint
find_choice (SatchelOperandWidget *operand, const char *word)
{
  for (guint i = 0; i < operand->words->len; i++)
    if (g_str_equal (operand->words->pdata[i], word))
      return i;
  return GTK_INVALID_LIST_POSITION;
}

/* The one for @word, which is added where the list does not have it: a key that was retired, a period of
 * hours. */
static void
select_choice (SatchelOperandWidget *operand, const char *word)
{
  guint index = find_choice (operand, word);

  if (index == GTK_INVALID_LIST_POSITION && *word != '\0') {
    index = operand->words->len;
    add_choice (operand, word, word);
  }
  gtk_drop_down_set_selected (operand->choices, index);
}

static const char *
get_choice (SatchelOperandWidget *operand)
{
  guint index = gtk_drop_down_get_selected (operand->choices);

  return index < operand->words->len ? operand->words->pdata[index] : "";
}

static void
make_choices (SatchelOperandWidget *operand, const char *name)
{
  operand->words = g_ptr_array_new_with_free_func (g_free);
  operand->choices = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL));
  gtk_widget_set_halign (GTK_WIDGET (operand->choices), GTK_ALIGN_START);
  add (operand, GTK_WIDGET (operand->choices), name);
}

static void
watch_choices (SatchelOperandWidget *operand, GCallback callback)
{
  g_signal_connect_swapped (operand->choices, "notify::selected", callback, operand);
}

static void
choice_cb (SatchelOperandWidget *operand)
{
  take (operand, g_strdup (get_choice (operand)));
}

static void
add_moment_words (SatchelOperandWidget *operand, const SatchelMomentWord *words, guint n_words)
{
  for (guint i = 0; i < n_words; i++)
    add_choice (operand, words[i].word, _ (words[i].label));
}

static void
build_choice (SatchelOperandWidget *operand)
{
  const SatchelField *field = &operand->field;

  make_choices (operand, _ (field->label));
  gtk_widget_set_halign (GTK_WIDGET (operand->choices), GTK_ALIGN_FILL);
  gtk_widget_set_hexpand (GTK_WIDGET (operand->choices), TRUE);
  if (operand->type == SATCHEL_TYPE_BOOLEAN) {
    add_choice (operand, "yes", _ ("Yes"));
    add_choice (operand, "no", _ ("No"));
  }
  for (guint i = 0; i < field->n_choices; i++)
    if (!field->choices[i].retired)
      add_choice (operand, field->choices[i].key, _ (field->choices[i].label));
  watch_choices (operand, G_CALLBACK (choice_cb));
  choice_cb (operand);
}

static void
build_period (SatchelOperandWidget *operand)
{
  guint n_periods;
  const SatchelMomentWord *periods = satchel_moment_periods (&n_periods);

  make_choices (operand, _ (operand->field.label));
  gtk_widget_set_halign (GTK_WIDGET (operand->choices), GTK_ALIGN_FILL);
  gtk_widget_set_hexpand (GTK_WIDGET (operand->choices), TRUE);
  add_moment_words (operand, periods, n_periods);
  watch_choices (operand, G_CALLBACK (choice_cb));
  choice_cb (operand);
}

/* ---- text ---- */

static void
entry_cb (SatchelOperandWidget *operand)
{
  take (operand, g_strdup (gtk_editable_get_text (operand->entry)));
}

static void
build_text (SatchelOperandWidget *operand)
{
  operand->entry = GTK_EDITABLE (gtk_entry_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (operand->entry), TRUE);
  g_signal_connect_swapped (operand->entry, "changed", G_CALLBACK (entry_cb), operand);
  add (operand, GTK_WIDGET (operand->entry), _ (operand->field.label));
}

/* ---- what the field's own editor edits ---- */

static char *
value_to_word (const SatchelField *field, const SatchelValue *value)
{
  if (value == NULL)
    return g_strdup ("");
  if (field->type != SATCHEL_TYPE_LOOKUP)
    return satchel_value_to_text (field, value);
  if (field->n_targets == 1)
    return g_strdup (satchel_value_get_id (value));
  return g_strdup_printf ("%s:%s", satchel_value_get_entity (value), satchel_value_get_id (value));
}

/* NULL for a word that is none of the field's. */
static SatchelValue *
value_from_word (const SatchelField *field, const char *word)
{
  SatchelValue *value = NULL;
  const char *colon = strchr (word, ':');

  if (field->type != SATCHEL_TYPE_LOOKUP)
    return satchel_value_from_text (field, word, &value, NULL) ? value : NULL;
  g_autofree char *entity = colon != NULL ? g_strndup (word, colon - word) : g_strdup (field->targets[0]);
  const char *id = colon != NULL ? colon + 1 : word;

  if (satchel_id_is_valid (id) && satchel_field_allows_target (field, entity))
    value = satchel_value_new_lookup (entity, id);
  return value;
}

static void
show_value (SatchelOperandWidget *operand, const char *word)
{
  g_autoptr (SatchelValue) value = value_from_word (&operand->field, word);

  satchel_editor_set_value (operand->editor, value);
}

static void
editor_cb (SatchelOperandWidget *operand)
{
  take (operand, value_to_word (&operand->field, satchel_editor_get_value (operand->editor)));
}

static void
make_editor (SatchelOperandWidget *operand, GCallback callback)
{
  operand->editor = SATCHEL_EDITOR (satchel_editor_new (operand->desk, &operand->field));
  gtk_widget_set_hexpand (GTK_WIDGET (operand->editor), TRUE);
  g_signal_connect_swapped (operand->editor, "changed", callback, operand);
  gtk_box_append (GTK_BOX (operand->box), GTK_WIDGET (operand->editor));
}

static void
build_value (SatchelOperandWidget *operand)
{
  make_editor (operand, G_CALLBACK (editor_cb));
}

/* ---- records ---- */

/* "A record" stands first, an address of a party list last; both have a word that no list has. */
#define A_RECORD   "record"
#define AN_ADDRESS "address"

static void
show_record_parts (SatchelOperandWidget *operand)
{
  gtk_widget_set_visible (GTK_WIDGET (operand->editor), g_str_equal (get_choice (operand), A_RECORD));
  if (operand->entry != NULL)
    gtk_widget_set_visible (GTK_WIDGET (operand->entry), g_str_equal (get_choice (operand), AN_ADDRESS));
}

static void
record_cb (SatchelOperandWidget *operand)
{
  const char *choice = get_choice (operand);

  show_record_parts (operand);
  if (g_str_equal (choice, A_RECORD))
    editor_cb (operand);
  else if (g_str_equal (choice, AN_ADDRESS))
    entry_cb (operand);
  else
    choice_cb (operand);
}

static void
build_record (SatchelOperandWidget *operand)
{
  static const struct {
    const char *entity, *word, *label;
  } principals[] = {
    { "user", "me", N_ ("Me") },
    { "business_unit", "my unit", N_ ("My Business Unit") },
    { "team", "my teams", N_ ("My Teams") },
  };
  gboolean parties = operand->type == SATCHEL_TYPE_PARTIES;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (operand->box), GTK_ORIENTATION_VERTICAL);
  make_choices (operand, _ ("Who"));
  add_choice (operand, A_RECORD, _ ("A Record"));
  for (guint i = 0; i < G_N_ELEMENTS (principals); i++)
    if (satchel_field_allows_target (&operand->field, principals[i].entity))
      add_choice (operand, principals[i].word, _ (principals[i].label));
  if (parties)
    add_choice (operand, AN_ADDRESS, _ ("An Address"));
  gtk_widget_set_visible (GTK_WIDGET (operand->choices), operand->words->len > 1);
  operand->field.type = SATCHEL_TYPE_LOOKUP;
  make_editor (operand, G_CALLBACK (editor_cb));
  if (parties)
    build_text (operand);
  watch_choices (operand, G_CALLBACK (record_cb));
  show_record_parts (operand);
}

static void
show_record (SatchelOperandWidget *operand, const char *word)
{
  gboolean address = operand->entry != NULL && strchr (word, '@') != NULL;
  gboolean principal = find_choice (operand, word) != GTK_INVALID_LIST_POSITION;

  select_choice (operand, address ? AN_ADDRESS : principal ? word : A_RECORD);
  if (address)
    gtk_editable_set_text (operand->entry, word);
  else
    show_value (operand, principal ? "" : word);
  show_record_parts (operand);
}

/* ---- moments ---- */

static void
show_moment_parts (SatchelOperandWidget *operand, gboolean simple)
{
  gtk_widget_set_visible (GTK_WIDGET (operand->entry), !simple);
  gtk_widget_set_visible (GTK_WIDGET (operand->choices), simple);
  gtk_widget_set_visible (operand->shift, simple);
  gtk_widget_set_visible (GTK_WIDGET (operand->editor), simple && *get_choice (operand) == '\0');
}

static void
moment_cb (SatchelOperandWidget *operand)
{
  SatchelMomentParts parts = { .anchor = gtk_drop_down_get_selected (operand->choices),
                               .amount = gtk_spin_button_get_value_as_int (operand->amount),
                               .unit = gtk_drop_down_get_selected (operand->unit) };
  const SatchelValue *day = satchel_editor_get_value (operand->editor);

  if (operand->showing || gtk_widget_get_visible (GTK_WIDGET (operand->entry)))
    return;
  if (day != NULL && parts.anchor == 0)
    g_strlcpy (parts.date, satchel_value_get_date (day), sizeof parts.date);
  show_moment_parts (operand, TRUE);
  take (operand, satchel_moment_put_together (&parts));
}

static void
build_moment (SatchelOperandWidget *operand)
{
  guint n_words;
  const SatchelMomentWord *words = satchel_moment_anchors (operand->type, &n_words);
  GtkStringList *unit_labels = gtk_string_list_new (NULL);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (operand->box), GTK_ORIENTATION_VERTICAL);
  make_choices (operand, _ ("Day"));
  add_moment_words (operand, words, n_words);
  operand->field.type = SATCHEL_TYPE_DATE;
  make_editor (operand, G_CALLBACK (moment_cb));
  operand->amount = GTK_SPIN_BUTTON (
      gtk_spin_button_new_with_range (-SATCHEL_MAX_SHIFT_AMOUNT, SATCHEL_MAX_SHIFT_AMOUNT, 1));
  gtk_accessible_update_property (GTK_ACCESSIBLE (operand->amount), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Shifted By"), -1);
  satchel_tip (GTK_WIDGET (operand->amount), _ ("Shifted by so many: later, or before it if negative"));
  words = satchel_moment_units (&n_words);
  for (guint i = 0; i < n_words; i++)
    gtk_string_list_append (unit_labels, _ (words[i].label));
  operand->unit = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (unit_labels), NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (operand->unit), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Unit"),
                                  -1);
  operand->shift = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_halign (operand->shift, GTK_ALIGN_START);
  gtk_widget_add_css_class (operand->shift, "linked");
  gtk_box_append (GTK_BOX (operand->shift), GTK_WIDGET (operand->amount));
  gtk_box_append (GTK_BOX (operand->shift), GTK_WIDGET (operand->unit));
  gtk_box_append (GTK_BOX (operand->box), operand->shift);
  build_text (operand);
  watch_choices (operand, G_CALLBACK (moment_cb));
  g_signal_connect_swapped (operand->amount, "value-changed", G_CALLBACK (moment_cb), operand);
  g_signal_connect_swapped (operand->unit, "notify::selected", G_CALLBACK (moment_cb), operand);
  show_moment_parts (operand, TRUE);
}

static void
show_moment (SatchelOperandWidget *operand, const char *word)
{
  SatchelMomentParts parts;
  gboolean simple = satchel_moment_take_apart (word, operand->type, &parts);
  g_autoptr (SatchelValue) day =
      simple && *parts.date != '\0' ? value_from_word (&operand->field, parts.date) : NULL;

  gtk_editable_set_text (operand->entry, simple ? "" : word);
  gtk_drop_down_set_selected (operand->choices, parts.anchor);
  gtk_spin_button_set_value (operand->amount, parts.amount);
  gtk_drop_down_set_selected (operand->unit, parts.unit);
  satchel_editor_set_value (operand->editor, day);
  show_moment_parts (operand, simple);
}

/* ---- the widget ---- */

const char *
satchel_operand_get_word (SatchelOperandWidget *operand)
{
  g_return_val_if_fail (SATCHEL_IS_OPERAND (operand), "");
  return operand->word;
}

void
satchel_operand_set_word (SatchelOperandWidget *operand, const char *word)
{
  g_return_if_fail (SATCHEL_IS_OPERAND (operand));
  operand->showing = TRUE;
  if (operand->shift != NULL)
    show_moment (operand, word);
  else if (operand->editor != NULL && operand->choices != NULL)
    show_record (operand, word);
  else if (operand->editor != NULL)
    show_value (operand, word);
  else if (operand->choices != NULL)
    select_choice (operand, word);
  else
    gtk_editable_set_text (operand->entry, word);
  operand->showing = FALSE;
  g_free (operand->word);
  operand->word = g_strdup (word);
}

static void
satchel_operand_dispose (GObject *object)
{
  SatchelOperandWidget *operand = SATCHEL_OPERAND (object);

  operand->showing = TRUE;
  g_clear_pointer (&operand->box, gtk_widget_unparent);
  g_clear_object (&operand->desk);
  G_OBJECT_CLASS (satchel_operand_parent_class)->dispose (object);
}

static void
satchel_operand_finalize (GObject *object)
{
  SatchelOperandWidget *operand = SATCHEL_OPERAND (object);

  g_clear_pointer (&operand->words, g_ptr_array_unref);
  g_free (operand->word);
  G_OBJECT_CLASS (satchel_operand_parent_class)->finalize (object);
}

static void
satchel_operand_class_init (SatchelOperandWidgetClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_operand_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_operand_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_OPERAND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_operand_init (SatchelOperandWidget *operand)
{
  operand->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_parent (operand->box, GTK_WIDGET (operand));
  operand->word = g_strdup ("");
}

/* A limit on what may be stored is none on what may be asked, and what nobody enters may be asked for. */
static void
relax (SatchelField *field)
{
  field->has_minimum = field->has_maximum = FALSE;
  field->origin = SATCHEL_ORIGIN_ENTERED;
  field->requirement = SATCHEL_REQUIREMENT_OPTIONAL;
  field->retired = FALSE;
  field->secured = NULL;
  field->default_from = field->default_text = NULL;
}

GtkWidget *
satchel_operand_new (SatchelDesk *desk, const SatchelField *field, SatchelOperator op)
{
  static void (*const builders[]) (SatchelOperandWidget *) = {
    [KIND_TEXT] = build_text,   [KIND_CHOICE] = build_choice, [KIND_RECORD] = build_record,
    [KIND_VALUE] = build_value, [KIND_MOMENT] = build_moment, [KIND_PERIOD] = build_period,
  };
  SatchelOperandWidget *operand = g_object_new (SATCHEL_TYPE_OPERAND, NULL);

  operand->desk = g_object_ref (desk);
  operand->type = field->type;
  operand->field = *field;
  operand->op = op;
  relax (&operand->field);
  operand->showing = TRUE;
  builders[kind_of (operand)](operand);
  operand->showing = FALSE;
  return GTK_WIDGET (operand);
}
