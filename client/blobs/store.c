/* Attachments as files of their own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/blobs/store.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/blobs/piece.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/blob.h"

#define STALE_SECONDS (24 * 60 * 60)

#define STAGED ".staged"
#define PART   ".part"
#define NEW    "new-"
#define MARK   "staged"

struct _SatchelBlobStore {
  char *directory; /* …/blobs */
  SatchelPieces pieces;
};

SatchelBlobStore *
satchel_blob_store_new (const char *directory, SatchelVault *vault)
{
  SatchelBlobStore *store = g_new0 (SatchelBlobStore, 1);

  store->directory = g_build_filename (directory, "blobs", NULL);
  satchel_pieces_init (&store->pieces, vault);
  return store;
}

void
satchel_blob_store_free (SatchelBlobStore *store)
{
  if (store == NULL)
    return;
  satchel_pieces_clear (&store->pieces);
  g_free (store->directory);
  g_free (store);
}

/* ---- paths ---- */

static char *
path_of (SatchelBlobStore *store, const char *hash, const char *suffix)
{
  g_autofree char *name = g_strconcat (hash, suffix, NULL);

  g_assert (satchel_blob_hash_is_valid (hash));
  return g_build_filename (store->directory, name, NULL);
}

static gboolean
fail (const char *path, GError **error)
{
  const int problem = errno;

  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (problem));
  return FALSE;
}

static gboolean
ensure_directory (SatchelBlobStore *store, GError **error)
{
  return g_mkdir_with_parents (store->directory, 0700) == 0 || fail (store->directory, error);
}

