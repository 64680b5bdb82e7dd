/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/layout.h"

#include <string.h>

#include "client/replica/column.h"
#include "protocol/error.h"
#include "protocol/integer.h"

#define NARROWEST 40
#define WIDEST    2000

static const SatchelViewColumn *
find_column (const SatchelView *view, const char *field)
{
  for (guint i = 0; i < view->n_columns; i++)
    if (g_str_equal (view->columns[i].field, field))
      return &view->columns[i];
  return NULL;
}

/* The file is the person's: what does not fit is left out. */
static gboolean
read_column (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelView *view,
             const char *text, guint index, SatchelViewColumn *column)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  g_autoptr (SatchelColumn) path =
      g_strv_length (parts) == 2 ? satchel_column_parse (registry, entity, parts[0], NULL) : NULL;
  const SatchelViewColumn *known;
  gint64 width;

  if (path == NULL || !satchel_integer_parse (parts[1], NARROWEST, WIDEST, &width))
    return FALSE;
  known = find_column (view, parts[0]);
  *column = (SatchelViewColumn){ g_intern_string (parts[0]), (guint)width,
                                 known != NULL ? known->priority : 100 + index };
  return TRUE;
}

GArray *
satchel_layout_read (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelView *view,
                     const char *text)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (SatchelViewColumn));
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    SatchelViewColumn column;

    if (read_column (registry, entity, view, words[i], i, &column))
      g_array_append_val (columns, column);
  }
  if (columns->len == 0)
    g_array_append_vals (columns, view->columns, view->n_columns);
  return columns;
}

static char *
dup_path (SatchelSession *session)
{
  return g_build_filename (satchel_session_get_directory (session), "columns.ini", NULL);
}

char *
satchel_layout_load (SatchelSession *session, const SatchelEntity *entity, const SatchelView *view)
{
  g_autofree char *path = dup_path (session);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  /* Where there is none, nobody has moved a column yet. */
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_key_file_get_string (file, entity->name, view->name, NULL);
}

gboolean
satchel_layout_save (SatchelSession *session, const char *entity, const char *view, const char *text,
                     GError **error)
{
  g_autofree char *path = dup_path (session);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) failure = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  if (text != NULL)
    g_key_file_set_string (file, entity, view, text);
  else
    g_key_file_remove_key (file, entity, view, NULL);
  if (g_key_file_save_to_file (file, path, &failure))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "the columns cannot be kept: %s",
               failure->message);
  return FALSE;
}

/* ---- as a write ---- */

typedef struct {
  char *entity, *view, *columns;
  SatchelSavedView *saved;
} Layout;

static void
layout_free (gpointer data)
{
  Layout *layout = data;

  g_free (layout->entity);
  g_free (layout->view);
  g_free (layout->columns);
  satchel_saved_view_unref (layout->saved);
  g_free (layout);
}

static gpointer
keep_layout_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Layout *layout = data;
  const SatchelViewDraft draft = { .columns = layout->columns };

  if (layout->saved != NULL)
    return satchel_session_save_view (session, satchel_saved_view_get_entity (layout->saved),
                                      satchel_saved_view_get_id (layout->saved), &draft, NULL, error);
  return satchel_layout_save (session, layout->entity, layout->view, layout->columns, error) ? g_strdup ("")
                                                                                             : NULL;
}

void
satchel_layout_keep_async (SatchelDesk *desk, const SatchelEntity *entity, const SatchelView *view,
                           SatchelSavedView *saved, const char *text, GAsyncReadyCallback callback,
                           gpointer data)
{
  Layout *layout = g_new0 (Layout, 1);

  layout->entity = g_strdup (entity->name);
  layout->view = g_strdup (view->name);
  layout->columns = g_strdup (text);
  if (saved != NULL && satchel_saved_view_is_own (saved))
    layout->saved = satchel_saved_view_ref (saved);
  satchel_desk_write (desk, keep_layout_job, layout, layout_free, g_free, callback, data);
}

gboolean
satchel_layout_keep_finish (SatchelDesk *desk, GAsyncResult *result, GError **error)
{
  g_autofree char *kept = satchel_desk_finish (desk, result, error);

  return kept != NULL;
}
