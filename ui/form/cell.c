/* Between draft and editor: what is typed goes one way, what is stored, wrong or pending the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/cell.h"

#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/form/editor.h"
#include "ui/tip.h"

struct _SatchelCell {
  GtkWidget parent_instance; /* a column: label, editor, notice */
  SatchelDraft *draft;       /* NULL: not known yet */
  const SatchelField *field;
  SatchelCellMode mode;
  GtkWidget *label;
  SatchelEditor *editor;
  GtkWidget *pending; /* the mark beside the label; NULL until there is one */
  GtkWidget *theirs;  /* the notice below; NULL until there is one */
  GtkLabel *their_value;
};

G_DEFINE_FINAL_TYPE (SatchelCell, satchel_cell, GTK_TYPE_WIDGET)

static gboolean
is_required (const SatchelField *field)
{
  return field->requirement == SATCHEL_REQUIREMENT_REQUIRED && field->type != SATCHEL_TYPE_BOOLEAN &&
         satchel_field_is_writable (field);
}

/* ---- from the draft ---- */

static void
take_cb (GtkButton *button, SatchelCell *cell)
{
  satchel_draft_take_theirs (cell->draft, cell->field);
}

static void
keep_cb (GtkButton *button, SatchelCell *cell)
{
  satchel_draft_keep_mine (cell->draft, cell->field);
}

static GtkWidget *
new_button (const char *label, GCallback clicked, SatchelCell *cell)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "caption");
  g_signal_connect (button, "clicked", clicked, cell);
  return button;
}

static void
build_theirs (SatchelCell *cell)
{
  GtkWidget *label = gtk_label_new (NULL), *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);

  cell->theirs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  cell->their_value = GTK_LABEL (label);
  gtk_label_set_xalign (cell->their_value, 0);
  gtk_label_set_wrap (cell->their_value, TRUE);
  gtk_label_set_wrap_mode (cell->their_value, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "accent");
  gtk_box_append (GTK_BOX (buttons), new_button (_ ("Take Theirs"), G_CALLBACK (take_cb), cell));
  gtk_box_append (GTK_BOX (buttons), new_button (_ ("Keep Mine"), G_CALLBACK (keep_cb), cell));
  gtk_box_append (GTK_BOX (cell->theirs), label);
  gtk_box_append (GTK_BOX (cell->theirs), buttons);
  gtk_widget_set_parent (cell->theirs, GTK_WIDGET (cell));
}

static void
show_theirs (SatchelCell *cell)
{
  SatchelSession *session = satchel_desk_get_session (satchel_draft_get_desk (cell->draft));
  const SatchelValue *theirs;
  gboolean any = satchel_draft_get_theirs (cell->draft, cell->field, &theirs);
  g_autofree char *value = NULL, *text = NULL;

  if (cell->theirs == NULL && !any)
    return;
  if (cell->theirs == NULL)
    build_theirs (cell);
  gtk_widget_set_visible (cell->theirs, any);
  if (!any || session == NULL)
    return;
  value = satchel_display_in (satchel_draft_get_record (cell->draft), satchel_session_get_replica (session),
                              cell->field, theirs);
  text = *value != '\0' ? g_strdup_printf (_ ("Changed meanwhile to “%s”"), value)
                        : g_strdup (_ ("Emptied meanwhile"));
  gtk_label_set_text (cell->their_value, text);
}

/* What the person types stands as she typed it. */
static void
show_value (SatchelCell *cell)
{
  const char *typed = satchel_draft_get_typed (cell->draft, cell->field);
  g_autofree char *shown = NULL;

  if (typed == NULL) {
    const SatchelValue *value = satchel_draft_get_value (cell->draft, cell->field);

    if (satchel_editor_get_problem (cell->editor) != NULL ||
        !satchel_value_equal (value, satchel_editor_get_value (cell->editor)))
      satchel_editor_set_value (cell->editor, value);
    return;
  }
  shown = satchel_editor_dup_typed (cell->editor);
  if (g_strcmp0 (shown, typed) != 0)
    satchel_editor_type (cell->editor, typed);
}

/* Few fields ever wait: then the label moves into a row with the mark. */
static void
build_pending (SatchelCell *cell)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GtkWidget) label = g_object_ref (cell->label);

  cell->pending = gtk_image_new_from_icon_name ("document-send-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (cell->pending), 12);
  satchel_tip_name (cell->pending, _ ("Waits to be sent"));
  gtk_widget_add_css_class (cell->pending, "dim-label");
  gtk_widget_unparent (label);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), cell->pending);
  gtk_widget_insert_before (row, GTK_WIDGET (cell), GTK_WIDGET (cell->editor));
}

static void
show_pending (SatchelCell *cell)
{
  gboolean pending = satchel_draft_is_pending (cell->draft, cell->field);

  if (cell->pending == NULL && !pending)
    return;
  if (cell->pending == NULL)
    build_pending (cell);
  gtk_widget_set_visible (cell->pending, pending);
}

