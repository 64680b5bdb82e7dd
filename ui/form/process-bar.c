/* One button a stage, in a row; each opens what its stage asks for.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/process-bar.h"

#include <glib/gi18n.h>

#include "protocol/predicate/predicate.h"
#include "ui/tip.h"

#define WHOLE_CHARS 18 /* of the current stage at the most */

struct _SatchelProcessBar {
  GtkWidget parent_instance;
  SatchelDraft *draft;
  const SatchelProcess *process;
  const SatchelField *field;
  GtkWidget *box;
  GPtrArray *steps;  /* GtkMenuButton, one a stage; borrowed */
  GtkLabel *outcome; /* where it ended, behind the stages */
};

G_DEFINE_FINAL_TYPE (SatchelProcessBar, satchel_process_bar, GTK_TYPE_WIDGET)

static const char *
get_key (SatchelProcessBar *bar)
{
  const SatchelValue *value = satchel_record_get (satchel_draft_get_record (bar->draft), bar->field);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

/* ---- what a stage asks for ---- */

static gboolean
is_met (SatchelProcessBar *bar, const SatchelCriterion *criterion)
{
  static const SatchelPredicateContext nobody = { 0 };
  static const SatchelRecordSource nothing = { 0 };

  return criterion->holds != NULL &&
         satchel_predicate_holds (criterion->holds, &nobody, satchel_draft_get_record (bar->draft), &nothing);
}

static GtkWidget *
new_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static GtkWidget *
new_criterion (SatchelProcessBar *bar, const SatchelCriterion *criterion)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gboolean met = is_met (bar, criterion);
  const char *icon = criterion->holds == NULL ? "avatar-default-symbolic"
                     : met                    ? "object-select-symbolic"
                                              : "radio-symbolic";
  const char *state = criterion->holds == NULL ? _ ("You decide") : met ? _ ("Met") : _ ("Not met");
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  gtk_widget_set_valign (image, GTK_ALIGN_START);
  satchel_tip_name (image, state);
  if (met)
    gtk_widget_add_css_class (image, "success");
  gtk_box_append (GTK_BOX (row), image);
  gtk_box_append (GTK_BOX (row), new_label (_ (criterion->label), NULL));
  return row;
}

static void
append_criteria (SatchelProcessBar *bar, GtkWidget *column, const SatchelStage *stage,
                 SatchelCriterionKind kind, const char *heading)
{
  gboolean any = FALSE;

  for (guint i = 0; i < stage->n_criteria; i++) {
    if (stage->criteria[i].kind != kind)
      continue;
    if (!any)
      gtk_box_append (GTK_BOX (column), new_label (heading, "heading"));
    any = TRUE;
    gtk_box_append (GTK_BOX (column), new_criterion (bar, &stage->criteria[i]));
  }
}

static void
append_action (GtkWidget *row, const SatchelEntity *entity, const char *name, const char *label,
               gboolean suggested)
{
  GtkWidget *button;

  if (!satchel_entity_has_action (entity, name))
    return;
  button = gtk_button_new_with_label (label);
  gtk_widget_set_hexpand (button, TRUE);
  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "act.do");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", name);
  gtk_box_append (GTK_BOX (row), button);
}

static GtkWidget *
new_stage_content (SatchelProcessBar *bar, guint index)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *actions;
  const SatchelStage *stage = &bar->process->stages[index];
  const SatchelEntity *entity = satchel_draft_get_entity (bar->draft);
  const char *key = get_key (bar);
  int here = key != NULL ? satchel_process_find_stage (bar->process, key) : -1;

  gtk_widget_set_margin_top (column, 6);
  gtk_widget_set_margin_bottom (column, 6);
  gtk_widget_set_margin_start (column, 6);
  gtk_widget_set_margin_end (column, 6);
  append_criteria (bar, column, stage, SATCHEL_CRITERION_ENTRY, _ ("To Begin"));
  append_criteria (bar, column, stage, SATCHEL_CRITERION_EXIT, _ ("To Go On"));
  append_criteria (bar, column, stage, SATCHEL_CRITERION_DOUBT, _ ("Back If in Doubt"));
  if (gtk_widget_get_first_child (column) == NULL)
    gtk_box_append (GTK_BOX (column), new_label (_ ("This stage asks for nothing."), "dim-label"));
  if (here == (int)index && !satchel_draft_is_new (bar->draft)) {
    actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
    gtk_widget_set_margin_top (actions, 6);
    if (index > 0)
      append_action (actions, entity, "demote", _ ("Go Back…"), FALSE);
    if (index + 1 < bar->process->n_stages)
      append_action (actions, entity, "promote", _ ("Go On…"), TRUE);
    gtk_box_append (GTK_BOX (column), actions);
  }
  return column;
}

