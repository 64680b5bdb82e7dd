/* Sentences for the codes whose reason is the same whatever the record; the rest say it in their message.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/refusal.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"

static const struct {
  SatchelErrorCode code;
  const char *text;
} sentences[] = {
  { SATCHEL_ERROR_UNAUTHENTICATED, N_ ("Nobody is signed in on this device. Sign in, then try again.") },
  { SATCHEL_ERROR_NOT_FOUND,
    N_ ("This record is not on this device. Open it while you are online, then try again.") },
  { SATCHEL_ERROR_FORBIDDEN,
    N_ ("You lack the right to do this. Ask the record’s owner or an administrator.") },
  { SATCHEL_ERROR_FIELD_FORBIDDEN, N_ ("You may not write one of these fields. Ask an administrator.") },
  { SATCHEL_ERROR_SCHEMA, N_ ("This record’s kind or one of its fields is not in use any more.") },
  { SATCHEL_ERROR_STORAGE,
    N_ ("The disk is full or refuses to write. Nothing was changed; make room, then try again.") },
  { SATCHEL_ERROR_CORRUPT, N_ ("A file of this profile is damaged. “satchelctl doctor” can mend it.") },
  { SATCHEL_ERROR_BUSY, N_ ("Something else is writing just now. Try again in a moment.") },
  { SATCHEL_ERROR_OFFLINE,
    N_ ("You work offline. Switch “Work Offline” off for what only the server knows.") },
  { SATCHEL_ERROR_UNREACHABLE,
    N_ ("The server cannot be reached. Try again when you are connected; what you wrote is safe.") },
  { SATCHEL_ERROR_SERVER_STORAGE, N_ ("The server’s disk is full or refuses. Try again later.") },
  { SATCHEL_ERROR_SERVER_CORRUPT, N_ ("The server’s records are damaged. Tell your administrator.") },
  { SATCHEL_ERROR_RATE, N_ ("The server asks for a pause. Try again in a minute.") },
  { SATCHEL_ERROR_QUOTA, N_ ("There is no room for more attachments. Ask an administrator for more.") },
};

/* "the new owner is not there" → "The new owner is not there." */
static char *
make_sentence (const char *message)
{
  const char *rest = g_utf8_next_char (message);
  g_autofree char *first = g_utf8_strup (message, rest - message);
  const gboolean ends = g_str_has_suffix (message, ".") || g_str_has_suffix (message, "?");

  return g_strconcat (first, rest, ends ? "" : ".", NULL);
}

char *
satchel_refusal_to_text (const GError *error)
{
  const SatchelErrorCode code = satchel_error_code (error);

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    if (sentences[i].code == code)
      return g_strdup (_ (sentences[i].text));
  }
  return *error->message != '\0' ? make_sentence (error->message)
                                 : g_strdup (_ (satchel_error_sentence (code)));
}
