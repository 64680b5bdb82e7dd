/* What lists of an entity's rows have in common on both sides: quick find and order, as SQL on the alias "r" of its table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/conditions.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* What a person typed in quick find; borrowed. */
typedef struct {
  const char *typed;         /* NULL or blank: no search */
  const char *const *fields; /* names; NULL: all searchable fields */
  gboolean by_index;         /* phone numbers only as they are written, from their beginning: all else looks at every row */
} SatchelFind;

/* Where the statement starts. */
typedef enum {
  SATCHEL_FIND_HERE,      /* with the rows that are found */
  SATCHEL_FIND_ELSEWHERE, /* along the index of its order, or of another condition: the numbers of all that is found are gathered first, so
                           * that no row is looked into */
  SATCHEL_FIND_READING,   /* the same, but addresses and codes are looked at in each row: where many begin like what was typed */
} SatchelFindStart;

/* Every word must begin a word of the record's text fields; or the whole begins an address or a code, or is part of a phone
 * number however that is written. Appends " AND (…)", or nothing when nothing is searched for; what cannot be searched for is
 * not found. */
void satchel_find_add (const SatchelFind *find, const SatchelEntity *entity, SatchelFindStart start, SatchelConditions *conditions);

/* The MATCH expression of the words in what was typed; NULL when there are none to search for. Owned. */
char *satchel_find_dup_words (const SatchelFind *find, const SatchelEntity *entity);

/* Sets are counted no further. */
#define SATCHEL_LIST_SMALL_SET 20000

/* About how many rows quick find finds, phone numbers not counted; up to SATCHEL_LIST_SMALL_SET, which it is, too, when nothing is
 * searched for. @elsewhere: what to tell satchel_find_add() of a statement that starts elsewhere. */
gboolean satchel_find_count (const SatchelFind *find, const SatchelEntity *entity, SatchelDatabase *database, gint64 *count,
                             SatchelFindStart *elsewhere, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* About how many rows the entity has. */
gboolean satchel_list_count_all (const SatchelEntity *entity, SatchelDatabase *database, gint64 *count,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the first @limit rows (0: all) of a set are found sooner by looking at all of the set than by walking along the index of the
 * order until so many of them have been met. */
gboolean satchel_list_is_worth_gathering (const SatchelEntity *entity, const SatchelField *sort, gint64 set, gint64 all,
                                          gint64 limit);

/* "r.f_name, r.id": by @sort, NULL for the title; ties by id; empty values come first, and last when descending. Owned. */
char *satchel_order_sql (const SatchelEntity *entity, const SatchelField *sort, gboolean descending);

G_END_DECLS
