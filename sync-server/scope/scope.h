/* What one device carries: readable (user) and chosen (device), as a list of buckets and as SQL.
 *
 *   carried (row) = readable (row) and (the entity is always carried, or the row is pinned,
 *                                       or a filter of the person has it and its guard holds for her)
 *
 * A scope is a value: computed from rights, teams, the person's "offline_filter" records and the device, kept by SatchelAccess
 * while clock.rights stands still. Its canonical text and digest name it; texts are stored once (store/scopes.h), so that a pull
 * whose cursor names an earlier scope knows what the device held.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "sync-server/scope/buckets.h"
#include "sync-server/scope/filters.h"

G_BEGIN_DECLS

/* Which of the person's records chose it. */
typedef struct {
  SatchelFilter *filter;
  char *record, *name;       /* of the offline_filter; its condition where it has no name */
  const SatchelEntity *root; /* what the record is about; NULL: the filter is derived, for what belongs to that */
} SatchelChosen;

/* A record that chooses nothing, or not all that it asks for, and why. */
typedef struct {
  char *record, *name, *reason;
} SatchelUnusable;

/* What the field "problem" of an offline_filter is to say; NULL: nothing. */
typedef struct {
  char *record, *text;
} SatchelProblem;

/* How one entity is carried. */
typedef struct {
  const SatchelEntity *entity;
  GPtrArray *readable; /* SatchelBucketRange*, borrowed from the list; empty: nothing of it exists for this user */
  gboolean always;     /* entity->carry, or an empty filter: all that is readable */
  GPtrArray *chosen;   /* SatchelChosen*: filters of this entity and those that "related" derives from others */
  const char *pins;    /* atom of the bucket of what is pinned to the device, when there is one */
  const char *const *hidden_classes; /* field classes the user may not read; NULL-terminated */
} SatchelEntityScope;

typedef struct {
  char *user, *device;          /* device NULL: any that has nothing of its own */
  char *unit, **teams;          /* who asks, for conditions */
  char **hidden_classes;
  const SatchelBucketList *list; /* borrowed: the user's */
  GPtrArray *entities; /* SatchelEntityScope*, in order of name, one for each entity of the registry */
  GPtrArray *unusable; /* SatchelUnusable* */
  char *pins;          /* "pin:DEVICE" */
  GPtrArray *problems; /* SatchelProblem*: what the person's records do not say yet of what is unusable */
  GHashTable *others;  /* set of char*: devices other than this one for which filters of hers are meant */
  char digest[17];
  char *text;          /* canonical: one line a range, filter, class; store/scopes.h keeps it */
  struct _SatchelSignature *signature; /* security/access.c: made when first asked for */
  gboolean complete;   /* every filter is stored, the text too, and problems are told: a pull may begin */
} SatchelScope;

/* Within a transaction. @device NULL: nobody's pins, and no filter of one device alone: what all devices of the person have in common
 * that do not differ. */
SatchelScope *satchel_scope_new (SatchelStore *store, const SatchelRights *rights, const SatchelBucketList *list,
                                 const char *device, GError **error);
void          satchel_scope_free (SatchelScope *scope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelScope, satchel_scope_free)

/* Whether @device has pins, or a filter that is meant for it alone; @common: the person's scope without a device. */
gboolean satchel_scope_differs (SatchelStore *store, const SatchelScope *common, const char *device, gboolean *differs,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

const SatchelEntityScope *satchel_scope_get (const SatchelScope *scope, const SatchelEntity *entity);
gboolean satchel_scope_hides (const SatchelScope *scope, const SatchelField *field);
/* FORBIDDEN for a condition that tests or follows what satchel_scope_hides(). */
gboolean satchel_scope_allows (const SatchelScope *scope, SatchelPredicate *predicate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Looks for what was missing; sets complete. */
gboolean satchel_scope_complete (SatchelStore *store, SatchelScope *scope, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer: makes what is missing, within @commit, which begins with the first filter. *refused: a filter turned out to cost too much;
 * the scope must be computed again. */
gboolean satchel_scope_make (SatchelStore *store, SatchelCommit *commit, SatchelScope *scope, gboolean *refused, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a person asks: @context is filled with strings of @scope; now_ms and zone are the caller's. */
void satchel_scope_fill_context (const SatchelScope *scope, SatchelPredicateContext *context);

/* ---- SQL on the alias @alias of an entity's table; ids of buckets are numbers, nothing else is spelled out ---- */

/* "TRUE", "FALSE" or an EXISTS over member. Rights only: for queries, guards, counts, previews, blobs, history. Conflicts
 * that a person may read as their author alone are not among them: these are blanked. */
gboolean satchel_scope_readable_sql (SatchelStore *store, const SatchelScope *scope, const SatchelEntity *entity,
                                     const char *alias, GString *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The whole of carried(), guards included. Parameters are appended to @parameters (SatchelSqlParameter). */
gboolean satchel_scope_carried_sql (SatchelStore *store, const SatchelScope *scope, const SatchelEntity *entity,
                                    const char *alias, gint64 now_ms, GString *sql, GArray *parameters,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The condition of a predicate that a stranger wrote, for what she may read: every hop is guarded by readable_sql, and
 * FORBIDDEN is set when it tests or follows a field of a class that is hidden from her. */
gboolean satchel_scope_where_sql (SatchelStore *store, const SatchelScope *scope, SatchelPredicate *predicate,
                                  const SatchelPredicateContext *context, SatchelSqlCondition *condition,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
