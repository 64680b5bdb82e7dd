/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/timeline-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/display.h"

#define FOLDED_LINES 2
#define MOST_CHARS   20000 /* of a text that is unfolded here; its record has all of it */

struct _SatchelTimelineRow {
  GtkBox parent_instance;
  SatchelDesk *desk;
  SatchelTimelineItem *item;
  gulong changed;
  GtkLabel *day, *title, *time, *detail, *text;
  GtkImage *icon;
  GtkButton *more;
  gboolean unfolded;
};

G_DEFINE_FINAL_TYPE (SatchelTimelineRow, satchel_timeline_row, GTK_TYPE_BOX)

char *
satchel_timeline_row_describe_day (gint64 day, gint64 today)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (day * 86400);

  if (day == today)
    return g_strdup (_ ("Today"));
  if (day == today - 1)
    return g_strdup (_ ("Yesterday"));
  if (day == today + 1)
    return g_strdup (_ ("Tomorrow"));
  return date != NULL ? g_date_time_format (date, _ ("%A, %-e %B %Y")) : g_strdup ("");
}

static SatchelReplica *
get_replica (SatchelTimelineRow *row)
{
  SatchelSession *session = satchel_desk_get_session (row->desk);

  return session != NULL ? satchel_session_get_replica (session) : NULL;
}

/* ---- words ---- */

static char *
display_field (SatchelTimelineRow *row, const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL && get_replica (row) != NULL
             ? satchel_display_in (record, get_replica (row), field, value)
             : NULL;
}

static void
add_word (GString *text, const char *word)
{
  if (word == NULL || *word == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, word);
}

/* "Task · Open · Ana Pop" */
static char *
describe_record (SatchelTimelineRow *row, const SatchelRecord *record)
{
  static const char *const names[] = { "direction", "from", "file", "owner" };
  GString *text = g_string_new (_ (record->entity->label));
  g_autofree char *state = record->entity->state_field != NULL
                               ? display_field (row, record, record->entity->state_field->name)
                               : NULL;

  add_word (text, state);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *word = display_field (row, record, names[i]);

    add_word (text, word);
  }
  return g_string_free (text, FALSE);
}

/* "Changed City, Phone" */
static char *
describe_change (SatchelTimelineRow *row, const SatchelMoment *moment)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_desk_get_registry (row->desk), moment->entity);
  g_auto (GStrv) names = g_strsplit (moment->text != NULL ? moment->text : "", " ", -1);
  g_autoptr (GString) fields = g_string_new (NULL);

  if (moment->text == NULL)
    return g_strdup (_ ("Created"));
  if (*moment->text == '\0')
    return g_strdup (_ ("Deleted"));
  for (guint i = 0; names[i] != NULL; i++) {
    const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, names[i]) : NULL;

    g_string_append_printf (fields, "%s%s", i > 0 ? _ (", ") : "",
                            field != NULL ? _ (field->label) : names[i]);
  }
  return g_strdup_printf (_ ("Changed %s"), fields->str);
}

static char *
get_text (const SatchelRecord *record)
{
  static const char *const names[] = { "body_text", "body", "description", "feedback" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, names[i]);
    const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

    if (value != NULL && satchel_value_get_kind (value) == SATCHEL_KIND_STRING)
      return g_strstrip (g_strdup (satchel_value_get_string (value)));
  }
  return NULL;
}

/* A note without a subject is known by how it begins. */
static char *
get_title (const SatchelRecord *record, const char *text)
{
  g_autofree char *title = satchel_record_dup_title (record);
  gsize length = text != NULL ? strcspn (text, "\n") : 0;

  if (*title != '\0')
    return g_steal_pointer (&title);
  return length > 0 ? g_strndup (text, length) : g_strdup (_ ("Untitled"));
}

/* ---- showing ---- */

static gboolean
is_long (const char *text)
{
  const char *second = strchr (text, '\n');

  return g_utf8_strlen (text, -1) > 100 || (second != NULL && strchr (second + 1, '\n') != NULL);
}

static void
fold (SatchelTimelineRow *row, gboolean unfolded)
{
  row->unfolded = unfolded;
  gtk_label_set_lines (row->text, unfolded ? -1 : FOLDED_LINES);
  gtk_label_set_ellipsize (row->text, unfolded ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_button_set_label (row->more, unfolded ? _ ("Show Less") : _ ("Show More"));
}

static void
show_text (SatchelTimelineRow *row, const char *text)
{
  g_autofree char *bounded =
      text != NULL && g_utf8_strlen (text, -1) > MOST_CHARS ? g_utf8_substring (text, 0, MOST_CHARS) : NULL;
  const char *shown = bounded != NULL ? bounded : text;

  gtk_label_set_text (row->text, shown != NULL ? shown : "");
  gtk_widget_set_visible (GTK_WIDGET (row->text), shown != NULL && *shown != '\0');
  gtk_widget_set_visible (GTK_WIDGET (row->more), shown != NULL && is_long (shown));
}

static void
show_record (SatchelTimelineRow *row, const SatchelRecord *record)
{
  g_autofree char *icon = satchel_display_dup_icon (record->entity);
  g_autofree char *text = get_text (record), *title = get_title (record, text);
  g_autofree char *detail = describe_record (row, record);

  gtk_image_set_from_icon_name (row->icon, icon);
  gtk_label_set_text (row->title, title);
  gtk_label_set_text (row->detail, detail);
  show_text (row, text);
}

static void
show_change (SatchelTimelineRow *row, const SatchelMoment *moment)
{
  g_autofree char *what = describe_change (row, moment);
  g_autofree char *who = moment->id != NULL && get_replica (row) != NULL
                             ? satchel_replica_dup_name ("user", moment->id, get_replica (row))
                             : NULL;

  gtk_image_set_from_icon_name (row->icon, "document-edit-symbolic");
  gtk_label_set_text (row->title, what);
  gtk_label_set_text (row->detail, who != NULL ? who : "");
  show_text (row, NULL);
}

static void
show_time (SatchelTimelineRow *row, const SatchelMoment *moment)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (moment->at_ms / 1000);
  g_autofree char *time = then != NULL ? g_date_time_format (then, "%H:%M") : g_strdup ("");
  g_autofree char *day = satchel_timeline_row_describe_day (
      satchel_moment_get_day (moment->at_ms), satchel_moment_get_day (g_get_real_time () / 1000));

  gtk_label_set_text (row->time, moment->whole_day ? "" : time);
  gtk_label_set_text (row->day, day);
  gtk_widget_set_visible (GTK_WIDGET (row->day), satchel_timeline_item_begins_day (row->item));
}

