/* Pages are made in a thread: there may be many. What is written replaces a file as a whole or not at all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dashboard/save.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/report/document.h"
#include "ui/act/refusal.h"
#include "ui/page.h"

typedef struct {
  GtkWidget *from;
  SatchelDesk *desk;
  char *title, *subtitle;
  GPtrArray *figures;
  SatchelSaveFormat format;
  GFile *file; /* NULL: not known yet */
} Save;

static Save *
save_new (GtkWidget *from, SatchelDesk *desk, const char *title, const char *subtitle, GPtrArray *figures,
          SatchelSaveFormat format)
{
  Save *save = g_new0 (Save, 1);

  save->from = g_object_ref (from);
  save->desk = g_object_ref (desk);
  save->title = g_strdup (title);
  save->subtitle = g_strdup (subtitle);
  save->figures = g_ptr_array_ref (figures);
  save->format = format;
  return save;
}

static void
save_free (Save *save)
{
  g_object_unref (save->from);
  g_object_unref (save->desk);
  g_ptr_array_unref (save->figures);
  g_clear_object (&save->file);
  g_free (save->title);
  g_free (save->subtitle);
  g_free (save);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Save) save = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (save->file);
  g_autofree char *message = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    message = g_strdup_printf (_ ("“%s” was saved"), name);
  else {
    g_autofree char *reason = satchel_refusal_to_text (error);

    message = g_strdup_printf (_ ("“%s” could not be saved: %s"), name, reason);
  }
  satchel_toast (save->from, message, NULL, NULL);
}

/* The arguments of a job must not hold widgets: it ends in a thread. */
typedef struct {
  char *title, *subtitle;
  GPtrArray *figures;
  SatchelSaveFormat format;
} Contents;

static void
contents_free (gpointer data)
{
  Contents *contents = data;

  g_ptr_array_unref (contents->figures);
  g_free (contents->title);
  g_free (contents->subtitle);
  g_free (contents);
}

static gpointer
contents_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Contents *contents = data;
  char *csv;

  if (contents->format == SATCHEL_SAVE_PDF)
    return satchel_document_to_pdf (contents->title, contents->subtitle, contents->figures, error);
  csv = satchel_document_to_csv (contents->figures);
  return g_bytes_new_take (csv, strlen (csv));
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Save *save = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (bytes == NULL) {
    satchel_toast_error (save->from, error);
    save_free (save);
    return;
  }
  g_file_replace_contents_bytes_async (save->file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, written_cb, save);
}

static void
make (Save *save)
{
  Contents *contents = g_new0 (Contents, 1);

  contents->title = g_strdup (save->title);
  contents->subtitle = g_strdup (save->subtitle);
  contents->figures = g_ptr_array_ref (save->figures);
  contents->format = save->format;
  satchel_desk_read (save->desk, contents_job, contents, contents_free, (GDestroyNotify)g_bytes_unref, NULL,
                     made_cb, save);
}

static void
response_cb (GtkNativeDialog *dialog, int response, Save *save)
{
  if (response == GTK_RESPONSE_ACCEPT)
    save->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (save->file != NULL)
    make (save);
  else
    save_free (save);
  g_object_unref (dialog);
}

void
satchel_dashboard_save (GtkWidget *from, SatchelDesk *desk, const char *title, const char *subtitle,
                        GPtrArray *figures, SatchelSaveFormat format)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      format == SATCHEL_SAVE_PDF ? _ ("Save as Pages") : _ ("Save as a Table"), GTK_WINDOW (root),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  g_autofree char *name = g_strdup_printf ("%s.%s", title, format == SATCHEL_SAVE_PDF ? "pdf" : "csv");

  /* A title may have what a file's name cannot. */
  g_strdelimit (name, "/", '-');
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb),
                    save_new (from, desk, title, subtitle, figures, format));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
satchel_dashboard_save_to (GtkWidget *from, SatchelDesk *desk, const char *title, const char *subtitle,
                           GPtrArray *figures, SatchelSaveFormat format, GFile *file)
{
  Save *save = save_new (from, desk, title, subtitle, figures, format);

  save->file = g_object_ref (file);
  make (save);
}
