/* Filters as they are stored.
 *
 * Thousands of people choose alike: their filters differ in one id only. Such filters share a shape, the predicate with the nil
 * id in the place of theirs; what depends on what, and when it must be looked at again, is known once a shape. A filter is a
 * shape and the pivots that belong in that place; its bucket holds its members.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

typedef struct {
  gint64 shape;
  char *entity;
  char *predicate; /* JSON */
  char *zone;      /* IANA name; "" for UTC, and where time plays no part */
  gint64 at_ms;    /* its filters are evaluated as of then */
  gint64 due_ms;   /* when that must change; G_MAXINT64: never */
  gint64 n_followed, n_frozen; /* filters of it that are followed, and that are not any more */
} SatchelShapeRow;
void satchel_shape_row_free (SatchelShapeRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelShapeRow, satchel_shape_row_free)

/* SatchelShapeRow*, owned. */
GPtrArray *satchel_shapes_list (SatchelStore *store, GError **error);
/* *row NULL when there is none; its filters are not counted. */
gboolean satchel_shapes_read (SatchelStore *store, gint64 shape, SatchelShapeRow **row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The shape's number, made when missing: then @row's times are stored, else they are filled in. */
gboolean satchel_shapes_find (SatchelStore *store, SatchelShapeRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_shapes_set_time (SatchelStore *store, gint64 shape, gint64 at_ms, gint64 due_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_shapes_next_due (SatchelStore *store, gint64 *due_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- filters ---- */

typedef struct {
  gint64 bucket;
  gint64 shape;
  char *atom;
  char *pivots; /* "user:ID team:ID…"; "" none */
} SatchelFilterRow;
void satchel_filter_row_free (SatchelFilterRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelFilterRow, satchel_filter_row_free)

typedef enum {
  SATCHEL_FILTER_MISSING,  /* the bucket holds no members of a filter */
  SATCHEL_FILTER_FOLLOWED, /* its members are those that the predicate chooses */
  SATCHEL_FILTER_REFUSED,  /* it costs too much: no list of this user may name it */
  SATCHEL_FILTER_UNUSED,   /* no list names it, and it is being emptied */
} SatchelFilterState;

gboolean satchel_filter_rows_get_state (SatchelStore *store, gint64 bucket, const char *user, SatchelFilterState *state,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @user NULL: it is not followed any more, for anybody; *altered: whether it was until now. */
gboolean satchel_filter_rows_refuse (SatchelStore *store, gint64 bucket, const char *user, SatchelFilterState state,
                                     gboolean *altered, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_filter_rows_add (SatchelStore *store, gint64 bucket, gint64 shape, GPtrArray *pivots,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The filters of a shape that are followed: all, or those that one of @values ("user:ID", a JSON array) is a pivot of.
 * SatchelFilterRow*, owned. */
GPtrArray *satchel_filter_rows_list (SatchelStore *store, gint64 shape, const char *values, GError **error);
/* Those that are not. */
GPtrArray *satchel_filter_rows_list_frozen (SatchelStore *store, gint64 shape, GError **error);
/* *filter NULL when there is none. */
gboolean satchel_filter_rows_read (SatchelStore *store, gint64 bucket, SatchelFilterRow **filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of all shapes, those that are not used first. */
GPtrArray *satchel_filter_rows_list_all (SatchelStore *store, GError **error);
/* Forgets the filter, and its shape after the last one. Its members are the caller's to see off. */
gboolean satchel_filter_rows_remove (SatchelStore *store, gint64 bucket, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
