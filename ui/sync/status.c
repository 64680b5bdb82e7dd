/* Everything follows from one function that looks at the sync's properties.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sync/status.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <inttypes.h>

#include "ui/display.h"
#include "ui/sync/words.h"

struct _SatchelStatus {
  GtkWidget parent_instance;
  GtkMenuButton *button;
  GtkPopover *popover;
  GtkImage *icon;
  GtkLabel *words, *title, *last, *problem;
  GtkWidget *trouble, *waiting, *pending, *parked, *conflicts;
  GtkButton *way_out, *now;
  GtkSwitch *offline;
  SatchelSync *sync; /* NULL: no desk yet */
  const char *colour;
};

G_DEFINE_FINAL_TYPE (SatchelStatus, satchel_status, GTK_TYPE_WIDGET)

/* ---- what is shown ---- */

static void
update_button (SatchelStatus *status)
{
  g_autofree char *words = satchel_words_standing (status->sync);
  const char *colour = satchel_words_colour (status->sync);

  gtk_label_set_label (status->words, words);
  gtk_image_set_from_icon_name (status->icon, satchel_words_icon (status->sync));
  if (status->colour != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (status->icon), status->colour);
  gtk_widget_add_css_class (GTK_WIDGET (status->icon), colour);
  status->colour = colour;
  gtk_accessible_update_property (GTK_ACCESSIBLE (status->button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update_last (SatchelStatus *status)
{
  gint64 last = satchel_sync_get_last_sync (status->sync);
  g_autofree char *moment =
      last >= 0 ? satchel_display_moment (last, g_get_real_time () / G_TIME_SPAN_MILLISECOND) : NULL;
  g_autofree char *text =
      moment != NULL ? g_strdup_printf (_ ("Last synced %s"), moment) : g_strdup (_ ("Not synced yet"));
  SatchelSyncTotals moved;
  g_autofree char *size = NULL;

  satchel_sync_get_moved (status->sync, &moved);
  size = satchel_words_moved (&moved);
  if (satchel_sync_get_standing (status->sync) == SATCHEL_STANDING_SYNCING && *size != '\0') {
    g_free (text);
    text = g_strdup_printf (_ ("Receiving: %s"), size);
  }
  gtk_label_set_label (status->last, text);
}

static void
update_problem (SatchelStatus *status)
{
  const char *code = satchel_sync_get_problem_code (status->sync), *label, *action;
  gboolean signed_out = satchel_sync_get_standing (status->sync) == SATCHEL_STANDING_SIGNED_OUT;
  gboolean any = signed_out || (satchel_sync_get_problem (status->sync) != NULL &&
                                satchel_sync_get_standing (status->sync) != SATCHEL_STANDING_SYNCING &&
                                satchel_sync_get_standing (status->sync) != SATCHEL_STANDING_OFFLINE);
  gboolean way_out;

  gtk_widget_set_visible (status->trouble, any);
  if (!any)
    return;
  if (satchel_sync_get_problem (status->sync) == NULL)
    code = "unauthenticated"; /* signed out here */
  way_out = satchel_words_way_out (code, &label, &action);
  gtk_label_set_label (status->problem, satchel_sync_get_problem (status->sync) != NULL
                                            ? satchel_sync_get_problem (status->sync)
                                            : _ ("Nobody is signed in. Your records stay on this computer."));
  gtk_widget_set_visible (GTK_WIDGET (status->way_out), way_out);
  if (!way_out)
    return;
  gtk_button_set_label (status->way_out, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (status->way_out), action);
}

/* Takes @text. */
static void
update_row (GtkWidget *row, gint64 count, char *text)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  gtk_widget_set_visible (row, count > 0);
  g_free (text);
}

static void
update_waiting (SatchelStatus *status)
{
  gint64 pending = satchel_sync_get_pending (status->sync), parked = satchel_sync_get_parked (status->sync);
  gint64 conflicts = satchel_sync_get_conflicts (status->sync);

  update_row (
      status->pending, pending,
      g_strdup_printf (ngettext ("%" PRId64 " change waits", "%" PRId64 " changes wait", (gulong)pending),
                       pending));
  update_row (status->parked, parked,
              g_strdup_printf (ngettext ("%" PRId64 " change was refused", "%" PRId64 " changes were refused",
                                         (gulong)parked),
                               parked));
  update_row (status->conflicts, conflicts,
              g_strdup_printf (ngettext ("%" PRId64 " conflict is open", "%" PRId64 " conflicts are open",
                                         (gulong)conflicts),
                               conflicts));
  gtk_widget_set_visible (status->waiting, pending + parked + conflicts > 0);
}

static void
update (SatchelStatus *status)
{
  g_autofree char *words = satchel_words_standing (status->sync);
  SatchelStanding standing = satchel_sync_get_standing (status->sync);

  update_button (status);
  gtk_label_set_label (status->title, words);
  update_last (status);
  update_problem (status);
  update_waiting (status);
  gtk_widget_set_visible (GTK_WIDGET (status->now),
                          standing != SATCHEL_STANDING_SIGNED_OUT && standing != SATCHEL_STANDING_OFFLINE);
  gtk_widget_set_sensitive (GTK_WIDGET (status->now), standing != SATCHEL_STANDING_SYNCING);
}

static void
notify_cb (SatchelSync *sync, GParamSpec *spec, SatchelStatus *status)
{
  update (status);
}

/* "today 14:05" may be yesterday's. */
static void
show_cb (GtkPopover *popover, SatchelStatus *status)
{
  if (status->sync != NULL)
    update (status);
}

static void
went_cb (GtkListBox *list, GtkListBoxRow *row, SatchelStatus *status)
{
  gtk_popover_popdown (status->popover);
}

static void
way_out_cb (GtkButton *button, SatchelStatus *status)
{
  gtk_popover_popdown (status->popover);
}

void
satchel_status_set_desk (SatchelStatus *status, SatchelDesk *desk)
{
  g_return_if_fail (SATCHEL_IS_STATUS (status) && status->sync == NULL);
  status->sync = g_object_ref (satchel_sync_get (desk));
  g_signal_connect_object (status->sync, "notify", G_CALLBACK (notify_cb), status, 0);
  update (status);
}

/* ---- actions ---- */

static void
now_action (GSimpleAction *action, GVariant *parameter, gpointer sync)
{
  satchel_sync_now (sync);
}

static void
online_action (GSimpleAction *action, GVariant *parameter, gpointer sync)
{
  satchel_sync_set_offline (sync, FALSE);
}

/* The state follows the profile, once the switch is written. */
static void
offline_action (GSimpleAction *action, GVariant *state, gpointer sync)
{
  satchel_sync_set_offline (sync, g_variant_get_boolean (state));
}

static void
online_cb (SatchelSync *sync, GParamSpec *spec, GSimpleAction *action)
{
  g_simple_action_set_state (action, g_variant_new_boolean (!satchel_sync_get_online (sync)));
}

GSimpleActionGroup *
satchel_sync_make_actions (SatchelSync *sync)
{
  static const GActionEntry entries[] = {
    { "now", now_action, NULL, NULL, NULL, { 0 } },
    { "online", online_action, NULL, NULL, NULL, { 0 } },
    { "offline", NULL, NULL, "false", offline_action, { 0 } },
  };
  GSimpleActionGroup *group = g_simple_action_group_new ();
  GAction *offline;

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), sync);
  offline = g_action_map_lookup_action (G_ACTION_MAP (group), "offline");
  g_signal_connect_object (sync, "notify::online", G_CALLBACK (online_cb), offline, 0);
  online_cb (sync, NULL, G_SIMPLE_ACTION (offline));
  return group;
}

