/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sync/first.h"

#define ALL_KEY   "first_all"
#define HERE_KEY  "first_here"
#define MOVED_KEY "first_moved"
#define PARTS     64 /* of the whole: with each of them it is kept */

void
satchel_first_move (SatchelFirst *first, gint64 bytes)
{
  first->here += bytes >= first->moved ? bytes - first->moved : bytes;
  first->moved = bytes;
}

gboolean
satchel_first_is_further (const SatchelFirst *first, const SatchelFirst *kept)
{
  return first->all != kept->all || first->here - kept->here >= MAX (first->all / PARTS, 1);
}

void
satchel_first_read (SatchelFirst *first, SatchelReplica *replica)
{
  first->all = satchel_replica_peek_meta_integer (replica, ALL_KEY, 0);
  first->here = satchel_replica_peek_meta_integer (replica, HERE_KEY, 0);
  first->moved = satchel_replica_peek_meta_integer (replica, MOVED_KEY, 0);
}

gboolean
satchel_first_keep (const SatchelFirst *first, SatchelReplica *replica, GError **error)
{
  return satchel_replica_set_meta_integer (replica, ALL_KEY, first->all, error) &&
         satchel_replica_set_meta_integer (replica, HERE_KEY, first->here, error) &&
         satchel_replica_set_meta_integer (replica, MOVED_KEY, first->moved, error);
}
