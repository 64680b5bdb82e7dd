/* Who there is and what she may: sign-in names, passwords, grants, failed attempts, the audit; and the tree of units, read
 * from the rows of "user" and "business_unit"; teams and who reports to whom likewise.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/rights.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

typedef struct {
  char *id, *login, *name, *unit; /* unit NULL: none */
  gboolean active;
} SatchelPerson;
void satchel_person_free (SatchelPerson *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPerson, satchel_person_free)

/* *person NULL when there is none. Logins are compared without case. */
gboolean satchel_people_find_login (SatchelStore *store, const char *login, SatchelPerson **person, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_people_read (SatchelStore *store, const char *id, SatchelPerson **person, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *satchel_people_list (SatchelStore *store, GError **error); /* those with a login; by login */

SatchelUnits *satchel_people_read_units (SatchelStore *store, GError **error);

char   **satchel_people_list_teams (SatchelStore *store, const char *user, GError **error); /* ids of the active ones; owned */
/* Who has @user as a manager, and who is below those, along any chain; a circle ends where it began. Ids; owned. */
gboolean satchel_people_read_reports (SatchelStore *store, const char *user, char ***direct, char ***indirect,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

char   **satchel_people_list_roles (SatchelStore *store, const char *user, GError **error); /* sorted; owned */
gboolean satchel_people_grant (SatchelStore *store, const char *user, const char *role, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_people_revoke (SatchelStore *store, const char *user, const char *role, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char   **satchel_people_list_holders (SatchelStore *store, const char *role, GError **error); /* ids; owned */
/* *is_new: until now @role had not brought along that filter. */
gboolean satchel_people_note_role_filter (SatchelStore *store, const char *role, const char *entity, const char *predicate,
                                          gboolean related, gboolean *is_new, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *hash NULL when the user has no password. */
gboolean satchel_people_read_password (SatchelStore *store, const char *user, char **hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_people_write_password (SatchelStore *store, const char *user, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Failed sign-ins in a row under one name. */
gboolean satchel_people_read_attempt (SatchelStore *store, const char *name, gint64 *failures, gint64 *locked_until_ms,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_people_write_attempt (SatchelStore *store, const char *name, gint64 failures, gint64 locked_until_ms,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT; /* 0 failures: forgotten */

/* @user, @device, @detail may be NULL. */
gboolean satchel_people_audit (SatchelStore *store, gint64 at_ms, const char *user, const char *device, const char *what,
                               const char *detail, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
