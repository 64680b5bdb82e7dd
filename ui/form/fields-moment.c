/* A day, or a day and a time: typed, or taken from a calendar.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "ui/form/fields.h"
#include "ui/form/typed.h"
#include "ui/tip.h"

struct _SatchelMomentEditor {
  SatchelEditor parent_instance;
  GtkEditable *entry;
  GtkMenuButton *button;
  GtkCalendar *calendar; /* NULL: was not asked for yet */
};

#define SATCHEL_TYPE_MOMENT_EDITOR (satchel_moment_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelMomentEditor, satchel_moment_editor, SATCHEL, MOMENT_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelMomentEditor, satchel_moment_editor, SATCHEL_TYPE_EDITOR)

static gint64
now_ms (SatchelEditor *editor)
{
  SatchelSession *session = satchel_desk_get_session (satchel_editor_get_desk (editor));

  return session != NULL ? satchel_clock_now_ms (satchel_session_get_clock (session)) : 0;
}

static void
read_entry (SatchelEditor *editor)
{
  g_autofree char *problem = NULL;
  SatchelValue *value;

  if (!satchel_typed_to_value (satchel_editor_get_field (editor),
                               gtk_editable_get_text (SATCHEL_MOMENT_EDITOR (editor)->entry), now_ms (editor),
                               &value, &problem))
    value = NULL;
  satchel_editor_take (editor, value, problem);
}

static void
changed_cb (GtkEditable *entry, SatchelEditor *editor)
{
  read_entry (editor);
}

static void
moment_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelMomentEditor *self = SATCHEL_MOMENT_EDITOR (editor);
  g_autofree char *text = satchel_typed_from_value (satchel_editor_get_field (editor), value);

  g_signal_handlers_block_by_func (self->entry, changed_cb, editor);
  if (!g_str_equal (gtk_editable_get_text (self->entry), text))
    gtk_editable_set_text (self->entry, text);
  g_signal_handlers_unblock_by_func (self->entry, changed_cb, editor);
}

/* "tomorrow" becomes the day that it is. */
static void
finish (SatchelEditor *editor)
{
  const SatchelValue *value = satchel_editor_get_value (editor);

  if (value != NULL)
    moment_show (editor, value);
  satchel_editor_commit (editor);
}

static void
activate_cb (GtkEntry *entry, SatchelEditor *editor)
{
  finish (editor);
}

static void
left_cb (GtkEventControllerFocus *focus, SatchelEditor *editor)
{
  finish (editor);
}

/* The local time of an instant; of a day, midnight. NULL when empty. */
static GDateTime *
get_local (SatchelEditor *editor)
{
  const SatchelValue *value = satchel_editor_get_value (editor);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *iso = NULL;

  if (value == NULL)
    return NULL;
  if (satchel_value_get_kind (value) == SATCHEL_KIND_INTEGER)
    return g_date_time_new_from_unix_local (satchel_value_get_integer (value) / 1000);
  iso = g_strconcat (satchel_value_get_date (value), "T00:00:00", NULL);
  return g_date_time_new_from_iso8601 (iso, zone);
}

static void
day_cb (GtkCalendar *calendar, SatchelEditor *editor)
{
  SatchelMomentEditor *self = SATCHEL_MOMENT_EDITOR (editor);
  g_autoptr (GDateTime) day = gtk_calendar_get_date (calendar), before = get_local (editor);
  g_autofree char *date = g_date_time_format (day, "%Y-%m-%d"), *time = NULL, *text = NULL;

  if (satchel_editor_get_field (editor)->type == SATCHEL_TYPE_DATETIME)
    time = before != NULL ? g_date_time_format (before, " %H:%M") : g_strdup (" 09:00");
  text = g_strconcat (date, time, NULL);
  gtk_editable_set_text (self->entry, text);
  gtk_menu_button_popdown (self->button);
  finish (editor);
}

/* Shows the day that stands there, without choosing it. */
static void
opened_cb (GtkPopover *popover, SatchelEditor *editor)
{
  SatchelMomentEditor *self = SATCHEL_MOMENT_EDITOR (editor);
  g_autoptr (GDateTime) day = get_local (editor);

  if (day == NULL)
    return;
  g_signal_handlers_block_by_func (self->calendar, day_cb, editor);
  gtk_calendar_select_day (self->calendar, day);
  g_signal_handlers_unblock_by_func (self->calendar, day_cb, editor);
}

/* A calendar is many widgets, and a form has many days. */
static void
open_calendar_cb (GtkMenuButton *button, gpointer data)
{
  SatchelMomentEditor *self = SATCHEL_MOMENT_EDITOR (data);
  GtkWidget *popover, *calendar;

  if (self->calendar != NULL)
    return;
  popover = gtk_popover_new ();
  calendar = gtk_calendar_new ();
  self->calendar = GTK_CALENDAR (calendar);
  gtk_accessible_update_property (GTK_ACCESSIBLE (calendar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (satchel_editor_get_field (SATCHEL_EDITOR (self))->label), -1);
  gtk_popover_set_child (GTK_POPOVER (popover), calendar);
  g_signal_connect (calendar, "day-selected", G_CALLBACK (day_cb), self);
  g_signal_connect (popover, "show", G_CALLBACK (opened_cb), self);
  gtk_menu_button_set_popover (button, popover);
}

static void
moment_build (SatchelEditor *editor)
{
  SatchelMomentEditor *self = SATCHEL_MOMENT_EDITOR (editor);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *entry = gtk_entry_new ();
  GtkWidget *button = gtk_menu_button_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = GTK_EDITABLE (entry);
  self->button = GTK_MENU_BUTTON (button);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_width_chars (self->entry, 6);
  gtk_menu_button_set_create_popup_func (self->button, open_calendar_cb, editor, NULL);
  gtk_menu_button_set_icon_name (self->button, "x-office-calendar-symbolic");
  satchel_tip_name (button, _ ("Calendar"));
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_add_css_class (box, "linked");
  satchel_editor_set_child (editor, box, entry);
  g_signal_connect (entry, "changed", G_CALLBACK (changed_cb), editor);
  g_signal_connect (entry, "activate", G_CALLBACK (activate_cb), editor);
  g_signal_connect (focus, "leave", G_CALLBACK (left_cb), editor);
  gtk_widget_add_controller (entry, focus);
}

static char *
moment_dup_typed (SatchelEditor *editor)
{
  return g_strdup (gtk_editable_get_text (SATCHEL_MOMENT_EDITOR (editor)->entry));
}

static void
moment_type (SatchelEditor *editor, const char *typed)
{
  SatchelMomentEditor *self = SATCHEL_MOMENT_EDITOR (editor);

  if (!g_str_equal (gtk_editable_get_text (self->entry), typed))
    gtk_editable_set_text (self->entry, typed);
  else
    read_entry (editor);
}

static void
satchel_moment_editor_class_init (SatchelMomentEditorClass *class)
{
  SatchelEditorClass *editor_class = SATCHEL_EDITOR_CLASS (class);

  editor_class->build = moment_build;
  editor_class->show = moment_show;
  editor_class->dup_typed = moment_dup_typed;
  editor_class->type = moment_type;
}

static void
satchel_moment_editor_init (SatchelMomentEditor *self)
{
}