/* What cannot be written is not asked for either. */
static void
show_read_only (SatchelCell *cell)
{
  const gboolean read_only =
      cell->mode == SATCHEL_CELL_READ_ONLY || satchel_draft_is_read_only (cell->draft, cell->field);
  const SatchelField *field = cell->field;

  satchel_editor_set_read_only (cell->editor, read_only);
  if (is_required (field)) {
    g_autofree char *text =
        read_only ? g_strdup (_ (field->label)) : g_strdup_printf (_ ("%s *"), _ (field->label));

    gtk_label_set_text (GTK_LABEL (cell->label), text);
  }
}

static void
show (SatchelCell *cell)
{
  show_read_only (cell);
  show_value (cell);
  satchel_editor_set_record (cell->editor, satchel_draft_get_record (cell->draft));
  satchel_editor_set_notice (cell->editor, satchel_draft_get_problem (cell->draft, cell->field));
  show_pending (cell);
  show_theirs (cell);
}

static void
field_cb (SatchelDraft *draft, guint index, SatchelCell *cell)
{
  if (index == cell->field->index)
    show (cell);
}

/* The record went, was closed, or has another currency. */
static void
draft_changed_cb (SatchelDraft *draft, SatchelCell *cell)
{
  show_read_only (cell);
  satchel_editor_set_record (cell->editor, satchel_draft_get_record (draft));
}

/* ---- from the editor ---- */

static void
changed_cb (SatchelEditor *editor, SatchelCell *cell)
{
  const char *problem = satchel_editor_get_problem (editor);
  g_autofree char *typed = problem != NULL ? satchel_editor_dup_typed (editor) : NULL;

  if (problem == NULL)
    satchel_draft_set (cell->draft, cell->field, satchel_editor_get_value (editor));
  else
    satchel_draft_type (cell->draft, cell->field, typed, problem);
}

static void
committed_cb (SatchelEditor *editor, SatchelCell *cell)
{
  if (cell->mode == SATCHEL_CELL_SAVES)
    satchel_draft_save (cell->draft);
}

/* ---- the object ---- */

static GtkWidget *
new_label (SatchelCell *cell)
{
  GtkWidget *label = gtk_label_new (_ (cell->field->label));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  satchel_tip_whole (GTK_LABEL (label));
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  if (cell->field->requirement == SATCHEL_REQUIREMENT_RECOMMENDED)
    gtk_widget_add_css_class (label, "satchel-recommended");
  return label;
}

const SatchelField *
satchel_cell_get_field (SatchelCell *cell)
{
  return cell->field;
}

GtkWidget *
satchel_cell_prepare (SatchelDesk *desk, const SatchelField *field, SatchelCellMode mode)
{
  SatchelCell *cell = g_object_new (SATCHEL_TYPE_CELL, NULL);

  cell->field = field;
  cell->mode = mode;
  cell->label = new_label (cell);
  cell->editor = SATCHEL_EDITOR (satchel_editor_new (desk, field));
  /* What nobody writes by hand is known to be so before there is a record. */
  satchel_editor_set_read_only (cell->editor,
                                mode == SATCHEL_CELL_READ_ONLY || !satchel_field_is_writable (field));
  gtk_widget_set_parent (cell->label, GTK_WIDGET (cell));
  gtk_widget_set_parent (GTK_WIDGET (cell->editor), GTK_WIDGET (cell));
  return GTK_WIDGET (cell);
}

void
satchel_cell_set_draft (SatchelCell *cell, SatchelDraft *draft)
{
  g_return_if_fail (SATCHEL_IS_CELL (cell) && cell->draft == NULL);
  cell->draft = g_object_ref (draft);
  show (cell);
  g_signal_connect (cell->editor, "changed", G_CALLBACK (changed_cb), cell);
  g_signal_connect (cell->editor, "committed", G_CALLBACK (committed_cb), cell);
  g_signal_connect_object (draft, "field", G_CALLBACK (field_cb), cell, 0);
  g_signal_connect_object (draft, "changed", G_CALLBACK (draft_changed_cb), cell, 0);
}

GtkWidget *
satchel_cell_new (SatchelDraft *draft, const SatchelField *field, SatchelCellMode mode)
{
  GtkWidget *cell = satchel_cell_prepare (satchel_draft_get_desk (draft), field, mode);

  satchel_cell_set_draft (SATCHEL_CELL (cell), draft);
  return cell;
}

static gboolean
satchel_cell_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SATCHEL_CELL (widget)->editor));
}

static void
satchel_cell_dispose (GObject *object)
{
  SatchelCell *cell = SATCHEL_CELL (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (cell))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&cell->draft);
  G_OBJECT_CLASS (satchel_cell_parent_class)->dispose (object);
}

static void
satchel_cell_class_init (SatchelCellClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_cell_dispose;
  GTK_WIDGET_CLASS (class)->grab_focus = satchel_cell_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BOX_LAYOUT);
}

static void
satchel_cell_init (SatchelCell *cell)
{
  GtkLayoutManager *column = gtk_widget_get_layout_manager (GTK_WIDGET (cell));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (column), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (column), 3);
}
