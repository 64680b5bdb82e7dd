/* A connection and its statements, as database.c, statement.c and copy.c see them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/budget.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

struct _SatchelStatement {
  SatchelDatabase *database;
  sqlite3_stmt *handle;
  char *sql;
  GList *link;        /* in the database's "recent" */
  gboolean under_way; /* has returned a row and was not reset since */
  gboolean writes;
};

struct _SatchelDatabase {
  sqlite3 *handle;
  char *path;
  const SatchelDatabaseStore *store; /* NULL: an ordinary file */
  GThread *owner;                    /* NULL between hand_over() and the next call */
  GHashTable *statements;            /* text → SatchelStatement, owned */
  GHashTable *texts;                 /* TextKey → text, both owned */
  GQueue recent;                     /* SatchelStatement, the last prepared first */
  gboolean transaction;              /* begun by us; SQLite may have undone it by itself after an I/O error */
  SatchelBudget budget;
  void (*committed) (gpointer data);
  gpointer committed_data;
};

/* One thread at a time: whoever calls first after the opening or hand_over(). */
static inline void
satchel_database_assert_owner (SatchelDatabase *database)
{
  if (database->owner == NULL)
    database->owner = g_thread_self ();
  g_assert (database->owner == g_thread_self ());
}

/* Sets @error for what SQLite answered; always FALSE, so that callers can return it. */
gboolean satchel_database_fail (SatchelDatabase *database, int result, GError **error);

/* The statements and texts that a connection keeps. */
void satchel_statements_init (SatchelDatabase *database);
void satchel_statements_clear (SatchelDatabase *database);

G_END_DECLS
