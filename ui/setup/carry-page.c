/* A row for each kind; its subtitle is the server's word.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/carry-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <inttypes.h>

#include "ui/display.h"

struct _SatchelCarryPage {
  GtkWidget parent_instance;
  SatchelCarryChoices *choices;
  AdwPreferencesGroup *given, *more;
  AdwActionRow *brings;
  GtkWidget *waiting; /* while the server has not said what comes with the role */
  GtkLabel *sum, *problem;
  GtkButton *start;
  GPtrArray *rows; /* AdwComboRow, borrowed; as the items */
};

enum { START, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelCarryPage, satchel_carry_page, GTK_TYPE_WIDGET)

/* ---- words ---- */

/* @more: on top of what comes anyway. */
static char *
describe_preview (const SatchelScopePreview *preview, gboolean more)
{
  g_autofree char *size = g_format_size ((guint64)preview->bytes);
  gulong seconds = (gulong)(preview->seconds + 0.5), records = (gulong)preview->records;
  g_autofree char *time =
      seconds < 1 ? g_strdup (_ ("less than a second"))
                  : g_strdup_printf (ngettext ("about %lu second", "about %lu seconds", seconds), seconds);

  if (more)
    return g_strdup_printf (
        ngettext ("%'" PRId64 " more record, %s, %s", "%'" PRId64 " more records, %s, %s", records),
        preview->records, size, time);
  return g_strdup_printf (ngettext ("%'" PRId64 " record, %s, %s", "%'" PRId64 " records, %s, %s", records),
                          preview->records, size, time);
}

static char *
describe_item (const SatchelCarryItem *item)
{
  if (item->entity != NULL && item->more == SATCHEL_CARRY_MORE_NOTHING)
    return g_strdup ("");
  if (item->problem != NULL)
    return g_strdup (item->problem);
  return item->known ? describe_preview (&item->preview, item->entity != NULL)
                     : g_strdup (_ ("Asking the server…"));
}

/* ---- what follows the choices ---- */

static gboolean
has_problem (SatchelCarryChoices *choices)
{
  gboolean any = satchel_carry_choices_get_role (choices)->problem != NULL;

  for (guint i = 0; i < satchel_carry_choices_get_n_items (choices); i++)
    any |= satchel_carry_choices_get_item (choices, i)->problem != NULL;
  return any;
}

static void
update_sum (SatchelCarryPage *page)
{
  SatchelScopePreview sum;
  g_autofree char *text = NULL;

  if (satchel_carry_choices_sum (page->choices, &sum)) {
    g_autofree char *all = describe_preview (&sum, FALSE);

    text = satchel_carry_choices_is_whole (page->choices) ? g_strdup (all)
                                                          : g_strdup_printf (_ ("Less than %s"), all);
  } else {
    text = g_strdup (has_problem (page->choices) ? _ ("It is not known how much that is.")
                                                 : _ ("Asking the server…"));
  }
  gtk_label_set_label (page->sum, text);
}

static void
role_cb (SatchelCarryChoices *choices, SatchelCarryPage *page)
{
  g_autofree char *text = describe_item (satchel_carry_choices_get_role (choices));

  adw_action_row_set_subtitle (page->brings, text);
  update_sum (page);
}

static void
item_cb (SatchelCarryChoices *choices, guint i, SatchelCarryPage *page)
{
  g_autofree char *text = describe_item (satchel_carry_choices_get_item (choices, i));

  adw_action_row_set_subtitle (page->rows->pdata[i], text);
  update_sum (page);
}

static void
wanted_cb (GtkSwitch *toggle, GParamSpec *spec, SatchelCarryPage *page)
{
  const guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (toggle), "given"));

  satchel_carry_choices_set_wanted (page->choices, i, gtk_switch_get_active (toggle));
}

static GtkWidget *
make_given (SatchelCarryPage *page, const SatchelCarryGiven *given, guint i)
{
  GtkWidget *row = adw_action_row_new (), *toggle = gtk_switch_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), given->label);
  if (given->related)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("With all that belongs to it"));
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (toggle), given->wanted);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, given->label, -1);
  g_object_set_data (G_OBJECT (toggle), "given", GUINT_TO_POINTER (i));
  g_signal_connect (toggle, "notify::active", G_CALLBACK (wanted_cb), page);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  return row;
}

