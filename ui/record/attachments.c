/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/attachments.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/blobs/attach.h"
#include "client/replica/query.h"
#include "protocol/error.h"
#include "ui/act/act.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/page.h"
#include "ui/record/file.h"
#include "ui/record/moments.h"
#include "ui/tip.h"

#define MOST_ROWS 100 /* files that are shown; the timeline has the others */

typedef struct {
  AdwPreferencesGroup *group; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *about;
  char *id;
  SatchelReference reference; /* what holds files, and its lookup */
  const SatchelField *file;
  GPtrArray *rows; /* GtkWidget*, borrowed */
  gboolean loading, again;
} Attachments;

static void
attachments_free (gpointer data)
{
  Attachments *attachments = data;

  g_object_unref (attachments->desk);
  g_ptr_array_unref (attachments->rows);
  g_free (attachments->id);
  g_free (attachments);
}

static const SatchelField *
find_file_field (const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i]->type == SATCHEL_TYPE_FILE && satchel_field_is_writable (entity->fields[i]))
      return entity->fields[i];
  return NULL;
}

/* ---- attaching ---- */

typedef struct {
  char *holder, *lookup, *file; /* entity and fields of what holds the file */
  char *about, *id;
  char **paths;
} Attach;

static void
attach_free (gpointer data)
{
  Attach *attach = data;

  g_free (attach->holder);
  g_free (attach->lookup);
  g_free (attach->file);
  g_free (attach->about);
  g_free (attach->id);
  g_strfreev (attach->paths);
  g_free (attach);
}

static void
set_title (SatchelRecord *record, const char *path)
{
  g_autofree char *base = g_path_get_basename (path), *name = satchel_file_make_name (base);
  const guint most = record->entity->title->max_chars > 0 ? record->entity->title->max_chars : 200;
  g_autofree char *title = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), (glong)most));
  g_autoptr (SatchelValue) value = satchel_value_new_string (title);

  satchel_record_set (record, record->entity->title, value);
}

static gboolean
attach_one (const Attach *attach, SatchelDeeds *deeds, SatchelSession *session, const char *path,
            GError **error)
{
  const SatchelEntity *holder =
      satchel_registry_require (satchel_session_get_registry (session), attach->holder, error);
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  g_autoptr (SatchelValue) about = satchel_value_new_lookup (attach->about, attach->id);
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelValue) value = NULL;

  if (holder == NULL)
    return FALSE;
  value = satchel_attach (satchel_session_get_replica (session), path, error);
  if (value == NULL)
    return FALSE;
  record = satchel_record_new (holder, id);
  set_title (record, path);
  satchel_record_set_by_name (record, attach->lookup, about);
  satchel_record_set_by_name (record, attach->file, value);
  return satchel_deeds_create (deeds, session, record, error);
}

/* What went before the one that cannot be attached is there, and can be undone with the rest. */
static gpointer
attach_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Attach *attach = data;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; attach->paths[i] != NULL; i++)
    (void)!attach_one (attach, deeds, session, attach->paths[i], problem == NULL ? &problem : NULL);
  if (satchel_deeds_get_n (deeds) > 0)
    return g_steal_pointer (&deeds);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

typedef struct {
  GtkWidget *group; /* owned */
  guint n;
} Attached;

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Attached *attached = data;
  g_autoptr (GtkWidget) group = attached->group;
  g_autoptr (GError) error = NULL;
  SatchelDeeds *deeds = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  g_autofree char *message = NULL;

  if (deeds == NULL) {
    message = satchel_refusal_to_text (error);
    satchel_toast (group, message, NULL, NULL);
    return;
  }
  message = satchel_deeds_get_n (deeds) < attached->n
                ? g_strdup_printf (_ ("%u of %u files attached; the others cannot be read or are too large"),
                                   satchel_deeds_get_n (deeds), attached->n)
                : g_strdup_printf (g_dngettext (NULL, "%u file attached", "%u files attached", attached->n),
                                   attached->n);
  satchel_undo_offer_deeds (group, SATCHEL_DESK (source), message, deeds);
}

/* Takes @paths. */
static void
attach_paths (Attachments *attachments, char **paths)
{
  Attach *attach = g_new0 (Attach, 1);
  Attached *attached = g_new0 (Attached, 1);

  attach->holder = g_strdup (attachments->reference.entity->name);
  attach->lookup = g_strdup (attachments->reference.field->name);
  attach->file = g_strdup (attachments->file->name);
  attach->about = g_strdup (attachments->about->name);
  attach->id = g_strdup (attachments->id);
  attach->paths = paths;
  attached->group = GTK_WIDGET (g_object_ref (attachments->group));
  attached->n = g_strv_length (paths);
  satchel_desk_write (attachments->desk, attach_job, attach, attach_free, (GDestroyNotify)satchel_deeds_free,
                      attached_cb, attached);
}

