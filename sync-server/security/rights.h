/* What one user may do: the union of her roles, where she stands in the tree of units, her teams and who reports to her. Pure.
 *
 * A role gives a privilege on an entity to a depth. Beyond the depth, but only where her roles give the privilege at any depth:
 *   - what her teams own counts as her own
 *   - she may read what those below her own, along any chain of managers, and write, append and append to what her direct
 *     reports own
 *   - a share of a record gives her, or a team of hers, the rights that it lists; the store knows the shares
 *     (security/permission.h asks both)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "protocol/wire/permits.h"
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

/* Where a user stands; the lists are NULL-terminated, or NULL for none, and copied. */
typedef struct {
  const char *user;
  const char *unit; /* NULL: in no unit */
  const char *const *roles;            /* names */
  const char *const *teams;            /* ids of the active ones */
  const char *const *direct_reports;   /* ids: she is their manager */
  const char *const *indirect_reports; /* those below them */
} SatchelStanding;

/* @roles is borrowed and outlives the rights. */
SatchelRights *satchel_rights_new (const SatchelStanding *standing, const SatchelRoles *roles, SatchelUnits *units);
void           satchel_rights_free (SatchelRights *rights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRights, satchel_rights_free)

const char         *satchel_rights_get_user (const SatchelRights *rights);
const char         *satchel_rights_get_unit (const SatchelRights *rights);
const SatchelUnits *satchel_rights_get_units (const SatchelRights *rights);
const char *const  *satchel_rights_get_teams (const SatchelRights *rights);   /* sorted, NULL-terminated */
const char *const  *satchel_rights_get_reports (const SatchelRights *rights); /* direct and indirect; likewise */

SatchelDepth satchel_rights_get_depth (const SatchelRights *rights, SatchelPrivilege privilege,
                                      const SatchelEntity *entity);

/* A record of @entity that @owner owns in @unit. Records of the organisation need the depth ORGANISATION; entities filed
 * like another record (SATCHEL_OWNERSHIP_RECORD) must be asked for that record. @owner, @unit may be NULL. */
gboolean satchel_rights_allow (const SatchelRights *rights, SatchelPrivilege privilege, const SatchelEntity *entity,
                               const char *owner, const char *unit);

/* TRUE for the user herself and for her teams: whom a share may be for. */
gboolean satchel_rights_is_principal (const SatchelRights *rights, const char *principal);

/* ---- field classes ---- */
gboolean satchel_rights_can_read_class (const SatchelRights *rights, const char *field_class);  /* else hidden */
gboolean satchel_rights_can_write_class (const SatchelRights *rights, const char *field_class); /* else locked */
/* TRUE for a field of no class. */
gboolean satchel_rights_can_read_field (const SatchelRights *rights, const SatchelField *field);
gboolean satchel_rights_can_write_field (const SatchelRights *rights, const SatchelField *field);
/* The classes of @registry that are hidden; sorted, NULL-terminated, owned. */
char **satchel_rights_list_hidden_classes (const SatchelRights *rights, SatchelRegistry *registry);

/* All of it, as her devices are told: with the entities and classes of @registry. Owned. */
SatchelPermits *satchel_rights_list_permits (const SatchelRights *rights, SatchelRegistry *registry);

/* The same as allow() for a record as it stands, its shares left aside. */
gboolean satchel_rights_allow_record (const SatchelRights *rights, SatchelPrivilege privilege, const SatchelRecord *record);

/* Owner and unit of a record, borrowed from it; NULL where the entity has none or the field is empty. */
const char *satchel_record_peek_owner (const SatchelRecord *record);
const char *satchel_record_peek_unit (const SatchelRecord *record);

G_END_DECLS
