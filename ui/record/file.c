/* The copies stand in the session's runtime folder, which is in memory and goes at the end of it: the profile
 * may be sealed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "client/connect.h"
#include "protocol/error.h"
#include "ui/act/refusal.h"
#include "ui/page.h"

#define MOST_NAME_BYTES 200 /* file systems take 255 */

typedef struct {
  gatomicrefcount references;
  GtkWidget *from; /* owned; main thread */
  GObject *data;   /* likewise, or NULL */
  SatchelFileProgress progress;
  char *entity, *id, *field;
} Opening;

static Opening *
opening_ref (Opening *opening)
{
  g_atomic_ref_count_inc (&opening->references);
  return opening;
}

/* The last one is given back in the main thread: there the widgets are. */
static void
opening_unref (Opening *opening)
{
  if (!g_atomic_ref_count_dec (&opening->references))
    return;
  g_object_unref (opening->from);
  g_clear_object (&opening->data);
  g_free (opening->entity);
  g_free (opening->id);
  g_free (opening->field);
  g_free (opening);
}

/* ---- names and places ---- */

char *
satchel_file_make_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  const char *last = strrchr (valid, '/');
  GString *made = g_string_new (NULL);

  for (const char *c = last != NULL ? last + 1 : valid; *c != '\0'; c = g_utf8_next_char (c)) {
    const gunichar character = g_utf8_get_char (c);

    if (made->len + 6 > MOST_NAME_BYTES)
      break;
    if (g_unichar_iscntrl (character) || character == '\\' || (made->len == 0 && character == '.'))
      continue;
    g_string_append_unichar (made, character);
  }
  if (made->len == 0)
    g_string_append (made, _ ("attachment"));
  return g_string_free (made, FALSE);
}

static char *
make_path (const char *hash, const char *name, GError **error)
{
  g_autofree char *piece = g_strndup (hash, 16), *file = satchel_file_make_name (name);
  g_autofree char *folder = g_build_filename (g_get_user_runtime_dir (), "satchel", "files", piece, NULL);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return g_build_filename (folder, file, NULL);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s", g_strerror (errno));
  return NULL;
}

/* ---- in a reader's thread ---- */

typedef struct {
  Opening *opening;
  double fraction;
} Moved;

static gboolean
tell_cb (gpointer data)
{
  Moved *moved = data;

  if (moved->opening->progress != NULL)
    moved->opening->progress (moved->fraction, moved->opening->data);
  opening_unref (moved->opening);
  g_free (moved);
  return G_SOURCE_REMOVE;
}

static void
moved_cb (gint64 have, gint64 size_bytes, gpointer data)
{
  Moved *moved = g_new0 (Moved, 1);

  moved->opening = opening_ref (data);
  moved->fraction = size_bytes > 0 ? (double)have / (double)size_bytes : 1;
  g_idle_add (tell_cb, moved);
}

static gboolean
copy_out (SatchelSession *session, const SatchelBlob *blob, const char *path, GError **error)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (satchel_session_get_replica (session));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) output = NULL;

  g_unlink (path); /* of an earlier time; it cannot be written to */
  output = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);
  if (output == NULL ||
      !satchel_blob_store_copy (store, blob->hash, blob->size_bytes, G_OUTPUT_STREAM (output), error) ||
      !g_output_stream_close (G_OUTPUT_STREAM (output), NULL, error))
    return FALSE;
  return g_chmod (path, 0400) == 0 || g_file_query_exists (file, NULL);
}

static SatchelValue *
read_value (SatchelSession *session, const Opening *opening, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_require (registry, opening->entity, error);
  const SatchelField *field =
      entity != NULL ? satchel_registry_require_field (registry, entity, opening->field, error) : NULL;
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *value;

  if (field == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, opening->id, &record, error))
    return NULL;
  value = record != NULL ? satchel_record_get (record, field) : NULL;
  if (value == NULL || field->type != SATCHEL_TYPE_FILE) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such file any more");
    return NULL;
  }
  return satchel_value_ref (value);
}

static gpointer
open_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;
  g_autoptr (SatchelValue) value = read_value (session, opening, error);
  SatchelWantedFile wanted = { opening->entity, opening->id, opening->field, { 0 } };
  g_autofree char *path = NULL;
  const char *hash, *name;

  if (value == NULL)
    return NULL;
  satchel_value_get_file (value, &hash, &name, NULL, &wanted.blob.size_bytes);
  wanted.blob.hash = (char *)hash;
  path = satchel_fetch_file (session, &wanted, moved_cb, opening, NULL, error) ? make_path (hash, name, error)
                                                                               : NULL;
  return path != NULL && copy_out (session, &wanted.blob, path, error) ? g_steal_pointer (&path) : NULL;
}

/* ---- in the main thread ---- */

static void
say (Opening *opening, const GError *error)
{
  g_autofree char *reason = satchel_refusal_to_text (error);

  satchel_toast (opening->from, reason, NULL, NULL);
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;

  if (!g_app_info_launch_default_for_uri_finish (result, NULL))
    satchel_toast (opening->from, _ ("No program here opens files of this kind."), NULL, NULL);
  opening_unref (opening);
}

/* One at a time: a slow server shall not keep both readers. */
static const char busy_key[] = "satchel-file-opening";

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  g_autofree char *uri = path != NULL ? g_filename_to_uri (path, NULL, &error) : NULL;

  g_object_set_data (source, busy_key, NULL);
  if (opening->progress != NULL)
    opening->progress (-1, opening->data);
  if (uri != NULL) {
    g_app_info_launch_default_for_uri_async (uri, NULL, NULL, launched_cb, opening_ref (opening));
  } else {
    say (opening, error);
  }
  opening_unref (opening);
}

void
satchel_file_open (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id,
                   const SatchelField *field, SatchelFileProgress progress, GObject *data)
{
  Opening *opening;

  if (g_object_get_data (G_OBJECT (desk), busy_key) != NULL) {
    satchel_toast (from, _ ("Another file is being fetched. Try again when it is here."), NULL, NULL);
    return;
  }
  g_object_set_data (G_OBJECT (desk), busy_key, desk);
  opening = g_new0 (Opening, 1);
  g_atomic_ref_count_init (&opening->references);
  opening->from = g_object_ref (from);
  opening->data = data != NULL ? g_object_ref (data) : NULL;
  opening->progress = progress;
  opening->entity = g_strdup (entity->name);
  opening->id = g_strdup (id);
  opening->field = g_strdup (field->name);
  if (progress != NULL)
    progress (0, data);
  satchel_desk_read (desk, open_job, opening, NULL, g_free, NULL, opened_cb, opening);
}
