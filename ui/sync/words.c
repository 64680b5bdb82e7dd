/* One table of codes that a person meets; the others are told in the program's own words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sync/words.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "protocol/error.h"

typedef struct {
  SatchelErrorCode code;
  const char *sentence;
  const char *label, *action; /* NULL: none */
} Word;

/* Passes by itself: retrying is only a matter of patience. */
static const Word words[] = {
  { SATCHEL_ERROR_UNREACHABLE,
    N_ ("The server cannot be reached. Your work is safe here, and it is tried again."), N_ ("Try Now"),
    "sync.now" },
  { SATCHEL_ERROR_BUSY, N_ ("The server or another program is busy with these records. It is tried again."),
    N_ ("Try Now"), "sync.now" },
  { SATCHEL_ERROR_RATE, N_ ("The server asks for a pause. It is tried again."), NULL, NULL },
  { SATCHEL_ERROR_OFFLINE, N_ ("You work offline."), N_ ("Go Online"), "sync.online" },
  { SATCHEL_ERROR_UNAUTHENTICATED,
    N_ ("The server does not accept this device any more. Sign in again to go on; nothing of your work is "
        "lost."),
    N_ ("Sign In…"), "win.sign-in" },
  { SATCHEL_ERROR_STORAGE,
    N_ ("The disk is full or cannot be written to. Free some space, then try again; what you wrote is kept."),
    N_ ("Try Again"), "sync.now" },
  { SATCHEL_ERROR_CORRUPT,
    N_ ("The records on this computer are damaged. They can be repaired with “satchelctl doctor --rebuild”."),
    NULL, NULL },
  { SATCHEL_ERROR_SERVER_STORAGE,
    N_ ("The server’s disk is full or refuses. Your work is safe here, and it is tried again."),
    N_ ("Try Now"), "sync.now" },
  { SATCHEL_ERROR_SERVER_CORRUPT,
    N_ ("The server’s records are damaged. Tell your administrator; your work is safe here, and it is tried "
        "again."),
    N_ ("Try Now"), "sync.now" },
  { SATCHEL_ERROR_NEWER, N_ ("The server needs a newer version of this program. Please update Satchel."),
    NULL, NULL },
  { SATCHEL_ERROR_FORBIDDEN, N_ ("The server refuses. Ask your administrator for the right to do this."),
    N_ ("Try Again"), "sync.now" },
  { SATCHEL_ERROR_WIPED,
    N_ ("This device was reported lost, and its records are erased. Ask your administrator if that is "
        "wrong."),
    NULL, NULL },
};

static const Word *
find_word (const char *code)
{
  SatchelErrorCode number;

  if (code == NULL || !satchel_error_from_name (code, &number))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].code == number)
      return &words[i];
  return NULL;
}

char *
satchel_words_problem (const char *code, const char *reason)
{
  const Word *word = find_word (code);

  if (word != NULL)
    return g_strdup (_ (word->sentence));
  return reason != NULL ? g_strdup_printf (_ ("Syncing stopped: %s"), reason)
                        : g_strdup (_ ("Syncing stopped."));
}

gboolean
satchel_words_way_out (const char *code, const char **label, const char **action)
{
  static const Word other = { 0, NULL, N_ ("Try Again"), "sync.now" };
  const Word *word = find_word (code);

  if (word == NULL)
    word = &other;
  if (word->action == NULL)
    return FALSE;
  *label = _ (word->label);
  *action = word->action;
  return TRUE;
}

/* ---- a standing ---- */

static gint64
count_attention (SatchelSync *sync)
{
  return satchel_sync_get_parked (sync) + satchel_sync_get_conflicts (sync);
}

gboolean
satchel_words_needs_person (SatchelSync *sync)
{
  SatchelStanding standing = satchel_sync_get_standing (sync);

  return standing == SATCHEL_STANDING_SIGNED_OUT || standing == SATCHEL_STANDING_TROUBLED ||
         count_attention (sync) > 0;
}

