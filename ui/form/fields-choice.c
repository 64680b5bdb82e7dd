/* Yes or no, and one of a few.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ui/form/fields.h"

/* ---- yes or no ---- */

struct _SatchelSwitchEditor {
  SatchelEditor parent_instance;
  GtkSwitch *widget;
};

#define SATCHEL_TYPE_SWITCH_EDITOR (satchel_switch_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSwitchEditor, satchel_switch_editor, SATCHEL, SWITCH_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelSwitchEditor, satchel_switch_editor, SATCHEL_TYPE_EDITOR)

static void
active_cb (GtkSwitch *widget, GParamSpec *spec, SatchelEditor *editor)
{
  satchel_editor_take (editor, satchel_value_new_boolean (gtk_switch_get_active (widget)), NULL);
  satchel_editor_commit (editor);
}

static void
switch_build (SatchelEditor *editor)
{
  SatchelSwitchEditor *self = SATCHEL_SWITCH_EDITOR (editor);

  self->widget = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_halign (GTK_WIDGET (self->widget), GTK_ALIGN_START);
  satchel_editor_set_child (editor, GTK_WIDGET (self->widget), GTK_WIDGET (self->widget));
  g_signal_connect (self->widget, "notify::active", G_CALLBACK (active_cb), editor);
}

static void
switch_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelSwitchEditor *self = SATCHEL_SWITCH_EDITOR (editor);

  g_signal_handlers_block_by_func (self->widget, active_cb, editor);
  gtk_switch_set_active (self->widget, value != NULL && satchel_value_get_boolean (value));
  g_signal_handlers_unblock_by_func (self->widget, active_cb, editor);
}

static void
satchel_switch_editor_class_init (SatchelSwitchEditorClass *class)
{
  SATCHEL_EDITOR_CLASS (class)->build = switch_build;
  SATCHEL_EDITOR_CLASS (class)->show = switch_show;
}

static void
satchel_switch_editor_init (SatchelSwitchEditor *self)
{
}

/* ---- one of a few ---- */

struct _SatchelChoiceEditor {
  SatchelEditor parent_instance;
  GtkDropDown *list;
  GPtrArray *choices;          /* const SatchelChoice*, as listed; NULL: nothing chosen */
  char *from;                  /* the key that is stored */
  const SatchelEntity *states; /* the entity whose state it is, once that is known; NULL: it is none */
};

#define SATCHEL_TYPE_CHOICE_EDITOR (satchel_choice_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelChoiceEditor, satchel_choice_editor, SATCHEL, CHOICE_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelChoiceEditor, satchel_choice_editor, SATCHEL_TYPE_EDITOR)

static void
selected_cb (GtkDropDown *list, GParamSpec *spec, SatchelEditor *editor)
{
  SatchelChoiceEditor *self = SATCHEL_CHOICE_EDITOR (editor);
  guint selected = gtk_drop_down_get_selected (list);
  const SatchelChoice *choice = selected < self->choices->len ? self->choices->pdata[selected] : NULL;

  satchel_editor_take (editor, choice != NULL ? satchel_value_new_string (choice->key) : NULL, NULL);
  satchel_editor_commit (editor);
}

/* What stands there stays; what is retired, or a state that only an action leads to, is not offered. */
static gboolean
is_offered (SatchelChoiceEditor *self, const SatchelChoice *choice)
{
  if (g_strcmp0 (choice->key, self->from) == 0)
    return TRUE;
  if (choice->retired)
    return FALSE;
  return self->states == NULL || self->from == NULL ||
         satchel_entity_allows_transition (self->states, self->from, choice->key, NULL);
}

static void
fill (SatchelChoiceEditor *self)
{
  const SatchelField *field = satchel_editor_get_field (SATCHEL_EDITOR (self));
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  guint selected = 0;

  g_ptr_array_set_size (self->choices, 0);
  if (field->requirement != SATCHEL_REQUIREMENT_REQUIRED || self->from == NULL) {
    g_ptr_array_add (self->choices, NULL);
    gtk_string_list_append (labels, "–");
  }
  for (guint i = 0; i < field->n_choices; i++) {
    const SatchelChoice *choice = &field->choices[i];

    if (!is_offered (self, choice))
      continue;
    if (g_strcmp0 (choice->key, self->from) == 0)
      selected = self->choices->len;
    g_ptr_array_add (self->choices, (gpointer)choice);
    gtk_string_list_append (labels, _ (choice->label));
  }
  g_signal_handlers_block_by_func (self->list, selected_cb, self);
  gtk_drop_down_set_model (self->list, G_LIST_MODEL (labels));
  gtk_drop_down_set_selected (self->list, selected);
  g_signal_handlers_unblock_by_func (self->list, selected_cb, self);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
choice_build (SatchelEditor *editor)
{
  SatchelChoiceEditor *self = SATCHEL_CHOICE_EDITOR (editor);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  self->choices = g_ptr_array_new ();
  self->list = GTK_DROP_DOWN (gtk_drop_down_new (NULL, expression));
  gtk_drop_down_set_enable_search (self->list, satchel_editor_get_field (editor)->n_choices > 12);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  /* A long label does not make the form wider. */
  gtk_drop_down_set_factory (self->list, factory);
  g_object_unref (factory);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "satchel-choice");
  satchel_editor_set_child (editor, GTK_WIDGET (self->list), GTK_WIDGET (self->list));
  g_signal_connect (self->list, "notify::selected", G_CALLBACK (selected_cb), editor);
}

static void
choice_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelChoiceEditor *self = SATCHEL_CHOICE_EDITOR (editor);

  g_free (self->from);
  self->from = value != NULL ? g_strdup (satchel_value_get_string (value)) : NULL;
  fill (self);
}

static void
choice_put_in (SatchelEditor *editor, const SatchelRecord *record)
{
  SatchelChoiceEditor *self = SATCHEL_CHOICE_EDITOR (editor);
  const SatchelEntity *states =
      record != NULL && record->entity->state_field == satchel_editor_get_field (editor) ? record->entity
                                                                                         : NULL;

  if (states == self->states)
    return;
  self->states = states;
  fill (self);
}

static void
satchel_choice_editor_finalize (GObject *object)
{
  SatchelChoiceEditor *self = SATCHEL_CHOICE_EDITOR (object);

  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_free (self->from);
  G_OBJECT_CLASS (satchel_choice_editor_parent_class)->finalize (object);
}

static void
satchel_choice_editor_class_init (SatchelChoiceEditorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_choice_editor_finalize;
  SATCHEL_EDITOR_CLASS (class)->build = choice_build;
  SATCHEL_EDITOR_CLASS (class)->show = choice_show;
  SATCHEL_EDITOR_CLASS (class)->put_in = choice_put_in;
}

static void
satchel_choice_editor_init (SatchelChoiceEditor *self)
{
}
