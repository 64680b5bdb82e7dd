/* What can be done with a predicate but to ask it: bind it to a person, see what it depends on, and derive what is related.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"

G_BEGIN_DECLS

/* The same predicate with "me", "my unit" and "my teams" replaced by ids. What has nobody behind it ("my unit" without a unit)
 * becomes a condition that never holds. Relative dates stay. */
SatchelPredicate *satchel_predicate_bind (SatchelPredicate *predicate, const SatchelPredicateContext *context, GError **error);
gboolean satchel_predicate_follows_relations (SatchelPredicate *predicate);

/* Calls @visit for every (entity, field) whose change may alter the answer for some root record, lookups that are followed
 * and those of "exists" included. @path leads from the root to the record that holds the field: steps (SatchelDependencyStep), borrowed. */
typedef struct {
  const SatchelField *field;
  const SatchelEntity *entity; /* the one that the step leads to */
  gboolean backwards;          /* FALSE: the present record's lookup @field names the next; TRUE: the next one's @field names the present */
} SatchelDependencyStep;
typedef void (*SatchelDependencyFunc) (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *path,
                                       guint n_steps, gpointer data);
void satchel_predicate_visit_dependencies (SatchelPredicate *predicate, SatchelDependencyFunc visit, gpointer data);

/* The records that come along with those for which @root holds: for each entity that is reached by lookups declared carry="yes"
 * (the holder belongs to what it names; along several of them, no entity twice on one way, at most four steps) one predicate
 * "some way leads to a record for which @root holds". SatchelPredicate*, owned; the root's own entity is not among them. */
GPtrArray *satchel_predicate_list_related (SatchelPredicate *root, GError **error);

G_END_DECLS
