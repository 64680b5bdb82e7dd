/* The frozen set of all entities, read from XML, and who looks things up in it.
 *
 * Every entity gets these fields after its own: created_at, created_by, modified_at, modified_by (system). An
 * entity of ownership "user" declares "owner" itself and gets "unit" (system, lookup to business_unit).
 *
 * A registry is immutable, reference-counted and may be shared by threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/dashboard.h"
#include "protocol/metadata/entity.h"

G_BEGIN_DECLS

typedef struct _SatchelRegistry SatchelRegistry;

/* Reads DIR/entities/ *.xml and DIR/views/ *.xml, and DIR/forms/ *.xml, DIR/processes/ *.xml and DIR/dashboards/ *.xml where these are there. The whole set is checked: unknown attributes, elements, types,
 * targets, compute and action names and fields named by views are errors (SATCHEL_ERROR_INVALID) that name file, line and
 * column. Predicates of views are parsed. */
SatchelRegistry *satchel_registry_load_dir (const char *dir, GError **error);

/* The metadata built into the programs (GResource); aborts if it does not load, which a test excludes. Borrowed. */
SatchelRegistry *satchel_registry_builtin (void);

/* The definitions of @base (NULL: none) changed by documents (data/README.md, “Customising”), one after the other. What is changed is not
 * judged here (succession.h), but the result must be sound. INVALID or TOO_LARGE, naming document, line and column. */
typedef struct {
  const char *name; /* used in errors */
  const char *text;
} SatchelMetadataDocument;
SatchelRegistry *satchel_registry_amend (SatchelRegistry *base, const SatchelMetadataDocument *documents, guint n_documents,
                                         GError **error);
/* All definitions of another program, completed by those of @base: what only @base knows is there and retired, so that code finds
 * it and nobody writes what the other would not take. INVALID, TOO_LARGE: this program cannot read them. */
SatchelRegistry *satchel_registry_follow (SatchelRegistry *base, const SatchelMetadataDocument *document, GError **error);
/* Documents as one that says the same. Owned. */
char *satchel_metadata_join (const SatchelMetadataDocument *documents, guint n_documents, GError **error);

SatchelRegistry *satchel_registry_ref (SatchelRegistry *registry);
void             satchel_registry_unref (SatchelRegistry *registry); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRegistry, satchel_registry_unref)

/* All entities in order of name. */
const SatchelEntity *const *satchel_registry_get_entities (SatchelRegistry *registry, guint *n_entities);
const SatchelEntity *satchel_registry_find (SatchelRegistry *registry, const char *name); /* or NULL */

/* In the order of the definitions, those of the program by the names of their files; NULL behind the last one. */
const SatchelDashboard *satchel_registry_get_dashboard (SatchelRegistry *registry, guint index);
const SatchelDashboard *satchel_registry_find_dashboard (SatchelRegistry *registry, const char *name); /* or NULL */

/* What people type, names and aliases, with a GError (SCHEMA) that names the nearest entity: "no entity “acount”; did you mean
 * “account”?". */
const SatchelEntity *satchel_registry_require (SatchelRegistry *registry, const char *word, GError **error);
const SatchelField  *satchel_registry_require_field (SatchelRegistry *registry, const SatchelEntity *entity,
                                                     const char *word, GError **error);
/* What a change names, to be written now: by name alone, and not retired. SCHEMA. */
const SatchelEntity *satchel_registry_require_written (SatchelRegistry *registry, const char *name, GError **error);
const SatchelField  *satchel_registry_require_written_field (SatchelRegistry *registry, const SatchelEntity *entity,
                                                             const char *name, GError **error);

/* Lookups that point at @entity: an array of SatchelReference, owned by the registry. */
typedef struct {
  const SatchelEntity *entity; /* the one that holds the lookup */
  const SatchelField *field;
} SatchelReference;
const SatchelReference *satchel_registry_get_references (SatchelRegistry *registry, const SatchelEntity *entity,
                                                         guint *n_references);

/* All definitions as one document, the same text for the same definitions in the same order; and its SHA-256, 64 hex digits.
 * Borrowed. */
const char *satchel_registry_get_text (SatchelRegistry *registry);
const char *satchel_registry_get_digest (SatchelRegistry *registry);

/* Fails (INVALID) at the place where @field, or the entity, was declared or changed last. */
gboolean satchel_registry_fail_at (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelField *field,
                                   const char *attribute, GError **error, const char *format, ...) G_GNUC_PRINTF (6, 7);

G_END_DECLS
