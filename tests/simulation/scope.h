/* What one person may read, and what one of her devices carries: the oracle's own answer, from plain records and the rules as
 * they are written (DESIGN §3, the READMEs of protocol, sync-server and data), asked of one record after the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/rules/privilege.h"
#include "tests/simulation/truth.h"

G_BEGIN_DECLS

typedef enum {
  SIM_NOT_HELD,
  SIM_HELD,
  SIM_HELD_BLANK, /* a conflict, for its author alone: without the other side */
} SimHold;

typedef struct _SimView SimView;

/* @truth is borrowed for its life; @device NULL: nobody's pins, no filters of one device. */
SimView *sim_view_new (SimWorld *world, const SimTruth *truth, const char *user, const char *device);
void     sim_view_free (SimView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimView, sim_view_free)

gboolean sim_view_reads (SimView *view, const SimRow *row);
/* The same of WRITE and APPEND, on what users own. */
gboolean sim_view_may (SimView *view, const SimRow *row, SatchelPrivilege privilege);
gboolean sim_view_hides (const SimView *view, const SatchelField *field);
SimHold  sim_view_holds (SimView *view, const SimRow *row);
/* Whether @predicate, asked by this person, holds for a record that she may read. */
gboolean sim_view_finds (SimView *view, SatchelPredicate *predicate, const SimRow *row);

/* Whether @where tests nothing that is hidden from her. */
gboolean sim_view_allows (SimView *view, const char *entity, const char *where);

/* Records that an offline filter would bring on top; -1: it may not be asked. */
gint64 sim_view_count_preview (SimView *view, const char *entity, const char *where, gboolean related);

/* "ENTITY/ID" → text (sim_text_of) of all that is carried; "ENTITY/ID" → title of what that names, may be read and is not
 * carried. Owned. */
GHashTable *sim_view_list_carried (SimView *view);
GHashTable *sim_view_list_stubs (SimView *view);

/* All of a row that is not empty, in order of the fields' names; "s=N|name='…'". */
typedef struct {
  char *name, *cell;
} SimCell;
char *sim_text_of (gint64 s, GArray *cells);

G_END_DECLS