/* What needs the person comes before what waits by itself. */
char *
satchel_words_standing (SatchelSync *sync)
{
  SatchelStanding standing = satchel_sync_get_standing (sync);
  gint64 pending = satchel_sync_get_pending (sync), attention = count_attention (sync);

  if (standing == SATCHEL_STANDING_SIGNED_OUT)
    return g_strdup (_ ("Signed out"));
  if (standing == SATCHEL_STANDING_TROUBLED)
    return g_strdup (_ ("Cannot sync"));
  if (attention > 0)
    return g_strdup_printf (ngettext ("%" PRId64 " needs you", "%" PRId64 " need you", (gulong)attention),
                            attention);
  if (standing == SATCHEL_STANDING_SYNCING)
    return g_strdup (_ ("Syncing…"));
  if (pending > 0 && standing == SATCHEL_STANDING_OFFLINE)
    return g_strdup_printf (
        ngettext ("Offline, %" PRId64 " waits", "Offline, %" PRId64 " wait", (gulong)pending), pending);
  if (standing == SATCHEL_STANDING_OFFLINE)
    return g_strdup (_ ("Offline"));
  if (pending > 0)
    return g_strdup_printf (
        ngettext ("%" PRId64 " waits to be sent", "%" PRId64 " wait to be sent", (gulong)pending), pending);
  if (standing == SATCHEL_STANDING_UNREACHABLE)
    return g_strdup (_ ("No connection"));
  return g_strdup (_ ("Up to date"));
}

const char *
satchel_words_icon (SatchelSync *sync)
{
  SatchelStanding standing = satchel_sync_get_standing (sync);

  if (satchel_words_needs_person (sync))
    return "dialog-warning-symbolic";
  switch (standing) {
  case SATCHEL_STANDING_OFFLINE:
    return "network-offline-symbolic";
  case SATCHEL_STANDING_SYNCING:
    return "emblem-synchronizing-symbolic";
  case SATCHEL_STANDING_UNREACHABLE:
    return "network-error-symbolic";
  default:
    return satchel_sync_get_pending (sync) > 0 ? "mail-send-symbolic" : "emblem-ok-symbolic";
  }
}

const char *
satchel_words_colour (SatchelSync *sync)
{
  SatchelStanding standing = satchel_sync_get_standing (sync);

  if (standing == SATCHEL_STANDING_SIGNED_OUT || standing == SATCHEL_STANDING_TROUBLED)
    return "error";
  if (satchel_words_needs_person (sync))
    return "warning";
  if (standing == SATCHEL_STANDING_SYNCING)
    return "accent";
  if (standing == SATCHEL_STANDING_UP_TO_DATE)
    return satchel_sync_get_pending (sync) > 0 ? "accent" : "success";
  return "dim-label";
}

/* ---- what moved ---- */

char *
satchel_words_moved (const SatchelSyncTotals *moved)
{
  g_autofree char *size = g_format_size ((guint64)MAX (moved->bytes_in, 0));

  if (moved->pulled > 0)
    return g_strdup_printf (
        ngettext ("%'" PRId64 " record, %s", "%'" PRId64 " records, %s", (gulong)moved->pulled),
        moved->pulled, size);
  return moved->bytes_in > 0 ? g_steal_pointer (&size) : g_strdup ("");
}

char *
satchel_words_received (SatchelSync *sync)
{
  g_autofree char *some = NULL, *all = NULL;
  SatchelSyncTotals moved;
  gint64 here_bytes, all_bytes;

  satchel_sync_get_first (sync, &here_bytes, &all_bytes);
  satchel_sync_get_moved (sync, &moved);
  if (all_bytes <= here_bytes)
    return satchel_words_moved (&moved);
  some = g_format_size ((guint64)MAX (here_bytes, 0));
  all = g_format_size ((guint64)all_bytes);
  if (here_bytes <= 0)
    return g_strdup_printf (_ ("About %s to come"), all);
  return g_strdup_printf (_ ("%s of about %s"), some, all);
}
