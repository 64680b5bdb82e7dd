/* A small organisation in which anything may change, filters that people choose in it, and the naive answer to what these hold.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/bind.h"
#include "sync-server/scope/filters.h"
#include "sync-server/server-private.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/shapes.h"
#include "tests/sync-server/office.h"

G_BEGIN_DECLS

#define N_USERS    4
#define N_TEAMS    2
#define N_UNITS    3
#define N_READERS  2
#define N_ENTITIES 5

extern SatchelRegistry *world_registry; /* the definitions that the server has put together */
extern const char *const world_entities[N_ENTITIES]; /* those that change */

/* What one filter's bucket held after the last commit, by id; and what the filter was then. */
typedef struct {
  gint64 row, entered, s;
  gboolean guards[N_READERS];
} Held;

typedef struct {
  SatchelFilter *filter;
  char *text;
  GHashTable *held; /* id → Held */
  SatchelFilterState state;
  gboolean emptied; /* more or less, since the last check */
  gboolean wanted;  /* again, since the last check, whatever became of it then */
} Watched;
void world_watched_free (Watched *watched);

typedef struct {
  Office *office;
  SatchelStore *store;
  SatchelCommit commit;
  GRand *rng;
  char *users[N_USERS], *teams[N_TEAMS], *units[N_UNITS];
  GPtrArray *watched;  /* Watched* */
  GHashTable *records; /* id → SatchelRecord*, all that there are; read anew at each check */
  guint reader;        /* whose rights the guarded source has; N_READERS: none are asked for */
  GHashTable *shared;  /* "READER ID" */
  gint64 checked_s;
} World;

World *world_new (guint32 seed);
void   world_free (World *world);

guint                world_below (World *world, guint bound);
char                *world_random_owner (World *world, const SatchelField *field); /* text */
char                *world_random_day (World *world);
const SatchelEntity *world_entity (const char *name);

/* ---- within a commit ---- */

void           world_begin (World *world);
void           world_end (World *world, gboolean commit);
SatchelRecord *world_make (World *world, const char *entity);
void           world_set (SatchelRecord *record, const char *name, const char *text);
char          *world_write (World *world, SatchelRecord *record); /* takes it; its id, owned */
void           world_update (World *world, const SatchelRecord *before, SatchelRecord *after);
void           world_create_some (World *world, const char *entity);
void           world_do_something (World *world);

/* ---- filter-oracle.c ---- */

void world_read (World *world);
/* Each filter's members are those for which its predicate holds in memory, and devices can hear of all that has become of them
 * since the last check; satellites lie where their records lie. One that is not followed any more has what it had, but for what
 * is deleted. */
void world_check (World *world);
/* A SatchelDepartedFunc: adds the id to a set of owned strings. */
gboolean world_add_departed (const char *record, const char *why, gint64 since, gpointer data, GError **error);

G_END_DECLS
