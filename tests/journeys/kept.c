/* What was typed and not saved, as the profile has it now (client/replica/drafts.h): a draft a line, the last
 * one first. The profile is sealed, and whether the words are in it cannot be told by its file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/drafts.h"

#include <stdio.h>

#include "client/session.h"

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSession) session = satchel_session_open_sealed (
      NULL, "default", satchel_registry_builtin (), satchel_clock_system (), &error);
  g_autoptr (GPtrArray) kept =
      session != NULL ? satchel_drafts_list (satchel_session_get_replica (session), NULL, NULL, &error)
                      : NULL;

  if (kept == NULL) {
    fprintf (stderr, "kept: %s\n", error->message);
    return 1;
  }
  for (guint i = 0; i < kept->len; i++)
    printf ("%s\n", ((SatchelKeptDraft *)kept->pdata[i])->text);
  return 0;
}
