/* Two records side by side: which stays, and which value of each field.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/rules/arguments.h"
#include "ui/act/ask.h"
#include "ui/act/choices.h"
#include "ui/act/refusal.h"
#include "ui/display.h"
#include "ui/form/editor.h"

#define TABLE_WIDTH  560 /* pixels, where there is room */
#define TABLE_HEIGHT 600

typedef struct {
  SatchelActDialog *dialog; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  const char *action;
  char *id;
  SatchelChoices *choices; /* NULL: the other one is not known yet */
  GtkBox *box;
  GtkWidget *table;        /* NULL with choices */
  GPtrArray *left, *right; /* GtkCheckButton*, borrowed: of the records, then of each field */
  gboolean filling;
} Merge;

static void
merge_free (gpointer data)
{
  Merge *merge = data;

  g_clear_pointer (&merge->choices, satchel_choices_free);
  g_ptr_array_unref (merge->left);
  g_ptr_array_unref (merge->right);
  g_object_unref (merge->desk);
  g_free (merge->id);
  g_free (merge);
}

static SatchelReplica *
get_replica (const Merge *merge)
{
  return satchel_session_get_replica (satchel_desk_get_session (merge->desk));
}

/* ---- the table ---- */

static void
set_active (const Merge *merge, guint i, SatchelSide side)
{
  GPtrArray *buttons = side == SATCHEL_SIDE_LEFT ? merge->left : merge->right;

  gtk_check_button_set_active (buttons->pdata[i], TRUE);
}

static void
show_choices (Merge *merge)
{
  const GPtrArray *fields = satchel_choices_get_fields (merge->choices);

  merge->filling = TRUE;
  set_active (merge, 0, satchel_choices_get_master (merge->choices));
  for (guint i = 0; i < fields->len; i++)
    set_active (merge, i + 1, satchel_choices_get_side (merge->choices, fields->pdata[i]));
  merge->filling = FALSE;
}

static void
toggled_cb (GtkCheckButton *button, Merge *merge)
{
  const GPtrArray *fields = satchel_choices_get_fields (merge->choices);
  SatchelSide side;
  guint i;

  if (merge->filling || !gtk_check_button_get_active (button))
    return;
  side = g_ptr_array_find (merge->left, button, &i) ? SATCHEL_SIDE_LEFT : SATCHEL_SIDE_RIGHT;
  if (side == SATCHEL_SIDE_RIGHT && !g_ptr_array_find (merge->right, button, &i))
    return;
  if (i == 0)
    satchel_choices_set_master (merge->choices, side);
  else
    satchel_choices_set_side (merge->choices, fields->pdata[i - 1], side);
  show_choices (merge);
}

static GtkWidget *
make_button (Merge *merge, const char *text, const char *name, GtkWidget *other)
{
  GtkWidget *button = gtk_check_button_new (), *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 4);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (button), label);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), other != NULL ? GTK_CHECK_BUTTON (other) : NULL);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), merge);
  return button;
}

static void
add_row (Merge *merge, GtkGrid *grid, int row, const char *label, const char *left, const char *right)
{
  GtkWidget *caption = gtk_label_new (label), *one, *other;
  const char *const none = _ ("nothing");
  g_autofree char *left_name = g_strdup_printf ("%s: %s", label, *left != '\0' ? left : none);
  g_autofree char *right_name = g_strdup_printf ("%s: %s", label, *right != '\0' ? right : none);

  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_wrap (GTK_LABEL (caption), TRUE);
  gtk_widget_add_css_class (caption, "caption-heading");
  gtk_widget_set_margin_top (caption, 6);
  one = make_button (merge, *left != '\0' ? left : "—", left_name, NULL);
  other = make_button (merge, *right != '\0' ? right : "—", right_name, one);
  g_ptr_array_add (merge->left, one);
  g_ptr_array_add (merge->right, other);
  gtk_grid_attach (grid, caption, 0, row * 2, 2, 1);
  gtk_grid_attach (grid, one, 0, row * 2 + 1, 1, 1);
  gtk_grid_attach (grid, other, 1, row * 2 + 1, 1, 1);
}

static void
fill_table (Merge *merge, GtkGrid *grid)
{
  const SatchelRecord *left = satchel_choices_get_record (merge->choices, SATCHEL_SIDE_LEFT);
  const SatchelRecord *right = satchel_choices_get_record (merge->choices, SATCHEL_SIDE_RIGHT);
  const GPtrArray *fields = satchel_choices_get_fields (merge->choices);
  g_autofree char *left_title = satchel_record_dup_title (left);
  g_autofree char *right_title = satchel_record_dup_title (right);

  add_row (merge, grid, 0, _ ("Stays"), left_title, right_title);
  for (guint i = 0; i < fields->len; i++) {
    const SatchelField *field = fields->pdata[i];
    g_autofree char *one =
        satchel_display_in (left, get_replica (merge), field, satchel_record_get (left, field));
    g_autofree char *other =
        satchel_display_in (right, get_replica (merge), field, satchel_record_get (right, field));

    add_row (merge, grid, (int)i + 1, _ (field->label), one, other);
  }
}

