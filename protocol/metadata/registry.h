/* The frozen set of all entities, read from XML, and who looks things up in it.
 *
 * Every entity gets these fields after its own: created_at, created_by, modified_at, modified_by (system). An
 * entity of ownership "user" declares "owner" itself and gets "unit" (system, lookup to business_unit).
 *
 * A registry is immutable, reference-counted and may be shared by threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/entity.h"

G_BEGIN_DECLS

typedef struct _SatchelRegistry SatchelRegistry;

/* Reads DIR/entities/ *.xml and DIR/views/ *.xml. The whole set is checked: unknown attributes, elements, types,
 * targets, compute and action names and fields named by views are errors (SATCHEL_ERROR_INVALID) that name file, line and
 * column. Predicates of views are parsed. */
SatchelRegistry *satchel_registry_load_dir (const char *dir, GError **error);

/* The metadata built into the programs (GResource); aborts if it does not load, which a test excludes. Borrowed. */
SatchelRegistry *satchel_registry_builtin (void);

SatchelRegistry *satchel_registry_ref (SatchelRegistry *registry);
void             satchel_registry_unref (SatchelRegistry *registry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRegistry, satchel_registry_unref)

/* All entities in order of name. */
const SatchelEntity *const *satchel_registry_get_entities (SatchelRegistry *registry, guint *n_entities);
const SatchelEntity *satchel_registry_find (SatchelRegistry *registry, const char *name); /* or NULL */

/* Like find, with a GError (SCHEMA) that names the nearest entity: "no entity “acount”; did you mean “account”?". */
const SatchelEntity *satchel_registry_require (SatchelRegistry *registry, const char *name, GError **error);
const SatchelField  *satchel_registry_require_field (SatchelRegistry *registry, const SatchelEntity *entity,
                                                     const char *name, GError **error);

/* Lookups that point at @entity: an array of SatchelReference, owned by the registry. */
typedef struct {
  const SatchelEntity *entity; /* the one that holds the lookup */
  const SatchelField *field;
} SatchelReference;
const SatchelReference *satchel_registry_get_references (SatchelRegistry *registry, const SatchelEntity *entity,
                                                         guint *n_references);

/* SHA-256 over the canonical form of all definitions, 64 hex digits: two programs with the same digest store rows in
 * the same columns and judge them by the same rules. Labels, areas, views and the order of files, fields and attributes
 * do not count. Borrowed. */
const char *satchel_registry_get_digest (SatchelRegistry *registry);

G_END_DECLS
