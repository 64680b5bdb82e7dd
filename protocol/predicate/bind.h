/* What can be done with a predicate but to ask it: bind it to a person, see what it depends on, and derive what is related.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"

G_BEGIN_DECLS

/* The same predicate with "me", "my unit" and "my teams" replaced by ids. What has nobody behind it ("my unit" without a unit)
 * becomes a condition that never holds, or always where it is negated. Relative dates stay. TOO_LARGE where that leads beyond
 * what limits.h allows for derived predicates. */
SatchelPredicate *satchel_predicate_bind (SatchelPredicate *predicate, const SatchelPredicateContext *context, GError **error);
gboolean satchel_predicate_follows_relations (SatchelPredicate *predicate);

/* Holds wherever @predicate does for anyone at all: who may not read the account finds that "not account.city = "Cluj"" holds, whatever
 * the city is. So a relation that is denied is taken for one that leads nowhere. */
SatchelPredicate *satchel_predicate_widen (SatchelPredicate *predicate);

/* Reads the JSON form of a predicate that was bound or derived, which may be larger than one that is written. */
SatchelPredicate *satchel_predicate_from_derived_json (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node,
                                                       GError **error);

/* Calls @visit for every (entity, field) whose change may alter the answer for some root record, lookups that are followed
 * and those of "exists" included. @path leads from the root to the record that holds the field: steps (SatchelDependencyStep),
 * borrowed for the call. @field NULL, once for each path of one step and more: the record at its end as such. */
typedef struct {
  const SatchelField *field;
  const SatchelEntity *entity; /* the one that the step leads to */
  gboolean backwards;          /* FALSE: the present record's lookup @field names the next; TRUE: the next one's @field names the present */
} SatchelDependencyStep;
typedef void (*SatchelDependencyFunc) (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *path,
                                       guint n_steps, gpointer data);
void satchel_predicate_visit_dependencies (SatchelPredicate *predicate, SatchelDependencyFunc visit, gpointer data);

/* Calls @visit for every test whose answer can change without its record changing: with a predicate that is that test alone,
 * over the entity at the end of @path. */
typedef void (*SatchelTimedFunc) (SatchelPredicate *test, const SatchelDependencyStep *path, guint n_steps, gpointer data);
void satchel_predicate_visit_timed (SatchelPredicate *predicate, SatchelTimedFunc visit, gpointer data);
/* TRUE when such a test may change at any moment ("now", the past of an instant), not only at midnight. */
gboolean satchel_predicate_depends_on_clock (SatchelPredicate *predicate);

/* ---- pivots ----
 *
 * Thousands of people choose "owner = me". Bound, their predicates are alike but for one id, the pivot: the values of a lookup
 * so that the predicate can only hold where one of certain tests "lookup = value" or "lookup in (values)" does. */

/* The pivot of a bound predicate, SatchelValue*, owned; NULL when it turns on nothing. Users come before others. */
GPtrArray *satchel_predicate_list_pivots (SatchelPredicate *predicate);
/* The same predicate with @to in place of @from, wherever a lookup is compared with just these values. */
SatchelPredicate *satchel_predicate_replace (SatchelPredicate *predicate, GPtrArray *from, GPtrArray *to);
/* Visits the tests in which the pivot stands: one of them holds wherever the predicate does. */
void satchel_predicate_visit_pivots (SatchelPredicate *predicate, GPtrArray *pivots, SatchelDependencyFunc visit,
                                     gpointer data);

/* Holds where any of @predicates does (SatchelPredicate*, at least one, all over one entity). TOO_LARGE. */
SatchelPredicate *satchel_predicate_any (GPtrArray *predicates, GError **error);

/* ---- related records ---- */

/* The records that come along with those for which @root holds: for each entity that is reached by lookups declared carry="yes"
 * (the holder belongs to what it names; along several of them, no entity twice on one way, at most four steps) one predicate
 * "some way leads to a record for which @root holds". SatchelPredicate*, owned; the root's own entity is not among them.
 * TOO_LARGE. */
GPtrArray *satchel_predicate_list_related (SatchelPredicate *root, GError **error);

G_END_DECLS
