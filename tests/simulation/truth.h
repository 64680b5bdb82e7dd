/* What the server holds at one S, as plain records: read with SQL of its own, and nothing of the server's code.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

typedef struct {
  SatchelRecord *record;
  char **cells; /* of its fields, as SQLite quotes them */
} SimRow;

struct _SimTruth {
  char *place; /* epoch, S, and the counters that move without S */
  SatchelRegistry *registry;
  GHashTable *rows;     /* id → SimRow */
  GHashTable *entities; /* name → GPtrArray of SimRow, borrowed */
  GHashTable *roles;    /* id of a user → GPtrArray of names */
  GHashTable *pins;     /* "DEVICE ID" */
};

/* As it is now; borrowed until the server writes again. */
const SimTruth *sim_truth_get (SimWorld *world);
void            sim_truth_free (SimTruth *truth); /* NULL-safe */

const SimRow    *sim_truth_find (const SimTruth *truth, const char *id); /* or NULL */
/* What had @id when it was deleted last, owned; or NULL. */
SatchelRecord *sim_truth_read_gone (SimWorld *world, const SatchelEntity *entity, const char *id);
const GPtrArray *sim_truth_list (const SimTruth *truth, const char *entity);

/* A field's text, or the id that a lookup names; "" when empty. Borrowed. */
const char *sim_row_text (const SimRow *row, const char *field);
const char *sim_row_id (const SimRow *row, const char *field);
gboolean    sim_row_is (const SimRow *row, const char *field); /* a boolean */

G_END_DECLS
