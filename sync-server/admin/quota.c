/* satchel-server quota: room for attachments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/limits.h"
#include "sync-server/admin/commands.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/server-private.h"
#include "sync-server/store/blobs.h"

static gboolean
change (SatchelServer *server, const SatchelArguments *arguments, gint64 *user, gint64 *organisation, GError **error)
{
  return satchel_blobs_read_quota (server->writer, user, organisation, error) &&
         satchel_arguments_get_integer (arguments, "user", 0, G_MAXINT64, user, error) &&
         satchel_arguments_get_integer (arguments, "organisation", 0, G_MAXINT64, organisation, error) &&
         satchel_blobs_write_quota (server->writer, *user, *organisation, error);
}

gboolean
satchel_command_quota (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  gint64 of_user, of_organisation, used;

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  SatchelServer *server = organisation.server;
  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server,
                                 change (server, arguments, &of_user, &of_organisation, error) &&
                                     satchel_blobs_measure (server->writer, NULL, &used, error),
                                 error))
    return FALSE;
  g_print ("each user: %" G_GINT64_FORMAT " bytes\norganisation: %" G_GINT64_FORMAT
           " bytes, %" G_GINT64_FORMAT " used\n",
           of_user > 0 ? of_user : SATCHEL_BLOB_USER_BYTES,
           of_organisation > 0 ? of_organisation : SATCHEL_BLOB_ORGANISATION_BYTES, used);
  return TRUE;
}
