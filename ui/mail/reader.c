/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/reader.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/mail/html.h"
#include "ui/display.h"
#include "ui/record/attachments.h"
#include "ui/wrap.h"

/* As a line of the head; an empty one is not shown. */
static const char *const heads[] = { "from", "to", "cc", "bcc", "sent_at", "received_at", "regarding" };

struct _SatchelReader {
  GtkWidget parent_instance;
  SatchelDraft *draft;
  GtkWidget *scrolled;
  GtkLabel *subject, *names[G_N_ELEMENTS (heads)], *values[G_N_ELEMENTS (heads)];
  GtkTextBuffer *text;
};

G_DEFINE_FINAL_TYPE (SatchelReader, satchel_reader, GTK_TYPE_WIDGET)

static const char *
get_string (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

/* ---- what it says ---- */

/* "Ana Pop <ana@example.com>": a name alone would not say which of her addresses it was; one address may be
 * of several records. */
static char *
name_parties (const SatchelValue *value)
{
  GString *text = g_string_new (NULL);
  guint n;
  const SatchelParty *parties = satchel_value_get_parties (value, &n);

  for (guint i = 0; i < n; i++) {
    const SatchelParty *party = &parties[i];

    if (i > 0 && party->address != NULL && g_strcmp0 (party->address, parties[i - 1].address) == 0)
      continue;
    g_string_append (text, text->len > 0 ? ", " : "");
    if (party->name != NULL && party->address != NULL)
      g_string_append_printf (text, "%s <%s>", party->name, party->address);
    else
      g_string_append (text, party->name != NULL      ? party->name
                             : party->address != NULL ? party->address
                                                      : "…");
  }
  return g_string_free (text, FALSE);
}

static char *
describe (SatchelReader *reader, const char *name)
{
  const SatchelRecord *email = satchel_draft_get_record (reader->draft);
  const SatchelField *field = satchel_entity_find_field (email->entity, name);
  const SatchelValue *value = satchel_record_get (email, field);
  SatchelSession *session = satchel_desk_get_session (satchel_draft_get_desk (reader->draft));
  guint n = 0;

  if (value == NULL || session == NULL)
    return NULL;
  if (field->type == SATCHEL_TYPE_PARTIES) {
    const SatchelParty *parties = satchel_value_get_parties (value, &n);

    /* Somebody who is known by her record alone has the name that it has now. */
    if (n == 0 || parties[0].name != NULL || parties[0].address != NULL)
      return name_parties (value);
  }
  return satchel_display_value (satchel_session_get_replica (session), field, value);
}

static void
show_text (SatchelReader *reader, const SatchelRecord *email)
{
  const char *text = get_string (email, "body_text"), *html = get_string (email, "body_html");
  g_autofree char *words = text == NULL && html != NULL ? satchel_html_to_text (html) : NULL, *now = NULL;
  const char *shown = text != NULL ? text : words != NULL ? words : "";
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (reader->text, &start, &end);
  now = gtk_text_buffer_get_text (reader->text, &start, &end, TRUE);
  if (!g_str_equal (now, shown))
    gtk_text_buffer_set_text (reader->text, shown, -1);
}

static void
show (SatchelReader *reader)
{
  const SatchelRecord *email = satchel_draft_get_record (reader->draft);
  const char *subject = get_string (email, "subject");

  gtk_label_set_text (reader->subject, subject != NULL ? subject : "");
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autofree char *value = describe (reader, heads[i]);

    gtk_label_set_text (reader->values[i], value != NULL ? value : "");
    gtk_widget_set_visible (GTK_WIDGET (reader->names[i]), value != NULL);
    gtk_widget_set_visible (GTK_WIDGET (reader->values[i]), value != NULL);
  }
  show_text (reader, email);
}

static void
changed_cb (SatchelDraft *draft, SatchelReader *reader)
{
  show (reader);
}

/* ---- the mail program ---- */

/* RFC 2392: the message by its id, where a program knows messages by that. */
static void
open_cb (GtkButton *button, SatchelReader *reader)
{
  const char *id = get_string (satchel_draft_get_record (reader->draft), "message_id");
  g_autofree char *escaped = id != NULL ? g_uri_escape_string (id, "@", FALSE) : NULL,
                  *uri = escaped != NULL ? g_strconcat ("mid:", escaped, NULL) : NULL;

  if (uri != NULL)
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))), uri, GDK_CURRENT_TIME);
}

static gboolean
is_message_opener (void)
{
  g_autoptr (GAppInfo) program = g_app_info_get_default_for_uri_scheme ("mid");

  return program != NULL;
}

/* ---- the widgets ---- */

static GtkLabel *
new_label (const char *class, gboolean selectable)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_yalign (label, 0);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (label, selectable);
  if (class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (label), class);
  return label;
}

