/* A file of the computer: chosen, or dropped here; copied into the profile in a thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "client/blobs/attach.h"
#include "ui/form/fields.h"
#include "ui/page.h"
#include "ui/record/file.h"
#include "ui/tip.h"

struct _SatchelFileEditor {
  SatchelEditor parent_instance;
  GtkLabel *name;
  GtkWidget *open, *choose, *clear;
  const SatchelEntity *entity; /* of the record that it stands in; NULL: unknown */
  char *id;
  GtkFileChooserNative *chooser; /* while it is open */
};

#define SATCHEL_TYPE_FILE_EDITOR (satchel_file_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFileEditor, satchel_file_editor, SATCHEL, FILE_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelFileEditor, satchel_file_editor, SATCHEL_TYPE_EDITOR)

static void
file_show (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelFileEditor *self = SATCHEL_FILE_EDITOR (editor);
  const char *name;
  gint64 size;
  g_autofree char *size_text = NULL, *text = NULL;

  gtk_widget_set_visible (self->clear, value != NULL);
  gtk_widget_set_visible (self->open, value != NULL && self->entity != NULL);
  if (value != NULL) {
    satchel_value_get_file (value, NULL, &name, NULL, &size);
    size_text = g_format_size ((guint64)size);
    text = g_strdup_printf ("%s · %s", name, size_text);
  }
  gtk_label_set_text (self->name, text != NULL ? text : _ ("Drop a file here"));
}

/* In the writer's thread, so that it is staged before the set that will name it. */
static gpointer
attach (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return satchel_attach (satchel_session_get_replica (session), data, error);
}

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelFileEditor) self = data;
  SatchelEditor *editor = SATCHEL_EDITOR (self);
  g_autoptr (GError) error = NULL;
  SatchelValue *value = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  gtk_widget_set_sensitive (self->choose, TRUE);
  if (value == NULL) {
    satchel_toast_error (GTK_WIDGET (self), error);
    return;
  }
  file_show (editor, value);
  satchel_editor_take (editor, value, NULL);
  satchel_editor_commit (editor);
}

static void
take_file (SatchelFileEditor *self, GFile *file)
{
  char *path = g_file_get_path (file);

  if (path == NULL) {
    satchel_toast (GTK_WIDGET (self), _ ("Only files of this computer can be attached."), NULL, NULL);
    return;
  }
  gtk_widget_set_sensitive (self->choose, FALSE);
  satchel_desk_write (satchel_editor_get_desk (SATCHEL_EDITOR (self)), attach, path, g_free,
                      (GDestroyNotify)satchel_value_unref, attached_cb, g_object_ref (self));
}

static void
response_cb (GtkNativeDialog *dialog, int response, SatchelFileEditor *self)
{
  g_autoptr (GFile) file =
      response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  if (file != NULL)
    take_file (self, file);
  g_clear_object (&self->chooser);
}

static void
choose_cb (GtkButton *button, SatchelFileEditor *self)
{
  g_clear_object (&self->chooser);
  self->chooser =
      gtk_file_chooser_native_new (_ ("Choose a File"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
clear_cb (GtkButton *button, SatchelEditor *editor)
{
  file_show (editor, NULL);
  satchel_editor_take (editor, NULL, NULL);
  satchel_editor_commit (editor);
}

static void
open_cb (GtkButton *button, SatchelFileEditor *self)
{
  SatchelEditor *editor = SATCHEL_EDITOR (self);

  satchel_file_open (GTK_WIDGET (self), satchel_editor_get_desk (editor), self->entity, self->id,
                     satchel_editor_get_field (editor), NULL, NULL);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, SatchelFileEditor *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (files == NULL)
    return FALSE;
  take_file (self, files->data);
  return TRUE;
}

static void
file_build (SatchelEditor *editor)
{
  SatchelFileEditor *self = SATCHEL_FILE_EDITOR (editor);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *name = gtk_label_new (NULL);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->name = GTK_LABEL (name);
  gtk_label_set_xalign (self->name, 0);
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (name, TRUE);
  self->open = gtk_button_new_with_label (C_ ("verb", "Open"));
  g_signal_connect (self->open, "clicked", G_CALLBACK (open_cb), self);
  self->choose = gtk_button_new_with_label (_ ("Choose…"));
  self->clear = gtk_button_new_from_icon_name ("edit-clear-symbolic");
  satchel_tip_name (self->clear, _ ("Clear"));
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), self->open);
  gtk_box_append (GTK_BOX (box), self->choose);
  gtk_box_append (GTK_BOX (box), self->clear);
  satchel_editor_set_child (editor, box, self->choose);
  g_signal_connect (self->choose, "clicked", G_CALLBACK (choose_cb), self);
  g_signal_connect (self->clear, "clicked", G_CALLBACK (clear_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (target));
}

static void
file_put_in (SatchelEditor *editor, const SatchelRecord *record)
{
  SatchelFileEditor *self = SATCHEL_FILE_EDITOR (editor);

  g_free (self->id);
  self->entity = record != NULL ? record->entity : NULL;
  self->id = record != NULL ? g_strdup (record->id) : NULL;
  gtk_widget_set_visible (self->open, self->entity != NULL && satchel_editor_get_value (editor) != NULL);
}

static void
satchel_file_editor_finalize (GObject *object)
{
  g_free (SATCHEL_FILE_EDITOR (object)->id);
  G_OBJECT_CLASS (satchel_file_editor_parent_class)->finalize (object);
}

static void
satchel_file_editor_dispose (GObject *object)
{
  g_clear_object (&SATCHEL_FILE_EDITOR (object)->chooser);
  G_OBJECT_CLASS (satchel_file_editor_parent_class)->dispose (object);
}

static void
satchel_file_editor_class_init (SatchelFileEditorClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_file_editor_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_file_editor_finalize;
  SATCHEL_EDITOR_CLASS (class)->build = file_build;
  SATCHEL_EDITOR_CLASS (class)->show = file_show;
  SATCHEL_EDITOR_CLASS (class)->put_in = file_put_in;
}

static void
satchel_file_editor_init (SatchelFileEditor *self)
{
}
