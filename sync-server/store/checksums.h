/* Checksums of rows (protocol/checksum.h), kept with each row by the commit that writes it: a value that changes by itself
 * afterwards no longer agrees with what is kept, and an audit adds up numbers instead of hashing values.
 *
 *   CREATE TABLE "k_account" (row INTEGER PRIMARY KEY, tail INTEGER NOT NULL, k INTEGER NOT NULL,
 *                             "k_CLASS" INTEGER NOT NULL DEFAULT 0 …) STRICT
 *
 * row is that of e_account; tail, what the last twelve digits of the id are; k the sum of the unsecured fields with the presence,
 * k_CLASS that of the fields of a class; both modulo 2^64, as SQLite stores 64 bits. An empty field adds nothing, so a field
 * that is added to the metadata alters no sum.
 *
 * Writers add differences. What once disagreed goes on disagreeing by the same amount, whatever is written to the row later:
 * taking the sum anew would declare right whatever stands there. Only satchel_checksums_accept() does that, when a person says so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/feed.h"
#include "sync-server/store/texts.h"

G_BEGIN_DECLS

/* ---- keeping: whoever writes a row says so, in the same transaction ---- */

/* Makes the table or adds the columns that it lacks; a new table gets the sums of the rows that are there. */
gboolean satchel_checksums_ensure (SatchelDatabase *database, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_checksums_add (SatchelStore *store, const SatchelCommit *commit, const SatchelRecord *record, gint64 row,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A row that does not agree with its sum is told to the log; it stays visible to check. */
gboolean satchel_checksums_change (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, gint64 row,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The sum goes with the row; if they disagreed, that stands in the table audit from now on. */
gboolean satchel_checksums_remove (SatchelStore *store, const SatchelCommit *commit, const SatchelRecord *record, gint64 row,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Before one statement writes many rows: @field gets @value where it is empty; the unit gets it in all that @owner (as stored) has. */
gboolean satchel_checksums_fill (SatchelDatabase *database, const SatchelEntity *entity, const SatchelField *field,
                                 const SatchelValue *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_checksums_move (SatchelDatabase *database, const SatchelEntity *entity, const char *owner,
                                 const SatchelValue *unit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- asking ---- */

typedef gboolean (*SatchelChecksumFunc) (gint64 row, guint64 tail, guint64 sum, gpointer data, GError **error);

/* For each row that @select gives: its sum without the classes @hidden (char*). */
gboolean satchel_checksums_visit (SatchelStore *store, const SatchelEntity *entity, GPtrArray *hidden,
                                  const SatchelConditions *select, SatchelChecksumFunc visit, gpointer data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For one row, computed from its columns: the sum over @form->fields, without those that @form blanks. */
gboolean satchel_checksums_visit_computed (SatchelStore *store, const SatchelTextForm *form, gint64 row,
                                           SatchelChecksumFunc visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- proving ---- */

/* Called for a row whose values do not give the sum that is kept, or that has none; with @id NULL: a sum whose row is not there. */
typedef void (*SatchelDivergenceFunc) (const SatchelEntity *entity, const char *id, gpointer data);

/* Computes all anew. Linear in the values of @entity. */
gboolean satchel_checksums_check (SatchelStore *store, const SatchelEntity *entity, SatchelDivergenceFunc visit, gpointer data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From now on what stands in the rows is right; *n: how many had diverged. Each stands in the table audit. */
gboolean satchel_checksums_accept (SatchelStore *store, const SatchelCommit *commit, const SatchelEntity *entity, guint *n,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
