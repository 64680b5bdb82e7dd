/* Teams and shares, as an administrator of the machine changes them: nobody's rights are asked, rules hold.
 *
 * All of these may be called while another process serves. @actor: who did it, or NULL.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/server.h"

G_BEGIN_DECLS

/* ---- teams ---- */

typedef struct {
  char *id, *name, *unit_name; /* unit_name NULL: none */
  gboolean disabled;
  char **members; /* logins, or names of those without */
} SatchelTeam;
void satchel_team_free (SatchelTeam *team);
GPtrArray *satchel_teams_list (SatchelServer *server, GError **error); /* SatchelTeam*, by name */

/* EXISTS for a name that is taken; NOT_FOUND (unit). The new id is owned. */
char *satchel_teams_add (SatchelServer *server, const char *actor, const char *name, const char *unit, GError **error);
/* By id or by exact name; owned; NOT_FOUND. */
char *satchel_teams_find (SatchelServer *server, const char *id_or_name, GError **error);
/* A disabled team keeps its records and members, but its members have nothing of it. */
gboolean satchel_teams_set_active (SatchelServer *server, const char *actor, const char *team, gboolean active,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* EXISTS for who is a member already, NOT_FOUND for who is none. */
gboolean satchel_teams_add_member (SatchelServer *server, const char *actor, const char *team, const char *user,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_teams_remove_member (SatchelServer *server, const char *actor, const char *team, const char *user,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- shares ---- */

typedef struct {
  char *principal, *principal_name; /* "user:ID", "team:ID" */
  char **rights;
  char *shared_by; /* login; NULL: an administrator of the machine */
} SatchelGivenShare;
void satchel_given_share_free (SatchelGivenShare *share);
/* Of one record: SatchelGivenShare*. SCHEMA, NOT_FOUND. */
GPtrArray *satchel_shares_list_given (SatchelServer *server, const char *entity, const char *id, GError **error);
/* The actions "share" and "unshare" (protocol/README.md). @rights: keys, separated by commas; NULL: to read. */
gboolean satchel_shares_give (SatchelServer *server, const char *actor, const char *entity, const char *id, const char *principal,
                              const char *rights, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_shares_take_back (SatchelServer *server, const char *actor, const char *entity, const char *id,
                                   const char *principal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