static void
clear_table (Merge *merge)
{
  if (merge->table == NULL)
    return;
  gtk_box_remove (merge->box, g_steal_pointer (&merge->table));
  g_ptr_array_set_size (merge->left, 0);
  g_ptr_array_set_size (merge->right, 0);
  g_clear_pointer (&merge->choices, satchel_choices_free);
}

static gboolean
read_record (const Merge *merge, const char *id, SatchelRecord **record, GError **error)
{
  g_autoptr (SatchelSeen) seen =
      satchel_session_look (satchel_desk_get_session (merge->desk), merge->entity, id, error);

  if (seen == NULL)
    return FALSE;
  *record = g_steal_pointer (&seen->record);
  return TRUE;
}

/* Compares with @other; NULL: with none yet. */
static void
compare (Merge *merge, const char *other)
{
  g_autoptr (SatchelRecord) left = NULL, right = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *problem = NULL;

  clear_table (merge);
  if (other != NULL && g_str_equal (other, merge->id))
    problem = g_strdup (_ ("That is the same record. Choose another one."));
  else if (other != NULL &&
           (!read_record (merge, merge->id, &left, &error) || !read_record (merge, other, &right, &error)))
    problem = satchel_refusal_to_text (error);
  satchel_act_dialog_set_problem (merge->dialog, problem);
  satchel_act_dialog_set_ready (merge->dialog, right != NULL);
  if (right == NULL)
    return;
  merge->choices = satchel_choices_new (g_steal_pointer (&left), g_steal_pointer (&right));
  merge->table = gtk_grid_new ();
  gtk_grid_set_column_homogeneous (GTK_GRID (merge->table), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (merge->table), 12);
  gtk_grid_set_row_spacing (GTK_GRID (merge->table), 3);
  fill_table (merge, GTK_GRID (merge->table));
  gtk_box_append (merge->box, merge->table);
  show_choices (merge);
  /* A window does not grow by itself once it is shown. */
  gtk_window_set_default_size (GTK_WINDOW (merge->dialog), TABLE_WIDTH, TABLE_HEIGHT);
}

/* ---- the dialog ---- */

static void
other_cb (SatchelEditor *editor, Merge *merge)
{
  const SatchelValue *value = satchel_editor_get_value (editor);

  compare (merge, value != NULL ? satchel_value_get_id (value) : NULL);
}

static void
go_cb (SatchelActDialog *dialog, Merge *merge)
{
  const SatchelSide master = satchel_choices_get_master (merge->choices);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  g_ptr_array_add (ids, satchel_choices_get_record (merge->choices, master)->id);
  satchel_act_dialog_run (dialog, satchel_run_new_action (merge->desk, merge->entity, ids, merge->action,
                                                          satchel_choices_to_arguments (merge->choices)));
}

static void
add_question (Merge *merge)
{
  const SatchelField *field = satchel_entity_find_field (merge->entity, "merged_into");
  GtkWidget *group = satchel_ask_group_new (NULL);
  GtkWidget *editor = satchel_editor_new (merge->desk, field);

  gtk_widget_set_margin_start (group, 0);
  gtk_widget_set_margin_end (group, 0);
  g_signal_connect (editor, "changed", G_CALLBACK (other_cb), merge);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             satchel_ask_row_new (_ ("Merge With"), editor, TRUE));
  gtk_box_append (merge->box, group);
}

void
satchel_ask_merge (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id,
                   const char *other, const SatchelAction *action)
{
  Merge *merge = g_new0 (Merge, 1);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  g_ptr_array_add (ids, (gpointer)id);
  if (other != NULL)
    g_ptr_array_add (ids, (gpointer)other);
  merge->dialog = satchel_ask_dialog_new (from, desk, entity, ids, action);
  merge->desk = g_object_ref (desk);
  merge->entity = entity;
  merge->action = action->name;
  merge->id = g_strdup (id);
  merge->left = g_ptr_array_new ();
  merge->right = g_ptr_array_new ();
  merge->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  g_object_set_data_full (G_OBJECT (merge->dialog), "merge", merge, merge_free);
  gtk_widget_set_margin_start (GTK_WIDGET (merge->box), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (merge->box), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (merge->box), 12);
  if (other == NULL)
    add_question (merge);
  satchel_act_dialog_set_content (merge->dialog, GTK_WIDGET (merge->box));
  g_signal_connect (merge->dialog, "go", G_CALLBACK (go_cb), merge);
  compare (merge, other);
  gtk_window_present (GTK_WINDOW (merge->dialog));
}
