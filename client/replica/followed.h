/* The definitions of entities that a replica follows: those that the server told (a pull's "metadata"), which stand in
 * table definitions, or the program's own until it has. What only this program knows is there, retired. A server that is
 * newer than this program may tell what it cannot read: then what held before goes on, and rows come without the columns
 * that are not known here.
 *
 * Registries live as long as the SatchelFollowed: they are few, and whoever borrowed a definition may keep it. An entity of an
 * earlier registry stays usable, for columns never go.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef struct _SatchelFollowed SatchelFollowed;

/* The step that creates the table. */
extern const char satchel_followed_schema[];

/* @base: the program's own; @database borrowed. */
SatchelFollowed *satchel_followed_new (SatchelRegistry *base, SatchelDatabase *database);
void             satchel_followed_free (SatchelFollowed *followed);

/* What holds, also when another process has followed meanwhile, or a transaction that did was rolled back. Borrowed. */
SatchelRegistry *satchel_followed_get (SatchelFollowed *followed);

/* Whether the table holds what this program cannot read. */
gboolean satchel_followed_is_unread (SatchelFollowed *followed);

/* The digest of what the server told, to be named in a first pull. Borrowed until the next call. */
const char *satchel_followed_get_digest (SatchelFollowed *followed);

/* Within the transaction of a pull, before its first row: keeps @text and makes the tables follow. Fields that are new get their
 * default in the rows that are here. What cannot be read is kept, and what held before goes
 * on (is_unread). STORAGE… */
gboolean satchel_followed_take (SatchelFollowed *followed, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After a first pull without definitions: the server's are the program's own. */
gboolean satchel_followed_keep_base (SatchelFollowed *followed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tables, indexes and search of all that @registry defines. Within a transaction. */
gboolean satchel_followed_make_tables (SatchelDatabase *database, SatchelRegistry *registry,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
