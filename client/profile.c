/* Profiles on disk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/profile.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "protocol/error.h"

struct _SatchelProfileLock {
  int descriptor;
};

gboolean
satchel_profile_name_is_valid (const char *profile)
{
  gsize length = strlen (profile);

  if (length == 0 || length > 64 || g_str_equal (profile, ".") || g_str_equal (profile, ".."))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (profile[i]) && strchr ("._-", profile[i]) == NULL)
      return FALSE;
  return TRUE;
}

char *
satchel_profile_ensure_directory (const char *data_dir, const char *profile, GError **error)
{
  g_autofree char *directory = NULL;

  if (!satchel_profile_name_is_valid (profile)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("“%s” is no profile name: letters, digits, “.”, “_” and “-”, at most 64"), profile);
    return NULL;
  }
  if (data_dir != NULL)
    directory = g_build_filename (data_dir, profile, NULL);
  else
    directory = g_build_filename (g_get_user_data_dir (), "satchel", profile, NULL);
  if (g_mkdir_with_parents (directory, 0700) < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", directory, g_strerror (errno));
    return NULL;
  }
  return g_steal_pointer (&directory);
}

SatchelProfileLock *
satchel_profile_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "sync.lock", NULL);
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  SatchelProfileLock *lock;
  int descriptor = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (descriptor < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
    return NULL;
  }
  /* Of the open file, not of the process: other descriptors that are closed do not give it back. */
  if (fcntl (descriptor, F_OFD_SETLK, &whole) < 0) {
    gboolean held = errno == EAGAIN || errno == EACCES;

    g_set_error (error, SATCHEL_ERROR, held ? SATCHEL_ERROR_BUSY : SATCHEL_ERROR_STORAGE, "%s: %s", path,
                 held ? _ ("another process is syncing this profile") : g_strerror (errno));
    close (descriptor);
    return NULL;
  }
  lock = g_new (SatchelProfileLock, 1);
  lock->descriptor = descriptor;
  return lock;
}

void
satchel_profile_unlock (SatchelProfileLock *lock)
{
  if (lock == NULL)
    return;
  close (lock->descriptor);
  g_free (lock);
}
