/* What a mapping between records and vCards or iCalendar components has to know of the world: callbacks over a session, or over
 * nothing at all in tests. The mappings themselves (contact.h, calendar.h) are pure: they read no database, write nothing and ask nobody
 * else.
 *
 * What a field cannot hold (an e-mail address that is none, a text that is too long) is not taken, and told in problems: the mirror
 * goes on, since all of it stays in the component; an import, which would lose it, refuses the item.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct {
  SatchelRegistry *registry; /* borrowed */
  GTimeZone *zone;           /* of whoever reads: days and times without a zone are hers; owned */
  gboolean zones_are_known;  /* to whoever gets what is written: those of the database are not described in it */
  const char *me;            /* user id; borrowed; or NULL */
  char *organisation;        /* its id; owned; or NULL */

  /* Title of a record, or NULL; owned. */
  char *(*dup_title) (const char *entity, const char *id, gpointer data);
  /* The one account with this name, or NULL: none, or several; owned id. */
  char *(*find_account) (const char *name, gpointer data);
  /* The person with this e-mail address: contact, user, lead or account, the first that has it. TRUE: *entity is interned, *id owned. */
  gboolean (*find_party) (const char *address, const char **entity, char **id, gpointer data);
  /* E-mail address of a record, or NULL; owned. */
  char *(*dup_address) (const char *entity, const char *id, gpointer data);
  /* Bytes of a photo into the profile, to be named by a record: NULL where nobody wants that. @hash: their SHA-256, in hexadecimal. */
  gboolean (*keep_file) (GBytes *bytes, const char *hash, gpointer data, GError **error);
  /* Bytes of a file that is here, or NULL. */
  GBytes *(*load_file) (const SatchelValue *file, gpointer data);
  gpointer data; /* of the callbacks; they may all be NULL */
  GDestroyNotify free_data;

  GPtrArray *problems; /* char*: sentences, what the last read did not take because it fits no field; emptied by each read */
  GPtrArray *left;     /* char*, interned: names of properties that no field is for; likewise */
} SatchelExchange;

/* @session is borrowed; its thread is the exchange's. Names and addresses are looked up each time: what a sync brings is seen. */
SatchelExchange *satchel_exchange_new (SatchelSession *session);
/* Without a world: no callbacks. @registry is borrowed, @zone taken a reference of. */
SatchelExchange *satchel_exchange_new_pure (SatchelRegistry *registry, GTimeZone *zone);
void             satchel_exchange_free (SatchelExchange *exchange); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelExchange, satchel_exchange_free)

/* The entered fields in which @a and @b differ, as changes that make @a what @b is: SatchelFieldValue*, owned; for
 * satchel_session_update(). */
GPtrArray *satchel_exchange_list_changes (const SatchelRecord *a, const SatchelRecord *b);

/* Records whose one of @fields (names; NULL-terminated) is exactly @text: SatchelRecord*, owned; at the most 20. What the replica cannot tell is not
 * found. */
GPtrArray *satchel_exchange_find (SatchelSession *session, const SatchelEntity *entity, const char *const *fields, const char *text);

/* More in one component than any program writes: INVALID. */
#define SATCHEL_MAX_ITEM_BYTES   (8 * 1024 * 1024)
#define SATCHEL_MAX_ITEM_DEPTH   8     /* components within components */
#define SATCHEL_MAX_ITEM_LINES   20000 /* properties */

G_END_DECLS