/* Made when it is opened: what holds may be different each time. */
static void
popup_cb (GtkMenuButton *button, gpointer data)
{
  SatchelProcessBar *bar = data;
  GtkWidget *popover = gtk_popover_new ();
  guint index;

  g_return_if_fail (g_ptr_array_find (bar->steps, button, &index));
  gtk_popover_set_child (GTK_POPOVER (popover), new_stage_content (bar, index));
  gtk_menu_button_set_popover (button, popover);
}

/* ---- the steps ---- */

static void
show (SatchelProcessBar *bar)
{
  const char *key = get_key (bar);
  int here = key != NULL ? satchel_process_find_stage (bar->process, key) : -1;

  for (guint i = 0; i < bar->steps->len; i++) {
    GtkWidget *step = bar->steps->pdata[i];
    const char *label = satchel_field_get_label_of (bar->field, bar->process->stages[i].key);
    const char *state = (int)i == here ? _ ("current stage") : (int)i < here ? _ ("done") : _ ("to come");
    g_autofree char *name = g_strdup_printf ("%s, %s", label, state);

    /* Where there is no room for all names, that of the current stage stays whole. */
    gtk_label_set_width_chars (GTK_LABEL (gtk_menu_button_get_child (GTK_MENU_BUTTON (step))),
                               (int)i == here ? (int)MIN (g_utf8_strlen (label, -1), WHOLE_CHARS) : -1);
    gtk_widget_remove_css_class (step, "satchel-here");
    gtk_widget_remove_css_class (step, "satchel-done");
    if ((int)i == here)
      gtk_widget_add_css_class (step, "satchel-here");
    else if ((int)i < here)
      gtk_widget_add_css_class (step, "satchel-done");
    gtk_accessible_update_property (GTK_ACCESSIBLE (step), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  }
  gtk_label_set_text (bar->outcome,
                      here < 0 && key != NULL ? satchel_field_get_label_of (bar->field, key) : "");
  gtk_widget_set_visible (GTK_WIDGET (bar->outcome), here < 0 && key != NULL);
}

static void
changed_cb (SatchelDraft *draft, SatchelProcessBar *bar)
{
  show (bar);
}

static GtkWidget *
new_step (SatchelProcessBar *bar, guint index)
{
  GtkWidget *step = gtk_menu_button_new (),
            *label = gtk_label_new (satchel_field_get_label_of (bar->field, bar->process->stages[index].key));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (step), label);
  satchel_tip (step, satchel_field_get_label_of (bar->field, bar->process->stages[index].key));
  gtk_widget_add_css_class (step, "satchel-step");
  gtk_widget_set_hexpand (step, TRUE);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (step), popup_cb, bar, NULL);
  g_ptr_array_add (bar->steps, step);
  return step;
}

GtkWidget *
satchel_process_bar_new (SatchelDraft *draft, const SatchelProcess *process)
{
  SatchelProcessBar *bar = g_object_new (SATCHEL_TYPE_PROCESS_BAR, NULL);

  bar->draft = g_object_ref (draft);
  bar->process = process;
  bar->field = satchel_entity_find_field (satchel_draft_get_entity (draft), process->field);
  for (guint i = 0; i < process->n_stages; i++)
    gtk_box_append (GTK_BOX (bar->box), new_step (bar, i));
  bar->outcome = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (bar->outcome), "heading");
  gtk_widget_set_margin_start (GTK_WIDGET (bar->outcome), 12);
  gtk_box_append (GTK_BOX (bar->box), GTK_WIDGET (bar->outcome));
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (process->label),
                                  -1);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), bar, 0);
  show (bar);
  return GTK_WIDGET (bar);
}

static void
satchel_process_bar_dispose (GObject *object)
{
  SatchelProcessBar *bar = SATCHEL_PROCESS_BAR (object);

  g_clear_pointer (&bar->box, gtk_widget_unparent);
  g_clear_object (&bar->draft);
  G_OBJECT_CLASS (satchel_process_bar_parent_class)->dispose (object);
}

static void
satchel_process_bar_finalize (GObject *object)
{
  g_ptr_array_unref (SATCHEL_PROCESS_BAR (object)->steps);
  G_OBJECT_CLASS (satchel_process_bar_parent_class)->finalize (object);
}

static void
satchel_process_bar_class_init (SatchelProcessBarClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_process_bar_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_process_bar_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
satchel_process_bar_init (SatchelProcessBar *bar)
{
  bar->steps = g_ptr_array_new ();
  bar->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_box_set_homogeneous (GTK_BOX (bar->box), FALSE);
  gtk_widget_set_parent (bar->box, GTK_WIDGET (bar));
}