/* Those on this computer; of others somebody must make a copy first. */
static void
add_path (GStrvBuilder *paths, GFile *file, guint *n)
{
  g_autofree char *path = g_file_get_path (file);

  if (path == NULL)
    return;
  g_strv_builder_add (paths, path);
  (*n)++;
}

static void
attach_found (Attachments *attachments, GStrvBuilder *paths, guint n)
{
  if (n > 0)
    attach_paths (attachments, g_strv_builder_end (paths));
  else
    satchel_toast (GTK_WIDGET (attachments->group), _ ("Only files of this computer can be attached."), NULL,
                   NULL);
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, GtkWidget *group)
{
  Attachments *attachments = g_object_get_data (G_OBJECT (group), "attachments");
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);

    add_path (paths, file, &n);
  }
  if (response == GTK_RESPONSE_ACCEPT)
    attach_found (attachments, paths, n);
  g_object_unref (chooser);
}

void
satchel_attachments_choose (GtkWidget *group)
{
  Attachments *attachments = g_object_get_data (G_OBJECT (group), "attachments");
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (attachments->group));
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Attach Files"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Attach"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), attachments->group, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
choose_cb (GtkButton *button, GtkWidget *group)
{
  satchel_attachments_choose (group);
}

void
satchel_attachments_take (GtkWidget *group, GSList *files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  guint n = 0;

  for (GSList *link = files; link != NULL; link = link->next)
    add_path (paths, link->data, &n);
  attach_found (g_object_get_data (G_OBJECT (group), "attachments"), paths, n);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, GtkWidget *group)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  satchel_attachments_take (group, files);
  return files != NULL;
}

/* ---- rows ---- */

static void
progress_cb (double fraction, GObject *data)
{
  GtkProgressBar *bar = GTK_PROGRESS_BAR (data);

  gtk_widget_set_visible (GTK_WIDGET (bar), fraction >= 0);
  gtk_progress_bar_set_fraction (bar, CLAMP (fraction, 0, 1));
}

static void
open_cb (AdwActionRow *row, Attachments *attachments)
{
  satchel_file_open (GTK_WIDGET (attachments->group), attachments->desk, attachments->reference.entity,
                     g_object_get_data (G_OBJECT (row), "id"), attachments->file, progress_cb,
                     g_object_get_data (G_OBJECT (row), "bar"));
}

static void
remove_cb (GtkButton *button, Attachments *attachments)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  g_ptr_array_add (ids, g_object_get_data (G_OBJECT (button), "id"));
  satchel_act_delete (GTK_WIDGET (attachments->group), attachments->desk, attachments->reference.entity, ids);
}

static GtkWidget *
make_remove (Attachments *attachments, const SatchelRecord *record, const char *file)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_strdup_printf (_ ("Remove “%s”"), file);

  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (record->id), g_free);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  satchel_tip (button, _ ("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), attachments);
  return button;
}

static GtkWidget *
make_icon (const char *name, const char *media_type)
{
  g_autofree char *content_type = media_type != NULL ? g_content_type_from_mime_type (media_type) : NULL;
  g_autofree char *guessed = content_type == NULL ? g_content_type_guess (name, NULL, 0, NULL) : NULL;
  g_autoptr (GIcon) icon = g_content_type_get_symbolic_icon (content_type != NULL ? content_type : guessed);

  return gtk_image_new_from_gicon (icon);
}

static void
add_row (Attachments *attachments, const SatchelRecord *record)
{
  SatchelReplica *replica = satchel_session_get_replica (satchel_desk_get_session (attachments->desk));
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *bar = gtk_progress_bar_new ();
  const char *hash, *name, *media_type;
  gint64 size_bytes;
  g_autofree char *size = NULL, *subtitle = NULL;

  satchel_value_get_file (satchel_record_get (record, attachments->file), &hash, &name, &media_type,
                          &size_bytes);
  size = g_format_size ((guint64)MAX (size_bytes, 0));
  subtitle = satchel_blob_store_has (satchel_replica_get_blobs (replica), hash)
                 ? g_strdup (size)
                 : g_strdup_printf (_ ("%s · fetched when it is opened"), size);
  g_object_set (row, "use-markup", FALSE, "title-lines", 2, "subtitle-lines", 2, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (row, subtitle);
  adw_action_row_add_prefix (row, make_icon (name, media_type));
  gtk_widget_set_visible (bar, FALSE);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (bar, 60, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_action_row_add_suffix (row, bar);
  adw_action_row_add_suffix (row, make_remove (attachments, record, name));
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (record->id), g_free);
  g_object_set_data_full (G_OBJECT (row), "bar", g_object_ref (bar), g_object_unref);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", G_CALLBACK (open_cb), attachments);
  adw_preferences_group_add (attachments->group, GTK_WIDGET (row));
  g_ptr_array_add (attachments->rows, row);
}

/* ---- loading ---- */

typedef struct {
  char *holder, *where;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->holder);
  g_free (question->where);
  g_free (question);
}

static gboolean
take_record (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

static gpointer
load_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  SatchelRegistry *registry = satchel_session_get_registry (session);
  SatchelQuery query = { .entity = satchel_registry_require (registry, question->holder, error),
                         .limit = MOST_ROWS,
                         .descending = TRUE };
  g_autoptr (SatchelPredicate) where =
      query.entity != NULL ? satchel_predicate_parse (registry, query.entity, question->where, error) : NULL;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelPredicateContext context;

  if (where == NULL)
    return NULL;
  query.where = where;
  query.sort = satchel_entity_find_field (query.entity, "created_at");
  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &query, &context, take_record, records,
                                error)
             ? g_steal_pointer (&records)
             : NULL;
}

