/* Which image a device gets, and when it is made anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "sync-server/scope/cursor.h"
#include "sync-server/scope/image.h"
#include "sync-server/scope/pull-metadata.h"
#include "sync-server/store/members.h"

#define FORM       2 /* of an image: raised when the layout of its tables is */
#define MOST_BYTES (G_GINT64_CONSTANT (2) << 30)
#define MOST_DELTA 4 /* an image is made anew when more than a fourth of it has changed */
#define KEY_BYTES  16
#define FAR_OFFSET (G_GINT64_CONSTANT (1) << 40) /* behind every image */
#define LONE_ROWS  10                            /* times the least rows: an image for one device alone */
#define MOST_ASKED 10000                         /* whose scopes are remembered */

typedef struct {
  char id[2 * KEY_BYTES + 1];
  gint64 s, rights;
  guint64 used;       /* when it was asked for last, in requests */
  SatchelImage image; /* no bytes: it would be too large */
} Kept;

struct _SatchelSnapshots {
  char *dir;
  gint64 least_rows;
  GMutex lock;       /* of all that follows */
  GHashTable *kept;  /* key → Kept */
  GHashTable *asked; /* key → the device that there was no image for; "": several */
  char *making;      /* the key of the image under way */
  gboolean swept;    /* what an earlier process has left */
  guint64 n_requests;
};

SatchelSnapshots *
satchel_snapshots_new (const char *dir)
{
  SatchelSnapshots *snapshots = g_new0 (SatchelSnapshots, 1);

  snapshots->dir = g_build_filename (dir, "snapshots", NULL);
  snapshots->least_rows = SATCHEL_SNAPSHOT_LEAST_ROWS;
  g_mutex_init (&snapshots->lock);
  snapshots->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  snapshots->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return snapshots;
}

void
satchel_snapshots_set_least_rows (SatchelSnapshots *snapshots, gint64 n_rows)
{
  snapshots->least_rows = n_rows;
}

void
satchel_snapshots_free (SatchelSnapshots *snapshots)
{
  if (snapshots == NULL)
    return;
  g_hash_table_unref (snapshots->kept);
  g_hash_table_unref (snapshots->asked);
  g_mutex_clear (&snapshots->lock);
  g_free (snapshots->dir);
  g_free (snapshots);
}

/* ---- the folder ---- */

static void
remove_file (SatchelSnapshots *snapshots, const char *name)
{
  g_autofree char *path = g_build_filename (snapshots->dir, name, NULL);

  g_unlink (path); /* what cannot be removed is tried again by the next process */
}

static gboolean
sweep (SatchelSnapshots *snapshots, GError **error)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (snapshots->swept)
    return TRUE;
  if (g_mkdir_with_parents (snapshots->dir, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "no room for snapshots: %s",
                 g_strerror (errno));
    return FALSE;
  }
  folder = g_dir_open (snapshots->dir, 0, NULL);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    remove_file (snapshots, name);
  snapshots->swept = TRUE;
  return TRUE;
}

static void
forget (SatchelSnapshots *snapshots, const char *key)
{
  const Kept *kept = g_hash_table_lookup (snapshots->kept, key);

  if (kept == NULL)
    return;
  remove_file (snapshots, kept->id);
  g_hash_table_remove (snapshots->kept, key);
}

/* The one that was asked for longest ago goes first. */
static void
make_room (SatchelSnapshots *snapshots)
{
  for (;;) {
    const char *oldest = NULL;
    guint64 used = G_MAXUINT64;
    gint64 total = 0;
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init (&iter, snapshots->kept);
    while (g_hash_table_iter_next (&iter, &key, &value)) {
      const Kept *kept = value;

      total += kept->image.bytes;
      if (kept->used < used) {
        used = kept->used;
        oldest = key;
      }
    }
    if (total <= MOST_BYTES)
      return;
    forget (snapshots, oldest);
  }
}

/* ---- what an image is of ---- */

/* Devices with the same key carry the same, but for what they are the authors of. */
static char *
make_key (SatchelStore *store, const SatchelScope *scope)
{
  g_auto (GStrv) lines = g_strsplit (scope->text, "\n", -1);
  g_autoptr (GString) said = g_string_new (NULL);
  guint8 hash[KEY_BYTES];
  char *key = g_malloc (2 * KEY_BYTES + 1);

  g_string_append_printf (said, "%d %" G_GINT64_FORMAT " %s\n", FORM, store->epoch,
                          satchel_registry_get_digest (store->registry));
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *space = strchr (lines[i], ' ');

    if (space == NULL || !g_str_has_prefix (space, " author "))
      g_string_append_printf (said, "%s\n", lines[i]);
  }
  crypto_generichash (hash, sizeof hash, (const guint8 *)said->str, said->len, store->secret,
                      sizeof store->secret);
  return sodium_bin2hex (key, 2 * KEY_BYTES + 1, hash, sizeof hash);
}