static void
given_cb (SatchelCarryChoices *choices, SatchelCarryPage *page)
{
  const GPtrArray *given = satchel_carry_choices_get_given (choices);

  if (page->waiting == NULL)
    return;
  adw_preferences_group_remove (page->given, g_steal_pointer (&page->waiting));
  for (guint i = 0; i < given->len; i++)
    adw_preferences_group_add (page->given, make_given (page, given->pdata[i], i));
  if (given->len == 0) {
    page->waiting = adw_action_row_new ();
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (page->waiting),
                                   _ ("Nothing but what everybody carries"));
    adw_preferences_group_add (page->given, g_steal_pointer (&page->waiting));
  }
  /* Last. */
  g_object_ref (page->brings);
  adw_preferences_group_remove (page->given, GTK_WIDGET (page->brings));
  adw_preferences_group_add (page->given, GTK_WIDGET (page->brings));
  g_object_unref (page->brings);
}

static void
selected_cb (AdwComboRow *row, GParamSpec *spec, SatchelCarryPage *page)
{
  guint i;

  if (g_ptr_array_find (page->rows, row, &i))
    satchel_carry_choices_set_more (page->choices, i, (SatchelCarryMore)adw_combo_row_get_selected (row));
}

static void
start_cb (GtkButton *button, SatchelCarryPage *page)
{
  gtk_widget_set_sensitive (GTK_WIDGET (page->start), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (page->problem), FALSE);
  g_signal_emit (page, signals[START], 0);
}

void
satchel_carry_page_set_problem (SatchelCarryPage *page, const char *problem)
{
  g_return_if_fail (SATCHEL_IS_CARRY_PAGE (page));
  gtk_widget_set_sensitive (GTK_WIDGET (page->start), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (page->problem), problem != NULL);
  gtk_label_set_label (page->problem, problem != NULL ? problem : "");
}

/* ---- the object ---- */

static void
add_item (SatchelCarryPage *page, const SatchelCarryItem *item)
{
  const char *const words[] = { _ ("Nothing more"), _ ("My own"), _ ("My unit’s"), _ ("All"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (words);
  g_autofree char *icon = satchel_display_dup_icon (item->entity);
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (item->entity->plural));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  adw_preferences_group_add (page->more, row);
  g_ptr_array_add (page->rows, row);
  g_signal_connect (row, "notify::selected", G_CALLBACK (selected_cb), page);
}

static void
satchel_carry_page_dispose (GObject *object)
{
  SatchelCarryPage *page = SATCHEL_CARRY_PAGE (object);
  GtkWidget *child;

  g_ptr_array_set_size (page->rows, 0); /* dying rows choose nothing */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (page))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&page->choices);
  G_OBJECT_CLASS (satchel_carry_page_parent_class)->dispose (object);
}

static void
satchel_carry_page_finalize (GObject *object)
{
  g_ptr_array_unref (SATCHEL_CARRY_PAGE (object)->rows);
  G_OBJECT_CLASS (satchel_carry_page_parent_class)->finalize (object);
}

/* Most people take along what is offered: Enter will do. */
static void
satchel_carry_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (satchel_carry_page_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (SATCHEL_CARRY_PAGE (widget)->start));
}

static void
satchel_carry_page_class_init (SatchelCarryPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_carry_page_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_carry_page_finalize;
  widget_class->map = satchel_carry_page_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/setup/carry-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, given);
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, more);
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, brings);
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, sum);
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, problem);
  gtk_widget_class_bind_template_child (widget_class, SatchelCarryPage, start);
  signals[START] =
      g_signal_new ("start", SATCHEL_TYPE_CARRY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_carry_page_init (SatchelCarryPage *page)
{
  page->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (page));
  g_signal_connect (page->start, "clicked", G_CALLBACK (start_cb), page);
}

GtkWidget *
satchel_carry_page_new (SatchelCarryChoices *choices)
{
  SatchelCarryPage *page = g_object_new (SATCHEL_TYPE_CARRY_PAGE, NULL);

  page->choices = g_object_ref (choices);
  for (guint i = 0; i < satchel_carry_choices_get_n_items (choices); i++)
    add_item (page, satchel_carry_choices_get_item (choices, i));
  g_signal_connect_object (choices, "item", G_CALLBACK (item_cb), page, 0);
  g_signal_connect_object (choices, "given", G_CALLBACK (given_cb), page, 0);
  g_signal_connect_object (choices, "role", G_CALLBACK (role_cb), page, 0);
  if (satchel_carry_choices_get_given (choices) != NULL)
    given_cb (choices, page);
  role_cb (choices, page);
  return GTK_WIDGET (page);
}