static void
show (Attachments *attachments, const GPtrArray *records)
{
  for (guint i = 0; i < attachments->rows->len; i++)
    adw_preferences_group_remove (attachments->group, attachments->rows->pdata[i]);
  g_ptr_array_set_size (attachments->rows, 0);
  for (guint i = 0; i < records->len; i++)
    add_row (attachments, records->pdata[i]);
  adw_preferences_group_set_description (attachments->group,
                                         records->len > 0 ? NULL : _ ("Drop files here, or choose some."));
}

static void load (Attachments *attachments);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) group = data;
  Attachments *attachments = g_object_get_data (G_OBJECT (group), "attachments");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  g_autofree char *reason = error != NULL ? satchel_refusal_to_text (error) : NULL;

  attachments->loading = FALSE;
  if (records != NULL && satchel_desk_get_session (attachments->desk) != NULL)
    show (attachments, records);
  else if (reason != NULL)
    adw_preferences_group_set_description (attachments->group, reason);
  if (attachments->again)
    load (attachments);
}

static void
load (Attachments *attachments)
{
  Question *question;
  g_autofree char *about =
      satchel_reference_to_condition (&attachments->reference, attachments->about, attachments->id);

  attachments->again = attachments->loading;
  if (attachments->loading)
    return;
  attachments->loading = TRUE;
  question = g_new0 (Question, 1);
  question->holder = g_strdup (attachments->reference.entity->name);
  question->where = g_strdup_printf ("%s and %s is not empty", about, attachments->file->name);
  satchel_desk_read (attachments->desk, load_job, question, question_free, (GDestroyNotify)g_ptr_array_unref,
                     NULL, loaded_cb, g_object_ref (attachments->group));
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, GObject *group)
{
  Attachments *attachments = g_object_get_data (group, "attachments");

  if (satchel_desk_changes_touch (records, attachments->reference.entity, NULL))
    load (attachments);
}

/* ---- the widget ---- */

/* What can be about the record and hold a file. */
static gboolean
find_holder (SatchelDesk *desk, const SatchelEntity *entity, SatchelReference *reference)
{
  g_autoptr (GArray) sources = satchel_moments_list_sources (satchel_desk_get_registry (desk), entity);

  for (guint i = 0; i < sources->len; i++) {
    *reference = g_array_index (sources, SatchelReference, i);
    if (find_file_field (reference->entity) != NULL)
      return TRUE;
  }
  return FALSE;
}

GtkWidget *
satchel_attachments_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  SatchelReference reference;
  Attachments *attachments;
  GtkWidget *choose;
  GtkDropTarget *target;

  if (!find_holder (desk, entity, &reference))
    return NULL;
  attachments = g_new0 (Attachments, 1);
  attachments->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  attachments->desk = g_object_ref (desk);
  attachments->about = entity;
  attachments->id = g_strdup (id);
  attachments->reference = reference;
  attachments->file = find_file_field (reference.entity);
  attachments->rows = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (attachments->group), "attachments", attachments, attachments_free);
  adw_preferences_group_set_title (attachments->group, _ ("Files"));
  choose = gtk_button_new_from_icon_name ("mail-attachment-symbolic");
  gtk_widget_add_css_class (choose, "flat");
  satchel_tip_name (choose, _ ("Attach Files"));
  g_signal_connect (choose, "clicked", G_CALLBACK (choose_cb), attachments->group);
  adw_preferences_group_set_header_suffix (attachments->group, choose);
  target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), attachments->group);
  gtk_widget_add_controller (GTK_WIDGET (attachments->group), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), attachments->group, 0);
  load (attachments);
  return GTK_WIDGET (attachments->group);
}
