/* The rows of entities: the one way to change them. Each write brings its change rows, its membership and what follows from
 * it (an owner's new unit moves all its records, a record's move takes its conflicts along).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* *record NULL when there is none; owned. */
gboolean satchel_rows_read (SatchelStore *store, const SatchelEntity *entity, const char *id, SatchelRecord **record,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a record that is not there yet; system fields, unit and s are filled. */
gboolean satchel_rows_create (SatchelStore *store, SatchelCommit *commit, SatchelRecord *record,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes back a record that was deleted: who made it, and when, is kept. */
gboolean satchel_rows_restore (SatchelStore *store, SatchelCommit *commit, SatchelRecord *record,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes the fields in which @after differs from @before; its system fields, unit and s are filled. *changed (may be NULL)
 * FALSE when nothing differed and nothing was written. */
gboolean satchel_rows_update (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *before,
                              SatchelRecord *after, gboolean *changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_rows_delete (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The record that a satellite is about; *subject NULL for other entities, and when it is gone. */
gboolean satchel_rows_read_subject (SatchelStore *store, const SatchelRecord *record, SatchelRecord **subject,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets the unit of a user's record to the one of its owner, a user or a team; other records are left alone. */
gboolean satchel_rows_fill_unit (SatchelStore *store, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All records; for small entities. */
GPtrArray *satchel_rows_list (SatchelStore *store, const SatchelEntity *entity, GError **error);
/* Records whose lookup names the record, or whose parties hold its id (for which all rows are looked at); SatchelRecord*, owned; at most
 * @limit. */
GPtrArray *satchel_rows_list_referring (SatchelStore *store, const SatchelReference *reference, const char *entity,
                                        const char *id, gint64 limit, GError **error);
/* What is about a record: its conflicts and shares. */
GPtrArray *satchel_rows_list_satellites (SatchelStore *store, const char *entity, const char *id, GError **error);
/* The open conflict that @device has filed about a field of @record; *conflict NULL when there is none. */
gboolean satchel_rows_find_open_conflict (SatchelStore *store, const SatchelRecord *record, const char *field, const char *device,
                                          SatchelRecord **conflict, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Row number; *row 0 when there is none. */
gboolean satchel_rows_find (SatchelStore *store, const SatchelEntity *entity, const char *id, gint64 *row,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
