/* Row numbers to ids, and on to whoever does it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/list-actions.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "ui/act/act.h"
#include "ui/grid/batch-edit.h"
#include "ui/grid/export.h"
#include "ui/mail/write.h"
#include "ui/page.h"

typedef struct {
  GtkWidget *widget; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  SatchelRows *rows;
  SatchelSelection *selection;
  SatchelListPaths paths;
  gpointer paths_data;
  GSimpleActionGroup *act, *selected;
  gboolean may_edit;             /* any of them, by the rights that were told last */
  GCancellable *cancellable;     /* of what is found out; gone with the widget */
  GtkFileChooserNative *chooser; /* NULL: none is open */
} Actions;

static void
actions_free (gpointer data)
{
  Actions *actions = data;

  g_cancellable_cancel (actions->cancellable);
  g_object_unref (actions->cancellable);
  if (actions->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (actions->chooser));
  g_clear_object (&actions->chooser);
  g_object_unref (actions->desk);
  g_object_unref (actions->rows);
  g_object_unref (actions->selection);
  g_object_unref (actions->act);
  g_object_unref (actions->selected);
  g_free (actions);
}

/* ---- ids ---- */

typedef struct {
  SatchelRegistry *registry;
  const SatchelEntity *entity;
  GArray *numbers;
  /* for exports */
  char **columns;
  char *path;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  satchel_registry_unref (job->registry);
  g_array_unref (job->numbers);
  g_strfreev (job->columns);
  g_free (job->path);
  g_free (job);
}

static Job *
job_new (Actions *actions, GArray *numbers)
{
  Job *job = g_new0 (Job, 1);

  job->registry = satchel_registry_ref (satchel_desk_get_registry (actions->desk));
  job->entity = actions->entity;
  job->numbers = numbers;
  return job;
}

static gpointer
resolve_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Job *job = data;

  return satchel_selection_resolve (session, job->entity, job->numbers, cancellable, error);
}

typedef void (*WithIds) (Actions *actions, GPtrArray *ids, const char *name);

typedef struct {
  Actions *actions; /* not to be looked at once cancelled */
  GCancellable *cancellable;
  WithIds then;
  char *name;
} Waiting;

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (!g_cancellable_is_cancelled (waiting->cancellable)) {
    if (ids == NULL)
      satchel_toast_error (waiting->actions->widget, error);
    else if (ids->len > 0)
      waiting->then (waiting->actions, ids, waiting->name);
  }
  g_object_unref (waiting->cancellable);
  g_free (waiting->name);
  g_free (waiting);
}

static void
with_ids (Actions *actions, WithIds then, const char *name)
{
  GArray *numbers = satchel_selection_list_numbers (actions->selection);
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->actions = actions;
  waiting->cancellable = g_object_ref (actions->cancellable);
  waiting->then = then;
  waiting->name = g_strdup (name);
  satchel_desk_read (actions->desk, resolve_job, job_new (actions, numbers), job_free,
                     (GDestroyNotify)g_ptr_array_unref, actions->cancellable, resolved_cb, waiting);
}

/* ---- actions ---- */

static void
do_ids (Actions *actions, GPtrArray *ids, const char *name)
{
  const SatchelAction *action = satchel_action_find (name, actions->entity);

  if (action != NULL)
    satchel_act (actions->widget, actions->desk, actions->entity, ids, action);
}

static void
do_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  with_ids (data, do_ids, g_variant_get_string (parameter, NULL));
}

static void
delete_ids (Actions *actions, GPtrArray *ids, const char *name)
{
  satchel_act_delete (actions->widget, actions->desk, actions->entity, ids);
}

static void
delete_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  with_ids (data, delete_ids, NULL);
}

static void
edit_ids (Actions *actions, GPtrArray *ids, const char *name)
{
  satchel_batch_edit (actions->widget, actions->desk, actions->entity, ids);
}

static void
edit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  with_ids (data, edit_ids, NULL);
}

static void
write_ids (Actions *actions, GPtrArray *ids, const char *name)
{
  satchel_mail_write (actions->widget, actions->desk, actions->entity, ids, NULL);
}

static void
write_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  with_ids (data, write_ids, NULL);
}

static void
none_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (((Actions *)data)->selection));
}

/* ---- export ---- */

static gpointer
export_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Job *job = data;
  guint n_written;

  if (!satchel_list_export (session, job->entity, job->numbers, (const char *const *)job->columns, job->path,
                            &n_written, cancellable, error))
    return NULL;
  return g_strdup_printf (
      g_dngettext (NULL, "%'d record was exported.", "%'d records were exported.", n_written),
      (int)n_written);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (!g_cancellable_is_cancelled (waiting->cancellable) && said != NULL)
    satchel_toast (waiting->actions->widget, said, NULL, NULL);
  else if (!g_cancellable_is_cancelled (waiting->cancellable))
    satchel_toast_error (waiting->actions->widget, error);
  g_object_unref (waiting->cancellable);
  g_free (waiting);
}

