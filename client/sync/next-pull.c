/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/next-pull.h"

#include "client/replica/own.h"
#include "client/replica/pull.h"
#include "protocol/wire/permits.h"

#define RIGHTS_DIGITS 16 /* of their digest: as many as tell one from another */

SatchelPull *
satchel_next_pull_go_on (SatchelReplica *replica, GError **error)
{
  g_autofree char *cursor = NULL;
  g_autoptr (SatchelPull) pull = NULL;

  if (!satchel_replica_dup_meta (replica, "cursor", &cursor, error) || cursor == NULL)
    return NULL;
  pull = g_new0 (SatchelPull, 1);
  pull->cursor = g_steal_pointer (&cursor);
  pull->own = satchel_own_list (replica, error);
  return pull->own != NULL ? g_steal_pointer (&pull) : NULL;
}

static char *
dup_rights_digest (SatchelReplica *replica)
{
  const char *rights = satchel_replica_peek_meta (replica, SATCHEL_META_RIGHTS);
  g_autofree char *digest = rights != NULL ? satchel_permits_digest (rights) : NULL;

  return digest != NULL ? g_strndup (digest, RIGHTS_DIGITS) : g_strdup ("");
}

SatchelPull *
satchel_next_pull_new (SatchelReplica *replica, SatchelNextPullStart start, GError **error)
{
  g_autoptr (GError) problem = NULL;
  SatchelPull *pull = start == SATCHEL_NEXT_PULL_GO_ON ? satchel_next_pull_go_on (replica, &problem) : NULL;

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (pull == NULL) {
    pull = g_new0 (SatchelPull, 1);
    pull->schema = g_strdup (satchel_followed_get_digest (satchel_replica_get_followed (replica)));
  }
  pull->rights = dup_rights_digest (replica);
  return pull;
}
