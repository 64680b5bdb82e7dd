/* Pages of rows in an order of their own, for online work: which rows, their texts, how many, and titles.
 *
 * A page begins behind the last row of the one before, by value and id (no OFFSET), so that rows that come and go
 * meanwhile neither shift nor repeat the others.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/limits.h"
#include "protocol/sqlite/entity-list.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* A field, or one along lookups: fields[i] leads to entities[i], the last field is the column. */
typedef struct {
  char *name; /* "account.city" */
  const SatchelField *fields[SATCHEL_MAX_PATH_STEPS + 1];
  const SatchelEntity *entities[SATCHEL_MAX_PATH_STEPS];
  guint n_steps;
} SatchelListColumn;
const SatchelField *satchel_list_column_get_field (const SatchelListColumn *column);

typedef struct {
  const SatchelEntity *entity;
  const SatchelSqlCondition *where; /* NULL: all */
  SatchelFind find;
  const SatchelField *sort; /* NULL: by id */
  gboolean descending;
  GArray *columns; /* SatchelListColumn */
  SatchelSqlGuard guard; /* what may be read, of rows and of those that columns lead to */
  gpointer guard_data;
  const GArray *buckets; /* gint64: nothing else can be readable */
} SatchelList;

/* The last row of a page. Texts are cut at SATCHEL_MAX_SORT_CHARS, for the order too. */
typedef struct {
  char *id; /* NULL: none */
  gboolean is_empty;
  char *text; /* NULL: the number, or empty */
  gint64 integer;
} SatchelListPlace;
void satchel_list_place_clear (SatchelListPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelListPlace, satchel_list_place_clear)

/* Numbers of the first @limit rows behind @place (gint64), in order. */
GArray *satchel_lists_find (SatchelStore *store, const SatchelList *list, const SatchelListPlace *place, gint64 limit,
                            GError **error);
/* *all FALSE: the deadline passed, and there are more than *count. */
gboolean satchel_lists_count (SatchelStore *store, const SatchelList *list, gint64 *count, gboolean *all,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ["id","s",…] of a row; *place is where it stands; calls @name for each record that a column names. */
typedef void (*SatchelListNameFunc) (const SatchelField *field, const char *stored, gpointer data);
char *satchel_lists_read (SatchelStore *store, const SatchelList *list, gint64 row, SatchelListPlace *place,
                          SatchelListNameFunc name, gpointer data, GError **error);

/* ["id","title"] of a record, if @guard lets it be read; *text NULL otherwise. */
gboolean satchel_lists_read_title (SatchelStore *store, const SatchelEntity *entity, const char *id, SatchelSqlGuard guard,
                                   gpointer guard_data, char **text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The row of a record, if it can be read; *row 0 otherwise. */
gboolean satchel_lists_find_readable (SatchelStore *store, const SatchelEntity *entity, const char *id, SatchelSqlGuard guard,
                                      gpointer guard_data, gint64 *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
