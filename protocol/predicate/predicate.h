/* The predicate language: one tree, three notations (text, JSON, SQL for two databases), evaluated in memory by the
 * same tests. Used by views, filters, scope, quick find, validators and workflow conditions.
 *
 * The grammar stands in protocol/README.md:
 *   owner = me and (city = "Cluj" or revenue > 10000) and account.country = "RO" and not exists task (status = open)
 *
 * Semantics, the same everywhere (the suite tests/protocol/predicate proves it):
 *   - two-valued: a comparison with an empty field is false; "!=" and "not in" are true for it
 *   - "=" on strings is exact; contains, starts with and ends with fold case character by character
 *   - along a lookup that is empty or points nowhere, a comparison is false
 *   - relative dates and "me", "my teams", "my unit" are resolved from SatchelPredicateContext
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/metadata/registry.h"
#include "protocol/record.h"

G_BEGIN_DECLS

typedef struct _SatchelPredicate SatchelPredicate; /* immutable, reference-counted, resolved against one entity */

/* Parses and resolves. Errors are INVALID with the column: "column 9: no field “ctiy” in account; did you mean “city”?";
 * TOO_LARGE for more than limits.h allows. The JSON form's errors name no column.
 * "" is the predicate that holds for every record. */
SatchelPredicate *satchel_predicate_parse (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                                           GError **error);
SatchelPredicate *satchel_predicate_from_json (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node,
                                               GError **error);
SatchelPredicate *satchel_predicate_ref (SatchelPredicate *predicate);
void              satchel_predicate_unref (SatchelPredicate *predicate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPredicate, satchel_predicate_unref)

/* Parsing the text or JSON form gives an equal tree back. */
char     *satchel_predicate_to_text (SatchelPredicate *predicate);
JsonNode *satchel_predicate_to_json (SatchelPredicate *predicate);

const SatchelEntity *satchel_predicate_get_entity (SatchelPredicate *predicate);
/* TRUE when the answer can change without any record changing (relative dates, now). */
gboolean satchel_predicate_depends_on_time (SatchelPredicate *predicate);

/* TRUE when the answer follows from the record's own fields alone: no lookups followed, nothing about who asks or when. */
gboolean satchel_predicate_is_local (SatchelPredicate *predicate);
/* For a predicate that the registry itself holds: it does not keep the registry alive any more. */
void satchel_predicate_disown (SatchelPredicate *predicate);

/* Who asks, and when. Strings are borrowed for the call. */
typedef struct {
  const char *user;            /* id, for "me" */
  const char *unit;            /* id, for "my unit"; NULL: none */
  const char *const *teams;    /* ids, for "my teams"; NULL-terminated or NULL */
  gint64 now_ms;
  GTimeZone *zone;             /* in which "today" begins; NULL: UTC */
  int first_weekday;           /* 1 Monday … 7 Sunday; 0: Monday */
} SatchelPredicateContext;

/* ---- SQL ---- */

typedef enum { SATCHEL_SQL_SQLITE, SATCHEL_SQL_POSTGRES } SatchelSqlDialect;

/* One bound parameter: text (owned) or integer. */
typedef struct {
  char *text; /* NULL: an integer */
  gint64 integer;
} SatchelSqlParameter;

/* A condition on the table alias "r" of the entity's table, with "?" (SQLite) or "$n" (PostgreSQL, counted from
 * @first_parameter). Tables are named by satchel_sql_table(). Nothing from the predicate's text stands in the SQL:
 * values are parameters, identifiers come from the registry. Inside it stand the aliases r1, r2… and p. The condition
 * may be NULL where it does not hold: good for WHERE, AND and OR; to negate it, "(…) IS NOT TRUE". */
typedef struct {
  char *sql;
  GArray *parameters; /* SatchelSqlParameter */
} SatchelSqlCondition;

void satchel_sql_condition_clear (SatchelSqlCondition *condition);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelSqlCondition, satchel_sql_condition_clear)

void satchel_predicate_to_sql (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                               SatchelSqlDialect dialect, guint first_parameter, SatchelSqlCondition *condition);

/* The same for somebody who may not see every record: each record that the condition reaches along a relation must fulfil
 * what @guard writes for its alias, too (SQL without parameters, as @data's owner makes it). */
typedef void (*SatchelSqlGuard) (const SatchelEntity *entity, const char *alias, GString *sql, gpointer data);
void satchel_predicate_to_guarded_sql (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                                       SatchelSqlDialect dialect, guint first_parameter, SatchelSqlGuard guard,
                                       gpointer data, SatchelSqlCondition *condition);

/* The same for few rows that the caller has found already. The forms above search a table: they start from the records that
 * satisfy the innermost conditions. This one starts from each row that it is asked about and follows its relations, so that the
 * cost is that of the rows. @guard may be NULL. */
void satchel_predicate_to_row_sql (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                                   SatchelSqlDialect dialect, guint first_parameter, SatchelSqlGuard guard, gpointer data,
                                   SatchelSqlCondition *condition);

/* ---- in memory ---- */

/* How the evaluator reaches other records. Either may be NULL: then nothing is found along that way.
 * @find returns a record, borrowed until the next call of either, or NULL; @each calls @visit for the records whose
 * lookup @reference names @id, or among whose parties it may stand, until it returns TRUE, and returns whether it did. */
typedef struct {
  const SatchelRecord *(*find) (const char *entity, const char *id, gpointer data);
  gboolean (*each) (const SatchelReference *reference, const char *id,
                    gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
                    gpointer data);
  gpointer data;
} SatchelRecordSource;

/* Copies of the records of @entity whose lookup @field names @id, in order of their ids, so that both sides choose alike:
 * SatchelRecord*. None where there is no such entity or field. */
GPtrArray *satchel_record_source_list (const SatchelRecordSource *source, SatchelRegistry *registry, const char *entity,
                                       const char *field, const char *id);

gboolean satchel_predicate_holds (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                                  const SatchelRecord *record, const SatchelRecordSource *source);

/* The fold that contains, starts with… use on both sides: every character's simple lower case (Unicode, no context). */
char *satchel_fold (const char *text);

/* The names of an entity's table and column in SQL, quoted: "e_account", "f_name"; the id column is "id", its last
 * change "s". Static for the life of the process. */
const char *satchel_sql_table (const SatchelEntity *entity);
const char *satchel_sql_column (const SatchelField *field);

G_END_DECLS