static void
show (SatchelTimelineRow *row)
{
  const SatchelMoment *moment = satchel_timeline_item_get_moment (row->item);
  const SatchelRecord *record = satchel_timeline_item_get_record (row->item);
  g_autofree char *name = NULL;

  if (record != NULL)
    show_record (row, record);
  else
    show_change (row, moment);
  show_time (row, moment);
  name = g_strdup_printf ("%s, %s, %s %s", gtk_label_get_text (row->title), gtk_label_get_text (row->detail),
                          gtk_label_get_text (row->day), gtk_label_get_text (row->time));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  /* What has the focus is GTK's row around it. */
  if (gtk_widget_get_parent (GTK_WIDGET (row)) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (row))),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
changed_cb (SatchelTimelineItem *item, SatchelTimelineRow *row)
{
  show (row);
}

void
satchel_timeline_row_set_item (SatchelTimelineRow *row, SatchelTimelineItem *item)
{
  if (row->item != NULL)
    g_clear_signal_handler (&row->changed, row->item);
  g_set_object (&row->item, item);
  if (item == NULL)
    return;
  row->changed = g_signal_connect (item, "changed", G_CALLBACK (changed_cb), row);
  fold (row, FALSE);
  show (row);
}

/* ---- the widget ---- */

static void
more_cb (GtkButton *button, SatchelTimelineRow *row)
{
  fold (row, !row->unfolded);
}

static void
satchel_timeline_row_dispose (GObject *object)
{
  satchel_timeline_row_set_item (SATCHEL_TIMELINE_ROW (object), NULL);
  g_clear_object (&SATCHEL_TIMELINE_ROW (object)->desk);
  G_OBJECT_CLASS (satchel_timeline_row_parent_class)->dispose (object);
}

static void
satchel_timeline_row_class_init (SatchelTimelineRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_timeline_row_dispose;
}

static GtkLabel *
make_label (const char *style, gboolean wrap)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_wrap (label, wrap);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  if (!wrap)
    gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (label), style);
  return label;
}

static GtkWidget *
make_body (SatchelTimelineRow *row)
{
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2),
            *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  row->title = make_label ("heading", FALSE);
  gtk_widget_set_hexpand (GTK_WIDGET (row->title), TRUE);
  row->time = make_label ("caption", FALSE);
  gtk_label_set_ellipsize (row->time, PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (row->time), "numeric");
  row->detail = make_label ("caption", FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (row->detail), "dim-label");
  row->text = make_label (NULL, TRUE);
  row->more = GTK_BUTTON (gtk_button_new ());
  gtk_widget_add_css_class (GTK_WIDGET (row->more), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (row->more), "caption");
  gtk_widget_set_halign (GTK_WIDGET (row->more), GTK_ALIGN_START);
  g_signal_connect (row->more, "clicked", G_CALLBACK (more_cb), row);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (row->title));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (row->time));
  gtk_box_append (GTK_BOX (body), head);
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (row->detail));
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (row->text));
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (row->more));
  gtk_widget_set_hexpand (body, TRUE);
  return body;
}

static void
satchel_timeline_row_init (SatchelTimelineRow *row)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (row), GTK_ORIENTATION_VERTICAL);
  row->day = make_label ("caption-heading", FALSE);
  gtk_widget_set_margin_top (GTK_WIDGET (row->day), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (row->day), 6);
  row->icon = GTK_IMAGE (gtk_image_new ());
  gtk_widget_set_valign (GTK_WIDGET (row->icon), GTK_ALIGN_START);
  gtk_widget_set_margin_top (GTK_WIDGET (row->icon), 2);
  gtk_widget_set_margin_top (line, 6);
  gtk_widget_set_margin_bottom (line, 6);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (row->icon));
  gtk_box_append (GTK_BOX (line), make_body (row));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (row->day));
  gtk_box_append (GTK_BOX (row), line);
  fold (row, FALSE);
}

GtkWidget *
satchel_timeline_row_new (SatchelDesk *desk)
{
  SatchelTimelineRow *row = g_object_new (SATCHEL_TYPE_TIMELINE_ROW, NULL);

  row->desk = g_object_ref (desk);
  return GTK_WIDGET (row);
}