/* The selected ones, or all that are listed. */
static GArray *
list_exported (Actions *actions)
{
  GArray *numbers;
  guint n_numbers;
  const guint32 *all = satchel_rows_peek_numbers (actions->rows, &n_numbers);

  if (satchel_selection_get_size (actions->selection) > 0)
    return satchel_selection_list_numbers (actions->selection);
  numbers = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n_numbers);
  if (n_numbers > 0)
    g_array_append_vals (numbers, all, n_numbers);
  return numbers;
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, Actions *actions)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  Waiting *waiting;
  Job *job;

  if (response == GTK_RESPONSE_ACCEPT && file != NULL) {
    waiting = g_new0 (Waiting, 1);
    waiting->actions = actions;
    waiting->cancellable = g_object_ref (actions->cancellable);
    job = job_new (actions, list_exported (actions));
    job->columns = actions->paths (actions->paths_data);
    job->path = g_file_get_path (file);
    satchel_desk_read (actions->desk, export_job, job, job_free, g_free, actions->cancellable, exported_cb,
                       waiting);
  }
  g_clear_object (&actions->chooser);
}

static void
export_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Actions *actions = data;
  GtkRoot *root = gtk_widget_get_root (actions->widget);
  g_autofree char *name = g_strdup_printf ("%s.csv", _ (actions->entity->plural));

  if (actions->chooser != NULL || !GTK_IS_WINDOW (root))
    return;
  actions->chooser = gtk_file_chooser_native_new (_ ("Export as CSV"), GTK_WINDOW (root),
                                                  GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (actions->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (actions->chooser), name);
  g_signal_connect (actions->chooser, "response", G_CALLBACK (chosen_cb), actions);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (actions->chooser));
}

/* ---- which can be called ---- */

static void
enable (GSimpleActionGroup *group, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (group), name)),
                               enabled);
}

static gboolean
may_edit (SatchelDesk *desk, const SatchelEntity *entity)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;

  return permits == NULL || entity->ownership == SATCHEL_OWNERSHIP_RECORD ||
         satchel_permits_get_depth (permits, entity, SATCHEL_PRIVILEGE_WRITE) != SATCHEL_DEPTH_NONE;
}

static void
size_cb (SatchelSelection *selection, GParamSpec *spec, GtkWidget *widget)
{
  Actions *actions = g_object_get_data (G_OBJECT (widget), "list-actions");
  gboolean some = satchel_selection_get_size (selection) > 0;

  enable (actions->act, "do", some);
  enable (actions->act, "delete", some);
  enable (actions->selected, "edit", some && actions->may_edit);
  enable (actions->selected, "none", some);
  enable (actions->selected, "write", some && satchel_mail_can_write (actions->desk, actions->entity));
}

void
satchel_list_actions_install (GtkWidget *widget, SatchelDesk *desk, const SatchelEntity *entity,
                              SatchelRows *rows, SatchelSelection *selection, SatchelListPaths paths,
                              gpointer data)
{
  static const GActionEntry act[] = {
    { .name = "do", .activate = do_action, .parameter_type = "s" },
    { .name = "delete", .activate = delete_action },
  };
  static const GActionEntry selected[] = {
    { .name = "edit", .activate = edit_action },
    { .name = "export", .activate = export_action },
    { .name = "none", .activate = none_action },
    { .name = "write", .activate = write_action },
  };
  Actions *actions = g_new0 (Actions, 1);

  *actions = (Actions){ .widget = widget,
                        .desk = g_object_ref (desk),
                        .entity = entity,
                        .rows = g_object_ref (rows),
                        .selection = g_object_ref (selection),
                        .paths = paths,
                        .paths_data = data,
                        .act = g_simple_action_group_new (),
                        .selected = g_simple_action_group_new (),
                        .may_edit = may_edit (desk, entity),
                        .cancellable = g_cancellable_new () };
  g_object_set_data_full (G_OBJECT (widget), "list-actions", actions, actions_free);
  g_action_map_add_action_entries (G_ACTION_MAP (actions->act), act, G_N_ELEMENTS (act), actions);
  g_action_map_add_action_entries (G_ACTION_MAP (actions->selected), selected, G_N_ELEMENTS (selected),
                                   actions);
  gtk_widget_insert_action_group (widget, "act", G_ACTION_GROUP (actions->act));
  gtk_widget_insert_action_group (widget, "selected", G_ACTION_GROUP (actions->selected));
  g_signal_connect_object (selection, "notify::size", G_CALLBACK (size_cb), widget, 0);
  size_cb (selection, NULL, widget);
}
