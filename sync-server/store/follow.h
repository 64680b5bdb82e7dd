/* Following changes to the filters that they may alter, in sets: from changed records back to the rows that depend on them, and
 * from these rows to who enters and who leaves.
 *
 * Two temporary tables of the writer's connection carry a step to the next: "affected", rows of one entity that must be
 * looked at; "moving", what becomes of them in one bucket. Each function works within the commit under way, as of its s.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/bind.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* What must be done about an affected row: bits. */
typedef enum {
  SATCHEL_AFFECTED_TOUCH = 1,    /* it was edited: where it is a member, that is news */
  SATCHEL_AFFECTED_EVALUATE = 2, /* the condition may hold now, or not any more */
  SATCHEL_AFFECTED_RENEW = 4,    /* as a member it must be sent as a whole: guards may answer otherwise */
} SatchelAffected;

/* What asks conditions only reads the store: a budget (satchel_database_set_budget) makes add, list_values, run_values and move fail
 * with CANCELLED, and the tables hold a part then. */

/* Makes the two tables when they are not there. */
gboolean satchel_follow_prepare (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Empties "affected". */
gboolean satchel_follow_clear (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- affected: rows of @root from which the first @n steps of @path lead to … ---- */

/* … one of these records (JSON array of ids). */
gboolean satchel_follow_add_ids (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
                                 const char *ids, SatchelAffected kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* … a record that @owner owns. */
gboolean satchel_follow_add_owned (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
                                   const SatchelValue *owner, SatchelAffected kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* … a record for which @test answers otherwise in one context than in the other. */
gboolean satchel_follow_add_flipped (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
                                     SatchelPredicate *test, const SatchelPredicateContext *before,
                                     const SatchelPredicateContext *after, SatchelAffected kind,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds to @values, a set of owned strings, "entity:id" for each record that the lookup @field names at the end of @path. The walk
 * begins at the records @ids, to which the first @start steps lead. */
gboolean satchel_follow_list_values (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
                                     const SatchelField *field, guint start, const char *ids, GHashTable *values,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the affected rows, along several paths at once: put adds a path to a query that is made once for a shape. */
void     satchel_follow_put_values (GString *query, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
                                    const SatchelField *field);
gboolean satchel_follow_run_values (SatchelStore *store, const char *query, GHashTable *values, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- moving: in the bucket of one filter. Each fills the table, which is empty, and counts its rows ---- */

/* Affected rows that enter, leave or are renewed, as far as rows of these @kinds are affected; @condition in the form of
 * satchel_predicate_to_row_sql(). */
gboolean satchel_follow_move (SatchelStore *store, const SatchelEntity *root, gint64 bucket, const SatchelSqlCondition *condition,
                              SatchelAffected kinds, gint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Members among @gone, a JSON array of [row, id], leave. */
gboolean satchel_follow_move_gone (SatchelStore *store, gint64 bucket, const char *gone, gint64 *n,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All rows for which @condition (satchel_predicate_to_sql) holds enter. */
gboolean satchel_follow_move_all (SatchelStore *store, const SatchelEntity *root, const SatchelSqlCondition *condition, gint64 *n,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Members for which @condition does not hold leave, others for which it does enter. */
gboolean satchel_follow_move_wrong (SatchelStore *store, const SatchelEntity *root, gint64 bucket,
                                    const SatchelSqlCondition *condition, gint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Members leave, @most of them; -1: all. */
gboolean satchel_follow_move_out (SatchelStore *store, const SatchelEntity *root, gint64 bucket, gint64 most, gint64 *n,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes what "moving" says. */
gboolean satchel_follow_settle (SatchelStore *store, gint64 bucket, const char *why, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Affected members that were edited. */
gboolean satchel_follow_touch (SatchelStore *store, gint64 bucket, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_follow_empty (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- satellites: conflicts and shares lie where the record lies that they are about ---- */

/* Satellites of one entity about records of another, of one field class. */
typedef struct {
  const SatchelEntity *entity;
  const SatchelEntity *subject;
  const char *secured; /* NULL: about fields of no class */
} SatchelSatellites;

/* Whether a satellite of any class is about a record in "moving". */
gboolean satchel_follow_has_satellites (SatchelStore *store, const SatchelSatellites *satellites, gboolean *has,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for those about the records in "moving", in @bucket. */
gboolean satchel_follow_settle_satellites (SatchelStore *store, const SatchelSatellites *satellites, gint64 bucket, const char *why,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those with one of @ids whose subject is a member of @bucket enter @own_bucket, or are touched there. */
gboolean satchel_follow_file_satellites (SatchelStore *store, const SatchelSatellites *satellites, gint64 bucket,
                                         gint64 own_bucket, const char *ids, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- for check.c ---- */

/* How many rows are members without fulfilling @condition (satchel_predicate_to_sql), or are not and do. */
gboolean satchel_follow_count_wrong (SatchelStore *store, const SatchelEntity *root, gint64 bucket,
                                     const SatchelSqlCondition *condition, gint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How many satellites are in @own_bucket while their subject is not in @bucket, or the reverse. */
gboolean satchel_follow_count_strayed (SatchelStore *store, const SatchelSatellites *satellites, gint64 bucket, gint64 own_bucket,
                                       gint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
