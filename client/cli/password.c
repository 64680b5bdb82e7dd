/* Passwords come from a file, from standard input, or from the terminal itself, never from the command line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/password.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "protocol/error.h"

#define MAX_PASSWORD_BYTES 1024

/* The first line of @stream; NULL with an error when it is empty, too long or no text. */
static char *
read_line (FILE *stream, const char *from, GError **error)
{
  char line[MAX_PASSWORD_BYTES + 2];
  char *password = NULL;

  if (fgets (line, sizeof line, stream) == NULL)
    line[0] = '\0';
  if (strlen (line) > MAX_PASSWORD_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the password from %s is too long"), from);
  } else {
    line[strcspn (line, "\r\n")] = '\0';
    if (*line != '\0' && g_utf8_validate (line, -1, NULL))
      password = g_strdup (line);
    else
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("there is no password in %s"), from);
  }
  explicit_bzero (line, sizeof line);
  return password;
}

static char *
ask (const char *prompt, GError **error)
{
  FILE *terminal = fopen ("/dev/tty", "r+");
  struct termios before, silent;
  char *password;

  if (terminal == NULL || tcgetattr (fileno (terminal), &before) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("there is no terminal to ask for the password: give --password-file FILE, or - for "
                    "standard input"));
    g_clear_pointer (&terminal, fclose);
    return NULL;
  }
  silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr (fileno (terminal), TCSAFLUSH,
             &silent); /* first, so that nothing typed at the prompt is dropped */
  fputs (prompt, terminal);
  fflush (terminal);
  password = read_line (terminal, _ ("what was typed"), error);
  tcsetattr (fileno (terminal), TCSAFLUSH, &before);
  fputc ('\n', terminal);
  fclose (terminal);
  return password;
}

char *
satchel_password_read (const char *file, const char *prompt, GError **error)
{
  g_autofree char *from = NULL;
  FILE *stream;
  char *password;

  if (file == NULL)
    return ask (prompt, error);
  if (g_str_equal (file, "-"))
    return read_line (stdin, _ ("standard input"), error);
  stream = fopen (file, "re");
  if (stream == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the password file “%s”: %s"), file,
                 g_strerror (errno));
    return NULL;
  }
  from = g_strdup_printf ("“%s”", file);
  password = read_line (stream, from, error);
  fclose (stream);
  return password;
}

void
satchel_password_free (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}
