/* What the replica has for the items of one kind. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/kind.h"
#include "client/replica/query.h"

G_BEGIN_DECLS

typedef struct _SatchelShown SatchelShown;

/* Both are borrowed. */
SatchelShown *satchel_shown_new (const SatchelMirrorKind *kind, SatchelSession *session);
void          satchel_shown_free (SatchelShown *shown); /* NULL-safe */
const SatchelEntity *satchel_shown_get_entity (SatchelShown *shown);

/* Before many are loaded, until release(): all that stands in place of single occurrences is read at once, and the rest in transactions of
 * many. */
gboolean satchel_shown_hold (SatchelShown *shown, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends such a transaction, before the session writes; the next load begins another. */
void     satchel_shown_look_away (SatchelShown *shown);
void     satchel_shown_release (SatchelShown *shown);

/* The record and what is part of its item; *records NULL: it is not here. Owned. */
gboolean satchel_shown_load (SatchelShown *shown, const char *id, GPtrArray **records, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The ids of those of the kind that are wanted, without what is part of their items: char*, owned. */
GPtrArray *satchel_shown_list_ids (SatchelShown *shown, GError **error);
/* The same as records that are held at once: those that are wanted, or fulfil the predicate @where: SatchelRecord*, owned. */
GPtrArray *satchel_shown_list (SatchelShown *shown, const char *where, GError **error);
/* Those that fulfil @where, one by one. */
gboolean satchel_shown_each (SatchelShown *shown, const char *where, SatchelRowFunc each, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @records: as loaded; may be NULL. */
gboolean satchel_shown_is_wanted (SatchelShown *shown, GPtrArray *records, gboolean *wanted, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A digest of all that the item shows of them. Owned. */
char    *satchel_shown_digest (SatchelShown *shown, GPtrArray *records);

/* The series in which the record stands in place of an occurrence, or NULL. */
const char *satchel_shown_get_series (const SatchelRecord *record);

G_END_DECLS
