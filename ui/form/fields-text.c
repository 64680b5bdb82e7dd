/* Many lines, as high as what is written, up to a limit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ui/form/fields.h"
#include "ui/form/typed.h"

#define LEAST_HEIGHT 60
#define MOST_HEIGHT  360

struct _SatchelTextEditor {
  SatchelEditor parent_instance;
  GtkTextView *view;
  GtkTextBuffer *buffer;
};

#define SATCHEL_TYPE_TEXT_EDITOR (satchel_text_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTextEditor, satchel_text_editor, SATCHEL, TEXT_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelTextEditor, satchel_text_editor, SATCHEL_TYPE_EDITOR)

static char *
text_dup_typed (SatchelEditor *editor)
{
  GtkTextIter start, end;
  GtkTextBuffer *buffer = SATCHEL_TEXT_EDITOR (editor)->buffer;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
changed_cb (GtkTextBuffer *buffer, SatchelEditor *editor)
{
  g_autofree char *text = text_dup_typed (editor), *problem = NULL;
  SatchelValue *value;

  if (!satchel_typed_to_value (satchel_editor_get_field (editor), text, 0, &value, &problem))
    value = NULL;
  satchel_editor_take (editor, value, problem);
}

static void
left_cb (GtkEventControllerFocus *focus, SatchelEditor *editor)
{
  satchel_editor_commit (editor);
}

static void
text_build (SatchelEditor *editor)
{
  SatchelTextEditor *self = SATCHEL_TEXT_EDITOR (editor);
  GtkWidget *scrolled = gtk_scrolled_window_new (), *view = gtk_text_view_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->view = GTK_TEXT_VIEW (view);
  self->buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (self->view, FALSE);
  gtk_text_view_set_top_margin (self->view, 8);
  gtk_text_view_set_bottom_margin (self->view, 8);
  gtk_text_view_set_left_margin (self->view, 8);
  gtk_text_view_set_right_margin (self->view, 8);
  gtk_widget_add_css_class (view, "satchel-text");
  gtk_widget_add_css_class (scrolled, "satchel-text-box");
  gtk_widget_set_overflow (scrolled, GTK_OVERFLOW_HIDDEN);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), LEAST_HEIGHT);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MOST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  satchel_editor_set_child (editor, scrolled, view);
  g_signal_connect (self->buffer, "changed", G_CALLBACK (changed_cb), editor);
  g_signal_connect (focus, "leave", G_CALLBACK (left_cb), editor);
  gtk_widget_add_controller (view, focus);
}

static void
put_text (SatchelEditor *editor, const char *text)
{
  SatchelTextEditor *self = SATCHEL_TEXT_EDITOR (editor);
  g_autofree char *now = text_dup_typed (editor);

  if (!g_str_equal (now, text))
    gtk_text_buffer_set_text (self->buffer, text, -1);
}

static void
text_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelTextEditor *self = SATCHEL_TEXT_EDITOR (editor);

  g_signal_handlers_block_by_func (self->buffer, changed_cb, editor);
  put_text (editor, value != NULL ? satchel_value_get_string (value) : "");
  g_signal_handlers_unblock_by_func (self->buffer, changed_cb, editor);
}

static void
satchel_text_editor_class_init (SatchelTextEditorClass *class)
{
  SatchelEditorClass *editor_class = SATCHEL_EDITOR_CLASS (class);

  editor_class->build = text_build;
  editor_class->show = text_show;
  editor_class->dup_typed = text_dup_typed;
  editor_class->type = put_text;
}

static void
satchel_text_editor_init (SatchelTextEditor *self)
{
}
