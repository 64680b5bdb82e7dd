/* The offline filters that come with roles.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/roles.h"
#include "sync-server/store/feed.h"

G_BEGIN_DECLS

/* Those of @role that @user does not have yet, within @commit, which begins with the first of them. @clock makes ids. */
gboolean satchel_default_filters_add (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock, const char *user,
                                      const char *role, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For people of before who have a role that brings more along with this program than it ever did in this store. */
gboolean satchel_default_filters_follow (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
