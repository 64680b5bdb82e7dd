/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/dialog.h"

#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/page.h"

#define MOST_HEIGHT 560 /* pixels of content before it scrolls: fits on 768 */

struct _SatchelActDialog {
  AdwWindow parent_instance;
  SatchelDesk *desk;
  char *label;
  char *subject;   /* of the run: a name may be gone with its record */
  GtkWidget *home; /* the window that it belongs to; NULL: gone */
  GtkWidget *cancel, *go;
  GtkLabel *problem;
  GtkProgressBar *progress;
  GtkScrolledWindow *scrolled;
  SatchelRun *run; /* under way */
  gboolean ready;
};

enum { GO, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelActDialog, satchel_act_dialog, ADW_TYPE_WINDOW)

static void
update (SatchelActDialog *dialog)
{
  const gboolean running = dialog->run != NULL;

  gtk_widget_set_sensitive (dialog->go, dialog->ready && !running);
  gtk_widget_set_sensitive (GTK_WIDGET (dialog->scrolled), !running);
  gtk_widget_set_visible (GTK_WIDGET (dialog->progress), running && satchel_run_get_n (dialog->run) > 1);
  gtk_button_set_label (GTK_BUTTON (dialog->cancel), running ? _ ("Stop") : _ ("Cancel"));
}

void
satchel_act_dialog_set_content (SatchelActDialog *dialog, GtkWidget *content)
{
  gtk_scrolled_window_set_child (dialog->scrolled, content);
}

void
satchel_act_dialog_set_ready (SatchelActDialog *dialog, gboolean ready)
{
  dialog->ready = ready;
  update (dialog);
}

void
satchel_act_dialog_set_problem (SatchelActDialog *dialog, const char *problem)
{
  gtk_label_set_text (dialog->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (dialog->problem), problem != NULL);
}

/* ---- the outcome ---- */

static char *
describe_done (SatchelActDialog *dialog, SatchelRun *run)
{
  const guint n = satchel_run_get_done (run);

  if (satchel_run_get_n (run) == 1)
    return g_strdup_printf (_ ("%s: %s"), dialog->label, dialog->subject);
  return g_strdup_printf (g_dngettext (NULL, "%s: %u record", "%s: %u records", n), dialog->label, n);
}

static GtkWidget *
make_refusal_row (const SatchelRefusal *refusal)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *reason = satchel_refusal_to_text (refusal->error);

  g_object_set (row, "use-markup", FALSE, "title-lines", 2, "subtitle-lines", 0, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), refusal->title != NULL ? refusal->title : "…");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), reason);
  return row;
}

/* The first so many: the rest have been refused for the like. */
#define MOST_REFUSALS 100

