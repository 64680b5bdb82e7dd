/* Directories of organisations, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/organisations.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER          "organisations"
#define DISABLED_ENDING ".disabled"
#define NEW_PREFIX      ".new-"

static gboolean
fail (GError **error, const char *what, const char *path)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "cannot %s %s: %s", what, path,
               g_strerror (errno));
  return FALSE;
}

/* ---- names ---- */

/* Paths that a server may want for itself one day; and each version of the protocol. */
static gboolean
is_reserved (const char *text, gsize length)
{
  static const char *const words[] = { "admin", "api", "health", "metrics", "organisations", "static" };

  if (text[0] == 'v' && length > 1 && strspn (text + 1, "0123456789") >= length - 1)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == length && memcmp (words[i], text, length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
satchel_slug_is_valid (const char *text, gsize length)
{
  if (length == 0 || length > SATCHEL_SLUG_MOST || text[0] == '-' || text[length - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) && text[i] != '-')
      return FALSE;
    if (text[i] == '-' && text[i - 1] == '-')
      return FALSE;
  }
  return !is_reserved (text, length);
}

char *
satchel_slug_from_name (const char *name)
{
  g_autofree char *plain = g_str_to_ascii (name, "C");
  g_autoptr (GString) slug = g_string_new (NULL);

  for (const char *at = plain; *at != '\0' && slug->len < SATCHEL_SLUG_MOST; at++) {
    if (g_ascii_isalnum (*at))
      g_string_append_c (slug, g_ascii_tolower (*at));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  }
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  return satchel_slug_is_valid (slug->str, slug->len) ? g_strdup (slug->str) : NULL;
}

/* ---- paths ---- */

static char *
get_folder (const char *data)
{
  return g_build_filename (data, FOLDER, NULL);
}

char *
satchel_organisations_get_dir (const char *data, const char *slug)
{
  return slug == NULL ? g_strdup (data) : g_build_filename (data, FOLDER, slug, NULL);
}

gboolean
satchel_organisations_exists (const char *data, const char *slug)
{
  g_autofree char *dir = satchel_organisations_get_dir (data, slug);

  return satchel_slug_is_valid (slug, strlen (slug)) && g_file_test (dir, G_FILE_TEST_IS_DIR);
}

static char *
get_mark (const char *data, const char *slug)
{
  g_autofree char *name = g_strconcat (slug, DISABLED_ENDING, NULL);

  return g_build_filename (data, FOLDER, name, NULL);
}

/* ---- the list ---- */

static void
entry_free (gpointer data)
{
  SatchelOrganisationEntry *entry = data;

  g_free (entry->slug);
  g_free (entry);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const SatchelOrganisationEntry *first = *(gpointer const *)a, *second = *(gpointer const *)b;

  return strcmp (first->slug, second->slug);
}

GPtrArray *
satchel_organisations_list (const char *data, GError **error)
{
  g_autofree char *folder = get_folder (data);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &problem);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  const char *name;

  if (dir == NULL && !g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
    return NULL;
  }
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (!satchel_organisations_exists (data, name))
      continue;
    g_autofree char *mark = get_mark (data, name);
    SatchelOrganisationEntry *entry = g_new0 (SatchelOrganisationEntry, 1);
    entry->slug = g_strdup (name);
    entry->enabled = !g_file_test (mark, G_FILE_TEST_EXISTS);
    g_ptr_array_add (entries, entry);
  }
  g_ptr_array_sort (entries, compare_entries);
  return g_steal_pointer (&entries);
}

gint64
satchel_organisations_get_stamp (const char *data)
{
  g_autofree char *folder = get_folder (data);
  struct stat facts;

  if (stat (folder, &facts) != 0)
    return 0;
  return (gint64)facts.st_mtim.tv_sec * G_USEC_PER_SEC + facts.st_mtim.tv_nsec / 1000;
}

/* ---- changing it ---- */

char *
satchel_organisations_begin (const char *data, GError **error)
{
  g_autofree char *folder = get_folder (data);
  g_autofree char *dir = g_build_filename (folder, NEW_PREFIX "XXXXXX", NULL);

  if (mkdir (folder, 0700) != 0 && errno != EEXIST) {
    fail (error, "create", folder);
    return NULL;
  }
  if (g_mkdtemp_full (dir, 0700) == NULL) {
    fail (error, "create", dir);
    return NULL;
  }
  return g_steal_pointer (&dir);
}

/* Names in @path are durable, as what they name is. */
static gboolean
sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    fail (error, "write", path);
  if (fd >= 0)
    close (fd);
  return synced;
}

gboolean
satchel_organisations_finish (const char *data, const char *dir, const char *slug, GError **error)
{
  g_autofree char *folder = get_folder (data);
  g_autofree char *final = satchel_organisations_get_dir (data, slug);
  g_autofree char *mark = get_mark (data, slug);

  /* Of one that somebody has removed by hand. */
  if (!g_file_test (final, G_FILE_TEST_EXISTS))
    g_unlink (mark);
  if (g_rename (dir, final) == 0)
    return sync_folder (folder, error);
  if (errno != ENOTEMPTY && errno != EEXIST)
    return fail (error, "create", final);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is an organisation “%s” already", slug);
  return FALSE;
}

static int
remove_cb (const char *path, const struct stat *facts, int kind, struct FTW *position)
{
  remove (path); /* what cannot be removed is in no list */
  return 0;
}

void
satchel_organisations_abandon (const char *dir)
{
  g_assert (strstr (dir, NEW_PREFIX) != NULL);
  nftw (dir, remove_cb, 8, FTW_DEPTH | FTW_PHYS);
}

gboolean
satchel_organisations_set_enabled (const char *data, const char *slug, gboolean enabled, GError **error)
{
  g_autofree char *folder = get_folder (data);
  g_autofree char *mark = get_mark (data, slug);

  if (!satchel_organisations_exists (data, slug)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no organisation “%s”", slug);
    return FALSE;
  }
  if (enabled) {
    if (g_unlink (mark) != 0 && errno != ENOENT)
      return fail (error, "remove", mark);
  } else {
    int fd = open (mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
      return fail (error, "create", mark);
    close (fd);
  }
  return sync_folder (folder, error);
}

int
satchel_organisations_lock (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "serving.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0 && errno == ENOENT)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no organisation in %s", dir);
  else if (fd < 0)
    fail (error, "open", path);
  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "another process is serving %s", dir);
    close (fd);
    return -1;
  }
  return fd;
}
