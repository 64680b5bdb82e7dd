/* What a store or a replica holds, as lines of text that two versions of the program can be compared by: one a value, sorted.
 *
 *     store account 0192… name=Acme
 *     replica account 0192… name=Acme
 *     outbox 0192… pending
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "sync-server/store/store.h"
#include "tests/sync-server/office.h"

G_BEGIN_DECLS

#define CONTENTS_PROFILE "fixture"

/* Of the store in @dir, brought up to date by opening it. */
void contents_add_store (GPtrArray *lines, const char *dir, const SatchelClock *clock);
/* Of the profile CONTENTS_PROFILE in @dir, likewise. */
void contents_add_replica (GPtrArray *lines, const char *dir, const SatchelClock *clock);
/* Sorted, one a line. Owned. */
char *contents_to_text (GPtrArray *lines);

/* DIR/replica.db of the profile; owned. */
char *contents_replica_file (const char *dir);

G_END_DECLS