static gboolean
is_shared (SatchelPulling *pull, gboolean *shared, GError **error)
{
  *shared = FALSE;
  for (guint i = 0; i < pull->scope->entities->len; i++) {
    const SatchelEntityScope *own = pull->scope->entities->pdata[i];
    g_autoptr (GArray) blanked = NULL;

    if (own->pins != NULL)
      return TRUE;
    blanked = satchel_pulling_list_blanked (pull, own->entity, error);
    if (blanked == NULL)
      return FALSE;
    if (blanked->len > 0)
      return TRUE;
  }
  *shared = TRUE;
  return TRUE;
}

/* ---- whether one will do ---- */

static gboolean
note_departed (const char *record, const char *why, gint64 since, gpointer data, GError **error)
{
  *(gboolean *)data = TRUE;
  return TRUE;
}

static gboolean
has_departed (SatchelPulling *pull, gint64 s, gboolean *departed, GError **error)
{
  *departed = FALSE;
  for (guint i = 0; i < pull->scope->entities->len; i++) {
    const SatchelEntityScope *own = pull->scope->entities->pdata[i];
    const GArray *readable = satchel_holdings_get (pull->now, own->entity)->readable;

    for (guint j = 0; j < readable->len && !*departed; j++) {
      if (!satchel_members_visit_departed (pull->store, g_array_index (readable, gint64, j), s, note_departed,
                                           departed, error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
add_moved (SatchelPulling *pull, gint64 bucket, gint64 s, gint64 *n_moved, GError **error)
{
  g_autoptr (GArray) members = satchel_members_list_changed (pull->store, bucket, s, error);

  if (members == NULL)
    return FALSE;
  *n_moved += members->len;
  return TRUE;
}

static gboolean
count_moved (SatchelPulling *pull, gint64 s, gint64 *n_moved, GError **error)
{
  *n_moved = 0;
  for (guint i = 0; i < pull->scope->entities->len; i++) {
    const SatchelEntityScope *own = pull->scope->entities->pdata[i];
    const SatchelHolding *holding = satchel_holdings_get (pull->now, own->entity);

    for (guint j = 0; holding->all && j < holding->readable->len; j++) {
      if (!add_moved (pull, g_array_index (holding->readable, gint64, j), s, n_moved, error))
        return FALSE;
    }
    for (guint j = 0; !holding->all && j < holding->sources->len; j++) {
      if (!add_moved (pull, g_array_index (holding->sources, SatchelSource, j).bucket, s, n_moved, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* Whoever reads by the rights of an image's time could read all of it then. Rights that are others may be
 * those of somebody who came later: she must not see what left before. */
static gboolean
will_do (SatchelPulling *pull, const Kept *kept, gboolean *will, GError **error)
{
  const SatchelStore *store = pull->store;
  gboolean departed = FALSE;
  gint64 n_moved = 0;

  *will = FALSE;
  if (kept->s < store->floor)
    return TRUE;
  if ((kept->rights != store->rights && !has_departed (pull, kept->s, &departed, error)) ||
      (!departed && !count_moved (pull, kept->s, &n_moved, error)))
    return FALSE;
  *will = !departed && n_moved <= kept->image.rows / MOST_DELTA;
  return TRUE;
}

/* ---- making ---- */

static gboolean
find (SatchelSnapshots *snapshots, const char *key, Kept *kept)
{
  Kept *found;

  g_mutex_lock (&snapshots->lock);
  found = g_hash_table_lookup (snapshots->kept, key);
  if (found != NULL) {
    found->used = ++snapshots->n_requests;
    *kept = *found;
  }
  g_mutex_unlock (&snapshots->lock);
  return found != NULL;
}

static gboolean
begin_making (SatchelSnapshots *snapshots, const char *key, gboolean *mine, GError **error)
{
  gboolean swept = TRUE;

  g_mutex_lock (&snapshots->lock);
  *mine = snapshots->making == NULL;
  if (*mine)
    swept = sweep (snapshots, error);
  if (*mine && swept)
    snapshots->making = g_strdup (key);
  g_mutex_unlock (&snapshots->lock);
  return swept;
}

/* What is made has this name until it can be asked for. */
static char *
dup_unfinished (SatchelSnapshots *snapshots, const char *id)
{
  return g_strdup_printf ("%s" G_DIR_SEPARATOR_S "%s.new", snapshots->dir, id);
}

static void
show (SatchelSnapshots *snapshots, const char *id)
{
  g_autofree char *from = dup_unfinished (snapshots, id);
  g_autofree char *to = g_build_filename (snapshots->dir, id, NULL);

  (void)g_rename (from, to); /* what has kept its name is not found, and rows are taken */
}

/* @kept NULL: it failed, and what was there is of no use either. */
static void
end_making (SatchelSnapshots *snapshots, const char *key, const Kept *kept)
{
  g_mutex_lock (&snapshots->lock);
  forget (snapshots, key);
  if (kept != NULL) {
    Kept *copy = g_memdup2 (kept, sizeof *kept);

    copy->used = ++snapshots->n_requests;
    if (kept->image.bytes > 0)
      show (snapshots, kept->id);
    g_hash_table_insert (snapshots->kept, g_strdup (key), copy);
    make_room (snapshots);
  }
  g_clear_pointer (&snapshots->making, g_free);
  g_mutex_unlock (&snapshots->lock);
}

static gboolean
make (SatchelSnapshots *snapshots, SatchelPulling *pull, const char *key, const gint *stop, GError **error)
{
  Kept kept = { .s = pull->store->s, .rights = pull->store->rights };
  guint8 chance[KEY_BYTES];
  g_autofree char *path = NULL;
  g_autoptr (GError) problem = NULL;

  randombytes_buf (chance, sizeof chance);
  sodium_bin2hex (kept.id, sizeof kept.id, chance, sizeof chance);
  path = dup_unfinished (snapshots, kept.id);
  if (satchel_image_write (pull, path, stop, &kept.image, &problem)) {
    end_making (snapshots, key, &kept);
    return TRUE;
  }
  /* That it is too large is worth remembering. */
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE)) {
    kept.image.bytes = 0;
    end_making (snapshots, key, &kept);
    return TRUE;
  }
  end_making (snapshots, key, NULL);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* ---- whom it would serve ---- */

static void
note_asker (SatchelSnapshots *snapshots, const char *key, const char *device)
{
  const char *first;

  g_mutex_lock (&snapshots->lock);
  if (g_hash_table_size (snapshots->asked) >= MOST_ASKED)
    g_hash_table_remove_all (snapshots->asked);
  first = g_hash_table_lookup (snapshots->asked, key);
  if (first == NULL || !g_str_equal (first, device))
    g_hash_table_insert (snapshots->asked, g_strdup (key), g_strdup (first == NULL ? device : ""));
  g_mutex_unlock (&snapshots->lock);
}

static gboolean
asked_several (SatchelSnapshots *snapshots, const char *key)
{
  gboolean several;

  g_mutex_lock (&snapshots->lock);
  several = g_strcmp0 (g_hash_table_lookup (snapshots->asked, key), "") == 0;
  g_mutex_unlock (&snapshots->lock);
  return several;
}

/* Many rows are likely to be a whole office's, of whom more will come; of few only what has been asked for
 * again. */
static gboolean
is_worthwhile (SatchelSnapshots *snapshots, SatchelPulling *pull, const char *key, gboolean *worthwhile,
               GError **error)
{
  gint64 n_rows;

  if (!satchel_image_count (pull, &n_rows, error))
    return FALSE;
  *worthwhile = n_rows >= snapshots->least_rows &&
                (n_rows >= LONE_ROWS * snapshots->least_rows || asked_several (snapshots, key));
  return TRUE;
}

/* ---- answers ---- */

static char *
head_text (SatchelPulling *pull, const SatchelSnapshotRequest *request, const Kept *kept)
{
  const SatchelStore *store = pull->store;
  const SatchelPull asked = { .schema = request->schema };
  SatchelCursor cursor = { .epoch = store->epoch, .s = kept->s };
  g_autofree char *text = NULL, *metadata = satchel_pull_metadata_line (pull->store, &asked, NULL);
  SatchelSnapshotHead head = {
    .id = (char *)kept->id,
    .s = kept->s,
    .bytes = kept->image.bytes,
    .image_bytes = kept->image.image_bytes,
    .rows = kept->image.rows,
    .hash = (char *)kept->image.hash,
    .metadata = metadata != NULL ? (char *)satchel_registry_get_text (store->registry) : NULL,
  };

  g_strlcpy (cursor.buckets, pull->scope->digest, sizeof cursor.buckets);
  satchel_cursor_set_schema (&cursor, satchel_registry_get_digest (store->registry));
  head.cursor = text =
      satchel_cursor_to_text (&cursor, store->secret, sizeof store->secret, pull->scope->user);
  return satchel_snapshot_head_to_text (&head);
}

/* *lacking: none is kept that will do. One that would be too large is kept as such. */
static gboolean
find_usable (SatchelSnapshots *snapshots, SatchelPulling *pull, const char *key, Kept *kept,
             gboolean *lacking, GError **error)
{
  gboolean will = FALSE;

  if (find (snapshots, key, kept) && !will_do (pull, kept, &will, error))
    return FALSE;
  *lacking = !will;
  return TRUE;
}

char *
satchel_snapshots_answer (SatchelSnapshots *snapshots, SatchelStore *store, SatchelAccess *access,
                          const char *user, const char *device, const SatchelSnapshotRequest *request,
                          gint64 now_ms, gboolean *lacking, GError **error)
{
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms };
  g_autofree char *key = NULL;
  gboolean shared;
  Kept kept;

  *lacking = FALSE;
  if (!satchel_pulling_open (&pull, access, user, device, error) || !is_shared (&pull, &shared, error))
    return NULL;
  if (!shared)
    return g_strdup ("{}");
  key = make_key (store, pull.scope);
  if (!find_usable (snapshots, &pull, key, &kept, lacking, error))
    return NULL;
  if (*lacking)
    note_asker (snapshots, key, device);
  return *lacking || kept.image.bytes == 0 ? g_strdup ("{}") : head_text (&pull, request, &kept);
}

gboolean
satchel_snapshots_make (SatchelSnapshots *snapshots, SatchelStore *store, SatchelAccess *access,
                        const char *user, const char *device, gint64 now_ms, const gint *stop, GError **error)
{
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms };
  g_autofree char *key = NULL;
  gboolean wanted;
  Kept kept;

  if (!satchel_pulling_open (&pull, access, user, device, error) || !is_shared (&pull, &wanted, error))
    return FALSE;
  if (!wanted)
    return TRUE;
  key = make_key (store, pull.scope);
  if (!find_usable (snapshots, &pull, key, &kept, &wanted, error) ||
      (wanted && !is_worthwhile (snapshots, &pull, key, &wanted, error)) ||
      (wanted && !begin_making (snapshots, key, &wanted, error)))
    return FALSE;
  return !wanted || make (snapshots, &pull, key, stop, error);
}

/* The file is opened under the lock: it may be removed while it is read. */
static int
open_kept (SatchelSnapshots *snapshots, const char *key, const char *id)
{
  Kept *kept;
  int fd = -1;

  g_mutex_lock (&snapshots->lock);
  kept = g_hash_table_lookup (snapshots->kept, key);
  if (kept != NULL && kept->image.bytes > 0 && g_str_equal (kept->id, id)) {
    g_autofree char *path = g_build_filename (snapshots->dir, kept->id, NULL);

    fd = open (path, O_RDONLY | O_CLOEXEC);
    kept->used = ++snapshots->n_requests;
  }
  g_mutex_unlock (&snapshots->lock);
  return fd;
}

GBytes *
satchel_snapshots_read (SatchelSnapshots *snapshots, SatchelStore *store, SatchelAccess *access,
                        const char *user, const char *device, const SatchelSnapshotGet *request,
                        GError **error)
{
  const SatchelScope *scope = satchel_access_get_scope (access, user, device, error);
  g_autofree char *key = NULL, *bytes = NULL;
  gssize size;
  int fd;

  if (scope == NULL)
    return NULL;
  key = make_key (store, scope);
  fd = open_kept (snapshots, key, request->id);
  if (fd < 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such snapshot");
    return NULL;
  }
  bytes = g_malloc (SATCHEL_SNAPSHOT_PIECE_BYTES);
  /* The system knows offsets that are too far; nothing is there, either. */
  do
    size = pread (fd, bytes, SATCHEL_SNAPSHOT_PIECE_BYTES, MIN (request->offset, FAR_OFFSET));
  while (size < 0 && errno == EINTR);
  close (fd);
  if (size < 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "a snapshot cannot be read");
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}
