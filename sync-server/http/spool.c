/* Memory first, then a file without a name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/wire/coding.h"

#define PLAIN_BYTES  512          /* up to here compression without a dictionary gains nothing */
#define GATHER_BYTES (32 * 1024)  /* up to here it is encoded in one go */
#define MEMORY_BYTES (256 * 1024) /* encoded bytes kept in memory */
#define PIECE_BYTES  (64 * 1024)

struct _SatchelSpool {
  char *dir;
  SatchelEncoding encoding;
  SatchelEncoder *encoder; /* NULL while everything still fits into GATHER_BYTES */
  GByteArray *memory;      /* what is not in the file yet */
  int fd;                  /* -1: all in memory */
  gsize size;
  gsize offset; /* of the reader */
};

SatchelSpool *
satchel_spool_new (const char *dir, SatchelEncoding encoding)
{
  SatchelSpool *spool = g_new0 (SatchelSpool, 1);
  spool->dir = g_strdup (dir);
  spool->encoding = encoding;
  spool->memory = g_byte_array_new ();
  spool->fd = -1;
  return spool;
}

SatchelSpool *
satchel_spool_new_text (const char *text)
{
  SatchelSpool *spool = satchel_spool_new (NULL, SATCHEL_ENCODING_IDENTITY);
  spool->size = strlen (text);
  g_byte_array_append (spool->memory, (const guint8 *)text, spool->size);
  return spool;
}

void
satchel_spool_free (SatchelSpool *spool)
{
  if (spool == NULL)
    return;
  if (spool->fd >= 0)
    close (spool->fd);
  satchel_encoder_free (spool->encoder);
  g_clear_pointer (&spool->memory, g_byte_array_unref);
  g_free (spool->dir);
  g_free (spool);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

/* O_TMPFILE where the file system has it, else a file that loses its name at once. */
static int
open_unnamed (const char *dir)
{
  int fd = open (dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
    return fd;

  g_autofree char *path = g_build_filename (dir, ".answer-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    unlink (path);
  return fd;
}

static gboolean
flush_to_file (SatchelSpool *spool, GError **error)
{
  if (spool->fd < 0 && (spool->fd = open_unnamed (spool->dir)) < 0)
    return fail (error, "cannot make a temporary file");

  for (gsize done = 0; done < spool->memory->len;) {
    gssize n = write (spool->fd, spool->memory->data + done, spool->memory->len - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail (error, "cannot write a temporary file");
    done += n;
  }
  g_byte_array_set_size (spool->memory, 0);
  return TRUE;
}

static gboolean
store_cb (const void *bytes, gsize size, gpointer data, GError **error)
{
  SatchelSpool *spool = data;

  g_byte_array_append (spool->memory, bytes, size);
  spool->size += size;
  return spool->memory->len <= MEMORY_BYTES || flush_to_file (spool, error);
}

/* What was gathered is handed back: it is to be encoded. */
static GByteArray *
begin_encoding (SatchelSpool *spool)
{
  GByteArray *plain = g_steal_pointer (&spool->memory);

  spool->memory = g_byte_array_new ();
  spool->encoder = satchel_encoder_new (spool->encoding, store_cb, spool);
  return plain;
}

gboolean
satchel_spool_write (SatchelSpool *spool, const char *bytes, gsize size, GError **error)
{
  if (spool->encoder == NULL && spool->memory->len + size <= GATHER_BYTES) {
    g_byte_array_append (spool->memory, (const guint8 *)bytes, size);
    return TRUE;
  }
  if (spool->encoder == NULL) {
    g_autoptr (GByteArray) plain = begin_encoding (spool);

    if (!satchel_encoder_write (spool->encoder, plain->data, plain->len, error))
      return FALSE;
  }
  return satchel_encoder_write (spool->encoder, bytes, size, error);
}

static gsize
get_plain_bytes (SatchelEncoding encoding)
{
  return encoding == SATCHEL_ENCODING_SATCHEL ? SATCHEL_CODING_WORTH_BYTES : PLAIN_BYTES;
}

gboolean
satchel_spool_finish (SatchelSpool *spool, GError **error)
{
  g_autoptr (GByteArray) plain = NULL;

  if (spool->encoder == NULL && spool->memory->len <= get_plain_bytes (spool->encoding)) {
    spool->encoding = SATCHEL_ENCODING_IDENTITY;
    spool->size = spool->memory->len;
    return TRUE;
  }
  if (spool->encoder == NULL)
    plain = begin_encoding (spool);
  if (!satchel_encoder_finish (spool->encoder, plain != NULL ? plain->data : NULL,
                               plain != NULL ? plain->len : 0, error))
    return FALSE;
  g_clear_pointer (&spool->encoder, satchel_encoder_free);
  return spool->fd < 0 || flush_to_file (spool, error);
}

SatchelEncoding
satchel_spool_get_encoding (SatchelSpool *spool)
{
  return spool->encoding;
}

gsize
satchel_spool_get_size (SatchelSpool *spool)
{
  return spool->size;
}

SatchelSpool *
satchel_spool_copy (SatchelSpool *spool, gsize most)
{
  SatchelSpool *copy;

  if (spool->size > most || spool->fd >= 0 || spool->offset > 0)
    return NULL;
  copy = satchel_spool_new (spool->dir, spool->encoding);
  g_byte_array_append (copy->memory, spool->memory->data, (guint)spool->size);
  copy->size = spool->size;
  return copy;
}

GBytes *
satchel_spool_read (SatchelSpool *spool, GError **error)
{
  if (spool->offset == spool->size)
    return NULL;
  if (spool->fd < 0) {
    spool->offset = spool->size;
    return g_byte_array_free_to_bytes (g_steal_pointer (&spool->memory));
  }

  gsize size = MIN (PIECE_BYTES, spool->size - spool->offset);
  g_autofree guint8 *piece = g_malloc (size);
  gssize n = TEMP_FAILURE_RETRY (pread (spool->fd, piece, size, spool->offset));
  if (n <= 0) {
    fail (error, "cannot read a temporary file");
    return NULL;
  }
  spool->offset += n;
  return g_bytes_new_take (g_steal_pointer (&piece), n);
}
