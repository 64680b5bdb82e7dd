/* Asking the server itself: lists and records that this device does not carry. Asynchronous, over a session's transport; nothing
 * here is written to the replica, and nothing is asked while the profile is switched offline (OFFLINE).
 *
 * Session and transport are borrowed until the callback has run; it runs in the thread-default main context, also when
 * the cancellable was cancelled (CANCELLED). Codes are the server's; UNREACHABLE for whatever cut the exchange.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

/* Strings are borrowed for the call. */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *where;         /* NULL: all */
  const char *find;                /* NULL: no search */
  const char *const *find_fields;  /* NULL: all searchable fields */
  const SatchelField *sort;        /* NULL: by title */
  gboolean descending;
  const char *const *columns;      /* names, also along lookups; NULL: whole rows */
  gint64 limit;                    /* of this page; at most SATCHEL_MAX_PAGE_ROWS */
  const char *after;               /* "more" of the page before, or NULL */
  gboolean count;
} SatchelOnlineList;

/* A row: own fields in the record, those along lookups by their names. */
typedef struct {
  SatchelRecord *record;
  GHashTable *along; /* "account.city" → SatchelValue; empty ones are left out */
} SatchelOnlineRow;

typedef struct {
  GPtrArray *rows;    /* SatchelOnlineRow* */
  GHashTable *titles; /* "entity:id" → title of what the rows name, as far as it may be read */
  char *more;         /* asks for the next page; NULL: this was the last */
  gint64 count;       /* -1: not asked for */
  gboolean uncounted; /* there are more than count: the server gave up counting */
} SatchelOnlinePage;
void satchel_online_page_free (SatchelOnlinePage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelOnlinePage, satchel_online_page_free)

/* A SatchelNameFunc over the titles of a page. */
char *satchel_online_dup_name (const char *entity, const char *id, gpointer page);

void               satchel_online_list (SatchelSession *session, SatchelTransport *transport, const SatchelOnlineList *list,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* One record; the server keeps it for this device from now on, and the next pull brings it. NOT_FOUND for what one may not read. */
void               satchel_online_open (SatchelSession *session, SatchelTransport *transport, const SatchelEntity *entity,
                                        const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
SatchelOnlinePage *satchel_online_finish (GAsyncResult *result, GError **error);

/* The record need not be kept any longer. */
void     satchel_online_unpin (SatchelSession *session, SatchelTransport *transport, const SatchelEntity *entity, const char *id,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* {"history":[…]} as the server tells it. */
void     satchel_online_history (SatchelSession *session, SatchelTransport *transport, const SatchelEntity *entity, const char *id,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char    *satchel_online_finish_text (GAsyncResult *result, GError **error);

/* What refers to a record: one list for each lookup that may, as satchel_online_list() would take them; SatchelOnlineList*,
 * owned, with entity, where, limit, and the lookup as the order. */
GPtrArray *satchel_online_related (SatchelSession *session, const SatchelEntity *entity, const char *id, gint64 limit,
                                   GError **error);

G_END_DECLS
