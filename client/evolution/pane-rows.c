/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/pane-rows.h"

#include "client/evolution/notices.h"
#include "client/evolution/words.h"

const char *
satchel_pane_get (GVariant *members, const char *name)
{
  const char *value = "";

  g_variant_lookup (members, name, "&s", &value);
  return value;
}

/* The words that there are, with dots between. */
static char *
join (const char *first, ...)
{
  g_autoptr (GString) line = g_string_new (NULL);
  va_list more;

  va_start (more, first);
  for (const char *word = first; word != NULL; word = va_arg (more, const char *)) {
    if (*word == '\0')
      continue;
    if (line->len > 0)
      g_string_append (line, " · ");
    g_string_append (line, word);
  }
  va_end (more);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* ---- parts ---- */

static gboolean
follow_cb (GtkLinkButton *button, gpointer sink)
{
  satchel_notice_open (sink, gtk_link_button_get_uri (button));
  return TRUE; /* GTK's own way waits for the program that opens it */
}

GtkWidget *
satchel_pane_make_link (const char *title, const char *link, EAlertSink *sink)
{
  GtkWidget *widget, *label;

  if (*link == '\0') {
    widget = label = gtk_label_new (title);
  } else {
    widget = gtk_link_button_new_with_label (link, title);
    label = gtk_bin_get_child (GTK_BIN (widget));
    gtk_widget_set_tooltip_text (widget, title); /* whole, where it is cut */
    g_signal_connect (widget, "activate-link", G_CALLBACK (follow_cb), sink);
  }
  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return widget;
}

GtkWidget *
satchel_pane_make_heading (const char *words)
{
  GtkWidget *heading = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_style_context_add_class (gtk_widget_get_style_context (heading), "satchel-heading");
  gtk_widget_set_margin_top (heading, 12);
  atk_object_set_role (gtk_widget_get_accessible (heading), ATK_ROLE_HEADING);
  return heading;
}

GtkWidget *
satchel_pane_make_line (const char *words)
{
  GtkWidget *line = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (line), 0);
  gtk_label_set_line_wrap (GTK_LABEL (line), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (line), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (line), FALSE);
  gtk_style_context_add_class (gtk_widget_get_style_context (line), GTK_STYLE_CLASS_DIM_LABEL);
  if (*words == '\0')
    gtk_widget_set_no_show_all (line, TRUE);
  return line;
}

static GtkWidget *
make_record (GVariant *record, EAlertSink *sink)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const char *entity = satchel_pane_get (record, "entity");
  GtkWidget *icon = gtk_image_new_from_icon_name (satchel_words_get_icon (entity), GTK_ICON_SIZE_MENU);

  gtk_widget_set_tooltip_text (icon, satchel_words_get_kind (entity));
  gtk_box_pack_start (GTK_BOX (first), icon, FALSE, FALSE, 0);
  gtk_box_pack_start (
      GTK_BOX (first),
      satchel_pane_make_link (satchel_pane_get (record, "title"), satchel_pane_get (record, "link"), sink),
      TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), first, FALSE, FALSE, 0);
  return box;
}

static void
add_line (GtkWidget *box, const char *words)
{
  gtk_box_pack_start (GTK_BOX (box), satchel_pane_make_line (words), FALSE, FALSE, 0);
}

/* A day as the calendar of the user's language writes it. */
static char *
format_day (const char *date)
{
  g_auto (GStrv) parts = g_strsplit (date, "-", 3);
  g_autoptr (GDateTime) day = NULL;

  if (g_strv_length (parts) == 3)
    day = g_date_time_new_local (atoi (parts[0]), atoi (parts[1]), atoi (parts[2]), 12, 0, 0);
  return day != NULL ? g_date_time_format (day, "%x") : g_strdup (date);
}

static char *
format_instant (GVariant *members, const char *name)
{
  gint64 ms = 0;
  g_autoptr (GDateTime) when = NULL;

  if (g_variant_lookup (members, name, "x", &ms))
    when = g_date_time_new_from_unix_local (ms / 1000);
  return when != NULL ? g_date_time_format (when, "%x %H:%M") : g_strdup ("");
}

/* ---- rows ---- */

GtkWidget *
satchel_pane_make_person (GVariant *person, EAlertSink *sink)
{
  GtkWidget *box = make_record (person, sink);
  const char *kind = satchel_words_get_kind (satchel_pane_get (person, "entity"));
  g_autofree char *what =
      join (kind, satchel_pane_get (person, "job-title"), satchel_pane_get (person, "status"), NULL);
  const char *account = satchel_pane_get (person, "account");

  add_line (box, what);
  if (*account != '\0')
    gtk_box_pack_start (GTK_BOX (box),
                        satchel_pane_make_link (account, satchel_pane_get (person, "account-link"), sink),
                        FALSE, FALSE, 0);
  add_line (box, satchel_pane_get (person, "phone"));
  return box;
}

GtkWidget *
satchel_pane_make_opportunity (GVariant *opportunity, EAlertSink *sink)
{
  GtkWidget *box = make_record (opportunity, sink);
  g_autofree char *close = format_day (satchel_pane_get (opportunity, "close"));
  g_autofree char *figures =
      join (satchel_pane_get (opportunity, "stage"), satchel_pane_get (opportunity, "amount"), close, NULL);
  g_autofree char *whose =
      join (satchel_pane_get (opportunity, "account"), satchel_pane_get (opportunity, "contact"), NULL);

  add_line (box, figures);
  add_line (box, whose);
  return box;
}

GtkWidget *
satchel_pane_make_activity (GVariant *activity, EAlertSink *sink)
{
  GtkWidget *box = make_record (activity, sink);
  g_autofree char *when = format_instant (activity, "when");
  g_autofree char *what =
      join (satchel_pane_get (activity, "kind"), satchel_pane_get (activity, "status"), when, NULL);
  g_autofree char *whose =
      join (satchel_pane_get (activity, "owner"), satchel_pane_get (activity, "regarding"), NULL);

  add_line (box, what);
  add_line (box, whose);
  return box;
}