static void
list_refusals (SatchelActDialog *dialog, const GPtrArray *refusals)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title = g_strdup_printf (
      g_dngettext (NULL, "%u record was refused", "%u records were refused", refusals->len), refusals->len);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_widget_set_margin_start (group, 12);
  gtk_widget_set_margin_end (group, 12);
  gtk_widget_set_margin_bottom (group, 12);
  for (guint i = 0; i < MIN (refusals->len, MOST_REFUSALS); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_refusal_row (refusals->pdata[i]));
  satchel_act_dialog_set_content (dialog, group);
  gtk_widget_set_visible (dialog->go, FALSE);
  gtk_button_set_label (GTK_BUTTON (dialog->cancel), _ ("Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_outcome (SatchelActDialog *dialog, SatchelRun *run)
{
  const GPtrArray *refusals = satchel_run_get_refusals (run);
  const GError *error = satchel_run_get_error (run);
  g_autofree char *problem = NULL;

  if (error == NULL && refusals->len > 0 && satchel_run_get_n (run) == 1)
    error = ((const SatchelRefusal *)refusals->pdata[0])->error;
  if (error != NULL) {
    problem = satchel_refusal_to_text (error);
    satchel_act_dialog_set_problem (dialog, problem);
    gtk_window_present (GTK_WINDOW (dialog));
  } else if (refusals->len > 0) {
    list_refusals (dialog, refusals);
  } else {
    gtk_window_destroy (GTK_WINDOW (dialog));
  }
}

/* What was done is done, whatever became of the rest and of the dialog. */
static void
finished_cb (SatchelRun *finished, SatchelActDialog *dialog)
{
  g_autoptr (SatchelRun) run = g_steal_pointer (&dialog->run);
  SatchelDeeds *deeds = satchel_run_steal_deeds (run);
  g_autofree char *message = describe_done (dialog, run);

  update (dialog);
  if (satchel_deeds_get_n (deeds) > 0 && dialog->home != NULL)
    satchel_undo_offer_made (dialog->home, dialog->desk, message, deeds, satchel_run_get_made (run));
  else
    satchel_deeds_free (deeds);
  show_outcome (dialog, run);
}

static void
progress_cb (SatchelRun *run, SatchelActDialog *dialog)
{
  const guint n = satchel_run_get_n (run), looked = satchel_run_get_looked (run);
  g_autofree char *text = g_strdup_printf (_ ("%u of %u"), looked, n);

  gtk_progress_bar_set_fraction (dialog->progress, n > 0 ? (double)looked / n : 1);
  gtk_progress_bar_set_text (dialog->progress, text);
}

void
satchel_act_dialog_run (SatchelActDialog *dialog, SatchelRun *run)
{
  g_return_if_fail (dialog->run == NULL);
  dialog->run = run;
  g_free (dialog->subject);
  dialog->subject = satchel_run_dup_subject (run);
  satchel_act_dialog_set_problem (dialog, NULL);
  update (dialog);
  /* Nobody may close it for good before the run has come back: close is stop, then. */
  g_signal_connect_object (run, "progress", G_CALLBACK (progress_cb), dialog, 0);
  g_signal_connect_object (run, "finished", G_CALLBACK (finished_cb), dialog, 0);
  satchel_run_start (run);
}

/* ---- the window ---- */

static void
go_cb (GtkButton *button, SatchelActDialog *dialog)
{
  if (dialog->run == NULL && dialog->ready)
    g_signal_emit (dialog, signals[GO], 0);
}

static void
cancel_cb (GtkButton *button, SatchelActDialog *dialog)
{
  gtk_window_close (GTK_WINDOW (dialog));
}

static gboolean
satchel_act_dialog_close_request (GtkWindow *window)
{
  SatchelActDialog *dialog = SATCHEL_ACT_DIALOG (window);

  if (dialog->run == NULL)
    return GTK_WINDOW_CLASS (satchel_act_dialog_parent_class)->close_request (window);
  satchel_run_stop (dialog->run);
  return TRUE;
}

static void
satchel_act_dialog_dispose (GObject *object)
{
  SatchelActDialog *dialog = SATCHEL_ACT_DIALOG (object);

  g_clear_weak_pointer (&dialog->home);
  g_clear_object (&dialog->run);
  g_clear_object (&dialog->desk);
  g_clear_pointer (&dialog->label, g_free);
  g_clear_pointer (&dialog->subject, g_free);
  G_OBJECT_CLASS (satchel_act_dialog_parent_class)->dispose (object);
}

static void
satchel_act_dialog_class_init (SatchelActDialogClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_act_dialog_dispose;
  GTK_WINDOW_CLASS (class)->close_request = satchel_act_dialog_close_request;
  signals[GO] =
      g_signal_new ("go", SATCHEL_TYPE_ACT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (class), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
satchel_act_dialog_init (SatchelActDialog *dialog)
{
  dialog->ready = TRUE;
}

static GtkWidget *
make_header (SatchelActDialog *dialog, const char *subtitle)
{
  GtkWidget *header = adw_header_bar_new ();

  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (dialog->label, subtitle));
  dialog->cancel = gtk_button_new_with_label (_ ("Cancel"));
  g_signal_connect (dialog->cancel, "clicked", G_CALLBACK (cancel_cb), dialog);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), dialog->cancel);
  dialog->go = gtk_button_new_with_label (dialog->label);
  gtk_widget_add_css_class (dialog->go, "suggested-action");
  g_signal_connect (dialog->go, "clicked", G_CALLBACK (go_cb), dialog);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), dialog->go);
  return header;
}

static void
build (SatchelActDialog *dialog, const char *subtitle)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  dialog->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (dialog->problem, TRUE);
  gtk_label_set_wrap_mode (dialog->problem, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (dialog->problem), "error");
  gtk_widget_set_margin_start (GTK_WIDGET (dialog->problem), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (dialog->problem), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (dialog->problem), 6);
  gtk_widget_set_visible (GTK_WIDGET (dialog->problem), FALSE);
  dialog->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_progress_bar_set_show_text (dialog->progress, TRUE);
  gtk_widget_set_margin_start (GTK_WIDGET (dialog->progress), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (dialog->progress), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (dialog->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  dialog->label, -1);
  dialog->scrolled = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (dialog->scrolled, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (dialog->scrolled, TRUE);
  gtk_scrolled_window_set_max_content_height (dialog->scrolled, MOST_HEIGHT);
  gtk_widget_set_vexpand (GTK_WIDGET (dialog->scrolled), TRUE);
  gtk_box_append (GTK_BOX (box), make_header (dialog, subtitle));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (dialog->problem));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (dialog->progress));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (dialog->scrolled));
  adw_window_set_content (ADW_WINDOW (dialog), box);
  gtk_window_set_default_widget (GTK_WINDOW (dialog), dialog->go);
  satchel_focus_first (GTK_WIDGET (dialog), GTK_WIDGET (dialog->scrolled));
}

SatchelActDialog *
satchel_act_dialog_new (GtkWidget *from, SatchelDesk *desk, const char *label, const char *subtitle)
{
  GtkRoot *root = gtk_widget_get_root (from);
  SatchelActDialog *dialog = g_object_new (SATCHEL_TYPE_ACT_DIALOG, "title", label, "modal", TRUE, NULL);

  if (GTK_IS_WINDOW (root)) {
    gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (root));
    gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  }
  g_set_weak_pointer (&dialog->home, satchel_undo_find_window (from));
  dialog->desk = g_object_ref (desk);
  dialog->label = g_strdup (label);
  /* As wide as a phone allows. */
  gtk_widget_set_size_request (GTK_WIDGET (dialog), 320, -1);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 440, -1);
  build (dialog, subtitle);
  update (dialog);
  return dialog;
}
