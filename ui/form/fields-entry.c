/* One line: strings, numbers, lengths of time. Addresses have a button that opens them; amounts say in which
 * currency.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/form/fields.h"
#include "ui/form/typed.h"
#include "ui/tip.h"

struct _SatchelEntryEditor {
  SatchelEditor parent_instance;
  GtkEditable *entry;
  GtkWidget *open; /* NULL: not an address */
  GtkLabel *unit;  /* NULL: no currency, no percent */
  gboolean edited; /* a person is in it: numbers stand as they are typed, without groups */
};

#define SATCHEL_TYPE_ENTRY_EDITOR (satchel_entry_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelEntryEditor, satchel_entry_editor, SATCHEL, ENTRY_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelEntryEditor, satchel_entry_editor, SATCHEL_TYPE_EDITOR)

static void
read_entry (SatchelEntryEditor *self)
{
  SatchelEditor *editor = SATCHEL_EDITOR (self);
  SatchelSession *session = satchel_desk_get_session (satchel_editor_get_desk (editor));
  SatchelValue *value;
  g_autofree char *problem = NULL;

  if (session == NULL)
    return;
  if (!satchel_typed_to_value (satchel_editor_get_field (editor), gtk_editable_get_text (self->entry),
                               satchel_clock_now_ms (satchel_session_get_clock (session)), &value, &problem))
    value = NULL;
  if (self->open != NULL)
    gtk_widget_set_sensitive (self->open, value != NULL);
  satchel_editor_take (editor, value, problem);
}

static void
changed_cb (GtkEditable *entry, SatchelEntryEditor *self)
{
  read_entry (self);
}

static void
activate_cb (GtkEntry *entry, SatchelEditor *editor)
{
  satchel_editor_commit (editor);
}

/* Numbers are read in groups, and typed without. */
static void
show_text (SatchelEntryEditor *self, const SatchelValue *value)
{
  SatchelEditor *editor = SATCHEL_EDITOR (self);
  const SatchelField *field = satchel_editor_get_field (editor);
  const gboolean grouped =
      !self->edited && satchel_display_is_numeric (field) && field->type != SATCHEL_TYPE_DURATION;
  g_autofree char *text =
      grouped ? satchel_display_named (NULL, NULL, satchel_editor_get_record (editor), field, value)
              : satchel_typed_from_value (field, value);

  g_signal_handlers_block_by_func (self->entry, changed_cb, self);
  if (!g_str_equal (gtk_editable_get_text (self->entry), text))
    gtk_editable_set_text (self->entry, text);
  g_signal_handlers_unblock_by_func (self->entry, changed_cb, self);
}

/* What is no number, or not yet, stays as it was typed. */
static void
set_edited (SatchelEntryEditor *self, gboolean edited)
{
  SatchelEditor *editor = SATCHEL_EDITOR (self);

  self->edited = edited;
  if (satchel_display_is_numeric (satchel_editor_get_field (editor)) &&
      satchel_editor_get_problem (editor) == NULL)
    show_text (self, satchel_editor_get_value (editor));
}

static void
entered_cb (GtkEventControllerFocus *focus, SatchelEntryEditor *self)
{
  set_edited (self, TRUE);
}

static void
left_cb (GtkEventControllerFocus *focus, SatchelEditor *editor)
{
  satchel_editor_commit (editor);
  set_edited (SATCHEL_ENTRY_EDITOR (editor), FALSE);
}

static char *
make_uri (SatchelFormat format, const char *text)
{
  g_autofree char *escaped = NULL;

  if (format == SATCHEL_FORMAT_URL)
    return g_uri_peek_scheme (text) != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  escaped = g_uri_escape_string (text, format == SATCHEL_FORMAT_EMAIL ? "@" : "+", FALSE);
  return g_strconcat (format == SATCHEL_FORMAT_EMAIL ? "mailto:" : "tel:", escaped, NULL);
}

/* Addresses come from strangers: nothing is opened but what its format allows. */
static gboolean
may_open (const char *uri)
{
  static const char *const schemes[] = { "http", "https", "mailto", "tel", NULL };
  const char *scheme = g_uri_peek_scheme (uri);

  return scheme != NULL && g_strv_contains (schemes, scheme);
}

/* On the page of somebody who can be written to a letter to her is begun; elsewhere the desktop knows what to
 * do. */
static void
open_cb (GtkButton *button, SatchelEditor *editor)
{
  const SatchelValue *value = satchel_editor_get_value (editor);
  g_autofree char *uri = NULL;

  if (value == NULL ||
      (satchel_editor_get_field (editor)->format == SATCHEL_FORMAT_EMAIL &&
       gtk_widget_activate_action (GTK_WIDGET (editor), "mail.to", "s", satchel_value_get_string (value))))
    return;
  uri = make_uri (satchel_editor_get_field (editor)->format, satchel_value_get_string (value));
  if (may_open (uri))
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (editor))), uri, GDK_CURRENT_TIME);
}

