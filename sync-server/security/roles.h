/* Roles: named lists of grants, read from strict XML (data/metadata/roles, format in data/README.md). A grant gives each
 * privilege a depth for one entity, or, with entity "*", for all entities that the role does not name. A class opens the
 * secured fields of one field class, or, with the name "*", of all that the role does not name.
 *
 * Immutable once loaded and shared by threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/rules/privilege.h"

G_BEGIN_DECLS

const char *satchel_privilege_name (SatchelPrivilege privilege); /* "append_to"; static */
const char *satchel_depth_name (SatchelDepth depth);
gboolean    satchel_privilege_from_name (const char *name, SatchelPrivilege *privilege) G_GNUC_WARN_UNUSED_RESULT;

typedef struct _SatchelRoles SatchelRoles;

SatchelRoles *satchel_roles_new (void);
void          satchel_roles_free (SatchelRoles *roles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRoles, satchel_roles_free)

/* The roles built into the program (GResource); read once. Borrowed. */
const SatchelRoles *satchel_roles_builtin (void);

/* Adds the role that @text defines. INVALID names @file, line and column. */
gboolean satchel_roles_add (SatchelRoles *roles, const char *file, const char *text, gssize length,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_roles_contains (const SatchelRoles *roles, const char *role);
GPtrArray *satchel_roles_list (const SatchelRoles *roles); /* names (const char*, borrowed), sorted */

/* What @role grants; NONE for an unknown role. */
SatchelDepth satchel_roles_get_depth (const SatchelRoles *roles, const char *role, SatchelPrivilege privilege,
                                      const char *entity);
SatchelClassUse satchel_roles_get_class_use (const SatchelRoles *roles, const char *role, const char *field_class);

/* What the role names, "*" included: const char*, borrowed, sorted. None for an unknown role. */
GPtrArray *satchel_roles_list_entities (const SatchelRoles *roles, const char *role);
GPtrArray *satchel_roles_list_classes (const SatchelRoles *roles, const char *role);

/* What a device of someone with the role carries unless she chooses otherwise: <carry entity="*" where="owner = me" related="yes"/>.
 * They become her offline_filter records when the role is given to her. */
typedef struct {
  char *entity; /* "*": every entity that users own */
  char *where;
  gboolean related;
} SatchelRoleCarry;
/* SatchelRoleCarry*, borrowed; NULL for an unknown role. */
const GPtrArray *satchel_roles_get_carried (const SatchelRoles *roles, const char *role);

G_END_DECLS
