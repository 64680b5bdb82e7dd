/* Several of a few, ticked in a list; or tags, typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ui/form/chips.h"
#include "ui/form/fields.h"

struct _SatchelKeysEditor {
  SatchelEditor parent_instance;
  SatchelChips *chips;
  GPtrArray *keys;    /* char*, in the order of the chips */
  GtkListBox *list;   /* of check buttons; NULL where there are no choices */
  GtkEditable *entry; /* of tags; NULL where there are choices alone */
};

#define SATCHEL_TYPE_KEYS_EDITOR (satchel_keys_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelKeysEditor, satchel_keys_editor, SATCHEL, KEYS_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelKeysEditor, satchel_keys_editor, SATCHEL_TYPE_EDITOR)

#define KEY "satchel-key"

static SatchelValue *
make_value (SatchelKeysEditor *self)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_copy (self->keys, NULL, NULL);

  g_ptr_array_set_free_func (keys, NULL);
  g_ptr_array_add (keys, NULL);
  return satchel_value_new_keys ((const char *const *)keys->pdata);
}

static void
show_keys (SatchelKeysEditor *self)
{
  const SatchelField *field = satchel_editor_get_field (SATCHEL_EDITOR (self));

  satchel_chips_clear (self->chips);
  for (guint i = 0; i < self->keys->len; i++)
    satchel_chips_add (self->chips, satchel_field_get_label_of (field, self->keys->pdata[i]));
}

static void
take (SatchelKeysEditor *self)
{
  show_keys (self);
  satchel_editor_take (SATCHEL_EDITOR (self), make_value (self), NULL);
  satchel_editor_commit (SATCHEL_EDITOR (self));
}

static gboolean
find_key (SatchelKeysEditor *self, const char *key, guint *index)
{
  return g_ptr_array_find_with_equal_func (self->keys, key, g_str_equal, index);
}

/* ---- ticking ---- */

static void
toggled_cb (GtkCheckButton *check, SatchelKeysEditor *self)
{
  const char *key = g_object_get_data (G_OBJECT (check), KEY);
  guint index;

  if (find_key (self, key, &index))
    g_ptr_array_remove_index (self->keys, index);
  else
    g_ptr_array_add (self->keys, g_strdup (key));
  take (self);
}

static void
tick_all (SatchelKeysEditor *self)
{
  GtkListBoxRow *row;

  for (int i = 0; self->list != NULL && (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++) {
    GtkWidget *check = gtk_list_box_row_get_child (row);

    g_signal_handlers_block_by_func (check, toggled_cb, self);
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                                 find_key (self, g_object_get_data (G_OBJECT (check), KEY), NULL));
    g_signal_handlers_unblock_by_func (check, toggled_cb, self);
  }
}

static void
removed_cb (SatchelChips *chips, guint index, SatchelKeysEditor *self)
{
  g_ptr_array_remove_index (self->keys, index);
  tick_all (self);
  take (self);
}

static GtkWidget *
new_menu (SatchelKeysEditor *self, const SatchelField *field)
{
  GtkWidget *button = gtk_menu_button_new (), *popover = gtk_popover_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new (), *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  for (guint i = 0; i < field->n_choices; i++) {
    const SatchelChoice *choice = &field->choices[i];
    GtkWidget *check;

    if (choice->retired)
      continue;
    check = gtk_check_button_new_with_label (_ (choice->label));
    g_object_set_data (G_OBJECT (check), KEY, (gpointer)choice->key);
    g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), self);
    gtk_list_box_append (self->list, check);
    gtk_widget_set_focusable (gtk_widget_get_parent (check), FALSE);
  }
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (field->label), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 360);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Choose…"));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  return button;
}

/* ---- tags ---- */

/* "a, b" are two. */
static void
add_typed (SatchelKeysEditor *self)
{
  g_auto (GStrv) words = g_strsplit (gtk_editable_get_text (self->entry), ",", -1);
  const SatchelField *field = satchel_editor_get_field (SATCHEL_EDITOR (self));
  gboolean any = FALSE;

  for (guint i = 0; words[i] != NULL; i++) {
    const char *word = g_strstrip (words[i]);
    const char *one[] = { word, NULL };
    g_autoptr (SatchelValue) value = *word != '\0' ? satchel_value_new_keys (one) : NULL;

    if (value == NULL || find_key (self, word, NULL))
      continue;
    if (!satchel_value_check (field, value, NULL)) {
      satchel_editor_take (SATCHEL_EDITOR (self), make_value (self), _ ("This is no tag."));
      return;
    }
    g_ptr_array_add (self->keys, g_strdup (word));
    any = TRUE;
  }
  gtk_editable_set_text (self->entry, "");
  if (any || satchel_editor_get_problem (SATCHEL_EDITOR (self)) != NULL)
    take (self);
}

static void
activate_cb (GtkEntry *entry, SatchelKeysEditor *self)
{
  add_typed (self);
}

static void
left_cb (GtkEventControllerFocus *focus, SatchelKeysEditor *self)
{
  add_typed (self);
}

static GtkWidget *
new_entry (SatchelKeysEditor *self)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = GTK_EDITABLE (entry);
  gtk_editable_set_width_chars (self->entry, 6);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Add…"));
  g_signal_connect (entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (left_cb), self);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

static void
keys_build (SatchelEditor *editor)
{
  SatchelKeysEditor *self = SATCHEL_KEYS_EDITOR (editor);
  const SatchelField *field = satchel_editor_get_field (editor);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *target = NULL;

  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->chips = SATCHEL_CHIPS (satchel_chips_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->chips));
  if (field->n_choices > 0)
    gtk_box_append (GTK_BOX (box), target = new_menu (self, field));
  if (field->open || field->n_choices == 0)
    gtk_box_append (GTK_BOX (box), target = new_entry (self));
  satchel_editor_set_child (editor, box, target);
  g_signal_connect (self->chips, "removed", G_CALLBACK (removed_cb), self);
}

static void
keys_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelKeysEditor *self = SATCHEL_KEYS_EDITOR (editor);
  const char *const *keys = value != NULL ? satchel_value_get_keys (value) : NULL;

  g_ptr_array_set_size (self->keys, 0);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    g_ptr_array_add (self->keys, g_strdup (keys[i]));
  show_keys (self);
  tick_all (self);
}

static void
satchel_keys_editor_finalize (GObject *object)
{
  g_clear_pointer (&SATCHEL_KEYS_EDITOR (object)->keys, g_ptr_array_unref);
  G_OBJECT_CLASS (satchel_keys_editor_parent_class)->finalize (object);
}

static void
satchel_keys_editor_class_init (SatchelKeysEditorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_keys_editor_finalize;
  SATCHEL_EDITOR_CLASS (class)->build = keys_build;
  SATCHEL_EDITOR_CLASS (class)->show = keys_show;
}

static void
satchel_keys_editor_init (SatchelKeysEditor *self)
{
}
