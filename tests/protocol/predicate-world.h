/* A few records, kept three times: in memory, in SQLite and in PostgreSQL, and predicates asked of each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"

G_BEGIN_DECLS

typedef enum { ENGINE_MEMORY, ENGINE_SQLITE, ENGINE_ROWS /* SQLite, from each row */, ENGINE_POSTGRES, N_ENGINES } Engine;

typedef struct _World World;

/* @registry is the one of tests/fixtures/predicate. PostgreSQL is left out when it is not there; world_has() tells. */
World           *world_new (void);
World           *world_new_local (void); /* never with PostgreSQL */
void             world_free (World *world);
gboolean         world_has (World *world, Engine engine);
SatchelRegistry *world_registry (World *world);

/* Adds a record called @name with "field=text|field=text"; "$name" stands for the id of the record of that name. */
void world_add (World *world, const char *entity, const char *name, const char *fields);
/* The same with a record that is made already; takes it. Its name is its id. */
void world_take (World *world, SatchelRecord *record);
/* Fills both databases; nothing may be added afterwards. */
void world_load (World *world);

/* @text with the ids of the records that it names by "$name"; owned. */
char *world_expand (World *world, const char *text);

/* Names of the records for which @predicate holds, sorted, with spaces between; owned. */
char *world_select (World *world, Engine engine, SatchelPredicate *predicate, const SatchelPredicateContext *context);

/* satchel_fold() of @text by the engine's own means; owned. */
char *world_fold (World *world, Engine engine, const char *text);

const char *engine_name (Engine engine);

G_END_DECLS
