/* The customers of the demo organisation and everything about them; pure, from a seed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/record.h"

G_BEGIN_DECLS

/* Who owns records. */
typedef struct {
  const char *id;  /* of the user */
  guint share;     /* of a hundred accounts */
  guint languages; /* row of the table of languages by region in demo-records.c */
} SatchelDemoOwner;

typedef struct {
  SatchelRecord *record;
  guint owner;           /* index; or n_owners for what the organisation owns */
  guint rank;            /* order in which kinds must be written */
  gint64 created_at_ms;
  gint64 span; /* records of the same span and owner are written together */
} SatchelDemoRecord;

/* @n records, SatchelDemoRecord*, in the order in which they can be written. The day that begins
 * before @now_ms is their today. */
GPtrArray *satchel_demo_make_records (SatchelRegistry *registry, const SatchelDemoOwner *owners, guint n_owners, guint n,
                                      guint64 seed, gint64 now_ms);

/* The id of the demo's record @name under @seed. */
char *satchel_demo_id (guint64 seed, const char *name);

G_END_DECLS
