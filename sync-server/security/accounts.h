/* What an administrator does to users, roles, units and devices; each call is one transaction and works while another
 * process serves. Changes of records (users, units) are commits with an S of their own, so that they reach every replica.
 *
 * All are writers in the sense of server.h, but for the lists. @actor in every call: id of the user in whose name it happens,
 * or NULL for the command line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/server.h"

G_BEGIN_DECLS

/* ---- business units ---- */
typedef struct {
  char *id, *name, *parent; /* parent NULL: the root */
} SatchelUnit;
void satchel_unit_free (SatchelUnit *unit);

/* @parent NULL: under the root. EXISTS for a name that is taken. The new id is owned. */
char *satchel_accounts_add_unit (SatchelServer *server, const char *actor, const char *name, const char *parent,
                                 GError **error);
GPtrArray *satchel_accounts_list_units (SatchelServer *server, GError **error); /* SatchelUnit*, by name */
/* EXISTS for a name that is taken. */
gboolean satchel_accounts_rename_unit (SatchelServer *server, const char *actor, const char *unit, const char *name,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Puts a unit, with all below it, under another one. RULE when that would make a circle. */
gboolean satchel_accounts_move_unit (SatchelServer *server, const char *actor, const char *unit, const char *parent,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* By id or by exact name; owned; NOT_FOUND. */
char *satchel_accounts_find_unit (SatchelServer *server, const char *id_or_name, GError **error);

/* ---- users ---- */
typedef struct {
  const char *login;         /* what is typed at sign-in; unique, without case */
  const char *name;          /* shown; NULL: the login */
  const char *email;         /* NULL: none */
  const char *password;      /* at least 8 characters; hashed here. NULL: cannot sign in */
  const char *unit;          /* id */
  const char *const *roles;  /* names, NULL-terminated; at least one */
} SatchelNewUser;
/* EXISTS, NOT_FOUND (unit, role), INVALID (password). The new id is owned. */
char *satchel_accounts_add_user (SatchelServer *server, const char *actor, const SatchelNewUser *user, GError **error);
/* By login or id; owned; NOT_FOUND. */
char *satchel_accounts_find_user (SatchelServer *server, const char *login, GError **error);
gboolean satchel_accounts_set_password (SatchelServer *server, const char *actor, const char *user, const char *password,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every device of the user is out with the next request. Records keep their owner… */
gboolean satchel_accounts_disable_user (SatchelServer *server, const char *actor, const char *user,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* …or those that are not closed go to another user, with what follows them. */
gboolean satchel_accounts_replace_user (SatchelServer *server, const char *actor, const char *user, const char *heir,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_accounts_enable_user (SatchelServer *server, const char *actor, const char *user,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All records of the user go along. */
gboolean satchel_accounts_set_unit (SatchelServer *server, const char *actor, const char *user, const char *unit,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @manager NULL: nobody. A circle is allowed, and ends where it begins. */
gboolean satchel_accounts_set_manager (SatchelServer *server, const char *actor, const char *user, const char *manager,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NOT_FOUND for a role that does not exist or, in remove, is not held; STATE for the last one. */
gboolean satchel_accounts_add_role (SatchelServer *server, const char *actor, const char *user, const char *role,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_accounts_remove_role (SatchelServer *server, const char *actor, const char *user, const char *role,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
typedef struct {
  char *id, *login, *name, *unit_name;
  gboolean disabled;
  char **roles;
} SatchelAccount;
void satchel_account_free (SatchelAccount *account);
GPtrArray *satchel_accounts_list_users (SatchelServer *server, GError **error); /* SatchelAccount*, by login */

/* ---- devices ---- */
typedef struct {
  char *id, *user, *user_login, *name;
  gint64 created_at_ms, last_seen_at_ms; /* last_seen: of its last push or sign-in */
  gint64 high_water;                     /* number of its last change set */
  gboolean revoked;
  gboolean wiped; /* and it is to erase what it holds */
} SatchelDevice;
void satchel_device_free (SatchelDevice *device);
GPtrArray *satchel_accounts_list_devices (SatchelServer *server, GError **error); /* SatchelDevice*, newest first */
/* The token is void at once. @device: id or a unique prefix of 8 characters or more; NOT_FOUND. */
gboolean satchel_accounts_revoke_device (SatchelServer *server, const char *actor, const char *device,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For a device that is lost: it is answered WIPED from now on, and erases what it holds. */
gboolean satchel_accounts_wipe_device (SatchelServer *server, const char *actor, const char *device,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