/* ---- the object ---- */

static void
satchel_status_dispose (GObject *object)
{
  SatchelStatus *status = SATCHEL_STATUS (object);
  GtkWidget *child;

  g_clear_object (&status->sync);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (status))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (satchel_status_parent_class)->dispose (object);
}

static void
satchel_status_class_init (SatchelStatusClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_status_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/sync/status.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, button);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, popover);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, icon);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, words);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, title);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, last);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, problem);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, trouble);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, waiting);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, pending);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, parked);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, conflicts);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, way_out);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, now);
  gtk_widget_class_bind_template_child (widget_class, SatchelStatus, offline);
}

/* A menu button centres what is in it; this one stands below a list. */
static void
fill_button (SatchelStatus *status)
{
  for (GtkWidget *widget = GTK_WIDGET (status->words); widget != GTK_WIDGET (status->button);
       widget = gtk_widget_get_parent (widget))
    gtk_widget_set_halign (widget, GTK_ALIGN_FILL);
}

static void
satchel_status_init (SatchelStatus *status)
{
  gtk_widget_init_template (GTK_WIDGET (status));
  fill_button (status);
  g_signal_connect (status->popover, "show", G_CALLBACK (show_cb), status);
  g_signal_connect (status->waiting, "row-activated", G_CALLBACK (went_cb), status);
  g_signal_connect (status->way_out, "clicked", G_CALLBACK (way_out_cb), status);
}
