/* The table of an entity, the same on both sides: server rows and replica rows.
 *
 *   CREATE TABLE "e_account" (row INTEGER PRIMARY KEY, id TEXT NOT NULL, s INTEGER NOT NULL, "f_name" TEXT, …) STRICT
 *   a unique index on id; one on s; one for the title, for each lookup but created_by and modified_by, and for each
 *   field with search="exact"; all but the title's without the empty values
 *
 * Columns are found by name, so that a registry with new fields adds columns to an old table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"
#include "protocol/sqlite/forms.h"

G_BEGIN_DECLS

/* Creates the table or adds the missing columns and indexes. @prefix is "e" for rows, "base" for the replica's sparse
 * base rows (id only is indexed there). Within the caller's transaction. */
gboolean satchel_entity_table_ensure (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The fields that the table has no column for yet, const SatchelField*; none while there is no table. */
GPtrArray *satchel_entity_table_list_missing (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                                              GError **error);
/* Gives @field the value in every row where it is empty. */
gboolean satchel_entity_table_fill (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                                    const SatchelField *field, const SatchelValue *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For a bulk load into the empty table of prefix "e": drops its indexes, the one on id included. ensure() makes them
 * anew and fails with INVALID when an id stands in two rows. */
gboolean satchel_entity_table_drop_indexes (SatchelDatabase *database, const SatchelEntity *entity,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The record with @id from the table of @prefix: *record NULL when there is none. */
gboolean satchel_entity_table_read (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                                    const char *id, SatchelRecord **record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Inserts or replaces all columns (the row number of an existing id is kept). *row may be NULL. */
gboolean satchel_entity_table_write (SatchelDatabase *database, const SatchelRecord *record, const char *prefix,
                                     gint64 *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Updates only the fields in which @after differs from @before, and s where it does. */
gboolean satchel_entity_table_update (SatchelDatabase *database, const SatchelRecord *before,
                                      const SatchelRecord *after, const char *prefix,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_entity_table_delete (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                                      const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "row, id, s, f_a, f_b…" for SELECTs whose rows satchel_entity_table_get() reads, starting at @first_column. The
 * alias "r" qualifies the columns. Borrowed for the life of the process. */
const char *satchel_entity_table_columns (const SatchelEntity *entity);
SatchelRecord *satchel_entity_table_get (SatchelStatement *statement, const SatchelEntity *entity, int first_column,
                                         GError **error);

/* Makes the table of prefix "e", which is empty and without triggers, anew unless @forms knows it to be alike to the same one of the
 * attached database @schema. INVALID when they cannot be alike, or when that one is damaged. Within a transaction. */
gboolean satchel_entity_table_match (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                                     SatchelForms *forms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fills it from that one, indexes included: pages are copied as they stand. What the values are is not looked at. */
gboolean satchel_entity_table_adopt (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *any: whether the table of prefix "e" in @schema ("main": this database) has a row. */
gboolean satchel_entity_table_has_rows (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                                        gboolean *any, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *sound: SQLite finds the pages of the table and its indexes, and the types of what is in them, in order; not whether the indexes
 * name the rows. For tables of strangers, before anything else is read from them. */
gboolean satchel_table_is_sound (SatchelDatabase *database, const char *schema, const char *table, gboolean *sound,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Full-text index over the fields with search="text": FTS5 table "x_account" (external content, tokenizer "satchel")
 * kept by triggers. ensure() creates it, or creates it anew when the searched fields have changed, and fills it; a bulk
 * load is faster between drop() and ensure(). */
gboolean satchel_entity_search_ensure (SatchelDatabase *database, const SatchelEntity *entity,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_entity_search_drop (SatchelDatabase *database, const SatchelEntity *entity,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The table is not watched any more, until adopt(): drops the triggers alone. */
gboolean satchel_entity_search_release (SatchelDatabase *database, const SatchelEntity *entity,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Takes the index of the attached database @schema, whose rows satchel_entity_table_adopt() has taken; fills it from the rows
 * where that is not possible, or the index is damaged. */
gboolean satchel_entity_search_adopt (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                                      SatchelForms *forms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_entity_search_rebuild (SatchelDatabase *database, const SatchelEntity *entity,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Words of rows that are gone stay in the index until it is tidied by itself; this tidies it now. About 0.1 s for 100,000
 * rows. */
gboolean satchel_entity_search_purge (SatchelDatabase *database, const SatchelEntity *entity,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The MATCH expression for what a person typed: every word must occur, as a prefix; runs of CJK characters, and what
 * is typed without a space between ("ana.pop@cluj.ro"), as phrases. @fields limits it to columns (NULL: all). NULL when there is nothing to search for. Owned. */
char *satchel_search_expression (const char *typed, const char *const *fields);

G_END_DECLS