static void
add_open (SatchelEntryEditor *self, GtkWidget *box, SatchelFormat format)
{
  const char *icon = format == SATCHEL_FORMAT_EMAIL   ? "mail-unread-symbolic"
                     : format == SATCHEL_FORMAT_PHONE ? "call-start-symbolic"
                                                      : "web-browser-symbolic";
  const char *label = format == SATCHEL_FORMAT_EMAIL   ? _ ("Write an Email")
                      : format == SATCHEL_FORMAT_PHONE ? _ ("Call")
                                                       : _ ("Open the Web Page");

  self->open = gtk_button_new_from_icon_name (icon);
  satchel_tip_name (self->open, label);
  g_signal_connect (self->open, "clicked", G_CALLBACK (open_cb), self);
  gtk_box_append (GTK_BOX (box), self->open);
  gtk_widget_add_css_class (box, "linked");
}

static void
entry_build (SatchelEditor *editor)
{
  SatchelEntryEditor *self = SATCHEL_ENTRY_EDITOR (editor);
  const SatchelField *field = satchel_editor_get_field (editor);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = GTK_EDITABLE (entry);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_width_chars (self->entry, 6);
  if (satchel_display_is_numeric (field)) {
    gtk_editable_set_alignment (self->entry, 1);
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  } else if (field->format == SATCHEL_FORMAT_EMAIL) {
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_EMAIL);
  }
  gtk_box_append (GTK_BOX (box), entry);
  if (field->type == SATCHEL_TYPE_MONEY || field->format == SATCHEL_FORMAT_PERCENT) {
    self->unit = GTK_LABEL (gtk_label_new (field->format == SATCHEL_FORMAT_PERCENT ? "%" : ""));
    gtk_widget_add_css_class (GTK_WIDGET (self->unit), "dim-label");
    gtk_widget_set_visible (GTK_WIDGET (self->unit), field->format == SATCHEL_FORMAT_PERCENT);
    gtk_box_set_spacing (GTK_BOX (box), 6);
    gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->unit));
  }
  if (field->format == SATCHEL_FORMAT_EMAIL || field->format == SATCHEL_FORMAT_PHONE ||
      field->format == SATCHEL_FORMAT_URL) {
    add_open (self, box, field->format);
    /* It has an order of its own. */
    gtk_widget_set_direction (GTK_WIDGET (gtk_editable_get_delegate (self->entry)), GTK_TEXT_DIR_LTR);
  }
  satchel_editor_set_child (editor, box, entry);
  g_signal_connect (entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (focus, "enter", G_CALLBACK (entered_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (left_cb), self);
  gtk_widget_add_controller (entry, focus);
}

static void
entry_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelEntryEditor *self = SATCHEL_ENTRY_EDITOR (editor);

  show_text (self, value);
  if (self->open != NULL)
    gtk_widget_set_sensitive (self->open, value != NULL);
}

static char *
entry_dup_typed (SatchelEditor *editor)
{
  return g_strdup (gtk_editable_get_text (SATCHEL_ENTRY_EDITOR (editor)->entry));
}

static void
entry_type (SatchelEditor *editor, const char *typed)
{
  SatchelEntryEditor *self = SATCHEL_ENTRY_EDITOR (editor);

  if (!g_str_equal (gtk_editable_get_text (self->entry), typed))
    gtk_editable_set_text (self->entry, typed);
  else
    read_entry (self);
}

/* The code of the record's currency stands behind its amounts. */
static void
entry_put_in (SatchelEditor *editor, const SatchelRecord *record)
{
  SatchelEntryEditor *self = SATCHEL_ENTRY_EDITOR (editor);
  const SatchelField *currency =
      record != NULL ? satchel_entity_find_field (record->entity, "currency") : NULL;
  SatchelSession *session = satchel_desk_get_session (satchel_editor_get_desk (editor));
  g_autofree char *text = NULL;

  if (self->unit == NULL || satchel_editor_get_field (editor)->type != SATCHEL_TYPE_MONEY || session == NULL)
    return;
  if (currency != NULL)
    text = satchel_display_value (satchel_session_get_replica (session), currency,
                                  satchel_record_get (record, currency));
  /* Another currency may have other digits. */
  if (!self->edited && satchel_editor_get_problem (editor) == NULL)
    show_text (self, satchel_editor_get_value (editor));
  gtk_label_set_text (self->unit, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->unit), text != NULL && *text != '\0');
}

static void
satchel_entry_editor_class_init (SatchelEntryEditorClass *class)
{
  SatchelEditorClass *editor_class = SATCHEL_EDITOR_CLASS (class);

  editor_class->build = entry_build;
  editor_class->show = entry_show;
  editor_class->dup_typed = entry_dup_typed;
  editor_class->type = entry_type;
  editor_class->put_in = entry_put_in;
}

static void
satchel_entry_editor_init (SatchelEntryEditor *self)
{
}
