/* What one user may do: the union of her roles, her business unit, and the tree of units. Pure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/security/roles.h"

G_BEGIN_DECLS

/* ---- the tree of business units; immutable once filled, reference-counted ---- */
typedef struct _SatchelUnits SatchelUnits;

SatchelUnits *satchel_units_new (void);
SatchelUnits *satchel_units_ref (SatchelUnits *units);
void          satchel_units_unref (SatchelUnits *units);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelUnits, satchel_units_unref)
void satchel_units_add (SatchelUnits *units, const char *unit, const char *parent); /* @parent NULL: a root */

/* TRUE when @unit is @ancestor or lies under it. A circle of parents ends the walk. */
gboolean satchel_units_is_within (const SatchelUnits *units, const char *unit, const char *ancestor);
/* @ancestor and all under it, sorted; const char*, borrowed from @units. */
GPtrArray *satchel_units_list_within (const SatchelUnits *units, const char *ancestor);

/* ---- a user's rights; immutable ---- */
typedef struct _SatchelRights SatchelRights;

/* @role_names: NULL-terminated. @roles is borrowed and outlives the rights. @unit NULL: in no unit. */
SatchelRights *satchel_rights_new (const char *user, const char *unit, const char *const *role_names,
                                   const SatchelRoles *roles, SatchelUnits *units);
void           satchel_rights_free (SatchelRights *rights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRights, satchel_rights_free)

const char         *satchel_rights_get_user (const SatchelRights *rights);
const char         *satchel_rights_get_unit (const SatchelRights *rights);
const SatchelUnits *satchel_rights_get_units (const SatchelRights *rights);

SatchelDepth satchel_rights_get_depth (const SatchelRights *rights, SatchelPrivilege privilege,
                                      const SatchelEntity *entity);

/* A record of @entity that @owner owns in @unit. Records of the organisation need the depth ORGANISATION; entities filed
 * like another record (SATCHEL_OWNERSHIP_RECORD) must be asked for that record. @owner, @unit may be NULL. */
gboolean satchel_rights_allow (const SatchelRights *rights, SatchelPrivilege privilege, const SatchelEntity *entity,
                               const char *owner, const char *unit);

/* The same for a record as it stands. */
gboolean satchel_rights_allow_record (const SatchelRights *rights, SatchelPrivilege privilege, const SatchelRecord *record);

/* Owner and unit of a record, borrowed from it; NULL where the entity has none or the field is empty. */
const char *satchel_record_peek_owner (const SatchelRecord *record);
const char *satchel_record_peek_unit (const SatchelRecord *record);

G_END_DECLS