/* A name is durable once its folder is. */
static gboolean
move (SatchelBlobStore *store, const char *from, const char *to, GError **error)
{
  int folder;
  gboolean durable;

  if (rename (from, to) != 0)
    return fail (to, error);
  folder = open (store->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  durable = folder >= 0 && fsync (folder) == 0;
  if (!durable)
    fail (store->directory, error);
  if (folder >= 0)
    close (folder);
  return durable;
}

static gboolean
remove_path (const char *path, GError **error)
{
  return g_unlink (path) == 0 || errno == ENOENT || fail (path, error);
}

/* ---- the mark ---- */

/* Processes that stage and one that clears up take turns at the mark. */
static int
lock_folder (SatchelBlobStore *store, int operation, GError **error)
{
  int folder = open (store->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (folder >= 0 && flock (folder, operation) == 0)
    return folder;
  fail (store->directory, error);
  if (folder >= 0)
    close (folder);
  return -1;
}

/* A file of its own, since a transaction that is undone takes its facts along, and what was staged stays.
 * Durable with the name of what is staged. */
static gboolean
mark (SatchelBlobStore *store, GError **error)
{
  g_autofree char *path = g_build_filename (store->directory, MARK, NULL);
  int file = open (path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (file < 0)
    return fail (path, error);
  close (file);
  return TRUE;
}

gboolean
satchel_blob_store_is_marked (SatchelBlobStore *store)
{
  g_autofree char *path = g_build_filename (store->directory, MARK, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* ---- attaching ---- */

static gboolean
refuse_source (const char *path, const char *why, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s: %s", shown, why);
  return FALSE;
}

/* Not blocking, so that a pipe is refused and not waited for. */
static int
open_source (const char *path, gint64 *size, GError **error)
{
  struct stat info;
  int source = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  if (source < 0) {
    refuse_source (path, g_strerror (errno), error);
    return -1;
  }
  if (fstat (source, &info) != 0)
    refuse_source (path, g_strerror (errno), error);
  else if (!S_ISREG (info.st_mode))
    refuse_source (path, "only regular files can be attached", error);
  else if (info.st_size > SATCHEL_MAX_BLOB_BYTES)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, _ ("%s: an attachment has at most %d MiB"),
                 path, (int)(SATCHEL_MAX_BLOB_BYTES / (1024 * 1024)));
  else {
    *size = info.st_size;
    return source;
  }
  close (source);
  return -1;
}

/* @size is what the file had when it was opened: what grows or shrinks under the copy is no file to keep. */
static gboolean
copy_in (SatchelBlobStore *store, const char *path, int source, int target, gint64 size, GChecksum *checksum,
         GError **error)
{
  g_autofree guint8 *piece = g_malloc (SATCHEL_BLOB_PIECE_BYTES);
  gint64 at = 0;

  while (TRUE) {
    gssize length = satchel_pieces_read_full (source, piece, SATCHEL_BLOB_PIECE_BYTES, at);

    if (length < 0)
      return refuse_source (path, g_strerror (errno), error);
    if (at + length > size || (length < SATCHEL_BLOB_PIECE_BYTES && at + length != size))
      return refuse_source (path, "it changed while it was read", error);
    g_checksum_update (checksum, piece, length);
    if (length > 0 && !satchel_pieces_write (&store->pieces, target, at, piece, length))
      return fail (store->directory, error);
    at += length;
    if (length < SATCHEL_BLOB_PIECE_BYTES)
      return fsync (target) == 0 || fail (store->directory, error);
  }
}

/* A file to copy to, with the mark. */
static int
open_new (SatchelBlobStore *store, char *path, GError **error)
{
  const int folder = ensure_directory (store, error) ? lock_folder (store, LOCK_SH, error) : -1;
  int file;

  if (folder < 0)
    return -1;
  file = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (file < 0)
    fail (path, error);
  else if (!mark (store, error)) {
    g_unlink (path);
    close (file);
    file = -1;
  }
  close (folder);
  return file;
}

gboolean
satchel_blob_store_stage (SatchelBlobStore *store, const char *path, char **hash, gint64 *size_bytes,
                          GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *new = g_build_filename (store->directory, NEW "XXXXXX", NULL);
  g_autofree char *staged = NULL;
  int source, target;
  gboolean done;

  *hash = NULL;
  source = open_source (path, size_bytes, error);
  if (source < 0)
    return FALSE;
  target = open_new (store, new, error);
  if (target < 0) {
    close (source);
    return FALSE;
  }
  done = copy_in (store, path, source, target, *size_bytes, checksum, error);
  close (source);
  close (target);
  if (done) {
    staged = path_of (store, g_checksum_get_string (checksum), STAGED);
    done = move (store, new, staged, error);
  }
  if (done)
    *hash = g_strdup (g_checksum_get_string (checksum));
  else
    g_unlink (new);
  return done;
}

gboolean
satchel_blob_store_claim (SatchelBlobStore *store, const char *hash, gboolean *claimed, GError **error)
{
  g_autofree char *staged = path_of (store, hash, STAGED);
  g_autofree char *whole = path_of (store, hash, "");

  *claimed = g_file_test (staged, G_FILE_TEST_EXISTS);
  return !*claimed || move (store, staged, whole, error);
}

/* ---- reading ---- */

gboolean
satchel_blob_store_has (SatchelBlobStore *store, const char *hash)
{
  g_autofree char *path = path_of (store, hash, "");

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                       _ ("the attachment's file is missing or damaged"));
  return FALSE;
}

/* The piece in which @offset lies, from there on. */
static GBytes *
read_piece (SatchelBlobStore *store, int file, gint64 size, gint64 offset)
{
  const gint64 start = offset - offset % SATCHEL_BLOB_PIECE_BYTES;
  const gint64 length = MIN (SATCHEL_BLOB_PIECE_BYTES, size - start);
  g_autofree guint8 *piece = NULL;

  if (length <= 0)
    return g_bytes_new (NULL, 0);
  piece = g_malloc (length);
  if (!satchel_pieces_read (&store->pieces, file, start, piece, length))
    return NULL;
  return g_bytes_new (piece + (offset - start), length - (offset - start));
}

static int
open_whole (SatchelBlobStore *store, const char *hash, gint64 size)
{
  g_autofree char *path = path_of (store, hash, "");
  struct stat info;
  int file = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (file < 0 || (fstat (file, &info) == 0 && info.st_size == satchel_pieces_stored (&store->pieces, size)))
    return file;
  close (file);
  return -1;
}

GBytes *
satchel_blob_store_read (SatchelBlobStore *store, const char *hash, gint64 size_bytes, gint64 offset,
                         GError **error)
{
  int file = open_whole (store, hash, size_bytes);
  GBytes *piece = file >= 0 ? read_piece (store, file, size_bytes, offset) : NULL;

  if (file >= 0)
    close (file);
  if (piece == NULL)
    fail_damaged (error);
  return piece;
}

static gboolean
is_of_hash (SatchelBlobStore *store, int file, const char *hash, gint64 size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (gint64 at = 0; at < size; at += SATCHEL_BLOB_PIECE_BYTES) {
    g_autoptr (GBytes) piece = read_piece (store, file, size, at);
    gsize length;
    const void *bytes = piece != NULL ? g_bytes_get_data (piece, &length) : NULL;

    if (bytes == NULL)
      return FALSE;
    g_checksum_update (checksum, bytes, length);
  }
  return g_str_equal (g_checksum_get_string (checksum), hash);
}

gboolean
satchel_blob_store_verify (SatchelBlobStore *store, const char *hash, gint64 size_bytes, GError **error)
{
  int file = open_whole (store, hash, size_bytes);
  gboolean good = file >= 0 && is_of_hash (store, file, hash, size_bytes);

  if (file >= 0)
    close (file);
  return good || fail_damaged (error);
}

gboolean
satchel_blob_store_copy (SatchelBlobStore *store, const char *hash, gint64 size_bytes, GOutputStream *output,
                         GError **error)
{
  if (!satchel_blob_store_verify (store, hash, size_bytes, error))
    return FALSE;
  for (gint64 at = 0; at < size_bytes; at += SATCHEL_BLOB_PIECE_BYTES) {
    g_autoptr (GBytes) piece = satchel_blob_store_read (store, hash, size_bytes, at, error);
    g_autoptr (GError) problem = NULL;

    if (piece == NULL)
      return FALSE;
    if (!g_output_stream_write_all (output, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), NULL,
                                    NULL, &problem)) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- fetching ---- */

/* What a crash left behind the last whole piece does not count. */
static gboolean
measure_part (SatchelBlobStore *store, int file, gint64 *have)
{
  struct stat info;

  if (fstat (file, &info) != 0)
    return FALSE;
  *have = info.st_size / satchel_pieces_stored (&store->pieces, SATCHEL_BLOB_PIECE_BYTES) *
          SATCHEL_BLOB_PIECE_BYTES;
  return TRUE;
}

gboolean
satchel_blob_store_get_part (SatchelBlobStore *store, const char *hash, gint64 *have, GError **error)
{
  g_autofree char *path = path_of (store, hash, PART);
  int file = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  gboolean measured;

  *have = 0;
  if (file < 0)
    return errno == ENOENT || fail (path, error);
  measured = measure_part (store, file, have) || fail (path, error);
  close (file);
  return measured;
}

static gboolean
refuse_part (const char *path, GError **error)
{
  if (remove_path (path, error))
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         _ ("what came is not the file that was attached; it was thrown away"));
  return FALSE;
}

static gboolean
finish_part (SatchelBlobStore *store, int file, const char *path, const char *hash, gint64 size,
             GError **error)
{
  g_autofree char *whole = path_of (store, hash, "");

  if (is_of_hash (store, file, hash, size))
    return (fsync (file) == 0 || fail (path, error)) && move (store, path, whole, error);
  return refuse_part (path, error);
}

/* The part is locked. */
static gboolean
append (SatchelBlobStore *store, int file, const char *path, const char *hash, gint64 size, gint64 offset,
        GBytes *piece, gint64 *have, gboolean *done, GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (piece, &length);

  if (satchel_blob_store_has (store, hash)) { /* another process was faster */
    *have = size;
    *done = TRUE;
    return remove_path (path, error);
  }
  if (!measure_part (store, file, have))
    return fail (path, error);
  if (*have > size) /* two records disagree about the size: one of them lies */
    return refuse_part (path, error);
  if (*have != offset)
    return TRUE;
  if (ftruncate (file, satchel_pieces_stored (&store->pieces, offset)) != 0 ||
      (length > 0 && !satchel_pieces_write (&store->pieces, file, offset, bytes, length)))
    return fail (path, error);
  *have = offset + (gint64)length;
  *done = *have == size && finish_part (store, file, path, hash, size, error);
  return *done || *have < size;
}

gboolean
satchel_blob_store_put_part (SatchelBlobStore *store, const char *hash, gint64 size_bytes, gint64 offset,
                             GBytes *piece, gint64 *have, gboolean *done, GError **error)
{
  g_autofree char *path = path_of (store, hash, PART);
  gboolean appended;
  int file;

  *done = FALSE;
  if ((gint64)g_bytes_get_size (piece) != MIN (SATCHEL_BLOB_PIECE_BYTES, size_bytes - offset)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         _ ("a piece of an attachment has a wrong size"));
    return FALSE;
  }
  if (!ensure_directory (store, error))
    return FALSE;
  file = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0 || flock (file, LOCK_EX) != 0) {
    fail (path, error);
    if (file >= 0)
      close (file);
    return FALSE;
  }
  appended = append (store, file, path, hash, size_bytes, offset, piece, have, done, error);
  close (file);
  return appended;
}

/* ---- clearing up ---- */

/* Calls @visit for every name in the folder; that there is none is no error. */
typedef gboolean (*NameFunc) (SatchelBlobStore *store, const char *name, gpointer data, GError **error);

static gboolean
visit_names (SatchelBlobStore *store, NameFunc visit, gpointer data, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GDir) folder = g_dir_open (store->directory, 0, &problem);
  const char *name;

  if (folder == NULL && g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  if (folder == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
    return FALSE;
  }
  while ((name = g_dir_read_name (folder)) != NULL)
    if (!visit (store, name, data, error))
      return FALSE;
  return TRUE;
}

static gboolean
list_cb (SatchelBlobStore *store, const char *name, gpointer data, GError **error)
{
  g_autofree char *hash =
      g_str_has_suffix (name, PART) ? g_strndup (name, strlen (name) - strlen (PART)) : g_strdup (name);

  if (satchel_blob_hash_is_valid (hash))
    g_hash_table_add (data, g_steal_pointer (&hash));
  return TRUE;
}

GHashTable *
satchel_blob_store_list (SatchelBlobStore *store, GError **error)
{
  g_autoptr (GHashTable) hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return visit_names (store, list_cb, hashes, error) ? g_steal_pointer (&hashes) : NULL;
}

gboolean
satchel_blob_store_remove (SatchelBlobStore *store, const char *hash, GError **error)
{
  g_autofree char *whole = path_of (store, hash, "");
  g_autofree char *part = path_of (store, hash, PART);

  return remove_path (whole, error) && remove_path (part, error);
}

static gboolean
remove_stale_cb (SatchelBlobStore *store, const char *name, gpointer left, GError **error)
{
  g_autofree char *path = g_build_filename (store->directory, name, NULL);
  struct stat info;

  if ((!g_str_has_prefix (name, NEW) && !g_str_has_suffix (name, STAGED)) || lstat (path, &info) != 0)
    return TRUE;
  if (info.st_mtime <= time (NULL) - STALE_SECONDS)
    return remove_path (path, error);
  *(gboolean *)left = TRUE;
  return TRUE;
}

gboolean
satchel_blob_store_remove_stale (SatchelBlobStore *store, gboolean later, GError **error)
{
  g_autofree char *path = g_build_filename (store->directory, MARK, NULL);
  gboolean left = later, done;
  int folder;

  if (!g_file_test (store->directory, G_FILE_TEST_EXISTS))
    return TRUE;
  folder = lock_folder (store, LOCK_EX, error);
  if (folder < 0)
    return FALSE;
  done = visit_names (store, remove_stale_cb, &left, error) && (left || remove_path (path, error));
  close (folder);
  return done;
}
