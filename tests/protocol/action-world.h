/* A small store for tests of actions: records by numbers, intents written as text, and what is planned from them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/error.h"
#include "protocol/rules/actions.h"

G_BEGIN_DECLS

#define NOW_MS G_GINT64_CONSTANT (1763802000000) /* 2025-11-22T09:00:00Z */

enum {
  ANA = 1,
  BEN = 2,
  GONE = 3,
  ACME = 10,
  ZOE = 11,
  DEAL = 12,
  TASK = 13,
  NOTE = 14,
  OTHERS = 15,
  LEAD = 20,
  FRESH = 30
};

typedef struct {
  GPtrArray *records;  /* SatchelRecord* */
  SatchelRecord *lent; /* a source lends a record until it is asked again, and not longer */
  SatchelRecordSource source;
  SatchelPredicateContext context;
  char *user;
} Store;

/* The id of that number; owned. */
char *id_of (guint number);

Store *store_new (void); /* Ana asks */
void   store_free (Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Store, store_free)

/* A new record, borrowed from the store; @owner 0: none. */
SatchelRecord *add (Store *store, const char *entity, guint number, guint owner);
/* Ana and Ben; Gus, who is gone. */
void add_people (Store *store);
void set_text (SatchelRecord *record, const char *name, const char *text);
void set_lookup (SatchelRecord *record, const char *name, const char *entity, guint number);

/* "argument=text" pairs; a number after "#" is the id of that number. */
SatchelChangeSet *make_intent (const char *entity, guint number, const char *action, ...) G_GNUC_NULL_TERMINATED;

/* What is planned, SatchelEffect*; these take the set. */
GPtrArray *plan (Store *store, SatchelChangeSet *set, GError **error);
GPtrArray *plan_well (Store *store, SatchelChangeSet *set);
void       assert_refused (Store *store, SatchelChangeSet *set, int code, const char *message);

/* NULL: nothing is planned for it. */
const SatchelEffect *find_effect (GPtrArray *effects, const char *entity, guint number);
/* The record as it will stand, of the one effect that there is. */
const SatchelRecord *only_effect (GPtrArray *effects);
/* Puts what was planned into the store. */
void carry_out (Store *store, GPtrArray *effects);
/* Each effect stands before the rules, as the server will have them. */
void assert_valid (GPtrArray *effects, const char *action);
void assert_lookup (const SatchelRecord *record, const char *name, guint number);
void assert_text (const SatchelRecord *record, const char *name, const char *expected);

G_END_DECLS
