/* Reading passwords.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/password-input.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "protocol/error.h"

#define LEAST_CHARS 8
#define MOST_BYTES  1024

static gboolean
is_acceptable (const char *password, GError **error)
{
  if (!g_utf8_validate (password, -1, NULL)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a password is text in UTF-8");
    return FALSE;
  }
  if (g_utf8_strlen (password, -1) < LEAST_CHARS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a password has at least %d characters",
                 LEAST_CHARS);
    return FALSE;
  }
  return TRUE;
}

char *
satchel_password_read (const char *path, GError **error)
{
  FILE *file = strcmp (path, "-") == 0 ? stdin : fopen (path, "re");
  if (file == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "cannot read %s: %s", path, g_strerror (errno));
    return NULL;
  }

  char *line = g_malloc0 (MOST_BYTES);
  setvbuf (file, NULL, _IONBF, 0); /* no copy of it stays in a buffer of stdio */
  gboolean ok = fgets (line, MOST_BYTES, file) != NULL;
  if (file != stdin)
    fclose (file);
  gsize length = strlen (line);
  if (!ok || length == MOST_BYTES - 1) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "there is no password in %s",
                 file == stdin ? "standard input" : path);
    satchel_password_free (line);
    return NULL;
  }

  line[strcspn (line, "\r\n")] = '\0';
  if (!is_acceptable (line, error)) {
    satchel_password_free (line);
    return NULL;
  }
  return line;
}

void
satchel_password_free (char *password)
{
  if (password == NULL)
    return;
  sodium_memzero (password, strlen (password));
  g_free (password);
}