static GtkWidget *
new_head (SatchelReader *reader)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  const SatchelEntity *entity = satchel_draft_get_entity (reader->draft);

  gtk_grid_set_column_spacing (grid, 12);
  gtk_grid_set_row_spacing (grid, 3);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
    const char *label = _ (satchel_entity_find_field (entity, heads[i])->label);

    reader->names[i] = new_label ("dim-label", FALSE);
    gtk_label_set_text (reader->names[i], label);
    gtk_label_set_xalign (reader->names[i], 1);
    gtk_label_set_max_width_chars (reader->names[i], 14);
    reader->values[i] = new_label (NULL, TRUE);
    gtk_widget_set_hexpand (GTK_WIDGET (reader->values[i]), TRUE);
    gtk_accessible_update_property (GTK_ACCESSIBLE (reader->values[i]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    label, -1);
    gtk_grid_attach (grid, GTK_WIDGET (reader->names[i]), 0, (int)i, 1, 1);
    gtk_grid_attach (grid, GTK_WIDGET (reader->values[i]), 1, (int)i, 1, 1);
  }
  return GTK_WIDGET (grid);
}

static void
add_button (GtkWidget *box, const char *icon, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new (), *content = adw_button_content_new ();

  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  satchel_wrap_append (SATCHEL_WRAP (box), button);
}

static GtkWidget *
new_buttons (SatchelReader *reader)
{
  GtkWidget *box = satchel_wrap_new (6);

  add_button (box, "mail-reply-sender-symbolic", _ ("Reply"), "mail.reply");
  add_button (box, "mail-reply-all-symbolic", _ ("Reply All"), "mail.reply-all");
  add_button (box, "mail-forward-symbolic", C_ ("message", "Forward"), "mail.forward");
  if (is_message_opener ()) {
    GtkWidget *open = gtk_button_new_with_label (_ ("Open in Mail Program"));

    g_signal_connect (open, "clicked", G_CALLBACK (open_cb), reader);
    satchel_wrap_append (SATCHEL_WRAP (box), open);
  }
  return box;
}

static GtkWidget *
new_text (SatchelReader *reader)
{
  GtkWidget *view = gtk_text_view_new ();

  reader->text = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (view, "satchel-text");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
      _ (satchel_entity_find_field (satchel_draft_get_entity (reader->draft), "body_text")->label), -1);
  return view;
}

/* Where there are none the room is the text's; some can be added beside the form. */
static gboolean
has_files (SatchelReader *reader)
{
  SatchelSession *session = satchel_desk_get_session (satchel_draft_get_desk (reader->draft));
  const SatchelEntity *note =
      session != NULL ? satchel_registry_find (satchel_session_get_registry (session), "note") : NULL;
  const SatchelReference reference = { .entity = note,
                                       .field =
                                           note != NULL ? satchel_entity_find_field (note, "email") : NULL };
  g_autoptr (GPtrArray) notes =
      reference.field != NULL
          ? satchel_replica_list_referring (satchel_session_get_replica (session), &reference,
                                            satchel_draft_get_id (reader->draft), NULL)
          : NULL;

  return notes != NULL && notes->len > 0;
}

static GtkWidget *
new_column (SatchelReader *reader)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *files;

  reader->subject = new_label ("title-3", TRUE);
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 24);
  gtk_widget_set_margin_start (column, 18);
  gtk_widget_set_margin_end (column, 18);
  gtk_box_append (GTK_BOX (column), GTK_WIDGET (reader->subject));
  gtk_box_append (GTK_BOX (column), new_head (reader));
  gtk_box_append (GTK_BOX (column), new_buttons (reader));
  gtk_box_append (GTK_BOX (column), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (column), new_text (reader));
  files = !has_files (reader) ? NULL
                              : satchel_attachments_new (satchel_draft_get_desk (reader->draft),
                                                         satchel_draft_get_entity (reader->draft),
                                                         satchel_draft_get_id (reader->draft));
  if (files != NULL)
    gtk_box_append (GTK_BOX (column), files);
  return column;
}

GtkWidget *
satchel_reader_new (SatchelDraft *draft)
{
  SatchelReader *reader = g_object_new (SATCHEL_TYPE_READER, NULL);
  GtkWidget *clamp = adw_clamp_new ();

  reader->draft = g_object_ref (draft);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 1100);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 900);
  adw_clamp_set_child (ADW_CLAMP (clamp), new_column (reader));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (reader->scrolled), clamp);
  show (reader);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), reader, 0);
  return GTK_WIDGET (reader);
}

static void
satchel_reader_dispose (GObject *object)
{
  SatchelReader *reader = SATCHEL_READER (object);

  g_clear_pointer (&reader->scrolled, gtk_widget_unparent);
  g_clear_object (&reader->draft);
  G_OBJECT_CLASS (satchel_reader_parent_class)->dispose (object);
}

static void
satchel_reader_class_init (SatchelReaderClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_reader_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
satchel_reader_init (SatchelReader *reader)
{
  reader->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (reader->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (reader->scrolled, GTK_WIDGET (reader));
}
