/* A thin, strict wrapper of SQLite for both sides: errors are GErrors, statements are prepared once and kept, values
 * are bound. SQL text stands in the file that owns the table.
 *
 * A database belongs to the thread that opened it and asserts so; satchel_database_hand_over() moves it.
 * Files are opened in WAL mode with synchronous=FULL, foreign_keys off (references are ours), defensive,
 * a busy time-out of 5 s. Functions registered: satchel_fold(text), satchel_digits(text). FTS5 tokenizer registered: "satchel".
 *
 * Errors: STORAGE (disk full, read-only, I/O), CORRUPT, BUSY, NEWER; anything else is a programmer's error and is
 * reported as INVALID with SQLite's message.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "protocol/metadata/entity.h"
#include "protocol/record.h"

G_BEGIN_DECLS

typedef struct _SatchelDatabase SatchelDatabase;
typedef struct _SatchelStatement SatchelStatement; /* borrowed from its database; see satchel_database_prepare() */

typedef enum {
  SATCHEL_DATABASE_READ_WRITE, /* created when missing, mode 0600 */
  SATCHEL_DATABASE_READ_ONLY,
} SatchelDatabaseMode;

/* How a file is kept: through which of SQLite's file systems (sqlite3_vfs), and how many bytes at the end of each page are left to
 * that. A page that it finds not to be its own is CORRUPT. */
typedef struct {
  const char *vfs;
  int reserved_bytes;
} SatchelDatabaseStore;

SatchelDatabase *satchel_database_open (const char *path, SatchelDatabaseMode mode, GError **error);
/* @store NULL: an ordinary file. It outlives the database. */
SatchelDatabase *satchel_database_open_in (const char *path, SatchelDatabaseMode mode, const SatchelDatabaseStore *store,
                                           GError **error);
void             satchel_database_close (SatchelDatabase *database); /* finalises its statements; NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDatabase, satchel_database_close)

void     satchel_database_hand_over (SatchelDatabase *database); /* the next caller's thread becomes the owner */
sqlite3 *satchel_database_get_handle (SatchelDatabase *database);
const char *satchel_database_get_path (SatchelDatabase *database);

/* From now on for @ms statements may run; afterwards those that read fail with CANCELLED. 0: no end. */
void satchel_database_set_deadline (SatchelDatabase *database, gint64 ms);

/* From now on statements may do so much work in all; afterwards those that read fail with CANCELLED. 0: no end. Work is counted in steps of SQLite's
 * machine, some 30 a microsecond, to the next 10,000; slow steps count by the time that they take. A deadline may stand beside it.
 * Statements that write come to their end: SQLite would undo the whole transaction of one that is cut off. */
void   satchel_database_set_budget (SatchelDatabase *database, gint64 work);
gint64 satchel_database_get_work (SatchelDatabase *database); /* since the budget was set */

/* Runs one or more statements without parameters. */
gboolean satchel_database_execute (SatchelDatabase *database, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* BEGIN IMMEDIATE; commit; rollback. Rollback cannot fail from the caller's view. They do not nest: use savepoints. */
gboolean satchel_database_begin (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_database_begin_read (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_database_commit (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_database_rollback (SatchelDatabase *database);
gboolean satchel_database_savepoint (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_database_release (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_database_rollback_to (SatchelDatabase *database); /* and release */
gboolean satchel_database_in_transaction (SatchelDatabase *database);

/* @committed is called after every commit of this connection that wrote to the file, when others can see it already. It must
 * not use the database. */
void satchel_database_set_committed (SatchelDatabase *database, void (*committed) (gpointer data), gpointer data);

/* A statement for @sql, prepared at the first call and kept by the text's content; reset and unbound. Using the same
 * text twice at the same time (nested) is an assertion. */
SatchelStatement *satchel_database_prepare (SatchelDatabase *database, const char *sql, GError **error);

/* Texts of statements that are built from metadata: built once. @owner (an entity, a field) lives as long as the database; @purpose is a
 * static string, told apart by its address. find returns NULL when there is none yet; keep takes @text and returns it. */
const char *satchel_database_find_text (SatchelDatabase *database, gconstpointer owner, const char *purpose);
const char *satchel_database_keep_text (SatchelDatabase *database, gconstpointer owner, const char *purpose, char *text);

/* Parameters count from 1, columns from 0. Text and values are copied. NULL text or value binds NULL. */
void satchel_statement_bind_integer (SatchelStatement *statement, int parameter, gint64 value);
void satchel_statement_bind_text (SatchelStatement *statement, int parameter, const char *text);
/* @length bytes that stay as they are until the statement has been stepped: for bulk loads. */
void satchel_statement_bind_static (SatchelStatement *statement, int parameter, const char *text, gsize length);
void satchel_statement_bind_blob (SatchelStatement *statement, int parameter, const void *bytes, gsize size);
void satchel_statement_bind_value (SatchelStatement *statement, int parameter, const SatchelField *field,
                                   const SatchelValue *value);

/* TRUE with *row TRUE: a row is there; *row FALSE: done and reset. FALSE: failed and reset. */
gboolean satchel_statement_step (SatchelStatement *statement, gboolean *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Steps to the end, expecting no row. */
gboolean satchel_statement_run (SatchelStatement *statement, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_statement_reset (SatchelStatement *statement); /* when leaving early */

gint64      satchel_statement_get_integer (SatchelStatement *statement, int column);
int         satchel_statement_get_n_columns (SatchelStatement *statement);
const char *satchel_statement_get_text (SatchelStatement *statement, int column); /* NULL for NULL; until next step */
gconstpointer satchel_statement_get_blob (SatchelStatement *statement, int column, gsize *size);
gboolean    satchel_statement_is_null (SatchelStatement *statement, int column);
/* Owned; NULL when empty. */
gboolean satchel_statement_get_value (SatchelStatement *statement, int column, const SatchelField *field,
                                      SatchelValue **value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first column of the first row, or @fallback when there is none. */
gboolean satchel_statement_take_integer (SatchelStatement *statement, gint64 fallback, gint64 *value,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first column of the first row, owned; NULL when it is empty or there is none. */
gboolean satchel_statement_take_text (SatchelStatement *statement, char **text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For a while nobody will ask: the memory of all pages that are not in use goes back to the allocator. */
void satchel_database_rest (SatchelDatabase *database);

/* Rows changed by the last statement; rowid of the last insert. */
gint64 satchel_database_get_changes (SatchelDatabase *database);
gint64 satchel_database_get_last_rowid (SatchelDatabase *database);

/* Moves the log into the file and empties it, so that nothing overwritten or deleted remains there. *emptied FALSE: somebody
 * else is reading or writing; try again later. Outside of transactions. */
gboolean satchel_database_empty_log (SatchelDatabase *database, gboolean *emptied, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, where a file without its log is wanted: BUSY when it is still in use. What is closed without this may keep a log, because
 * closing does not tell when the disk fails. */
gboolean satchel_database_fold_log (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was written to a file, or the names in a directory, are on the disk. */
gboolean satchel_sync_path (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file at @path with its log and whatever else SQLite keeps beside it; nobody has it open. */
void satchel_database_remove_files (const char *path);

/* Online copy of the whole database into a new file, which is complete and synced on return. */
gboolean satchel_database_backup (SatchelDatabase *database, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
