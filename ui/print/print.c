/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/print/print.h"

#include <glib/gi18n.h>

#include "ui/page.h"
#include "ui/print/compose.h"

#define MARGIN_MM 15.0

/* ---- composing ---- */

typedef struct {
  SatchelRegistry *registry; /* keeps the entity alive */
  const SatchelEntity *entity;
  char *id; /* of a record; NULL: a list */
  GArray *numbers;
  char **paths;
  char *subtitle;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  satchel_registry_unref (job->registry);
  g_free (job->id);
  g_clear_pointer (&job->numbers, g_array_unref);
  g_strfreev (job->paths);
  g_free (job->subtitle);
  g_free (job);
}

static gpointer
compose_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Job *job = data;

  if (job->id != NULL)
    return satchel_compose_record (session, job->entity, job->id, error);
  return satchel_compose_list (session, job->entity, job->numbers, (const char *const *)job->paths,
                               job->subtitle, cancellable, error);
}

/* ---- the dialog ---- */

static void
begin_cb (GtkPrintOperation *operation, GtkPrintContext *context, SatchelPaper *paper)
{
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);

  pango_context_set_language (pango_layout_get_context (layout), pango_language_get_default ());
  gtk_print_operation_set_n_pages (
      operation, (int)satchel_paper_lay_out (paper, layout, gtk_print_context_get_width (context),
                                             gtk_print_context_get_height (context)));
}

static void
draw_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, SatchelPaper *paper)
{
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);

  pango_context_set_language (pango_layout_get_context (layout), pango_language_get_default ());
  satchel_paper_draw (paper, gtk_print_context_get_cairo_context (context), layout, (guint)page);
}

static void
done_cb (GtkPrintOperation *operation, GtkPrintOperationResult result, GtkWidget *from)
{
  g_autoptr (GError) error = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return; /* GTK 4.8 complains of whoever asks for an error then */
  gtk_print_operation_get_error (operation, &error);
  satchel_toast_error (from, error);
}

static void
free_paper_cb (gpointer data, GClosure *closure)
{
  satchel_paper_free (data);
}

/* "Print to File" offers a file of the record's name. */
static void
name_file (GtkPrintOperation *operation, const char *title)
{
  g_autoptr (GtkPrintSettings) settings = gtk_print_settings_new ();
  g_autofree char *name = g_strdelimit (g_strdup (title), "/\\:\n", '-');

  if (*name != '\0' && *name != '.')
    gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_BASENAME, name);
  gtk_print_operation_set_print_settings (operation, settings);
}

static void
run (GtkWidget *from, SatchelPaper *paper)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) page = gtk_page_setup_new ();
  GtkRoot *root = gtk_widget_get_root (from);
  g_autoptr (GError) error = NULL;

  gtk_page_setup_set_top_margin (page, MARGIN_MM, GTK_UNIT_MM);
  gtk_page_setup_set_bottom_margin (page, MARGIN_MM, GTK_UNIT_MM);
  gtk_page_setup_set_left_margin (page, MARGIN_MM, GTK_UNIT_MM);
  gtk_page_setup_set_right_margin (page, MARGIN_MM, GTK_UNIT_MM);
  gtk_print_operation_set_default_page_setup (operation, page);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  gtk_print_operation_set_allow_async (operation, TRUE);
  gtk_print_operation_set_job_name (operation, satchel_paper_get_title (paper));
  name_file (operation, satchel_paper_get_title (paper));
  /* The paper goes with the operation, which lives on while it prints. */
  g_signal_connect_data (operation, "begin-print", G_CALLBACK (begin_cb), paper, free_paper_cb, 0);
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_cb), paper);
  g_signal_connect_object (operation, "done", G_CALLBACK (done_cb), from, 0);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                               GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                               &error) == GTK_PRINT_OPERATION_RESULT_ERROR)
    satchel_toast_error (from, error);
}

static void
composed_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) from = data;
  g_autoptr (GError) error = NULL;
  SatchelPaper *paper = satchel_desk_finish (SATCHEL_DESK (desk), result, &error);

  if (gtk_widget_get_root (from) == NULL)
    satchel_paper_free (paper);
  else if (paper != NULL)
    run (from, paper);
  else
    satchel_toast_error (from, error);
}

static void
print (GtkWidget *from, SatchelDesk *desk, Job *job)
{
  job->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  satchel_desk_read (desk, compose_job, job, job_free, (GDestroyNotify)satchel_paper_free, NULL, composed_cb,
                     g_object_ref (from));
}

void
satchel_print_record (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  Job *job = g_new0 (Job, 1);

  job->entity = entity;
  job->id = g_strdup (id);
  print (from, desk, job);
}

void
satchel_print_list (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, GArray *numbers,
                    char **paths, const char *subtitle)
{
  Job *job = g_new0 (Job, 1);

  job->entity = entity;
  job->numbers = numbers;
  job->paths = paths;
  job->subtitle = g_strdup (subtitle);
  print (from, desk, job);
}
